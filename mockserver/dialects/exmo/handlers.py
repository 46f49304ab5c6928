"""What EXMO's private methods do with orders, and what an account has."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.orders import Order, Side, TimeInForce
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.exmo import limits
from mockserver.dialects.exmo import parameters as read
from mockserver.dialects.exmo.answers import plain
from mockserver.dialects.exmo.listings import no_order
from mockserver.dialects.exmo.markets import market_of

LIMIT_TYPES = ("buy", "sell")
ORDER_TYPES = (*LIMIT_TYPES, "market_buy", "market_sell", "market_buy_total", "market_sell_total")

_EXEC_TYPES = {"post_only": TimeInForce.POST_ONLY, "fok": TimeInForce.FOK, "ioc": TimeInForce.IOC}


def user_info(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return what can be spent and what is reserved: every currency, zeros as `"0"` (facts 4.1)."""
    balances = desk.balances()
    return {
        "uid": desk.account_id,
        "server_date": desk.now_ms // 1000,
        "balances": {currency: plain(balance.available) for currency, balance in balances.items()},
        "reserved": {currency: plain(balance.held) for currency, balance in balances.items()},
    }


def order_create(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Place an order; `client_id` is answered only where one was given (facts 4.2)."""
    pair = read.required(parameters, "pair")
    if isinstance(pair, Refused):
        return pair
    market = desk.market(market_of(pair))
    if market is None:
        return limits.no_pair(pair)
    quantity = read.number(parameters, "quantity")
    if isinstance(quantity, Refused):
        return quantity
    price = read.number(parameters, "price")
    if isinstance(price, Refused):
        return price
    kind = read.text(parameters, "type")
    if kind not in ORDER_TYPES:
        return limits.bad_choice("type", kind) if kind else read.missing("type")
    client_id = read.text(parameters, "client_id")
    if client_id and not read.whole(client_id):
        return read.not_a_number("client_id", client_id)
    side = Side.BUY if "buy" in kind else Side.SELL
    order = (
        _at_a_limit(desk, market, side, price, quantity, parameters)
        if kind in LIMIT_TYPES
        else _at_market(desk, market, side, quantity, in_quote=kind.endswith("_total"), parameters=parameters)
    )
    if isinstance(order, Refused):
        return order
    answer: dict[str, Json] = {"result": True, "error": "", "order_id": order.order_id}
    if client_id:
        answer["client_id"] = int(client_id)
    return answer


def order_create_v1(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Place an order as version 1 does, which knows neither `client_id` nor `exec_type` (facts 4.2)."""
    return order_create(desk, {name: parameters[name] for name in parameters if name not in ("client_id", "exec_type")})


def order_cancel(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Cancel an open order; any other is not found, 50173 (facts 4.3)."""
    order_id = read.required(parameters, "order_id")
    if isinstance(order_id, Refused):
        return order_id
    number = read.whole(order_id)
    order = None if number is None else desk.order(number)
    if order is None or order.margin is not None or isinstance(desk.cancel_order(order.order_id), Refused):
        return no_order(order_id)
    return {"result": True, "error": ""}


def _at_a_limit(
    desk: Desk, market: Market, side: Side, price: Decimal, quantity: Decimal, parameters: Parameters
) -> Order | Refused:
    refused = (
        limits.quantity_outside(market, quantity, read.places(parameters, "quantity"))
        or limits.price_outside(market, price, read.places(parameters, "price"))
        or limits.amount_outside(price, quantity)
    )
    if refused is not None:
        return refused
    order = desk.place_order(
        market,
        side,
        price,
        quantity,
        time_in_force=_EXEC_TYPES.get(read.text(parameters, "exec_type"), TimeInForce.GTC),
        client_order_id=read.text(parameters, "client_id") or None,
    )
    return _refused_here(order, side) if isinstance(order, Refused) else order


def _at_market(
    desk: Desk, market: Market, side: Side, quantity: Decimal, *, in_quote: bool, parameters: Parameters
) -> Order | Refused:
    """Trade a quantity of the base, or as much as a quantity of the quote buys or must be sold for."""
    if in_quote:
        refused = limits.total_outside(market, quantity) or limits.amount_outside(quantity, Decimal(1))
    else:
        refused = limits.quantity_outside(market, quantity, read.places(parameters, "quantity"))
    if refused is not None:
        return refused
    order = desk.place_market_order(
        market,
        side,
        amount=None if in_quote else quantity,
        total=quantity if in_quote else None,
        client_order_id=read.text(parameters, "client_id") or None,
    )
    return _refused_here(order, side) if isinstance(order, Refused) else order


def _refused_here(refused: Refused, side: Side) -> Refused:
    """Tell the two codes for missing money apart, and the two texts for too small an order."""
    if refused.refusal is Refusal.INSUFFICIENT_FUNDS and side is Side.BUY:
        return replace(refused, variant="buy")
    return limits.too_small(refused)
