"""One account's desk: what a handler sees of the exchange while it serves one request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from mockserver.core.accounts import Account
from mockserver.core.book import Offer
from mockserver.core.cashier import Cashier
from mockserver.core.desk import Balance, Ticker, Withdrawal
from mockserver.core.floor import Floor
from mockserver.core.journal import Effect
from mockserver.core.markets import Market
from mockserver.core.orders import Fill, Order, OrderStatus, Side, TimeInForce
from mockserver.core.refusals import Refusal, Refused

_Listed = TypeVar("_Listed", Order, Fill)


class AccountDesk:
    """One account's place at a venue for the length of one request; the `Desk` of the handlers.

    Sequences that it returns are the venue's own and go on growing: read them before the next order is placed.

    Attributes:
        now_ms: The server's clock.
        effects: What was changed through this desk, in order, for the journal.
    """

    __slots__ = ("_account", "_cashier", "_floor", "effects", "now_ms")

    def __init__(self, floor: Floor, cashier: Cashier, account: Account, now_ms: int) -> None:
        self._floor = floor
        self._cashier = cashier
        self._account = account
        self.now_ms = now_ms
        self.effects: list[Effect] = []

    @property
    def account_id(self) -> int:
        """A number for the account."""
        return self._account.account_id

    def markets(self) -> Sequence[Market]:
        """All markets, in the dialect's order."""
        return self._floor.markets

    def market(self, name: str) -> Market | None:
        """The market `BASE/QUOTE`, or None."""
        return self._floor.market(name)

    def currencies(self) -> Sequence[str]:
        """All currencies, in a fixed order."""
        return self._cashier.currencies

    def balances(self) -> Mapping[str, Balance]:
        """Every currency, zeros too."""
        return self._cashier.balances(self._account)

    def place_order(
        self,
        market: Market,
        side: Side,
        price: Decimal,
        amount: Decimal,
        *,
        time_in_force: TimeInForce = TimeInForce.GTC,
        client_order_id: str | None = None,
    ) -> Order | Refused:
        """Check the least total and the funds, match, let rest what is left.

        Args:
            market: One of this venue.
            side: Which way.
            price: The limit, above zero; steps are the dialect's to check.
            amount: Above zero; likewise.
            time_in_force: What becomes of the part that does not trade at once.
            client_order_id: What the client calls it; whether it may be used twice is the dialect's to decide.

        Returns:
            The order; or BELOW_MINIMUM with `minimum` and `currency` (variant "amount" where the amount is too small,
            not the total), INSUFFICIENT_FUNDS with `currency`, or REJECTED (variant "fok", "post_only").

        Raises:
            ValueError: A price or amount that is not above zero.
        """
        outcome = self._floor.place_order(
            self._account, market, side, price, amount, time_in_force, client_order_id, self.now_ms
        )
        if isinstance(outcome, Order):
            self.effects.append(Effect(kind="order_placed", subject=str(outcome.order_id)))
        return outcome

    def cancel_order(self, order_id: int) -> Order | Refused:
        """Cancel an open order of this account, or ORDER_NOT_FOUND, with variant "cancelled" if it was cancelled."""
        order = self._account.orders.get(order_id)
        if order is None or not order.is_open:
            cancelled = order is not None and order.status is OrderStatus.CANCELLED
            return Refused(
                refusal=Refusal.ORDER_NOT_FOUND,
                detail=f"Order {order_id} is not an open order of this account.",
                facts={"order_id": order_id},
                variant="cancelled" if cancelled else "",
            )
        self._floor.cancel_order(self._account, order)
        self.effects.append(Effect(kind="order_cancelled", subject=str(order_id)))
        return order

    def order(self, order_id: int) -> Order | None:
        """One order of this account, whatever its state."""
        return self._account.orders.get(order_id)

    def order_by_client_id(self, client_order_id: str) -> Order | None:
        """The newest order of this account with that client order id, whatever its state."""
        return self._account.by_client_id.get(client_order_id)

    def open_orders(self, market: Market | None = None) -> Sequence[Order]:
        """The open ones, oldest first."""
        return _of_market(self._account.open.values(), market)

    def orders(self, market: Market | None = None) -> Sequence[Order]:
        """All of them, oldest first."""
        return _of_market(self._account.orders.values(), market)

    def fills(self, market: Market | None = None) -> Sequence[Fill]:
        """The account's trades, oldest first; both sides of one that it made with itself."""
        return self._account.fills if market is None else _of_market(self._account.fills, market)

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

    def withdraw(
        self, currency: str, amount: Decimal, address: str, network: str | None = None
    ) -> Withdrawal | Refused:
        """Take money out; INSUFFICIENT_FUNDS and UNKNOWN_CURRENCY, both with `currency`, are possible.

        Raises:
            ValueError: An amount that is not above zero.
        """
        outcome = self._cashier.withdraw(self._account, currency, amount, address, network, self.now_ms)
        if isinstance(outcome, Withdrawal):
            self.effects.append(Effect(kind="withdrawal", subject=str(outcome.withdrawal_id)))
        return outcome

    def withdrawals(self) -> Sequence[Withdrawal]:
        """All of them, oldest first."""
        return self._account.withdrawals

    def deposit_address(self, currency: str, network: str | None = None) -> str | Refused:
        """The account's own address, the same each time; or UNKNOWN_CURRENCY with `currency`."""
        return self._cashier.deposit_address(self._account, currency, network)


def _of_market(things: Iterable[_Listed], market: Market | None) -> list[_Listed]:
    if market is None:
        return list(things)
    name = market.name
    return [thing for thing in things if thing.market == name]
