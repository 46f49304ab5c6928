"""A desk: one account's place at the exchange, which is all that a handler sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from mockserver.core.book import Offer
from mockserver.core.markets import Market
from mockserver.core.orders import Fill, Order, Side, TimeInForce
from mockserver.core.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What an account has of one currency."""

    available: Decimal
    held: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Money that left."""

    withdrawal_id: int
    currency: str
    amount: Decimal
    address: str
    network: str | None
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticker:
    """A market at a glance; bid and ask are None for an empty side."""

    last: Decimal
    bid: Decimal | None
    ask: Decimal | None
    high: Decimal
    low: Decimal
    base_volume: Decimal
    quote_volume: Decimal


class Desk(Protocol):
    """What an endpoint's handler may ask and do. Public endpoints get a desk whose account is nobody's."""

    @property
    def now_ms(self) -> int:
        """The server's clock."""
        ...

    @property
    def account_id(self) -> int:
        """A number for the account."""
        ...

    def markets(self) -> Sequence[Market]:
        """All markets, in the dialect's order."""
        ...

    def market(self, name: str) -> Market | None:
        """The market `BASE/QUOTE`, or None."""
        ...

    def currencies(self) -> Sequence[str]:
        """All currencies, in a fixed order."""
        ...

    def balances(self) -> Mapping[str, Balance]:
        """Every currency, zeros too."""
        ...

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
        """Check funds, match, rest what is left; INSUFFICIENT_FUNDS, BELOW_MINIMUM, REJECTED are possible.

        Steps and spelling of price and amount are the dialect's to check; the least total is checked here.
        """
        ...

    def cancel_order(self, order_id: int) -> Order | Refused:
        """Cancel an open order of this account; ORDER_NOT_FOUND otherwise (variant "cancelled" if it was cancelled)."""
        ...

    def order(self, order_id: int) -> Order | None:
        """One order of this account, whatever its state."""
        ...

    def order_by_client_id(self, client_order_id: str) -> Order | None:
        """The newest order of this account with that client order id, whatever its state."""
        ...

    def open_orders(self, market: Market | None = None) -> Sequence[Order]:
        """The open ones, oldest first."""
        ...

    def orders(self, market: Market | None = None) -> Sequence[Order]:
        """All of them, oldest first."""
        ...

    def fills(self, market: Market | None = None) -> Sequence[Fill]:
        """The account's trades, oldest first."""
        ...

    def trades(self, market: Market) -> Sequence[Fill]:
        """The market's trades as the takers saw them, oldest first."""
        ...

    def book(self, market: Market, depth: int) -> tuple[Sequence[Offer], Sequence[Offer]]:
        """Bids and asks as (price, amount), best first, at most `depth` levels a side."""
        ...

    def ticker(self, market: Market) -> Ticker:
        """The market at a glance."""
        ...

    def withdraw(
        self, currency: str, amount: Decimal, address: str, network: str | None = None
    ) -> Withdrawal | Refused:
        """Take money out; INSUFFICIENT_FUNDS, UNKNOWN_CURRENCY are possible."""
        ...

    def withdrawals(self) -> Sequence[Withdrawal]:
        """All of them, oldest first."""
        ...

    def deposit_address(self, currency: str, network: str | None = None) -> str | Refused:
        """The account's own address, the same each time; UNKNOWN_CURRENCY is possible."""
        ...
