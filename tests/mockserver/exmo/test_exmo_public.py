"""What everybody may see."""

import json
from decimal import Decimal

import pytest

from mockserver.dialects.exmo import DIALECT
from signer import Request
from tests.mockserver.exmo.exmo_talk import Talk, body_of


def test_the_ticker_shows_every_pair() -> None:
    answer = Talk().look("ticker", pair="ignored")
    assert list(answer) == [DIALECT.market_name(market.name) for market in DIALECT.markets]
    row = answer["BTC_USD"]
    assert list(row) == [
        "buy_price",
        "sell_price",
        "last_trade",
        "high",
        "low",
        "avg",
        "vol",
        "vol_curr",
        "updated",
    ]
    assert Decimal(row["buy_price"]) < Decimal(row["last_trade"]) < Decimal(row["sell_price"])
    assert row["updated"] == 1_700_000_060


@pytest.mark.parametrize("version", ["v1", "v1.1"])
def test_the_book_has_rows_of_three_best_first(version: str) -> None:
    book = Talk().look("order_book", version=version, pair="BTC_USD", limit=3)["BTC_USD"]
    assert list(book) == [
        "ask_quantity",
        "ask_amount",
        "ask_top",
        "bid_quantity",
        "bid_amount",
        "bid_top",
        "ask",
        "bid",
    ]
    assert [len(book["ask"]), len(book["bid"])] == [3, 3]
    assert book["ask"][0][0] == book["ask_top"]
    assert book["bid"][0][0] == book["bid_top"]
    prices = [Decimal(row[0]) for row in book["ask"]]
    assert prices == sorted(prices)
    price, quantity, amount = (Decimal(text) for text in book["bid"][0])
    assert price * quantity == amount


@pytest.mark.parametrize(("limit", "rows"), [("1", 1), ("È", 10), ("0", 0), ("5000", 10)])
def test_an_odd_limit_is_tolerated(limit: str, rows: int) -> None:
    assert len(Talk().look("order_book", pair="BTC_USD", limit=limit)["BTC_USD"]["ask"]) == rows


def test_an_unknown_pair_is_left_out_without_a_word() -> None:
    assert Talk().look("order_book", pair="NO_PAIR") == {}
    assert list(Talk().look("trades", pair="NO_PAIR,ETH_BTC")) == ["ETH_BTC"]


def test_the_last_deal_stands_first() -> None:
    talk = Talk()
    talk.ask("order_create", pair="BTC_USD", quantity="0.01", price="40000", type="buy")
    rows = talk.look("trades", pair="BTC_USD")["BTC_USD"]
    assert list(rows[0]) == ["trade_id", "date", "type", "quantity", "price", "amount"]
    assert (rows[0]["type"], rows[0]["quantity"], rows[0]["date"]) == ("buy", "0.01", 1_700_000_060)
    assert [row["trade_id"] for row in rows] == sorted((row["trade_id"] for row in rows), reverse=True)


def test_pair_settings_say_what_order_create_enforces() -> None:
    row = Talk().look("pair_settings")["BTC_USD"]
    assert row == {
        "min_quantity": "0.0001",
        "max_quantity": "1000000",
        "min_price": "0.01",
        "max_price": "10000000",
        "max_amount": "1000000000",
        "min_amount": "1",
        "price_precision": 2,
        "commission_taker_percent": "0.3",
        "commission_maker_percent": "0.3",
    }


def test_currencies_are_listed_bare_and_with_names() -> None:
    codes = Talk().look("currency")
    assert codes == ["BTC", "USD", "EUR", "USDT", "ETH", "1INCH", "XRP"]
    named = Talk().look("currency/list/extended")
    assert [row["name"] for row in named] == codes
    assert named[1] == {"name": "USD", "description": "US Dollar"}


def test_the_required_amount_is_what_the_book_asks_for() -> None:
    talk = Talk()
    price, quantity, _ = talk.look("order_book", pair="BTC_USD")["BTC_USD"]["ask"][0]
    assert talk.look("required_amount", pair="BTC_USD", quantity=quantity) == {
        "quantity": quantity,
        "amount": format((Decimal(price) * Decimal(quantity)).normalize(), "f"),
        "avg_price": price,
    }
    assert talk.look("required_amount", pair="BTC_USD", quantity="0")["avg_price"] == "0"
    assert talk.look("required_amount", pair="BTC_USD")["error"] == "Error 50049: Parameter is not a number 'quantity'"


def test_candles_are_numbers_in_rising_order() -> None:
    query = {"symbol": "BTC_USD", "resolution": "1", "from": 1_699_999_800, "to": 1_700_000_060}
    candles = Talk().look("candles_history", **query)["candles"]
    assert [candle["t"] for candle in candles] == [1_699_999_800_000 + 60_000 * number for number in range(5)]
    assert {type(value) for candle in candles for value in candle.values()} <= {int, float}
    assert all(candle["l"] <= candle["o"] <= candle["h"] for candle in candles)


def test_no_candles_is_a_shape_of_its_own() -> None:
    query = {"resolution": "D", "from": 5, "to": 6}
    assert Talk().look("candles_history", symbol="NO_PAIR", **query) == {"s": "no_data", "nextTime": 5}


def test_version_one_does_not_tell_decimals_and_fees_of_a_pair() -> None:
    assert list(Talk().look("pair_settings", version="v1")["BTC_USD"]) == [
        "min_quantity",
        "max_quantity",
        "min_price",
        "max_price",
        "max_amount",
        "min_amount",
    ]


def test_names_of_currencies_are_new_in_version_one_point_one() -> None:
    answer = Talk().look("currency/list/extended", version="v1")
    assert answer["error"] == "Error 40015: API function do not exist - /v1/currency/list/extended/"


def test_a_browser_may_ask_before_it_calls_and_every_answer_lets_it_read() -> None:
    talk = Talk()
    asked = talk.serve(Request(method="OPTIONS", target=b"/v1.1/order_create")).answer
    answered = talk.serve(talk.signed("user_info")).answer
    refused = talk.serve(Request(method="GET", target=b"/v1.1/user_info")).answer
    for answer in (asked, answered, refused):
        assert answer is not None
        assert answer.status == 200
        assert dict(answer.headers)["Access-Control-Allow-Headers"].endswith("X-CSRF-Token, Key, Sign")


def test_public_methods_answer_a_post_as_well() -> None:
    entry = Talk().serve(Request(method="POST", target=b"/v1/order_book/", body=b"pair=BTC_USD%2CETH_USD&limit=1"))
    assert list(json.loads(body_of(entry))) == ["BTC_USD", "ETH_USD"]


def test_the_body_of_a_get_is_ignored() -> None:
    entry = Talk().serve(Request(method="GET", target=b"/v1.1/trades?pair=BTC_USD", body=b"pair=ETH_USD"))
    assert list(json.loads(body_of(entry))) == ["BTC_USD"]


def test_every_chain_has_ways_in_and_out() -> None:
    answer = Talk().look("payments/providers/crypto/list")
    assert set(answer) == {"BTC", "ETH", "USDT", "1INCH", "XRP"}
    assert [(row["type"], row["name"]) for row in answer["USDT"]] == [
        ("deposit", "USDT(ERC20)"),
        ("withdraw", "USDT(ERC20)"),
        ("deposit", "USDT(TRC20)"),
        ("withdraw", "USDT(TRC20)"),
    ]
