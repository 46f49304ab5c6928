"""An account: what one customer did here."""

from __future__ import annotations

from typing import Final

from mockserver.core.desk import Withdrawal
from mockserver.core.orders import Fill, Order

#: The account of those who sent no key. It has nothing and can order nothing.
NOBODY: Final = 0

#: The market maker's account, whose orders the seeded liquidity is.
MARKET_MAKER: Final = -3


class Account:
    """What one customer did here; what it has is in the ledger. Written by the venue alone."""

    __slots__ = ("account_id", "by_client_id", "fills", "frozen", "next_order_id", "open", "orders", "withdrawals")

    def __init__(self, account_id: int, next_order_id: int | None = None) -> None:
        self.account_id = account_id
        self.next_order_id = next_order_id
        self.frozen = False
        self.orders: dict[int, Order] = {}
        self.open: dict[int, Order] = {}
        self.by_client_id: dict[str, Order] = {}
        self.fills: list[Fill] = []
        self.withdrawals: list[Withdrawal] = []
