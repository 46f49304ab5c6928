"""What is traded."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """One market.

    Attributes:
        base: What is bought and sold.
        quote: What it is paid with.
        price_step: Prices are multiples of it.
        amount_step: Amounts are multiples of it.
        minimum_total: The least price times amount of an order.
        minimum_amount: The least amount of an order.
        opening_price: Where a seeded market starts.
        maker_fee: Share of what is received, for the order that stood in the book.
        taker_fee: Likewise for the order that came.
        name: `BASE/QUOTE`.
    """

    base: str
    quote: str
    price_step: Decimal
    amount_step: Decimal
    minimum_total: Decimal
    opening_price: Decimal
    minimum_amount: Decimal = Decimal(0)
    maker_fee: Decimal = Decimal("0.001")
    taker_fee: Decimal = Decimal("0.002")
    name: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", f"{self.base}/{self.quote}")
