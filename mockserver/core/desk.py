"""A desk: one account's place at the exchange, which is all that a handler sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeVar

from mockserver.core.book import Offer
from mockserver.core.markets import Market
from mockserver.core.money import ZERO
from mockserver.core.orders import Fill, Order, Side, TimeInForce
from mockserver.core.positions import MarginTerms, Position
from mockserver.core.refusals import Refused
from mockserver.core.stops import StopOrder
from mockserver.core.wallets import Wallet

_Annex = TypeVar("_Annex")


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What an account has of one currency."""

    available: Decimal
    held: Decimal


class WithdrawalStatus(StrEnum):
    """Where a withdrawal is in its life."""

    PENDING = "pending"
    COMPLETE = "complete"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Money that left, or is about to.

    Attributes:
        withdrawal_id: Unique within the venue.
        currency: Of what.
        amount: What arrives at the address; the fee comes on top.
        address: Where it goes.
        network: By which way; None where the client did not say.
        at_ms: The server's clock when it was asked for.
        fee: What was taken besides the amount.
        tag: The payment id, memo or the like that goes with the address.
        status: Where it is in its life; only a pending one changes.
        txid: The transaction, 64 hex digits; None until it is complete.
        updated_ms: When its status last changed; None for never.
    """

    withdrawal_id: int
    currency: str
    amount: Decimal
    address: str
    network: str | None
    at_ms: int
    fee: Decimal = ZERO
    tag: str | None = None
    status: WithdrawalStatus = WithdrawalStatus.PENDING
    txid: str | None = None
    updated_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """Money that came in. Opening balances are none.

    Attributes:
        deposit_id: Unique within the venue.
        currency: Of what.
        amount: How much.
        address: Where it came to: the account's own.
        network: By which way; None for the currency's own.
        txid: The transaction, 64 hex digits.
        at_ms: The server's clock when it was credited.
    """

    deposit_id: int
    currency: str
    amount: Decimal
    address: str
    network: str | None
    txid: str
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

    # What a dialect keeps of its own.

    def annex(self, made_by: Callable[[], _Annex]) -> _Annex:
        """What the dialect keeps for this account: made by calling the class at first use, the same ever after.

        Whoever changes it says so by `mark_changed`, or the change may not survive a restart.
        """
        ...

    def venue_annex(self, made_by: Callable[[], _Annex]) -> _Annex:
        """What the dialect keeps for the whole venue; likewise."""
        ...

    def mark_changed(self) -> None:
        """Say that this request changed something in an annex. What the desk itself changes it marks by itself."""
        ...

    # Markets, which everybody sees.

    def markets(self) -> Sequence[Market]:
        """All markets, in the dialect's order."""
        ...

    def market(self, name: str) -> Market | None:
        """The market `BASE/QUOTE`, or None."""
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
        """Check funds, match, rest what is left; INSUFFICIENT_FUNDS, BELOW_MINIMUM, REJECTED are possible.

        Steps and spelling of price and amount are the dialect's to check; the least total is checked here. With
        `margin` the order enlarges or reduces a position instead of being paid from the spot wallet; REJECTED has the
        variant "reduce_only" where there is nothing to reduce.
        """
        ...

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
        """Trade at once at whatever prices stand: an amount of the base, or for a total of the quote, or the lesser.

        What the book cannot give is cancelled. As `place_order`; REJECTED has the variant "empty" where nothing stands.
        """
        ...

    def replace_order(
        self,
        order_id: int,
        price: Decimal,
        amount: Decimal | None = None,
        *,
        time_in_force: TimeInForce = TimeInForce.GTC,
        client_order_id: str | None = None,
    ) -> Order | Refused:
        """Cancel an open order and place another on the same side, both or neither; without an amount what is open.

        ORDER_NOT_FOUND as by `cancel_order`, and whatever `place_order` refuses, the old order's money counted in.
        """
        ...

    def cancel_order(self, order_id: int) -> Order | Refused:
        """Cancel an open order of this account; ORDER_NOT_FOUND otherwise (variant "cancelled" if it was cancelled)."""
        ...

    def order(self, order_id: int) -> Order | None:
        """One order of this account, whatever its state and wallet."""
        ...

    def order_by_client_id(self, client_order_id: str) -> Order | None:
        """The newest order of this account with that client order id, whatever its state and wallet."""
        ...

    def open_orders(self, market: Market | None = None, *, wallet: Wallet | None = Wallet.SPOT) -> Sequence[Order]:
        """The open ones paid from a wallet, or from any for None, oldest first."""
        ...

    def orders(self, market: Market | None = None, *, wallet: Wallet | None = Wallet.SPOT) -> Sequence[Order]:
        """All of them, likewise."""
        ...

    def fills(self, market: Market | None = None, *, wallet: Wallet | None = Wallet.SPOT) -> Sequence[Fill]:
        """The account's trades, likewise."""
        ...

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
        """Let an order wait until the market trades at its trigger; refused as an order at that price would be.

        A buy waits for a price that rises to the trigger and a sell for one that falls to it, unless `rising` says
        otherwise (a take-profit). One whose trigger is reached already is set off at once. With a distance its trigger
        follows, so far behind, a price that goes away from it (a trailing stop).
        """
        ...

    def replace_stop(
        self,
        stop_id: int,
        trigger: Decimal,
        amount: Decimal,
        *,
        limit: Decimal | None = None,
        distance: Decimal | None = None,
    ) -> StopOrder | Refused:
        """Cancel one that waits and let another wait on the same side, both or neither."""
        ...

    def cancel_stop(self, stop_id: int) -> StopOrder | Refused:
        """Cancel one that waits; ORDER_NOT_FOUND otherwise (variant "stop")."""
        ...

    def stop(self, stop_id: int) -> StopOrder | None:
        """One stop order of this account, whatever its state."""
        ...

    def stops(
        self, market: Market | None = None, *, open_only: bool = False, wallet: Wallet | None = Wallet.SPOT
    ) -> Sequence[StopOrder]:
        """The account's stop orders, oldest first."""
        ...

    def end_at(self, number: int, at_ms: int) -> None:
        """Have an open order or a waiting stop order cancelled at a time, if it still is one then."""
        ...

    # Positions.

    def position(self, market: Market, *, wallet: Wallet = Wallet.MARGIN, slot: str = "") -> Position | None:
        """The open position, or None."""
        ...

    def positions(self, *, wallet: Wallet | None = None, open_only: bool = True) -> Sequence[Position]:
        """The account's positions, oldest first; those that were closed, too, unless `open_only`."""
        ...

    def close_position(
        self, market: Market, *, wallet: Wallet = Wallet.MARGIN, slot: str = "", client_order_id: str | None = None
    ) -> Order | Refused:
        """Cancel a position's open orders and close it at market; ORDER_NOT_FOUND (variant "position") for none."""
        ...

    def adjust_margin(self, position: Position, amount: Decimal) -> Refused | None:
        """Set aside more for a position, or less for an amount below zero; INSUFFICIENT_FUNDS is possible."""
        ...

    def liquidation_price(self, position: Position) -> Decimal | None:
        """The price at which the exchange would close it, or None for none above zero."""
        ...

    # Money.

    def currencies(self) -> Sequence[str]:
        """All currencies, in a fixed order."""
        ...

    def balances(self, wallet: Wallet = Wallet.SPOT) -> Mapping[str, Balance]:
        """Every currency of one wallet, zeros too."""
        ...

    def transfer(self, currency: str, amount: Decimal, source: Wallet, target: Wallet) -> Refused | None:
        """Move money between wallets; INSUFFICIENT_FUNDS, UNKNOWN_CURRENCY are possible."""
        ...

    def pay(
        self,
        currency: str,
        amount: Decimal,
        account_id: int,
        *,
        source: Wallet = Wallet.SPOT,
        target: Wallet = Wallet.SPOT,
    ) -> Refused | None:
        """Pay another account of this venue; likewise, and INVALID_PARAMETER with the variant "account" for nobody."""
        ...

    def swap(self, currency: str, amount: Decimal, into: str, received: Decimal) -> Refused | None:
        """Give the exchange one currency for another, outside of any market; refused as `transfer` is."""
        ...

    def escrow(self, currency: str, amount: Decimal, *, source: Wallet = Wallet.SPOT) -> int | Refused:
        """Give money into the exchange's keeping: the number under which it lies there; refused as `transfer` is."""
        ...

    def in_escrow(self, escrow_id: int) -> Decimal:
        """How much still lies there; zero for a number that nobody knows."""
        ...

    def redeem(self, escrow_id: int, amount: Decimal | None = None, *, target: Wallet = Wallet.SPOT) -> Decimal:
        """Take all or part of what lies under a number, whoever gave it: how much there was to take.

        Whether this account may, the dialect has found out before.
        """
        ...

    def earn(self, currency: str, amount: Decimal, *, target: Wallet = Wallet.SPOT) -> None:
        """Receive interest on what was lent, from the exchange's lender, who may owe."""
        ...

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
        """Take money out, a fee on top; INSUFFICIENT_FUNDS, UNKNOWN_CURRENCY are possible."""
        ...

    def cancel_withdrawal(self, withdrawal_id: int) -> Withdrawal | Refused:
        """Take back a pending one, with its fee; ORDER_NOT_FOUND (variant "withdrawal") otherwise."""
        ...

    def complete_withdrawal(self, withdrawal_id: int) -> Withdrawal:
        """Let a pending one arrive at once; LedgerError for none."""
        ...

    def withdrawals(self) -> Sequence[Withdrawal]:
        """All of them, oldest first."""
        ...

    def deposits(self) -> Sequence[Deposit]:
        """All of them, oldest first."""
        ...

    def deposit_address(self, currency: str, network: str | None = None) -> str | Refused:
        """The account's own address, the same each time; UNKNOWN_CURRENCY is possible."""
        ...
