"""What breaks clients of Poloniex: empty arrays, types that change, two names for one. Facts 4.5, 4.7, 5 and 8."""

import json
from decimal import Decimal

import pytest

from mockserver import MockExchange
from tests.mockserver.poloniex.poloniex_setup import DATE, KEY, SECRET, Customer, new_exchange, public, said, signature
from tests.mockserver.raw_client import ask

PAIR = "BTC_ETH"
GONE = b'{"error":"Order not found, or you are not the person who placed it."}'


# 5.1: an empty object is an empty array.


@pytest.mark.parametrize(
    ("command", "parameters", "body"),
    [
        ("returnTradeHistory", {"currencyPair": "all"}, b"[]"),
        ("returnTradeHistory", {"currencyPair": PAIR}, b"[]"),
        ("returnOpenLoanOffers", {}, b"[]"),
        ("returnAvailableAccountBalances", {"account": "margin"}, b"[]"),
        ("returnOrderTrades", {"orderNumber": "7"}, GONE),
        ("returnOpenOrders", {"currencyPair": "all"}, b'{"USDT_BTC":[],"USDT_ETH":[],"BTC_ETH":[],"USDT_1INCH":[]}'),
        ("returnLendingHistory", {"start": "0"}, b"[]"),
    ],
)
def test_what_is_empty_is_spelled_as_php_spells_it(command: str, parameters: dict[str, str], body: bytes) -> None:
    assert said(Customer().call(command, **parameters)) == (200, body)


def test_a_move_without_trades_keeps_its_pair() -> None:
    customer = Customer()
    number = customer.buy()["orderNumber"]
    assert customer.ask("moveOrder", orderNumber=number, rate="0.011")["resultingTrades"] == {PAIR: []}


# 5.2: one field, two types.


def test_numbers_of_trades_and_orders_are_text_here_and_numbers_there() -> None:
    customer = Customer()
    placed = customer.buy(rate="1", amount="0.5")
    (mine,) = customer.ask("returnTradeHistory", currencyPair=PAIR)
    (part,) = customer.ask("returnOrderTrades", orderNumber=placed["orderNumber"])
    (everybodys, *_) = json.loads(said(public(customer.exchange, f"command=returnTradeHistory&currencyPair={PAIR}"))[1])
    assert mine["tradeID"] == placed["resultingTrades"][0]["tradeID"] == str(part["tradeID"])
    assert everybodys["tradeID"] == part["tradeID"]
    assert mine["globalTradeID"] == part["globalTradeID"] == everybodys["globalTradeID"]
    assert str(everybodys["orderNumber"]) == mine["orderNumber"] == placed["orderNumber"]
    resting = customer.buy()["orderNumber"]
    assert customer.ask("cancelAllOrders")["orderNumbers"] == [int(resting)]


# 4.5: the table of states.


@pytest.mark.parametrize(
    ("steps", "status", "trades"),
    [
        ((), "Open", False),
        (("fill part",), "Partially filled", True),
        (("cancel",), None, False),
        (("fill part", "cancel"), None, True),
        (("fill",), None, True),
    ],
    ids=str,
)
def test_the_state_of_an_order_follows_from_its_status_and_its_trades(
    steps: tuple[str, ...], status: str | None, trades: bool
) -> None:
    customer = Customer()
    number = customer.buy(rate="0.0667", amount="1")["orderNumber"]  # between the best bid and the best ask
    if "fill part" in steps or "fill" in steps:
        other = Customer(customer.exchange, key=KEY[::-1])
        other.ask("sell", currencyPair=PAIR, rate="0.0667", amount="1" if "fill" in steps else "0.5")
    if "cancel" in steps:
        customer.ask("cancelOrder", orderNumber=number)
    found = json.loads(said(customer.call("returnOrderStatus", orderNumber=number))[1])
    assert found["result"].get(number, {}).get("status") == status
    assert (b"error" not in said(customer.call("returnOrderTrades", orderNumber=number))[1]) is trades


def test_the_starting_amount_is_what_reached_the_book() -> None:
    customer = Customer(balances={"USDT": "1000000"})
    body = said(public(customer.exchange, "command=returnOrderBook&currencyPair=USDT_ETH&depth=1"))[1]
    rate, best = json.loads(body, parse_float=Decimal)["asks"][0]
    number = customer.buy(currencyPair="USDT_ETH", rate=rate, amount=str(best + 1))["orderNumber"]
    order = customer.ask("returnOrderStatus", orderNumber=number)["result"][number]
    assert order["startingAmount"] == order["amount"] == "1.00000000"
    assert order["date"] == DATE


# 4.7: replacing.


def test_cancel_replace_tells_of_both_orders() -> None:
    customer = Customer()
    old = customer.buy(clientOrderId="5")["orderNumber"]
    entry = customer.call("cancelReplace", orderNumber=old, rate="0.011", amount="2", clientOrderId="6")
    new = str(int(old) + 1)
    assert said(entry)[1].decode() == (
        f'{{"success":1,"amount":"1.00000000","message":"Order #{old} canceled.","fee":"0.00250000",'
        f'"clientOrderId":"5","currencyPair":"BTC_ETH","placed":{{"success":1,"orderNumber":"{new}",'
        f'"resultingTrades":{{"BTC_ETH":[]}},"tokenFee":0,"tokenFeeCurrency":null,"message":"Order #{new} placed.",'
        f'"fee":"0.00250000","currencyPair":"BTC_ETH"}}}}'
    )
    (order,) = customer.ask("returnOpenOrders", currencyPair=PAIR)
    assert (order["orderNumber"], order["amount"], order["clientOrderId"]) == (new, "2.00000000", "6")


def test_cancel_replace_finds_an_order_by_the_clients_own_number() -> None:
    customer = Customer()
    customer.buy(clientOrderId="5")
    assert customer.ask("cancelReplace", clientOrderId="5", rate="0.011")["amount"] == "1.00000000"
    (order,) = customer.ask("returnOpenOrders", currencyPair=PAIR)
    assert (order["clientOrderId"], order["rate"]) == ("5", "0.01100000")


@pytest.mark.parametrize(
    ("parameters", "status", "body"),
    [
        ({"rate": "0.01"}, 422, '{"error":"Required parameter missing."}'),
        ({"orderNumber": "7"}, 422, '{"error":"Required parameter missing."}'),
        ({"orderNumber": "x", "rate": "0.01"}, 422, '{"error":"Invalid orderNumber parameter."}'),
        (
            {"clientOrderId": "9", "rate": "0.01"},
            200,
            '{"error":"Order with clientOrderId 9 is either completed or does not exist.","success":0}',
        ),
        ({"orderNumber": "{}", "rate": "0"}, 422, '{"success":0,"error":"Total must be at least 0.0001."}'),
        ({"orderNumber": "{}", "rate": "0.01", "amount": "1000"}, 200, '{"success":0,"error":"Not enough BTC."}'),
    ],
)
def test_an_order_that_cannot_be_replaced_stays(parameters: dict[str, str], status: int, body: str) -> None:
    customer = Customer()
    number = customer.buy()["orderNumber"]
    filled = {name: value.format(number) for name, value in parameters.items()}
    assert said(customer.call("cancelReplace", **filled)) == (status, body.encode())
    assert [order["orderNumber"] for order in customer.ask("returnOpenOrders", currencyPair=PAIR)] == [number]


# What has no cause here, and is said all the same to keys that carry it.


@pytest.mark.parametrize(
    ("condition", "status", "body"),
    [
        ("account_frozen:locked", 200, '{"error":"This account is locked."}'),
        ("account_frozen:closed", 200, '{"error":"This account is closed."}'),
        ("account_frozen:trading", 200, '{"error":"This account is frozen for trading."}'),
        ("permission_denied:undotted", 403, '{"error":"Permission denied"}'),
        (
            "permission_denied:country",
            200,
            '{"error":"Our systems have detected that you may reside in a location we cannot provide service to. '
            'Please log into your account to resolve this issue."}',
        ),
        (
            "rejected:busy",
            200,
            '{"error":"You have already called cancelOrder or moveOrder on this order. Please wait for that call\'s '
            'response."}',
        ),
        ("unavailable:transaction", 200, '{"error":"Transaction failed. Please try again."}'),
        ("unavailable:book", 200, '{"error":"Error pulling order book"}'),
        ("rate_limited:moment", 429, '{"error":"Too many requests. Please try again in a moment."}'),
        ("rate_limited:minutes", 429, '{"error":"Too many requests. Please try again in a few minutes."}'),
    ],
)
def test_what_has_no_cause_here_can_be_put_on_a_key(condition: str, status: int, body: str) -> None:
    customer = Customer(conditions=[condition])
    assert said(customer.call("returnBalances")) == (status, body.encode())


def test_texts_that_ask_to_try_again_are_those_of_passing_failures_alone() -> None:
    passing = {"unavailable", "internal_error", "rate_limited", "order_not_found"}
    asking = [row for row in new_exchange().dialect.refusals if "please try again" in row.text.lower()]
    assert {row.refusal.value for row in asking} <= passing
    assert len(asking) >= 5


# 8: on the wire.


def test_a_refused_nonce_is_told_on_the_wire_as_it_was_recorded() -> None:
    body = b"command=returnBalances&nonce=100"
    request = (
        b"POST /tradingApi HTTP/1.1\r\nHost: poloniex.com\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Key: %s\r\nSign: %s\r\nContent-Length: %d\r\n\r\n" % (KEY.encode(), signature(body).encode(), len(body))
    ) + body
    with MockExchange("poloniex") as exchange:
        exchange.create_key(key=KEY, secret=SECRET, last_nonce=100)
        reply = ask(exchange, request)
    lines = reply.head.split(b"\r\n")
    assert lines[0] == b"HTTP/1.1 422 "
    assert b"Content-Type: application/json" in lines
    assert b"Cache-Control: private" in lines
    assert reply.body == b'{"error":"Nonce must be greater than 100. You provided 100."}'
