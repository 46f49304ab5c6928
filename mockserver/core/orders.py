"""An order and its trades."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One trade, as one of its two sides sees it. `side` is that side's; `fee` is taken from what it received."""

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
    """One order. Changed by the book alone; everybody else reads."""

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

    @property
    def filled(self) -> Decimal:
        """How much has traded."""
        return self.amount - self.remaining

    @property
    def is_open(self) -> bool:
        """Whether it stands in the book."""
        return self.status in (OrderStatus.OPEN, OrderStatus.PARTIALLY_FILLED)
