"""The commands of Poloniex, and how a request finds its own: by `command`, before anything else is looked at.

Facts 1.1 and 1.7: a command that is absent or unknown is answered before the signature is checked, and parameters that
travel where they are not looked for (in the query of a private call, in a body that is no form) count as absent.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial

from mockserver.core.dialect import Found
from mockserver.core.endpoint import Access, Beyond, Endpoint, Handler, Json, Parameter, ParameterKind
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.shapes import Shape
from mockserver.dialects.poloniex import (
    addresses,
    charts,
    handlers,
    lending,
    margin,
    moving,
    public,
    shapes,
    wallet,
)
from mockserver.dialects.poloniex.early import before_2019
from mockserver.dialects.poloniex.manner import USUAL, Manner
from mockserver.dialects.poloniex.markets import CHAINS
from mockserver.dialects.poloniex.parameters import read_form
from signer import Request

PUBLIC_PATH = "/public"
PRIVATE_PATH = "/tradingApi"

_FORM = b"application/x-www-form-urlencoded"


def _command(name: str, place: str) -> Parameter:
    return Parameter(name="command", kind=ParameterKind.CHOICE, choices=(name,), place=place)


def _public(
    name: str, handler: Handler, answer: Shape, *parameters: Parameter, operation: str | None = None
) -> Endpoint:
    return Endpoint(
        name=name if name != "returnTradeHistory" else "public returnTradeHistory",
        method="GET",
        path=PUBLIC_PATH,
        access=Access.PUBLIC,
        handler=handler,
        parameters=(_command(name, "query"), *(replace(parameter, place="query") for parameter in parameters)),
        operation=operation,
        answer=answer,
        source="Poloniex facts 3",
    )


def _private(
    name: str,
    handler: Handler,
    answer: Shape,
    *parameters: Parameter,
    access: Access = Access.READ,
    operation: str | None = None,
) -> Endpoint:
    return Endpoint(
        name=name,
        method="POST",
        path=PRIVATE_PATH,
        access=access,
        handler=handler,
        parameters=(_command(name, "form"), *parameters),
        operation=operation,
        changes_state=access is not Access.READ,
        answer=answer,
        source="Poloniex facts 4",
    )


def _optional(name: str, kind: ParameterKind, *, default: str | None = None, note: str = "") -> Parameter:
    return Parameter(name=name, kind=kind, required=False, default=default, note=note)


def _flag(name: str) -> Parameter:
    return Parameter(
        name=name,
        kind=ParameterKind.CHOICE,
        required=False,
        choices=("0", "1"),
        beyond=Beyond.TAKEN,
        default="0",
        note="at most one flag; any text but `0` is on",
    )


def _count(name: str, least: int, most: int, default: int | None = None) -> Parameter:
    return Parameter(
        name=name,
        kind=ParameterKind.INTEGER,
        required=False,
        minimum=Decimal(least),
        maximum=Decimal(most),
        beyond=Beyond.CUT,
        malformed=Beyond.REFUSED,
        default=None if default is None else str(default),
    )


def _time(name: str, *, required: bool = False, default: str | None = None) -> Parameter:
    return Parameter(
        name=name,
        kind=ParameterKind.DECIMAL,
        required=required,
        minimum=Decimal(0),
        default=default,
        note="Unix seconds, with a fraction or without",
    )


def _chosen(
    name: str,
    *choices: str,
    required: bool = False,
    beyond: Beyond = Beyond.REFUSED,
    default: str | None = None,
    note: str = "",
) -> Parameter:
    return Parameter(
        name=name,
        kind=ParameterKind.CHOICE,
        required=required,
        choices=choices,
        beyond=beyond,
        default=default,
        note=note,
    )


_PAIR = Parameter(name="currencyPair", kind=ParameterKind.MARKET)
_PAIR_OR_ALL = replace(_PAIR, note="or `all`")
_ORDER_NUMBER = Parameter(name="orderNumber", kind=ParameterKind.ORDER_ID)
_ORDER_NUMBER_OR_NAME = replace(_ORDER_NUMBER, required=False, note="or `clientOrderId`")
_RATE = Parameter(name="rate", kind=ParameterKind.DECIMAL)
_AMOUNT = Parameter(name="amount", kind=ParameterKind.DECIMAL)
_CURRENCY = Parameter(name="currency", kind=ParameterKind.CURRENCY)
_CHAINED = replace(_CURRENCY, note=f"or that of another chain: {', '.join(CHAINS)}")
_CLIENT_ORDER_ID = Parameter(
    name="clientOrderId",
    kind=ParameterKind.INTEGER,
    required=False,
    minimum=Decimal(1),
    maximum=Decimal(2**63 - 1),
    note="unique among the account's open orders",
)
_NAME = replace(_CLIENT_ORDER_ID, note="where there is no `orderNumber`")
_NEW_AMOUNT = replace(_AMOUNT, required=False, note="else what is open")
_ACCOUNT = _chosen("account", *wallet.ACCOUNTS)
_MARGIN_ORDER = (
    _PAIR,
    _RATE,
    _AMOUNT,
    Parameter(
        name="lendingRate",
        kind=ParameterKind.DECIMAL,
        required=False,
        minimum=Decimal(0),
        maximum=lending.HIGHEST_RATE,
        default="0.02",
        note="a ratio per day",
    ),
    _CLIENT_ORDER_ID,
)
_ORDER = (
    _PAIR,
    _RATE,
    _AMOUNT,
    _flag("fillOrKill"),
    _flag("immediateOrCancel"),
    _flag("postOnly"),
    _CLIENT_ORDER_ID,
)

_PUBLIC_ENDPOINTS: tuple[Endpoint, ...] = (
    _public("returnTicker", public.return_ticker, shapes.TICKER, operation="ticker"),
    _public("return24hVolume", public.return_24h_volume, shapes.VOLUME),
    _public(
        "returnOrderBook",
        public.return_order_book,
        shapes.ORDER_BOOK,
        _PAIR_OR_ALL,
        _count("depth", 0, 100, 50),
        operation="order_book",
    ),
    _public(
        "returnTradeHistory",
        public.return_trade_history,
        shapes.PUBLIC_TRADES,
        _PAIR,
        _time("start"),
        _time("end"),
        _count("limit", 0, 1000),
    ),
    _public(
        "returnCurrencies",
        public.return_currencies,
        shapes.CURRENCIES,
        _chosen("includeMultiChainCurrencies", "true", "false", beyond=Beyond.DEFAULT, default="false"),
    ),
    _public(
        "returnChartData",
        charts.return_chart_data,
        shapes.CHART,
        _PAIR,
        _chosen("period", *charts.PERIODS, required=True, note="seconds; without effect beside `resolution`"),
        _time("start", required=True),
        _time("end"),
        _chosen(
            "resolution", "auto", beyond=Beyond.DEFAULT, note="the shortest period that the range is not too long for"
        ),
    ),
    _public(
        "returnLoanOrders", lending.return_loan_orders, shapes.LOAN_ORDERS, _CURRENCY, _count("limit", 0, 1000, 50)
    ),
)

_BALANCE_ENDPOINTS: tuple[Endpoint, ...] = (
    _private("returnBalances", handlers.return_balances, shapes.BALANCES, operation="balances"),
    _private(
        "returnCompleteBalances",
        handlers.return_complete_balances,
        shapes.COMPLETE_BALANCES,
        _optional("account", ParameterKind.TEXT, note="`all`, or the exchange's alone"),
        operation="balances",
    ),
    _private(
        "returnDepositAddresses", addresses.return_deposit_addresses, shapes.ADDRESSES, operation="deposit_address"
    ),
    _private("generateNewAddress", addresses.generate_new_address, shapes.NEW_ADDRESS, _CHAINED),
    _private(
        "returnAvailableAccountBalances",
        wallet.return_available_account_balances,
        shapes.AVAILABLE_BALANCES,
        _ACCOUNT,
    ),
    _private("returnFeeInfo", wallet.return_fee_info, shapes.FEES),
    _private("returnMarketRules", wallet.return_market_rules, shapes.MARKET_RULES),
    _private(
        "returnDepositsWithdrawals",
        wallet.return_deposits_withdrawals,
        shapes.DEPOSITS_WITHDRAWALS,
        _time("start", required=True),
        _time("end", required=True),
        _count("limit", 0, 10_000),
    ),
    _private(
        "withdraw",
        wallet.withdraw,
        shapes.WITHDREW,
        _CHAINED,
        _AMOUNT,
        Parameter(name="address", kind=ParameterKind.ADDRESS, maximum=Decimal(128)),
        _optional("paymentId", ParameterKind.TEXT),
        _chosen("currencyToWithdrawAs", *CHAINS, note="in place of its code in `currency`"),
        access=Access.WITHDRAW,
        operation="withdraw",
    ),
    _private(
        "transferBalance",
        wallet.transfer_balance,
        shapes.TRANSFERRED,
        _CURRENCY,
        _AMOUNT,
        _chosen("fromAccount", *wallet.ACCOUNTS, required=True),
        _chosen("toAccount", *wallet.ACCOUNTS, required=True),
        _chosen("confirmed", "1", beyond=Beyond.TAKEN, note="even where it endangers a position; any text but `0`"),
        access=Access.TRADE,
    ),
    _private(
        "swapCurrencies",
        wallet.swap_currencies,
        shapes.SWAPPED,
        replace(_CURRENCY, name="fromCurrency"),
        replace(_CURRENCY, name="toCurrency"),
        _AMOUNT,
        access=Access.TRADE,
    ),
)

_ORDER_ENDPOINTS: tuple[Endpoint, ...] = (
    _private(
        "returnOpenOrders", handlers.return_open_orders, shapes.OPEN_ORDERS, _PAIR_OR_ALL, operation="open_orders"
    ),
    _private(
        "returnTradeHistory",
        handlers.return_trade_history,
        shapes.TRADE_HISTORY,
        _PAIR_OR_ALL,
        _time("start"),
        _time("end"),
        _count("limit", 0, 10_000, 500),
    ),
    _private("returnOrderTrades", handlers.return_order_trades, shapes.ORDER_TRADES, _ORDER_NUMBER),
    _private("returnOrderStatus", handlers.return_order_status, shapes.ORDER_STATUS, _ORDER_NUMBER),
    _private("buy", handlers.buy, shapes.PLACED, *_ORDER, access=Access.TRADE, operation="place_order"),
    _private("sell", handlers.sell, shapes.PLACED, *_ORDER, access=Access.TRADE, operation="place_order"),
    _private(
        "cancelOrder",
        moving.cancel_order,
        shapes.CANCELLED,
        _ORDER_NUMBER_OR_NAME,
        _NAME,
        access=Access.TRADE,
        operation="cancel_order",
    ),
    _private(
        "moveOrder",
        moving.move_order,
        shapes.MOVED,
        _ORDER_NUMBER,
        _RATE,
        _NEW_AMOUNT,
        _flag("immediateOrCancel"),
        _flag("postOnly"),
        _CLIENT_ORDER_ID,
        access=Access.TRADE,
    ),
    _private(
        "cancelReplace",
        moving.cancel_replace,
        shapes.REPLACED,
        _ORDER_NUMBER_OR_NAME,
        _RATE,
        _NEW_AMOUNT,
        _flag("immediateOrCancel"),
        _flag("postOnly"),
        replace(_CLIENT_ORDER_ID, note="of the new order, or of the old one where there is no `orderNumber`"),
        access=Access.TRADE,
    ),
    _private(
        "cancelAllOrders",
        moving.cancel_all_orders,
        shapes.ALL_CANCELLED,
        replace(_PAIR, required=False),
        access=Access.TRADE,
    ),
)

_MARGIN_ENDPOINTS: tuple[Endpoint, ...] = (
    _private("returnTradableBalances", margin.return_tradable_balances, shapes.TRADABLE_BALANCES),
    _private("returnMarginAccountSummary", margin.return_margin_account_summary, shapes.MARGIN_SUMMARY),
    _private("marginBuy", margin.margin_buy, shapes.MARGIN_PLACED, *_MARGIN_ORDER, access=Access.TRADE),
    _private("marginSell", margin.margin_sell, shapes.MARGIN_PLACED, *_MARGIN_ORDER, access=Access.TRADE),
    _private("getMarginPosition", margin.get_margin_position, shapes.POSITION, _PAIR_OR_ALL),
    _private("closeMarginPosition", margin.close_margin_position, shapes.CLOSED, _PAIR, access=Access.TRADE),
)

_LENDING_ENDPOINTS: tuple[Endpoint, ...] = (
    _private(
        "createLoanOffer",
        lending.create_loan_offer,
        shapes.OFFERED,
        _CURRENCY,
        Parameter(name="amount", kind=ParameterKind.DECIMAL, minimum=lending.LEAST_LOAN),
        Parameter(
            name="duration",
            kind=ParameterKind.INTEGER,
            minimum=Decimal(lending.LEAST_DAYS),
            maximum=Decimal(lending.MOST_DAYS),
            note="days",
        ),
        _chosen("autoRenew", "0", "1", required=True),
        Parameter(
            name="lendingRate",
            kind=ParameterKind.DECIMAL,
            minimum=Decimal(0),
            maximum=lending.HIGHEST_RATE,
            note="a ratio per day",
        ),
        access=Access.TRADE,
    ),
    _private("cancelLoanOffer", lending.cancel_loan_offer, shapes.OFFER_CANCELLED, _ORDER_NUMBER, access=Access.TRADE),
    _private("toggleAutoRenew", lending.toggle_auto_renew, shapes.RENEWED, _ORDER_NUMBER, access=Access.TRADE),
    _private("returnOpenLoanOffers", lending.return_open_loan_offers, shapes.OPEN_OFFERS),
    _private("returnActiveLoans", lending.return_active_loans, shapes.ACTIVE_LOANS),
    _private(
        "returnLendingHistory",
        lending.return_lending_history,
        shapes.LENDING_HISTORY,
        _time("start"),
        _time("end"),
        _count("limit", 0, 10_000, 500),
    ),
)

#: 5.9: gone on the platform of 2022.
_GONE_IN_2022 = frozenset(endpoint.name for endpoint in (*_MARGIN_ENDPOINTS, *_LENDING_ENDPOINTS)) | {
    "returnLoanOrders"
}

ENDPOINTS: tuple[Endpoint, ...] = (
    _PUBLIC_ENDPOINTS + _BALANCE_ENDPOINTS + _ORDER_ENDPOINTS + _MARGIN_ENDPOINTS + _LENDING_ENDPOINTS
)


_ANSWERS_IN_2022 = {
    "returnChartData": shapes.CHART_OF_2022,
    "returnCompleteBalances": shapes.COMPLETE_BALANCES_OF_2022,
}


def endpoints_in(manner: Manner) -> tuple[Endpoint, ...]:
    """Return the commands as they are played in a manner."""
    if manner == USUAL:
        return ENDPOINTS
    served = ENDPOINTS
    if manner.regime == "D":
        served = tuple(
            replace(endpoint, answer=_ANSWERS_IN_2022.get(endpoint.name, endpoint.answer))
            for endpoint in ENDPOINTS
            if endpoint.name not in _GONE_IN_2022
        )
    played = tuple(replace(endpoint, handler=_in_manner(endpoint.handler, manner)) for endpoint in served)
    return before_2019(played) if manner.members == "2018" else played


def _in_manner(handler: Handler, manner: Manner) -> Handler:
    if "manner" not in inspect.signature(handler).parameters:
        return handler
    played: Callable[..., Json | Refused] = handler
    return partial(played, manner=manner)


def router(endpoints: tuple[Endpoint, ...]) -> Callable[[Request], Found | Refused]:
    """Return what finds the endpoint of a request among some."""
    public_commands = {
        endpoint.parameters[0].choices[0]: endpoint for endpoint in endpoints if endpoint.access is Access.PUBLIC
    }
    private_commands = {endpoint.name: endpoint for endpoint in endpoints if endpoint.access is not Access.PUBLIC}

    def route(request: Request) -> Found | Refused:
        """Return the command of a request, with every parameter read on the way.

        Returns:
            UNKNOWN_ENDPOINT: for a command that is absent or unknown, and with variant "path" for a path that is
            neither of the two. The query of a private call does not matter (1.1).
        """
        path, _, query = request.target.partition(b"?")
        if path == b"/tradingApi":
            if request.method != "POST" or not _is_form(request):
                return Refused(refusal=Refusal.UNKNOWN_ENDPOINT)
            parameters = read_form(request.body)
            endpoint = private_commands.get(parameters.get("command", ""))
        elif path == b"/public":
            if request.method not in ("GET", "HEAD"):
                return Refused(refusal=Refusal.UNKNOWN_ENDPOINT)
            parameters = read_form(query)
            endpoint = public_commands.get(parameters.get("command", ""))
        else:
            return Refused(refusal=Refusal.UNKNOWN_ENDPOINT, facts={"path": path.decode("latin-1")}, variant="path")
        if endpoint is None:
            return Refused(refusal=Refusal.UNKNOWN_ENDPOINT)
        return Found(endpoint=endpoint, parameters=parameters)

    return route


route = router(ENDPOINTS)


def _is_form(request: Request) -> bool:
    """Tell whether the body says that it is a form; of any other nothing is seen (1.1, inferred)."""
    for name, value in request.headers:
        if len(name) == 12 and name.lower() == b"content-type":
            return value == _FORM or value.partition(b";")[0].strip().lower() == _FORM
    return False
