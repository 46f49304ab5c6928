"""What is asked of the server: raw requests, signed before they are sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from signer import Credentials, Request, scheme_named, sign

#: The first order id of each account, so that cancellations can be written before their orders are placed.
ORDER_IDS_FROM = 10**15

JSON = ((b"Content-Type", b"application/json"),)
FORM = ((b"Content-Type", b"application/x-www-form-urlencoded"),)

#: (credentials, first nonce, how many requests, now in ms) to the requests of one connection.
Conversation = Callable[[Credentials, int, int, int], Sequence[bytes]]


def raw(request: Request) -> bytes:
    """Return a request as it travels."""
    lines = [f"{request.method} ".encode() + request.target + b" HTTP/1.1", b"Host: 127.0.0.1"]
    lines += [name + b": " + value for name, value in request.headers]
    if request.method == "POST":
        lines.append(b"Content-Length: %d" % len(request.body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + request.body


def reference_orders(credentials: Credentials, nonce: int, count: int, now_ms: int) -> list[bytes]:
    """Place an order, cancel it, and so on."""
    order = {"market": "BTC/USDT", "side": "buy", "price": "20000.01", "amount": "0.001"}
    body = json.dumps(order, separators=(",", ":")).encode()
    requests = []
    for number in range(count):
        order_id = ORDER_IDS_FROM + (nonce + number) // 2
        target = b"/v1/orders/%d/cancel" % order_id if number % 2 else b"/v1/orders"
        request = Request(method="POST", target=target, headers=JSON, body=b"" if number % 2 else body)
        requests.append(_signed("reference", request, credentials, nonce + number + 1, now_ms))
    return requests


def reference_balances(credentials: Credentials, nonce: int, count: int, now_ms: int) -> list[bytes]:
    """Ask for the balances."""
    request = Request(method="GET", target=b"/v1/balances")
    return [_signed("reference", request, credentials, nonce + number + 1, now_ms) for number in range(count)]


def poloniex_balances(credentials: Credentials, nonce: int, count: int, now_ms: int) -> list[bytes]:
    """Ask for the balances, by POST as everything private there."""
    request = Request(method="POST", target=b"/tradingApi", headers=FORM, body=b"command=returnBalances")
    return [_signed("poloniex", request, credentials, nonce + number + 1, now_ms) for number in range(count)]


def poloniex_orders(credentials: Credentials, nonce: int, count: int, now_ms: int) -> list[bytes]:
    """Place an order, cancel it, and so on."""
    requests = []
    for number in range(count):
        fields: dict[str, object] = {"command": "buy", "currencyPair": "USDT_BTC", "rate": "20000", "amount": "0.001"}
        if number % 2:
            fields = {"command": "cancelOrder", "orderNumber": ORDER_IDS_FROM + (nonce + number) // 2}
        request = Request(method="POST", target=b"/tradingApi", headers=FORM, body=urlencode(fields).encode())
        requests.append(_signed("poloniex", request, credentials, nonce + number + 1, now_ms))
    return requests


def _signed(dialect: str, request: Request, credentials: Credentials, nonce: int, now_ms: int) -> bytes:
    scheme = scheme_named(dialect)
    timestamp_ms = None if scheme.time_rule is None else now_ms
    return raw(sign(scheme, request, credentials, nonce=nonce, timestamp_ms=timestamp_ms).request)


_ORDERS = "reference: orders placed and cancelled"

#: What is measured: a name to the dialect and what is said in it.
CONVERSATIONS: Mapping[str, tuple[str, Conversation]] = {
    _ORDERS: ("reference", reference_orders),
    "reference: orders, kept in SQLite": ("reference/sqlite", reference_orders),
    "reference: orders, each batch on the disk": ("reference/full", reference_orders),
    "reference: orders, next to no journal": ("reference/forgetful", reference_orders),
    "reference: orders, refusals explained": ("reference/explained", reference_orders),
    "reference: balances": ("reference", reference_balances),
    "poloniex: orders placed and cancelled": ("poloniex", poloniex_orders),
    "poloniex: balances": ("poloniex", poloniex_balances),
}

#: Rows that say the same to an exchange that was told something, to the row of the one that was told nothing.
PLAIN: Mapping[str, str] = {name: _ORDERS for name in CONVERSATIONS if name.startswith("reference: orders, ")}
