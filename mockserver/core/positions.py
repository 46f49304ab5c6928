"""Positions: what an account holds on margin, and on what terms its orders there are made."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from mockserver.core.money import ZERO, multiply, quotient, subtract
from mockserver.core.wallets import Wallet


class MarginMode(StrEnum):
    """What stands behind a position: the margin set aside for it, or all that the wallet has."""

    ISOLATED = "isolated"
    CROSS = "cross"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginTerms:
    """On what terms an order is made that is not paid from the spot wallet.

    Attributes:
        wallet: Where the collateral is, in the market's quote currency.
        leverage: How many times its margin an order may be worth; at least one.
        mode: What stands behind the position.
        reduce_only: Whether the order may only make a position smaller; more than there is of it is cut off.
        slot: Tells positions of one market and wallet apart, `LONG` and `SHORT` of a hedging account; "" for the one
            position of everybody else.
    """

    wallet: Wallet = Wallet.MARGIN
    leverage: Decimal = Decimal("2.5")
    mode: MarginMode = MarginMode.CROSS
    reduce_only: bool = False
    slot: str = ""

    def __post_init__(self) -> None:
        """Check what the reckoning needs.

        Raises:
            ValueError: The spot wallet, or leverage below one.
        """
        if self.wallet is Wallet.SPOT or not (self.leverage.is_finite() and self.leverage >= 1):
            raise ValueError(f"no margin at leverage {self.leverage} in the {self.wallet} wallet")


@dataclass(slots=True, kw_only=True)
class Position:
    """What an account bought or sold of one market with borrowed money. Changed by the margin desk alone.

    What is borrowed and what was bought with it lie in a purse of the position's own: what it has there of the base,
    less what it owes of it, is `amount`; what it owes of the quote, less what it has, is `cost` for a long position,
    and the other way round for a short one.

    Attributes:
        position_id: Unique within the venue.
        account_id: Whose it is.
        market: `BASE/QUOTE`.
        wallet: Where its collateral is.
        slot: As in `MarginTerms`.
        holder: Its purse in the ledger.
        leverage: Of the order that opened or last enlarged it.
        mode: Likewise.
        amount: How much of the base; below zero for a short position, zero for none.
        cost: What the amount was worth in the quote when it was bought or sold; zero for none.
        margin: What is set aside for it in the wallet, in the quote.
        realised: What its closed parts have brought, in the quote; fees are counted in `fees` alone.
        fees: What its trades have cost in fees, in the quote.
        debts: What it owes, by currency.
        opened_ms: The server's clock when it was last opened.
        updated_ms: And when it last traded.
        liquidated: Whether it was closed because its margin was used up.
        open_orders: How many orders stand that would change it.
    """

    position_id: int
    account_id: int
    market: str
    wallet: Wallet
    slot: str
    holder: int
    opened_ms: int
    updated_ms: int
    leverage: Decimal = Decimal(1)
    mode: MarginMode = MarginMode.CROSS
    amount: Decimal = ZERO
    cost: Decimal = ZERO
    margin: Decimal = ZERO
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    debts: dict[str, Decimal] = field(default_factory=dict)
    liquidated: bool = False
    open_orders: int = 0

    @property
    def is_open(self) -> bool:
        """Whether there is anything of it."""
        return bool(self.amount)

    @property
    def base_price(self) -> Decimal:
        """The price at which what is left of it was bought or sold, on the average; zero for none."""
        return quotient(self.cost, abs(self.amount)) if self.amount else ZERO

    def unrealised(self, price: Decimal) -> Decimal:
        """Return what closing it at a price would bring, in the quote, before fees."""
        worth = multiply(self.amount, price)
        return subtract(worth, self.cost) if self.amount > ZERO else subtract(self.cost, -worth)
