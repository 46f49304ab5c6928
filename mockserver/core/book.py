"""One market's book: the best price first, and at one price who came first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import TypeAlias

from sortedcontainers import SortedDict

from mockserver.core.money import ZERO, add, subtract
from mockserver.core.orders import Order, Side

#: What one price holds: (price, amount).
Offer: TypeAlias = "tuple[Decimal, Decimal]"

#: One trade: the order that stood, and the amount. The price is the standing order's own.
Match: TypeAlias = "tuple[Order, Decimal]"


class _Level:
    """All orders at one price, in the order they came, and the sum of what remains of them."""

    __slots__ = ("orders", "volume")

    def __init__(self) -> None:
        # An OrderedDict, because the first of a plain dict is found by walking over all that were taken out before it.
        self.orders: OrderedDict[int, Order] = OrderedDict()
        self.volume = ZERO


class _Half:
    """One side of the book."""

    __slots__ = ("_best_at", "_buys", "_levels")

    def __init__(self, side: Side) -> None:
        self._levels: SortedDict = SortedDict()
        self._buys = side is Side.BUY
        self._best_at = -1 if self._buys else 0

    def best(self) -> Decimal | None:
        """Return the best price, or None."""
        if not self._levels:
            return None
        price: Decimal = self._levels.peekitem(self._best_at)[0]
        return price

    def accepts(self, limit: Decimal) -> bool:
        """Tell whether an order from the other side with this limit would trade."""
        best = self.best()
        return best is not None and (limit <= best if self._buys else limit >= best)

    def levels(self) -> Iterator[tuple[Decimal, _Level]]:
        """Yield the levels, best first."""
        prices: Iterable[Decimal] = reversed(self._levels) if self._buys else self._levels
        return ((price, self._levels[price]) for price in prices)

    def best_level(self) -> tuple[Decimal, _Level]:
        """Return the best level; there must be one."""
        best: tuple[Decimal, _Level] = self._levels.peekitem(self._best_at)
        return best

    def put(self, order: Order) -> None:
        """Let an order stand behind those of its price."""
        level: _Level | None = self._levels.get(order.price)
        if level is None:
            level = self._levels[order.price] = _Level()
        level.orders[order.order_id] = order
        level.volume = add(level.volume, order.remaining)

    def take_out(self, order: Order) -> None:
        """Remove an order that stands here."""
        level: _Level = self._levels[order.price]
        del level.orders[order.order_id]
        level.volume = subtract(level.volume, order.remaining)
        if not level.orders:
            del self._levels[order.price]

    def drop_level(self, price: Decimal) -> None:
        """Remove a level whose orders are all filled."""
        del self._levels[price]


class Book:
    """Price-time matching. Orders in, trades out; no money and no clock in here.

    The standing order's price is the trade's. An order may trade with another of its own account.
    """

    __slots__ = ("_asks", "_bids")

    def __init__(self) -> None:
        self._bids = _Half(Side.BUY)
        self._asks = _Half(Side.SELL)

    def best_bid(self) -> Decimal | None:
        """Return the highest price somebody buys at, or None."""
        return self._bids.best()

    def best_ask(self) -> Decimal | None:
        """Return the lowest price somebody sells at, or None."""
        return self._asks.best()

    def would_trade(self, side: Side, price: Decimal) -> bool:
        """Tell whether an order would trade at once, at least in part."""
        return (self._asks if side is Side.BUY else self._bids).accepts(price)

    def would_fill(self, side: Side, price: Decimal, amount: Decimal) -> bool:
        """Tell whether an order would trade at once, to the last bit."""
        reachable = ZERO
        for best, level in (self._asks if side is Side.BUY else self._bids).levels():
            if (best > price) if side is Side.BUY else (best < price):
                return False
            reachable = add(reachable, level.volume)
            if reachable >= amount:
                return True
        return False

    def match(self, order: Order) -> Iterator[Match]:
        """Trade an order against what stands on the other side, as far as its limit allows; nothing is put.

        Each trade is yielded when both of its orders show it and none of the next. The book is whole between trades:
        standing orders that are filled have left it.
        """
        against = self._asks if order.side is Side.BUY else self._bids
        while order.remaining and against.accepts(order.price):
            price, level = against.best_level()
            orders = level.orders
            while order.remaining and orders:
                standing = next(iter(orders.values()))
                amount = min(order.remaining, standing.remaining)
                order.trade(amount)
                standing.trade(amount)
                level.volume = subtract(level.volume, amount)
                if not standing.remaining:
                    orders.popitem(last=False)
                    if not orders:
                        against.drop_level(price)
                yield standing, amount

    def put(self, order: Order) -> None:
        """Let what remains of an order stand. It must not cross: `match` comes first."""
        (self._bids if order.side is Side.BUY else self._asks).put(order)

    def take_out(self, order: Order) -> None:
        """Remove a standing order, whose status is the caller's to change; KeyError when it does not stand here."""
        (self._bids if order.side is Side.BUY else self._asks).take_out(order)

    def depth(self, levels: int) -> tuple[list[Offer], list[Offer]]:
        """Return bids and asks as (price, amount), best first, at most so many levels a side."""
        return _offers(self._bids, levels), _offers(self._asks, levels)


def _offers(half: _Half, levels: int) -> list[Offer]:
    return [(price, level.volume) for price, level in islice(half.levels(), max(levels, 0))]
