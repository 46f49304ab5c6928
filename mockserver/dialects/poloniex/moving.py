"""Cancelling and replacing orders. Facts 4.7 and, for the shapes of failures, 2.3."""

from __future__ import annotations

from dataclasses import replace

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.orders import Order, TimeInForce
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.wallets import Wallet
from mockserver.dialects.poloniex import answers, handlers
from mockserver.dialects.poloniex import parameters as read
from mockserver.dialects.poloniex.answers import money
from mockserver.dialects.poloniex.manner import USUAL, Manner
from mockserver.dialects.poloniex.markets import market_name

_FLAGS = (("immediateOrCancel", TimeInForce.IOC), ("postOnly", TimeInForce.POST_ONLY))


def cancel_order(desk: Desk, parameters: Parameters, *, manner: Manner = USUAL) -> Json | Refused:
    """`cancelOrder`: by its number, or by the client's own."""
    named = _named(desk, parameters, manner)
    if isinstance(named, Refused):
        return replace(named, variant="zero") if named.facts.get("order_id") == 0 else named
    order, market = named
    desk.cancel_order(order.order_id)
    return _cancelled(order, market, manner)


def _named(desk: Desk, parameters: Parameters, manner: Manner) -> tuple[Order, Market] | Refused:
    """Return the open order that is meant: by its number, or, where none is given, by the client's own."""
    if read.given(parameters, "orderNumber") is None:
        client_order_id = read.client_order_id(parameters)
        if isinstance(client_order_id, Refused):
            return client_order_id
        if client_order_id is not None:
            order = desk.order_by_client_id(client_order_id)
            facts: dict[str, object] = {"client_order_id": client_order_id}
            return _open(desk, order, Refused(refusal=Refusal.ORDER_NOT_FOUND, facts=facts, variant="client_order_id"))
    number = read.order_number(parameters)
    if isinstance(number, Refused):
        return number
    variant = "completed" if manner.late else ""
    refused = Refused(refusal=Refusal.ORDER_NOT_FOUND, facts={"order_id": number}, variant=variant)
    return _open(desk, desk.order(number), refused)


def _open(desk: Desk, order: Order | None, refused: Refused) -> tuple[Order, Market] | Refused:
    market = None if order is None else desk.market(order.market)
    if order is None or market is None or not order.is_open:
        return refused
    return order, market


def _cancelled(order: Order, market: Market, manner: Manner) -> dict[str, Json]:
    view: dict[str, Json] = {
        "success": 1,
        "amount": money(order.remaining),
        "message": f"Order #{order.order_id} canceled.",
    }
    if manner.late:
        view["fee"] = money(market.taker_fee)
        if order.client_order_id is not None:
            view["clientOrderId"] = order.client_order_id
        view["currencyPair"] = market_name(market.name)
    return view


def move_order(desk: Desk, parameters: Parameters, *, manner: Manner = USUAL) -> Json | Refused:
    """`moveOrder`: cancels an order and places another, both or none.

    The desk's `replace_order` sees to that. Without an amount the other is as large as what is open. On margin orders
    the flags have no effect.
    """
    number = read.order_number(parameters)
    if isinstance(number, Refused):
        return number
    outcome = _replaced(desk, parameters, manner)
    if isinstance(outcome, Refused):
        return outcome
    _, moved, market = outcome
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


def cancel_replace(desk: Desk, parameters: Parameters, *, manner: Manner = USUAL) -> Json | Refused:
    """`cancelReplace`: as `moveOrder`, by either number, and tells of both orders.

    One wrapper knows the members of both parts and not how the second is named; ours is `placed` (inferred).
    """
    outcome = _replaced(desk, parameters, manner)
    if isinstance(outcome, Refused):
        return outcome
    old, new, market = outcome
    pair = market_name(market.name)
    placed: dict[str, Json] = {
        "success": 1,
        "orderNumber": str(new.order_id),
        "resultingTrades": {pair: [answers.resulting_trade_view(fill) for fill in new.fills]},
        "tokenFee": 0,
        "tokenFeeCurrency": None,
        "message": f"Order #{new.order_id} placed.",
        "fee": money(market.taker_fee),
        "currencyPair": pair,
    }
    return {**_cancelled(old, market, replace(manner, members="2022")), "placed": placed}


def _replaced(desk: Desk, parameters: Parameters, manner: Manner) -> tuple[Order, Order, Market] | Refused:
    """Replace the order that is meant: the old one, the new one and their market."""
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
    named = _named(desk, parameters, manner)
    if isinstance(named, Refused):
        return named
    order, market = named
    client_order_id = handlers.free_client_order_id(desk, parameters, order)
    if isinstance(client_order_id, Refused):
        return client_order_id
    if read.given(parameters, "amount") is None:
        amount = order.remaining
    time_in_force = handlers.read_flags(parameters, _FLAGS, variant="move_flags")
    if isinstance(time_in_force, Refused):
        return time_in_force
    if order.wallet is Wallet.MARGIN:
        time_in_force = TimeInForce.GTC
    if not rate or not amount:
        return Refused(refusal=Refusal.BELOW_MINIMUM, facts={"minimum": f"{market.minimum_total:f}"}, variant="move")
    if (refused := handlers.not_tradable(desk, market, rate, manner)) is not None:
        return refused
    if manner.market == "post only":
        time_in_force = TimeInForce.POST_ONLY
    moved = desk.replace_order(
        order.order_id, rate, amount, time_in_force=time_in_force, client_order_id=client_order_id
    )
    return _not_moved(moved) if isinstance(moved, Refused) else (order, moved, market)


def _not_moved(refused: Refused) -> Refused:
    """Say of a refusal of the floor that it met a moved order: 2.3 has texts of its own for most of them."""
    if refused.refusal is Refusal.BELOW_MINIMUM:
        return replace(refused, variant="move_amount" if refused.variant == "amount" else "move")
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
    numbers = [order.order_id for order in desk.open_orders(market, wallet=None)]
    for number in numbers:
        desk.cancel_order(number)
    return {"success": 1, "message": "Orders canceled", "orderNumbers": numbers}
