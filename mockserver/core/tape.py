"""The tape: a market's trades as the takers saw them, and what the last day looked like."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import islice

from mockserver.core.desk import Ticker
from mockserver.core.money import ZERO, add, floored, multiply, subtract
from mockserver.core.orders import Fill

_DAY_MS = 86_400_000

# Half of what is kept is cut off at once, so that a long-lived server stays small and cutting stays rare.
_KEPT = 20_000


class Tape:
    """The trades of one market, oldest first, and sums over the last 24 hours that follow them.

    Trades enter in the order they happened. Looking changes nothing. When the clock is set back, trades from what is
    now the future count as fresh, and those that had left the day when the last one was printed do not come back.
    """

    __slots__ = ("_base_volume", "_day", "_highs", "_last", "_lows", "_past", "_quote_volume", "_trades")

    def __init__(self, opening_price: Decimal) -> None:
        self._trades: list[Fill] = []
        self._last = opening_price
        self._day: deque[Fill] = deque()
        # Candidates for the extremes: none is beaten by one that came after it, so the first is the extreme itself.
        self._highs: deque[Fill] = deque()
        self._lows: deque[Fill] = deque()
        self._base_volume = ZERO
        self._quote_volume = ZERO
        self._past = _Past()

    @property
    def last(self) -> Decimal:
        """The last trade's price, or where the market opened."""
        return self._last

    @property
    def trades(self) -> Sequence[Fill]:
        """The newest trades, at least the last ten thousand, oldest first."""
        return self._trades

    def print(self, fill: Fill) -> None:
        """Add the taker's side of a trade."""
        if len(self._trades) >= _KEPT:
            del self._trades[: _KEPT // 2]
        self._trades.append(fill)
        self._last = price = fill.price
        self._forget(fill.at_ms - _DAY_MS)
        self._day.append(fill)
        while self._highs and self._highs[-1].price <= price:
            self._highs.pop()
        self._highs.append(fill)
        while self._lows and self._lows[-1].price >= price:
            self._lows.pop()
        self._lows.append(fill)
        self._base_volume = add(self._base_volume, fill.amount)
        self._quote_volume = add(self._quote_volume, floored(multiply(price, fill.amount)))

    def ticker(self, now_ms: int, *, bid: Decimal | None, ask: Decimal | None) -> Ticker:
        """Return the market at a glance; on a day without a trade both extremes are the last price."""
        since_ms = now_ms - _DAY_MS
        past = _NOTHING if not self._day or self._day[0].at_ms >= since_ms else self._past_before(since_ms)
        highest, lowest = past.first_after(self._highs), past.first_after(self._lows)
        return Ticker(
            last=self._last,
            bid=bid,
            ask=ask,
            high=self._last if highest is None else highest.price,
            low=self._last if lowest is None else lowest.price,
            base_volume=subtract(self._base_volume, past.base_volume),
            quote_volume=subtract(self._quote_volume, past.quote_volume),
        )

    def _past_before(self, since_ms: int) -> _Past:
        """Return what of the day kept lies before a time; what was found out last is a start."""
        past = self._past
        if since_ms < past.since_ms:
            past = self._past = _Past()
        past.since_ms = since_ms
        for fill in islice(self._day, len(past.trade_ids), None):
            if fill.at_ms >= since_ms:
                break
            past.add(fill)
        return past

    def _forget(self, since_ms: int) -> None:
        """Let go of what happened before a time."""
        while self._day and self._day[0].at_ms < since_ms:
            gone = self._day.popleft()
            self._base_volume = subtract(self._base_volume, gone.amount)
            self._quote_volume = subtract(self._quote_volume, floored(multiply(gone.price, gone.amount)))
            if self._highs[0] is gone:
                self._highs.popleft()
            if self._lows[0] is gone:
                self._lows.popleft()
            self._past = _Past()


class _Past:
    """What is still kept of the day, but lies before it for whoever looks now."""

    __slots__ = ("base_volume", "quote_volume", "since_ms", "trade_ids")

    def __init__(self) -> None:
        self.since_ms = 0
        self.trade_ids: set[int] = set()
        self.base_volume = ZERO
        self.quote_volume = ZERO

    def add(self, fill: Fill) -> None:
        """Count one more trade in."""
        self.trade_ids.add(fill.trade_id)
        self.base_volume = add(self.base_volume, fill.amount)
        self.quote_volume = add(self.quote_volume, floored(multiply(fill.price, fill.amount)))

    def first_after(self, candidates: Iterable[Fill]) -> Fill | None:
        """Return the first that is not past."""
        for fill in candidates:
            if fill.trade_id not in self.trade_ids:
                return fill
        return None


_NOTHING = _Past()
