"""How the gate is brought to say no: the same causes at every exchange, each in its own spelling."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace

from tests.mockserver.raw_client import ask, travelling
from tests.mockserver.refusals.play import NOW, Play, Row, Way, header_of, lost, too_large, way

READ = {
    "reference": "GET /v1/balances",
    "poloniex": "returnBalances",
    "exmo": "user_info",
    "bitunix": "GET /api/spot/v1/user/account",
}
WRITE = {
    "reference": "POST /v1/orders",
    "poloniex": "buy",
    "exmo": "order_create",
    "bitunix": "POST /api/spot/v1/order/place_order",
}


#: The same at Bitunix's other product.
READ_FUTURES = ("GET /api/v1/futures/account", {"marginCoin": "USDT"})
WRITE_FUTURES = "POST /api/v1/futures/trade/place_order"


def read(play: Play, *arguments: object, **options: object) -> None:
    name, parameters = READ_FUTURES if play.futures else (READ[play.dialect.name], {})
    play.send(name, *arguments, **parameters, **options)


def write(play: Play, *arguments: object, **options: object) -> None:
    play.send(WRITE_FUTURES if play.futures else WRITE[play.dialect.name], *arguments, **options)


def sealed(play: Play, body: bytes) -> None:
    """Send a form that is signed as it stands, whatever it says about a nonce."""
    key = play.key()
    request = play.request(READ[play.dialect.name], {})
    signature = hmac.new(key.secret.encode(), body, hashlib.sha512).hexdigest()
    named = ((b"Key", key.key.encode()), (b"Sign", signature.encode()))
    ask(play.exchange, travelling(replace(request, body=body, headers=(*request.headers, *named))))


def closed(play: Play) -> None:
    play.exchange.maintenance = True
    try:
        read(play)
    finally:
        play.exchange.maintenance = False


def hurried(play: Play) -> None:
    play.exchange.rate_limits = True
    try:
        key = play.key()
        for _ in range(play.dialect.rate.calls + 1):
            read(play, key)
    finally:
        play.exchange.rate_limits = False
        play.exchange.clock.shift(ms=play.dialect.rate.window_ms)


def frozen(play: Play) -> None:
    key = play.key()
    play.exchange.freeze_account(key)
    read(play, key)


def twice(play: Play) -> None:
    key = play.key()
    for _ in range(2):
        read(play, key, nonce=NOW + 10**6)


def huge(play: Play) -> None:
    write(play, instead=too_large)


def long_headers(play: Play) -> None:
    request = play.request(READ[play.dialect.name], {})
    ask(play.exchange, travelling(replace(request, headers=((b"X-Long", b"x" * 100_000),))))


def rubbish(play: Play) -> None:
    ask(play.exchange, b"this is no HTTP at all\r\n\r\n")


def repeated(field: str) -> Way:
    return way(lambda play: read(play, twice=header_of(play.dialect.name, field)))


def lacking(field: str) -> Way:
    return way(lambda play: read(play, without=header_of(play.dialect.name, field)))


def may(*permissions: str) -> Way:
    def act(play: Play) -> None:
        write(play, play.key(permissions=permissions))

    return way(act)


def unreadable(play: Play) -> None:
    write(play, instead=lambda request: replace(request, body=b'{"symbol":'))


EVERYWHERE: Mapping[Row, Way] = {
    ("maintenance", ""): way(closed),
    ("unknown_endpoint", ""): way(lambda play: read(play, instead=lost)),
    ("too_large", ""): way(huge),
    ("too_large", "headers"): way(long_headers),
    ("invalid_request", ""): way(rubbish),
    ("missing_key", ""): lacking("key"),
    ("missing_signature", ""): lacking("signature"),
    ("unknown_key", ""): way(lambda play: read(play, as_key="K-" + "0" * 40)),
    ("inactive_key", ""): way(lambda play: read(play, play.key(state="pending"))),
    ("address_not_allowed", ""): way(lambda play: read(play, play.key(addresses=["10.0.0.0/8", "2001:db8::/32"]))),
    ("bad_signature", ""): way(lambda play: read(play, secret="another")),
    ("rate_limited", ""): way(hurried),
    ("permission_denied", ""): way(lambda play: read(play, play.key(permissions=[]))),
    ("account_frozen", ""): way(frozen),
}

NUMBERED: Mapping[Row, Way] = {("nonce_not_increasing", ""): way(twice)}

IN_THE_FORM: Mapping[Row, Way] = {
    ("missing_nonce", ""): way(lambda play: sealed(play, b"command=returnBalances")),
    ("malformed_nonce", ""): way(lambda play: sealed(play, b"command=returnBalances&nonce=-1")),
}

STAMPED: Mapping[Row, Way] = {
    ("missing_nonce", ""): lacking("nonce"),
    ("missing_timestamp", ""): lacking("timestamp"),
    ("timestamp_outside_window", ""): way(lambda play: read(play, timestamp_ms=NOW - 60_001)),
}
