"""EXMO's endpoints, under both versions of the API, and the way from a request to one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from mockserver.core.dialect import Found
from mockserver.core.endpoint import Access, Beyond, Endpoint, Handler, Parameter, ParameterKind
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.shapes import Shape
from mockserver.dialects.exmo import answer_shapes as shapes
from mockserver.dialects.exmo import (
    handlers,
    listings,
    margin,
    margin_listings,
    margin_orders,
    movements,
    public,
    stops,
    vouchers,
    wallet,
)
from signer import Request

_PAIR = Parameter(name="pair", kind=ParameterKind.MARKET, note="BASE_QUOTE")
_PAIRS = Parameter(
    name="pair",
    kind=ParameterKind.MARKET,
    beyond=Beyond.TAKEN,
    note="one BASE_QUOTE or several, joined by commas; an unknown one is left out of the answer",
)
_QUANTITY = Parameter(name="quantity", kind=ParameterKind.DECIMAL, note="of the base")
_ORDER_ID = Parameter(name="order_id", kind=ParameterKind.ORDER_ID)
_OFFSET = Parameter(
    name="offset",
    kind=ParameterKind.INTEGER,
    required=False,
    minimum=Decimal(0),
    beyond=Beyond.DEFAULT,
    default="0",
    note="from the newest",
)
_CLIENT_ID = Parameter(
    name="client_id",
    kind=ParameterKind.INTEGER,
    required=False,
    minimum=Decimal(1),
    maximum=Decimal((1 << 63) - 1),
    note="echoed by every list of orders",
)


def _limit(most: int) -> Parameter:
    return Parameter(
        name="limit",
        kind=ParameterKind.INTEGER,
        required=False,
        minimum=Decimal(1),
        maximum=Decimal(most),
        beyond=Beyond.CUT,
        default="100",
    )


_ORDER = (
    _PAIR,
    Parameter(name="quantity", kind=ParameterKind.DECIMAL, note="of the base; of the quote for the *_total types"),
    Parameter(name="price", kind=ParameterKind.DECIMAL, minimum=Decimal(0), note="0 for market orders"),
    Parameter(name="type", kind=ParameterKind.CHOICE, choices=handlers.ORDER_TYPES),
)
_ORDER_1_1 = (
    *_ORDER,
    _CLIENT_ID,
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
    _PAIR,
    _QUANTITY,
    Parameter(name="trigger_price", kind=ParameterKind.DECIMAL),
    Parameter(name="type", kind=ParameterKind.CHOICE, choices=stops.STOP_TYPES),
    _CLIENT_ID,
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
    _limit(100),
    _OFFSET,
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
    _PAIR,
    _QUANTITY,
    Parameter(name="price", kind=ParameterKind.DECIMAL, required=False, note="of the types that have a limit"),
    Parameter(name="type", kind=ParameterKind.CHOICE, choices=margin_orders.MARGIN_TYPES),
    Parameter(name="leverage", kind=ParameterKind.DECIMAL, minimum=Decimal(1), maximum=Decimal(margin.MOST_LEVERAGE)),
    _CLIENT_ID,
    *_MARGIN_DETAILS,
)

_MARGIN_UPDATE = (
    _ORDER_ID,
    Parameter(name="quantity", kind=ParameterKind.DECIMAL, required=False, note="of the base"),
    Parameter(name="price", kind=ParameterKind.DECIMAL, required=False),
    *_MARGIN_DETAILS,
)

_POSITION = Parameter(name="position_id", kind=ParameterKind.TEXT, note="its number, or the pair")

#: The kind of keys that version 1.1 asks for, and the older one (facts 1.5).
KEY_KINDS = ("v1.1", "v1")


def _public(
    name: str,
    handler: Handler,
    parameters: tuple[Parameter, ...] = (),
    *,
    section: str,
    answer: Shape,
    operation: str | None = None,
    old: Handler | None = None,
    old_answer: Shape | None = None,
) -> tuple[Endpoint, ...]:
    return tuple(
        Endpoint(
            name=f"{prefix}{name}",
            method="*",
            path=f"/{version}/{name}",
            access=Access.PUBLIC,
            handler=handle,
            parameters=parameters,
            operation=operation,
            answer=looks,
            source=f"EXMO facts {section}",
        )
        for version, prefix, handle, looks in (
            ("v1.1", "", handler, answer),
            ("v1", "v1/", old or handler, old_answer or answer),
        )
    )


def _private(
    name: str,
    handler: Handler,
    parameters: tuple[Parameter, ...] = (),
    *,
    section: str,
    answer: Shape,
    operation: str | None = None,
    access: Access = Access.READ,
    changes_state: bool | None = None,
    old: Handler | None = None,
    old_parameters: tuple[Parameter, ...] | None = None,
    old_answer: Shape | None = None,
) -> tuple[Endpoint, ...]:
    """Describe one method under both versions; what begins with `old` is version 1's, where that one differs."""
    return tuple(
        Endpoint(
            name=f"{prefix}{name}",
            method="POST",
            path=f"/{version}/{name}",
            access=access,
            handler=handle,
            parameters=takes,
            operation=operation,
            changes_state=access is not Access.READ if changes_state is None else changes_state,
            answer=looks,
            key_kinds=kinds,
            source=f"EXMO facts {section}",
        )
        for version, prefix, handle, takes, looks, kinds in (
            ("v1.1", "", handler, parameters, answer, KEY_KINDS[:1]),
            (
                "v1",
                "v1/",
                old or handler,
                parameters if old_parameters is None else old_parameters,
                old_answer or answer,
                (),
            ),
        )
    )


def _new(
    name: str,
    handler: Handler,
    parameters: tuple[Parameter, ...] = (),
    *,
    section: str = "5",
    answer: Shape,
    access: Access = Access.READ,
    changes_state: bool | None = None,
) -> Endpoint:
    """Describe a method that version 1 does not have."""
    return _private(
        name, handler, parameters, section=section, answer=answer, access=access, changes_state=changes_state
    )[0]


#: What version 1 does not have: its path is unknown there (facts 4).
NEW_IN_1_1: tuple[Endpoint, ...] = (
    _new(
        "stop_market_order_create",
        stops.stop_market_order_create,
        _STOP,
        section="4.4",
        answer=shapes.STOP_PLACED,
        access=Access.TRADE,
    ),
    _new(
        "stop_market_order_cancel",
        stops.stop_market_order_cancel,
        (Parameter(name="parent_order_id", kind=ParameterKind.ORDER_ID),),
        section="4.5",
        answer=shapes.NOTHING,
        access=Access.TRADE,
    ),
    _new("wallet_operations", movements.wallet_operations(), _OPERATIONS, section="4.17", answer=shapes.OPERATIONS),
    _new(
        "code_check",
        vouchers.code_check,
        _CODE,
        section="4.15",
        answer=shapes.CHECKED,
        access=Access.WITHDRAW,
        changes_state=False,
    ),
    _new("margin/pair/list", margin.margin_pairs, answer=shapes.MARGIN_PAIRS),
    _new("margin/user/wallet/list", margin.margin_wallets, answer=shapes.MARGIN_WALLETS),
    _new(
        "margin/user/order/create",
        margin_orders.order_create,
        _MARGIN_ORDER,
        answer=shapes.MARGIN_ORDER_PLACED,
        access=Access.TRADE,
    ),
    _new(
        "margin/user/order/update",
        margin_orders.order_update,
        _MARGIN_UPDATE,
        answer=shapes.MARGIN_ORDER_PLACED,
        access=Access.TRADE,
    ),
    _new(
        "margin/user/order/cancel",
        margin_orders.order_cancel,
        (_ORDER_ID,),
        answer=shapes.NOTHING,
        access=Access.TRADE,
    ),
    _new("margin/user/order/list", margin_listings.order_list, answer=shapes.MARGIN_ORDERS),
    _new(
        "margin/user/order/history", margin_listings.order_history, (_OFFSET, _limit(100)), answer=shapes.MARGIN_HISTORY
    ),
    _new("margin/user/order/trades", margin_listings.order_trades, (_ORDER_ID,), answer=shapes.MARGIN_DEALS),
    _new("margin/user/trade/list", margin.own_trades, (_OFFSET, _limit(100)), answer=shapes.MARGIN_DEALS),
    _new(
        "margin/trades",
        margin.margin_trades,
        (Parameter(name="pair_name", kind=ParameterKind.MARKET, beyond=Beyond.TAKEN), _OFFSET, _limit(100)),
        answer=shapes.MARGIN_TRADES,
    ),
    _new("margin/user/position/list", margin.positions, answer=shapes.POSITIONS),
    _new(
        "margin/user/position/close",
        margin.position_close,
        (_POSITION,),
        answer=shapes.NOTHING,
        access=Access.TRADE,
    ),
    _new(
        "margin/user/position/margin_add",
        margin.margin_add,
        (_POSITION, Parameter(name="quantity", kind=ParameterKind.DECIMAL, note="of the quote")),
        answer=shapes.NOTHING,
        access=Access.TRADE,
    ),
    _new(
        "margin/user/position/margin_remove",
        margin.margin_remove,
        (_POSITION, Parameter(name="quantity", kind=ParameterKind.DECIMAL, note="of the quote")),
        answer=shapes.NOTHING,
        access=Access.TRADE,
    ),
)

ENDPOINTS: tuple[Endpoint, ...] = (
    *_private("user_info", handlers.user_info, section="4.1", answer=shapes.USER_INFO, operation="balances"),
    *_private(
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
    *_private(
        "order_cancel",
        handlers.order_cancel,
        (_ORDER_ID,),
        section="4.3",
        answer=shapes.DONE,
        operation="cancel_order",
        access=Access.TRADE,
    ),
    *_private(
        "user_open_orders",
        listings.user_open_orders,
        (Parameter(name="pair", kind=ParameterKind.MARKET, required=False, beyond=Beyond.TAKEN),),
        section="4.6",
        answer=shapes.OPEN_ORDERS,
        operation="open_orders",
        old=listings.user_open_orders_v1,
        old_answer=shapes.OPEN_ORDERS_V1,
    ),
    *_private(
        "user_trades",
        listings.user_trades(),
        (_PAIRS, _OFFSET, _limit(100)),
        section="4.7",
        answer=shapes.USER_TRADES,
        old=listings.user_trades(listings.deals_v1, most=10_000),
        old_parameters=(_PAIRS, _OFFSET, _limit(10_000)),
        old_answer=shapes.USER_TRADES_V1,
    ),
    *_private(
        "user_cancelled_orders",
        listings.user_cancelled_orders,
        (_OFFSET, _limit(10_000)),
        section="4.8",
        answer=shapes.CANCELLED_ORDERS,
        old=listings.user_cancelled_orders_v1,
        old_answer=shapes.CANCELLED_ORDERS_V1,
    ),
    *_private(
        "order_trades",
        listings.order_trades(),
        (_ORDER_ID,),
        section="4.9",
        answer=shapes.ORDER_TRADES,
        old=listings.order_trades(listings.deals_v1),
        old_answer=shapes.ORDER_TRADES_V1,
    ),
    *_private(
        "deposit_address",
        wallet.deposit_address,
        section="4.10",
        answer=shapes.ADDRESSES,
        operation="deposit_address",
    ),
    *_private(
        "withdraw_crypt",
        wallet.withdraw_crypt,
        _WITHDRAWAL,
        section="4.11",
        answer=shapes.WITHDRAWN,
        operation="withdraw",
        access=Access.WITHDRAW,
    ),
    *_private(
        "withdraw_get_txid",
        wallet.withdraw_get_txid,
        (Parameter(name="task_id", kind=ParameterKind.TEXT),),
        section="4.12",
        answer=shapes.TXID,
    ),
    *_private(
        "excode_create",
        vouchers.excode_create,
        _VOUCHER,
        section="4.13",
        answer=shapes.VOUCHER,
        access=Access.WITHDRAW,
    ),
    *_private(
        "excode_load",
        vouchers.excode_load,
        _CODE,
        section="4.14",
        answer=shapes.LOADED,
        access=Access.WITHDRAW,
        old=vouchers.excode_load_v1,
        old_answer=shapes.LOADED_V1,
    ),
    *_private(
        "wallet_history",
        movements.wallet_history,
        (Parameter(name="date", kind=ParameterKind.INTEGER, required=False, note="seconds; the day it lies in"),),
        section="4.16",
        answer=shapes.HISTORY,
    ),
    *NEW_IN_1_1,
    *_public("ticker", public.ticker, section="3.3", answer=shapes.TICKERS, operation="ticker"),
    *_public(
        "order_book",
        public.order_book,
        (_PAIRS, _limit(1000)),
        section="3.2",
        answer=shapes.BOOKS,
        operation="order_book",
    ),
    *_public("trades", public.trades, (_PAIRS,), section="3.1", answer=shapes.DEALS),
    *_public(
        "pair_settings",
        public.pair_settings,
        section="3.4",
        answer=shapes.PAIR_SETTINGS,
        old=public.pair_settings_v1,
        old_answer=shapes.PAIR_SETTINGS_V1,
    ),
    *_public("currency", public.currency, section="3.5", answer=shapes.CURRENCIES),
    _public("currency/list/extended", public.currency_list, section="3.6", answer=shapes.CURRENCY_LIST)[0],
    *_public(
        "required_amount", public.required_amount, (_PAIR, _QUANTITY), section="3.7", answer=shapes.REQUIRED_AMOUNT
    ),
    *_public("candles_history", public.candles_history, _CANDLES, section="3.8", answer=shapes.CANDLES),
    *_public("payments/providers/crypto/list", public.crypto_providers, section="3.9", answer=shapes.PROVIDERS),
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
