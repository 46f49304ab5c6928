"""The endpoints of the reference exchange, and how a request finds its own: by its path as it was sent, undecoded."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from mockserver.core.dialect import Found
from mockserver.core.endpoint import Access, Endpoint, Handler, Parameter, ParameterKind
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.shapes import Shape
from mockserver.dialects.reference import handlers, shapes
from signer import Request

SOURCE = "reference specification, 'Endpoints'"

#: No sign, no exponent, a digit on both sides of a point, at most 8 decimals. The specification is silent on the digits
#: before the point; beyond 18 of them no account could pay, and arithmetic would lose digits.
_DECIMAL = r"[0-9]{1,18}(?:\.[0-9]{1,8})?"
_CLIENT_ORDER_ID = r"[A-Za-z0-9_-]{1,36}"
_ADDRESS = r"[!-~]{20,128}"

_ORDER_ID = Parameter(name="order_id", kind=ParameterKind.ORDER_ID, place="path", note="undecoded")


def _query(
    name: str,
    kind: ParameterKind,
    *,
    required: bool = True,
    minimum: int | None = None,
    maximum: int | None = None,
    default: str | None = None,
    note: str = "",
) -> Parameter:
    return Parameter(
        name=name,
        kind=kind,
        required=required,
        minimum=None if minimum is None else Decimal(minimum),
        maximum=None if maximum is None else Decimal(maximum),
        default=default,
        place="query",
        note=note,
    )


def _json(name: str, kind: ParameterKind) -> Parameter:
    return Parameter(name=name, kind=kind, place="json", form=_DECIMAL if kind is ParameterKind.DECIMAL else "")


def _endpoint(
    name: str,
    access: Access,
    handler: Handler,
    *parameters: Parameter,
    answer: Shape,
    operation: str | None = None,
    changes_state: bool = False,
) -> Endpoint:
    method, _, path = name.partition(" ")
    return Endpoint(
        name=name,
        method=method,
        path=path,
        access=access,
        handler=handler,
        parameters=parameters,
        operation=operation,
        changes_state=changes_state,
        answer=answer,
        source=SOURCE,
    )


_MARKET = _query("market", ParameterKind.MARKET)
_ANY_MARKET = _query("market", ParameterKind.MARKET, required=False, note="all of them without it")
_LIMIT = _query("limit", ParameterKind.INTEGER, required=False, minimum=1, maximum=500, default="100")

ENDPOINTS: tuple[Endpoint, ...] = (
    _endpoint("GET /v1/time", Access.PUBLIC, handlers.time, answer=shapes.TIME),
    _endpoint("GET /v1/markets", Access.PUBLIC, handlers.markets, answer=shapes.MARKETS),
    _endpoint("GET /v1/ticker", Access.PUBLIC, handlers.ticker, _MARKET, answer=shapes.TICKER, operation="ticker"),
    _endpoint(
        "GET /v1/order-book",
        Access.PUBLIC,
        handlers.order_book,
        _MARKET,
        _query("depth", ParameterKind.INTEGER, required=False, minimum=1, maximum=100, default="100"),
        answer=shapes.ORDER_BOOK,
        operation="order_book",
    ),
    _endpoint("GET /v1/trades", Access.PUBLIC, handlers.trades, _MARKET, _LIMIT, answer=shapes.TRADES),
    _endpoint("GET /v1/balances", Access.READ, handlers.balances, answer=shapes.BALANCES, operation="balances"),
    _endpoint(
        "POST /v1/orders",
        Access.TRADE,
        handlers.place_order,
        _json("market", ParameterKind.MARKET),
        Parameter(name="side", kind=ParameterKind.CHOICE, choices=tuple(handlers.SIDES), place="json"),
        _json("price", ParameterKind.DECIMAL),
        _json("amount", ParameterKind.DECIMAL),
        Parameter(
            name="client_order_id",
            kind=ParameterKind.TEXT,
            required=False,
            minimum=Decimal(1),
            maximum=Decimal(36),
            form=_CLIENT_ORDER_ID,
            place="json",
            note="of A-Z, a-z, 0-9, _ and -; the same id with the same parameters answers with the first order",
        ),
        Parameter(
            name="time_in_force",
            kind=ParameterKind.CHOICE,
            required=False,
            choices=tuple(handlers.TIMES_IN_FORCE),
            default="gtc",
            place="json",
        ),
        answer=shapes.PLACED,
        operation="place_order",
        changes_state=True,
    ),
    _endpoint(
        "GET /v1/orders",
        Access.READ,
        handlers.open_orders,
        _ANY_MARKET,
        answer=shapes.OPEN_ORDERS,
        operation="open_orders",
    ),
    _endpoint("GET /v1/orders/{order_id}", Access.READ, handlers.order, _ORDER_ID, answer=shapes.ORDER),
    _endpoint(
        "POST /v1/orders/{order_id}/cancel",
        Access.TRADE,
        handlers.cancel_order,
        _ORDER_ID,
        answer=shapes.CANCELLED,
        operation="cancel_order",
        changes_state=True,
    ),
    _endpoint(
        "GET /v1/fills",
        Access.READ,
        handlers.fills,
        _ANY_MARKET,
        _query("after", ParameterKind.INTEGER, required=False, minimum=0, note="a trade_id, exclusive"),
        _LIMIT,
        answer=shapes.FILLS,
    ),
    _endpoint(
        "GET /v1/deposit-address",
        Access.READ,
        handlers.deposit_address,
        _query("currency", ParameterKind.CURRENCY),
        answer=shapes.DEPOSIT_ADDRESS,
        operation="deposit_address",
    ),
    _endpoint(
        "POST /v1/withdrawals",
        Access.WITHDRAW,
        handlers.withdraw,
        _json("currency", ParameterKind.CURRENCY),
        _json("amount", ParameterKind.DECIMAL),
        Parameter(
            name="address",
            kind=ParameterKind.ADDRESS,
            minimum=Decimal(20),
            maximum=Decimal(128),
            form=_ADDRESS,
            place="json",
            note="printable ASCII without blanks",
        ),
        answer=shapes.WITHDRAWAL,
        operation="withdraw",
        changes_state=True,
    ),
)


def _by_path() -> Mapping[bytes, Mapping[str, Found]]:
    table: dict[bytes, dict[str, Found]] = {}
    for endpoint in ENDPOINTS:
        table.setdefault(endpoint.path.encode("ascii"), {})[endpoint.method] = Found(endpoint=endpoint)
    return table


_TABLE = _by_path()
_ORDERS = b"/v1/orders/"
_CANCEL = b"/cancel"
_ORDER_ROUTE = b"/v1/orders/{order_id}"


def route(request: Request) -> Found | Refused:
    """Return the endpoint of a request, with the order id of its path.

    Returns:
        UNKNOWN_ENDPOINT where no path matches, METHOD_NOT_ALLOWED where one does; its `allow` is the header's text.
    """
    path = request.target.partition(b"?")[0]
    order_id: str | None = None
    methods = _TABLE.get(path) if b"{" not in path else None
    if methods is None:
        if path.startswith(_ORDERS):
            segment, slash, rest = path[len(_ORDERS) :].partition(b"/")
            if segment and slash + rest in (b"", _CANCEL):
                order_id = segment.decode("latin-1")
                methods = _TABLE[_ORDER_ROUTE + slash + rest]
        if methods is None:
            return Refused(refusal=Refusal.UNKNOWN_ENDPOINT, facts={"path": path.decode("latin-1")})
    found = methods.get(request.method)
    if found is None:
        allow = ", ".join(sorted(methods))
        return Refused(
            refusal=Refusal.METHOD_NOT_ALLOWED, detail=f"This endpoint answers to {allow}.", facts={"allow": allow}
        )
    return found if order_id is None else Found(found.endpoint, {"order_id": order_id})
