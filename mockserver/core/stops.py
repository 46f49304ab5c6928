"""Stop orders: an order that waits beside the book until the market's last trade comes to its trigger."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from mockserver.core.money import ZERO, add, subtract
from mockserver.core.orders import Side
from mockserver.core.positions import MarginTerms
from mockserver.core.refusals import Refused
from mockserver.core.wallets import Wallet


class StopStatus(StrEnum):
    """Where a stop order is in its life."""

    WAITING = "waiting"
    TRIGGERED = "triggered"
    CANCELLED = "cancelled"
    FAILED = "failed"


class StopEvent(StrEnum):
    """What happens to one: its order was placed, its order was refused, or its owner thought better of it."""

    PLACED = "placed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


#: A stop order's life. What is not in the table cannot happen: only one that waits changes.
STOP_LIFE: Final[Mapping[tuple[StopStatus, StopEvent], StopStatus]] = MappingProxyType(
    {
        (StopStatus.WAITING, StopEvent.PLACED): StopStatus.TRIGGERED,
        (StopStatus.WAITING, StopEvent.REFUSED): StopStatus.FAILED,
        (StopStatus.WAITING, StopEvent.CANCELLED): StopStatus.CANCELLED,
    }
)


@dataclass(slots=True, kw_only=True)
class StopOrder:
    """One stop order. Changed by the floor alone; everybody else reads.

    Attributes:
        stop_id: Unique among the stop orders of a venue, 18 digits.
        account_id: Whose it is.
        market: `BASE/QUOTE`.
        side: Which way the order goes that it becomes.
        trigger: The price of a trade that sets it off; that of a trailing one moves.
        rising: Whether trades at the trigger or above set it off; else those at it or below.
        amount: How much of the base.
        limit: The order's limit; None for an order at any price.
        at_ms: The server's clock when it was placed.
        distance: How far a trailing one keeps its trigger from the best price since it waits; None for one that stays.
        client_order_id: What the client calls it; the order that it becomes is called the same.
        margin: On what terms, for one that is not paid from the spot wallet.
        status: Where it is in its life.
        held: What is set aside for it, in the quote of a buy and the base of a sell; zero once it waits no more.
        ended_ms: When it ceased to wait.
        order_id: The order that it became.
        refused: Why it became none.
    """

    stop_id: int
    account_id: int
    market: str
    side: Side
    trigger: Decimal
    rising: bool
    amount: Decimal
    limit: Decimal | None
    at_ms: int
    distance: Decimal | None = None
    client_order_id: str | None = None
    margin: MarginTerms | None = None
    status: StopStatus = StopStatus.WAITING
    held: Decimal = ZERO
    ended_ms: int | None = None
    order_id: int | None = None
    refused: Refused | None = None

    @property
    def wallet(self) -> Wallet:
        """The wallet that its order is paid from."""
        return Wallet.SPOT if self.margin is None else self.margin.wallet

    def end(self, event: StopEvent, now_ms: int) -> None:
        """Let it wait no more.

        Raises:
            KeyError: It does not wait.
        """
        self.status = STOP_LIFE[self.status, event]
        self.ended_ms = now_ms


class StopBoard:
    """The stop orders of one market that wait, the nearest trigger first on either side."""

    __slots__ = ("_falling", "_rising", "_trailing")

    def __init__(self) -> None:
        # Sorted by distance: triggers above rise from the first, triggers below are kept with their sign turned.
        self._rising: list[tuple[Decimal, int, StopOrder]] = []
        self._falling: list[tuple[Decimal, int, StopOrder]] = []
        self._trailing: dict[int, StopOrder] = {}

    def __bool__(self) -> bool:
        return bool(self._rising or self._falling)

    def put(self, stop: StopOrder) -> None:
        """Let one wait."""
        side, key = self._place_of(stop)
        insort(side, (key, stop.stop_id, stop))
        if stop.distance is not None:
            self._trailing[stop.stop_id] = stop

    def take_out(self, stop: StopOrder) -> None:
        """Remove one that waits here."""
        side, key = self._place_of(stop)
        at = bisect_left(side, (key, stop.stop_id))
        if at == len(side) or side[at][2] is not stop:
            raise KeyError(stop.stop_id)
        del side[at]
        self._trailing.pop(stop.stop_id, None)

    def follow(self, price: Decimal) -> None:
        """Let the triggers of trailing ones follow a price that went away from them."""
        for stop in tuple(self._trailing.values()):
            distance = stop.distance or ZERO
            trigger = add(price, distance) if stop.rising else subtract(price, distance)
            if (trigger < stop.trigger) if stop.rising else (trigger > stop.trigger):
                self.take_out(stop)
                stop.trigger = trigger
                self.put(stop)

    def is_due(self, price: Decimal) -> bool:
        """Tell whether a trade at this price sets any of them off."""
        rising, falling = self._rising, self._falling
        return bool((rising and rising[0][0] <= price) or (falling and falling[0][0] <= -price))

    def take_due(self, price: Decimal) -> StopOrder | None:
        """Remove and return the oldest of those that a trade at this price sets off, or None."""
        oldest: StopOrder | None = None
        for half, key in ((self._rising, price), (self._falling, -price)):
            for trigger, _, stop in half:
                if trigger > key:
                    break
                if oldest is None or stop.stop_id < oldest.stop_id:
                    oldest = stop
        if oldest is not None:
            self.take_out(oldest)
        return oldest

    def _place_of(self, stop: StopOrder) -> tuple[list[tuple[Decimal, int, StopOrder]], Decimal]:
        return (self._rising, stop.trigger) if stop.rising else (self._falling, -stop.trigger)
