"""A client of Acme on the standard library alone. It may be called from several threads at once.

Each call has a connection of its own, and nothing is sent twice: after an open outcome, look before you try again.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from urllib.parse import quote, urlencode, urlsplit

#: Of a larger answer nobody has use.
MOST_BYTES = 64 * 1024 * 1024
PLAIN_DECIMAL = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
#: Acme's codes to what they mean for a user.
KINDS = {
    "-1000": "not_found",
    "-1002": "permission",
    "-1003": "rate_limit",
    "-1021": "timestamp",
    "-1022": "authentication",
    "-1121": "not_found",
    "-2013": "order_not_found",
    "-2014": "authentication",
    "-2015": "authentication",
    "-2018": "insufficient_funds",
}


class AcmeError(Exception):
    """A call that failed, or of which nobody knows: `kind` tells them apart."""

    def __init__(self, kind: str, words: str, status: int | None = None, code: str = "") -> None:
        super().__init__(f"{code} {words}".strip())
        self.kind, self.status, self.code = kind, status, code


class AcmeClient:
    """One account; without a key and a secret, public calls only."""

    def __init__(
        self,
        key: str | None = None,
        secret: str | None = None,
        *,
        base_url: str = "https://api.acme.example",
        timeout_s: float = 10.0,
        window_ms: int = 5_000,
        ca_file: str | None = None,
    ) -> None:
        for what in (key, secret):
            if what is not None and (not what or not what.isprintable() or " " in what):
                raise AcmeError("authentication", "the key or the secret is empty, or holds a blank or a line end")
        if not 0 < window_ms <= 60_000:
            raise AcmeError("invalid_request", "a window is from 1 to 60000 milliseconds")
        self._key, self._secret = key, secret
        self._url = urlsplit(base_url)
        self._timeout_s = timeout_s
        self._window_ms = window_ms
        self._tls = None
        if self._url.scheme == "https":
            try:
                self._tls = ssl.create_default_context(cafile=ca_file)
            except OSError as problem:
                raise AcmeError("tls", f"the certificates cannot be read: {problem.strerror}") from None

    def __repr__(self) -> str:
        return f"AcmeClient({self._url.geturl()!r})"

    def balances(self) -> dict[str, str]:
        """What can be spent now, by currency."""
        return {name: _decimal(_member(row, "available")) for name, row in _object(self.get("/v1/balances")).items()}

    def place_order(self, market: str, side: str, price: str, amount: str, client_order_id: str | None = None) -> str:
        """Place a limit order and return its number."""
        order = {"market": market, "side": side, "price": _plain(price), "amount": _plain(amount)}
        return _text(_member(self.post("/v1/orders", {**order, "client_order_id": client_order_id}), "order_id"))

    def cancel_order(self, order_id: str) -> None:
        """Cancel an order; one that is cancelled already is no failure."""
        _object(self.post(f"/v1/orders/{quote(order_id, safe='')}/cancel"))

    def open_orders(self, market: str) -> list[dict[str, str]]:
        """The open orders of a market, oldest first."""
        return [
            {
                "order_id": _text(_member(row, "order_id")),
                "market": _text(_member(row, "market")),
                "side": _text(_member(row, "side")),
                "price": _decimal(_member(row, "price")),
                "amount": _decimal(_member(row, "remaining")),
            }
            for row in _array(self.get("/v1/orders", {"market": market}))
        ]

    def withdraw(self, currency: str, amount: str, address: str) -> str:
        """Send coins away and return the number of the withdrawal."""
        coins = {"currency": currency, "amount": _plain(amount), "address": address}
        return _text(_member(self.post("/v1/withdrawals", coins), "withdrawal_id"))

    def deposit_address(self, currency: str) -> str:
        """Where coins can be sent to."""
        return _text(_member(self.get("/v1/deposit-address", {"currency": currency}), "address"))

    def ticker(self, market: str) -> dict[str, str]:
        """The last price, and the best of either side."""
        seen = self._call("GET", "/v1/ticker", {"market": market}, signed=False)
        return {name: _decimal(_member(seen, name)) for name in ("last", "bid", "ask")}

    def order_book(self, market: str, depth: int = 100) -> dict[str, list[list[str]]]:
        """The best levels of either side as [price, amount]."""
        book = self._call("GET", "/v1/order-book", {"market": market, "depth": min(depth, 100)}, signed=False)
        return {
            side: [[_decimal(item) for item in _array(level)] for level in _array(_member(book, side))[:depth]]
            for side in ("bids", "asks")
        }

    def get(self, path: str, params: Mapping[str, object] | None = None) -> object:
        """Make a private call that changes nothing; its parameters travel in the query."""
        return self._call("GET", path, params or {})

    def post(self, path: str, params: Mapping[str, object] | None = None) -> object:
        """Make a private call whose parameters travel in a form."""
        return self._call("POST", path, params or {})

    def _call(self, method: str, path: str, params: Mapping[str, object], *, signed: bool = True) -> object:
        headers = {"User-Agent": "acme-client/1.0.0", "Accept": "application/json"}
        pairs = [(name, one) for name, value in params.items() if value is not None for one in _spelled(value)]
        try:
            text = self._signed(pairs) if signed else urlencode(pairs, quote_via=quote)
        except UnicodeEncodeError:
            raise AcmeError("invalid_request", "a parameter holds text that UTF-8 cannot spell") from None
        if signed:
            headers["X-ACME-APIKEY"] = str(self._key)
        if method == "GET":
            return self._answer(method, f"{path}?{text}" if text else path, None, headers)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self._answer(method, path, text.encode(), headers)

    def _signed(self, pairs: list[tuple[str, str]]) -> str:
        """Return the parameters as they are sent: spelled once, signed as they stand, the signature behind them."""
        if self._key is None or self._secret is None:
            raise AcmeError("authentication", "a private call needs an API key and a secret")
        stamp = [("recvWindow", str(self._window_ms)), ("timestamp", str(time.time_ns() // 1_000_000))]
        text = urlencode([*pairs, *stamp], quote_via=quote)
        return f"{text}&signature={self._signature(text)}"

    def _signature(self, text: str) -> str:
        return hmac.new(str(self._secret).encode(), text.encode(), hashlib.sha256).hexdigest()

    def _answer(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> object:
        status, content = self._exchange(method, target, body, headers)
        try:
            answer = json.loads(content, parse_float=Decimal, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise AcmeError(_kind(status, ""), f"HTTP {status}: the answer is not JSON", status) from None
        if 200 <= status < 300:
            return answer
        said = answer if isinstance(answer, dict) else {}
        code, words = said.get("code"), said.get("msg")
        known = str(code) if isinstance(code, int | str) else ""
        raise AcmeError(_kind(status, known), words if isinstance(words, str) else f"HTTP {status}", status, known)

    def _exchange(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Send one request on a connection of its own and return what came, all of it in time or not at all."""
        line = http.client.HTTPConnection(self._url.hostname or "", self._url.port or (443 if self._tls else 80))
        deadline = time.monotonic() + self._timeout_s
        late = threading.Event()
        try:
            line.sock = self._connected(line)
        except OSError as problem:
            kind = "tls" if isinstance(problem, ssl.SSLError) else _kind_of(problem)
            raise AcmeError(kind, f"no connection: {type(problem).__name__}") from None
        watch = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, (line.sock, late))
        watch.daemon = True
        watch.start()
        answer = None
        try:
            line.request(method, target, body, dict(headers))
            answer = line.getresponse()
            while 100 <= answer.status < 200:
                answer.headers = answer.msg = None  # type: ignore[assignment]  # begin() reads the next head then
                answer.begin()
            content = answer.read(MOST_BYTES + 1)
            if late.is_set():
                raise TimeoutError
            if answer.length or len(content) > MOST_BYTES:
                raise http.client.IncompleteRead(b"")
        except (OSError, http.client.HTTPException, ValueError) as problem:
            kind = "timeout" if late.is_set() else _kind_of(problem)
            raise AcmeError(kind, f"no whole answer: {type(problem).__name__}") from None
        finally:
            watch.cancel()
            if answer is not None:
                answer.close()
            line.close()
        return answer.status, content

    def _connected(self, line: http.client.HTTPConnection) -> socket.socket:
        plain = socket.create_connection((line.host, line.port), self._timeout_s)
        if self._tls is None:
            return plain
        try:
            return self._tls.wrap_socket(plain, server_hostname=line.host, suppress_ragged_eofs=False)
        except BaseException:
            plain.close()
            raise


def _cut(line: socket.socket, late: threading.Event) -> None:
    late.set()
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _kind_of(problem: Exception) -> str:
    if isinstance(problem, TimeoutError):
        return "timeout"
    return "network" if isinstance(problem, OSError | http.client.IncompleteRead) else "bad_response"


def _kind(status: int, code: str) -> str:
    if status >= 500:
        return "unavailable"
    if status in (405, 413):
        return "invalid_request"
    by_status = {401: "authentication", 403: "permission", 404: "not_found", 429: "rate_limit", 418: "rate_limit"}
    usual = "invalid_request" if status == 400 else "bad_response"
    return KINDS.get(code, by_status.get(status, usual))


def _spelled(value: object) -> Iterable[str]:
    if isinstance(value, list | tuple):
        return [text for single in value for text in _spelled(single)]
    return [value if isinstance(value, str) else json.dumps(value)]


def _object(value: object) -> dict[str, object]:
    if isinstance(value, dict):
        return value
    raise AcmeError("bad_response", "the answer holds no object where one is documented")


def _array(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    raise AcmeError("bad_response", "the answer holds no array where one is documented")


def _member(value: object, name: str) -> object:
    members = _object(value)
    if name in members:
        return members[name]
    raise AcmeError("bad_response", f"the answer lacks {name}")


def _text(value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise AcmeError("bad_response", "the answer holds no text where one is documented")


def _decimal(value: object) -> str:
    if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite() and abs(number.adjusted()) < 50:
            return format(number, "f")
    raise AcmeError("bad_response", "the answer holds no decimal where one is documented")


def _plain(amount: str) -> str:
    if not PLAIN_DECIMAL.fullmatch(amount):
        raise AcmeError("invalid_request", "an amount or a price is a plain decimal text, such as 0.0125")
    return amount


def _no_number(name: str) -> None:
    raise ValueError(name)
