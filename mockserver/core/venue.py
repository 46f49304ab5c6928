"""A venue: books, ledger and accounts. Everything that trades trades here, and nothing in it knows of time or chance.

What an order costs. A buy sets aside price times amount of the quote, rounded up to eight decimals; a sell its amount
of the base. A trade is at the standing order's price, and its total is rounded down to eight decimals, so that the
parts of an order never cost more than the whole. Each side's fee is taken from what it receives, rounded to the nearest
eighth decimal, the even one from half-way. What a buy set aside and needs no more goes back at each trade.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, DecimalException
from itertools import count
from typing import Final

from mockserver.core.accounts import MARKET_MAKER, NOBODY, Account, AccountDesk
from mockserver.core.book import Book, Match
from mockserver.core.desk import Balance, Withdrawal
from mockserver.core.ledger import FEES, WORLD, Ledger
from mockserver.core.markets import Market
from mockserver.core.money import ZERO, add, ceiled, floored, multiply, nearest, plain, subtract
from mockserver.core.orders import Fill, Order, Side, TimeInForce
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.seeding import LiquidityPlan, opening_liquidity
from mockserver.core.tape import Tape
from mockserver.errors import LedgerError

#: Where order ids start unless told otherwise: just above what a double can count.
ORDER_IDS_FROM: Final = 2**53 + 1

_TRADE_IDS_FROM: Final = 20_000_001
_WITHDRAWAL_IDS_FROM: Final = 5_000_001


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


class Venue:
    """A small exchange: what an account does here happens to the books of everybody at the same venue.

    Markets open when they are first looked at, with the liquidity that the plan says for the seed, so a venue costs
    next to nothing before it is used. Two venues of one seed that are asked the same things in the same order give the
    same answers.

    Args:
        markets: What is traded, in the dialect's order.
        opening_balances: What an account has that is opened without balances of its own: currency to decimal text.
        seed: Of the liquidity and the addresses.
        id_start: The first order id.
        currencies: Further currencies, besides the markets' and those of the opening balances.
        liquidity: What a market opens with.

    Attributes:
        markets: As given.
        currencies: Bases and quotes of the markets in their order, then the others.
        ledger: Who has what.
    """

    __slots__ = (
        "_accounts",
        "_by_name",
        "_liquidity",
        "_listings",
        "_next_order_id",
        "_opening_balances",
        "_order_ids",
        "_seed",
        "_seeded_ids",
        "_trade_ids",
        "_withdrawal_ids",
        "currencies",
        "ledger",
        "markets",
    )

    def __init__(
        self,
        markets: Sequence[Market],
        opening_balances: Mapping[str, str],
        seed: int,
        *,
        id_start: int = ORDER_IDS_FROM,
        currencies: Sequence[str] = (),
        liquidity: LiquidityPlan = opening_liquidity,
    ) -> None:
        self.markets = tuple(markets)
        traded = [currency for market in self.markets for currency in (market.base, market.quote)]
        self.currencies = tuple(dict.fromkeys((*traded, *opening_balances, *currencies)))
        self.ledger = Ledger(self.currencies)
        self._by_name = {market.name: market for market in self.markets}
        self._opening_balances = opening_balances
        self._seed = seed
        self._liquidity = liquidity
        self._listings: dict[str, Listing] = {}
        self._accounts: dict[int, Account] = {}
        self._order_ids: set[int] = set()
        self._next_order_id = id_start
        self._seeded_ids = count(1)
        self._trade_ids = count(_TRADE_IDS_FROM)
        self._withdrawal_ids = count(_WITHDRAWAL_IDS_FROM)
        for system_account in (NOBODY, MARKET_MAKER):
            self._enter(Account(system_account))

    # Accounts.

    def open_account(self, balances: Mapping[str, str] | None = None, order_id_start: int | None = None) -> int:
        """Open an account and return its id, which rises by one for each.

        Args:
            balances: Currency to decimal text; what is not named is zero. None for the opening balances.
            order_id_start: Its orders are numbered from here; None to take part in the venue's own numbering. Ids that
                another account's orders have are passed over.

        Raises:
            LedgerError: A currency that is not traded here, or an amount that is no sum of money.
        """
        grants = {
            currency: _amount_of(currency, text)
            for currency, text in (self._opening_balances if balances is None else balances).items()
        }
        if strange := [currency for currency in grants if currency not in self.currencies]:
            raise LedgerError(f"no currency {strange[0]!r} here")
        account = Account(len(self._accounts) - 1, order_id_start)
        self._enter(account)
        for currency, amount in grants.items():
            if amount:
                self.ledger.move(currency, amount, WORLD, account.account_id)
        return account.account_id

    def deposit(self, account_id: int, currency: str, amount: Decimal) -> None:
        """Let money come in from the world; LedgerError for an unknown account, currency or an amount below zero."""
        self.ledger.move(currency, amount, WORLD, self._account(account_id).account_id)

    def freeze(self, account_id: int, *, frozen: bool = True) -> None:
        """Set or lift the account's freeze. The gate asks for it; a desk does not."""
        self._account(account_id).frozen = frozen

    def is_frozen(self, account_id: int) -> bool:
        """Tell whether the account is frozen."""
        return self._account(account_id).frozen

    def desk(self, account_id: int, now_ms: int) -> AccountDesk:
        """Return the account's place for one request; `NOBODY` has one too, for public endpoints."""
        return AccountDesk(self, self._account(account_id), now_ms)

    # What the outside may look at without a desk: copies, which stay as they are.

    def orders_of(self, account_id: int) -> tuple[Order, ...]:
        """Return the account's orders as they are now, oldest first."""
        return tuple(replace(order, fills=list(order.fills)) for order in self._account(account_id).orders.values())

    def withdrawals_of(self, account_id: int) -> tuple[Withdrawal, ...]:
        """Return the account's withdrawals, oldest first."""
        return tuple(self._account(account_id).withdrawals)

    def balances_of(self, account_id: int) -> dict[str, Balance]:
        """Return what the account has of every currency, zeros too."""
        return self.ledger.balances(account_id)

    # Markets.

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

    # Trading. Desks call these, each for its own account.

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
        if not (price > ZERO and amount > ZERO):
            raise ValueError(f"price {price} and amount {amount} must be above zero")
        listing = self.listing(market, now_ms)
        if amount < market.minimum_amount:
            return _below("amount", market.minimum_amount, market.base)
        buys = side is Side.BUY
        currency = listing.quote if buys else listing.base
        try:
            total = multiply(price, amount)
            cost = ceiled(total) if buys else amount
        except DecimalException:  # more digits than anybody's money has
            return _insufficient(currency)
        if total < market.minimum_total:
            return _below("total", market.minimum_total, market.quote)
        if self.ledger.available(account.account_id, currency) < cost:
            return _insufficient(currency)
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
        self.ledger.hold(currency, cost, account.account_id)
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

    def withdraw(
        self, account: Account, currency: str, amount: Decimal, address: str, network: str | None, now_ms: int
    ) -> Withdrawal | Refused:
        """Take money out, as `AccountDesk.withdraw` says."""
        if not amount > ZERO:
            raise ValueError(f"amount {amount} must be above zero")
        if currency not in self.currencies:
            return _unknown(currency)
        if self.ledger.available(account.account_id, currency) < amount:
            return _insufficient(currency)
        self.ledger.move(currency, amount, account.account_id, WORLD)
        withdrawal = Withdrawal(
            withdrawal_id=next(self._withdrawal_ids),
            currency=currency,
            amount=amount,
            address=address,
            network=network,
            at_ms=now_ms,
        )
        account.withdrawals.append(withdrawal)
        return withdrawal

    def deposit_address(self, account: Account, currency: str, network: str | None) -> str | Refused:
        """Return forty characters of `A-Z2-7`, by seed, account, currency and network alone."""
        if currency not in self.currencies:
            return _unknown(currency)
        where = f"{self._seed}\n{account.account_id}\n{currency}\n{network or ''}".encode()
        return base64.b32encode(hashlib.sha256(where).digest()[:25]).decode()

    def _settle(self, listing: Listing, taker: Order, match: Match, now_ms: int) -> None:
        """Let the money and the goods of one trade change hands."""
        maker, amount = match
        buy, sell = (taker, maker) if taker.side is Side.BUY else (maker, taker)
        base, quote = listing.base, listing.quote
        price = maker.price
        total = floored(multiply(price, amount))
        buy_fee = nearest(multiply(amount, listing.market.taker_fee if buy is taker else listing.market.maker_fee))
        sell_fee = nearest(multiply(total, listing.market.taker_fee if sell is taker else listing.market.maker_fee))
        settle = self.ledger.settle
        settle(base, subtract(amount, buy_fee), sell.account_id, buy.account_id)
        settle(base, buy_fee, sell.account_id, FEES)
        settle(quote, subtract(total, sell_fee), buy.account_id, sell.account_id)
        settle(quote, sell_fee, buy.account_id, FEES)

        sell.held = sell.remaining
        still_held = ceiled(multiply(buy.price, buy.remaining))
        spare = subtract(subtract(buy.held, total), still_held)
        buy.held = still_held
        if spare:
            self.ledger.release(quote, spare, buy.account_id)

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
        self.ledger.release(currency, order.held, account.account_id)
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
            self.ledger.move(currency, needed, WORLD, MARKET_MAKER)
            self.ledger.hold(currency, needed, MARKET_MAKER)
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

    def _enter(self, account: Account) -> None:
        self._accounts[account.account_id] = account
        self.ledger.open(account.account_id)

    def _account(self, account_id: int) -> Account:
        try:
            return self._accounts[account_id]
        except KeyError:
            raise LedgerError(f"no account {account_id} at this venue") from None

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


def _amount_of(currency: str, text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except DecimalException:
        amount = Decimal("nan")
    if not amount.is_finite() or amount < ZERO:
        raise LedgerError(f"an account cannot have {text!r} {currency}")
    return amount


def _below(what: str, minimum: Decimal, currency: str) -> Refused:
    """Refuse for a least total, or a least amount, which is a variant of it."""
    return Refused(
        refusal=Refusal.BELOW_MINIMUM,
        detail=f"The {what} must be at least {plain(minimum)} {currency}.",
        facts={"minimum": plain(minimum), "currency": currency},
        variant="amount" if what == "amount" else "",
    )


def _insufficient(currency: str) -> Refused:
    return Refused(
        refusal=Refusal.INSUFFICIENT_FUNDS,
        detail=f"There is not enough {currency} available.",
        facts={"currency": currency},
    )


def _rejected(variant: str, detail: str) -> Refused:
    return Refused(refusal=Refusal.REJECTED, detail=detail, variant=variant)


def _unknown(currency: str) -> Refused:
    return Refused(
        refusal=Refusal.UNKNOWN_CURRENCY,
        detail=f"There is no currency {currency} here.",
        facts={"currency": currency},
    )
