"""Mistakes of a request whose signature is right: its nonce or its timestamp."""

import re
from dataclasses import dataclass

from signer.scheme import Fields, Scheme
from signer.verdict import Reason, Refused
from signer.verifying import NonceMemory, check_nonce, check_time, check_well_formed, nonce_of

_NUMBER = re.compile(r"[+-]?[0-9]*(?:[.,][0-9]*)?(?:[eE][+-]?[0-9]+)?")
_QUARTER_HOUR_MS = 900_000
_WIDEST_ZONE_MS = 14 * 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """What is wrong with a nonce or timestamp.

    Attributes:
        refused: The rule that it breaks, with the values that clash.
        codes: The mistake; none where it has no name.
        acceptable: What would have been accepted; "" where that cannot be said.
    """

    refused: Refused
    codes: tuple[str, ...]
    acceptable: str = ""


def freshness_mistake(
    scheme: Scheme, fields: Fields, *, now_ms: int | None, last_nonce: NonceMemory | None
) -> Stale | None:
    """Name what is wrong with nonce or timestamp; None when nothing is, as far as is known.

    Args:
        scheme: How the exchange signs.
        fields: What the request says about itself.
        now_ms: The server's clock when it arrived; None where unknown, and then no window is judged.
        last_nonce: As for `check_nonce`; None where unknown, and then only the nonce's form is judged.
    """
    malformed = check_well_formed(scheme, fields)
    if malformed is not None:
        if malformed.reason is not Reason.MALFORMED_NONCE or scheme.nonce_rule is None:
            return Stale(refused=malformed, codes=())
        rule = scheme.nonce_rule
        number = rule.rising and _NUMBER.fullmatch((fields.nonce or "").strip())
        code = "NONCE-NOT-AN-INTEGER" if number else "NONCE-ILL-FORMED"
        return Stale(refused=malformed, codes=(code,), acceptable=rule.describe)
    if now_ms is not None:
        refused = check_time(scheme, fields, None, now_ms)
        if refused is not None:
            return Stale(
                refused=refused, codes=_time_mistake(scheme, fields, now_ms), acceptable=_times_allowed(scheme, now_ms)
            )
    if last_nonce is not None:
        refused = check_nonce(scheme, fields, None, last_nonce)
        if refused is not None:
            allowed = (
                f"any integer above {last_nonce}" if isinstance(last_nonce, int) else "a nonce that was never used"
            )
            return Stale(refused=refused, codes=_nonce_mistake(scheme, fields, last_nonce), acceptable=allowed)
    return None


def _times_allowed(scheme: Scheme, now_ms: int) -> str:
    rule = scheme.time_rule
    if rule is None:
        return ""
    first = f"a timestamp from {rule.write(now_ms - rule.past_ms)}"
    return first + (" on" if rule.future_ms is None else f" to {rule.write(now_ms + rule.future_ms)}")


def _time_mistake(scheme: Scheme, fields: Fields, now_ms: int) -> tuple[str, ...]:
    rule = scheme.time_rule
    timestamp_ms = rule.parse(fields.timestamp or "") if rule is not None else None
    if rule is None or timestamp_ms is None:
        return ()
    near_ms = max(rule.past_ms, rule.future_ms or 0, 60_000)
    if abs(timestamp_ms * 1000 - now_ms) <= near_ms + 1000:
        return ("TIMESTAMP-IN-SECONDS",)
    if any(abs(timestamp_ms // finer - now_ms) <= near_ms for finer in (1000, 1_000_000)):
        return ("TIMESTAMP-IN-MICROSECONDS",)
    off_ms = timestamp_ms - now_ms
    quarters = round(off_ms / _QUARTER_HOUR_MS)
    if quarters and abs(off_ms) <= _WIDEST_ZONE_MS and abs(off_ms - quarters * _QUARTER_HOUR_MS) <= 5_000:
        return ("TIMESTAMP-IN-LOCAL-TIME",)
    return ("CLOCK-BEHIND",) if off_ms < 0 else ("CLOCK-AHEAD",)


def _nonce_mistake(scheme: Scheme, fields: Fields, last_nonce: NonceMemory) -> tuple[str, ...]:
    nonce = nonce_of(scheme, fields)
    if not isinstance(nonce, int) or not isinstance(last_nonce, int) or nonce == last_nonce:
        return ("NONCE-REPEATED",)
    if nonce * 100 < last_nonce:
        return ("NONCE-IN-SECONDS",)
    return ("NONCE-WENT-BACK",)
