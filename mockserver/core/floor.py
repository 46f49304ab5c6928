"""The trading floor: orders meet in books, and what they agree on changes hands in the ledger.

What an order costs. A buy sets aside price times amount of the quote, rounded up to eight decimals; a sell its amount
of the base; an order at market what all prices cost that it can reach. An order on margin sets it aside in its
position's purse, and its collateral in its wallet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, DecimalException
from heapq import heappop, heappush
from itertools import count
from typing import Final

from mockserver.core.accounts import KEPT, MARKET_MAKER, Account
from mockserver.core.ledger import Ledger
from mockserver.core.listing import Listing
from mockserver.core.margin import Margin, worth_of_opening
from mockserver.core.market_maker import MarketMaker
from mockserver.core.markets import Market
from mockserver.core.money import ZERO, add, ceiled, floored, multiply
from mockserver.core.opening import open_market
from mockserver.core.orders import Order, Side, TimeInForce
from mockserver.core.positions import MarginTerms
from mockserver.core.refusals import Refusal, Refused, insufficient, too_small
from mockserver.core.seeding import LiquidityPlan
from mockserver.core.settling import Settling
from mockserver.core.stops import StopStatus
from mockserver.core.tally import Tally
from mockserver.core.transfers import Transfers
from mockserver.core.triggers import Triggers

_COUNTLESS: Final = Decimal(10) ** 40

_BUY: Final = Side.BUY
_IOC: Final = TimeInForce.IOC
_FOK: Final = TimeInForce.FOK
_POST_ONLY: Final = TimeInForce.POST_ONLY


class Floor:
    """All markets of a venue, and the numbering of what happens on them.

    Args:
        markets: What is traded.
        accounts: The venue's accounts by id, the market maker's among them; read here, and their orders written.
        ledger: Who has what.
        transfers: Where an account's wallets are.
        tally: Of the venue's changes.
        seed: Of the liquidity.
        id_start: The first order id.
        liquidity: What a market opens with that does not breathe.
        breathing: Whether markets breathe.

    Attributes:
        markets: As given.
        breathing: Whether markets that open from now on breathe.
        margin: The positions.
        triggers: Stop orders, and what else a price sets off.
        market_maker: Who lets markets breathe.
        ends: When orders shall end by themselves, the next first: (time, account's id, number).
    """

    __slots__ = (
        "_accounts",
        "_by_name",
        "_ledger",
        "_liquidity",
        "_listings",
        "_next_order_id",
        "_order_ids",
        "_seed",
        "_seeded_ids",
        "_settling",
        "_tally",
        "breathing",
        "ends",
        "margin",
        "market_maker",
        "markets",
        "triggers",
    )

    def __init__(
        self,
        markets: Sequence[Market],
        accounts: Mapping[int, Account],
        ledger: Ledger,
        transfers: Transfers,
        tally: Tally,
        *,
        seed: int,
        id_start: int,
        liquidity: LiquidityPlan,
        breathing: bool = False,
    ) -> None:
        self.markets = markets
        self.margin = Margin(ledger, accounts, transfers)
        self.triggers = Triggers(self, accounts, ledger, self.margin, tally)
        self._settling = Settling(accounts, ledger, self.margin)
        self.market_maker = MarketMaker(self, self._settling, accounts[MARKET_MAKER], ledger, seed=seed)
        self.breathing = breathing
        self.ends: list[tuple[int, int, int]] = []
        self._tally = tally
        self._by_name = {market.name: market for market in markets}
        self._accounts = accounts
        self._ledger = ledger
        self._seed = seed
        self._next_order_id = id_start
        self._liquidity = liquidity
        self._listings: dict[str, Listing] = {}
        self._order_ids: set[int] = set()
        self._seeded_ids = count(1)

    def market(self, name: str) -> Market | None:
        """Return the market `BASE/QUOTE`, or None."""
        return self._by_name.get(name)

    def listing(self, market: Market, now_ms: int) -> Listing:
        """Return a market's book and tape, opened now if nobody looked before; KeyError for a market of elsewhere."""
        name = market.name
        listing = self._listings.get(name)
        if listing is None:
            listing = self._listings[name] = Listing(self._by_name[name])
            if self.breathing:
                self.market_maker.begin(listing, now_ms, with_past=True)
            else:
                open_market(
                    listing,
                    self._liquidity(listing.market, self._seed),
                    self._accounts[MARKET_MAKER],
                    self._ledger,
                    now_ms,
                    seeded_id=self._seeded_ids.__next__,
                    trade_id=self._settling.new_trade_id,
                )
            self._tally.changes += 1
        return listing

    # The market maker's.

    def pass_until(self, now_ms: int) -> None:
        """Let all moments up to now pass in the markets that breathe, and orders end whose time is over."""
        if self.breathing and self.market_maker.pass_until(self._listings.values(), now_ms):
            self._tally.changes += 1
        self.end_what_is_over(now_ms)

    def end_what_is_over(self, now_ms: int) -> None:
        """Cancel orders and stop orders whose time is over."""
        while self.ends and self.ends[0][0] <= now_ms:
            at_ms, account_id, number = heappop(self.ends)
            account = self._accounts[account_id]
            order, stop = account.open.get(number), account.stops.get(number)
            if order is not None:
                self.cancel_order(account, order)
            elif stop is not None and stop.status is StopStatus.WAITING:
                self.triggers.cancel_stop(account, stop, at_ms)

    def end_at(self, account: Account, number: int, at_ms: int) -> None:
        """Cancel an order or a stop order at a time, as `AccountDesk.end_at` says."""
        heappush(self.ends, (at_ms, account.account_id, number))
        self._tally.changes += 1

    def breathe(self, now_ms: int, *, breathing: bool) -> None:
        """Let all markets breathe from now on, those that are open too, or let them stand still as they are."""
        self.pass_until(now_ms)
        self.breathing = breathing
        for listing in self._listings.values():
            if not breathing:
                listing.breath = None
            elif listing.breath is None:
                self.market_maker.begin(listing, now_ms, with_past=False)
        self._tally.changes += 1

    def move_price(self, market: Market, price: Decimal, now_ms: int) -> None:
        """Have the market maker trade up or down to a price, and quote around it."""
        self.market_maker.move_to(self.listing(market, now_ms), price, now_ms)
        self._tally.changes += 1

    def new_house_id(self) -> int:
        """Return an id for an order of the market maker, below zero, where no client sees it."""
        return -next(self._seeded_ids)

    def opened(self, name: str) -> Listing:
        """Return a market that was opened before; KeyError otherwise."""
        return self._listings[name]

    # Placing, replacing, cancelling.

    def place_order(
        self,
        account: Account,
        market: Market,
        side: Side,
        price: Decimal,
        amount: Decimal,
        time_in_force: TimeInForce,
        client_order_id: str | None,
        now_ms: int,
        *,
        margin: MarginTerms | None = None,
        instead_of: Order | None = None,
    ) -> Order | Refused:
        """Place an order, as `AccountDesk.place_order` says; `instead_of` is cancelled if it can be placed."""
        if not (price.is_finite() and amount.is_finite() and price > ZERO and amount > ZERO):
            raise ValueError(f"price {price} and amount {amount} must be above zero, and have an end")
        listing = self.listing(market, now_ms)
        if margin is not None and margin.reduce_only:
            amount = min(amount, self.margin.reducible(account, market, side, margin, instead_of))
            if not amount:
                return _nothing_to_reduce()
        try:
            total = multiply(price, amount)
            cost = ceiled(total) if side is _BUY else amount
        except DecimalException:  # more digits than anybody's money has
            return insufficient(listing.quote if side is _BUY else listing.base)
        if (amount < market.minimum_amount or total < market.minimum_total) and not _reduces(margin):
            return too_small(market, amount)
        collateral = ZERO
        if margin is not None or instead_of is not None:
            asked = self._affordable(account, market, side, price, amount, cost, margin, instead_of)
            if isinstance(asked, Refused):
                return asked
            collateral = asked
        elif self._ledger.available(account.account_id, market.quote if side is _BUY else market.base) < cost:
            return insufficient(market.quote if side is _BUY else market.base)
        crosses = listing.book.would_trade(side, price)
        if time_in_force is _POST_ONLY and crosses:
            return _rejected("post_only", "A post-only order would have traded at once.")
        if time_in_force is _FOK and not (crosses and listing.book.would_fill(side, price, amount)):
            return _rejected("fok", "A fill-or-kill order could not be filled whole at once.")
        if instead_of is not None:
            self.cancel_order(account, instead_of)
        order = Order(
            order_id=self._take_order_id(account),
            account_id=account.account_id,
            market=listing.name,
            side=side,
            price=price,
            amount=amount,
            remaining=amount,
            at_ms=now_ms,
            client_order_id=client_order_id,
            time_in_force=time_in_force,
            held=cost,
            margin=margin,
            collateral=collateral,
        )
        self.enter(account, listing, order, now_ms, crosses=crosses)
        return order

    def place_market_order(
        self,
        account: Account,
        market: Market,
        side: Side,
        amount: Decimal | None,
        total: Decimal | None,
        client_order_id: str | None,
        now_ms: int,
        *,
        margin: MarginTerms | None = None,
    ) -> Order | Refused:
        """Trade at whatever prices stand, as `AccountDesk.place_market_order` says."""
        bounds = [bound for bound in (amount, total) if bound is not None]
        if not bounds or not all(bound.is_finite() and bound > ZERO for bound in bounds):
            raise ValueError(f"amount {amount} or total {total} must be given, above zero, and have an end")
        # Nobody has more than can be counted; a sum of a hundred digits would only take those that others need.
        amount = None if amount is None else min(amount, _COUNTLESS)
        total = None if total is None else floored(min(total, _COUNTLESS))
        listing = self.listing(market, now_ms)
        if margin is not None and margin.reduce_only:
            reducible = self.margin.reducible(account, market, side, margin)
            amount = reducible if amount is None else min(amount, reducible)
            if not amount:
                return _nothing_to_reduce()
        reach = listing.book.reach(side, amount, total, market.amount_step)
        if reach.worst is None:
            return _rejected("empty", "A market order meets no other.")
        asked = reach.amount if amount is None or total is not None else amount
        worth = reach.total if total is None or amount is not None else total
        if (asked < market.minimum_amount or worth < market.minimum_total) and not _reduces(margin):
            return too_small(market, asked)
        cost = reach.total if side is _BUY else asked
        collateral = self._affordable(account, market, side, reach.worst, asked, cost, margin, None)
        if isinstance(collateral, Refused):
            return collateral
        order = Order(
            order_id=self._take_order_id(account),
            account_id=account.account_id,
            market=listing.name,
            side=side,
            price=reach.worst,
            amount=asked,
            remaining=asked,
            at_ms=now_ms,
            client_order_id=client_order_id,
            time_in_force=TimeInForce.IOC,
            held=cost,
            at_market=True,
            margin=margin,
            collateral=collateral,
        )
        self.enter(account, listing, order, now_ms, crosses=True)
        return order

    def cancel_order(self, account: Account, order: Order) -> None:
        """Cancel an order of the account that stands in a book."""
        self._settling.cancel(account, self._listings[order.market], order)
        self._tally.changes += 1

    def _affordable(
        self,
        account: Account,
        market: Market,
        side: Side,
        price: Decimal,
        amount: Decimal,
        cost: Decimal,
        margin: MarginTerms | None,
        instead_of: Order | None,
    ) -> Decimal | Refused:
        """Return the collateral of an order that can be paid, zero where it is paid from the spot wallet."""
        buys = side is _BUY
        if margin is None:
            currency = market.quote if buys else market.base
            available = self._ledger.available(account.account_id, currency)
            if instead_of is not None:
                available = add(available, instead_of.held)
            return insufficient(currency) if available < cost else ZERO
        reducible = self.margin.reducible(account, market, side, margin, instead_of)
        freed = ZERO if instead_of is None else instead_of.collateral
        try:
            opening = worth_of_opening(price, amount, reducible, cost if buys else None)
            return self.margin.collateral(account, market, opening, margin, freed)
        except DecimalException:
            return insufficient(market.quote)

    def enter(
        self, account: Account, listing: Listing, order: Order, now_ms: int, *, crosses: bool, reacts: bool = True
    ) -> None:
        """Let an order that was accepted hold its money, trade what it can, and rest or end."""
        currency = listing.quote if order.side is _BUY else listing.base
        if order.margin is None:
            self._ledger.hold(currency, order.held, account.account_id)
        else:
            order.position = self.margin.attach(account, listing.market, order.margin, now_ms)
            self.margin.fund(account, order, currency, listing.quote)
        account.orders[order.order_id] = order
        account.open[order.order_id] = order
        if order.client_order_id is not None:
            account.by_client_id[order.client_order_id] = order
        self._tally.changes += 1
        if len(account.orders) > 2 * KEPT + len(account.open) or len(account.fills) > 2 * KEPT:
            account.forget_the_oldest()
        if crosses:
            for match in listing.book.match(order):
                self._settling.settle(listing, order, match, now_ms)
        if order.remaining:
            if order.time_in_force is _IOC:
                self._settling.close(account, listing, order)
            else:
                listing.book.put(order)
        if crosses and reacts and (listing.stops or listing.positions):
            self.triggers.react(listing, now_ms)

    def _take_order_id(self, account: Account) -> int:
        own = account.next_order_id
        order_id = self._next_order_id if own is None else own
        while order_id in self._order_ids:
            order_id += 1
        self._order_ids.add(order_id)
        if own is None:
            self._next_order_id = order_id + 1
        else:
            account.next_order_id = order_id + 1
        return order_id


def _rejected(variant: str, detail: str) -> Refused:
    return Refused(refusal=Refusal.REJECTED, detail=detail, variant=variant)


def _nothing_to_reduce() -> Refused:
    return _rejected("reduce_only", "There is no position that a reduce-only order on this side would make smaller.")


def _reduces(margin: MarginTerms | None) -> bool:
    """Tell whether an order only reduces a position: no amount is too small for that."""
    return margin is not None and margin.reduce_only
