"""An order, its life and its trades."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from mockserver.core.money import ZERO, subtract
from mockserver.core.positions import MarginTerms, Position
from mockserver.core.wallets import Wallet


class Side(StrEnum):
    """Which way."""

    BUY = "buy"
    SELL = "sell"


class TimeInForce(StrEnum):
    """What becomes of the part that does not trade at once."""

    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"
    POST_ONLY = "post_only"


class OrderStatus(StrEnum):
    """Where an order is in its life."""

    OPEN = "open"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


class OrderEvent(StrEnum):
    """What happens to an order: a trade that leaves something, one that leaves nothing, the end by other means."""

    TRADED = "traded"
    EXHAUSTED = "exhausted"
    CANCELLED = "cancelled"


# An enum looks its members up slowly, and each order asks for several; so the files on its way keep those they need.
_OPEN: Final = OrderStatus.OPEN
_PARTIALLY_FILLED: Final = OrderStatus.PARTIALLY_FILLED
_TRADED: Final = OrderEvent.TRADED
_EXHAUSTED: Final = OrderEvent.EXHAUSTED
_CANCELLED: Final = OrderEvent.CANCELLED

#: An order's life. What is not in the table cannot happen; filled, cancelled and rejected orders change no more.
LIFE: Final[Mapping[tuple[OrderStatus, OrderEvent], OrderStatus]] = MappingProxyType(
    {
        (OrderStatus.OPEN, OrderEvent.TRADED): OrderStatus.PARTIALLY_FILLED,
        (OrderStatus.OPEN, OrderEvent.EXHAUSTED): OrderStatus.FILLED,
        (OrderStatus.OPEN, OrderEvent.CANCELLED): OrderStatus.CANCELLED,
        (OrderStatus.PARTIALLY_FILLED, OrderEvent.TRADED): OrderStatus.PARTIALLY_FILLED,
        (OrderStatus.PARTIALLY_FILLED, OrderEvent.EXHAUSTED): OrderStatus.FILLED,
        (OrderStatus.PARTIALLY_FILLED, OrderEvent.CANCELLED): OrderStatus.CANCELLED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One trade, as one of its two sides sees it. `side` is that side's; `fee` is taken from what it received.

    The fee of a trade on margin is always in the quote, and is taken from the collateral.
    """

    trade_id: int
    order_id: int
    market: str
    side: Side
    price: Decimal
    amount: Decimal
    fee: Decimal
    fee_currency: str
    maker: bool
    at_ms: int


@dataclass(slots=True, kw_only=True)
class Order:
    """One order. Changed by the book and the venue alone; everybody else reads.

    Attributes:
        order_id: Unique within the venue.
        account_id: Whose it is.
        market: `BASE/QUOTE`.
        side: Which way.
        price: The limit.
        amount: What was ordered.
        remaining: What has not traded, whether it still may or was cancelled.
        at_ms: The server's clock when it was placed.
        status: Where it is in its life.
        client_order_id: What the client calls it.
        time_in_force: What becomes of the part that does not trade at once.
        fills: Its trades, oldest first.
        held: What is set aside for it, in the quote of a buy and the base of a sell; zero once it is closed.
        at_market: Whether it was placed to trade at any price; `price` is then the last that it could reach.
        margin: On what terms, for an order that is not paid from the spot wallet.
        position: The position that such an order enlarges or reduces.
        collateral: What is set aside in the position's wallet for the part that would enlarge it, in the quote.
        realised: What its trades brought by making the position smaller, in the quote, before fees.
    """

    order_id: int
    account_id: int
    market: str
    side: Side
    price: Decimal
    amount: Decimal
    remaining: Decimal
    at_ms: int
    status: OrderStatus = OrderStatus.OPEN
    client_order_id: str | None = None
    time_in_force: TimeInForce = TimeInForce.GTC
    fills: list[Fill] = field(default_factory=list)
    held: Decimal = ZERO
    at_market: bool = False
    margin: MarginTerms | None = None
    position: Position | None = None
    collateral: Decimal = ZERO
    realised: Decimal = ZERO

    @property
    def holder(self) -> int:
        """Where the ledger has what it holds, and where what it brings goes: the account's own, or its position's."""
        return self.account_id if self.position is None else self.position.holder

    @property
    def wallet(self) -> Wallet:
        """The wallet it is paid from."""
        return Wallet.SPOT if self.position is None else self.position.wallet

    @property
    def filled(self) -> Decimal:
        """How much has traded."""
        return subtract(self.amount, self.remaining)

    @property
    def is_open(self) -> bool:
        """Whether it stands in the book."""
        return self.status is _OPEN or self.status is _PARTIALLY_FILLED

    def trade(self, amount: Decimal) -> None:
        """Take a trade of at most what remains.

        Raises:
            KeyError: The order is closed, and its life knows no further trade.
        """
        remaining = subtract(self.remaining, amount)
        self.status = LIFE[self.status, _TRADED if remaining else _EXHAUSTED]
        self.remaining = remaining

    def cancel(self) -> None:
        """End it with something remaining.

        Raises:
            KeyError: The order is closed already.
        """
        self.status = LIFE[self.status, _CANCELLED]
