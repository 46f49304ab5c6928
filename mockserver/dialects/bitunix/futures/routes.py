"""Bitunix's futures endpoints (facts 4.2 and 5.3)."""

from __future__ import annotations

from mockserver.core.dialect import RateRule
from mockserver.core.endpoint import Access, Beyond, Endpoint, Handler, Parameter, ParameterKind
from mockserver.core.shapes import Shape
from mockserver.dialects.bitunix.describing import asked_if_liked, counted, filtered, given
from mockserver.dialects.bitunix.futures import account, listings, market, shapes, tpsl, trade
from mockserver.dialects.bitunix.futures.ordering import TRADE_SIDES
from mockserver.dialects.bitunix.futures.settings import MARGIN_MODES, POSITION_MODES
from mockserver.dialects.bitunix.futures.views import EFFECTS, SIDES
from mockserver.dialects.bitunix.futures.wishes import ORDER_TYPES, STOP_TYPES

PREFIX = "/api/v1/futures"

#: Facts 1.8; which of the two codes past a limit is whose is inferred.
MARKET_RATE = RateRule(calls=10, per="address", public_too=True, variant="10005")
ACCOUNT_RATE = RateRule(calls=10, per="account", variant="10006")
SLOW_RATE = RateRule(calls=5, per="account", variant="10006")

_TEXT, _INTEGER, _DECIMAL, _CHOICE = (
    ParameterKind.TEXT,
    ParameterKind.INTEGER,
    ParameterKind.DECIMAL,
    ParameterKind.CHOICE,
)

_SYMBOL = given("symbol", ParameterKind.MARKET, note="any letter case")
_ANY_SYMBOL = asked_if_liked("symbol", ParameterKind.MARKET, note="all where it is absent")
_COIN = given("marginCoin", _CHOICE, choices=("USDT",))
_LEVERAGE = given("leverage", _INTEGER, least=1, most=125, note="20005 beyond the contract's own")
_CLIENT_ID = asked_if_liked("clientId", _TEXT, most=64, note="30042 for one that was used")
_POSITION_ID = given("positionId", ParameterKind.ORDER_ID)

_Q_SYMBOL = given("symbol", ParameterKind.MARKET, place="query", note="any letter case")
_Q_ANY_SYMBOL = asked_if_liked("symbol", ParameterKind.MARKET, place="query", note="all where it is absent")
_Q_COIN = given("marginCoin", _CHOICE, choices=("USDT",), place="query")
_Q_SYMBOLS = asked_if_liked("symbols", _TEXT, place="query", beyond=Beyond.TAKEN, note="a list with commas")
_Q_SPAN = (
    filtered("startTime", _INTEGER, place="query", note="milliseconds"),
    filtered("endTime", _INTEGER, place="query", note="milliseconds"),
)
_Q_PAGE = (
    *_Q_SPAN,
    counted("skip", default=0, most=1 << 62, place="query"),
    counted("limit", default=10, most=100, place="query"),
)
_Q_ORDERS = (
    _Q_ANY_SYMBOL,
    filtered("orderId", ParameterKind.ORDER_ID, place="query"),
    filtered("clientId", _TEXT, place="query"),
    filtered("status", _TEXT, place="query"),
    *_Q_PAGE,
)
_Q_TYPE = filtered("type", _TEXT, place="query", note="LIMIT, MARKET")
_Q_POSITIONS = (_Q_ANY_SYMBOL, filtered("positionId", ParameterKind.ORDER_ID, place="query"))

_WISHES = tuple(
    parameter
    for kind in ("tp", "sl")
    for parameter in (
        asked_if_liked(f"{kind}Price", _DECIMAL),
        asked_if_liked(f"{kind}StopType", _CHOICE, choices=STOP_TYPES, default=STOP_TYPES[0]),
        asked_if_liked(f"{kind}OrderType", _CHOICE, choices=ORDER_TYPES, default="MARKET"),
        asked_if_liked(f"{kind}OrderPrice", _DECIMAL, note="required of LIMIT"),
    )
)
_QUANTITIES = (
    asked_if_liked("tpQty", _DECIMAL, note="all of the position where it is absent"),
    asked_if_liked("slQty", _DECIMAL, note="all of the position where it is absent"),
)

_ORDER = (
    _SYMBOL,
    given("qty", _DECIMAL),
    given("side", _CHOICE, choices=tuple(SIDES)),
    given("orderType", _CHOICE, choices=ORDER_TYPES),
    asked_if_liked("price", _DECIMAL, note="required of LIMIT"),
    asked_if_liked("tradeSide", _CHOICE, choices=TRADE_SIDES, note="required of an account with HEDGE"),
    asked_if_liked("positionId", ParameterKind.ORDER_ID, note="what CLOSE is for; else told from the side"),
    asked_if_liked("effect", _CHOICE, choices=tuple(EFFECTS), default="GTC"),
    _CLIENT_ID,
    asked_if_liked("reduceOnly", _CHOICE, choices=("true", "false"), default="false", note="a boolean"),
    *_WISHES,
)
_CHANGE = (
    asked_if_liked("orderId", ParameterKind.ORDER_ID, note="this, or clientId"),
    asked_if_liked("clientId", _TEXT),
    asked_if_liked("qty", _DECIMAL, note="stays as it is where it is absent"),
    asked_if_liked("price", _DECIMAL, note="likewise"),
    *_WISHES,
)
_SEVERAL = (_SYMBOL, given("orderList", ParameterKind.JSON, note=f"at most {trade.MOST_IN_A_BATCH} orders"))
_SEVERAL_IDS = (
    _SYMBOL,
    given("orderList", ParameterKind.JSON, note="objects with orderId or clientId; the first wins"),
)
_ONE_ORDER = (
    asked_if_liked("orderId", ParameterKind.ORDER_ID, place="query", note="this, or clientId"),
    asked_if_liked("clientId", _TEXT, place="query"),
)


def _public(path: str, handler: Handler, parameters: tuple[Parameter, ...], answer: Shape) -> Endpoint:
    return Endpoint(
        name=f"GET {PREFIX}{path}",
        method="GET",
        path=PREFIX + path,
        access=Access.PUBLIC,
        handler=handler,
        parameters=parameters,
        answer=answer,
        rate=MARKET_RATE,
        source="Bitunix facts 4.2",
    )


def _look(path: str, handler: Handler, parameters: tuple[Parameter, ...], answer: Shape) -> Endpoint:
    return Endpoint(
        name=f"GET {PREFIX}{path}",
        method="GET",
        path=PREFIX + path,
        access=Access.READ,
        handler=handler,
        parameters=parameters,
        answer=answer,
        rate=ACCOUNT_RATE,
        source="Bitunix facts 5.3",
    )


def _act(
    path: str,
    handler: Handler,
    parameters: tuple[Parameter, ...],
    answer: Shape,
    *,
    rate: RateRule = ACCOUNT_RATE,
) -> Endpoint:
    return Endpoint(
        name=f"POST {PREFIX}{path}",
        method="POST",
        path=PREFIX + path,
        access=Access.TRADE,
        handler=handler,
        parameters=parameters,
        changes_state=True,
        answer=answer,
        rate=rate,
        source="Bitunix facts 5.3",
    )


FUTURES: tuple[Endpoint, ...] = (
    _public("/market/trading_pairs", market.trading_pairs, (_Q_SYMBOLS,), shapes.PAIRS),
    _public("/market/tickers", market.tickers, (_Q_SYMBOLS,), shapes.TICKERS),
    _public(
        "/market/depth",
        market.depth_in_numbers,
        (_Q_SYMBOL, asked_if_liked("limit", _CHOICE, choices=market.DEPTHS, default="max", place="query")),
        shapes.DEPTH,
    ),
    _public(
        "/market/kline",
        market.kline,
        (
            _Q_SYMBOL,
            given("interval", _CHOICE, choices=tuple(market.SPANS), place="query"),
            counted("limit", default=market.USUAL_CANDLES, most=market.MOST_CANDLES, place="query"),
            *_Q_SPAN,
            asked_if_liked("type", _CHOICE, choices=market.PRICES, default=market.PRICES[0], place="query"),
        ),
        shapes.KLINE,
    ),
    _public("/market/funding_rate", market.funding_rate, (_Q_SYMBOL,), shapes.FUNDING),
    _public("/market/funding_rate/batch", market.funding_rates, (_Q_SYMBOLS,), shapes.FUNDINGS),
    _look("/account", account.account_in_a_list, (_Q_COIN,), shapes.ACCOUNT),
    _look(
        "/account/get_leverage_margin_mode",
        account.leverage_and_margin_mode,
        (_Q_SYMBOL, _Q_COIN),
        shapes.LEVERAGE_AND_MODE,
    ),
    _act("/account/change_leverage", account.change_leverage, (_COIN, _SYMBOL, _LEVERAGE), shapes.LEVERAGE),
    _act(
        "/account/change_margin_mode",
        account.change_margin_mode,
        (_COIN, _SYMBOL, given("marginMode", _CHOICE, choices=tuple(MARGIN_MODES))),
        shapes.MARGIN_MODE,
    ),
    _act(
        "/account/change_position_mode",
        account.change_position_mode,
        (given("positionMode", _CHOICE, choices=POSITION_MODES),),
        shapes.POSITION_MODE,
    ),
    _act(
        "/account/adjust_position_margin",
        account.adjust_position_margin,
        (
            _SYMBOL,
            _COIN,
            given("amount", _DECIMAL, note="below zero to take margin out"),
            asked_if_liked("side", _TEXT, note="LONG, SHORT; where there are two positions"),
            asked_if_liked("positionId", ParameterKind.ORDER_ID),
        ),
        shapes.NOTHING,
    ),
    _act("/trade/place_order", trade.place_order, _ORDER, shapes.IDS),
    _act("/trade/batch_order", trade.batch_order, _SEVERAL, shapes.LISTS, rate=SLOW_RATE),
    _act("/trade/modify_order", trade.modify_order, _CHANGE, shapes.IDS),
    _act("/trade/cancel_orders", trade.cancel_orders, _SEVERAL_IDS, shapes.LISTS, rate=SLOW_RATE),
    _act("/trade/cancel_all_orders", trade.cancel_all_orders, (_ANY_SYMBOL,), shapes.LISTS),
    _act("/trade/close_all_position", trade.close_all_position, (_ANY_SYMBOL,), shapes.NOTHING),
    _act(
        "/trade/flash_close_position",
        trade.flash_close_position,
        (_POSITION_ID,),
        shapes.NOTHING,
        rate=SLOW_RATE,
    ),
    _look("/trade/get_order_detail", listings.order_detail, _ONE_ORDER, shapes.ORDER),
    _look("/trade/get_pending_orders", listings.pending_orders, _Q_ORDERS, shapes.ORDERS),
    _look("/trade/get_history_orders", listings.history_orders, (*_Q_ORDERS, _Q_TYPE), shapes.ORDERS),
    _look("/trade/get_history_trades", listings.history_trades, (*_Q_ORDERS, _Q_TYPE), shapes.TRADES),
    _look("/position/get_pending_positions", listings.pending_positions, _Q_POSITIONS, shapes.POSITIONS),
    _look(
        "/position/get_history_positions",
        listings.history_positions,
        (*_Q_POSITIONS, *_Q_PAGE),
        shapes.CLOSED_POSITIONS,
    ),
    _look("/position/get_position_tiers", listings.position_tiers, (_Q_SYMBOL,), shapes.TIERS),
    _act("/tpsl/place_order", tpsl.place_order, (_SYMBOL, _POSITION_ID, *_WISHES, *_QUANTITIES), shapes.PROTECTED),
    _act(
        "/tpsl/modify_order",
        tpsl.modify_order,
        (given("orderId", ParameterKind.ORDER_ID), *_WISHES, *_QUANTITIES),
        shapes.PROTECTED,
    ),
    _act(
        "/tpsl/cancel_order",
        tpsl.cancel_order,
        (_SYMBOL, given("orderId", ParameterKind.ORDER_ID)),
        shapes.PROTECTED,
    ),
    _act("/tpsl/position/place_order", tpsl.place_position_order, (_SYMBOL, _POSITION_ID, *_WISHES), shapes.PROTECTED),
    _act(
        "/tpsl/position/modify_order",
        tpsl.modify_position_order,
        (_POSITION_ID, *_WISHES),
        shapes.PROTECTED,
    ),
    _look("/tpsl/get_pending_orders", tpsl.pending_orders, (*_Q_POSITIONS, *_Q_PAGE), shapes.PROTECTIONS),
    _look("/tpsl/get_history_orders", tpsl.history_orders, (*_Q_POSITIONS, *_Q_PAGE), shapes.PROTECTION_HISTORY),
)
