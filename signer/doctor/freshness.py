"""Mistakes of a request whose signature is right: its nonce or its timestamp."""

import re

from signer.scheme import Fields, Scheme
from signer.verdict import Reason
from signer.verifying import NonceMemory, check_nonce, check_time, check_well_formed, nonce_of

_NUMBER = re.compile(r"[+-]?[0-9]*(?:[.,][0-9]*)?(?:[eE][+-]?[0-9]+)?")
_QUARTER_HOUR_MS = 900_000
_WIDEST_ZONE_MS = 14 * 3_600_000


def freshness_mistake(
    scheme: Scheme, fields: Fields, *, now_ms: int | None, last_nonce: NonceMemory | None
) -> tuple[Reason, tuple[str, ...]] | None:
    """Name what is wrong with nonce or timestamp; None when nothing is, as far as is known.

    Args:
        scheme: How the exchange signs.
        fields: What the request says about itself.
        now_ms: The server's clock when it arrived; None where unknown, and then no window is judged.
        last_nonce: As for `check_nonce`; None where unknown, and then only the nonce's form is judged.
    """
    malformed = check_well_formed(scheme, fields)
    if malformed is not None:
        if malformed.reason is Reason.MALFORMED_NONCE:
            rule = scheme.nonce_rule
            number = rule is not None and rule.rising and _NUMBER.fullmatch((fields.nonce or "").strip())
            return malformed.reason, ("NONCE-NOT-AN-INTEGER" if number else "NONCE-ILL-FORMED",)
        return malformed.reason, ()
    if now_ms is not None:
        refused = check_time(scheme, fields, None, now_ms)
        if refused is not None:
            return refused.reason, _time_mistake(scheme, fields, now_ms)
    if last_nonce is not None:
        refused = check_nonce(scheme, fields, None, last_nonce)
        if refused is not None:
            return refused.reason, _nonce_mistake(scheme, fields, last_nonce)
    return None


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
