"""The trading floor: orders meet in books, and what they agree on changes hands in the ledger.

What an order costs. A buy sets aside price times amount of the quote, rounded up to eight decimals; a sell its amount
of the base. A trade is at the standing order's price, and its total is rounded down to eight decimals, so that the
parts of an order never cost more than the whole. Each side's fee is taken from what it receives, rounded to the nearest
eighth decimal, the even one from half-way. What a buy set aside and needs no more goes back at each trade.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, DecimalException
from itertools import count
from typing import Final

from mockserver.core.accounts import MARKET_MAKER, Account
from mockserver.core.book import Book, Match
from mockserver.core.ledger import FEES, WORLD, Ledger
from mockserver.core.markets import Market
from mockserver.core.money import ZERO, add, ceiled, floored, multiply, nearest, plain, subtract
from mockserver.core.orders import Fill, Order, Side, TimeInForce
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.seeding import LiquidityPlan
from mockserver.core.tape import Tape

_TRADE_IDS_FROM: Final = 20_000_001


class Listing:
    """One market of a venue, with its book and its tape."""

    __slots__ = ("base", "book", "market", "name", "quote", "tape")

    def __init__(self, market: Market) -> None:
        self.market = market
        self.name = market.name
        self.base = market.base
        self.quote = market.quote
        self.book = Book()
        self.tape = Tape(market.opening_price)


class Floor:
    """All markets of a venue, and the numbering of what happens on them.

    Args:
        markets: What is traded.
        accounts: The venue's accounts by id, the market maker's among them; read here, and their orders written.
        ledger: Who has what.
        seed: Of the liquidity.
        id_start: The first order id.
        liquidity: What a market opens with.

    Attributes:
        markets: As given.
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
        "_trade_ids",
        "markets",
    )

    def __init__(
        self,
        markets: Sequence[Market],
        accounts: Mapping[int, Account],
        ledger: Ledger,
        *,
        seed: int,
        id_start: int,
        liquidity: LiquidityPlan,
    ) -> None:
        self.markets = markets
        self._by_name = {market.name: market for market in markets}
        self._accounts = accounts
        self._ledger = ledger
        self._seed = seed
        self._next_order_id = id_start
        self._liquidity = liquidity
        self._listings: dict[str, Listing] = {}
        self._order_ids: set[int] = set()
        self._seeded_ids = count(1)
        self._trade_ids = count(_TRADE_IDS_FROM)

    def market(self, name: str) -> Market | None:
        """Return the market `BASE/QUOTE`, or None."""
        return self._by_name.get(name)

    def listing(self, market: Market, now_ms: int) -> Listing:
        """Return a market's book and tape, opened now if nobody looked before; KeyError for a market of elsewhere."""
        name = market.name
        listing = self._listings.get(name)
        if listing is None:
            listing = self._listings[name] = Listing(self._by_name[name])
            self._open_market(listing, now_ms)
        return listing

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
    ) -> Order | Refused:
        """Place an order, as `AccountDesk.place_order` says."""
        if not (price.is_finite() and amount.is_finite() and price > ZERO and amount > ZERO):
            raise ValueError(f"price {price} and amount {amount} must be above zero, and have an end")
        listing = self.listing(market, now_ms)
        if amount < market.minimum_amount:
            return _below("amount", market.minimum_amount, market.base)
        buys = side is Side.BUY
        currency = listing.quote if buys else listing.base
        try:
            total = multiply(price, amount)
            cost = ceiled(total) if buys else amount
        except DecimalException:  # more digits than anybody's money has
            return insufficient(currency)
        if total < market.minimum_total:
            return _below("total", market.minimum_total, market.quote)
        if self._ledger.available(account.account_id, currency) < cost:
            return insufficient(currency)
        crosses = listing.book.would_trade(side, price)
        if time_in_force is TimeInForce.POST_ONLY and crosses:
            return _rejected("post_only", "A post-only order would have traded at once.")
        if time_in_force is TimeInForce.FOK and not (crosses and listing.book.would_fill(side, price, amount)):
            return _rejected("fok", "A fill-or-kill order could not be filled whole at once.")
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
        )
        self._ledger.hold(currency, cost, account.account_id)
        account.orders[order.order_id] = order
        account.open[order.order_id] = order
        if client_order_id is not None:
            account.by_client_id[client_order_id] = order
        if crosses:
            for match in listing.book.match(order):
                self._settle(listing, order, match, now_ms)
        if order.remaining:
            if time_in_force is TimeInForce.IOC:
                self._close(account, order, currency)
            else:
                listing.book.put(order)
        return order

    def cancel_order(self, account: Account, order: Order) -> None:
        """Cancel an order of the account that stands in a book."""
        listing = self._listings[order.market]
        listing.book.take_out(order)
        self._close(account, order, listing.quote if order.side is Side.BUY else listing.base)

    def _settle(self, listing: Listing, taker: Order, match: Match, now_ms: int) -> None:
        """Let the money and the goods of one trade change hands, of which both orders tell already."""
        maker, amount = match
        buy, sell = (taker, maker) if taker.side is Side.BUY else (maker, taker)
        market, base, quote = listing.market, listing.base, listing.quote
        price = maker.price
        total = floored(multiply(price, amount))
        buy_fee = nearest(multiply(amount, market.taker_fee if buy is taker else market.maker_fee))
        sell_fee = nearest(multiply(total, market.taker_fee if sell is taker else market.maker_fee))
        settle = self._ledger.settle
        settle(base, subtract(amount, buy_fee), sell.account_id, buy.account_id)
        settle(base, buy_fee, sell.account_id, FEES)
        settle(quote, subtract(total, sell_fee), buy.account_id, sell.account_id)
        settle(quote, sell_fee, buy.account_id, FEES)

        sell.held = sell.remaining
        still_held = ceiled(multiply(buy.price, buy.remaining))
        spare = subtract(subtract(buy.held, total), still_held)
        buy.held = still_held
        if spare:
            self._ledger.release(quote, spare, buy.account_id)

        trade_id = next(self._trade_ids)
        for order, fee, fee_currency in ((buy, buy_fee, base), (sell, sell_fee, quote)):
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
            account.fills.append(fill)
            if not order.remaining:
                del account.open[order.order_id]
            if order is taker:
                listing.tape.print(fill)

    def _close(self, account: Account, order: Order, currency: str) -> None:
        """End an order that stands in no book, and give back what it held."""
        order.cancel()
        self._ledger.release(currency, order.held, account.account_id)
        order.held = ZERO
        del account.open[order.order_id]

    def _open_market(self, listing: Listing, now_ms: int) -> None:
        """Place what the plan says; its orders have ids that no client sees, below zero."""
        liquidity = self._liquidity(listing.market, self._seed)
        maker = self._accounts[MARKET_MAKER]
        for side, offers, currency in (
            (Side.BUY, liquidity.bids, listing.quote),
            (Side.SELL, liquidity.asks, listing.base),
        ):
            needed = ZERO
            for price, amount in offers:
                order = Order(
                    order_id=-next(self._seeded_ids),
                    account_id=MARKET_MAKER,
                    market=listing.name,
                    side=side,
                    price=price,
                    amount=amount,
                    remaining=amount,
                    at_ms=now_ms,
                    held=ceiled(multiply(price, amount)) if side is Side.BUY else amount,
                )
                needed = add(needed, order.held)
                maker.orders[order.order_id] = maker.open[order.order_id] = order
                listing.book.put(order)
            self._ledger.move(currency, needed, WORLD, MARKET_MAKER)
            self._ledger.hold(currency, needed, MARKET_MAKER)
        for past in liquidity.trades:
            received, currency = (
                (past.amount, listing.base)
                if past.side is Side.BUY
                else (floored(multiply(past.price, past.amount)), listing.quote)
            )
            listing.tape.print(
                Fill(
                    trade_id=next(self._trade_ids),
                    order_id=next(self._seeded_ids),
                    market=listing.name,
                    side=past.side,
                    price=past.price,
                    amount=past.amount,
                    fee=nearest(multiply(received, listing.market.taker_fee)),
                    fee_currency=currency,
                    maker=False,
                    at_ms=max(now_ms - past.age_ms, 0),
                )
            )

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


def insufficient(currency: str) -> Refused:
    """Refuse for want of funds."""
    return Refused(
        refusal=Refusal.INSUFFICIENT_FUNDS,
        detail=f"There is not enough {currency} available.",
        facts={"currency": currency},
    )


def _rejected(variant: str, detail: str) -> Refused:
    return Refused(refusal=Refusal.REJECTED, detail=detail, variant=variant)
