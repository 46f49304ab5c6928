"""How Bitunix is brought to each no, at both of its products (facts 3.2 and 3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from harness.documents.causes import SWITCHED
from mockserver.dialects.bitunix.futures.refusals import FUTURES_ROWS
from tests.mockserver.bitunix.test_bitunix_futures_refusals import PROVOKED
from tests.mockserver.refusals.gate_ways import EVERYWHERE, STAMPED, read, unreadable, write
from tests.mockserver.refusals.play import NOW, Play, Row, Way, on_futures, way

SPOT = "/api/spot/v1"
ORDER = {"symbol": "BTCUSDT", "side": 2, "type": 1, "volume": "0.1", "price": "20000"}
FUTURES_ORDER = {"symbol": "BTCUSDT", "side": "BUY", "orderType": "LIMIT", "qty": "0.01", "price": "60000"}
WITHDRAWAL = {"coin": "USDT", "network": "Tron (TRC-20)", "address": "T" + "a" * 33, "amount": 100}


def call(name: str, base: Mapping[str, object] | None = None, /, **changes: object) -> Way:
    """Call an endpoint once, with `base` changed; None takes a parameter out."""
    wanted = {given: value for given, value in {**(base or {}), **changes}.items() if value is not None}
    return way(lambda play: play.send(name, **{f"{given}_": value for given, value in wanted.items()}))


def stamped(text: str) -> Way:
    def act(play: Play) -> None:
        read(play, without="timestamp", besides=("timestamp", text))

    return way(act)


def once_more(play: Play) -> None:
    key = play.key()
    for _ in range(2):
        read(play, key, nonce="n" * 32)


def hurried(name: str, calls: int, **parameters: object) -> Way:
    def act(play: Play) -> None:
        play.exchange.rate_limits = True
        try:
            key = play.key()
            for _ in range(calls + 1):
                play.send(name, key, **parameters)
        finally:
            play.exchange.rate_limits = False
            play.exchange.clock.step(to_ms=NOW)

    return way(act)


GATE: Mapping[Row, Way] = {
    **{row: act for row, act in EVERYWHERE.items() if row not in {("too_large", "headers"), ("rate_limited", "")}},
    **STAMPED,
    ("invalid_request", ""): way(unreadable),
    ("method_not_allowed", ""): way(lambda play: read(play, instead=lambda request: replace(request, method="POST"))),
    ("malformed_nonce", ""): way(lambda play: read(play, nonce="short"), nonce="32"),
    ("malformed_timestamp", ""): stamped("soon"),
    ("nonce_reused", ""): way(once_more, single_use_nonces=True),
    ("missing_parameter", ""): way(write),
}

WAYS: Mapping[Row, Way] = {
    **GATE,
    **{(refusal, "futures"): on_futures(spot) for (refusal, _), spot in GATE.items()},
    ("rate_limited", ""): hurried(f"GET {SPOT}/user/account", 10),
    ("rate_limited", "10005"): hurried("GET /api/v1/futures/market/tickers", 10),
    ("rate_limited", "10006"): hurried("GET /api/v1/futures/account", 10, marginCoin="USDT"),
    ("invalid_parameter", ""): call(f"POST {SPOT}/order/place_order", ORDER, side=3),
    ("invalid_parameter", "volume"): call(f"POST {SPOT}/order/place_order", ORDER, volume="0.1234567"),
    ("invalid_parameter", "account"): call(
        f"POST {SPOT}/inside_transfer", coin="USDT", amount=1, toType="uid", toUid=999_999_999
    ),
    ("unknown_market", ""): call(f"POST {SPOT}/order/place_order", ORDER, symbol="NONEUSDT"),
    ("unknown_currency", ""): call(f"POST {SPOT}/deposit/address", coin="NONE", network="TRC20"),
    ("below_minimum", ""): call(f"POST {SPOT}/order/place_order", ORDER, volume="0.00001"),
    ("below_minimum", "withdraw"): call(f"POST {SPOT}/withdraw", WITHDRAWAL, network="Ethereum (ERC-20)", amount=4),
    ("insufficient_funds", "withdraw"): call(f"POST {SPOT}/withdraw", WITHDRAWAL, amount=1_000_000),
    ("order_not_found", ""): call(f"POST {SPOT}/withdraw/cancel", withdrawId="1"),
    ("invalid_parameter", "futures"): call("POST /api/v1/futures/trade/place_order", FUTURES_ORDER, price="abc"),
    ("rejected", "withdraw"): way(call(f"POST {SPOT}/withdraw", WITHDRAWAL).act, withdraw_to="stored"),
}

#: Rows of the futures table that `test_bitunix_futures_refusals.py` provokes, code by code.
ELSEWHERE = {
    (row.refusal.value, row.variant)
    for row in FUTURES_ROWS
    if row.variant.isdigit() and int(row.variant) in PROVOKED and (row.refusal.value, row.variant) not in WAYS
} - set(SWITCHED["bitunix"])
