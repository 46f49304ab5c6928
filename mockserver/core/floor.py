"""The trading floor: orders meet in books, and what they agree on changes hands in the ledger.

What an order costs. A buy sets aside price times amount of the quote, rounded up to eight decimals; a sell its amount
of the base. A trade is at the standing order's price, and its total is rounded down to eight decimals, so that the
parts of an order never cost more than the whole. Each side's fee is taken from what it receives, rounded to the nearest
eighth decimal, the even one from half-way. What a buy set aside and needs no more goes back at each trade. An order on
margin pays from its position's purse, and its fees from the collateral.

After each order that traded, the floor looks at what the price has set off: stop orders that waited for it, positions
that it has used up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, DecimalException
from itertools import count
from typing import Final

from mockserver.core.accounts import MARKET_MAKER, Account
from mockserver.core.book import Match
from mockserver.core.ledger import FEES, Ledger
from mockserver.core.listing import Listing
from mockserver.core.margin import Margin, worth_of_opening
from mockserver.core.markets import Market
from mockserver.core.money import ZERO, add, ceiled, floored, multiply, nearest, plain, subtract
from mockserver.core.opening import open_market
from mockserver.core.orders import Fill, Order, Side, TimeInForce
from mockserver.core.positions import MarginTerms, Position
from mockserver.core.refusals import Refusal, Refused, insufficient
from mockserver.core.seeding import LiquidityPlan
from mockserver.core.stops import StopEvent, StopOrder
from mockserver.core.transfers import Transfers

_TRADE_IDS_FROM: Final = 20_000_001
_STOP_IDS_FROM: Final = 500_000_000_000_000_001


class Floor:
    """All markets of a venue, and the numbering of what happens on them.

    Args:
        markets: What is traded.
        accounts: The venue's accounts by id, the market maker's among them; read here, and their orders written.
        ledger: Who has what.
        transfers: Where an account's wallets are.
        seed: Of the liquidity.
        id_start: The first order id.
        liquidity: What a market opens with.

    Attributes:
        markets: As given.
        margin: The positions.
        changes: How often something was changed here.
    """

    __slots__ = (
        "_accounts",
        "_by_name",
        "_ledger",
        "_liquidity",
        "_listings",
        "_next_order_id",
        "_order_ids",
        "_reacting",
        "_seed",
        "_seeded_ids",
        "_stop_ids",
        "_trade_ids",
        "changes",
        "margin",
        "markets",
    )

    def __init__(
        self,
        markets: Sequence[Market],
        accounts: Mapping[int, Account],
        ledger: Ledger,
        transfers: Transfers,
        *,
        seed: int,
        id_start: int,
        liquidity: LiquidityPlan,
    ) -> None:
        self.markets = markets
        self.margin = Margin(ledger, accounts, transfers)
        self.changes = 0
        self._by_name = {market.name: market for market in markets}
        self._accounts = accounts
        self._ledger = ledger
        self._seed = seed
        self._next_order_id = id_start
        self._liquidity = liquidity
        self._listings: dict[str, Listing] = {}
        self._order_ids: set[int] = set()
        self._seeded_ids = count(1)
        self._stop_ids = count(_STOP_IDS_FROM)
        self._trade_ids = count(_TRADE_IDS_FROM)
        self._reacting = False

    def market(self, name: str) -> Market | None:
        """Return the market `BASE/QUOTE`, or None."""
        return self._by_name.get(name)

    def listing(self, market: Market, now_ms: int) -> Listing:
        """Return a market's book and tape, opened now if nobody looked before; KeyError for a market of elsewhere."""
        name = market.name
        listing = self._listings.get(name)
        if listing is None:
            listing = self._listings[name] = Listing(self._by_name[name])
            open_market(
                listing,
                self._liquidity(listing.market, self._seed),
                self._accounts[MARKET_MAKER],
                self._ledger,
                now_ms,
                seeded_id=self._seeded_ids.__next__,
                trade_id=self._trade_ids.__next__,
            )
            self.changes += 1
        return listing

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
            cost = ceiled(total) if side is Side.BUY else amount
        except DecimalException:  # more digits than anybody's money has
            return insufficient(listing.quote if side is Side.BUY else listing.base)
        if (refused := _too_small(market, amount, total, margin)) is not None:
            return refused
        collateral = self._affordable(account, market, side, price, amount, cost, margin, instead_of)
        if isinstance(collateral, Refused):
            return collateral
        crosses = listing.book.would_trade(side, price)
        if time_in_force is TimeInForce.POST_ONLY and crosses:
            return _rejected("post_only", "A post-only order would have traded at once.")
        if time_in_force is TimeInForce.FOK and not (crosses and listing.book.would_fill(side, price, amount)):
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
        self._enter(account, listing, order, now_ms, crosses=crosses)
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
        listing = self.listing(market, now_ms)
        if margin is not None and margin.reduce_only:
            reducible = self.margin.reducible(account, market, side, margin)
            amount = reducible if amount is None else min(amount, reducible)
            if not amount:
                return _nothing_to_reduce()
        reach = listing.book.reach(side, amount, None if total is None else floored(total), market.amount_step)
        if reach.worst is None:
            return _rejected("empty", "A market order meets no other.")
        asked = reach.amount if amount is None or total is not None else amount
        if (refused := _too_small(market, asked, reach.total, margin)) is not None:
            return refused
        cost = reach.total if side is Side.BUY else asked
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
        self._enter(account, listing, order, now_ms, crosses=True)
        return order

    def cancel_order(self, account: Account, order: Order) -> None:
        """Cancel an order of the account that stands in a book."""
        listing = self._listings[order.market]
        listing.book.take_out(order)
        self._close(account, listing, order)
        self.changes += 1

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
        buys = side is Side.BUY
        if margin is None:
            currency = market.quote if buys else market.base
            available = self._ledger.available(account.account_id, currency)
            if instead_of is not None:
                available = add(available, instead_of.held)
            return insufficient(currency) if available < cost else ZERO
        reducible = self.margin.reducible(account, market, side, margin, instead_of)
        opening = worth_of_opening(price, amount, reducible, cost if buys else None)
        freed = ZERO if instead_of is None else instead_of.collateral
        return self.margin.collateral(account, market, opening, margin, freed)

    def _enter(self, account: Account, listing: Listing, order: Order, now_ms: int, *, crosses: bool) -> None:
        """Let an order that was accepted hold its money, trade what it can, and rest or end."""
        currency = listing.quote if order.side is Side.BUY else listing.base
        if order.margin is None:
            self._ledger.hold(currency, order.held, account.account_id)
        else:
            order.position = self.margin.attach(account, listing.market, order.margin, now_ms)
            self.margin.fund(account, order, currency, listing.quote)
        account.orders[order.order_id] = order
        account.open[order.order_id] = order
        if order.client_order_id is not None:
            account.by_client_id[order.client_order_id] = order
        self.changes += 1
        if crosses:
            for match in listing.book.match(order):
                self._settle(listing, order, match, now_ms)
        if order.remaining:
            if order.time_in_force is TimeInForce.IOC:
                self._close(account, listing, order)
            else:
                listing.book.put(order)
        if crosses and (listing.stops or listing.positions):
            self._react(listing, now_ms)

    def _settle(self, listing: Listing, taker: Order, match: Match, now_ms: int) -> None:
        """Let the money and the goods of one trade change hands, of which both orders tell already."""
        maker, amount = match
        buy, sell = (taker, maker) if taker.side is Side.BUY else (maker, taker)
        market, base, quote = listing.market, listing.base, listing.quote
        price = maker.price
        total = floored(multiply(price, amount))
        buy_rate, sell_rate = market.maker_fee, market.taker_fee
        if buy is taker:
            buy_rate, sell_rate = sell_rate, buy_rate
        settle = self._ledger.settle
        if buy.position is None:
            buyer, buy_fee, buy_fee_currency = buy.account_id, nearest(multiply(amount, buy_rate)), base
            settle(base, subtract(amount, buy_fee), sell.holder, buyer)
            settle(base, buy_fee, sell.holder, FEES)
        else:
            buyer, buy_fee, buy_fee_currency = buy.position.holder, nearest(multiply(total, buy_rate)), quote
            settle(base, amount, sell.holder, buyer)
        sell_fee = nearest(multiply(total, sell_rate))
        if sell.position is None:
            settle(quote, subtract(total, sell_fee), buyer, sell.account_id)
            settle(quote, sell_fee, buyer, FEES)
        else:
            settle(quote, total, buyer, sell.position.holder)

        sell.held = sell.remaining
        if not buy.at_market:
            still_held = ceiled(multiply(buy.price, buy.remaining))
        else:  # what it holds is the sum over all prices that it reaches, not a multiple of one
            still_held = subtract(buy.held, total) if buy.remaining else ZERO
        spare = subtract(subtract(buy.held, total), still_held)
        buy.held = still_held
        if spare:
            self._ledger.release(quote, spare, buyer)

        trade_id = next(self._trade_ids)
        for order, fee, fee_currency in ((buy, buy_fee, buy_fee_currency), (sell, sell_fee, quote)):
            fill = Fill(
                trade_id=trade_id,
                order_id=order.order_id,
                market=listing.name,
                side=order.side,
                price=price,
                amount=amount,
                fee=fee,
                fee_currency=fee_currency,
                maker=order is maker,
                at_ms=now_ms,
            )
            account = self._accounts[order.account_id]
            order.fills.append(fill)
            if order is taker:
                listing.tape.print(fill)
            if order.position is None:
                account.fills.append(fill)
            else:
                account.margin_fills.setdefault(order.position.wallet, []).append(fill)
                self.margin.traded(listing, order, amount, total, fee, now_ms)
            if not order.remaining:
                self._leave(account, listing, order)
        for order in (buy, sell):
            if order.position is not None:
                self._trim(listing, order.position, taker)

    def _close(self, account: Account, listing: Listing, order: Order) -> None:
        """End an order that stands in no book, and give back what it held."""
        order.cancel()
        self._ledger.release(listing.quote if order.side is Side.BUY else listing.base, order.held, order.holder)
        order.held = ZERO
        self._leave(account, listing, order)

    def _leave(self, account: Account, listing: Listing, order: Order) -> None:
        """Strike an order that has ended off the open ones."""
        del account.open[order.order_id]
        if order.position is not None:
            self.margin.closed(account, order, listing.quote)

    def _trim(self, listing: Listing, position: Position, taker: Order) -> None:
        """Cancel standing orders that may only reduce a position and would do more, the newest first."""
        account = self._accounts[position.account_id]
        reducing = [
            order
            for order in account.open.values()
            if order.position is position and order is not taker and order.margin and order.margin.reduce_only
        ]
        for order in reversed(reducing):
            same_way = (position.amount > ZERO) == (order.side is Side.BUY)
            asked = sum((one.remaining for one in reducing if one.is_open and one.side is order.side), ZERO)
            if same_way or asked > abs(position.amount):
                self.cancel_order(account, order)

    # Stop orders, and what the price sets off.

    def place_stop(self, account: Account, stop: StopOrder, market: Market, now_ms: int) -> StopOrder | Refused:
        """Let a stop order wait, as `AccountDesk.place_stop` says; its number is given here."""
        price = stop.trigger if stop.limit is None else stop.limit
        if not all(number.is_finite() and number > ZERO for number in (stop.trigger, price, stop.amount)):
            raise ValueError(f"trigger {stop.trigger}, limit {stop.limit} and amount {stop.amount} must be above zero")
        listing = self.listing(market, now_ms)
        currency = listing.quote if stop.side is Side.BUY else listing.base
        try:
            total = multiply(price, stop.amount)
            cost = ceiled(total) if stop.side is Side.BUY else stop.amount
        except DecimalException:
            return insufficient(currency)
        if (refused := _too_small(market, stop.amount, total, stop.margin)) is not None:
            return refused
        if stop.margin is None:
            if self._ledger.available(account.account_id, currency) < cost:
                return insufficient(currency)
            self._ledger.hold(currency, cost, account.account_id)
            stop.held = cost
        stop.stop_id = next(self._stop_ids)
        account.stops[stop.stop_id] = stop
        listing.stops.put(stop)
        self.changes += 1
        self._react(listing, now_ms)
        return stop

    def cancel_stop(self, account: Account, stop: StopOrder, now_ms: int) -> None:
        """Cancel a stop order of the account that waits."""
        listing = self._listings[stop.market]
        listing.stops.take_out(stop)
        stop.end(StopEvent.CANCELLED, now_ms)
        self._free(listing, stop)
        self.changes += 1

    def close_position(
        self, account: Account, position: Position, client_order_id: str | None, now_ms: int
    ) -> Order | Refused:
        """Close a position at market, as `AccountDesk.close_position` says."""
        for order in [order for order in account.open.values() if order.position is position]:
            self.cancel_order(account, order)
        terms = MarginTerms(
            wallet=position.wallet,
            leverage=position.leverage,
            mode=position.mode,
            reduce_only=True,
            slot=position.slot,
        )
        side = Side.SELL if position.amount > ZERO else Side.BUY
        market = self._by_name[position.market]
        size = abs(position.amount)
        return self.place_market_order(account, market, side, size, None, client_order_id, now_ms, margin=terms)

    def _react(self, listing: Listing, now_ms: int) -> None:
        """Set off what the last price sets off, one after the other, until it sets off no more."""
        if self._reacting:  # what is set off trades in its turn, and is looked at by the loop that set it off
            return
        self._reacting = True
        looked_at: set[int] = set()
        try:
            while True:
                price = listing.tape.last
                if (stop := listing.stops.take_due(price)) is not None:
                    self._set_off(listing, stop, now_ms)
                    continue
                for position in listing.positions.values():
                    if position.position_id not in looked_at and self.margin.is_used_up(position, listing.quote, price):
                        looked_at.add(position.position_id)
                        position.liquidated = True
                        self.close_position(self._accounts[position.account_id], position, None, now_ms)
                        break
                else:
                    return
        finally:
            self._reacting = False

    def _set_off(self, listing: Listing, stop: StopOrder, now_ms: int) -> None:
        account, market = self._accounts[stop.account_id], listing.market
        self._free(listing, stop)
        called, margin = stop.client_order_id, stop.margin
        if stop.limit is not None:
            placed = self.place_order(
                account, market, stop.side, stop.limit, stop.amount, TimeInForce.GTC, called, now_ms, margin=margin
            )
        else:
            # A buy may meet prices beyond its trigger: it gets as much as there is money for.
            budget = None
            if stop.side is Side.BUY and margin is None:
                budget = self._ledger.available(account.account_id, listing.quote) or None
            placed = self.place_market_order(
                account, market, stop.side, stop.amount, budget, called, now_ms, margin=margin
            )
        if isinstance(placed, Order):
            stop.order_id = placed.order_id
            stop.end(StopEvent.PLACED, now_ms)
        else:
            stop.refused = placed
            stop.end(StopEvent.REFUSED, now_ms)
        self.changes += 1

    def _free(self, listing: Listing, stop: StopOrder) -> None:
        """Give back what a stop order held."""
        self._ledger.release(listing.quote if stop.side is Side.BUY else listing.base, stop.held, stop.account_id)
        stop.held = ZERO

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


def _below(what: str, minimum: Decimal, currency: str) -> Refused:
    """Refuse for a least total, or a least amount, which is a variant of it."""
    return Refused(
        refusal=Refusal.BELOW_MINIMUM,
        detail=f"The {what} must be at least {plain(minimum)} {currency}.",
        facts={"minimum": plain(minimum), "currency": currency},
        variant="amount" if what == "amount" else "",
    )


def _rejected(variant: str, detail: str) -> Refused:
    return Refused(refusal=Refusal.REJECTED, detail=detail, variant=variant)


def _nothing_to_reduce() -> Refused:
    return _rejected("reduce_only", "There is no position that a reduce-only order on this side would make smaller.")


def _too_small(market: Market, amount: Decimal, total: Decimal, margin: MarginTerms | None) -> Refused | None:
    """Refuse for the market's least amount and total, but never one that only reduces a position."""
    if margin is not None and margin.reduce_only:
        return None
    if amount < market.minimum_amount:
        return _below("amount", market.minimum_amount, market.base)
    if total < market.minimum_total:
        return _below("total", market.minimum_total, market.quote)
    return None
