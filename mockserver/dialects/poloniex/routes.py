"""The commands of Poloniex, and how a request finds its own: by `command`, before anything else is looked at.

Facts 1.1 and 1.7: a command that is absent or unknown is answered before the signature is checked, and parameters that
travel where they are not looked for (in the query of a private call, in a body that is no form) count as absent.
"""

from __future__ import annotations

from decimal import Decimal

from mockserver.core.dialect import Found
from mockserver.core.endpoint import Access, Endpoint, Handler, Parameter, ParameterKind
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.poloniex import charts, handlers, lending, margin, moving, public, wallet
from mockserver.dialects.poloniex.parameters import read_form
from signer import Request

PUBLIC_PATH = "/public"
PRIVATE_PATH = "/tradingApi"

_FORM = b"application/x-www-form-urlencoded"


def _command(name: str, place: str) -> Parameter:
    return Parameter(name="command", kind=ParameterKind.CHOICE, choices=(name,), place=place)


def _public(name: str, handler: Handler, *parameters: Parameter, operation: str | None = None) -> Endpoint:
    return Endpoint(
        name=name if name != "returnTradeHistory" else "public returnTradeHistory",
        method="GET",
        path=PUBLIC_PATH,
        access=Access.PUBLIC,
        handler=handler,
        parameters=(_command(name, "query"), *parameters),
        operation=operation,
        source="Poloniex facts 3",
    )


def _private(
    name: str,
    handler: Handler,
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
        source="Poloniex facts 4",
    )


def _optional(name: str, kind: ParameterKind, *, place: str = "form", default: str | None = None) -> Parameter:
    return Parameter(name=name, kind=kind, required=False, default=default, place=place)


def _flag(name: str) -> Parameter:
    return Parameter(
        name=name, kind=ParameterKind.CHOICE, required=False, choices=("0", "1"), default="0", note="at most one flag"
    )


_PAIR = Parameter(name="currencyPair", kind=ParameterKind.MARKET)
_PUBLIC_PAIR = Parameter(name="currencyPair", kind=ParameterKind.MARKET, place="query")
_ORDER_NUMBER = Parameter(name="orderNumber", kind=ParameterKind.ORDER_ID)
_RATE = Parameter(name="rate", kind=ParameterKind.DECIMAL)
_AMOUNT = Parameter(name="amount", kind=ParameterKind.DECIMAL)
_CURRENCY = Parameter(name="currency", kind=ParameterKind.CURRENCY)
_CLIENT_ORDER_ID = Parameter(
    name="clientOrderId",
    kind=ParameterKind.INTEGER,
    required=False,
    minimum=Decimal(1),
    maximum=Decimal(2**63 - 1),
    note="unique among the account's open orders",
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
    _public("returnTicker", public.return_ticker, operation="ticker"),
    _public("return24hVolume", public.return_24h_volume),
    _public(
        "returnOrderBook",
        public.return_order_book,
        _PUBLIC_PAIR,
        Parameter(
            name="depth",
            kind=ParameterKind.INTEGER,
            required=False,
            minimum=Decimal(0),
            maximum=Decimal(100),
            default="50",
            place="query",
        ),
        operation="order_book",
    ),
    _public(
        "returnTradeHistory",
        public.return_trade_history,
        _PUBLIC_PAIR,
        _optional("start", ParameterKind.DECIMAL, place="query"),
        _optional("end", ParameterKind.DECIMAL, place="query"),
        _optional("limit", ParameterKind.INTEGER, place="query"),
    ),
    _public(
        "returnCurrencies",
        public.return_currencies,
        Parameter(
            name="includeMultiChainCurrencies",
            kind=ParameterKind.CHOICE,
            required=False,
            choices=("true", "false"),
            default="false",
            place="query",
        ),
    ),
    _public(
        "returnChartData",
        charts.return_chart_data,
        _PUBLIC_PAIR,
        Parameter(
            name="period",
            kind=ParameterKind.CHOICE,
            choices=charts.PERIODS,
            place="query",
            note="seconds; without effect beside `resolution`",
        ),
        Parameter(name="start", kind=ParameterKind.DECIMAL, minimum=Decimal(0), place="query"),
        _optional("end", ParameterKind.DECIMAL, place="query"),
        Parameter(
            name="resolution",
            kind=ParameterKind.CHOICE,
            required=False,
            choices=("auto",),
            place="query",
            note="the shortest period that the range is not too long for",
        ),
    ),
    _public(
        "returnLoanOrders",
        lending.return_loan_orders,
        Parameter(name="currency", kind=ParameterKind.CURRENCY, place="query"),
    ),
)

_PRIVATE_ENDPOINTS: tuple[Endpoint, ...] = (
    _private("returnBalances", handlers.return_balances, operation="balances"),
    _private("returnCompleteBalances", handlers.return_complete_balances, _optional("account", ParameterKind.TEXT)),
    _private("returnDepositAddresses", handlers.return_deposit_addresses, operation="deposit_address"),
    _private("generateNewAddress", handlers.generate_new_address, _CURRENCY),
    _private("returnOpenOrders", handlers.return_open_orders, _PAIR, operation="open_orders"),
    _private(
        "returnTradeHistory",
        handlers.return_trade_history,
        _PAIR,
        _optional("start", ParameterKind.DECIMAL),
        _optional("end", ParameterKind.DECIMAL),
        _optional("limit", ParameterKind.INTEGER, default="500"),
    ),
    _private("returnOrderTrades", handlers.return_order_trades, _ORDER_NUMBER),
    _private("returnOrderStatus", handlers.return_order_status, _ORDER_NUMBER),
    _private("buy", handlers.buy, *_ORDER, access=Access.TRADE, operation="place_order"),
    _private("sell", handlers.sell, *_ORDER, access=Access.TRADE, operation="place_order"),
    _private(
        "cancelOrder",
        handlers.cancel_order,
        _ORDER_NUMBER,
        _optional("clientOrderId", ParameterKind.INTEGER),
        access=Access.TRADE,
        operation="cancel_order",
    ),
    _private(
        "withdraw",
        handlers.withdraw,
        _CURRENCY,
        _AMOUNT,
        Parameter(name="address", kind=ParameterKind.ADDRESS, maximum=Decimal(128)),
        _optional("paymentId", ParameterKind.TEXT),
        access=Access.WITHDRAW,
        operation="withdraw",
    ),
    _private(
        "moveOrder",
        moving.move_order,
        _ORDER_NUMBER,
        _RATE,
        Parameter(name="amount", kind=ParameterKind.DECIMAL, required=False, note="else what is open"),
        _flag("immediateOrCancel"),
        _flag("postOnly"),
        _CLIENT_ORDER_ID,
        access=Access.TRADE,
    ),
    _private(
        "cancelAllOrders",
        moving.cancel_all_orders,
        _optional("currencyPair", ParameterKind.MARKET),
        access=Access.TRADE,
    ),
    _private(
        "returnAvailableAccountBalances",
        wallet.return_available_account_balances,
        Parameter(name="account", kind=ParameterKind.CHOICE, required=False, choices=wallet.ACCOUNTS),
    ),
    _private("returnFeeInfo", wallet.return_fee_info),
    _private(
        "returnDepositsWithdrawals",
        wallet.return_deposits_withdrawals,
        Parameter(name="start", kind=ParameterKind.DECIMAL, minimum=Decimal(0)),
        Parameter(name="end", kind=ParameterKind.DECIMAL, minimum=Decimal(0)),
    ),
)

_MARGIN_ENDPOINTS: tuple[Endpoint, ...] = (
    _private("returnTradableBalances", margin.return_tradable_balances),
    _private("returnMarginAccountSummary", margin.return_margin_account_summary),
    _private("getMarginPosition", margin.get_margin_position, _PAIR),
    _private("closeMarginPosition", margin.close_margin_position, _PAIR, access=Access.TRADE),
)

_LENDING_ENDPOINTS: tuple[Endpoint, ...] = (
    _private(
        "createLoanOffer",
        lending.create_loan_offer,
        _CURRENCY,
        Parameter(name="amount", kind=ParameterKind.DECIMAL, minimum=lending.LEAST_LOAN),
        Parameter(
            name="duration",
            kind=ParameterKind.INTEGER,
            minimum=Decimal(lending.LEAST_DAYS),
            maximum=Decimal(lending.MOST_DAYS),
            note="days",
        ),
        Parameter(name="autoRenew", kind=ParameterKind.CHOICE, choices=("0", "1")),
        Parameter(
            name="lendingRate",
            kind=ParameterKind.DECIMAL,
            minimum=Decimal(0),
            maximum=lending.HIGHEST_RATE,
            note="a ratio per day",
        ),
        access=Access.TRADE,
    ),
    _private("cancelLoanOffer", lending.cancel_loan_offer, _ORDER_NUMBER, access=Access.TRADE),
    _private("returnOpenLoanOffers", lending.return_open_loan_offers),
    _private("returnActiveLoans", lending.return_active_loans),
    _private(
        "returnLendingHistory",
        lending.return_lending_history,
        _optional("start", ParameterKind.DECIMAL),
        _optional("end", ParameterKind.DECIMAL),
        _optional("limit", ParameterKind.INTEGER, default="500"),
    ),
)

_KEYED_ENDPOINTS = _PRIVATE_ENDPOINTS + _MARGIN_ENDPOINTS + _LENDING_ENDPOINTS

ENDPOINTS: tuple[Endpoint, ...] = _PUBLIC_ENDPOINTS + _KEYED_ENDPOINTS

_PUBLIC_COMMANDS = {endpoint.parameters[0].choices[0]: endpoint for endpoint in _PUBLIC_ENDPOINTS}
_PRIVATE_COMMANDS = {endpoint.name: endpoint for endpoint in _KEYED_ENDPOINTS}


def route(request: Request) -> Found | Refused:
    """Return the command of a request, with every parameter read on the way.

    Returns:
        UNKNOWN_ENDPOINT: for a command that is absent or unknown, and with variant "path" for a path that is neither of
        the two. The query of a private call does not matter (1.1).
    """
    path, _, query = request.target.partition(b"?")
    if path == b"/tradingApi":
        if request.method != "POST" or not _is_form(request):
            return Refused(refusal=Refusal.UNKNOWN_ENDPOINT)
        parameters = read_form(request.body)
        endpoint = _PRIVATE_COMMANDS.get(parameters.get("command", ""))
    elif path == b"/public":
        if request.method not in ("GET", "HEAD"):
            return Refused(refusal=Refusal.UNKNOWN_ENDPOINT)
        parameters = read_form(query)
        endpoint = _PUBLIC_COMMANDS.get(parameters.get("command", ""))
    else:
        return Refused(refusal=Refusal.UNKNOWN_ENDPOINT, facts={"path": path.decode("latin-1")}, variant="path")
    if endpoint is None:
        return Refused(refusal=Refusal.UNKNOWN_ENDPOINT)
    return Found(endpoint=endpoint, parameters=parameters)


def _is_form(request: Request) -> bool:
    """Tell whether the body says that it is a form; of any other nothing is seen (1.1, inferred)."""
    for name, value in request.headers:
        if len(name) == 12 and name.lower() == b"content-type":
            return value == _FORM or value.partition(b";")[0].strip().lower() == _FORM
    return False
