"""Bitunix's spot endpoints, and the way from a request to one of them or of the futures endpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mockserver.core.dialect import Found, RateRule
from mockserver.core.endpoint import Access, Beyond, Endpoint, Handler, Parameter, ParameterKind
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.shapes import Shape
from mockserver.dialects.bitunix import charts, handlers, orders, public, shapes, transfers, wallet
from mockserver.dialects.bitunix.describing import asked_if_liked, counted, filtered, given
from mockserver.dialects.bitunix.futures.routes import FUTURES
from signer import Request

PREFIX = "/api/spot/v1"

#: The calls of the user page: each so often from one address (facts 1.8).
WALLET_RATE = RateRule(calls=10, per="address")

_SYMBOL = given("symbol", ParameterKind.MARKET, note="any letter case")
_SYMBOL_IN_QUERY = given("symbol", ParameterKind.MARKET, place="query", note="any letter case")
_COIN = given("coin", ParameterKind.CURRENCY)
_NETWORK = given("network", ParameterKind.TEXT)
_AMOUNT = given("amount", ParameterKind.DECIMAL, note="a number; at most eight decimals")
_ORDER_ID = given("orderId", ParameterKind.ORDER_ID)

_ORDER = (
    given("side", ParameterKind.CHOICE, choices=("1", "2"), note="a number: 1 sell, 2 buy"),
    given("type", ParameterKind.CHOICE, choices=("1", "2"), note="a number: 1 limit, 2 market"),
    given("volume", ParameterKind.DECIMAL, note="text; of the base, of the quote for a market buy"),
    asked_if_liked("price", ParameterKind.DECIMAL, note="text; required of limit orders"),
    _SYMBOL,
    asked_if_liked(
        "clientId",
        ParameterKind.TEXT,
        most=orders.CLIENT_ID_KEPT,
        beyond=Beyond.CUT,
        note="undocumented; shown by every read",
    ),
)

_WITHDRAWAL = (
    _COIN,
    _NETWORK,
    given("address", ParameterKind.ADDRESS),
    _AMOUNT,
    asked_if_liked("memo", ParameterKind.TEXT),
)

_INSIDE_TRANSFER = (
    asked_if_liked(
        "outBizId",
        ParameterKind.TEXT,
        most=transfers.LONGEST_OUT_BIZ_ID,
        note="the same one again is answered with the first transfer",
    ),
    _COIN,
    _AMOUNT,
    given("toType", ParameterKind.CHOICE, choices=transfers.TO_TYPES),
    asked_if_liked("toUid", ParameterKind.INTEGER, note="required of `uid`: an account's number"),
    asked_if_liked("toPhoneCountryCode", ParameterKind.TEXT, note="required of `phone`"),
    asked_if_liked("toPhoneNumber", ParameterKind.TEXT, note="required of `phone`"),
    asked_if_liked("toEmail", ParameterKind.TEXT, note="required of `email`"),
    asked_if_liked("remark", ParameterKind.TEXT, most=transfers.LONGEST_REMARK),
)

_FUNDS_TRANSFER = (given("type", ParameterKind.CHOICE, choices=tuple(transfers.WAYS)), _COIN, _AMOUNT)

_HISTORY = (
    _SYMBOL,
    counted("page", default=1, most=1 << 32),
    counted("pageSize", default=20, most=100),
    asked_if_liked("startTime", ParameterKind.TEXT, note="ISO 8601"),
    asked_if_liked("endTime", ParameterKind.TEXT, note="ISO 8601"),
    filtered("status", ParameterKind.TEXT, note="1, 2, 3, 4, 7"),
    filtered("side", ParameterKind.TEXT, note="1, 2"),
    filtered("type", ParameterKind.TEXT, note="1, 2"),
)

_SINCE = filtered("startTime", ParameterKind.INTEGER, note="milliseconds")
_UNTIL = filtered("endTime", ParameterKind.INTEGER, note="milliseconds")
_HASH = filtered("transactionHash", ParameterKind.TEXT)
_ROWS = counted("limit", default=wallet.MOST_ROWS, most=wallet.MOST_ROWS)

_WITHDRAWALS = (
    filtered("id", ParameterKind.TEXT),
    filtered("outBizId", ParameterKind.TEXT),
    filtered("coin", ParameterKind.CURRENCY),
    _HASH,
    filtered("type", ParameterKind.TEXT, note="withdraw, inside_transfer_out"),
    _SINCE,
    _UNTIL,
    filtered("remark", ParameterKind.TEXT),
    _ROWS,
)

_DEPOSITS = (
    filtered("id", ParameterKind.TEXT),
    filtered("coin", ParameterKind.CURRENCY),
    filtered("type", ParameterKind.TEXT, note="deposit, inside_transfer_in"),
    _HASH,
    _SINCE,
    _UNTIL,
    _ROWS,
)

_KLINE = (
    _SYMBOL_IN_QUERY,
    asked_if_liked(
        "interval",
        ParameterKind.CHOICE,
        place="query",
        choices=charts.INTERVALS,
        default="1",
        note="minutes, or a day, a week, a month",
    ),
)

_KLINE_HISTORY = (
    *_KLINE,
    filtered("endTime", ParameterKind.INTEGER, place="query", note="seconds; not reached; else now"),
    counted("limit", default=charts.USUAL_CANDLES, most=charts.MOST_CANDLES, place="query"),
)


def _endpoint(
    method: str,
    path: str,
    handler: Handler,
    parameters: tuple[Parameter, ...] = (),
    *,
    answer: Shape,
    section: str,
    access: Access = Access.READ,
    operation: str | None = None,
    rate: RateRule | None = None,
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
        answer=answer,
        rate=rate,
        source=f"Bitunix facts {section}",
    )


def _public(
    path: str, handler: Handler, parameters: tuple[Parameter, ...], answer: Shape, operation: str | None = None
) -> Endpoint:
    return _endpoint(
        "GET", path, handler, parameters, answer=answer, section="4.1", access=Access.PUBLIC, operation=operation
    )


def _wallet(
    path: str,
    handler: Handler,
    parameters: tuple[Parameter, ...],
    answer: Shape,
    *,
    access: Access = Access.READ,
    operation: str | None = None,
) -> Endpoint:
    return _endpoint(
        "POST",
        path,
        handler,
        parameters,
        answer=answer,
        section="5.1",
        access=access,
        operation=operation,
        rate=WALLET_RATE,
    )


def _orders(
    path: str,
    handler: Handler,
    parameters: tuple[Parameter, ...],
    answer: Shape,
    *,
    access: Access = Access.READ,
    operation: str | None = None,
) -> Endpoint:
    return _endpoint(
        "POST", path, handler, parameters, answer=answer, section="5.2", access=access, operation=operation
    )


_LIST_OF_ORDERS = (given("orderList", ParameterKind.JSON, note=f"a list of orders, {orders.MOST_IN_A_LIST} at most"),)
_LIST_OF_IDS = (
    given("orderIdList", ParameterKind.JSON, note=f"objects with orderId and symbol, {orders.MOST_IN_A_LIST} at most"),
)
_TRADE, _WITHDRAW = Access.TRADE, Access.WITHDRAW

SPOT: tuple[Endpoint, ...] = (
    _endpoint(
        "GET",
        "/user/account",
        handlers.account,
        answer=shapes.ACCOUNT,
        section="5.1",
        operation="balances",
        rate=WALLET_RATE,
    ),
    _orders("/order/place_order", orders.place_order, _ORDER, shapes.PLACED, access=_TRADE, operation="place_order"),
    _orders("/order/place_order/batch", orders.place_orders, _LIST_OF_ORDERS, shapes.PLACED_SEVERAL, access=_TRADE),
    _orders(
        "/order/cancel", orders.cancel_orders, _LIST_OF_IDS, shapes.NOTHING, access=_TRADE, operation="cancel_order"
    ),
    _orders("/order/pending/list", orders.pending_orders, (_SYMBOL,), shapes.PENDING, operation="open_orders"),
    _orders("/order/history/page", orders.order_history, _HISTORY, shapes.HISTORY),
    _endpoint(
        "GET",
        "/order/detail",
        orders.order_detail,
        (given("orderId", ParameterKind.ORDER_ID, place="query"),),
        answer=shapes.ORDER,
        section="5.2",
    ),
    _orders("/order/deal/list", orders.order_deals, (_ORDER_ID, _SYMBOL), shapes.DEALS),
    _endpoint("GET", "/user/info", handlers.user, answer=shapes.USER, section="5.1", rate=WALLET_RATE),
    _wallet("/withdraw", wallet.withdraw, _WITHDRAWAL, shapes.MOVED, access=_WITHDRAW, operation="withdraw"),
    _wallet(
        "/withdraw/cancel",
        wallet.cancel_withdrawal,
        (given("withdrawId", ParameterKind.TEXT),),
        shapes.NOTHING,
        access=_WITHDRAW,
    ),
    _wallet("/inside_transfer", transfers.inside_transfer, _INSIDE_TRANSFER, shapes.MOVED, access=_WITHDRAW),
    _wallet(
        "/inside_transfer/cancel",
        transfers.cancel_inside_transfer,
        (given("insideTransferId", ParameterKind.TEXT),),
        shapes.NOTHING,
        access=_WITHDRAW,
    ),
    _wallet("/funds_transfer", transfers.funds_transfer, _FUNDS_TRANSFER, shapes.MOVED, access=_TRADE),
    _wallet("/withdraw_transfer/page", wallet.withdrawals, _WITHDRAWALS, shapes.WITHDRAWALS),
    _wallet("/deposit/page", wallet.deposits, _DEPOSITS, shapes.DEPOSITS),
    _wallet(
        "/deposit/address", wallet.deposit_address, (_COIN, _NETWORK), shapes.ADDRESSES, operation="deposit_address"
    ),
    _public("/market/last_price", public.last_price, (_SYMBOL_IN_QUERY,), shapes.LAST_PRICE, operation="ticker"),
    _public(
        "/market/depth",
        public.depth,
        (_SYMBOL_IN_QUERY, given("precision", ParameterKind.DECIMAL, place="query", note="a price step")),
        shapes.DEPTH,
        operation="order_book",
    ),
    _public("/market/kline", charts.kline, _KLINE, shapes.KLINE),
    _public("/market/kline/history", charts.kline_history, _KLINE_HISTORY, shapes.KLINES),
    _public("/common/coin_pair/list", public.pairs, (), shapes.PAIRS),
    _public("/common/rate/list", public.rates, (), shapes.RATES),
    _public("/common/coin/coin_network/list", public.coins, (), shapes.COINS),
)

ENDPOINTS: tuple[Endpoint, ...] = (*SPOT, *FUTURES)


def router(endpoints: Iterable[Endpoint]) -> Callable[[Request], Found | Refused]:
    """Return the way from a request to one of these endpoints: one table for both products, whatever host is named.

    The path is matched as it travelled, and HEAD counts as GET.
    """
    table: dict[bytes, Found] = {endpoint.path.encode(): Found(endpoint=endpoint) for endpoint in endpoints}

    def route(request: Request) -> Found | Refused:
        found = table.get(request.path)
        if found is None:
            return Refused(refusal=Refusal.UNKNOWN_ENDPOINT, detail="no such path")
        method = request.method
        if method == found.endpoint.method or (method == "HEAD" and found.endpoint.method == "GET"):
            return found
        return Refused(refusal=Refusal.METHOD_NOT_ALLOWED, detail=f"this path answers {found.endpoint.method} alone")

    return route
