"""Bitunix's spot candles as its `kline` calls show them."""

from __future__ import annotations

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.refusals import Refused
from mockserver.dialects.bitunix import parameters as read
from mockserver.dialects.bitunix.answers import iso, plain
from mockserver.dialects.bitunix.candles import (
    DAY_S,
    MONTH,
    WEEK_S,
    Candle,
    candles,
    end_of,
    newest_starts,
    start_of,
)
from mockserver.dialects.bitunix.markets import asked_market

_SPANS: dict[str, int] = {
    **{str(minutes): minutes * 60 for minutes in (1, 3, 5, 15, 30, 60, 120, 240, 360, 720)},
    "D": DAY_S,
    "W": WEEK_S,
    "M": MONTH,
}

#: Documented intervals: numbers are minutes; a day, a week and a calendar month besides.
INTERVALS = tuple(_SPANS)
MOST_CANDLES = 500
USUAL_CANDLES = 200


def kline(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the candle that is being made (facts 4.1)."""
    market, span_s = asked_market(desk, parameters), _span(parameters)
    if isinstance(market, Refused):
        return market
    if isinstance(span_s, Refused):
        return span_s
    (candle,) = candles(desk, market, [start_of(span_s, desk.now_ms // 1000)], desk.now_ms + 1)
    return {name: value for name, value in _view(market, candle).items() if name != "volume"}


def kline_history(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return candles that are done, newest first; `endTime` counts seconds and is not reached (facts 4.1).

    An ill-formed `endTime` or `limit` means its default, now and 200.
    """
    market, span_s = asked_market(desk, parameters), _span(parameters)
    if isinstance(market, Refused):
        return market
    if isinstance(span_s, Refused):
        return span_s
    running = start_of(span_s, desk.now_ms // 1000)
    asked = read.whole(read.text(parameters, "endTime"))
    end = running if asked is None else min(asked, running)
    starts = newest_starts(span_s, end, read.bounded(parameters, "limit", default=USUAL_CANDLES, maximum=MOST_CANDLES))
    if not starts:
        return []
    until = min(end_of(span_s, starts[0]), running)
    return [_view(market, candle) for candle in reversed(candles(desk, market, starts[::-1], until * 1000))]


def _span(parameters: Parameters) -> int | Refused:
    """Return the interval in seconds, a minute where none is asked for."""
    span_s = _SPANS.get(read.text(parameters, "interval") or "1")
    return read.invalid("interval") if span_s is None else span_s


def _view(market: Market, candle: Candle) -> dict[str, Json]:
    return {
        "symbol": f"{market.base}{market.quote}".lower(),
        "open": plain(candle.open),
        "high": plain(candle.high),
        "low": plain(candle.low),
        "close": plain(candle.close),
        "volume": plain(candle.base_volume),
        "ts": iso(candle.start_s * 1000),
    }
