"""returnChartData at Poloniex: candles of the trades that were, in bare numbers, without holes."""

from typing import Any

import pytest

from mockserver.dialects.poloniex.charts import MOST_CANDLES
from tests.mockserver.poloniex.poloniex_setup import NOW, Customer, new_exchange, public, said, value_of

SECOND = NOW // 1000
#: The beginnings of five minutes, of which the first holds a trade, the next two none and the fourth another.
FIRST = (SECOND // 300 + 1) * 300
FOURTH = FIRST + 900

NOTHING = b'[{"date":0,"high":0,"low":0,"open":0,"close":0,"volume":0,"quoteVolume":0,"weightedAverage":0}]'


def traded() -> Customer:
    """A customer who sold low and bought high in two periods, after the trades that the market opened with."""
    customer = Customer(balances={"USDT": "100000000", "BTC": "1"})
    for second in (FIRST + 1, FOURTH + 1):
        customer.now = second * 1000
        customer.ask("sell", currencyPair="USDT_BTC", rate="29000", amount="0.01", immediateOrCancel="1")
        customer.ask("buy", currencyPair="USDT_BTC", rate="31000", amount="0.02", immediateOrCancel="1")
    return customer


def chart(customer: Customer, **parameters: object) -> Any:
    given = {"currencyPair": "USDT_BTC", "period": 300, "start": FIRST} | parameters
    query = "&".join(f"{name}={value}" for name, value in given.items())
    return value_of(public(customer.exchange, f"command=returnChartData&{query}", customer.now))


def test_a_candle_has_what_its_trades_had() -> None:
    customer = traded()
    query = f"command=returnTradeHistory&currencyPair=USDT_BTC&start={FIRST}&end={FIRST + 299}"
    trades = value_of(public(customer.exchange, query, customer.now))
    rates = [float(trade["rate"]) for trade in reversed(trades)]
    paid = sum(float(trade["total"]) for trade in trades)
    candle = chart(customer)[0]
    assert candle == {
        "date": FIRST,
        "high": max(rates),
        "low": min(rates),
        "open": rates[0],
        "close": rates[-1],
        "volume": pytest.approx(paid),
        "quoteVolume": 0.03,
        "weightedAverage": pytest.approx(paid / 0.03, abs=1e-6),
    }
    assert candle["open"] < candle["weightedAverage"] < candle["close"]
    assert list(candle) == ["date", "high", "low", "open", "close", "volume", "quoteVolume", "weightedAverage"]


def test_periods_without_a_trade_have_flat_candles_at_the_last_price() -> None:
    candles = chart(traded())
    assert [candle["date"] for candle in candles] == [FIRST, FIRST + 300, FIRST + 600, FOURTH]
    for candle in candles[1:3]:
        assert {candle[name] for name in ("high", "low", "open", "close", "weightedAverage")} == {candles[0]["close"]}
        assert candle["volume"] == candle["quoteVolume"] == 0
    assert candles[3]["quoteVolume"] == 0.03


def test_a_chart_begins_with_the_first_trade_and_ends_with_now() -> None:
    customer = traded()
    assert chart(customer, start=0, end=9_999_999_999) == chart(customer, start=0)
    assert len(chart(customer, start=0, period=86_400)) == 1
    customer.now += 86_400_000
    assert len(chart(customer, start=0, period=86_400)) == 2


def test_both_ends_of_a_range_belong_to_it() -> None:
    candles = chart(traded(), start=FIRST + 300, end=FIRST + 600)
    assert [candle["date"] for candle in candles] == [FIRST + 300, FIRST + 600]


def test_a_start_between_two_candles_has_a_flat_one_of_its_own() -> None:
    customer = traded()
    whole = chart(customer)
    candles = chart(customer, start=f"{FIRST + 299}.75")
    assert candles[0] == {**whole[1], "date": FIRST + 299}
    assert candles[1:] == whole[1:]


@pytest.mark.parametrize(
    "times",
    [
        {"start": FIRST, "end": FIRST - 1},
        {"start": 0, "end": 1},
        {"start": 99_999_999_999},
        {"start": FIRST * 1000, "end": FOURTH * 1000},
    ],
)
def test_a_chart_of_nothing_is_one_candle_of_zeros(times: dict[str, int]) -> None:
    query = "&".join(f"{name}={value}" for name, value in times.items())
    customer = traded()
    entry = public(customer.exchange, f"command=returnChartData&currencyPair=USDT_BTC&period=300&{query}", customer.now)
    assert said(entry) == (200, NOTHING)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("", "Please specify a valid period."),
        ("period=60&currencyPair=BTC_XYZ", "Please specify a valid period."),
        ("period=300", "Please specify a currency pair."),
        ("period=300&currencyPair=BTC_XYZ&start=x", "Invalid currency pair."),
        ("period=300&currencyPair=BTC_ETH", "Invalid start time."),
        ("period=300&currencyPair=BTC_ETH&start=-1", "Invalid start time."),
        ("period=300&currencyPair=BTC_ETH&start=x", "Invalid start time."),
        ("period=300&currencyPair=BTC_ETH&start=0&end=x", "Invalid end time."),
    ],
)
def test_a_chart_is_refused_with_status_200(query: str, text: str) -> None:
    entry = public(new_exchange(), f"command=returnChartData&{query}")
    assert said(entry) == (200, f'{{"error":"{text}"}}'.encode())


def test_a_chart_of_too_many_candles_is_refused_unless_the_period_may_be_longer() -> None:
    customer = traded()
    customer.now = (FIRST + 300 * (MOST_CANDLES - 1)) * 1000
    assert len(chart(customer)) == MOST_CANDLES
    customer.now += 300_000
    query = f"command=returnChartData&currencyPair=USDT_BTC&period=300&start={FIRST}"
    status, body = said(public(customer.exchange, query, customer.now))
    assert (status, body[:34]) == (200, b'{"error":"Data requested is too la')
    candles = chart(customer, resolution="auto")
    assert candles[1]["date"] - candles[0]["date"] in (FIRST % 900, 900 - FIRST % 900, 900)
    assert candles[-1]["date"] - candles[-2]["date"] == 900
