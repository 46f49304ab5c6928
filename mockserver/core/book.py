"""One market's book: the best price first, and at one price who came first."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Final, TypeAlias

from mockserver.core.money import ZERO, add, ceiled, multiply, on_step, quotient, subtract
from mockserver.core.orders import Order, Side

_BUY: Final = Side.BUY

#: What one price holds: (price, amount).
Offer: TypeAlias = "tuple[Decimal, Decimal]"

#: One trade: the order that stood, and the amount. The price is the standing order's own.
Match: TypeAlias = "tuple[Order, Decimal]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far an order at any price would get: so much of the base for so much of the quote, at worst at that price."""

    amount: Decimal
    worst: Decimal | None
    total: Decimal


class _Level:
    """All orders at one price, in the order they came, and the sum of what remains of them."""

    __slots__ = ("orders", "volume")

    def __init__(self) -> None:
        # An OrderedDict, because the first of a plain dict is found by walking over all that were taken out before it.
        self.orders: OrderedDict[int, Order] = OrderedDict()
        self.volume = ZERO


class _Half:
    """One side of the book: its prices in rising order, and what stands at each.

    The prices are a plain list. To enter one in the middle moves a pointer for each price above it, which a machine
    does by the thousand in a microsecond.
    """

    __slots__ = ("_best_at", "_buys", "_levels", "_prices")

    def __init__(self, side: Side) -> None:
        self._levels: dict[Decimal, _Level] = {}
        self._prices: list[Decimal] = []
        self._buys = side is _BUY
        self._best_at = -1 if self._buys else 0

    def best(self) -> Decimal | None:
        """Return the best price, or None."""
        return self._prices[self._best_at] if self._prices else None

    def accepts(self, limit: Decimal) -> bool:
        """Tell whether an order from the other side with this limit would trade."""
        if not self._prices:
            return False
        best = self._prices[self._best_at]
        return limit <= best if self._buys else limit >= best

    def levels(self) -> Iterator[tuple[Decimal, _Level]]:
        """Yield the levels, best first."""
        prices: Iterable[Decimal] = reversed(self._prices) if self._buys else self._prices
        return ((price, self._levels[price]) for price in prices)

    def best_level(self) -> tuple[Decimal, _Level]:
        """Return the best level; there must be one."""
        price = self._prices[self._best_at]
        return price, self._levels[price]

    def put(self, order: Order) -> None:
        """Let an order stand behind those of its price."""
        price = order.price
        level = self._levels.get(price)
        if level is None:
            level = self._levels[price] = _Level()
            insort(self._prices, price)
        level.orders[order.order_id] = order
        level.volume = add(level.volume, order.remaining)

    def take_out(self, order: Order) -> None:
        """Remove an order that stands here."""
        level = self._levels[order.price]
        del level.orders[order.order_id]
        if level.orders:
            level.volume = subtract(level.volume, order.remaining)
        else:
            self.drop_level(order.price)

    def drop_level(self, price: Decimal) -> None:
        """Remove a level without orders."""
        del self._levels[price]
        del self._prices[bisect_left(self._prices, price)]


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
        return (self._asks if side is _BUY else self._bids).accepts(price)

    def would_fill(self, side: Side, price: Decimal, amount: Decimal) -> bool:
        """Tell whether an order would trade at once, to the last bit."""
        reachable = ZERO
        for best, level in (self._asks if side is _BUY else self._bids).levels():
            if (best > price) if side is _BUY else (best < price):
                return False
            reachable = add(reachable, level.volume)
            if reachable >= amount:
                return True
        return False

    def reach(self, side: Side, amount: Decimal | None, total: Decimal | None, step: Decimal) -> Reach:
        """Find out how far an order at any price would get.

        Args:
            side: Which way it goes.
            amount: How much of the base it wants at most; None for no bound.
            total: What it may cost, or bring, in the quote at most; None for no bound.
            step: Amounts that a total pays for are multiples of it.
        """
        reached = cost = ZERO
        worst: Decimal | None = None
        for price, level in (self._asks if side is _BUY else self._bids).levels():
            taken = level.volume if amount is None else min(level.volume, subtract(amount, reached))
            if total is not None:
                taken = min(taken, on_step(quotient(subtract(total, cost), price), step))
            if taken <= ZERO:
                break
            reached = add(reached, taken)
            cost = add(cost, ceiled(multiply(price, taken)))
            worst = price
            if taken < level.volume:
                break
        return Reach(amount=reached, worst=worst, total=cost)

    def match(self, order: Order) -> Iterator[Match]:
        """Trade an order against what stands on the other side, as far as its limit allows; nothing is put.

        Each trade is yielded when both of its orders show it and none of the next. The book is whole between trades:
        standing orders that are filled have left it.
        """
        against = self._asks if order.side is _BUY else self._bids
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
        (self._bids if order.side is _BUY else self._asks).put(order)

    def take_out(self, order: Order) -> None:
        """Remove a standing order, whose status is the caller's to change; KeyError when it does not stand here."""
        (self._bids if order.side is _BUY else self._asks).take_out(order)

    def depth(self, levels: int) -> tuple[list[Offer], list[Offer]]:
        """Return bids and asks as (price, amount), best first, at most so many levels a side."""
        return _offers(self._bids, levels), _offers(self._asks, levels)


def _offers(half: _Half, levels: int) -> list[Offer]:
    return [(price, level.volume) for price, level in islice(half.levels(), max(levels, 0))]
