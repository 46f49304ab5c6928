"""Bitunix's candles, made from the market's deals; a span without deals is flat at the price before it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.orders import Fill
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.bitunix import parameters as read
from mockserver.dialects.bitunix.answers import iso, plain
from mockserver.dialects.bitunix.markets import market_named

_DAY_S = 86_400
_WEEK_S = 7 * _DAY_S

#: The first Monday of Unix time; weeks begin there, which is inferred.
_MONDAY_S = 4 * _DAY_S

#: The end of the last year that a calendar writes; a clock may be set beyond it.
_LAST_SECOND = 253_402_300_799

_SPANS: dict[str, int] = {
    **{str(minutes): minutes * 60 for minutes in (1, 3, 5, 15, 30, 60, 120, 240, 360, 720)},
    "D": _DAY_S,
    "W": _WEEK_S,
}

#: Documented intervals: numbers are minutes; a day, a week and a calendar month besides.
INTERVALS = (*_SPANS, "M")
MOST_CANDLES = 500


def kline(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the candle that is being made (facts 4.1)."""
    market, interval = _market(desk, parameters), _interval(parameters)
    if isinstance(market, Refused):
        return market
    if isinstance(interval, Refused):
        return interval
    (candle,) = _candles(desk, market, [_start(interval, desk.now_ms // 1000)], desk.now_ms + 1)
    return {name: value for name, value in candle.items() if name != "volume"}


def kline_history(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return candles that are done, newest first; `endTime` counts seconds and is not reached (facts 4.1).

    An ill-formed `endTime` or `limit` means its default, now and 200.
    """
    market, interval = _market(desk, parameters), _interval(parameters)
    if isinstance(market, Refused):
        return market
    if isinstance(interval, Refused):
        return interval
    running = _start(interval, desk.now_ms // 1000)
    asked = read.whole(read.text(parameters, "endTime"))
    end = running if asked is None else min(asked, running)
    limit = read.bounded(parameters, "limit", default=200, maximum=MOST_CANDLES)
    starts: list[int] = []
    for start in _starts_before(interval, end):
        if len(starts) == limit:
            break
        starts.append(start)
    if not starts:
        return []
    until = min(_start(interval, starts[0] + 31 * _DAY_S) if interval == "M" else starts[0] + _SPANS[interval], running)
    return list(_candles(desk, market, starts[::-1], until * 1000)[::-1])


def _market(desk: Desk, parameters: Parameters) -> Market | Refused:
    symbol = read.required(parameters, "symbol")
    if isinstance(symbol, Refused):
        return symbol
    found = market_named(desk, symbol)
    if found is None:
        return Refused(refusal=Refusal.UNKNOWN_MARKET, detail="no such symbol", facts={"market": symbol[:40]})
    return found


def _interval(parameters: Parameters) -> str | Refused:
    """Return the interval, a minute where none is asked for."""
    interval = read.text(parameters, "interval") or "1"
    return interval if interval in INTERVALS else read.invalid("interval")


def _start(interval: str, second: int) -> int:
    """Return when the candle begins that a second lies in."""
    if interval == "M":
        moment = datetime.fromtimestamp(min(max(second, 0), _LAST_SECOND), UTC)
        return int(datetime(moment.year, moment.month, 1, tzinfo=UTC).timestamp())
    origin = _MONDAY_S if interval == "W" else 0
    return second - (second - origin) % _SPANS[interval]


def _starts_before(interval: str, end: int) -> Iterator[int]:
    """Yield the beginnings of candles before a second, newest first, as far as Unix time goes."""
    start = end
    while start > 0:
        start = _start(interval, start - 1)
        if start >= 0:
            yield start


def _candles(desk: Desk, market: Market, starts: Sequence[int], until_ms: int) -> list[dict[str, Json]]:
    """Return the candles that begin at these seconds, oldest first; the last one ends before `until_ms`."""
    close = market.opening_price
    inside: list[list[Fill]] = [[] for _ in starts]
    for fill in desk.trades(market):
        if fill.at_ms >= until_ms:
            continue
        place = bisect_right(starts, fill.at_ms // 1000) - 1
        if place < 0:
            close = fill.price
        else:
            inside[place].append(fill)
    candles: list[dict[str, Json]] = []
    for start, fills in zip(starts, inside, strict=True):
        prices = [fill.price for fill in fills] or [close]
        close = prices[-1]
        candles.append(
            {
                "symbol": f"{market.base}{market.quote}".lower(),
                "open": plain(prices[0]),
                "high": plain(max(prices)),
                "low": plain(min(prices)),
                "close": plain(close),
                "volume": plain(sum((fill.amount for fill in fills), Decimal(0))),
                "ts": iso(start * 1000),
            }
        )
    return candles
