"""Take-profit and stop-loss at work: stop orders that make a position smaller, two of which belong together.

The stop orders are the exchange's own; here is kept which of them belong to one protection, to which position, and
what a client was told. What the price did in between is caught up with when the account next calls: of two that belong
together the other is cancelled when one was set off, both when their position is closed or turned round, and the wishes
of an order that had to wait become stop orders once it has traded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from mockserver.core.desk import Desk
from mockserver.core.orders import Order, Side
from mockserver.core.positions import Position
from mockserver.core.refusals import Refused
from mockserver.core.stops import StopOrder, StopStatus
from mockserver.core.wallets import Wallet
from mockserver.dialects.bitunix.futures.contracts import contract_on
from mockserver.dialects.bitunix.futures.settings import settings_of, way_out
from mockserver.dialects.bitunix.futures.wishes import NONE, Wish, Wishes

_IDS_FROM: Final = 740_000_000_000_000_001

WAITING: Final = "NEW"
DONE: Final = "FILLED"
CANCELLED: Final = "CANCELED"


@dataclass(slots=True, kw_only=True)
class Protection:
    """One protection of one position.

    Attributes:
        number: Its id.
        position_id: Of the position.
        way_out: The side of its orders; a position that was turned round is another one.
        market: `BASE/QUOTE`.
        wishes: What it is.
        whole: Whether it is the one of the whole position, of which there is one at most.
        at_ms: When it was asked for.
        stops: Its stop orders: of the take-profit, of the stop-loss.
        status: `NEW` while it waits, `FILLED` when one of its stop orders was set off, `CANCELED`.
        ended_ms: When it ceased to wait.
    """

    number: int
    position_id: int
    way_out: Side
    market: str
    wishes: Wishes
    whole: bool
    at_ms: int
    stops: list[int] = field(default_factory=list)
    status: str = WAITING
    ended_ms: int | None = None


class Protections:
    """One account's protections; an annex.

    Attributes:
        by_id: All of them, in the order they came.
        waiting: Those that wait, likewise.
        asked_by: The wishes of orders that have not traded yet, by order id.
        next_id: Of the next protection.
    """

    __slots__ = ("asked_by", "by_id", "next_id", "waiting")

    def __init__(self) -> None:
        self.by_id: dict[int, Protection] = {}
        self.waiting: dict[int, Protection] = {}
        self.asked_by: dict[int, Wishes] = {}
        self.next_id = _IDS_FROM


def protections_of(desk: Desk) -> Protections:
    """Return the account's protections as they are now, after catching up with what the price did."""
    kept = desk.annex(Protections)
    for order_id in list(kept.asked_by):
        order = desk.order(order_id)
        if order is None or not (order.fills or not order.is_open):
            continue
        wishes = kept.asked_by.pop(order_id)
        if order.position is not None and order.position.is_open and order.filled:
            protect(desk, order.position, wishes, quantity=order.amount)
        desk.mark_changed()
    for protection in list(kept.waiting.values()):
        _catch_up(desk, protection)
    return kept


def wish_for(desk: Desk, order: Order, wishes: Wishes) -> None:
    """Keep what a new order asks for: at once where it traded, else until it does."""
    if not wishes:
        return
    desk.annex(Protections).asked_by[order.order_id] = wishes
    desk.mark_changed()
    protections_of(desk)


def wishes_left(desk: Desk, order: Order) -> Wishes:
    """Return what a waiting order asks for, and forget it: another order takes its place."""
    return desk.annex(Protections).asked_by.pop(order.order_id, NONE)


def wishes_of(desk: Desk, order: Order) -> Wishes:
    """Return what a waiting order still asks for."""
    return desk.annex(Protections).asked_by.get(order.order_id, NONE)


def protect(
    desk: Desk, position: Position, wishes: Wishes, *, whole: bool = False, quantity: Decimal | None = None
) -> Protection | Refused:
    """Place the stop orders of a new protection; none stays where one of them is refused."""
    kept = desk.annex(Protections)
    if whole:
        quantity = contract_on(position.market).most_limit  # however large it gets: what is too much is cut off
    protection = Protection(
        number=kept.next_id,
        position_id=position.position_id,
        way_out=way_out(position),
        market=position.market,
        wishes=wishes,
        whole=whole,
        at_ms=desk.now_ms,
    )
    for wish, rising in ((wishes.profit, position.amount > 0), (wishes.loss, position.amount < 0)):
        if wish is None:
            continue
        stop = _stop(desk, position, wish, quantity, rising=rising)
        if isinstance(stop, Refused):
            _withdraw_stops(desk, protection)
            return stop
        protection.stops.append(stop.stop_id)
    kept.next_id += 1
    kept.by_id[protection.number] = kept.waiting[protection.number] = protection
    desk.mark_changed()
    return protection


def change(desk: Desk, protection: Protection, position: Position, wishes: Wishes) -> Refused | None:
    """Give a protection other wishes: its stop orders are placed anew."""
    placed = protect(desk, position, wishes, whole=protection.whole)
    if isinstance(placed, Refused):
        return placed
    _withdraw_stops(desk, protection)
    protection.stops, protection.wishes = placed.stops, wishes
    kept = desk.annex(Protections)
    del kept.by_id[placed.number], kept.waiting[placed.number]
    return None


def lift(desk: Desk, protection: Protection) -> None:
    """Cancel a protection."""
    _withdraw_stops(desk, protection)
    _end(desk, protection, CANCELLED)


def _catch_up(desk: Desk, protection: Protection) -> None:
    stops = [stop for number in protection.stops if (stop := desk.stop(number)) is not None]
    held = next(
        (one for one in desk.positions(wallet=Wallet.FUTURES) if one.position_id == protection.position_id), None
    )
    set_off = any(stop.status is StopStatus.TRIGGERED for stop in stops)
    failed = any(stop.status is StopStatus.FAILED for stop in stops)
    if set_off or failed or held is None or way_out(held) is not protection.way_out:
        _withdraw_stops(desk, protection)
        _end(desk, protection, DONE if set_off else CANCELLED)


def _end(desk: Desk, protection: Protection, status: str) -> None:
    protection.status, protection.ended_ms = status, desk.now_ms
    del desk.annex(Protections).waiting[protection.number]
    desk.mark_changed()


def _withdraw_stops(desk: Desk, protection: Protection) -> None:
    for number in protection.stops:
        stop = desk.stop(number)
        if stop is not None and stop.status is StopStatus.WAITING:
            desk.cancel_stop(number)


def _stop(desk: Desk, position: Position, wish: Wish, quantity: Decimal | None, *, rising: bool) -> StopOrder | Refused:
    contract = contract_on(position.market)
    return desk.place_stop(
        contract.market,
        way_out(position),
        wish.trigger,
        wish.quantity or quantity or abs(position.amount),
        limit=wish.limit,
        rising=rising,
        margin=settings_of(desk).terms(contract, slot=position.slot, reduce_only=True),
    )
