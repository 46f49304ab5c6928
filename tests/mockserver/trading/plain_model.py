"""A spot exchange as one would explain it: lists, fractions, and a search through everything at every step.

Written from the rules, not from the engine: it keeps no books and no ledger. What is set aside is added up anew from
what stands open, and the best order is found by looking at all of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction

from mockserver.core.markets import Market

GRAIN = 10**8


def down(value: Fraction) -> Fraction:
    return Fraction(math.floor(value * GRAIN), GRAIN)


def up(value: Fraction) -> Fraction:
    return Fraction(math.ceil(value * GRAIN), GRAIN)


def even(value: Fraction) -> Fraction:
    return Fraction(round(value * GRAIN), GRAIN)


@dataclass
class Ordered:
    number: int
    who: int
    buys: bool
    price: Fraction
    amount: Fraction
    left: Fraction
    open: bool = True


@dataclass
class Waiting:
    number: int
    who: int
    buys: bool
    trigger: Fraction
    rising: bool
    amount: Fraction
    limit: Fraction | None
    state: str = "waiting"


@dataclass
class PlainExchange:
    """Two rules for everything: a price beats a later time, and nobody spends what is set aside."""

    market: Market
    owned: list[dict[str, Fraction]]
    last: Fraction
    orders: list[Ordered] = field(default_factory=list)
    stops: list[Waiting] = field(default_factory=list)
    #: (buyer's number, seller's number, price, amount, buyer's fee, seller's fee)
    trades: list[tuple[int, int, Fraction, Fraction, Fraction, Fraction]] = field(default_factory=list)

    def held(self, who: int, currency: str) -> Fraction:
        base = currency == self.market.base
        standing = [order for order in self.orders if order.open and order.who == who and order.buys != base]
        waiting = [stop for stop in self.stops if stop.state == "waiting" and stop.who == who and stop.buys != base]
        return sum(
            [order.left if base else up(order.price * order.left) for order in standing]
            + [stop.amount if base else up((stop.limit or stop.trigger) * stop.amount) for stop in waiting],
            Fraction(0),
        )

    def free(self, who: int, currency: str) -> Fraction:
        return self.owned[who][currency] - self.held(who, currency)

    def against(self, buys: bool) -> list[Ordered]:
        """What stands on the other side, the best first."""
        others = [order for order in self.orders if order.open and order.buys != buys]
        return sorted(others, key=lambda order: (order.price if buys else -order.price, order.number))

    def place(
        self, who: int, buys: bool, price: Fraction, amount: Fraction, kind: str, instead_of: Ordered | None = None
    ) -> Ordered | str:
        currency = self.market.quote if buys else self.market.base
        free = self.free(who, currency)
        if instead_of is not None:
            free += up(instead_of.price * instead_of.left) if buys else instead_of.left
        if amount < Fraction(self.market.minimum_amount):
            return "below_minimum amount"
        if price * amount < Fraction(self.market.minimum_total):
            return "below_minimum"
        if free < (up(price * amount) if buys else amount):
            return "insufficient_funds"
        reachable = [order for order in self.against(buys) if (order.price <= price if buys else order.price >= price)]
        if kind == "post_only" and reachable:
            return "rejected post_only"
        if kind == "fok" and sum(order.left for order in reachable) < amount:
            return "rejected fok"
        if instead_of is not None:
            instead_of.open = False
        order = Ordered(len(self.orders), who, buys, price, amount, amount)
        self.orders.append(order)
        for standing in reachable:
            self.trade(order, standing)
        order.open = bool(order.left) and kind != "ioc"
        self.set_off(bool(reachable))
        return order

    def place_at_market(self, who: int, buys: bool, amount: Fraction | None, total: Fraction | None) -> Ordered | str:
        standing = self.against(buys)
        if not standing:
            return "rejected empty"
        spent, got = Fraction(0), Fraction(0)
        step = Fraction(self.market.amount_step)
        for price in dict.fromkeys(order.price for order in standing):
            there = sum(order.left for order in standing if order.price == price)
            wanted = there if amount is None else min(there, amount - got)
            if total is not None:
                wanted = min(wanted, math.floor((total - spent) / price / step) * step)
            got += wanted
            spent += up(price * wanted)
            if wanted < there:
                break
        if not got:
            return "rejected empty"
        asked = amount if amount is not None and total is None else got
        worth = total if amount is None and total is not None else spent
        if asked < Fraction(self.market.minimum_amount):
            return "below_minimum amount"
        if worth < Fraction(self.market.minimum_total):
            return "below_minimum"
        if self.free(who, self.market.quote if buys else self.market.base) < (spent if buys else asked):
            return "insufficient_funds"
        order = Ordered(len(self.orders), who, buys, Fraction(0), asked, asked)
        self.orders.append(order)
        order.open = False
        for one in standing:
            if order.amount - order.left < got:
                self.trade(order, one)
        self.set_off(True)
        return order

    def trade(self, taker: Ordered, maker: Ordered) -> None:
        amount = min(taker.left, maker.left)
        if not amount:
            return
        buyer, seller = (taker, maker) if taker.buys else (maker, taker)
        total = down(maker.price * amount)
        rates = {id(taker): Fraction(self.market.taker_fee), id(maker): Fraction(self.market.maker_fee)}
        buy_fee, sell_fee = even(amount * rates[id(buyer)]), even(total * rates[id(seller)])
        for order in (taker, maker):
            order.left -= amount
            order.open = order.open and bool(order.left)
        base, quote = self.market.base, self.market.quote
        self.owned[buyer.who][base] += amount - buy_fee
        self.owned[buyer.who][quote] -= total
        self.owned[seller.who][base] -= amount
        self.owned[seller.who][quote] += total - sell_fee
        self.last = maker.price
        self.trades.append((buyer.number, seller.number, maker.price, amount, buy_fee, sell_fee))

    def wait(
        self, who: int, buys: bool, trigger: Fraction, amount: Fraction, limit: Fraction | None, rising: bool
    ) -> Waiting | str:
        price = limit or trigger
        if amount < Fraction(self.market.minimum_amount):
            return "below_minimum amount"
        if price * amount < Fraction(self.market.minimum_total):
            return "below_minimum"
        if self.free(who, self.market.quote if buys else self.market.base) < (up(price * amount) if buys else amount):
            return "insufficient_funds"
        stop = Waiting(len(self.stops), who, buys, trigger, rising, amount, limit)
        self.stops.append(stop)
        self.set_off(True)
        return stop

    def set_off(self, traded: bool) -> None:
        """Turn the oldest stop order that is due into an order, which does the same for the next."""
        for stop in self.stops if traded else ():
            due = self.last >= stop.trigger if stop.rising else self.last <= stop.trigger
            if stop.state == "waiting" and due:
                stop.state = "triggered"
                if stop.limit is not None:
                    outcome = self.place(stop.who, stop.buys, stop.limit, stop.amount, "gtc")
                else:
                    money = self.free(stop.who, self.market.quote) if stop.buys else None
                    outcome = self.place_at_market(stop.who, stop.buys, stop.amount, money or None)
                if isinstance(outcome, str):
                    stop.state = "failed"
                self.set_off(True)
                return
