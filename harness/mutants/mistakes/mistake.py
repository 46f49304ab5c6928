"""What a mistake is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from harness.mutants.knobs import Knobs
from harness.mutants.own import ACME

ALL = ("reference", "poloniex", "exmo", "bitunix")
#: Dialects with a nonce that must rise.
RISING = ("reference", "poloniex", "exmo")
#: Dialects with a timestamp.
STAMPED = ("reference", "bitunix")
#: Dialects that send forms.
FORMS = ("poloniex", "exmo")
#: The dialect with a random nonce.
RANDOM = ("bitunix",)
#: The dialect of our examples, whose requests may name a window of their own.
WINDOWED = (ACME,)
#: What the right client promises.
FEATURES = ("concurrent", "persistent_nonce", "retries", "idempotency", "tls", "proxy")
#: Collateral of a mistake with which hardly any private call succeeds.
EVERYTHING = ("*",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing done wrong by a client that is right in all else.

    Attributes:
        name: For the command line; permanent.
        kills: The requirement that must catch it.
        summary: What the client does, in one sentence.
        knobs: Makes the knobs anew for each client, so that what a mistake remembers stays with its client.
        dialects: Where it can be made.
        collateral: Other requirements that it may break as well, as patterns (`NONCE-*`).
        features: What the client promises.
        forms: How the client must run for the mistake to show: "in-process", "program".
        diagnoses: What the finding must name, one of them at least; none where its requirement names no mistake.
        travels: Whether it is made on an exchange of somebody's own as well, where that is of the kind that `dialects`
            stand for; not where it takes details of signing that only those share.
    """

    name: str
    kills: str
    summary: str
    knobs: Callable[[], Knobs]
    dialects: tuple[str, ...] = ALL
    collateral: tuple[str, ...] = ()
    features: tuple[str, ...] = FEATURES
    forms: tuple[str, ...] = ("in-process", "program")
    diagnoses: tuple[str, ...] = ()
    travels: bool = True

    def allows(self, requirement: str) -> bool:
        """Tell whether a client with this mistake may fail a requirement."""
        return requirement == self.kills or any(fnmatchcase(requirement, pattern) for pattern in self.collateral)
