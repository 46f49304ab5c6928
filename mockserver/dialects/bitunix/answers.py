"""Writing what Bitunix says: an envelope with a code as text on spot, and with a code as a number on futures.

On spot a refused order stands inside of a success.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import orjson

from mockserver.core.answers import Answer
from mockserver.core.dialect import Profile
from mockserver.core.endpoint import Endpoint, Json
from mockserver.core.refusals import Refusal, RefusalRow, Refused
from mockserver.dialects.bitunix.futures.refusals import LIVE_SIGNATURE_TEXT, SIGNATURE_CODE, futures_row, futures_text
from signer import Request

FUTURES_PATHS = "/api/v1/futures/"
PLACE_ORDER = b"/api/spot/v1/order/place_order"

_LAST_SECOND_MS = 253_402_300_799_000

#: What is refused of an order after the order was understood: said inside of a success.
PLACED_REFUSALS = frozenset({Refusal.INSUFFICIENT_FUNDS, Refusal.REJECTED})


def plain(amount: Decimal) -> str:
    """Spell a number without exponent and without trailing zeros: `0.5`, `1000`, `0`."""
    text = format(amount, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def iso(at_ms: int) -> str:
    """Spell a time as Bitunix's orders do: `2025-01-01T00:00:00Z`."""
    seconds = min(max(at_ms, 0), _LAST_SECOND_MS) // 1000
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def refused_placement(code: str, message: str) -> dict[str, Json]:
    """Return what a refused order leaves in `data` (facts 3.2)."""
    return {"orderId": None, "placeStatus": 0, "placeCode": int(code), "placeMsg": message}


def write_success(endpoint: Endpoint, value: Json, now_ms: int) -> Answer:
    """Write an endpoint's value as the `data` of an envelope; Decimals become JSON numbers, digit for digit."""
    if endpoint.path.startswith(FUTURES_PATHS):
        return Answer(status=200, body=_numbered(0, "Success", value))
    return Answer(status=200, body=_envelope("0", "result.success", value, success=True))


def write_refusal(refused: Refused, row: RefusalRow, profile: Profile, request: Request, now_ms: int) -> Answer:
    """Write a refusal with the status of the profile, in the envelope of the product that was called.

    Source:
        Bitunix facts 3.1 to 3.3; that a failure on spot has `data` null and `success` false is inferred.
    """
    if request.path.startswith(FUTURES_PATHS.encode()):
        row = futures_row(refused)
        body = _numbered(int(row.code), futures_text(refused), None)
    elif row.refusal in PLACED_REFUSALS and not row.variant and request.path == PLACE_ORDER:
        body = _envelope("0", "result.success", refused_placement(row.code, row.text), success=True)
    else:
        body = _envelope(row.code, row.text, None, success=False)
    observed = profile is Profile.OBSERVED and row.observed_status is not None
    return Answer(status=row.observed_status if observed and row.observed_status else row.status, body=body)


def write_refusal_as_seen_live(
    refused: Refused, row: RefusalRow, profile: Profile, request: Request, now_ms: int
) -> Answer:
    """Write a refusal as live servers do: a wrong signature on futures has another text (facts 3.3)."""
    answer = write_refusal(refused, row, profile, request, now_ms)
    if request.path.startswith(FUTURES_PATHS.encode()) and futures_row(refused).code == SIGNATURE_CODE:
        return replace(answer, body=_numbered(int(SIGNATURE_CODE), LIVE_SIGNATURE_TEXT, None))
    return answer


def _envelope(code: str, message: str, data: Json, *, success: bool) -> bytes:
    return orjson.dumps({"code": code, "msg": message, "data": data, "success": success}, default=_number)


def _numbered(code: int, message: str, data: Json) -> bytes:
    return orjson.dumps({"code": code, "data": data, "msg": message}, default=_number)


def _number(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(plain(value).encode())
    raise TypeError(f"{type(value).__name__} is no JSON value")
