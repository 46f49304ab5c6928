"""What everybody can ask Poloniex, and how it writes: PHP's JSON, money as text, bare numbers in the book."""

import re
from decimal import Decimal

import pytest

from mockserver.core.dialect import Profile
from mockserver.core.refusals import Refused
from mockserver.dialects.poloniex import DIALECT
from mockserver.dialects.poloniex.answers import php_json
from signer import Request
from tests.mockserver.poloniex.poloniex_setup import NOW, Customer, answer_of, new_exchange, public, said, value_of


def test_the_ticker_has_every_pair() -> None:
    entry = public(new_exchange(), "command=returnTicker&nonce=5")
    ticker = value_of(entry)
    assert list(ticker) == ["USDT_BTC", "USDT_ETH", "BTC_ETH", "USDT_1INCH"]
    assert list(ticker["BTC_ETH"]) == [
        "id",
        "last",
        "lowestAsk",
        "highestBid",
        "percentChange",
        "baseVolume",
        "quoteVolume",
        "isFrozen",
        "high24hr",
        "low24hr",
    ]
    assert ticker["BTC_ETH"]["id"] == 148
    assert float(ticker["BTC_ETH"]["highestBid"]) < float(ticker["BTC_ETH"]["lowestAsk"])
    assert answer_of(entry).headers == (("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "GET"))


def test_the_change_is_that_of_24_hours() -> None:
    customer = Customer(balances={"USDT": "1000000"})

    def change() -> str:
        found: str = value_of(public(customer.exchange, "command=returnTicker", customer.now))["USDT_ETH"][
            "percentChange"
        ]
        return found

    assert change() == "0.00000000"
    customer.exchange.venue.move_price("ETH/USDT", Decimal(2200), customer.now)
    assert change() == "0.10000000"
    customer.now += 86_400_001
    assert change() == "0.00000000"
    customer.exchange.venue.move_price("ETH/USDT", Decimal(1100), customer.now)
    assert change() == "-0.50000000"


def test_volumes_are_in_the_currency_their_name_does_not_suggest() -> None:
    customer = Customer()
    customer.ask("buy", currencyPair="USDT_BTC", rate="40000", amount="0.01")
    bitcoin = value_of(public(customer.exchange, "command=returnTicker"))["USDT_BTC"]
    assert float(bitcoin["baseVolume"]) > float(bitcoin["quoteVolume"]) > 0
    volumes = value_of(public(customer.exchange, "command=return24hVolume"))
    assert volumes["USDT_BTC"] == {"USDT": bitcoin["baseVolume"], "BTC": bitcoin["quoteVolume"]}
    assert float(volumes["totalUSDT"]) >= float(bitcoin["baseVolume"])
    assert "totalBTC" in volumes


def test_the_order_book_has_rates_as_text_and_amounts_as_bare_numbers() -> None:
    body = answer_of(public(new_exchange(), "command=returnOrderBook&currencyPair=USDT_BTC&depth=2")).body.decode()
    level = r'\["\d+\.\d{8}",\d+(\.\d{1,8})?\]'
    shape = rf'\{{"asks":\[{level},{level}\],"bids":\[{level},{level}\],"isFrozen":"0","seq":{NOW}\}}'
    assert re.fullmatch(shape, body)


def test_a_tiny_amount_in_the_book_has_no_exponent() -> None:
    assert php_json([["0.05020000", Decimal("0.00000001")], Decimal("1E+2"), Decimal("2.50000000")]) == (
        b'[["0.05020000",0.00000001],100,2.5]'
    )


def test_the_books_of_all_pairs_are_keyed_by_pair() -> None:
    books = value_of(public(new_exchange(), "command=returnOrderBook&currencyPair=all&depth=1"))
    assert {pair: len(book["asks"]) for pair, book in books.items()} == {
        "USDT_BTC": 1,
        "USDT_ETH": 1,
        "BTC_ETH": 1,
        "USDT_1INCH": 1,
    }


def test_a_depth_of_zero_gives_empty_sides() -> None:
    book = value_of(public(new_exchange(), "command=returnOrderBook&currencyPair=USDT_BTC&depth=0"))
    assert book["asks"] == book["bids"] == []


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("command=returnOrderBook", "Please specify a currency pair."),
        ("command=returnOrderBook&currencyPair=", "Please specify a currency pair."),
        ("command=returnOrderBook&currencyPair=BTC_USDT", "Invalid currency pair."),
        ("command=returnOrderBook&currencyPair=USDT_BTC&depth=deep", "Invalid depth."),
        ("command=returnOrderBook&currencyPair=all&depth=-1", "Invalid depth."),
        ("command=returnTradeHistory", "Please specify a currency pair."),
        ("command=returnTradeHistory&currencyPair=all", "Invalid currency pair."),
        ("command=returnTradeHistory&currencyPair=USDT_BTC&start=x", "Invalid start time."),
        ("command=returnTradeHistory&currencyPair=USDT_BTC&end=-1", "Invalid end time."),
        (
            "command=returnTradeHistory&currencyPair=USDT_BTC&start=0&end=9999999999",
            "Please specify a time window of no more than 1 month.",
        ),
    ],
)
def test_a_public_call_is_refused_with_status_200(query: str, text: str) -> None:
    assert said(public(new_exchange(), query)) == (200, f'{{"error":"{text}"}}'.encode())


def test_the_market_s_trades_are_newest_first_and_numbered_with_numbers() -> None:
    customer = Customer()
    for amount in ("0.001", "0.002"):
        customer.ask("buy", currencyPair="USDT_BTC", rate="40000", amount=amount)
    second = NOW / 1000
    for times in ("", f"&start={second}", f"&start={second}&end={second}", f"&end={second}"):
        trades = value_of(public(customer.exchange, f"command=returnTradeHistory&currencyPair=USDT_BTC{times}"))
        assert [trade["amount"] for trade in trades[:2]] == ["0.00200000", "0.00100000"]
    assert list(trades[0]) == [
        "globalTradeID",
        "tradeID",
        "date",
        "type",
        "rate",
        "amount",
        "total",
        "orderNumber",
    ]
    assert isinstance(trades[0]["tradeID"], int)


def test_times_in_milliseconds_lie_in_the_far_future_and_find_nothing() -> None:
    customer = Customer()
    customer.ask("buy", currencyPair="USDT_BTC", rate="40000", amount="0.001")
    query = f"command=returnTradeHistory&currencyPair=USDT_BTC&start={NOW}&end={NOW}"
    assert said(public(customer.exchange, query)) == (200, b"[]")


def test_the_currencies_are_the_ones_of_the_pairs() -> None:
    currencies = value_of(public(new_exchange(), "command=returnCurrencies"))
    assert list(currencies) == ["BTC", "USDT", "ETH", "1INCH", "XMR", "WBTC"]
    assert currencies["BTC"]["id"] == 28
    assert currencies["BTC"]["depositAddress"] is None
    assert currencies["BTC"]["frozen"] == 0
    assert "childChains" not in currencies["BTC"]


def test_a_currency_with_payment_ids_has_one_address_for_all() -> None:
    monero = value_of(public(new_exchange(), "command=returnCurrencies"))["XMR"]
    assert (monero["humanType"], monero["currencyType"]) == ("Payment ID", "address-payment-id")
    assert monero["depositAddress"].startswith("4")


def test_other_chains_of_a_currency_are_shown_on_request() -> None:
    found = value_of(public(new_exchange(), "command=returnCurrencies&includeMultiChainCurrencies=true"))
    assert found["USDT"]["childChains"] == ["USDTTRON", "USDTETH"]
    assert (found["USDT"]["parentChain"], found["USDT"]["isMultiChain"], found["USDT"]["isChildChain"]) == (None, 1, 0)
    child = found["USDTTRON"]
    assert (child["parentChain"], child["isChildChain"], child["childChains"]) == ("USDT", 1, [])
    assert found["ETH"]["isMultiChain"] == 0


def test_json_is_written_as_php_writes_it() -> None:
    assert php_json({"a": "x/y", "b": "é", "c": "😀", "d": '"\n\u2028'}) == (
        rb'{"a":"x\/y","b":"\u00e9","c":"\ud83d\ude00","d":"\"\n\u2028"}'
    )


def test_every_row_of_the_table_can_be_said_without_facts() -> None:
    request = Request(method="POST", target=b"/tradingApi")
    for row in DIALECT.refusals:
        refused = Refused(refusal=row.refusal, variant=row.variant)
        answer = DIALECT.write_refusal(refused, row, Profile.DOCUMENTED, request, NOW)
        assert answer.status == row.status
        assert b"{" not in answer.body[1:].replace(b'{"error"', b"")
