"""What the attackers share: an exchange of each dialect, requests in each one's own form, and how to send them."""

from __future__ import annotations

import itertools
import json
import re
import socket

from mockserver import KeyHandle, MockExchange
from signer import Request, sign
from tests.mockserver.raw_client import JSON, travelling

FORM = ((b"Content-Type", b"application/x-www-form-urlencoded"),)
HOST = b"Host: 127.0.0.1\r\n"

#: Private calls that change nothing, as each dialect has them.
QUIET = {
    "reference": Request(method="GET", target=b"/v1/balances"),
    "poloniex": Request(method="POST", target=b"/tradingApi", headers=FORM, body=b"command=returnBalances"),
    "exmo": Request(method="POST", target=b"/v1.1/user_info", headers=FORM),
    "bitunix": Request(method="GET", target=b"/api/spot/v1/user/account"),
}

#: Public ones.
PUBLIC = {
    "reference": b"/v1/time",
    "poloniex": b"/public?command=returnTicker",
    "exmo": b"/v1.1/ticker",
    "bitunix": b"/api/spot/v1/market/last_price?symbol=BTCUSDT",
}

_nonces = itertools.count(1)
_STATUS = re.compile(rb"HTTP/1\.1 ([0-9]{3}) ")


def quiet(exchange: MockExchange, key: KeyHandle) -> bytes:
    return signed(exchange, key, QUIET[exchange.dialect.name])


def public(exchange: MockExchange) -> bytes:
    return b"GET " + PUBLIC[exchange.dialect.name] + b" HTTP/1.1\r\n" + HOST + b"\r\n"


def signed(exchange: MockExchange, key: KeyHandle, request: Request) -> bytes:
    scheme = exchange.dialect.scheme
    rising = scheme.nonce_rule is not None and scheme.nonce_rule.rising
    now_ms = None if scheme.time_rule is None else exchange.clock.now_ms()
    nonce = next(_nonces) if rising else f"{next(_nonces):032d}"
    return travelling(sign(scheme, request, key.credentials, nonce=nonce, timestamp_ms=now_ms).request)


def posting(path: bytes, body: bytes, headers: tuple[tuple[bytes, bytes], ...] = JSON) -> Request:
    return Request(method="POST", target=path, headers=headers, body=body)


def told(port: int, data: bytes, *, last_word: bool = True, timeout_s: float = 30.0) -> bytes:
    """Send bytes, say that nothing more will come, and return all that is answered; TimeoutError for a hang."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout_s) as line:
        try:
            line.sendall(data)
            if last_word:
                line.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # hung up on before all of it was sent
        answer = bytearray()
        try:
            while received := line.recv(65536):
                answer += received
        except ConnectionResetError:
            pass
        return bytes(answer)


def statuses(answer: bytes) -> list[int]:
    return [int(status) for status in _STATUS.findall(answer)]


def control(port: int, method: str, room: str, body: object = None, *headers: bytes) -> tuple[int, object]:
    data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = headers or (b"Host: 127.0.0.1",)
    head = b"\r\n".join([f"{method} /_noncense/{room} HTTP/1.1".encode(), *lines, b"Content-Length: %d" % len(data)])
    answer = told(port, head + b"\r\nConnection: close\r\n\r\n" + data, last_word=False)
    said = answer.partition(b"\r\n\r\n")[2]
    return statuses(answer)[0], json.loads(said) if said else None
