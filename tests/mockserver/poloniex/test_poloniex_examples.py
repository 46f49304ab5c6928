"""Every example of the page of facts, held against what we answer: members, their order, types and spelling.

The examples tell of 2019 and of what came before, so members that came later are named and left out of the comparison.
What is data in them (pairs, currencies, order numbers as names of members) stands for any.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.mockserver.poloniex.poloniex_setup import Customer, answer_of, new_exchange, public, said

PAIR = "BTC_ETH"
EVER = {"start": "0", "end": "9999999999"}
ORDER = {"currencyPair": PAIR, "rate": "0.015", "amount": "2"}
CHEAP = {"currency": "BTC", "amount": "0.1", "duration": "2", "autoRenew": "0", "lendingRate": "0.0002"}
DEAR = CHEAP | {"lendingRate": "0.0003"}
LONG = {"currencyPair": PAIR, "rate": "0.07", "amount": "1.5"}

_DATA = re.compile(r"[A-Z0-9]{2,}(_[A-Z0-9]+)?|\d+")
_SPELLINGS = (
    ("UTC", re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")),
    ("digits", re.compile(r"\d+")),
)


def outline(value: Any, later: frozenset[str] = frozenset()) -> Any:
    """What can be said of a value without its data."""
    match value:
        case dict() if value and all(_DATA.fullmatch(name) for name in value):
            return {"*": outline(next(iter(value.values())), later)}
        case dict():
            return [(name, outline(inner, later)) for name, inner in value.items() if name not in later]
        case list():
            return [outline(value[0], later)] if value else []
        case str() if (number := re.fullmatch(r"-?\d+\.(\d+)", value)) is not None:
            return f"{len(number.group(1))} places"
        case str():
            return next((name for name, spelling in _SPELLINGS if spelling.fullmatch(value)), "text")
        case bool() | None:
            return value
        case int() | Decimal():
            return "number"
    raise AssertionError(value)


def prepared(**habits: str) -> Customer:
    """Somebody who may do everything, with money in every account."""
    customer = Customer(new_exchange(habits=habits), permissions=["read", "trade", "withdraw"])
    for account in ("margin", "lending"):
        customer.ask("transferBalance", currency="BTC", amount="0.3", fromAccount="exchange", toAccount=account)
    return customer


def asked(command: str, /, **parameters: str) -> Callable[[Customer], Any]:
    return lambda customer: parsed(customer.call(command, **parameters))


def parsed(entry: Any) -> Any:
    return json.loads(answer_of(entry).body, parse_float=Decimal)


def seen(query: str) -> Callable[[Customer], Any]:
    return lambda customer: parsed(public(customer.exchange, f"command={query}", customer.now))


def after(*steps: tuple[str, dict[str, str]]) -> Callable[[Callable[[Customer], Any]], Callable[[Customer], Any]]:
    def then(last: Callable[[Customer], Any]) -> Callable[[Customer], Any]:
        def run(customer: Customer) -> Any:
            for command, parameters in steps:
                customer.ask(command, **parameters)
            return last(customer)

        return run

    return then


def of_last_order(command: str, /, **parameters: str) -> Callable[[Customer], Any]:
    """Ask for the order that was placed last."""

    def run(customer: Customer) -> Any:
        owner = customer.exchange.registry.key(customer.key)
        number = str(owner.venue.orders_of(owner.account)[-1].order_id)
        return parsed(customer.call(command, orderNumber=number, **parameters))

    return run


def with_deposit(last: Callable[[Customer], Any]) -> Callable[[Customer], Any]:
    def run(customer: Customer) -> Any:
        owner = customer.exchange.registry.key(customer.key)
        owner.venue.deposit(owner.account, "ETH", Decimal(2), customer.now)
        return last(customer)

    return run


SELL = ("sell", {"currencyPair": PAIR, "rate": "0.05", "amount": "0.5"})
BUY = ("buy", ORDER)

EXAMPLES: dict[str, tuple[str, Callable[[Customer], Any], tuple[str, ...]]] = {
    "3.1 returnTicker": (
        '{"BTC_ETH":{"id":148,"last":"0.05010000","lowestAsk":"0.05020000","highestBid":"0.05000000","percentChange":'
        '"-0.01250000","baseVolume":"250.50000000","quoteVolume":"5000.00000000","isFrozen":"0","high24hr":'
        '"0.05200000","low24hr":"0.04950000"}}',
        seen("returnTicker"),
        (),
    ),
    "3.3 returnOrderBook": (
        '{"asks":[["0.05020000",2.5],["0.05021000",0.00000001]],"bids":[["0.05000000",1],["0.04999999",37.125]],'
        '"isFrozen":"0","seq":900123}',
        seen("returnOrderBook&currencyPair=BTC_ETH"),
        (),
    ),
    "3.4 returnTradeHistory": (
        '[{"globalTradeID":700000002,"tradeID":20000002,"date":"2019-01-02 03:04:05","type":"sell","rate":'
        '"0.05000000","amount":"0.20000000","total":"0.01000000"}]',
        seen("returnTradeHistory&currencyPair=BTC_ETH"),
        ("orderNumber",),
    ),
    "3.5 returnChartData": (
        '[{"date":1546300800,"high":0.0512,"low":0.0498,"open":0.05,"close":0.0505,"volume":10.1,"quoteVolume":202,'
        '"weightedAverage":0.05}]',
        seen("returnChartData&currencyPair=BTC_ETH&period=300&start=1546300800"),
        (),
    ),
    "3.5 returnChartData, empty": (
        '[{"date":0,"high":0,"low":0,"open":0,"close":0,"volume":0,"quoteVolume":0,"weightedAverage":0}]',
        seen("returnChartData&currencyPair=BTC_ETH&period=300&start=9&end=5"),
        (),
    ),
    "3.6 returnCurrencies": (
        '{"BTC":{"id":28,"name":"Bitcoin","txFee":"0.00050000","minConf":1,"depositAddress":null,"disabled":0,'
        '"delisted":0,"frozen":0},"1CR":{"id":1,"name":"1CRedit","txFee":"0.01000000","minConf":3,"depositAddress":'
        'null,"disabled":1,"delisted":1,"frozen":0}}',
        seen("returnCurrencies"),
        ("humanType", "currencyType"),
    ),
    "3.7 returnLoanOrders": (
        '{"offers":[{"rate":"0.00010000","amount":"0.25000000","rangeMin":2,"rangeMax":30}],"demands":[]}',
        lambda customer: seen("returnLoanOrders&currency=BTC")(customer) | {"demands": []},
        (),
    ),
    "4.1 returnCompleteBalances": (
        '{"BTC":{"available":"0.75000000","onOrders":"0.25000000","btcValue":"1.00000000"}}',
        asked("returnCompleteBalances"),
        (),
    ),
    "4.1 returnAvailableAccountBalances": (
        '{"exchange":{"BTC":"0.75000000"},"lending":{"BTC":"0.10000000"}}',
        asked("returnAvailableAccountBalances"),
        ("margin",),
    ),
    "4.1 generateNewAddress": (
        '{"success":1,"response":"<address>"}',
        asked("generateNewAddress", currency="BTC"),
        (),
    ),
    "4.1 returnFeeInfo": (
        '{"makerFee":"0.00150000","takerFee":"0.00250000","thirtyDayVolume":"12.34000000","nextTier":25000}',
        asked("returnFeeInfo"),
        ("marginMakerFee", "marginTakerFee"),
    ),
    "4.2 returnDepositsWithdrawals": (
        '{"deposits":[{"depositNumber":5000001,"currency":"LTC","address":"LExampleAddress","amount":"2.00000000",'
        '"confirmations":6,"txid":"aa11","timestamp":1550000000,"status":"COMPLETE"}],"withdrawals":[{'
        '"withdrawalNumber":5000002,"currency":"ETH","address":"0xabc1","amount":"0.50000000","fee":"0.00500000",'
        '"timestamp":1550000600,"status":"COMPLETE: 0xbb22","ipAddress":"192.0.2.7","paymentID":null}],'
        '"adjustments":[]}',
        with_deposit(
            after(("withdraw", {"currency": "ETH", "amount": "0.5", "address": "0xabc1"}))(
                asked("returnDepositsWithdrawals", **EVER)
            )
        ),
        ("canCancel", "canResendEmail", "scope", "fiatAccountId"),
    ),
    "4.3 returnOpenOrders": (
        '[{"orderNumber":"200000000011","type":"buy","rate":"0.01500000","startingAmount":"2.00000000","amount":'
        '"1.50000000","total":"0.02250000","date":"2019-01-02 03:00:00","margin":0}]',
        after(BUY)(asked("returnOpenOrders", currencyPair=PAIR)),
        (),
    ),
    "4.4 returnTradeHistory": (
        '[{"globalTradeID":700000003,"tradeID":"20000003","date":"2019-01-02 03:10:00","rate":"0.01600000","amount":'
        '"0.50000000","total":"0.00800000","fee":"0.00250000","orderNumber":"200000000012","type":"sell","category":'
        '"exchange"}]',
        after(SELL)(asked("returnTradeHistory", currencyPair=PAIR)),
        (),
    ),
    "4.5 returnOrderTrades": (
        '[{"globalTradeID":700000003,"tradeID":20000003,"currencyPair":"BTC_LTC","type":"sell","rate":"0.01600000",'
        '"amount":"0.50000000","total":"0.00800000","fee":"0.00250000","date":"2019-01-02 03:10:00"}]',
        after(SELL)(of_last_order("returnOrderTrades")),
        (),
    ),
    "4.5 returnOrderStatus": (
        '{"result":{"200000000011":{"status":"Partially filled","rate":"0.01500000","amount":"1.50000000",'
        '"currencyPair":"BTC_LTC","date":"2019-01-02 03:00:00","total":"0.02250000","type":"buy","startingAmount":'
        '"2.00000000"}},"success":1}',
        after(BUY)(of_last_order("returnOrderStatus")),
        (),
    ),
    "4.6 buy": (
        '{"orderNumber":"200000000013","resultingTrades":[{"amount":"0.50000000","date":"2019-01-02 03:20:00","rate":'
        '"0.01600000","total":"0.00800000","tradeID":"20000004","type":"buy"}],"fee":"0.00250000","currencyPair":'
        '"BTC_LTC"}',
        asked("buy", currencyPair=PAIR, rate="0.1", amount="0.5"),
        ("takerAdjustment",),
    ),
    "4.7 cancelOrder": (
        '{"success":1,"amount":"1.50000000","message":"Order #200000000011 canceled."}',
        after(BUY)(of_last_order("cancelOrder")),
        (),
    ),
    "4.7 cancelAllOrders": (
        '{"success":1,"message":"Orders canceled","orderNumbers":[503749,888321]}',
        after(BUY)(asked("cancelAllOrders")),
        (),
    ),
    "4.7 moveOrder": (
        '{"success":1,"orderNumber":"200000000014","resultingTrades":{"BTC_LTC":[]}}',
        after(BUY)(of_last_order("moveOrder", rate="0.016")),
        ("fee", "currencyPair"),
    ),
    "4.7 swapCurrencies": (
        '{"success":true,"message":"Swap 24.998 from BTC to WBTC."}',
        asked("swapCurrencies", fromCurrency="BTC", toCurrency="WBTC", amount="0.1"),
        (),
    ),
    "4.8 withdraw": (
        '{"response":"Withdrew 2.0 ETH.","email2FA":false,"withdrawalNumber":13449869}',
        asked("withdraw", currency="ETH", amount="2", address="0xabc1"),
        (),
    ),
    "4.8 transferBalance": (
        '{"success":1,"message":"Transferred 0.50000000 BTC from lending to exchange account."}',
        asked("transferBalance", currency="BTC", amount="0.1", fromAccount="lending", toAccount="exchange"),
        (),
    ),
    "4.9 marginBuy": (
        '{"orderNumber":"515007818806","resultingTrades":[],"message":"Margin order placed."}',
        asked("marginBuy", **(LONG | {"rate": "0.02"})),
        (),
    ),
    "4.9 getMarginPosition": (
        '{"amount":"-3.00000000","total":"0.04800000","basePrice":"0.01598000","liquidationPrice":0.0231,"pl":'
        '"-0.00010000","lendingFees":"-0.00000002","type":"short"}',
        after(("marginSell", LONG | {"rate": "0.05"}))(asked("getMarginPosition", currencyPair=PAIR)),
        (),
    ),
    "4.9 closeMarginPosition": (
        '{"success":1,"message":"Successfully closed margin position.","resultingTrades":{"BTC_XMR":[{"amount":'
        '"0.50000000","date":"2019-01-02 03:20:00","rate":"0.01600000","total":"0.00800000","tradeID":"20000004",'
        '"type":"sell"}]}}',
        after(("marginBuy", LONG))(asked("closeMarginPosition", currencyPair=PAIR)),
        ("takerAdjustment",),
    ),
    "4.10 createLoanOffer": (
        '{"success":1,"message":"Loan order placed.","orderID":1002013188}',
        asked("createLoanOffer", **CHEAP),
        (),
    ),
    "4.10 cancelLoanOffer": (
        '{"success":1,"message":"Loan offer canceled.","amount":"0.10000000"}',
        after(("createLoanOffer", DEAR))(asked("cancelLoanOffer", orderNumber="1002013188")),
        (),
    ),
    "4.10 toggleAutoRenew": (
        '{"success":1,"message":0}',
        after(("createLoanOffer", CHEAP | {"autoRenew": "1"}))(asked("toggleAutoRenew", orderNumber="1002013188")),
        (),
    ),
    "4.10 returnOpenLoanOffers": (
        '{"BTC":[{"id":900001,"rate":"0.00020000","amount":"0.10000000","duration":2,"autoRenew":0,"date":'
        '"2019-01-02 04:00:00"}]}',
        after(("createLoanOffer", DEAR))(asked("returnOpenLoanOffers")),
        (),
    ),
    "4.10 returnLendingHistory": (
        '[{"id":900002,"currency":"BTC","rate":"0.00020000","amount":"0.10000000","duration":"1.00000000","interest":'
        '"0.00002000","fee":"-0.00000300","earned":"0.00001700","open":"2019-01-01 00:00:00","close":'
        '"2019-01-02 00:00:00"}]',
        lambda customer: two_days_later(customer),
        (),
    ),
    "4.1 returnMarketRules": (
        '{"default":{"minAmount":"0.01","minPrice":"0.00000001","maxPrice":"5000","minTotal":"0.0001","buyFee":'
        '"0.20000000","sellFee":"0.20000000","serverTimeStamp":"2018-09-21 16:36:47"}}',
        lambda customer: plain_rules(customer),
        (),
    ),
}


def two_days_later(customer: Customer) -> Any:
    customer.ask("createLoanOffer", **CHEAP)
    customer.now += 2 * 86_400_000
    return parsed(customer.call("returnLendingHistory", **EVER))


def plain_rules(customer: Customer) -> Any:
    """Its least amount is another one, and so are its places."""
    rules = parsed(customer.call("returnMarketRules"))
    assert rules["default"]["minAmount"] == "0.000001"
    return {"default": rules["default"] | {"minAmount": "0.01"}}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_answer_is_spelled_as_in_the_example(name: str) -> None:
    example, ask, later = EXAMPLES[name]
    expected = outline(json.loads(example, parse_float=Decimal), frozenset(later))
    assert outline(ask(prepared()), frozenset(later)) == expected


#: What these examples have is of 2019 and later.
LATER = {"4.1 returnFeeInfo", "4.2 returnDepositsWithdrawals", "4.7 cancelAllOrders", "4.7 swapCurrencies"} | {
    "4.8 withdraw",
    "4.9 marginBuy",
    "4.6 buy",
}


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in LATER])
def test_an_answer_of_2018_has_the_members_of_the_example_and_no_others(name: str) -> None:
    example, ask, _ = EXAMPLES[name]
    ours = ask(prepared(members="2018"))
    if name.startswith("4.1 returnAvailable"):
        del ours["margin"]
    assert outline(ours) == outline(json.loads(example, parse_float=Decimal))


def test_volumes_and_totals_stand_in_one_object() -> None:
    volumes = seen("return24hVolume")(prepared())
    assert list(volumes[PAIR]) == ["BTC", "ETH"]
    assert [name for name in volumes if name.startswith("total")] == ["totalUSDT", "totalBTC"]
    assert outline(volumes["totalBTC"]) == "8 places"
    assert list(volumes)[-2:] == ["totalUSDT", "totalBTC"]


def test_no_number_is_written_with_an_exponent() -> None:
    customer = prepared()
    customer.ask("sell", currencyPair=PAIR, rate="100000", amount="0.000001")
    customer.ask("buy", currencyPair=PAIR, rate="0.00000001", amount="10000.00000001")
    body = answer_of(public(customer.exchange, "command=returnOrderBook&currencyPair=BTC_ETH&depth=100")).body
    assert b'["100000.00000000",0.000001]' in body
    assert b'["0.00000001",10000.00000001]' in body


# Recorded, to the byte.


@pytest.mark.parametrize(
    ("command", "parameters", "status", "body"),
    [
        ("buy", {"currencyPair": PAIR, "rate": "0.01", "amount": "1000"}, 200, '{"error":"Not enough BTC."}'),
        (
            "buy",
            {"currencyPair": PAIR, "rate": "0.01", "amount": "1", "fillOrKill": "1"},
            200,
            '{"error":"Unable to fill order completely."}',
        ),
        (
            "cancelOrder",
            {"orderNumber": "514514894224"},
            200,
            '{"error":"Invalid order number, or you are not the person who placed the order.","success":0}',
        ),
        (
            "returnOrderStatus",
            {"orderNumber": "1"},
            200,
            '{"result":{"error":"Order not found, or you are not the person who placed it."},"success":0}',
        ),
        ("returnOrderStatus", {"orderNumber": "abc123"}, 422, '{"error":"Invalid orderNumber parameter."}'),
        (
            "closeMarginPosition",
            {"currencyPair": PAIR},
            200,
            '{"success":1,"message":"You do not have an open position in this market.","resultingTrades":[]}',
        ),
    ],
)
def test_a_recorded_body_is_ours_to_the_byte(command: str, parameters: dict[str, str], status: int, body: str) -> None:
    assert said(prepared().call(command, **parameters)) == (status, body.encode())


def test_a_moved_order_below_the_least_total_fails_with_success_first() -> None:
    customer = prepared()
    placed = customer.ask("buy", currencyPair="USDT_BTC", rate="100", amount="0.1")["orderNumber"]
    entry = customer.call("moveOrder", orderNumber=placed, rate="1")
    assert said(entry) == (422, b'{"success":0,"error":"Total must be at least 1."}')


def test_a_bad_key_is_answered_with_an_escaped_slash() -> None:
    entry = prepared().post("command=returnBalances&nonce=1", headers={"Sign": "0"})
    assert said(entry) == (403, rb'{"error":"Invalid API key\/secret pair."}')
