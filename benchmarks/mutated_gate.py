"""Is the suite awake? The gate and the oracles are made wrong, one line at a time: `python -m benchmarks.mutated_gate`.

Every row of the table below changes one line of a copy of the project and runs the tests that stand guard over it. They
have to fail; beforehand, on the line as it is, they have to pass. `--only WORDS` picks rows by their words. Exit status
1 says that a change went unnoticed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: What the tests need of the project.
_NEEDED = ("signer", "mockserver", "harness", "tests", "adapters", "docs", "pyproject.toml")
_BORDERS = "tests/signer/test_freshness_borders.py"
_VERIFYING = "tests/signer/test_verification.py"
_VECTORS = "tests/signer/test_signing_vectors.py"
_NONCES = "tests/mockserver/gate/test_nonces_and_rates.py"
_LIMITS = "tests/mockserver/gate/test_rate_limits.py"
_ORDER = "tests/mockserver/gate/test_order_of_checks.py"
_WRONG = "tests/harness/judging/test_wrong_clients.py"
_EVIDENCE = "tests/harness/judging/test_borders_of_evidence.py"
_PROVING = "tests/harness/proving"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line made wrong.

    Attributes:
        words: What is wrong then.
        file: Where, from the project's root.
        right: The text as it is; it stands there once.
        wrong: What it becomes.
        guards: The tests that must notice: paths, and behind `-k` an expression.
    """

    words: str
    file: str
    right: str
    wrong: str
    guards: tuple[str, ...]


CHANGES: tuple[Change, ...] = (
    Change(
        words="an equal nonce is fresh to the signer",
        file="signer/freshness.py",
        right="return nonce > last - tolerance",
        wrong="return nonce >= last - tolerance",
        guards=(_BORDERS,),
    ),
    Change(
        words="the window is a millisecond too wide in the past",
        file="signer/freshness.py",
        right="-past_ms <= ahead_ms and",
        wrong="-past_ms - 1 <= ahead_ms and",
        guards=(_BORDERS,),
    ),
    Change(
        words="exactly at the window's edge is too old",
        file="signer/freshness.py",
        right="-past_ms <= ahead_ms and",
        wrong="-past_ms < ahead_ms and",
        guards=(_BORDERS,),
    ),
    Change(
        words="exactly at the window's other edge is too early",
        file="signer/freshness.py",
        right="ahead_ms <= future_ms)",
        wrong="ahead_ms < future_ms)",
        guards=(_BORDERS,),
    ),
    Change(
        words="a prefix of the signature will do",
        file="signer/digest.py",
        right="return received.isascii() and hmac.compare_digest(expected, received)",
        wrong="return received.isascii() and expected.startswith(received)",
        guards=(_VERIFYING,),
    ),
    Change(
        words="the last letter of the signature is not compared",
        file="signer/digest.py",
        right="return received.isascii() and hmac.compare_digest(expected, received)",
        wrong="return received.isascii() and hmac.compare_digest(expected[:-1], received[:-1])",
        guards=(_VERIFYING,),
    ),
    Change(
        words="HMAC's outer pad is the inner one",
        file="signer/digest.py",
        right="outer = hashlib.new(name, block.translate(_OUTER))",
        wrong="outer = hashlib.new(name, block.translate(_INNER))",
        guards=(_VECTORS,),
    ),
    Change(
        words="parameters are sorted backwards",
        file="signer/canonical.py",
        right="sorted(decoded_pairs(text), key=lambda pair: pair[0]))",
        wrong="sorted(decoded_pairs(text), key=lambda pair: pair[0], reverse=True))",
        guards=(_VECTORS,),
    ),
    Change(
        words="an equal nonce is fresh to the exchange",
        file="mockserver/core/nonces.py",
        right="        elif nonce <= last:\n",
        wrong="        elif nonce < last:\n",
        guards=(_NONCES, _ORDER),
    ),
    Change(
        words="nonces that were used once are not remembered",
        file="mockserver/core/nonces.py",
        right="        used.add(nonce)\n",
        wrong="        pass\n",
        guards=(_NONCES, "tests/mockserver/gate/test_habits.py"),
    ),
    Change(
        words="the nonce is spent before the signature is looked at",
        file="mockserver/dialects/reference/dialect.py",
        right="    Check.SIGNATURE,\n    Check.WINDOW,\n    Check.NONCE,\n",
        wrong="    Check.NONCE,\n    Check.SIGNATURE,\n    Check.WINDOW,\n",
        guards=(_ORDER,),
    ),
    Change(
        words="the timestamp is looked at before the signature",
        file="mockserver/dialects/reference/dialect.py",
        right="    Check.SIGNATURE,\n    Check.WINDOW,\n",
        wrong="    Check.WINDOW,\n    Check.SIGNATURE,\n",
        guards=(_ORDER,),
    ),
    Change(
        words="one call more than the limit is let through",
        file="mockserver/core/rates.py",
        right="if len(calls) >= rule.calls",
        wrong="if len(calls) > rule.calls",
        guards=(_LIMITS, _NONCES),
    ),
    Change(
        words="the oracle takes an equal nonce for a rising one",
        file="harness/properties/evidence.py",
        right="value <= (nonce_value(highest) or 0)",
        wrong="value < (nonce_value(highest) or 0)",
        guards=("tests/harness/properties/test_borders_of_nonces.py",),
    ),
    Change(
        words="the oracle of effects forgives the second one",
        file="harness/properties/retries.py",
        right="        if len(entries) > asked:\n",
        wrong="        if len(entries) > asked + 1:\n",
        guards=(_WRONG, "-k", "orders-sent-again and reference"),
    ),
    Change(
        words="the oracle takes any ASCII for digits",
        file="harness/properties/nonces.py",
        right="if not (nonce.isascii() and nonce.isdigit()) or",
        wrong="if not nonce.isascii() or",
        guards=(_WRONG, "-k", "nonce-in-hex and exmo"),
    ),
    Change(
        words="a wrong signature is no matter to the oracle",
        file="harness/properties/signing.py",
        right="            if refused_for(entry) == BAD_SIGNATURE:\n                codes",
        wrong="            if refused_for(entry) != BAD_SIGNATURE:\n                codes",
        guards=(_WRONG, "-k", "previous-nonce-signed and exmo"),
    ),
    Change(
        words="a row passes on less evidence than it asks for",
        file="harness/concluding.py",
        right="if outcome.seen[name] < least]",
        wrong="if outcome.seen[name] < least - 1]",
        guards=(_EVIDENCE,),
    ),
    Change(
        words="a failure for another reason counts as a kill",
        file="harness/proving/trial.py",
        right="or _names(found) & set(intended):",
        wrong="or True:",
        guards=(_PROVING,),
    ),
    Change(
        words="a kill counts although the right client fails too",
        file="harness/proving/trial.py",
        right="    if witness.status is not Status.PASSED:\n",
        wrong="    if witness.status is Status.SKIPPED:\n",
        guards=(_PROVING,),
    ),
    Change(
        words="an innocent client that was convicted counts as one that could not be judged",
        file="harness/proving/hearing.py",
        right="    if any(result.status is Status.FAILED for result in left):\n",
        wrong="    if any(result.status is Status.ERROR for result in left):\n",
        guards=(_PROVING,),
    ),
    Change(
        words="two calls that ask alike with one nonce count as a request that was sent again",
        file="harness/properties/nonces.py",
        right="            copied = one_call and copies(first, second)\n",
        wrong="            copied = copies(first, second)\n",
        guards=("tests/harness/properties/test_what_fails_without_harm.py",),
    ),
    Change(
        words="a file takes a nonce that is not greater than the one that it keeps",
        file="mockserver/stores/sqlite.py",
        right="        if advanced != len(newest):\n",
        wrong="        if advanced > len(newest):\n",
        guards=("tests/mockserver/stores/test_kept_nonces.py",),
    ),
    Change(
        words="a nonce is kept that is as great as the last one",
        file="mockserver/stores/rising.py",
        right="len(nonce) == len(before) and nonce > before",
        wrong="len(nonce) == len(before) and nonce >= before",
        guards=("tests/mockserver/stores/test_kept_nonces.py",),
    ),
    Change(
        words="a file does not write down that its intake was put away",
        file="mockserver/stores/sqlite.py",
        right='                connection.execute("update intake set round_name = randomblob(?)", (ROUND_BYTES,))\n',
        wrong="                pass\n",
        guards=("tests/mockserver/stores/test_killed_under_load.py", "tests/mockserver/stores/test_torn_files.py"),
    ),
    Change(
        words="a frame of an earlier round is taken for one of this",
        file="mockserver/stores/intake.py",
        right="if name != round_name or zlib",
        wrong="if zlib",
        guards=("tests/mockserver/stores/test_intake.py",),
    ),
)


def copied(to: Path) -> None:
    """Copy what the tests need."""
    for name in _NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, to / name)


def passes(folder: Path, guards: tuple[str, ...]) -> bool:
    """Run tests of a copy and tell whether they pass.

    Raises:
        RuntimeError: There were none, or they could not be run.
    """
    # `-m ""` lets slow tests in: a guard need not be a quick one.
    command = (sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "", *guards)
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own tests
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(guards)} could not be run:\n{done.stdout}{done.stderr}")
    return done.returncode == 0


def noticed(change: Change) -> bool:
    """Make a change in a copy of the project, and tell whether its guards notice."""
    with tempfile.TemporaryDirectory(prefix="noncense-mutated-") as name:
        folder = Path(name)
        copied(folder)
        path = folder / change.file
        text = path.read_text(encoding="utf-8")
        if text.count(change.right) != 1:
            raise RuntimeError(f"{change.file} no longer holds {change.right!r} once")
        path.write_text(text.replace(change.right, change.wrong), encoding="utf-8")
        return not passes(folder, change.guards)


def main() -> int:
    """Print the table and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="", metavar="WORDS", help="rows whose words or file hold these")
    parser.add_argument("--hasty", action="store_true", help="do not see first that the guards pass as things are")
    asked = parser.parse_args()
    rows = [change for change in CHANGES if asked.only in change.words or asked.only in change.file]
    if not asked.hasty:
        for guards in dict.fromkeys(change.guards for change in rows):
            if not passes(ROOT, guards):
                print(f"fails as things are: {' '.join(guards)}")
                return 1
    unnoticed = 0
    for change in rows:
        started = time.monotonic()
        awake = noticed(change)
        unnoticed += not awake
        took = f"{time.monotonic() - started:5.1f} s"
        print(f"{'noticed  ' if awake else 'UNNOTICED'} {took}  {change.file}: {change.words}", flush=True)
    print(f"{len(rows) - unnoticed} of {len(rows)} changes were noticed")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
