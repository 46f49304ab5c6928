"""Writing what EXMO says: plain JSON with status 200, and the three shapes of a failure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import orjson

from mockserver.core.answers import Answer
from mockserver.core.dialect import Profile
from mockserver.core.endpoint import Endpoint, Json
from mockserver.core.refusals import Refusal, RefusalRow, Refused
from mockserver.dialects.exmo.refusals import WALLET_LIMITER
from signer import Request

CONTENT_TYPE = "application/json; charset=utf-8"

#: Methods whose refusals were seen with `error` in front of `result`: the public ones (facts 2.1, 2.2).
_ERROR_FIRST = frozenset({"trades", "order_book", "required_amount"})

#: What a text quotes when a refusal does not say; the nonce of a key that has used none is 0.
_UNSAID: dict[str, str] = {
    "last_nonce": "0",
    "order_id": "0",
    "parameter": "pair",
    "places": "8",
    "market": "BTC_USD",
    "address": "127.0.0.1",
}

_DAY_S = 86_400


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
    return Answer(status=200, body=orjson.dumps(value, default=_number), content_type=CONTENT_TYPE)


def write_refusal(refused: Refused, row: RefusalRow, profile: Profile, request: Request, now_ms: int) -> Answer:
    """Write a refusal in the shape that the method answers in.

    Shape A, `{"result":false,"error":"Error 40005: …"}`, is the usual one; 40009 goes without the word `Error`; the
    method `candles_history` answers `{"s":"error","errmsg":"…"}`; stop orders, `{"error":{"code":191021,"msg":"…"}}`;
    `wallet_history` has a limiter of its own, which shows an empty day beside the usual two members.

    Source:
        EXMO facts 2.1. Status 200 under both profiles, save where nothing is documented at all.
    """
    path = request.path.decode("ascii", "replace").rstrip("/") + "/"
    name = path.rstrip("/").rpartition("/")[2]
    text = row.text.format_map(_Facts(refused.facts, path))
    if name == "candles_history" and row.variant.startswith("candles"):
        return _answer(row, {"s": "error", "errmsg": text})
    if name == "wallet_history" and row.refusal is Refusal.RATE_LIMITED:
        return _limited(row, _Facts(refused.facts, path), now_ms)
    if row.variant == "stop":
        return _answer(row, {"error": {"code": int(row.code), "msg": text}})
    if row.code == "40009":
        text = f"40009: {text}"
    elif row.code:
        text = f"Error {row.code}: {text}"
    if row.refusal is Refusal.MISSING_PARAMETER and name in _ERROR_FIRST:
        return _answer(row, {"error": text, "result": False})
    return _answer(row, {"result": False, "error": text})


def _limited(row: RefusalRow, facts: _Facts, now_ms: int) -> Answer:
    """Write what the limiter of `wallet_history` was seen to say: numbers where a success has text (facts 1.6)."""
    begin, end = day_of(now_ms // 1000)
    text = WALLET_LIMITER.text.format_map(facts)
    return _answer(row, {"result": False, "error": text, "history": [], "begin": begin, "end": end})


def _answer(row: RefusalRow, body: Json) -> Answer:
    return Answer(status=row.status, body=orjson.dumps(body), content_type=CONTENT_TYPE)
