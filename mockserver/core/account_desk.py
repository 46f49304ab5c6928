"""One account's desk: what a handler sees of the exchange while it serves one request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar, cast

from mockserver.core.accounts import Account
from mockserver.core.book import Offer
from mockserver.core.desk import Balance, Deposit, Ticker, Withdrawal
from mockserver.core.journal import Effect
from mockserver.core.markets import Market
from mockserver.core.money import ZERO
from mockserver.core.orders import Fill, Order, OrderStatus, Side, TimeInForce
from mockserver.core.positions import MarginTerms, Position
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.stops import StopOrder, StopStatus
from mockserver.core.wallets import Wallet

if TYPE_CHECKING:
    from mockserver.core.venue import Venue

_Annex = TypeVar("_Annex")
_Listed = TypeVar("_Listed", Order, Fill, StopOrder)


class AccountDesk:
    """One account's place at a venue for the length of one request; the `Desk` of the handlers.

    Sequences that it returns are the venue's own and go on growing: read them before the next order is placed.

    Attributes:
        now_ms: The server's clock.
        effects: What was changed through this desk, in order, for the journal.
    """

    __slots__ = ("_account", "_floor", "_venue", "effects", "now_ms")

    def __init__(self, venue: Venue, account: Account, now_ms: int) -> None:
        self._venue = venue
        self._floor = venue.floor
        self._account = account
        self.now_ms = now_ms
        self.effects: list[Effect] = []

    @property
    def account_id(self) -> int:
        """A number for the account."""
        return self._account.account_id

    # What a dialect keeps of its own.

    def annex(self, made_by: Callable[[], _Annex]) -> _Annex:
        """Return what the dialect keeps for this account: made by calling this at first use, the same ever after."""
        return _annex_of(self._account.annexes, made_by)

    def venue_annex(self, made_by: Callable[[], _Annex]) -> _Annex:
        """Return what the dialect keeps for the whole venue; likewise."""
        return _annex_of(self._venue.annexes, made_by)

    def mark_changed(self) -> None:
        """Say that this request changed something in an annex."""
        self._venue.mark_changed()

    # Markets.

    def markets(self) -> Sequence[Market]:
        """All markets, in the dialect's order."""
        return self._floor.markets

    def market(self, name: str) -> Market | None:
        """The market `BASE/QUOTE`, or None."""
        return self._floor.market(name)

    def trades(self, market: Market) -> Sequence[Fill]:
        """The market's newest trades as the takers saw them, oldest first."""
        return self._floor.listing(market, self.now_ms).tape.trades

    def book(self, market: Market, depth: int) -> tuple[Sequence[Offer], Sequence[Offer]]:
        """Bids and asks as (price, amount), best first, at most `depth` levels a side."""
        return self._floor.listing(market, self.now_ms).book.depth(depth)

    def ticker(self, market: Market) -> Ticker:
        """The market at a glance; extremes and volumes are those of the last 24 hours."""
        listing = self._floor.listing(market, self.now_ms)
        return listing.tape.ticker(self.now_ms, bid=listing.book.best_bid(), ask=listing.book.best_ask())

    # Orders.

    def place_order(
        self,
        market: Market,
        side: Side,
        price: Decimal,
        amount: Decimal,
        *,
        time_in_force: TimeInForce = TimeInForce.GTC,
        client_order_id: str | None = None,
        margin: MarginTerms | None = None,
    ) -> Order | Refused:
        """Check the least total and the funds, match, let rest what is left.

        Args:
            market: One of this venue.
            side: Which way.
            price: The limit, above zero; steps are the dialect's to check.
            amount: Above zero; likewise.
            time_in_force: What becomes of the part that does not trade at once.
            client_order_id: What the client calls it; whether it may be used twice is the dialect's to decide.
            margin: On what terms, for an order that enlarges or reduces a position; None for the spot wallet.

        Returns:
            The order; or BELOW_MINIMUM with `minimum` and `currency` (variant "amount" where the amount is too small,
            not the total), INSUFFICIENT_FUNDS with `currency`, or REJECTED (variant "fok", "post_only", "reduce_only").

        Raises:
            ValueError: A price or amount that is not above zero, or leverage below one.
        """
        outcome = self._floor.place_order(
            self._account, market, side, price, amount, time_in_force, client_order_id, self.now_ms, margin=margin
        )
        if isinstance(outcome, Order):
            self.effects.append(Effect("order_placed", str(outcome.order_id)))
        return outcome

    def place_market_order(
        self,
        market: Market,
        side: Side,
        *,
        amount: Decimal | None = None,
        total: Decimal | None = None,
        client_order_id: str | None = None,
        margin: MarginTerms | None = None,
    ) -> Order | Refused:
        """Trade at once at whatever prices stand in the book; what it cannot give is cancelled.

        Args:
            market: One of this venue.
            side: Which way.
            amount: How much of the base, above zero; None for as much as the total pays for.
            total: How much of the quote at most, above zero; None for no bound. One of the two is given; of both, the
                lesser counts. The amount that a total pays for is on the market's step.
            client_order_id: As in `place_order`.
            margin: As in `place_order`.

        Returns:
            The order, whose price is the worst that it could reach; or as `place_order`, and REJECTED with the variant
            "empty" where nothing stands on the other side.

        Raises:
            ValueError: Neither amount nor total, or one that is not above zero.
        """
        outcome = self._floor.place_market_order(
            self._account, market, side, amount, total, client_order_id, self.now_ms, margin=margin
        )
        if isinstance(outcome, Order):
            self.effects.append(Effect("order_placed", str(outcome.order_id)))
        return outcome

    def replace_order(
        self,
        order_id: int,
        price: Decimal,
        amount: Decimal | None = None,
        *,
        time_in_force: TimeInForce = TimeInForce.GTC,
        client_order_id: str | None = None,
    ) -> Order | Refused:
        """Cancel an open order of this account and place another on the same side, both or neither.

        Returns:
            The new order; ORDER_NOT_FOUND as from `cancel_order`; or what `place_order` refuses.
        """
        order = self._account.orders.get(order_id)
        market = None if order is None else self._floor.market(order.market)
        if order is None or market is None or not order.is_open:
            return self._no_order(order_id, order)
        outcome = self._floor.place_order(
            self._account,
            market,
            order.side,
            price,
            order.remaining if amount is None else amount,
            time_in_force,
            client_order_id,
            self.now_ms,
            margin=order.margin,
            instead_of=order,
        )
        if isinstance(outcome, Order):
            self.effects.append(Effect("order_cancelled", str(order_id)))
            self.effects.append(Effect("order_placed", str(outcome.order_id)))
        return outcome

    def cancel_order(self, order_id: int) -> Order | Refused:
        """Cancel an open order of this account, or ORDER_NOT_FOUND, with variant "cancelled" if it was cancelled."""
        order = self._account.orders.get(order_id)
        if order is None or not order.is_open:
            return self._no_order(order_id, order)
        self._floor.cancel_order(self._account, order)
        self.effects.append(Effect("order_cancelled", str(order_id)))
        return order

    def _no_order(self, order_id: int, order: Order | None) -> Refused:
        cancelled = order is not None and order.status is OrderStatus.CANCELLED
        return Refused(
            refusal=Refusal.ORDER_NOT_FOUND,
            detail=f"Order {order_id} is not an open order of this account.",
            facts={"order_id": order_id},
            variant="cancelled" if cancelled else "",
        )

    def order(self, order_id: int) -> Order | None:
        """One order of this account, whatever its state and wallet."""
        return self._account.orders.get(order_id)

    def order_by_client_id(self, client_order_id: str) -> Order | None:
        """The newest order of this account with that client order id, whatever its state and wallet."""
        return self._account.by_client_id.get(client_order_id)

    def open_orders(self, market: Market | None = None, *, wallet: Wallet | None = Wallet.SPOT) -> Sequence[Order]:
        """The open ones paid from a wallet, or from any for None, oldest first."""
        return self._of_wallet(_of_market(self._account.open.values(), market), wallet)

    def orders(self, market: Market | None = None, *, wallet: Wallet | None = Wallet.SPOT) -> Sequence[Order]:
        """All of them, likewise."""
        return self._of_wallet(_of_market(self._account.orders.values(), market), wallet)

    def _of_wallet(self, orders: list[Order], wallet: Wallet | None) -> list[Order]:
        if wallet is None or (wallet is Wallet.SPOT and not self._account.on_margin):
            return orders
        return [order for order in orders if order.wallet is wallet]

    def fills(self, market: Market | None = None, *, wallet: Wallet | None = Wallet.SPOT) -> Sequence[Fill]:
        """The account's trades, likewise; both sides of one that it made with itself."""
        if wallet is Wallet.SPOT:
            fills = self._account.fills
        elif wallet is not None:
            fills = self._account.margin_fills.get(wallet, [])
        else:
            every = (self._account.fills, *self._account.margin_fills.values())
            fills = sorted((fill for some in every for fill in some), key=lambda fill: fill.trade_id)
        return fills if market is None else _of_market(fills, market)

    # Stop orders.

    def place_stop(
        self,
        market: Market,
        side: Side,
        trigger: Decimal,
        amount: Decimal,
        *,
        limit: Decimal | None = None,
        rising: bool | None = None,
        distance: Decimal | None = None,
        client_order_id: str | None = None,
        margin: MarginTerms | None = None,
    ) -> StopOrder | Refused:
        """Let an order wait until the market's last trade comes to its trigger; its money is set aside meanwhile.

        Args:
            market: One of this venue.
            side: Which way the order goes that it becomes.
            trigger: The price of a trade that sets it off, above zero.
            amount: How much of the base, above zero.
            limit: The order's limit; None for a market order, which sets aside what it costs at the trigger.
            rising: Whether it waits for prices that rise to the trigger; None for yes if it buys.
            distance: How far the trigger follows behind a price that goes away from it; None for one that stays.
            client_order_id: What the client calls it, and the order that it becomes.
            margin: As in `place_order`; nothing is set aside then before it is set off.

        Returns:
            The stop order, set off already if its trigger was reached; or BELOW_MINIMUM or INSUFFICIENT_FUNDS, as for
            an order at the limit, or at the trigger.
        """
        stop = StopOrder(
            stop_id=0,
            account_id=self._account.account_id,
            market=market.name,
            side=side,
            trigger=trigger,
            rising=side is Side.BUY if rising is None else rising,
            amount=amount,
            limit=limit,
            distance=distance,
            at_ms=self.now_ms,
            client_order_id=client_order_id,
            margin=margin,
        )
        return self._let_wait(stop, market)

    def replace_stop(
        self,
        stop_id: int,
        trigger: Decimal,
        amount: Decimal,
        *,
        limit: Decimal | None = None,
        distance: Decimal | None = None,
    ) -> StopOrder | Refused:
        """Cancel a stop order that waits and let another wait on the same side, both or neither.

        Returns:
            The new one; ORDER_NOT_FOUND as from `cancel_stop`; or what `place_stop` refuses.
        """
        old = self._account.stops.get(stop_id)
        market = None if old is None else self._floor.market(old.market)
        if old is None or market is None or old.status is not StopStatus.WAITING:
            return _no_stop(stop_id)
        stop = StopOrder(
            stop_id=0,
            account_id=old.account_id,
            market=old.market,
            side=old.side,
            trigger=trigger,
            rising=old.rising,
            amount=amount,
            limit=limit,
            distance=distance,
            at_ms=self.now_ms,
            client_order_id=old.client_order_id,
            margin=old.margin,
        )
        return self._let_wait(stop, market, old)

    def _let_wait(self, stop: StopOrder, market: Market, instead_of: StopOrder | None = None) -> StopOrder | Refused:
        outcome = self._floor.triggers.place_stop(self._account, stop, market, self.now_ms, instead_of=instead_of)
        if isinstance(outcome, StopOrder) and instead_of is not None:
            self.effects.append(Effect(kind="stop_cancelled", subject=str(instead_of.stop_id)))
        if isinstance(outcome, StopOrder):
            self.effects.append(Effect(kind="stop_placed", subject=str(outcome.stop_id)))
        return outcome

    def cancel_stop(self, stop_id: int) -> StopOrder | Refused:
        """Cancel a stop order of this account that waits, or ORDER_NOT_FOUND with the variant "stop"."""
        stop = self._account.stops.get(stop_id)
        if stop is None or stop.status is not StopStatus.WAITING:
            return _no_stop(stop_id)
        self._floor.triggers.cancel_stop(self._account, stop, self.now_ms)
        self.effects.append(Effect(kind="stop_cancelled", subject=str(stop_id)))
        return stop

    def stop(self, stop_id: int) -> StopOrder | None:
        """One stop order of this account, whatever its state."""
        return self._account.stops.get(stop_id)

    def stops(
        self, market: Market | None = None, *, open_only: bool = False, wallet: Wallet | None = Wallet.SPOT
    ) -> Sequence[StopOrder]:
        """The account's stop orders, oldest first; those that wait if `open_only`."""
        return [
            stop
            for stop in _of_market(self._account.stops.values(), market)
            if (wallet is None or stop.wallet is wallet) and (not open_only or stop.status is StopStatus.WAITING)
        ]

    def end_at(self, number: int, at_ms: int) -> None:
        """Let an open order or a waiting stop order of this account be cancelled at a time, if it still is one then."""
        self._floor.end_at(self._account, number, at_ms)

    # Positions.

    def position(self, market: Market, *, wallet: Wallet = Wallet.MARGIN, slot: str = "") -> Position | None:
        """The open position, or None."""
        position = self._account.held_positions.get((market.name, wallet, slot))
        return position if position is not None and position.is_open else None

    def positions(self, *, wallet: Wallet | None = None, open_only: bool = True) -> Sequence[Position]:
        """The account's positions, oldest first; those that were closed, too, unless `open_only`."""
        return [
            position
            for position in self._account.positions.values()
            if (wallet is None or position.wallet is wallet) and (position.is_open or not open_only)
        ]

    def close_position(
        self, market: Market, *, wallet: Wallet = Wallet.MARGIN, slot: str = "", client_order_id: str | None = None
    ) -> Order | Refused:
        """Close a position at market, its open orders cancelled before.

        Returns:
            The closing order; ORDER_NOT_FOUND with the variant "position" for none; or REJECTED with the variant
            "empty" where nobody is there to close it with, and then its open orders are cancelled nevertheless.
        """
        position = self.position(market, wallet=wallet, slot=slot)
        if position is None:
            return Refused(
                refusal=Refusal.ORDER_NOT_FOUND,
                detail=f"There is no open position in {market.name}.",
                variant="position",
            )
        outcome = self._floor.triggers.close_position(self._account, position, client_order_id, self.now_ms)
        if isinstance(outcome, Order):
            self.effects.append(Effect("order_placed", str(outcome.order_id)))
        return outcome

    def adjust_margin(self, position: Position, amount: Decimal) -> Refused | None:
        """Set aside more for a position of this account, or less for an amount below zero.

        INSUFFICIENT_FUNDS where the wallet has not so much, or the position would be left with less than its leverage
        asks for.
        """
        market = self._floor.market(position.market)
        if market is None or position.account_id != self.account_id or not amount.is_finite():
            raise ValueError(f"position {position.position_id} is none of this account, or {amount} has no end")
        refused = self._floor.margin.adjust(self._account, market, position, amount)
        if refused is None:
            self.effects.append(Effect(kind="margin_adjusted", subject=str(position.position_id)))
            self._venue.mark_changed()
        return refused

    def liquidation_price(self, position: Position) -> Decimal | None:
        """The price at which the exchange would close it, or None for none above zero."""
        return self._floor.margin.liquidation_price(position, position.market.partition("/")[2])

    # Money.

    def currencies(self) -> Sequence[str]:
        """All currencies, in a fixed order."""
        return self._venue.cashier.currencies

    def balances(self, wallet: Wallet = Wallet.SPOT) -> Mapping[str, Balance]:
        """Every currency of one wallet, zeros too."""
        return self._venue.transfers.balances(self._account, wallet)

    def transfer(self, currency: str, amount: Decimal, source: Wallet, target: Wallet) -> Refused | None:
        """Move what is available between wallets, or INSUFFICIENT_FUNDS or UNKNOWN_CURRENCY, both with `currency`.

        Raises:
            ValueError: An amount that is not above zero.
        """
        refused = self._venue.transfers.transfer(currency, amount, (self._account, source), (self._account, target))
        return self._moved("transfer", f"{amount:f} {currency} {source} {target}", refused)

    def pay(
        self,
        currency: str,
        amount: Decimal,
        account_id: int,
        *,
        source: Wallet = Wallet.SPOT,
        target: Wallet = Wallet.SPOT,
    ) -> Refused | None:
        """Pay another account of this venue: as `transfer`; INVALID_PARAMETER with the variant "account" for nobody."""
        payee = self._venue.transfers.account(account_id)
        if payee is None:
            return Refused(
                refusal=Refusal.INVALID_PARAMETER,
                detail=f"There is no account {account_id} here.",
                facts={"parameter": "account", "value": str(account_id)},
                variant="account",
            )
        refused = self._venue.transfers.transfer(currency, amount, (self._account, source), (payee, target))
        return self._moved("payment", f"{amount:f} {currency} {account_id}", refused)

    def swap(self, currency: str, amount: Decimal, into: str, received: Decimal) -> Refused | None:
        """Give the exchange one currency of the spot wallet for another, outside of any market; see `transfer`."""
        refused = self._venue.transfers.swap(self._account, currency, amount, into, received)
        return self._moved("swap", f"{amount:f} {currency} {received:f} {into}", refused)

    def escrow(self, currency: str, amount: Decimal, *, source: Wallet = Wallet.SPOT) -> int | Refused:
        """Give money into the exchange's keeping: the number under which it lies there; refused as `transfer`."""
        outcome = self._venue.transfers.escrow(self._account, currency, amount, source)
        if not isinstance(outcome, Refused):
            self.effects.append(Effect(kind="escrow", subject=str(outcome)))
        return outcome

    def in_escrow(self, escrow_id: int) -> Decimal:
        """How much still lies there; zero for a number that nobody knows."""
        return self._venue.transfers.in_escrow(escrow_id)

    def redeem(self, escrow_id: int, amount: Decimal | None = None, *, target: Wallet = Wallet.SPOT) -> Decimal:
        """Take all or part of what lies under a number, whoever gave it: how much there was to take."""
        taken = self._venue.transfers.redeem(self._account, escrow_id, amount, target)
        if taken:
            self.effects.append(Effect(kind="redeemed", subject=str(escrow_id)))
        return taken

    def earn(self, currency: str, amount: Decimal, *, target: Wallet = Wallet.SPOT) -> None:
        """Receive interest from the lender, who may owe; LedgerError for an amount below zero."""
        self._venue.transfers.earn(self._account, currency, amount, target)
        self.effects.append(Effect(kind="interest", subject=f"{amount:f} {currency} {target}"))

    def complete_withdrawal(self, withdrawal_id: int) -> Withdrawal:
        """Let a pending withdrawal arrive; LedgerError for none."""
        return self._venue.cashier.complete_withdrawal(self._account, withdrawal_id, self.now_ms)

    def _moved(self, kind: str, subject: str, refused: Refused | None) -> Refused | None:
        if refused is None:
            self.effects.append(Effect(kind=kind, subject=subject))
        return refused

    def withdraw(
        self,
        currency: str,
        amount: Decimal,
        address: str,
        network: str | None = None,
        *,
        fee: Decimal = ZERO,
        tag: str | None = None,
    ) -> Withdrawal | Refused:
        """Take money out, a fee on top; INSUFFICIENT_FUNDS and UNKNOWN_CURRENCY, both with `currency`, are possible.

        Raises:
            ValueError: An amount that is not above zero, or a fee below it.
        """
        outcome = self._venue.cashier.withdraw(
            self._account, currency, amount, address, network, self.now_ms, fee=fee, tag=tag
        )
        if isinstance(outcome, Withdrawal):
            self.effects.append(Effect(kind="withdrawal", subject=str(outcome.withdrawal_id)))
        return outcome

    def cancel_withdrawal(self, withdrawal_id: int) -> Withdrawal | Refused:
        """Take back a pending withdrawal with its fee, or ORDER_NOT_FOUND with the variant "withdrawal"."""
        outcome = self._venue.cashier.cancel_withdrawal(self._account, withdrawal_id, self.now_ms)
        if isinstance(outcome, Withdrawal):
            self.effects.append(Effect(kind="withdrawal_cancelled", subject=str(withdrawal_id)))
        return outcome

    def withdrawals(self) -> Sequence[Withdrawal]:
        """All of them, oldest first."""
        return list(self._account.withdrawals.values())

    def deposits(self) -> Sequence[Deposit]:
        """All of them, oldest first."""
        return self._account.deposits

    def deposit_address(self, currency: str, network: str | None = None) -> str | Refused:
        """The account's own address, the same each time; or UNKNOWN_CURRENCY with `currency`."""
        return self._venue.cashier.deposit_address(self._account, currency, network)


def _no_stop(stop_id: int) -> Refused:
    return Refused(
        refusal=Refusal.ORDER_NOT_FOUND,
        detail=f"Stop order {stop_id} is none of this account that waits.",
        facts={"order_id": stop_id},
        variant="stop",
    )


def _of_market(things: Iterable[_Listed], market: Market | None) -> list[_Listed]:
    if market is None:
        return list(things)
    name = market.name
    return [thing for thing in things if thing.market == name]


def _annex_of(annexes: dict[object, object], made_by: Callable[[], _Annex]) -> _Annex:
    found = annexes.get(made_by)
    if found is None:
        found = annexes[made_by] = made_by()
    return cast("_Annex", found)
