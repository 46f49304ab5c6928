"""Writing what EXMO says: plain JSON with status 200, and the three shapes of a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import reduce

import orjson

from mockserver.core.answers import Answer
from mockserver.core.dialect import Profile
from mockserver.core.endpoint import Endpoint, Json
from mockserver.core.money import ZERO, add, multiply
from mockserver.core.refusals import Refusal, RefusalRow, Refused
from mockserver.dialects.exmo.refusals import WALLET_LIMITER
from signer import Request

CONTENT_TYPE = "application/json; charset=utf-8"

#: What every answer of the exchange itself carries: any page may call it (facts 1.7).
HEADERS: tuple[tuple[str, str], ...] = (
    ("Access-Control-Allow-Credentials", "true"),
    ("Access-Control-Allow-Methods", "POST, GET, OPTIONS, PUT, DELETE"),
    ("Access-Control-Allow-Headers", "Content-Type, Content-Length, Accept-Encoding, X-CSRF-Token, Key, Sign"),
    ("Strict-Transport-Security", "max-age=604800"),
)

#: Methods whose refusals were seen with `error` in front of `result`: the public ones (facts 2.1, 2.2).
_ERROR_FIRST = frozenset({"trades", "order_book", "required_amount"})

#: What the methods themselves refuse. What is refused before a method is reached is in the first shape for all of them.
_OF_METHODS = frozenset(
    {
        Refusal.MISSING_PARAMETER,
        Refusal.INVALID_PARAMETER,
        Refusal.UNKNOWN_MARKET,
        Refusal.UNKNOWN_CURRENCY,
        Refusal.INSUFFICIENT_FUNDS,
        Refusal.BELOW_MINIMUM,
        Refusal.ORDER_NOT_FOUND,
        Refusal.REJECTED,
    }
)

#: The services behind the gate number their refusals with six digits; these stand in front of the last three.
_STOP_CODES = "190"
_MARGIN_CODES = "140"

#: What a text quotes when a refusal does not say; the nonce of a key that has used none is 0.
_UNSAID: dict[str, str] = {
    "last_nonce": "0",
    "order_id": "0",
    "parameter": "pair",
    "places": "8",
    "market": "BTC_USD",
    "address": "127.0.0.1",
    "given": "8",
    "wanted": "1 BTC",
    "lacking": "1 USD",
}

_DAY_S = 86_400
_HUNDRED = Decimal(100)


class _Facts(Mapping[str, object]):
    """The facts of a refusal; a fact that is missing is spelled as unsaid, so that no text can fail to be written."""

    def __init__(self, facts: Mapping[str, object], path: str) -> None:
        self._facts = facts
        self._path = path

    def __getitem__(self, name: str) -> object:
        if name == "path":
            return self._path
        return self._facts.get(name, _UNSAID.get(name, ""))

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


def plain(amount: Decimal) -> str:
    """Spell a number without exponent and without trailing zeros: `0.5`, `1000`, `0`."""
    text = format(amount, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Add amounts up, exactly."""
    return reduce(add, amounts, ZERO)


def percent(share: Decimal) -> Decimal:
    """Return a share in percent."""
    return multiply(share, _HUNDRED)


def day_of(second: int) -> tuple[int, int]:
    """Return where a second's day begins and where it ends, at midnights UTC, as Unix seconds."""
    begin = second - second % _DAY_S
    return begin, begin + _DAY_S


def _number(value: object) -> orjson.Fragment:
    """Write a Decimal as a JSON number, digit for digit."""
    if isinstance(value, Decimal):
        return orjson.Fragment(plain(value).encode())
    raise TypeError(f"{type(value).__name__} is no JSON value")


def write_success(endpoint: Endpoint, value: Json, now_ms: int) -> Answer:
    """Write an endpoint's value as it is: EXMO adds no envelope."""
    body = orjson.dumps(value, default=_number)
    return Answer(200, body, content_type=CONTENT_TYPE, headers=HEADERS)


def write_refusal(refused: Refused, row: RefusalRow, profile: Profile, request: Request, now_ms: int) -> Answer:
    """Write a refusal in the shape that the method answers in.

    Shape A, `{"result":false,"error":"Error 40005: …"}`, is the usual one, and that of everything before a method is
    reached; 40009 goes without the word `Error`, 40013 without a text. Shape B, `{"error":{"code":191021,"msg":"…"}}`,
    belongs to stop orders and margin trading, shape C, `{"s":"error","errmsg":"…"}`, to `candles_history`. The
    method `wallet_history` has a limiter of its own, which shows an empty day beside the usual two members.

    Source:
        EXMO facts 2.1. Status 200 under both profiles, save where nothing is documented at all. Of the codes of shape
        B four are known; the others are inferred from them: the service's three digits, then the last three of the
        code that shape A has for the same text.
    """
    return _written(refused, row, request, now_ms)


def in_order(order: str) -> Callable[[Refused, RefusalRow, Profile, Request, int], Answer]:
    """Return a writer of refusals that puts `result` or `error` first in shape A, whatever the method."""

    def write(refused: Refused, row: RefusalRow, profile: Profile, request: Request, now_ms: int) -> Answer:
        return _written(refused, row, request, now_ms, error_first=order == "error")

    return write


def _written(
    refused: Refused, row: RefusalRow, request: Request, now_ms: int, *, error_first: bool | None = None
) -> Answer:
    path = request.path.decode("ascii", "replace").rstrip("/") + "/"
    name = path.rstrip("/").partition("/")[2].partition("/")[2]
    facts = _Facts(refused.facts, path)
    text = row.text.format_map(facts)
    if row.variant.startswith("candles") and row.code == "":
        return _answer(row, {"s": "error", "errmsg": text}, of_a_service=True)
    if name == "wallet_history" and row.refusal is Refusal.RATE_LIMITED:
        return _limited(row, facts, now_ms)
    if (code := _service_code(row, name)) is not None:
        return _answer(row, {"error": {"code": code, "msg": text}}, of_a_service=True)
    if error_first is None:
        error_first = row.refusal is Refusal.MISSING_PARAMETER and name in _ERROR_FIRST
    text = _coded(row.code, text)
    return _answer(row, {"error": text, "result": False} if error_first else {"result": False, "error": text})


def _coded(code: str, text: str) -> str:
    """Return a text with its code in front, as shape A has it."""
    if code == "40009":
        return f"40009: {text}"
    if not code:
        return text
    return f"Error {code}: {text}" if text else f"Error {code}"


def _service_code(row: RefusalRow, name: str) -> int | None:
    """Return the code of shape B, or None where a refusal is not of that shape."""
    if len(row.code) == 6:
        return int(row.code)
    if row.refusal not in _OF_METHODS or not row.code:
        return None
    if name.startswith("stop_market_order"):
        return int(_STOP_CODES + row.code[-3:])
    return int(_MARGIN_CODES + row.code[-3:]) if name.startswith("margin/") else None


def _limited(row: RefusalRow, facts: _Facts, now_ms: int) -> Answer:
    """Write what the limiter of `wallet_history` was seen to say: numbers where a success has text (facts 1.6)."""
    begin, end = day_of(now_ms // 1000)
    text = WALLET_LIMITER.text.format_map(facts)
    return _answer(row, {"result": False, "error": text, "history": [], "begin": begin, "end": end})


def _answer(row: RefusalRow, body: Json, *, of_a_service: bool = False) -> Answer:
    """Return an answer; the services spell three characters as escapes, so that no browser takes them for markup."""
    written = orjson.dumps(body)
    if of_a_service:
        for sign, escape in ((b"<", rb"\u003c"), (b">", rb"\u003e"), (b"&", rb"\u0026")):
            written = written.replace(sign, escape)
    return Answer(status=row.status, body=written, content_type=CONTENT_TYPE, headers=HEADERS)
