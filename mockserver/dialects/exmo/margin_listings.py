"""What EXMO lists of orders on margin: the open ones, what happened to all of them, their deals (facts 5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.orders import Order, OrderStatus, Side
from mockserver.core.refusals import Refused
from mockserver.core.stops import StopOrder
from mockserver.core.wallets import Wallet
from mockserver.dialects.exmo import parameters as read
from mockserver.dialects.exmo.answers import plain
from mockserver.dialects.exmo.margin import margin_deal, moment
from mockserver.dialects.exmo.markets import pair_name


@dataclass(slots=True, kw_only=True)
class Note:
    """What an order on margin has beside what every order has.

    Attributes:
        comment: The client's; nothing is done with it.
        expire: When it ends, Unix seconds; 0 for never.
        cancelled_ms: The server's clock when the client cancelled it.
    """

    comment: str = ""
    expire: str = "0"
    cancelled_ms: int | None = None


class MarginNotes:
    """An account's notes, by the number of the order or of the stop order."""

    def __init__(self) -> None:
        self.notes: dict[int, Note] = {}

    def of(self, number: int) -> Note:
        """Return what was noted of an order."""
        return self.notes.get(number) or Note()


def order_list(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the open orders on margin, and those that wait."""
    notes = desk.annex(MarginNotes)
    rows = [(order.at_ms, _open(order, notes.of(order.order_id))) for order in desk.open_orders(wallet=Wallet.MARGIN)]
    rows += [
        (stop.at_ms, _waiting(stop, notes.of(stop.stop_id)))
        for stop in desk.stops(open_only=True, wallet=Wallet.MARGIN)
    ]
    return {"orders": [row for _, row in sorted(rows, key=lambda row: row[0])]}


def order_history(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return what happened to orders on margin, newest first.

    Of the events only `OrderCancelStarted` with the status `cancel_started` was ever seen; the others are named after
    it.
    """
    offset = read.bounded(parameters, "offset", default=0, maximum=1 << 32)
    limit = read.bounded(parameters, "limit", default=100, maximum=100)
    notes = desk.annex(MarginNotes)
    events = [
        event for order in desk.orders(wallet=Wallet.MARGIN) for event in _events(order, notes.of(order.order_id))
    ]
    events.sort(key=lambda event: (int(str(event["event_time"])), int(str(event["event_id"]))))
    return {"items": events[::-1][offset : offset + limit]}


def order_trades(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the deals of one order on margin; one that there is not has none."""
    given = read.required(parameters, "order_id")
    if isinstance(given, Refused):
        return given
    number = read.whole(given)
    order = None if number is None else desk.order(number)
    ours = order is not None and order.wallet is Wallet.MARGIN
    return {"trades": [margin_deal(fill) for fill in order.fills] if order is not None and ours else []}


def _open(order: Order, note: Note) -> dict[str, Json]:
    return {
        "order_id": str(order.order_id),
        "client_id": order.client_order_id or "0",
        "comment": note.comment,
        "created": moment(order.at_ms),
        "updated": moment(order.fills[-1].at_ms if order.fills else order.at_ms),
        "distance": "0",
        "expire": note.expire,
        "funding_currency": _borrowed(order.market, order.side),
        "funding_quantity": plain(order.held),
        "funding_rate": "0",
        "leverage": plain(order.margin.leverage if order.margin is not None else Decimal(1)),
        "pair": pair_name(order.market),
        "previous_type": _kind(order),
        "price": plain(order.price),
        "quantity": plain(order.remaining),
        "src": 1,
        "stop_price": "0",
        "trigger_price": "0",
        "type": _kind(order),
    }


def _waiting(stop: StopOrder, note: Note) -> dict[str, Json]:
    kind = f"stop_{'' if stop.limit is None else 'limit_'}{stop.side.value}"
    if stop.distance is not None:
        kind = f"trailing_{kind}"
    return {
        "order_id": str(stop.stop_id),
        "client_id": stop.client_order_id or "0",
        "comment": note.comment,
        "created": moment(stop.at_ms),
        "updated": moment(stop.at_ms),
        "distance": plain(stop.distance or Decimal(0)),
        "expire": note.expire,
        "funding_currency": _borrowed(stop.market, stop.side),
        "funding_quantity": "0",
        "funding_rate": "0",
        "leverage": plain(stop.margin.leverage if stop.margin is not None else Decimal(1)),
        "pair": pair_name(stop.market),
        "previous_type": kind,
        "price": plain(stop.limit or Decimal(0)),
        "quantity": plain(stop.amount),
        "src": 1,
        "stop_price": plain(stop.trigger),
        "trigger_price": plain(stop.trigger),
        "type": kind,
    }


def _borrowed(market: str, side: Side) -> str:
    """Return what an order on margin is lent: the quote for a purchase, the base for a sale."""
    base, _, quote = market.partition("/")
    return quote if side is Side.BUY else base


def _kind(order: Order) -> str:
    return f"{'market' if order.at_market else 'limit'}_{order.side.value}"


def _events(order: Order, note: Note) -> Iterator[dict[str, Json]]:
    """Yield what happened to an order, in its order; events of one order are numbered after it."""
    number = order.order_id * 1000
    yield _event(order, number, order.at_ms, "OrderCreated", "active")
    for count, fill in enumerate(order.fills, start=1):
        last = count == len(order.fills) and not order.remaining
        event = _event(order, number + count, fill.at_ms, "OrderExecuted", "executed" if last else "active")
        yield {
            **event,
            "trade_id": str(fill.trade_id),
            "trade_type": fill.side.value,
            "trade_quantity": plain(fill.amount),
            "trade_price": plain(fill.price),
        }
    if order.status is OrderStatus.CANCELLED:
        last_ms = order.fills[-1].at_ms if order.fills else order.at_ms
        ended_ms = note.cancelled_ms or int(note.expire) * 1000 or last_ms
        yield _event(order, number + 999, ended_ms, "OrderCancelStarted", "cancel_started")


def _event(order: Order, number: int, at_ms: int, event: str, status: str) -> dict[str, Json]:
    return {
        "event_id": str(number),
        "event_time": moment(at_ms),
        "event_type": event,
        "order_id": str(order.order_id),
        "order_type": _kind(order),
        "order_status": status,
        "trade_id": "0",
        "trade_type": "",
        "trade_quantity": "0",
        "trade_price": "0",
        "pair": pair_name(order.market),
        "quantity": plain(order.amount),
        "price": plain(order.price),
        "stop_price": "0",
        "distance": "0",
    }
