"""EXMO's stop orders: they wait for a price, and then trade at whatever prices there are (facts 4.4 to 4.6, 4.8)."""

from __future__ import annotations

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.money import multiply
from mockserver.core.orders import Side
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.stops import StopOrder, StopStatus
from mockserver.dialects.exmo import limits
from mockserver.dialects.exmo import parameters as read
from mockserver.dialects.exmo.answers import plain
from mockserver.dialects.exmo.markets import market_of, pair_name

STOP_TYPES = ("buy", "sell")


def stop_market_order_create(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Let an order wait for its trigger; its number comes twice, as many a reader of JSON rounds it (facts 4.4).

    Refusals are in shape B. Only two of their codes are known, neither of them this method's.
    """
    pair = read.required(parameters, "pair")
    if isinstance(pair, Refused):
        return pair
    market = desk.market(market_of(pair))
    if market is None:
        return limits.no_pair(pair)
    quantity = read.number(parameters, "quantity")
    if isinstance(quantity, Refused):
        return quantity
    trigger = read.number(parameters, "trigger_price")
    if isinstance(trigger, Refused):
        return trigger
    kind = read.text(parameters, "type")
    if kind not in STOP_TYPES:
        return limits.bad_choice("type", kind) if kind else read.missing("type")
    client_id = read.text(parameters, "client_id")
    if client_id and not read.whole(client_id):
        return read.not_a_number("client_id", client_id)
    refused = (
        limits.quantity_outside(market, quantity, read.places(parameters, "quantity"))
        or limits.service_places(market, read.places(parameters, "trigger_price"))
        or limits.price_outside(market, trigger, 0)
        or limits.amount_outside(trigger, quantity)
    )
    if refused is not None:
        return refused
    stop = desk.place_stop(market, Side(kind), trigger, quantity, client_order_id=client_id or None)
    if isinstance(stop, Refused):
        return limits.too_small(stop)
    return {
        "client_id": int(client_id or 0),
        "parent_order_id": stop.stop_id,
        "parent_order_id_str": str(stop.stop_id),
    }


def stop_market_order_cancel(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Cancel a stop order that waits; any other is not found, 191021 in shape B (facts 4.5).

    What an absent number is told is not known; here it is an unknown one.
    """
    given = read.text(parameters, "parent_order_id")
    number = read.whole(given)
    stop = None if number is None else desk.stop(number)
    if stop is None or stop.margin is not None or isinstance(desk.cancel_stop(stop.stop_id), Refused):
        return Refused(
            refusal=Refusal.ORDER_NOT_FOUND,
            detail="no such stop order waits",
            facts={"order_id": given[:80]},
            variant="stop",
        )
    return {}


def listed(stop: StopOrder) -> dict[str, Json]:
    """Return a stop order as the lists of orders show it: everything is text, and it has a trigger for a price."""
    return {
        "parent_order_id": str(stop.stop_id),
        "client_id": stop.client_order_id or "0",
        "created": str(stop.at_ms // 1000),
        "type": f"stop_market_{stop.side.value}",
        "pair": pair_name(stop.market),
        "quantity": plain(stop.amount),
        "trigger_price": plain(stop.trigger),
        "amount": plain(multiply(stop.trigger, stop.amount)),
    }


def ended(stop: StopOrder) -> dict[str, Json]:
    """Return one that was cancelled, or came to nothing, with the reason; only the first reason was ever seen."""
    reason = "user_canceled" if stop.status is StopStatus.CANCELLED else "rejected"
    return {**listed(stop), "reason_status": reason}


def parents(desk: Desk) -> dict[int, int]:
    """Return the stop orders that became orders: the order's number to the stop order's."""
    return {stop.order_id: stop.stop_id for stop in desk.stops() if stop.order_id is not None}
