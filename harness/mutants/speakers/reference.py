"""How a client speaks the `reference` dialect.

Source: the dialect's specification, "Endpoints" and "Order of checks".
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from harness.mutants.failures import Failure, kind_of_status
from harness.mutants.messages import Json, Wanted
from harness.mutants.reading import Talk, as_plain, decimal_text, identifier, item, member, refusal, text
from harness.mutants.speakers.speaker import (
    Params,
    Speaker,
    amount,
    depth,
    given,
    levels,
    optional,
    own_id,
    raw_pairs,
    side,
)
from signer import scheme_named

#: What each code tells the user. A status of 500 and above is never a verdict on the request, whatever its code.
KINDS: Mapping[str, str] = {
    "maintenance": "unavailable",
    "unknown_endpoint": "not_found",
    "method_not_allowed": "invalid_request",
    "too_large": "invalid_request",
    "missing_header": "authentication",
    "malformed_header": "invalid_request",
    "unknown_key": "authentication",
    "inactive_key": "authentication",
    "address_not_allowed": "permission",
    "bad_signature": "authentication",
    "timestamp_outside_window": "timestamp",
    "nonce_not_increasing": "nonce",
    "rate_limited": "rate_limit",
    "permission_denied": "permission",
    "invalid_request": "invalid_request",
    "insufficient_funds": "insufficient_funds",
    "below_minimum": "invalid_request",
    "rejected": "invalid_request",
    "order_not_found": "order_not_found",
    "unknown_market": "not_found",
    "internal_error": "unavailable",
}


def refused(status: int, parsed: Json, wanted: Wanted) -> Failure | None:
    """Tell a refusal: here the status alone says whether it is one."""
    if 200 <= status < 300:
        return None
    body = parsed if isinstance(parsed, Mapping) else {}
    code, detail = body.get("code"), body.get("detail")
    code = code if isinstance(code, str) else ""
    kind = kind_of_status(status) if status >= 500 else KINDS.get(code, kind_of_status(status))
    return refusal(kind, detail if isinstance(detail, str) else "", status=status, code=code, body=parsed)


def _get(operation: str, path: str, *pairs: tuple[str, Json], private: bool = True) -> Wanted:
    return Wanted(operation=operation, method="GET", path=path, pairs=pairs, private=private)


def _post(operation: str, path: str, *pairs: tuple[str, Json]) -> Wanted:
    return Wanted(operation=operation, method="POST", path=path, pairs=pairs, place="json", changes_state=True)


def balances(talk: Talk, params: Params) -> Json:
    """What can be spent now."""
    answer = talk.mapping(talk.ask(_get("balances", "/v1/balances")))
    return {currency: decimal_text(member(row, "available")) for currency, row in answer.items()}


def place_order(talk: Talk, params: Params) -> Json:
    """A limit order."""
    answer = talk.ask(
        _post(
            "place_order",
            "/v1/orders",
            ("market", given(params, "market")),
            ("side", side(params)),
            ("price", amount(params, "price")),
            ("amount", amount(params, "amount")),
            *optional(params, "client_order_id", "client_order_id"),
        )
    )
    return {"order_id": identifier(member(answer, "order_id"))}


def cancel_order(talk: Talk, params: Params) -> Json:
    """Cancel by the exchange's id."""
    order_id = quote(given(params, "order_id"), safe="")
    talk.mapping(talk.ask(_post("cancel_order", f"/v1/orders/{order_id}/cancel")))
    return {}


def open_orders(talk: Talk, params: Params) -> Json:
    """The open orders of a market."""
    rows = talk.sequence(talk.ask(_get("open_orders", "/v1/orders", ("market", given(params, "market")))))
    return [
        {
            "order_id": identifier(member(row, "order_id")),
            "market": text(member(row, "market")),
            "side": text(member(row, "side")),
            "price": decimal_text(member(row, "price")),
            "amount": decimal_text(member(row, "remaining")),
            **own_id(row, "client_order_id"),
        }
        for row in rows
    ]


def withdraw(talk: Talk, params: Params) -> Json:
    """Send coins away; the dialect knows no networks."""
    pairs = (
        ("currency", given(params, "currency")),
        ("amount", amount(params, "amount")),
        ("address", given(params, "address")),
        *optional(params, "network", "network"),
    )
    identifier(member(talk.ask(_post("withdraw", "/v1/withdrawals", *pairs)), "withdrawal_id"))
    return {}


def deposit_address(talk: Talk, params: Params) -> Json:
    """Where coins can be sent to."""
    pairs = (("currency", given(params, "currency")), *optional(params, "network", "network"))
    answer = talk.ask(_get("deposit_address", "/v1/deposit-address", *pairs))
    return {"address": text(member(answer, "address"))}


def ticker(talk: Talk, params: Params) -> Json:
    """The last trade and the best prices."""
    answer = talk.ask(_get("ticker", "/v1/ticker", ("market", given(params, "market")), private=False))
    return {name: decimal_text(member(answer, name)) for name in ("last", "bid", "ask")}


def order_book(talk: Talk, params: Params) -> Json:
    """The best levels of either side."""
    most = depth(params)
    pairs = (("market", given(params, "market")), ("depth", min(most, 100)))
    answer = talk.ask(_get("order_book", "/v1/order-book", *pairs, private=False))
    return {name: levels(talk.sequence(member(answer, name)), _level, most) for name in ("bids", "asks")}


def _level(row: Json) -> tuple[str, str]:
    return decimal_text(item(row, 0)), decimal_text(item(row, 1))


def raw(talk: Talk, params: Params) -> Json:
    """Any private call; the target is a path."""
    method = given(params, "method")
    wanted = Wanted(
        operation="raw",
        method=method,
        path=given(params, "target"),
        pairs=raw_pairs(params),
        place="query" if method == "GET" else "json",
        changes_state=method != "GET",
    )
    return as_plain(talk.ask(wanted))  # type: ignore[return-value]


SPEAKER = Speaker(
    scheme=scheme_named("reference"),
    refusal=refused,
    operations={
        "balances": balances,
        "place_order": place_order,
        "cancel_order": cancel_order,
        "open_orders": open_orders,
        "withdraw": withdraw,
        "deposit_address": deposit_address,
        "ticker": ticker,
        "order_book": order_book,
        "raw": raw,
    },
)
