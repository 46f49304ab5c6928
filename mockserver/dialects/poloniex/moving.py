"""`moveOrder` and `cancelAllOrders`. Facts 4.7 and, for the shapes of failures, 2.3."""

from __future__ import annotations

from dataclasses import replace

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.orders import TimeInForce
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.poloniex import answers
from mockserver.dialects.poloniex import parameters as read
from mockserver.dialects.poloniex.answers import money
from mockserver.dialects.poloniex.markets import market_name

_FLAGS = (("immediateOrCancel", TimeInForce.IOC), ("postOnly", TimeInForce.POST_ONLY))


def move_order(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`moveOrder`: cancels an order and places another, both or none.

    The desk's `replace_order` sees to that. Without an amount the other is as large as what is open.
    """
    number = read.order_number(parameters)
    if isinstance(number, Refused):
        return number
    if read.given(parameters, "rate") is None:
        return read.missing()
    rate = read.quantity(parameters, "rate")
    if isinstance(rate, Refused):
        return rate
    amount = read.quantity(parameters, "amount")
    if isinstance(amount, Refused):
        return amount
    client_order_id = read.client_order_id(parameters)
    if isinstance(client_order_id, Refused):
        return client_order_id
    order = desk.order(number)
    market = None if order is None else desk.market(order.market)
    if order is None or market is None or not order.is_open:
        return Refused(refusal=Refusal.ORDER_NOT_FOUND, facts={"order_id": number})
    if client_order_id is not None:
        namesake = desk.order_by_client_id(client_order_id)
        if namesake is not None and namesake.is_open and namesake is not order:
            return read.invalid("clientOrderId")
    if read.given(parameters, "amount") is None:
        amount = order.remaining
    flags = [kind for name, kind in _FLAGS if read.flag(parameters, name)]
    if len(flags) > 1:
        return Refused(refusal=Refusal.REJECTED, variant="move_flags")
    time_in_force = flags[0] if flags else TimeInForce.GTC
    if rate * amount < market.minimum_total:  # before the least amount, as for orders (2.2)
        return Refused(refusal=Refusal.BELOW_MINIMUM, facts={"minimum": f"{market.minimum_total:f}"}, variant="move")
    moved = desk.replace_order(number, rate, amount, time_in_force=time_in_force, client_order_id=client_order_id)
    if isinstance(moved, Refused):
        return _not_moved(moved)
    pair = market_name(market.name)
    view: dict[str, Json] = {
        "success": 1,
        "orderNumber": str(moved.order_id),
        "resultingTrades": {pair: [answers.resulting_trade_view(fill) for fill in moved.fills]},
        "fee": money(market.taker_fee),
        "currencyPair": pair,
    }
    if moved.client_order_id is not None:
        view["clientOrderId"] = moved.client_order_id
    return view


def _not_moved(refused: Refused) -> Refused:
    """Say of a refusal of the floor that it met a moved order: 2.3 has texts of its own for most of them."""
    if refused.refusal is Refusal.BELOW_MINIMUM:
        return replace(refused, variant="move_amount")
    if refused.refusal is Refusal.INSUFFICIENT_FUNDS or refused.variant == "post_only":
        return replace(refused, variant="move")
    return refused


def cancel_all_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`cancelAllOrders`: of one pair, or of all. Order numbers are numbers here, as nowhere else in private answers."""
    market = None
    if read.given(parameters, "currencyPair") is not None:
        known = read.market_of(desk, parameters)
        if isinstance(known, Refused):
            return known
        market = known
    numbers = [order.order_id for order in desk.open_orders(market)]
    for number in numbers:
        desk.cancel_order(number)
    return {"success": 1, "message": "Orders canceled", "orderNumbers": numbers}
