"""What the futures host shows to everybody."""

import json
from decimal import Decimal

import pytest

from mockserver import dialect_named
from signer import Request
from tests.mockserver.bitunix.bitunix_talk import FUTURES, NOW, body_of
from tests.mockserver.bitunix.futures_talk import FuturesTalk, said

HOUR = 3_600_000


def look(talk: FuturesTalk, path: str) -> object:
    """Ask without a signature."""
    code, data, message = said(talk.serve(Request(method="GET", target=(FUTURES + path).encode()), at_ms=talk.now))
    assert (code, message) == (0, "Success")
    return data


def refused(talk: FuturesTalk, path: str) -> tuple[int, str]:
    code, data, message = said(talk.serve(Request(method="GET", target=(FUTURES + path).encode()), at_ms=talk.now))
    assert data is None
    return code, message


def test_there_are_contracts_on_what_is_quoted_in_usdt_alone() -> None:
    rows = look(FuturesTalk(), "/market/trading_pairs")
    assert [row["symbol"] for row in rows] == ["BTCUSDT", "ETHUSDT", "1INCHUSDT"]
    assert (rows[0]["maxLeverage"], rows[0]["symbolStatus"], rows[0]["basePrecision"]) == (125, "OPEN", 5)


@pytest.mark.parametrize(
    ("symbols", "found"),
    [("ethusdt", ["ETHUSDT"]), ("ETHUSDT,BTCUSDT,ETHUSDT,NOPE", ["ETHUSDT", "BTCUSDT"]), ("NOPE", [])],
)
def test_a_list_of_symbols_with_commas_picks_contracts(symbols: str, found: list[str]) -> None:
    talk = FuturesTalk()
    for path in ("/market/trading_pairs", "/market/tickers", "/market/funding_rate/batch"):
        assert [row["symbol"] for row in look(talk, f"{path}?symbols={symbols}")] == found


def test_a_ticker_follows_the_market() -> None:
    talk = FuturesTalk()
    talk.move_price("64900")
    (row,) = look(talk, "/market/tickers?symbols=BTCUSDT")
    assert row["lastPrice"] == row["markPrice"] == row["last"] == row["high"] == "64900"
    assert (row["open"], row["low"]) == ("64250.51", "64250.51")
    talk.now += 25 * HOUR
    (row,) = look(talk, "/market/tickers?symbols=BTCUSDT")
    assert (row["open"], row["high"], row["baseVol"]) == ("64900", "64900", "0")


@pytest.mark.parametrize(("limit", "rows"), [("1", 1), ("5", 5), ("15", 10), ("max", 10), ("", 10)])
def test_a_book_has_as_many_levels_as_were_asked_for(limit: str, rows: int) -> None:
    talk = FuturesTalk()
    book = look(talk, f"/market/depth?symbol=BTCUSDT&limit={limit}")
    assert [len(book["asks"]), len(book["bids"])] == [rows, rows]
    assert book["bids"][0][0] < book["asks"][0][0]


def test_a_level_is_of_numbers_as_documented_and_of_text_as_seen_live() -> None:
    documented, live = FuturesTalk(), FuturesTalk(dialect_named("bitunix", answers="live"))
    path = "/market/depth?symbol=BTCUSDT&limit=1"
    numbers, words = look(documented, path), look(live, path)
    assert {type(number) for number in numbers["asks"][0]} == {float}
    assert {type(word) for word in words["asks"][0]} == {str}
    assert [float(word) for word in words["asks"][0]] == numbers["asks"][0]


def test_a_futures_order_stands_in_the_book() -> None:
    talk = FuturesTalk()
    talk.open(price="64250.5")
    assert look(talk, "/market/depth?symbol=BTCUSDT&limit=1")["bids"] == [[64250.5, 0.01]]


def test_candles_are_newest_first_with_the_running_one() -> None:
    talk = FuturesTalk()
    talk.now += 1
    talk.move_price("64900")
    talk.now += 60_000
    rows = look(talk, "/market/kline?symbol=BTCUSDT&interval=1m&limit=3")
    assert [row["time"] for row in rows] == [NOW + 60_000, NOW, NOW - 60_000]
    running, moved, _ = rows
    assert (running["open"], running["close"], running["baseVol"]) == ("64900", "64900", "0")
    assert (moved["close"], moved["high"]) == ("64900", "64900")
    assert Decimal(moved["quoteVol"]) > Decimal(moved["baseVol"]) * 60_000


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("", 100),
        ("&limit=500", 200),
        (f"&startTime={NOW - 3 * 60_000}", 4),
        (f"&startTime={NOW - 3 * 60_000}&endTime={NOW - 60_000}", 3),
        (f"&endTime={NOW - 60_001}&limit=1", 1),
        (f"&startTime={NOW + 1}", 0),
        ("&endTime=0", 1),
    ],
)
def test_candles_lie_between_two_milliseconds(query: str, rows: int) -> None:
    found = look(FuturesTalk(), f"/market/kline?symbol=BTCUSDT&interval=1m{query}")
    assert len(found) == rows


@pytest.mark.parametrize(
    ("interval", "start"),
    [("1h", NOW), ("8h", NOW), ("1d", NOW), ("1w", NOW - 2 * 24 * HOUR), ("1M", NOW), ("3d", NOW - 0 * HOUR)],
)
def test_candles_begin_where_the_calendar_says(interval: str, start: int) -> None:
    (row,) = look(FuturesTalk(), f"/market/kline?symbol=BTCUSDT&interval={interval}&limit=1&type=MARK_PRICE")
    assert row["time"] <= NOW
    if interval != "3d":
        assert row["time"] == start


def test_funding_has_a_next_time() -> None:
    rate = look(FuturesTalk(), "/market/funding_rate?symbol=btcusdt")
    assert rate == {
        "symbol": "BTCUSDT",
        "markPrice": "64250.51",
        "lastPrice": "64250.51",
        "fundingRate": "0.0001",
        "fundingInterval": 8,
        "nextFundingTime": str(NOW + 8 * HOUR),
    }


@pytest.mark.parametrize(
    ("path", "code", "text"),
    [
        ("/market/depth", 10002, "Parameter Error"),
        ("/market/depth?symbol=NOPE", 20001, "Market not exists"),
        ("/market/depth?symbol=ETHBTC", 20015, "This futures is not supported"),
        (
            "/market/depth?symbol=BTCUSDT&limit=7",
            10008,
            "7 does not comply with the rule, optional [1,5,15,50,max]",
        ),
        ("/market/kline?symbol=BTCUSDT", 10002, "Parameter Error"),
        (
            "/market/kline?symbol=BTCUSDT&interval=1m&type=x",
            10008,
            "x does not comply with the rule, optional [LAST_PRICE,MARK_PRICE]",
        ),
        ("/market/funding_rate?symbol=x", 20001, "Market not exists"),
    ],
)
def test_what_cannot_be_shown_has_a_code(path: str, code: int, text: str) -> None:
    assert refused(FuturesTalk(), path) == (code, text)


def test_a_path_that_is_none_is_not_found() -> None:
    talk = FuturesTalk()
    entry = talk.serve(Request(method="GET", target=f"{FUTURES}/market/nothing".encode()))
    assert entry.answer is not None
    assert entry.answer.status == 404
    assert json.loads(body_of(entry))["code"] == 10002
