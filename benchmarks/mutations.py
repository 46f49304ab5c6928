"""Good requests of each dialect, and every way in which we spoil them before they are sent."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Mapping
from functools import cache
from random import Random
from urllib.parse import urlencode

from benchmarks.conversations import FORM, JSON, raw
from benchmarks.described import described
from mockserver import dialect_named
from signer import Credentials, Request, scheme_named, sign

#: What a value or a line is swapped for: the borders of numbers and of text, and what parsers have stumbled over.
NASTY: tuple[bytes, ...] = (
    b"", b"0", b"-1", b"1e9", b"1e400", b"NaN", b"Infinity", b"0.1e-9", b"9" * 400, b"9" * 5000, b"00001", b"+5",
    str(2**63).encode(), str(2**64).encode(), b"\xef\xbc\x91\xef\xbc\x92", b"\xd9\xa3", b"1_000",
    b" 5", b"5\t", b"null", b"true", b"[]", b"{}",
    b"%", b"%zz", b"%00", b"%ff%fe", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\r\n", b"\n", b"\r", b"\r\n\r\n",
    b'"\\ud800"', b"[" * 3000, b'{"a":' * 2000, b"a" * 9000, b"../../", b"//", b"*", b"?", b"#", b"&" * 500, b"=" * 50,
    b"chunked",
    b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Length: 18446744073709551615\r\n",
    b"Expect: 100-continue\r\n", b"Connection: Upgrade\r\nUpgrade: websocket\r\n", b"Host: x\r\n", b"X: y\r\n" * 200,
)  # fmt: skip

#: What a target may begin with that is no path.
_AIMS = (b"http://evil.example", b"https://127.0.0.1:1", b"http://", b"HTTP://[::1", b"//evil", b"*", b"a.b:443")

#: 16 MiB of nothing.
_BOMB = gzip.compress(bytes(2**24), mtime=0)

_METHODS = (b"GET", b"POST", b"HEAD", b"OPTIONS", b"PUT", b"DELETE", b"CONNECT", b"TRACE", b"PRI", b"get", b"BREW")
_VERSIONS = (b"HTTP/1.1", b"HTTP/1.0", b"HTTP/0.9", b"HTTP/2.0", b"HTTP/9.9", b"http/1.1", b"")

_ORDER = {"market": "BTC/USDT", "side": "buy", "price": "20000.01", "amount": "0.0001"}
_EXMO_ORDER = {"pair": "BTC_USDT", "quantity": "0.0001", "price": "20000", "type": "buy"}
_POLONIEX_ORDER = {"command": "buy", "currencyPair": "USDT_BTC", "rate": "20000", "amount": "0.0001"}
_BITUNIX_ORDER = {"symbol": "BTCUSDT", "side": 2, "type": 1, "volume": "0.0001", "price": "20000"}
_BITUNIX = b"/api/spot/v1"


def _get(target: bytes) -> Request:
    return Request(method="GET", target=target)


def _json(target: bytes, value: object) -> Request:
    return Request(method="POST", target=target, headers=JSON, body=json.dumps(value).encode())


def _form(target: bytes, fields: Mapping[str, object]) -> Request:
    return Request(method="POST", target=target, headers=FORM, body=urlencode(fields).encode())


#: Private requests of each dialect, unsigned; the first of each changes nothing and is always granted.
PRIVATE: Mapping[str, tuple[Request, ...]] = {
    "reference": (
        _get(b"/v1/balances"),
        _json(b"/v1/orders", _ORDER),
        _get(b"/v1/orders?market=BTC%2FUSDT"),
        _get(b"/v1/fills?limit=10&after=1"),
        _json(b"/v1/orders/9007199254740993/cancel", {}),
        _json(b"/v1/withdrawals", {"currency": "BTC", "amount": "0.001", "address": "x" * 30}),
    ),
    "poloniex": (
        _form(b"/tradingApi", {"command": "returnBalances"}),
        _form(b"/tradingApi", _POLONIEX_ORDER),
        _form(b"/tradingApi", {"command": "returnTradeHistory", "currencyPair": "all", "start": 1, "limit": 5}),
        _form(b"/tradingApi", {"command": "cancelOrder", "orderNumber": 9007199254740993}),
    ),
    "exmo": (
        _form(b"/v1.1/user_info", {}),
        _form(b"/v1.1/order_create", _EXMO_ORDER),
        _form(b"/v1/user_trades", {"pair": "BTC_USDT,ETH_BTC", "limit": 10, "offset": 0}),
        _form(b"/v1.1/order_cancel", {"order_id": 1}),
    ),
    "bitunix": (
        _get(_BITUNIX + b"/user/account"),
        _json(_BITUNIX + b"/order/place_order", _BITUNIX_ORDER),
        _json(_BITUNIX + b"/order/place_order/batch", {"orderList": [_BITUNIX_ORDER, _BITUNIX_ORDER]}),
        _json(_BITUNIX + b"/order/history/page", {"symbol": "BTCUSDT", "page": 1, "startTime": "2020-01-01T00:00:00Z"}),
        _json(_BITUNIX + b"/order/cancel", {"orderIdList": [{"orderId": "1", "symbol": "BTCUSDT"}]}),
    ),
}

#: Public ones.
PUBLIC: Mapping[str, tuple[Request, ...]] = {
    "reference": (_get(b"/v1/ticker?market=BTC%2FUSDT"), _get(b"/v1/order-book?market=BTC/USDT&depth=5")),
    "poloniex": (_get(b"/public?command=returnOrderBook&currencyPair=USDT_BTC&depth=5"),),
    "exmo": (_get(b"/v1.1/order_book?pair=BTC_USDT&limit=5"), _form(b"/v1.1/trades", {"pair": "BTC_USDT"})),
    "bitunix": (_get(_BITUNIX + b"/market/last_price?symbol=BTCUSDT"),),
}


class Signing:
    """Signs the requests of one key, each with a nonce of its own that exceeds the last."""

    def __init__(self, dialect: str, credentials: Credentials) -> None:
        self._scheme = scheme_named(dialect)
        self._credentials = credentials
        self._nonce = 0

    def sign(self, request: Request) -> bytes:
        """Return the request as it travels."""
        self._nonce += 1
        rule = self._scheme.nonce_rule
        nonce = self._nonce if rule is not None and rule.rising else f"{self._nonce:032d}"
        now_ms = None if self._scheme.time_rule is None else time.time_ns() // 1_000_000
        return raw(sign(self._scheme, request, self._credentials, nonce=nonce, timestamp_ms=now_ms).request)


_dialect = cache(dialect_named)


def spoilt(dialect: str, signing: Signing, chance: Random) -> bytes:
    """Return a request that was good once: spoilt before it was signed, after it, both or neither."""
    if chance.random() < 0.5:
        request, private = described(_dialect(dialect), NASTY, chance)
        if not private:
            return _spoil(raw(request), chance)
    else:
        request = chance.choice(PRIVATE[dialect] if chance.random() < 0.8 else PUBLIC[dialect])
    if chance.random() < 0.6:
        target = _target(request.target, chance) if chance.random() < 0.5 else request.target
        body = _bytes(request.body, chance) if request.body and chance.random() < 0.8 else request.body
        request = Request(method=request.method, target=target, headers=request.headers, body=body)
    return _spoil(signing.sign(request), chance)


def _spoil(data: bytes, chance: Random) -> bytes:
    """Spoil a request as it travels, perhaps; what is left of it may be a burst."""
    while chance.random() < 0.6:
        data = chance.choice(_SPOILERS)(data, chance)
    if chance.random() < 0.05:
        data = data * chance.randrange(2, 40)  # a pipelined burst, of replays
    return data[:200_000]


def _target(target: bytes, chance: Random) -> bytes:
    """Spoil a target, but keep it fit for a request line."""
    return b"/" + bytes(byte if 0x21 <= byte <= 0x7E else 0x25 for byte in _bytes(target, chance)[1:4000])


def _bytes(data: bytes, chance: Random) -> bytes:
    """Flip, drop, double or put in a few bytes, or cut."""
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(data) + 1)
        upto = min(len(data), at + chance.randrange(1, 12))
        match chance.randrange(6):
            case 0:
                data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
            case 1:
                data = data[:at] + data[upto:]
            case 2:
                data = data[:at] + data[at:upto] * chance.randrange(2, 50) + data[upto:]
            case 3:
                data = data[:at] + chance.choice(NASTY) + data[upto:]
            case 4:
                data = data[:at] + chance.choice(NASTY) + data[at:]
            case _:
                data = data[:at] if chance.random() < 0.3 else data
    return data


def _first_line(data: bytes, chance: Random) -> bytes:
    line, mark, rest = data.partition(b"\r\n")
    words = line.split(b" ")
    at = chance.randrange(len(words))
    words[at] = chance.choice((chance.choice(_METHODS), words[at], chance.choice(_VERSIONS), chance.choice(NASTY)))
    return b" ".join(words) + mark + rest


def _a_header(data: bytes, chance: Random) -> bytes:
    head, mark, body = data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    at = chance.randrange(len(lines))
    name, colon, value = lines[at].partition(b": ")
    match chance.randrange(5):
        case 0:
            lines[at] = name + colon + chance.choice(NASTY)
        case 1:
            lines.insert(at + 1, lines[at])
        case 2 if at:
            del lines[at]
        case 3:
            lines.insert(at + 1, chance.choice(NASTY) + b": " + value)
        case _:
            chance.shuffle(lines)
    return b"\r\n".join(lines) + mark + body


def _in_chunks(data: bytes, chance: Random) -> bytes:
    head, mark, body = data.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    parts = [body[: len(body) // 2], body[len(body) // 2 :]]
    sizes = (b"%x" % len(part) if chance.random() < 0.9 else chance.choice(NASTY) for part in parts)
    chunks = b"".join(size + b"\r\n" + part + b"\r\n" for size, part in zip(sizes, parts, strict=True) if part)
    last = chance.choice((b"0\r\n\r\n", b"0\r\nX: y\r\n\r\n", b"0;a=b\r\n\r\n", b"0\n\n", b""))
    return b"\r\n".join([*lines, b"Transfer-Encoding: chunked"]) + mark + chunks + last


def _packed(data: bytes, chance: Random) -> bytes:
    """Compress the body, or put a bomb in its place, and perhaps say so."""
    head, mark, body = data.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length")]
    body = chance.choice((gzip.compress(body, mtime=0), _BOMB, _BOMB[: chance.randrange(len(_BOMB))], body))
    coding = chance.choice((b"gzip", b"deflate", b"br", b"gzip, gzip", b"x" * 500, b""))
    return b"\r\n".join([*lines, b"Content-Encoding: " + coding, b"Content-Length: %d" % len(body)]) + mark + body


def _elsewhere(data: bytes, chance: Random) -> bytes:
    """Aim a request at another host than it names, or at none."""
    line, mark, rest = data.partition(b"\r\n")
    method, blank, target = line.partition(b" ")
    hosts = (b"", b"evil.example", b"\xff", b"poloniex.com", b"a,b", b"127.0.0.1:99999")
    host = b"".join((b"Host: ", chance.choice(hosts), b"\r\n")) if chance.random() < 0.5 else b""
    return method + blank + chance.choice(_AIMS) + target + mark + host + rest


_SPOILERS: tuple[Callable[[bytes, Random], bytes], ...] = (
    _bytes, _first_line, _a_header, _a_header, _in_chunks, _packed, _elsewhere
)  # fmt: skip
