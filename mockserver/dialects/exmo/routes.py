"""EXMO's endpoints, under both versions of the API, and the way from a request to one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from mockserver.core.dialect import Found
from mockserver.core.endpoint import Access, Endpoint, Handler, Parameter, ParameterKind
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.exmo import handlers, listings, margin, public, wallet
from signer import Request

_PAIR = Parameter(name="pair", kind=ParameterKind.MARKET, note="BASE_QUOTE")
_PAIRS = Parameter(name="pair", kind=ParameterKind.MARKET, note="one BASE_QUOTE or several, joined by commas")
_ORDER_ID = Parameter(name="order_id", kind=ParameterKind.ORDER_ID)
_OFFSET = Parameter(
    name="offset", kind=ParameterKind.INTEGER, required=False, minimum=Decimal(0), default="0", note="from the newest"
)


def _limit(most: int) -> Parameter:
    return Parameter(
        name="limit",
        kind=ParameterKind.INTEGER,
        required=False,
        minimum=Decimal(1),
        maximum=Decimal(most),
        default="100",
    )


_ORDER = (
    _PAIR,
    Parameter(name="quantity", kind=ParameterKind.DECIMAL, note="of the base; of the quote for the *_total types"),
    Parameter(name="price", kind=ParameterKind.DECIMAL, note="0 for market orders"),
    Parameter(name="type", kind=ParameterKind.CHOICE, choices=handlers.ORDER_TYPES),
    Parameter(
        name="client_id",
        kind=ParameterKind.INTEGER,
        required=False,
        minimum=Decimal(1),
        maximum=Decimal((1 << 63) - 1),
        note="echoed by every list of orders",
    ),
    Parameter(name="exec_type", kind=ParameterKind.CHOICE, required=False, choices=("post_only", "fok", "ioc")),
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
    Parameter(name="currency", kind=ParameterKind.CURRENCY, required=False),
    Parameter(name="provider", kind=ParameterKind.TEXT, required=False, note="a name of the list of providers"),
    Parameter(name="type", kind=ParameterKind.CHOICE, required=False, choices=("deposit", "withdraw")),
    Parameter(name="order_id", kind=ParameterKind.INTEGER, required=False),
)

_CANDLES = (
    Parameter(name="symbol", kind=ParameterKind.MARKET, place="query"),
    Parameter(name="resolution", kind=ParameterKind.CHOICE, choices=tuple(public.RESOLUTIONS), place="query"),
    Parameter(name="from", kind=ParameterKind.INTEGER, place="query", note="seconds"),
    Parameter(name="to", kind=ParameterKind.INTEGER, place="query", note="seconds"),
)


def _public(
    name: str, handler: Handler, parameters: tuple[Parameter, ...] = (), *, section: str, operation: str | None = None
) -> tuple[Endpoint, ...]:
    return tuple(
        Endpoint(
            name=f"{prefix}{name}",
            method="*",
            path=f"/{version}/{name}",
            access=Access.PUBLIC,
            handler=handler,
            parameters=parameters,
            operation=operation,
            source=f"EXMO facts {section}",
        )
        for version, prefix in (("v1.1", ""), ("v1", "v1/"))
    )


def _private(
    name: str,
    handler: Handler,
    parameters: tuple[Parameter, ...] = (),
    *,
    section: str,
    operation: str | None = None,
    access: Access = Access.READ,
    old: Handler | None = None,
    old_parameters: tuple[Parameter, ...] | None = None,
) -> tuple[Endpoint, ...]:
    """Describe one method under both versions; `old` is the handler of version 1 where that one answers otherwise."""
    return tuple(
        Endpoint(
            name=f"{prefix}{name}",
            method="POST",
            path=f"/{version}/{name}",
            access=access,
            handler=handle,
            parameters=takes,
            operation=operation,
            changes_state=access is not Access.READ,
            source=f"EXMO facts {section}",
        )
        for version, prefix, handle, takes in (
            ("v1.1", "", handler, parameters),
            ("v1", "v1/", old or handler, parameters if old_parameters is None else old_parameters),
        )
    )


#: What version 1 does not have: its path is unknown there (facts 4).
NEW_IN_1_1: tuple[Endpoint, ...] = (
    _private(
        "stop_market_order_cancel",
        margin.stop_market_order_cancel,
        (Parameter(name="parent_order_id", kind=ParameterKind.ORDER_ID),),
        section="4.5",
        access=Access.TRADE,
    )[0],
    _private("wallet_operations", wallet.wallet_operations, _OPERATIONS, section="4.17")[0],
    _private("code_check", wallet.excode, _CODE, section="4.15")[0],
    _private("margin/pair/list", handlers.margin_pairs, section="5")[0],
    _private("margin/user/wallet/list", margin.margin_wallets, section="5")[0],
    _private("margin/user/order/list", margin.margin_orders, section="5")[0],
    _private("margin/user/order/history", margin.margin_history, (_OFFSET, _limit(100)), section="5")[0],
    _private("margin/user/order/trades", margin.margin_order_trades, (_ORDER_ID,), section="5")[0],
    _private(
        "margin/trades",
        margin.margin_trades,
        (Parameter(name="pair_name", kind=ParameterKind.MARKET), _OFFSET, _limit(100)),
        section="5",
    )[0],
)

ENDPOINTS: tuple[Endpoint, ...] = (
    *_private("user_info", handlers.user_info, section="4.1", operation="balances"),
    *_private(
        "order_create",
        handlers.order_create,
        _ORDER,
        section="4.2",
        operation="place_order",
        access=Access.TRADE,
    ),
    *_private(
        "order_cancel",
        handlers.order_cancel,
        (_ORDER_ID,),
        section="4.3",
        operation="cancel_order",
        access=Access.TRADE,
    ),
    *_private(
        "user_open_orders",
        listings.user_open_orders,
        (Parameter(name="pair", kind=ParameterKind.MARKET, required=False),),
        section="4.6",
        operation="open_orders",
    ),
    *_private(
        "user_trades",
        listings.user_trades(),
        (_PAIRS, _OFFSET, _limit(100)),
        section="4.7",
        old=listings.user_trades(listings.deal_v1, most=10_000),
        old_parameters=(_PAIRS, _OFFSET, _limit(10_000)),
    ),
    *_private(
        "user_cancelled_orders",
        listings.user_cancelled_orders,
        (_OFFSET, _limit(10_000)),
        section="4.8",
        old=listings.user_cancelled_orders_v1,
    ),
    *_private(
        "order_trades",
        listings.order_trades(),
        (_ORDER_ID,),
        section="4.9",
        old=listings.order_trades(listings.deal_v1),
    ),
    *_private("deposit_address", handlers.deposit_address, section="4.10", operation="deposit_address"),
    *_private(
        "withdraw_crypt",
        handlers.withdraw_crypt,
        _WITHDRAWAL,
        section="4.11",
        operation="withdraw",
        access=Access.WITHDRAW,
    ),
    *_private(
        "withdraw_get_txid",
        wallet.withdraw_get_txid,
        (Parameter(name="task_id", kind=ParameterKind.TEXT),),
        section="4.12",
    ),
    *_private("excode_create", wallet.excode, _VOUCHER, section="4.13", access=Access.WITHDRAW),
    *_private("excode_load", wallet.excode, _CODE, section="4.14", access=Access.WITHDRAW),
    *_private(
        "wallet_history",
        wallet.wallet_history,
        (Parameter(name="date", kind=ParameterKind.INTEGER, required=False, note="seconds; the day it lies in"),),
        section="4.16",
    ),
    *NEW_IN_1_1,
    *_public("ticker", public.ticker, section="3.3", operation="ticker"),
    *_public("order_book", public.order_book, (_PAIRS, _limit(1000)), section="3.2", operation="order_book"),
    *_public("trades", public.trades, (_PAIRS,), section="3.1"),
    *_public("pair_settings", public.pair_settings, section="3.4"),
    *_public("currency", public.currency, section="3.5"),
    *_public("currency/list/extended", public.currency_list, section="3.6"),
    *_public(
        "required_amount",
        public.required_amount,
        (_PAIR, Parameter(name="quantity", kind=ParameterKind.DECIMAL)),
        section="3.7",
    ),
    *_public("candles_history", public.candles_history, _CANDLES, section="3.8"),
    *_public("payments/providers/crypto/list", public.crypto_providers, section="3.9"),
)


def routing(endpoints: Sequence[Endpoint]) -> Callable[[Request], Found | Refused]:
    """Return the way from a request to one of these endpoints; a slash at the end of its path changes nothing.

    A known method is then held to what EXMO says next: no query beside a POST (40038), and private methods by POST
    alone. GET on a private method is not documented: without a key it is 40003, with one 40015.

    Source:
        EXMO facts 1.1, 1.4 and 7; GET on private methods is inferred.
    """
    table = {endpoint.path.encode(): Found(endpoint=endpoint) for endpoint in endpoints}

    def route(request: Request) -> Found | Refused:
        path, _, query = request.target.partition(b"?")
        found = table.get(path[:-1] if path.endswith(b"/") else path)
        if found is None:
            return Refused(refusal=Refusal.UNKNOWN_ENDPOINT, detail="no such method")
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
