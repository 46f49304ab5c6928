"""EXMO's margin methods, which version 1 of the API does not have."""

from __future__ import annotations

from decimal import Decimal

from mockserver.core.endpoint import Access, Beyond, Endpoint, Parameter, ParameterKind
from mockserver.dialects.exmo import answer_shapes as shapes
from mockserver.dialects.exmo import margin, margin_listings, margin_orders
from mockserver.dialects.exmo.describing import CLIENT_ID, OFFSET, ORDER_ID, PAIR, QUANTITY, limit, new_method

_MARGIN_DETAILS = (
    Parameter(
        name="stop_price", kind=ParameterKind.DECIMAL, required=False, note="the trigger, for the types that have one"
    ),
    Parameter(name="distance", kind=ParameterKind.DECIMAL, required=False, note="of the types that follow the price"),
    Parameter(name="expire", kind=ParameterKind.INTEGER, required=False, default="0", note="Unix time; 0 for never"),
    Parameter(
        name="comment",
        kind=ParameterKind.TEXT,
        required=False,
        maximum=Decimal(50),
        note="Latin letters, blanks, underscores",
    ),
)

_MARGIN_ORDER = (
    PAIR,
    QUANTITY,
    Parameter(name="price", kind=ParameterKind.DECIMAL, required=False, note="of the types that have a limit"),
    Parameter(name="type", kind=ParameterKind.CHOICE, choices=margin_orders.MARGIN_TYPES),
    Parameter(name="leverage", kind=ParameterKind.DECIMAL, minimum=Decimal(1), maximum=Decimal(margin.MOST_LEVERAGE)),
    CLIENT_ID,
    *_MARGIN_DETAILS,
)

_MARGIN_UPDATE = (
    ORDER_ID,
    Parameter(name="quantity", kind=ParameterKind.DECIMAL, required=False, note="of the base"),
    Parameter(name="price", kind=ParameterKind.DECIMAL, required=False),
    *_MARGIN_DETAILS,
)

_POSITION = Parameter(name="position_id", kind=ParameterKind.TEXT, note="its number, or the pair")
_POSITION_AND_QUANTITY = (
    _POSITION,
    Parameter(name="quantity", kind=ParameterKind.DECIMAL, note="of the quote"),
)

MARGIN: tuple[Endpoint, ...] = (
    new_method("margin/pair/list", margin.margin_pairs, answer=shapes.MARGIN_PAIRS),
    new_method("margin/user/wallet/list", margin.margin_wallets, answer=shapes.MARGIN_WALLETS),
    new_method(
        "margin/user/order/create",
        margin_orders.order_create,
        _MARGIN_ORDER,
        answer=shapes.MARGIN_ORDER_PLACED,
        access=Access.TRADE,
    ),
    new_method(
        "margin/user/order/update",
        margin_orders.order_update,
        _MARGIN_UPDATE,
        answer=shapes.MARGIN_ORDER_PLACED,
        access=Access.TRADE,
    ),
    new_method(
        "margin/user/order/cancel",
        margin_orders.order_cancel,
        (ORDER_ID,),
        answer=shapes.NOTHING,
        access=Access.TRADE,
    ),
    new_method("margin/user/order/list", margin_listings.order_list, answer=shapes.MARGIN_ORDERS),
    new_method(
        "margin/user/order/history", margin_listings.order_history, (OFFSET, limit(100)), answer=shapes.MARGIN_HISTORY
    ),
    new_method("margin/user/order/trades", margin_listings.order_trades, (ORDER_ID,), answer=shapes.MARGIN_DEALS),
    new_method("margin/user/trade/list", margin.own_trades, (OFFSET, limit(100)), answer=shapes.MARGIN_DEALS),
    new_method(
        "margin/trades",
        margin.margin_trades,
        (Parameter(name="pair_name", kind=ParameterKind.MARKET, beyond=Beyond.TAKEN), OFFSET, limit(100)),
        answer=shapes.MARGIN_TRADES,
    ),
    new_method("margin/user/position/list", margin.positions, answer=shapes.POSITIONS),
    new_method(
        "margin/user/position/close",
        margin.position_close,
        (_POSITION,),
        answer=shapes.NOTHING,
        access=Access.TRADE,
    ),
    new_method(
        "margin/user/position/margin_add",
        margin.margin_add,
        _POSITION_AND_QUANTITY,
        answer=shapes.NOTHING,
        access=Access.TRADE,
    ),
    new_method(
        "margin/user/position/margin_remove",
        margin.margin_remove,
        _POSITION_AND_QUANTITY,
        answer=shapes.NOTHING,
        access=Access.TRADE,
    ),
)
