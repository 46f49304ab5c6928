"""The ways in which Poloniex can be played: regimes, later members, states of markets, caps, bans."""

import json
from typing import Any

import pytest

from tests.mockserver.poloniex.poloniex_setup import Customer, answer_of, new_exchange, public, said

PAIR = {"currencyPair": "BTC_ETH", "rate": "0.01", "amount": "1"}


def customer(**habits: str) -> Customer:
    return Customer(new_exchange(habits=habits))


def statuses(regime: str) -> dict[str, int]:
    """The statuses of five kinds of failure."""
    somebody = Customer(new_exchange(habits={"regime": regime}, rate_limits=True))
    asked = {
        "nonce": somebody.call("returnBalances", nonce=0),
        "secret": somebody.post("command=returnBalances&nonce=1", headers={"Sign": "0" * 128}),
        "parameter": somebody.call("returnOpenOrders", currencyPair="BTC_NONE"),
        "business": somebody.buy_entry(amount="1000"),
        "public": public(somebody.exchange, "command=returnOrderBook", somebody.now),
        "sixth": somebody.call("returnBalances"),
        "rate": somebody.call("returnBalances"),
    }
    return {name: answer_of(entry).status for name, entry in asked.items()}


@pytest.mark.parametrize(
    ("regime", "nonce", "parameter", "rate"), [("A", 200, 200, 200), ("B", 422, 200, 429), ("C", 422, 422, 429)]
)
def test_a_failure_has_the_status_of_its_time(regime: str, nonce: int, parameter: int, rate: int) -> None:
    assert statuses(regime) == {
        "nonce": nonce,
        "secret": 403,
        "parameter": parameter,
        "business": 200,
        "public": 200,
        "sixth": 200,
        "rate": rate,
    }


def test_the_first_regime_spoke_of_six_calls_and_of_a_year() -> None:
    somebody = Customer(new_exchange(habits={"regime": "A"}, rate_limits=True))
    query = "command=returnTradeHistory&currencyPair=BTC_ETH&start=0&end=9999999999"
    assert said(public(somebody.exchange, query))[1] == (
        b'{"error":"Please specify a time window of no more than 1 year."}'
    )
    for _ in range(5):
        somebody.call("returnBalances")
    assert said(somebody.call("returnBalances")) == (
        200,
        b'{"error":"Please do not make more than 6 API calls per second."}',
    )


def test_a_nonce_refused_in_the_first_regime_has_a_usual_reason_phrase() -> None:
    assert answer_of(customer(regime="A").call("returnBalances", nonce=0)).reason is None


# The platform of 2022.


def test_charts_of_the_new_platform_are_text_in_milliseconds() -> None:
    exchange = new_exchange(habits={"regime": "D"})
    entry = public(exchange, "command=returnChartData&currencyPair=BTC_ETH&period=300&start=1546297200")
    candles = json.loads(answer_of(entry).body)
    assert len(candles) <= 100
    first = candles[0]
    assert first["date"].endswith("000")
    assert len(first["open"].partition(".")[2]) == 6
    assert len(first["volume"].partition(".")[2]) == 18
    assert float(first["volume"]) > float(first["quoteVolume"])


def test_the_new_platform_has_order_numbers_of_seventeen_digits() -> None:
    placed = customer(regime="D").buy()
    assert placed["orderNumber"] == "60019465097744384"


def test_the_new_platform_tells_accounts_apart() -> None:
    somebody = customer(regime="D")
    assert list(somebody.ask("returnCompleteBalances", account="all")) == ["exchange", "margin", "lending"]
    assert somebody.ask("returnCompleteBalances")["BTC"]["available"] == "1.00000000"


@pytest.mark.parametrize("command", ["marginBuy", "returnActiveLoans", "toggleAutoRenew", "getMarginPosition"])
def test_margin_and_lending_are_gone_from_the_new_platform(command: str) -> None:
    assert said(customer(regime="D").call(command)) == (200, b'{"error":"Invalid command."}')


# Later members.


def test_the_ticker_of_the_later_years_tells_more() -> None:
    entry = public(new_exchange(habits={"members": "2022"}), "command=returnTicker")
    ticker = json.loads(answer_of(entry).body)
    assert list(ticker["BTC_ETH"]) == [
        "id",
        "last",
        "lowestAsk",
        "highestBid",
        "percentChange",
        "baseVolume",
        "quoteVolume",
        "isFrozen",
        "postOnly",
        "marginTradingEnabled",
        "high24hr",
        "low24hr",
    ]
    assert (ticker["BTC_ETH"]["marginTradingEnabled"], ticker["USDT_ETH"]["marginTradingEnabled"]) == ("1", "0")


def test_the_currencies_of_the_later_years_have_colours_and_chains() -> None:
    entry = public(new_exchange(habits={"members": "2022"}), "command=returnCurrencies")
    bitcoin = json.loads(answer_of(entry).body)["BTC"]
    assert list(bitcoin)[8:] == ["frozen", "hexColor", "blockchain", "delisted", "isGeofenced"]
    assert bitcoin["blockchain"] == "BTC"


def test_orders_of_the_later_years_tell_of_fees_in_tokens() -> None:
    somebody = customer(members="2022")
    placed = somebody.buy()
    assert (placed["tokenFee"], placed["tokenFeeCurrency"]) == (0, None)
    assert somebody.ask("returnOrderStatus", orderNumber=placed["orderNumber"])["result"][placed["orderNumber"]][
        "fee"
    ] == ("0.00250000")
    cancelled = somebody.ask("cancelOrder", orderNumber=placed["orderNumber"])
    assert list(cancelled) == ["success", "amount", "message", "fee", "currencyPair"]


def test_trades_of_the_later_years_tell_their_fee_in_money() -> None:
    somebody = customer(members="2022")
    somebody.buy(rate="1", amount="0.5")
    (trade,) = somebody.ask("returnTradeHistory", currencyPair="BTC_ETH")
    assert len(trade["rate"].partition(".")[2]) == 12
    assert trade["feeDisplay"] == "0.00125000 ETH(0.25%)"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"amount": "1000"}, "Not enough BTC."),
        ({"fillOrKill": "1"}, "Unable to fill order completely."),
        ({"rate": "1", "postOnly": "1", "amount": "0.5"}, "Unable to place post-only order at this price."),
    ],
)
def test_orders_refused_in_the_later_years_tell_the_fee_and_the_pair(change: dict[str, str], text: str) -> None:
    body = f'{{"error":"{text}","fee":"0.00250000","currencyPair":"BTC_ETH"}}'.encode()
    assert said(customer(members="2022").buy_entry(**change)) == (200, body)


def test_a_wrong_parameter_is_told_plainly_in_the_later_years_too() -> None:
    refused = (422, b'{"error":"Amount must be at least 0.000001."}')
    assert said(customer(members="2022").buy_entry(rate="10000", amount="0.0000005")) == refused


def test_an_order_that_is_gone_is_told_of_in_later_words() -> None:
    somebody = customer(members="2022")
    number = somebody.buy()["orderNumber"]
    somebody.ask("cancelOrder", orderNumber=number)
    refused = f'{{"error":"Order {number} is either completed or does not exist.","success":0}}'.encode()
    assert said(somebody.call("cancelOrder", orderNumber=number)) == (200, refused)
    assert said(somebody.call("moveOrder", orderNumber=number, rate="0.01")) == (200, refused)


# Earlier members.


def test_an_order_of_2018_tells_its_number_and_its_trades_alone() -> None:
    somebody = customer(members="2018")
    assert list(somebody.buy(clientOrderId="5")) == ["orderNumber", "resultingTrades"]
    (trade,) = somebody.buy(rate="1", amount="0.5")["resultingTrades"]
    assert list(trade) == ["amount", "date", "rate", "total", "tradeID", "type"]
    assert "clientOrderId" not in somebody.ask("returnOpenOrders", currencyPair="BTC_ETH")[0]


def test_the_next_tier_of_2018_is_text() -> None:
    assert said(customer(members="2018").call("returnFeeInfo")) == (
        200,
        b'{"makerFee":"0.00150000","takerFee":"0.00250000","thirtyDayVolume":"0.00000000","nextTier":"25000.00000000"}',
    )


def test_an_order_on_margin_of_2018_is_a_success_with_its_pair() -> None:
    somebody = customer(members="2018")
    somebody.ask("transferBalance", currency="BTC", amount="0.5", fromAccount="exchange", toAccount="margin")
    assert said(somebody.call("marginBuy", currencyPair="BTC_ETH", rate="0.02", amount="2")) == (
        200,
        b'{"success":1,"message":"Margin order placed.","orderNumber":"9007199254740993",'
        b'"resultingTrades":{"BTC_ETH":[]}}',
    )
    traded = somebody.ask("marginBuy", currencyPair="BTC_ETH", rate="0.07", amount="1")
    assert len(traded["resultingTrades"]["BTC_ETH"]) == 1


def test_money_of_2018_comes_and_goes_with_fewer_words() -> None:
    somebody = Customer(new_exchange(habits={"members": "2018"}), permissions=["read", "withdraw"])
    done = somebody.call("withdraw", currency="ETH", amount="2", address="0xabc1")
    assert said(done) == (200, b'{"response":"Withdrew 2.00000000 ETH."}')
    listed = somebody.ask("returnDepositsWithdrawals", start="0", end="9999999999")
    assert list(listed) == ["deposits", "withdrawals"]
    assert list(listed["withdrawals"][0])[-1] == "ipAddress"


@pytest.mark.parametrize("command", ["cancelAllOrders", "cancelReplace", "swapCurrencies"])
def test_what_came_later_was_not_there_in_2018(command: str) -> None:
    assert said(customer(members="2018").call(command)) == (200, b'{"error":"Invalid command."}')


# States of markets.


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("frozen", "This market is frozen."),
        ("disabled", "Market is disabled."),
        ("closed", "Trading is disabled in this market."),
        ("paused", "Order matching is currently disabled."),
    ],
)
def test_a_market_that_takes_no_orders_says_why(state: str, text: str) -> None:
    somebody = customer(market=state)
    body = f'{{"error":"{text}"}}'.encode()
    assert said(somebody.buy_entry()) == (200, body)
    assert said(somebody.call("marginSell", **(PAIR | {"amount": "10"}))) == (200, body)
    assert somebody.ask("returnOpenOrders", currencyPair="BTC_ETH") == []


def test_a_frozen_market_is_marked() -> None:
    exchange = new_exchange(habits={"market": "frozen"})
    assert b'"isFrozen":"1"' in answer_of(public(exchange, "command=returnTicker")).body
    assert b'"isFrozen":"1"' in answer_of(public(exchange, "command=returnOrderBook&currencyPair=BTC_ETH")).body


def test_a_market_that_is_post_only_takes_no_order_that_would_trade() -> None:
    somebody = customer(market="post only", members="2022")
    assert b'"postOnly":"1"' in answer_of(public(somebody.exchange, "command=returnTicker")).body
    assert somebody.buy()["resultingTrades"] == []
    assert b"Unable to place post-only order at this price." in said(somebody.buy_entry(rate="1", amount="0.5"))[1]


@pytest.mark.parametrize("rate", ["0.001", "0.7"])
def test_an_order_far_from_the_price_is_beyond_the_bounds(rate: str) -> None:
    somebody = customer(market="banded")
    assert said(somebody.buy_entry(rate=rate, amount="1")) == (
        200,
        b'{"error":"Order is beyond acceptable bounds.","fee":"0.00250000","currencyPair":"BTC_ETH"}',
    )
    assert somebody.buy()["resultingTrades"] == []


def test_no_more_orders_rest_than_may() -> None:
    somebody = customer(open_orders="1")
    somebody.buy()
    body = b'{"error":"You may not have more than 1 open orders in a single market."}'
    assert said(somebody.buy_entry()) == (200, body)
    assert somebody.buy(currencyPair="USDT_BTC", rate="100", amount="0.1")["resultingTrades"] == []
    assert somebody.buy(immediateOrCancel="1")["amountUnfilled"] == "1.00000000"


# Limits.


def limited(**habits: str) -> Customer:
    return Customer(new_exchange(habits=habits, rate_limits=True))


def test_eight_calls_a_second_may_be_allowed() -> None:
    somebody = limited(calls="8")
    answers = [answer_of(somebody.call("returnBalances")).status for _ in range(9)]
    assert answers == [200] * 8 + [429]


def test_who_does_not_mind_the_limit_is_throttled_and_then_banned() -> None:
    somebody = limited(bans="some")
    texts: list[Any] = []
    for _ in range(60):
        body = json.loads(answer_of(somebody.call("returnBalances")).body)
        if "error" in body and body["error"] not in texts:
            texts.append(body["error"])
    assert texts == [
        "Please do not make more than 8 API calls per second.",
        "This IP has been temporarily throttled. Please ensure your requests are valid and try again in one minute.",
        "This IP has been banned for 2 minutes. Please adjust your timeout to 130 seconds.",
    ]
    somebody.now += 120_001
    assert answer_of(somebody.call("returnBalances")).status == 200


# What stands in front.


def test_answers_may_carry_the_headers_of_what_stood_in_front() -> None:
    somebody = customer(front="cloudflare")
    for entry in (somebody.call("returnBalances"), somebody.call("returnBalances", nonce=0)):
        headers = dict(answer_of(entry).headers)
        assert headers["Cache-Control"] == "private"
        assert headers["Server"] == "cloudflare"
        assert headers["Set-Cookie"].startswith("__cfduid=")
