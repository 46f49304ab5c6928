"""Wrong clients in other languages than Python: written by hand, each on an HTTP stack of its own.

They are two programs beside the tests, one for Node and one for PHP, that are right unless a mistake is named on their
command line. Where the programs or their languages are missing, nothing is said of them.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from harness.mutants.mistakes.mistake import ALL, EVERYTHING, FORMS, RISING, STAMPED

_CLIENTS = Path(__file__).parents[2] / "tests" / "clients"
#: A language to the command that runs its program.
_PROGRAMS = {
    "node": ("node", str(_CLIENTS / "node" / "client.js")),
    "php": ("php", str(_CLIENTS / "php" / "client.php")),
}
LANGUAGES = tuple(_PROGRAMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """One thing done wrong by a client in another language; the attributes are those of `Mistake`.

    Attributes:
        name: Permanent, and unique among all wrong clients; empty for the right one.
        language: "node" or "php".
        kills: The requirement that must catch it.
        summary: What the client does, in one sentence.
        dialects: Where it can be made.
        collateral: Other requirements that it may break as well, as patterns.
        diagnoses: What the finding must name, one of them at least.
    """

    name: str
    language: str
    kills: str
    summary: str
    dialects: tuple[str, ...] = ALL
    collateral: tuple[str, ...] = EVERYTHING
    diagnoses: tuple[str, ...] = ()

    @property
    def argv(self) -> tuple[str, ...]:
        """The program and its arguments."""
        return (*_PROGRAMS[self.language], *((self.name,) if self.name else ()))

    def allows(self, requirement: str) -> bool:
        """Tell whether a client with this mistake may fail a requirement."""
        return requirement == self.kills or any(fnmatchcase(requirement, pattern) for pattern in self.collateral)


@cache
def available(language: str) -> bool:
    """Tell whether programs in a language can be run here, and ours are at hand."""
    program, path = _PROGRAMS[language]
    if shutil.which(program) is None or not Path(path).exists():
        return False
    if language != "php":
        return True
    asked = subprocess.run((program, "-r", "echo (int) extension_loaded('curl');"), capture_output=True, check=False)  # noqa: S603 - a constant
    return asked.stdout.strip() == b"1"


def right(language: str) -> Foreign:
    """Return the right client of a language."""
    return Foreign(name="", language=language, kills="", summary="Does nothing wrong.")


FOREIGN: tuple[Foreign, ...] = (
    Foreign(
        name="node-fetch-follows-redirects",
        language="node",
        kills="REDIR-001",
        diagnoses=("CREDENTIALS-FOLLOW-REDIRECT",),
        summary="Calls go out by fetch, which follows redirects and takes the key and the signature along.",
    ),
    Foreign(
        name="node-ids-are-doubles",
        language="node",
        kills="NUM-005",
        diagnoses=("IDENTIFIER-ROUNDED",),
        summary="JSON.parse reads order ids as doubles.",
        dialects=("exmo",),
    ),
    Foreign(
        name="node-amounts-are-numbers",
        language="node",
        kills="NUM-001",
        diagnoses=("AMOUNT-ROUNDED-BY-FLOAT", "AMOUNT-IN-SCIENTIFIC-NOTATION"),
        summary="Amounts and prices pass through Number on their way out.",
    ),
    Foreign(
        name="node-calls-race",
        language="node",
        kills="CONC-002",
        diagnoses=("SENT-OUT-OF-ORDER",),
        summary="Promise.all sends what was signed in order, in any order.",
        dialects=RISING,
    ),
    Foreign(
        name="node-nonce-is-date-now",
        language="node",
        kills="NONCE-003",
        diagnoses=("NONCE-REPEATED",),
        summary="The nonce is Date.now() divided by a hundred.",
        dialects=RISING,
    ),
    Foreign(
        name="node-signs-with-encodeuri",
        language="node",
        kills="ENC-001",
        diagnoses=("VALUE-CHANGED",),
        summary="Values are escaped by encodeURI, which leaves delimiters alone.",
        dialects=FORMS,
    ),
    Foreign(
        name="node-length-of-the-string",
        language="node",
        kills="ENC-006",
        diagnoses=("FRAMING-BROKEN",),
        summary="Content-Length is the length of the string, in UTF-16 units.",
        dialects=STAMPED,
    ),
    Foreign(
        name="node-status-only",
        language="node",
        kills="ERR-001",
        diagnoses=("REFUSAL-AS-SUCCESS",),
        summary="An answer of status 200 is a success, whatever its body says.",
        dialects=("exmo", "bitunix"),
    ),
    Foreign(
        name="php-http-build-query",
        language="php",
        kills="ENC-002",
        diagnoses=("SPACE-SIGNED-AS-PERCENT-20",),
        summary="The form is sent by http_build_query and signed with rawurlencode.",
        dialects=FORMS,
    ),
    Foreign(
        name="php-nonce-in-seconds",
        language="php",
        kills="NONCE-003",
        diagnoses=("NONCE-REPEATED",),
        summary="The nonce is time().",
        dialects=RISING,
    ),
    Foreign(
        name="php-floats",
        language="php",
        kills="NUM-001",
        diagnoses=("AMOUNT-ROUNDED-BY-FLOAT", "AMOUNT-IN-SCIENTIFIC-NOTATION"),
        summary="Amounts are cast to floats, and printed as PHP prints them.",
    ),
    Foreign(
        name="php-orders-again",
        language="php",
        kills="RETRY-001",
        diagnoses=("EFFECT-TWICE",),
        summary="Whatever fails in curl is called again, orders too.",
    ),
    Foreign(
        name="php-json-escapes-after-signing",
        language="php",
        kills="SIGN-011",
        diagnoses=("JSON-SPACES-DIFFER",),
        summary="The body is encoded once, prettily, for signing and once for sending.",
        dialects=STAMPED,
    ),
    Foreign(
        name="php-null-is-success",
        language="php",
        kills="ERR-010",
        diagnoses=("RUBBISH-AS-DATA",),
        summary="What json_decode cannot read is null, and null is an empty answer.",
    ),
)
