"""Candles from a market's deals, for both products; a span without deals is flat at the price before it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice

from mockserver.core.desk import Desk
from mockserver.core.markets import Market
from mockserver.core.money import ZERO, add, multiply
from mockserver.core.orders import Fill

DAY_S = 86_400
WEEK_S = 7 * DAY_S

#: A calendar month, which has no length of its own.
MONTH = 0

#: The first Monday of Unix time; weeks begin there, which is inferred.
_MONDAY_S = 4 * DAY_S

#: The end of the last year that a calendar writes; a clock may be set beyond it.
_LAST_SECOND = 253_402_300_799


@dataclass(frozen=True, slots=True, kw_only=True)
class Candle:
    """What happened in one span; `start_s` is its first second."""

    start_s: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    base_volume: Decimal
    quote_volume: Decimal


def start_of(span_s: int, second: int) -> int:
    """Return when the span begins that a second lies in; `MONTH` is a span too."""
    if span_s == MONTH:
        moment = datetime.fromtimestamp(min(max(second, 0), _LAST_SECOND), UTC)
        return int(datetime(moment.year, moment.month, 1, tzinfo=UTC).timestamp())
    origin = _MONDAY_S if span_s == WEEK_S else 0
    return second - (second - origin) % span_s


def end_of(span_s: int, start_s: int) -> int:
    """Return the first second that a span which begins at `start_s` no longer holds."""
    return start_of(MONTH, start_s + 31 * DAY_S) if span_s == MONTH else start_s + span_s


def newest_starts(span_s: int, before_s: int, most: int) -> list[int]:
    """Return the beginnings of the last spans that began before a second, newest first, as far as Unix time goes."""
    return list(islice(_starts_before(span_s, before_s), most))


def _starts_before(span_s: int, before_s: int) -> Iterator[int]:
    start = before_s
    while start > 0:
        start = start_of(span_s, start - 1)
        if start >= 0:
            yield start


def candles(desk: Desk, market: Market, starts: Sequence[int], until_ms: int) -> list[Candle]:
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
    made: list[Candle] = []
    for start, fills in zip(starts, inside, strict=True):
        prices = [fill.price for fill in fills] or [close]
        base_volume = quote_volume = ZERO
        for fill in fills:
            base_volume = add(base_volume, fill.amount)
            quote_volume = add(quote_volume, multiply(fill.price, fill.amount))
        close = prices[-1]
        made.append(
            Candle(
                start_s=start,
                open=prices[0],
                high=max(prices),
                low=min(prices),
                close=close,
                base_volume=base_volume,
                quote_volume=quote_volume,
            )
        )
    return made
