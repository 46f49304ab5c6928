"""An account: what one customer did here."""

from __future__ import annotations

from typing import Final

from mockserver.core.desk import Deposit, Withdrawal
from mockserver.core.orders import Fill, Order
from mockserver.core.positions import Position
from mockserver.core.stops import StopOrder, StopStatus
from mockserver.core.wallets import Wallet

#: The account of those who sent no key. It has nothing and can order nothing.
NOBODY: Final = 0

#: The market maker's account, whose orders the seeded liquidity is.
MARKET_MAKER: Final = -3


#: So many ended orders, stop orders, positions and trades an account keeps at least; at twice as many the older go.
KEPT: Final = 20_000


class Account:
    """What one customer did here; what it has is in the ledger. Written by the venue alone.

    Attributes:
        account_id: Its number, and the ledger's holder for its spot wallet.
        purses: The ledger's holder for each wallet that was ever used.
        orders: All orders, by id, in the order they came; `open` those that stand.
        by_client_id: The newest order of each client order id.
        fills: The trades of the spot wallet, oldest first; `margin_fills` those of the others.
        stops: All stop orders, by id.
        positions: All positions, by id; `held_positions` the open one, or the one that orders may open, of each market,
            wallet and slot.
        spare_purses: Purses of positions that are no more.
        withdrawals: By id.
        deposits: Oldest first.
        annexes: What the dialect keeps, by what made it.
        frozen: Whether the gate lets nobody in.
        next_order_id: Where its own numbering of orders is; None where it takes part in the venue's.
    """

    __slots__ = (
        "account_id",
        "annexes",
        "by_client_id",
        "deposits",
        "fills",
        "frozen",
        "held_positions",
        "margin_fills",
        "next_order_id",
        "open",
        "orders",
        "positions",
        "purses",
        "spare_purses",
        "stops",
        "withdrawals",
    )

    def forget_the_oldest(self) -> None:
        """Let go of what ended long ago, where there is too much of it."""
        ended = [number for number, order in self.orders.items() if not order.is_open]
        for number in ended[:-KEPT]:
            order = self.orders.pop(number)
            if order.client_order_id is not None and self.by_client_id.get(order.client_order_id) is order:
                del self.by_client_id[order.client_order_id]
        over = [number for number, stop in self.stops.items() if stop.status is not StopStatus.WAITING]
        for number in over[:-KEPT]:
            del self.stops[number]
        closed = [number for number, position in self.positions.items() if not position.is_open]
        for number in closed[:-KEPT]:
            del self.positions[number]
        for fills in (self.fills, *self.margin_fills.values()):
            del fills[:-KEPT]

    @property
    def on_margin(self) -> bool:
        """Whether it ever had an order that was not paid from the spot wallet."""
        return bool(self.margin_fills or self.held_positions or self.spare_purses)

    def __init__(self, account_id: int, next_order_id: int | None = None) -> None:
        self.account_id = account_id
        self.next_order_id = next_order_id
        self.frozen = False
        self.purses: dict[Wallet, int] = {Wallet.SPOT: account_id}
        self.orders: dict[int, Order] = {}
        self.open: dict[int, Order] = {}
        self.by_client_id: dict[str, Order] = {}
        self.fills: list[Fill] = []
        self.margin_fills: dict[Wallet, list[Fill]] = {}
        self.stops: dict[int, StopOrder] = {}
        self.positions: dict[int, Position] = {}
        self.held_positions: dict[tuple[str, Wallet, str], Position] = {}
        self.spare_purses: list[int] = []
        self.withdrawals: dict[int, Withdrawal] = {}
        self.deposits: list[Deposit] = []
        self.annexes: dict[object, object] = {}
