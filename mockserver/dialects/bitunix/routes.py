"""Bitunix's spot endpoints, and the way from a request to one of them."""

from __future__ import annotations

from decimal import Decimal

from mockserver.core.dialect import Found
from mockserver.core.endpoint import Access, Endpoint, Handler, Parameter, ParameterKind
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.bitunix import charts, handlers, orders, public, wallet
from signer import Request

PREFIX = "/api/spot/v1"


def _given(
    name: str,
    kind: ParameterKind,
    *,
    required: bool = True,
    place: str = "json",
    choices: tuple[str, ...] = (),
    maximum: int | None = None,
    note: str = "",
) -> Parameter:
    return Parameter(
        name=name,
        kind=kind,
        required=required,
        place=place,
        choices=choices,
        maximum=None if maximum is None else Decimal(maximum),
        note=note,
    )


_SYMBOL = _given("symbol", ParameterKind.MARKET, note="any letter case")
_SYMBOL_IN_QUERY = _given("symbol", ParameterKind.MARKET, place="query", note="any letter case")
_COIN = _given("coin", ParameterKind.CURRENCY)
_NETWORK = _given("network", ParameterKind.TEXT)
_LIMIT = _given("limit", ParameterKind.INTEGER, required=False, maximum=100)

_ORDER = (
    _given("side", ParameterKind.CHOICE, choices=("1", "2"), note="a number: 1 sell, 2 buy"),
    _given("type", ParameterKind.CHOICE, choices=("1", "2"), note="a number: 1 limit, 2 market"),
    _given("volume", ParameterKind.DECIMAL, note="text; of the base, of the quote for a market buy"),
    _given("price", ParameterKind.DECIMAL, required=False, note="text; required of limit orders"),
    _SYMBOL,
    _given("clientId", ParameterKind.TEXT, required=False, maximum=32, note="undocumented; shown by every read"),
)

_WITHDRAWAL = (
    _COIN,
    _NETWORK,
    _given("address", ParameterKind.ADDRESS),
    _given("amount", ParameterKind.DECIMAL, note="a number"),
    _given("memo", ParameterKind.TEXT, required=False),
)

_HISTORY = (
    _SYMBOL,
    _given("page", ParameterKind.INTEGER, required=False),
    _given("pageSize", ParameterKind.INTEGER, required=False, maximum=100),
    _given("startTime", ParameterKind.TEXT, required=False, note="ISO 8601"),
    _given("endTime", ParameterKind.TEXT, required=False, note="ISO 8601"),
    _given("status", ParameterKind.CHOICE, required=False, choices=("1", "2", "3", "4", "7")),
    _given("side", ParameterKind.CHOICE, required=False, choices=("1", "2")),
    _given("type", ParameterKind.CHOICE, required=False, choices=("1", "2")),
)


_SINCE = _given("startTime", ParameterKind.INTEGER, required=False, note="milliseconds")
_UNTIL = _given("endTime", ParameterKind.INTEGER, required=False, note="milliseconds")
_HASH = _given("transactionHash", ParameterKind.TEXT, required=False)

_WITHDRAWALS = (
    _given("id", ParameterKind.TEXT, required=False),
    _given("outBizId", ParameterKind.TEXT, required=False),
    _given("coin", ParameterKind.CURRENCY, required=False),
    _HASH,
    _given("type", ParameterKind.TEXT, required=False, note="withdraw, inside_transfer_out"),
    _SINCE,
    _UNTIL,
    _given("remark", ParameterKind.TEXT, required=False),
    _LIMIT,
)

_DEPOSITS = (
    _given("id", ParameterKind.TEXT, required=False),
    _given("coin", ParameterKind.CURRENCY, required=False),
    _given("type", ParameterKind.TEXT, required=False, note="deposit, inside_transfer_in"),
    _HASH,
    _SINCE,
    _UNTIL,
    _LIMIT,
)

_KLINE = (
    _SYMBOL_IN_QUERY,
    _given(
        "interval",
        ParameterKind.CHOICE,
        required=False,
        place="query",
        choices=charts.INTERVALS,
        note="minutes, or a day, a week, a month; a minute where it is absent",
    ),
)

_KLINE_HISTORY = (
    *_KLINE,
    _given("endTime", ParameterKind.INTEGER, required=False, place="query", note="seconds; not reached"),
    _given("limit", ParameterKind.INTEGER, required=False, place="query", maximum=charts.MOST_CANDLES),
)


def _endpoint(
    method: str,
    path: str,
    handler: Handler,
    parameters: tuple[Parameter, ...] = (),
    *,
    section: str,
    access: Access = Access.READ,
    operation: str | None = None,
) -> Endpoint:
    return Endpoint(
        name=f"{method} {PREFIX}{path}",
        method=method,
        path=PREFIX + path,
        access=access,
        handler=handler,
        parameters=parameters,
        operation=operation,
        changes_state=access in (Access.TRADE, Access.WITHDRAW),
        source=f"Bitunix facts {section}",
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    _endpoint("GET", "/user/account", handlers.account, section="5.1", operation="balances"),
    _endpoint(
        "POST",
        "/order/place_order",
        orders.place_order,
        _ORDER,
        section="5.2",
        access=Access.TRADE,
        operation="place_order",
    ),
    _endpoint(
        "POST",
        "/order/place_order/batch",
        orders.place_orders,
        (_given("orderList", ParameterKind.JSON, note="a list of orders"),),
        section="5.2",
        access=Access.TRADE,
    ),
    _endpoint(
        "POST",
        "/order/cancel",
        orders.cancel_orders,
        (_given("orderIdList", ParameterKind.JSON, note="a list of objects with orderId and symbol"),),
        section="5.2",
        access=Access.TRADE,
        operation="cancel_order",
    ),
    _endpoint("POST", "/order/pending/list", orders.pending_orders, (_SYMBOL,), section="5.2", operation="open_orders"),
    _endpoint("POST", "/order/history/page", orders.order_history, _HISTORY, section="5.2"),
    _endpoint(
        "GET",
        "/order/detail",
        orders.order_detail,
        (_given("orderId", ParameterKind.ORDER_ID, place="query"),),
        section="5.2",
    ),
    _endpoint(
        "POST",
        "/order/deal/list",
        orders.order_deals,
        (_given("orderId", ParameterKind.ORDER_ID), _SYMBOL),
        section="5.2",
    ),
    _endpoint("GET", "/user/info", handlers.user, section="5.1"),
    _endpoint(
        "POST",
        "/withdraw",
        handlers.withdraw,
        _WITHDRAWAL,
        section="5.1",
        access=Access.WITHDRAW,
        operation="withdraw",
    ),
    _endpoint("POST", "/withdraw_transfer/page", wallet.withdrawals, _WITHDRAWALS, section="5.1"),
    _endpoint("POST", "/deposit/page", wallet.deposits, _DEPOSITS, section="5.1"),
    _endpoint(
        "POST",
        "/deposit/address",
        handlers.deposit_address,
        (_COIN, _NETWORK),
        section="5.1",
        operation="deposit_address",
    ),
    _endpoint(
        "GET",
        "/market/last_price",
        public.last_price,
        (_SYMBOL_IN_QUERY,),
        section="4.1",
        access=Access.PUBLIC,
        operation="ticker",
    ),
    _endpoint(
        "GET",
        "/market/depth",
        public.depth,
        (_SYMBOL_IN_QUERY, _given("precision", ParameterKind.DECIMAL, place="query", note="a price step")),
        section="4.1",
        access=Access.PUBLIC,
        operation="order_book",
    ),
    _endpoint("GET", "/market/kline", charts.kline, _KLINE, section="4.1", access=Access.PUBLIC),
    _endpoint(
        "GET", "/market/kline/history", charts.kline_history, _KLINE_HISTORY, section="4.1", access=Access.PUBLIC
    ),
    _endpoint("GET", "/common/coin_pair/list", public.pairs, section="4.1", access=Access.PUBLIC),
    _endpoint("GET", "/common/rate/list", public.rates, section="4.1", access=Access.PUBLIC),
    _endpoint("GET", "/common/coin/coin_network/list", public.coins, section="4.1", access=Access.PUBLIC),
)

_FOUND: dict[bytes, Found] = {endpoint.path.encode(): Found(endpoint=endpoint) for endpoint in ENDPOINTS}


def route(request: Request) -> Found | Refused:
    """Return the endpoint that a request asks for; the path is matched as it travelled, and HEAD counts as GET."""
    found = _FOUND.get(request.path)
    if found is None:
        return Refused(refusal=Refusal.UNKNOWN_ENDPOINT, detail="no such path")
    method = request.method
    if method == found.endpoint.method or (method == "HEAD" and found.endpoint.method == "GET"):
        return found
    return Refused(refusal=Refusal.METHOD_NOT_ALLOWED, detail=f"this path answers {found.endpoint.method} alone")
