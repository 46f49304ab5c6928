"""How the reference exchange writes: compact JSON, amounts as text, refusals as problem details (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

import orjson

from mockserver.core.answers import Answer
from mockserver.core.desk import Balance
from mockserver.core.dialect import Profile
from mockserver.core.endpoint import Endpoint, Json
from mockserver.core.orders import Fill, Order
from mockserver.core.refusals import Refusal, RefusalRow, Refused
from signer import Request

PROBLEM = "application/problem+json"

_NOTHING = "0.00000000"

#: Reason phrases of RFC 9110 and RFC 6585, by name: the standard library's own differ between versions.
TITLES: Mapping[int, str] = {
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}

#: Codes whose problem names the parameter to blame; null where it is the request as a whole.
_NAMES_PARAMETER = frozenset(
    {Refusal.INVALID_REQUEST, Refusal.MISSING_PARAMETER, Refusal.INVALID_PARAMETER, Refusal.UNKNOWN_CURRENCY}
)

#: Codes whose answer says when to come back.
_NAMES_DELAY = frozenset({Refusal.RATE_LIMITED, Refusal.MAINTENANCE, Refusal.UNAVAILABLE})


def write_json(value: Json) -> bytes:
    """Return a value as compact JSON in UTF-8; what UTF-8 cannot hold (lone surrogates) is written as an escape."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":")).encode("ascii")


def decimal_text(number: Decimal) -> str:
    """Return an amount or a price as the exchange prints it: fixed point, eight decimals."""
    return f"{number:.8f}" if number else _NOTHING  # most of what most accounts have is nothing


def write_success(endpoint: Endpoint, value: Json, now_ms: int) -> Answer:
    """Return the answer to a call that succeeded: status 200, whatever the endpoint."""
    return Answer(200, write_json(value))


def write_refusal(refused: Refused, row: RefusalRow, profile: Profile, request: Request, now_ms: int) -> Answer:
    """Return a refusal as problem details.

    Args:
        refused: What was refused; its detail, where it has one, is more telling than the row's text.
        row: How this dialect says it.
        profile: Makes no difference here.
        request: What was refused.
        now_ms: The server's clock; told to those whose clock is wrong.
    """
    facts = refused.facts
    problem: dict[str, Json] = {
        "type": "about:blank",
        "title": TITLES[row.status],
        "status": row.status,
        "code": row.code,
        "detail": detail_of(refused, row),
    }
    if refused.refusal is Refusal.TIMESTAMP_OUTSIDE_WINDOW:
        problem["server_time"] = now_ms
    elif refused.refusal is Refusal.NONCE_NOT_INCREASING:
        problem["last_nonce"] = str(facts.get("last_nonce", 0))
    elif refused.refusal in _NAMES_PARAMETER:
        parameter = facts.get("parameter")
        problem["parameter"] = None if parameter is None else str(parameter)
    return Answer(status=row.status, body=write_json(problem), content_type=PROBLEM, headers=headers_of(refused))


def headers_of(refused: Refused) -> tuple[tuple[str, str], ...]:
    """Return the headers that a refusal's answer has besides: which methods there are, or when to come back."""
    if refused.refusal is Refusal.METHOD_NOT_ALLOWED:
        return (("Allow", str(refused.facts.get("allow", "GET, POST"))),)
    if refused.refusal in _NAMES_DELAY:
        return (("Retry-After", str(refused.facts.get("retry_after", 1))),)
    return ()


def detail_of(refused: Refused, row: RefusalRow) -> str:
    """Return the rule in one sentence: with the values that clash where they are known, else as the table has it.

    Of a bad signature nothing is told but the recipe: where it goes wrong is for the journal and the doctor.
    """
    if not refused.detail or refused.refusal is Refusal.BAD_SIGNATURE:
        text = row.text
        for name in ("parameter", "currency", "minimum"):
            text = text.replace(f"{{{name}}}", str(refused.facts.get(name, name)))
        return text
    text = refused.detail[0].upper() + refused.detail[1:]
    return text if text.endswith(".") else text + "."


def balance_view(balance: Balance) -> Json:
    """Return what an account has of one currency."""
    return {"available": decimal_text(balance.available), "held": decimal_text(balance.held)}


def trade_of_order_view(fill: Fill) -> Json:
    """Return one of an order's own trades."""
    return {
        "trade_id": str(fill.trade_id),
        "price": decimal_text(fill.price),
        "amount": decimal_text(fill.amount),
        "fee": decimal_text(fill.fee),
    }


def placed_view(order: Order) -> Json:
    """Return what placing an order answers."""
    return {
        "order_id": str(order.order_id),
        "client_order_id": order.client_order_id,
        "status": order.status.value,
        "filled": decimal_text(order.filled),
        "trades": [trade_of_order_view(fill) for fill in order.fills],
    }


def open_order_view(order: Order) -> dict[str, Json]:
    """Return one row of the open orders."""
    return {
        "order_id": str(order.order_id),
        "client_order_id": order.client_order_id,
        "market": order.market,
        "side": order.side.value,
        "price": decimal_text(order.price),
        "amount": decimal_text(order.amount),
        "remaining": decimal_text(order.remaining),
        "time": order.at_ms,
    }


def order_view(order: Order) -> Json:
    """Return one order, whatever its state: the row of the list, and what became of it."""
    view = open_order_view(order)
    view["status"] = order.status.value
    view["filled"] = decimal_text(order.filled)
    view["trades"] = [trade_of_order_view(fill) for fill in order.fills]
    return view


def fill_view(fill: Fill) -> Json:
    """Return one of the account's trades."""
    return {
        "trade_id": str(fill.trade_id),
        "order_id": str(fill.order_id),
        "market": fill.market,
        "side": fill.side.value,
        "price": decimal_text(fill.price),
        "amount": decimal_text(fill.amount),
        "fee": decimal_text(fill.fee),
        "fee_currency": fill.fee_currency,
        "time": fill.at_ms,
    }


def trade_view(fill: Fill) -> Json:
    """Return one of the market's trades, as the taker saw it."""
    return {
        "trade_id": str(fill.trade_id),
        "price": decimal_text(fill.price),
        "amount": decimal_text(fill.amount),
        "side": fill.side.value,
        "time": fill.at_ms,
    }
