"""The tape: a market's trades as the takers saw them, and what the last day looked like."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from decimal import Decimal

from mockserver.core.desk import Ticker
from mockserver.core.money import ZERO, add, floored, multiply, subtract
from mockserver.core.orders import Fill

_DAY_MS = 86_400_000

# Half of what is kept is cut off at once, so that a long-lived server stays small and cutting stays rare.
_KEPT = 20_000


class Tape:
    """The trades of one market, oldest first, and sums over the last 24 hours that follow them.

    Trades enter in the order they happened. When the clock is set back, trades from what is now the future count as
    fresh, and those that had left the day do not come back into it.
    """

    __slots__ = ("_base_volume", "_day", "_highs", "_last", "_lows", "_quote_volume", "_trades")

    def __init__(self, opening_price: Decimal) -> None:
        self._trades: list[Fill] = []
        self._last = opening_price
        self._day: deque[Fill] = deque()
        # Candidates for the extremes: none is beaten by one that came after it, so the first is the extreme itself.
        self._highs: deque[Fill] = deque()
        self._lows: deque[Fill] = deque()
        self._base_volume = ZERO
        self._quote_volume = ZERO

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
        self._forget(fill.at_ms)
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
        self._forget(now_ms)
        return Ticker(
            last=self._last,
            bid=bid,
            ask=ask,
            high=self._highs[0].price if self._highs else self._last,
            low=self._lows[0].price if self._lows else self._last,
            base_volume=self._base_volume,
            quote_volume=self._quote_volume,
        )

    def _forget(self, now_ms: int) -> None:
        """Let go of what happened more than a day ago."""
        since_ms = now_ms - _DAY_MS
        while self._day and self._day[0].at_ms < since_ms:
            gone = self._day.popleft()
            self._base_volume = subtract(self._base_volume, gone.amount)
            self._quote_volume = subtract(self._quote_volume, floored(multiply(gone.price, gone.amount)))
            if self._highs[0] is gone:
                self._highs.popleft()
            if self._lows[0] is gone:
                self._lows.popleft()
