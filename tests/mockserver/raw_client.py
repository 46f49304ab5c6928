"""A client of raw sockets: what is sent is what is written here, and what came back is shown as it came."""

from __future__ import annotations

import itertools
import json
import socket
from dataclasses import dataclass

from mockserver import KeyHandle, MockExchange
from signer import Request, sign

JSON = ((b"Content-Type", b"application/json"),)
ORDER = {"market": "BTC/USDT", "side": "buy", "price": "20000.01", "amount": "0.001"}
_nonces = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    reason: str
    headers: dict[str, str]
    body: bytes
    head: bytes

    @property
    def json(self) -> object:
        return json.loads(self.body)

    @property
    def code(self) -> object:
        return json.loads(self.body)["code"]


def travelling(request: Request, *extra: bytes, version: bytes = b"HTTP/1.1", framing: bool = True) -> bytes:
    lines = [request.method.encode() + b" " + request.target + b" " + version, b"Host: 127.0.0.1", *extra]
    lines += [name + b": " + value for name, value in request.headers]
    if framing and (request.body or request.method == "POST"):
        lines.append(b"Content-Length: %d" % len(request.body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + request.body


def signed(
    exchange: MockExchange,
    key: KeyHandle,
    method: str = "GET",
    target: bytes = b"/v1/balances",
    body: object = None,
    *,
    nonce: int | None = None,
) -> Request:
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    request = Request(method=method, target=target, headers=JSON if method == "POST" else (), body=data)
    return sign(
        exchange.dialect.scheme,
        request,
        key.credentials,
        nonce=next(_nonces) if nonce is None else nonce,
        timestamp_ms=exchange.clock.now_ms(),
    ).request


def an_order(exchange: MockExchange, key: KeyHandle, nonce: int | None = None) -> Request:
    return signed(exchange, key, "POST", b"/v1/orders", ORDER, nonce=nonce)


class Caller:
    """One connection."""

    def __init__(self, port: int, timeout_s: float = 30.0) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout_s)
        self.buffer = b""

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *error: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> Caller:
        self.socket.sendall(data)
        return self

    def more(self) -> bool:
        data = self.socket.recv(65536)
        self.buffer += data
        return bool(data)

    def until(self, mark: bytes) -> bytes:
        while mark not in self.buffer:
            if not self.more():
                raise EOFError(self.buffer)
        head, _, self.buffer = self.buffer.partition(mark)
        return head

    def reply(self, *, bodiless: bool = False) -> Reply:
        head = self.until(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        _, status, reason = first.decode().split(" ", 2)
        headers = {name.lower(): value for name, _, value in (line.decode().partition(": ") for line in lines)}
        length = 0 if bodiless else int(headers.get("content-length", "0"))
        while len(self.buffer) < length:
            if not self.more():
                raise EOFError(self.buffer)
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return Reply(status=int(status), reason=reason, headers=headers, body=body, head=head)

    def rest(self) -> bytes:
        while self.more():
            pass
        rest, self.buffer = self.buffer, b""
        return rest


def ask(exchange: MockExchange, request: Request | bytes) -> Reply:
    data = request if isinstance(request, bytes) else travelling(request)
    with Caller(exchange.port) as caller:
        return caller.send(data).reply()
