"""EXMO's endpoints, under both versions of the API, and the way from a request to one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from mockserver.core.dialect import Found
from mockserver.core.endpoint import Access, Beyond, Endpoint, Parameter, ParameterKind
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.exmo import answer_shapes as shapes
from mockserver.dialects.exmo import handlers, listings, movements, public, stops, vouchers, wallet
from mockserver.dialects.exmo.describing import (
    CLIENT_ID,
    OFFSET,
    ORDER_ID,
    PAIR,
    QUANTITY,
    limit,
    new_method,
    private_method,
    public_method,
)
from mockserver.dialects.exmo.margin_routes import MARGIN
from signer import Request

_PAIRS = Parameter(
    name="pair",
    kind=ParameterKind.MARKET,
    beyond=Beyond.TAKEN,
    note="one BASE_QUOTE or several, joined by commas; an unknown one is left out of the answer",
)
_ORDER = (
    PAIR,
    Parameter(name="quantity", kind=ParameterKind.DECIMAL, note="of the base; of the quote for the *_total types"),
    Parameter(name="price", kind=ParameterKind.DECIMAL, minimum=Decimal(0), note="0 for market orders"),
    Parameter(name="type", kind=ParameterKind.CHOICE, choices=handlers.ORDER_TYPES),
)
_ORDER_1_1 = (
    *_ORDER,
    CLIENT_ID,
    Parameter(
        name="exec_type",
        kind=ParameterKind.CHOICE,
        required=False,
        choices=("post_only", "fok", "ioc"),
        beyond=Beyond.DEFAULT,
        note="any other means none",
    ),
)

_STOP = (
    PAIR,
    QUANTITY,
    Parameter(name="trigger_price", kind=ParameterKind.DECIMAL),
    Parameter(name="type", kind=ParameterKind.CHOICE, choices=stops.STOP_TYPES),
    CLIENT_ID,
)

_WITHDRAWAL = (
    Parameter(name="amount", kind=ParameterKind.DECIMAL),
    Parameter(name="currency", kind=ParameterKind.CURRENCY),
    Parameter(name="address", kind=ParameterKind.ADDRESS),
    Parameter(name="invoice", kind=ParameterKind.TEXT, required=False, note="tag or memo"),
    Parameter(name="transport", kind=ParameterKind.TEXT, required=False, note="network: ERC20, TRC20"),
)

_CODE = (Parameter(name="code", kind=ParameterKind.TEXT, note="EX-CODE_..."),)

_VOUCHER = (
    Parameter(name="currency", kind=ParameterKind.CURRENCY),
    Parameter(name="amount", kind=ParameterKind.DECIMAL),
    Parameter(name="login", kind=ParameterKind.TEXT, required=False, note="who may load it"),
)

_OPERATIONS = (
    limit(100),
    OFFSET,
    Parameter(name="currency", kind=ParameterKind.CURRENCY, required=False, beyond=Beyond.TAKEN),
    Parameter(
        name="provider",
        kind=ParameterKind.TEXT,
        required=False,
        beyond=Beyond.TAKEN,
        note="a name of the list of providers",
    ),
    Parameter(
        name="type",
        kind=ParameterKind.CHOICE,
        required=False,
        choices=("deposit", "withdraw"),
        beyond=Beyond.TAKEN,
    ),
    Parameter(name="order_id", kind=ParameterKind.INTEGER, required=False, beyond=Beyond.TAKEN),
)

_CANDLES = (
    Parameter(
        name="symbol",
        kind=ParameterKind.MARKET,
        required=False,
        beyond=Beyond.TAKEN,
        place="query",
        note="of an unknown one, or none, there is no data",
    ),
    Parameter(name="resolution", kind=ParameterKind.CHOICE, choices=tuple(public.RESOLUTIONS), place="query"),
    Parameter(name="from", kind=ParameterKind.INTEGER, place="query", note="seconds"),
    Parameter(name="to", kind=ParameterKind.INTEGER, place="query", note="seconds"),
)


#: What version 1 does not have: its path is unknown there (facts 4).
NEW_IN_1_1: tuple[Endpoint, ...] = (
    new_method(
        "stop_market_order_create",
        stops.stop_market_order_create,
        _STOP,
        section="4.4",
        answer=shapes.STOP_PLACED,
        access=Access.TRADE,
    ),
    new_method(
        "stop_market_order_cancel",
        stops.stop_market_order_cancel,
        (Parameter(name="parent_order_id", kind=ParameterKind.ORDER_ID),),
        section="4.5",
        answer=shapes.NOTHING,
        access=Access.TRADE,
    ),
    new_method(
        "wallet_operations", movements.wallet_operations(), _OPERATIONS, section="4.17", answer=shapes.OPERATIONS
    ),
    new_method(
        "code_check",
        vouchers.code_check,
        _CODE,
        section="4.15",
        answer=shapes.CHECKED,
        access=Access.WITHDRAW,
        changes_state=False,
    ),
    *MARGIN,
)

ENDPOINTS: tuple[Endpoint, ...] = (
    *private_method("user_info", handlers.user_info, section="4.1", answer=shapes.USER_INFO, operation="balances"),
    *private_method(
        "order_create",
        handlers.order_create,
        _ORDER_1_1,
        section="4.2",
        answer=shapes.ORDER_PLACED,
        operation="place_order",
        access=Access.TRADE,
        old=handlers.order_create_v1,
        old_parameters=_ORDER,
        old_answer=shapes.ORDER_PLACED_V1,
    ),
    *private_method(
        "order_cancel",
        handlers.order_cancel,
        (ORDER_ID,),
        section="4.3",
        answer=shapes.DONE,
        operation="cancel_order",
        access=Access.TRADE,
    ),
    *private_method(
        "user_open_orders",
        listings.user_open_orders,
        (Parameter(name="pair", kind=ParameterKind.MARKET, required=False, beyond=Beyond.TAKEN),),
        section="4.6",
        answer=shapes.OPEN_ORDERS,
        operation="open_orders",
        old=listings.user_open_orders_v1,
        old_answer=shapes.OPEN_ORDERS_V1,
    ),
    *private_method(
        "user_trades",
        listings.user_trades(),
        (_PAIRS, OFFSET, limit(100)),
        section="4.7",
        answer=shapes.USER_TRADES,
        old=listings.user_trades(listings.deals_v1, most=10_000),
        old_parameters=(_PAIRS, OFFSET, limit(10_000)),
        old_answer=shapes.USER_TRADES_V1,
    ),
    *private_method(
        "user_cancelled_orders",
        listings.user_cancelled_orders,
        (OFFSET, limit(10_000)),
        section="4.8",
        answer=shapes.CANCELLED_ORDERS,
        old=listings.user_cancelled_orders_v1,
        old_answer=shapes.CANCELLED_ORDERS_V1,
    ),
    *private_method(
        "order_trades",
        listings.order_trades(),
        (ORDER_ID,),
        section="4.9",
        answer=shapes.ORDER_TRADES,
        old=listings.order_trades(listings.deals_v1),
        old_answer=shapes.ORDER_TRADES_V1,
    ),
    *private_method(
        "deposit_address",
        wallet.deposit_address,
        section="4.10",
        answer=shapes.ADDRESSES,
        operation="deposit_address",
    ),
    *private_method(
        "withdraw_crypt",
        wallet.withdraw_crypt,
        _WITHDRAWAL,
        section="4.11",
        answer=shapes.WITHDRAWN,
        operation="withdraw",
        access=Access.WITHDRAW,
    ),
    *private_method(
        "withdraw_get_txid",
        wallet.withdraw_get_txid,
        (Parameter(name="task_id", kind=ParameterKind.TEXT),),
        section="4.12",
        answer=shapes.TXID,
    ),
    *private_method(
        "excode_create",
        vouchers.excode_create,
        _VOUCHER,
        section="4.13",
        answer=shapes.VOUCHER,
        access=Access.WITHDRAW,
    ),
    *private_method(
        "excode_load",
        vouchers.excode_load,
        _CODE,
        section="4.14",
        answer=shapes.LOADED,
        access=Access.WITHDRAW,
        old=vouchers.excode_load_v1,
        old_answer=shapes.LOADED_V1,
    ),
    *private_method(
        "wallet_history",
        movements.wallet_history,
        (Parameter(name="date", kind=ParameterKind.INTEGER, required=False, note="seconds; the day it lies in"),),
        section="4.16",
        answer=shapes.HISTORY,
    ),
    *NEW_IN_1_1,
    *public_method("ticker", public.ticker, section="3.3", answer=shapes.TICKERS, operation="ticker"),
    *public_method(
        "order_book",
        public.order_book,
        (_PAIRS, limit(1000)),
        section="3.2",
        answer=shapes.BOOKS,
        operation="order_book",
    ),
    *public_method("trades", public.trades, (_PAIRS,), section="3.1", answer=shapes.DEALS),
    *public_method(
        "pair_settings",
        public.pair_settings,
        section="3.4",
        answer=shapes.PAIR_SETTINGS,
        old=public.pair_settings_v1,
        old_answer=shapes.PAIR_SETTINGS_V1,
    ),
    *public_method("currency", public.currency, section="3.5", answer=shapes.CURRENCIES),
    public_method("currency/list/extended", public.currency_list, section="3.6", answer=shapes.CURRENCY_LIST)[0],
    *public_method(
        "required_amount", public.required_amount, (PAIR, QUANTITY), section="3.7", answer=shapes.REQUIRED_AMOUNT
    ),
    *public_method("candles_history", public.candles_history, _CANDLES, section="3.8", answer=shapes.CANDLES),
    *public_method("payments/providers/crypto/list", public.crypto_providers, section="3.9", answer=shapes.PROVIDERS),
)

#: What a browser asks before a call from another page. Every path answers it, and nobody has to be known (facts 1.7).
PREFLIGHT = Endpoint(
    name="OPTIONS",
    method="OPTIONS",
    path="*",
    access=Access.PUBLIC,
    handler=public.preflight,
    source="EXMO facts 1.7 [I]",
)


_PREFLIGHT_FOUND = Found(endpoint=PREFLIGHT)


def routing(endpoints: Sequence[Endpoint]) -> Callable[[Request], Found | Refused]:
    """Return the way from a request to one of these endpoints; a slash at the end of its path changes nothing.

    `OPTIONS` is answered for any known method. A known one is otherwise held to what EXMO says next: no query beside a
    POST (40038), and private methods by POST alone. GET on a private method is not documented: without a key it is
    40003, with one 40015.

    Source:
        EXMO facts 1.1, 1.4 and 7; GET on private methods is inferred.
    """
    table = {endpoint.path.encode(): Found(endpoint=endpoint) for endpoint in endpoints}

    def route(request: Request) -> Found | Refused:
        path, _, query = request.target.partition(b"?")
        found = table.get(path[:-1] if path.endswith(b"/") else path)
        if found is None:
            return Refused(refusal=Refusal.UNKNOWN_ENDPOINT, detail="no such method")
        if request.method == "OPTIONS":
            return _PREFLIGHT_FOUND
        if request.method == "POST":
            if query:
                return Refused(refusal=Refusal.QUERY_ON_POST, detail="a POST carries its parameters in the body alone")
            return found
        if request.method in ("GET", "HEAD"):
            if found.endpoint.access is Access.PUBLIC:
                return found
            if not any(request.values(b"key")):
                return Refused(
                    refusal=Refusal.MISSING_KEY, detail="private methods ask for the header Key and for POST"
                )
        return Refused(refusal=Refusal.METHOD_NOT_ALLOWED, detail=f"{request.method[:20]} is not for this method")

    return route
