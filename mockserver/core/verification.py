"""How a request was judged, check by check, as its page in the journal tells it afterwards.

Nothing here is asked while a request is served; so serving pays nothing for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mockserver.core.dialect import Check, Dialect
from mockserver.core.endpoint import Access
from mockserver.core.gate import PUBLIC_CHECKS
from mockserver.core.journal import Entry
from mockserver.core.refusals import Refusal
from signer import Accepted


class Outcome(StrEnum):
    """What became of a check."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One check of the gate, and what it looked at.

    Attributes:
        check: Which.
        outcome: What became of it.
        seen: The values that it compared, by name; text, integers and None.
    """

    check: Check
    outcome: Outcome
    seen: Mapping[str, object] = field(default_factory=dict)


#: Where a refusal belongs whose page does not say at which check it fell: one that was read back from a store.
_USUAL: Mapping[Refusal, Check] = {
    Refusal.MAINTENANCE: Check.MAINTENANCE,
    Refusal.UNKNOWN_ENDPOINT: Check.ROUTE,
    Refusal.METHOD_NOT_ALLOWED: Check.ROUTE,
    Refusal.TOO_LARGE: Check.SIZE,
    Refusal.QUERY_ON_POST: Check.QUERY,
    Refusal.MISSING_KEY: Check.PRESENT,
    Refusal.MISSING_SIGNATURE: Check.PRESENT,
    Refusal.MISSING_NONCE: Check.PRESENT,
    Refusal.MISSING_TIMESTAMP: Check.PRESENT,
    Refusal.MALFORMED_HEADER: Check.WELL_FORMED,
    Refusal.MALFORMED_NONCE: Check.WELL_FORMED,
    Refusal.MALFORMED_TIMESTAMP: Check.WELL_FORMED,
    Refusal.UNKNOWN_KEY: Check.KEY,
    Refusal.INACTIVE_KEY: Check.ACTIVE,
    Refusal.ADDRESS_NOT_ALLOWED: Check.ADDRESS,
    Refusal.BAD_SIGNATURE: Check.SIGNATURE,
    Refusal.TIMESTAMP_OUTSIDE_WINDOW: Check.WINDOW,
    Refusal.NONCE_NOT_INCREASING: Check.NONCE,
    Refusal.NONCE_REUSED: Check.NONCE,
    Refusal.RATE_LIMITED: Check.RATE,
    Refusal.PERMISSION_DENIED: Check.PERMISSION,
    Refusal.ACCOUNT_FROZEN: Check.ACCOUNT,
}


def steps(entry: Entry, dialect: Dialect) -> tuple[Step, ...]:
    """Return the checks of the dialect in its order; () for a request that never came to the gate."""
    if not entry.judged:
        return ()
    asked = [check for check in dialect.checks if check in PUBLIC_CHECKS or not _is_public(entry, dialect)]
    stopped = _stopped_at(entry)
    if stopped is not None and stopped not in asked:  # a condition of a key, where the dialect has no such check
        asked.append(stopped)
    found: list[Step] = []
    outcome = Outcome.PASSED
    for check in asked:
        if check is stopped:
            outcome = Outcome.FAILED
        found.append(Step(check=check, outcome=outcome, seen=_seen(check, outcome, entry, dialect)))
        if outcome is Outcome.FAILED:
            outcome = Outcome.NOT_ASKED
    return tuple(found)


def fingerprint(text: str) -> str:
    """Return a text's fingerprint, by which two can be told apart and neither can be found."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _is_public(entry: Entry, dialect: Dialect) -> bool:
    if entry.endpoint is None:
        return True
    return any(served.name == entry.endpoint and served.access is Access.PUBLIC for served in dialect.endpoints)


def _stopped_at(entry: Entry) -> Check | None:
    if entry.stopped_at:
        return Check(entry.stopped_at)
    if entry.refused is None or isinstance(entry.verdict, Accepted) or entry.answered_ns == 0:
        return None
    return _USUAL.get(entry.refused.refusal)


def _seen(check: Check, outcome: Outcome, entry: Entry, dialect: Dialect) -> dict[str, object]:
    """Return what a check compared; nothing where it was not asked."""
    fields = entry.fields
    if outcome is Outcome.NOT_ASKED:
        return {}
    if check is Check.ROUTE:
        return {"endpoint": entry.endpoint, "operation": entry.operation}
    if fields is None:
        return {}
    match check:
        case Check.KEY | Check.ACTIVE:
            return {"key": fields.key}
        case Check.SIGNATURE:
            return {"received": fields.signature, **_expected(entry, outcome)}
        case Check.WINDOW:
            return _window(entry, dialect)
        case Check.NONCE:
            last = None if entry.last_nonce is None else str(entry.last_nonce)
            return {"nonce": fields.nonce, "last_nonce": last}
        case Check.ADDRESS | Check.PERMISSION | Check.RATE | Check.ACCOUNT | Check.SIZE if entry.refused is not None:
            failed = outcome is Outcome.FAILED
            return {name: _plain(value) for name, value in entry.refused.facts.items()} if failed else {}
        case _:
            return {}


def _expected(entry: Entry, outcome: Outcome) -> dict[str, object]:
    """Return what was expected of a signature: as a fingerprint, for nobody needs more to see that it differs."""
    verdict = entry.verdict
    if verdict is None or verdict.stages is None:
        return {}
    expected: dict[str, object] = {"expected_fingerprint": fingerprint(verdict.stages.signature)}
    if outcome is Outcome.FAILED and not isinstance(verdict, Accepted):
        expected["first_difference"] = verdict.first_difference
    return expected


def _window(entry: Entry, dialect: Dialect) -> dict[str, object]:
    rule, fields = dialect.scheme.time_rule, entry.fields
    if rule is None or fields is None or fields.timestamp is None:
        return {}
    sent_ms = rule.parse(fields.timestamp)
    if sent_ms is None:
        return {"timestamp": fields.timestamp}
    judged_at = None if entry.refused is None else entry.refused.facts.get("server_time")
    now_ms = judged_at if isinstance(judged_at, int) else entry.server_ms
    return {
        "timestamp": fields.timestamp,
        "ahead_ms": sent_ms - now_ms,
        "past_ms": rule.past_ms,
        "future_ms": rule.future_ms,
    }


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
