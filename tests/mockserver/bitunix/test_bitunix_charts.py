"""Candles, and the filters of the wallet's pages."""

from dataclasses import replace
from typing import Any

import pytest

from mockserver.dialects.bitunix import DIALECT
from signer import Request, sign
from tests.mockserver.bitunix.bitunix_talk import NOW, PREFIX, Talk, body_of, data_of

MINUTE = 60_000
HISTORY = "/market/kline/history?symbol=BTCUSDT"


def traded(talk: Talk, at_ms: int, *, price: str, volume: str = "0.001") -> None:
    """Let the account trade with itself between the market maker's prices."""
    for side in (1, 2):
        body = f'{{"side":{side},"type":1,"volume":"{volume}","price":"{price}","symbol":"BTCUSDT"}}'.encode()
        talk.calls += 1
        request = sign(
            DIALECT.scheme,
            Request(method="POST", target=f"{PREFIX}/order/place_order".encode(), body=body),
            talk.key.credentials,
            nonce=f"{talk.calls:032d}",
            timestamp_ms=at_ms,
        ).request
        assert data_of(talk.exchange.handle(request, at_ms))["placeStatus"] == 1


def look_at(talk: Talk, path: str, at_ms: int) -> Any:
    """Make a public GET at a time of one's own."""
    return data_of(talk.exchange.handle(Request(method="GET", target=(PREFIX + path).encode()), at_ms))


def history_of_three_minutes() -> Talk:
    """Trade twice in the first minute, not at all in the second, once in the third."""
    talk = Talk()
    traded(talk, NOW + 1, price="64250.5")
    traded(talk, NOW + MINUTE - 1, price="64250.52", volume="0.002")
    traded(talk, NOW + 2 * MINUTE, price="64250.51")
    return talk


def test_the_running_candle_is_one_object_without_a_volume() -> None:
    entry = Talk().serve(Request(method="GET", target=f"{PREFIX}/market/kline?symbol=btcusdt&interval=5".encode()))
    assert body_of(entry) == (
        b'{"code":"0","msg":"result.success","data":{"symbol":"btcusdt","open":"64250.51","high":"64250.51",'
        b'"low":"64250.51","close":"64250.51","ts":"2025-01-01T00:00:00Z"},"success":true}'
    )


def test_the_running_candle_follows_the_deals() -> None:
    talk = history_of_three_minutes()
    candle = look_at(talk, "/market/kline?symbol=BTCUSDT", NOW + 2 * MINUTE + 1)
    assert (candle["open"], candle["close"], candle["ts"]) == ("64250.51", "64250.51", "2025-01-01T00:02:00Z")
    candle = look_at(talk, "/market/kline?symbol=BTCUSDT&interval=3", NOW + 2 * MINUTE + 1)
    assert [candle[name] for name in ("open", "high", "low", "close")] == [
        "64250.5",
        "64250.52",
        "64250.5",
        "64250.51",
    ]


def test_the_history_is_newest_first_and_without_the_running_candle() -> None:
    rows = look_at(history_of_three_minutes(), f"{HISTORY}&limit=2", NOW + 2 * MINUTE + 1)
    assert rows == [
        {
            "symbol": "btcusdt",
            "open": "64250.52",
            "high": "64250.52",
            "low": "64250.52",
            "close": "64250.52",
            "volume": "0",
            "ts": "2025-01-01T00:01:00Z",
        },
        {
            "symbol": "btcusdt",
            "open": "64250.5",
            "high": "64250.52",
            "low": "64250.5",
            "close": "64250.52",
            "volume": "0.003",
            "ts": "2025-01-01T00:00:00Z",
        },
    ]


def test_the_end_of_a_history_counts_seconds_and_is_not_reached() -> None:
    talk = history_of_three_minutes()
    later = NOW + 10 * MINUTE
    newest = [
        look_at(talk, f"{HISTORY}&limit=1&endTime={end}", later)[0]["ts"]
        for end in (NOW // 1000 + 60, NOW // 1000 + 61, NOW // 1000 + 86_400, "soon")
    ]
    assert newest == ["2025-01-01T00:00:00Z", "2025-01-01T00:01:00Z", "2025-01-01T00:09:00Z", "2025-01-01T00:09:00Z"]


@pytest.mark.parametrize(("limit", "rows"), [("", 200), ("3", 3), ("500", 500), ("501", 500), ("0", 200), ("x", 200)])
def test_a_history_has_at_most_five_hundred_candles(limit: str, rows: int) -> None:
    assert len(Talk().look(f"{HISTORY}&limit={limit}")) == rows


def test_a_history_goes_no_further_back_than_time_does() -> None:
    talk = Talk()
    assert [row["ts"] for row in talk.look(f"{HISTORY}&endTime=61")] == ["1970-01-01T00:01:00Z", "1970-01-01T00:00:00Z"]
    assert talk.look(f"{HISTORY}&endTime=0") == []


@pytest.mark.parametrize(
    ("interval", "starts"),
    [
        ("720", ["2024-12-31T12:00:00Z", "2024-12-31T00:00:00Z"]),
        ("D", ["2024-12-31T00:00:00Z", "2024-12-30T00:00:00Z"]),
        ("W", ["2024-12-23T00:00:00Z", "2024-12-16T00:00:00Z"]),
        ("M", ["2024-12-01T00:00:00Z", "2024-11-01T00:00:00Z"]),
    ],
)
def test_candles_begin_where_the_calendar_says(interval: str, starts: list[str]) -> None:
    assert [row["ts"] for row in Talk().look(f"{HISTORY}&interval={interval}&limit=2")] == starts


@pytest.mark.parametrize("now_ms", [-1, 0, 10**17])
@pytest.mark.parametrize("interval", ["1", "W", "M"])
def test_a_clock_that_was_set_far_away_breaks_no_candle(now_ms: int, interval: str) -> None:
    talk = Talk()
    for path in ("/market/kline", "/market/kline/history"):
        target = f"{PREFIX}{path}?symbol=BTCUSDT&interval={interval}".encode()
        talk.exchange.handle(Request(method="GET", target=target), now_ms)
    assert talk.exchange.own_faults == []


def test_a_month_holds_its_last_second_and_not_the_next_months_first() -> None:
    talk = Talk()
    traded(talk, NOW - 1000, price="64250.5")
    traded(talk, NOW, price="64250.52", volume="0.002")
    january, december = look_at(talk, f"{HISTORY}&interval=M&limit=2", NOW + 40 * 86_400_000)
    assert (january["ts"], january["open"], january["volume"]) == ("2025-01-01T00:00:00Z", "64250.52", "0.002")
    assert (december["ts"], december["close"]) == ("2024-12-01T00:00:00Z", "64250.5")
    (alone,) = look_at(talk, f"{HISTORY}&interval=M&limit=1&endTime={NOW // 1000}", NOW + 40 * 86_400_000)
    assert alone == december


@pytest.mark.parametrize("path", ["/market/kline", "/market/kline/history"])
@pytest.mark.parametrize("query", ["", "?symbol=NOPE", "?symbol=BTCUSDT&interval=2", "?symbol=BTCUSDT&interval=d"])
def test_a_candle_of_nothing_is_a_parameter_error(path: str, query: str) -> None:
    entry = Talk().serve(Request(method="GET", target=(PREFIX + path + query).encode()))
    assert body_of(entry) == b'{"code":"2","msg":"Parameter error","data":null,"success":false}'


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"startTime": NOW, "endTime": NOW}, 1),
        ({"startTime": str(NOW)}, 1),
        ({"startTime": NOW + 1}, 0),
        ({"endTime": NOW - 1}, 0),
        ({"startTime": "soon", "endTime": []}, 1),
        ({"id": "5000001", "coin": "btc", "type": "withdraw"}, 1),
        ({"id": "5000002"}, 0),
        ({"transactionHash": "ab"}, 0),
        ({"outBizId": "1"}, 0),
        ({"remark": "rent"}, 0),
        ({"remark": "", "transactionHash": None}, 1),
    ],
)
def test_withdrawals_are_found_by_every_documented_filter(filters: dict[str, object], found: int) -> None:
    talk = Talk()
    talk.post("/withdraw", {"coin": "BTC", "network": "Bitcoin", "address": "bc1q", "amount": 0.5})
    assert len(talk.post("/withdraw_transfer/page", filters)) == found
    assert talk.post("/deposit/page", filters) == []


def without_signature(talk: Talk, path: str) -> Request:
    request = talk.signed("POST", path, b"{}")
    return replace(request, headers=tuple(pair for pair in request.headers if pair[0] != b"sign"))


@pytest.mark.parametrize("path", ["/withdraw_transfer/page", "/deposit/page"])
def test_a_page_of_the_wallet_asks_for_a_signature(path: str) -> None:
    talk = Talk()
    entry = talk.serve(without_signature(talk, path))
    assert body_of(entry) == b'{"code":"70003","msg":"Missing parameters","data":null,"success":false}'
