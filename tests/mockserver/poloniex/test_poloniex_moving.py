"""moveOrder and cancelAllOrders at Poloniex: both halves or none."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mockserver.poloniex.poloniex_setup import NOW, Customer, answer_of, said, value_of


def open_orders(customer: Customer) -> dict[str, str]:
    """Open orders of BTC_ETH: number to rate."""
    return {order["orderNumber"]: order["rate"] for order in customer.ask("returnOpenOrders", currencyPair="BTC_ETH")}


def test_a_moved_order_has_a_new_number_and_keeps_what_is_open() -> None:
    customer = Customer()
    old = customer.buy()["orderNumber"]
    moved = customer.ask("moveOrder", orderNumber=old, rate="0.02")
    new = moved["orderNumber"]
    assert moved == {
        "success": 1,
        "orderNumber": new,
        "resultingTrades": {"BTC_ETH": []},
        "fee": "0.00250000",
        "currencyPair": "BTC_ETH",
    }
    assert list(moved)[:3] == ["success", "orderNumber", "resultingTrades"]
    assert new != old
    assert open_orders(customer) == {new: "0.02000000"}
    assert customer.ask("returnBalances")["BTC"] == "0.98000000"


def test_an_order_can_be_moved_into_the_market_with_money_that_it_holds_itself() -> None:
    customer = Customer(balances={"BTC": "0.07"})
    old = customer.buy(rate="0.065")["orderNumber"]
    moved = customer.ask("moveOrder", orderNumber=old, rate="0.07")
    (trade,) = moved["resultingTrades"]["BTC_ETH"]
    assert list(trade) == ["amount", "date", "rate", "total", "tradeID", "type", "takerAdjustment"]
    assert trade["amount"] == "1.00000000"
    assert customer.ask("returnBalances")["ETH"] == "0.99750000"


def test_an_order_can_be_moved_to_another_amount_under_another_name() -> None:
    customer = Customer()
    old = customer.buy(clientOrderId="7")["orderNumber"]
    moved = customer.ask("moveOrder", orderNumber=old, rate="0.01", amount="2", clientOrderId="7")
    assert moved["clientOrderId"] == "7"
    (order,) = customer.ask("returnOpenOrders", currencyPair="BTC_ETH")
    assert (order["amount"], order["clientOrderId"]) == ("2.00000000", "7")


def test_a_moved_sale_sells() -> None:
    customer = Customer()
    old = customer.ask("sell", currencyPair="BTC_ETH", rate="0.1", amount="10")["orderNumber"]
    moved = customer.ask("moveOrder", orderNumber=old, rate="0.2", postOnly="1")
    assert open_orders(customer) == {moved["orderNumber"]: "0.20000000"}


def test_the_part_that_an_immediate_order_does_not_fill_is_dropped() -> None:
    customer = Customer()
    old = customer.buy()["orderNumber"]
    customer.ask("moveOrder", orderNumber=old, rate="0.02", immediateOrCancel="1")
    assert open_orders(customer) == {}
    assert customer.ask("returnBalances")["BTC"] == "1.00000000"


@pytest.mark.parametrize(
    ("change", "status", "body"),
    [
        ({"orderNumber": ""}, 422, '{"error":"Required parameter missing."}'),
        ({"orderNumber": "abc123"}, 422, '{"error":"Invalid orderNumber parameter."}'),
        ({"rate": ""}, 422, '{"error":"Required parameter missing."}'),
        ({"rate": "-1"}, 422, '{"error":"Invalid rate parameter."}'),
        ({"amount": "x"}, 422, '{"error":"Invalid amount parameter."}'),
        ({"clientOrderId": "x"}, 422, '{"error":"Invalid clientOrderId parameter."}'),
        ({"clientOrderId": "8"}, 422, '{"error":"Invalid clientOrderId parameter."}'),
        (
            {"orderNumber": "12345"},
            200,
            '{"error":"Invalid order number, or you are not the person who placed the order.","success":0}',
        ),
        ({"rate": "0.00009999"}, 422, '{"success":0,"error":"Total must be at least 0.0001."}'),
        ({"rate": "0"}, 422, '{"success":0,"error":"Total must be at least 0.0001."}'),
        ({"rate": "1000", "amount": "0.0000009"}, 422, '{"success":0,"error":"Amount must be at least 0.000001."}'),
        ({"amount": "99.01"}, 200, '{"success":0,"error":"Not enough BTC."}'),
        (
            {"rate": "0.07", "postOnly": "1"},
            200,
            '{"success":0,"error":"Unable to place post-only order at this price."}',
        ),
        (
            {"postOnly": "1", "immediateOrCancel": "1"},
            200,
            '{"success":0,"error":"No more than one of the post-only, fill-or-kill, and immediate-or-cancel flags'
            ' should be set at the same time."}',
        ),
    ],
)
def test_an_order_that_cannot_be_moved_stays(change: dict[str, str], status: int, body: str) -> None:
    customer = Customer()
    customer.buy(clientOrderId="8", rate="0.0099", amount="1")
    customer.ask("cancelOrder", clientOrderId="8")
    customer.buy(clientOrderId="8", rate="0.01", amount="1")
    old = customer.buy()["orderNumber"]
    before = open_orders(customer)
    entry = customer.call("moveOrder", **({"orderNumber": old, "rate": "0.01"} | change))
    assert said(entry) == (status, body.encode())
    assert open_orders(customer) == before


def test_the_whole_of_an_account_can_be_moved_and_not_a_satoshi_more() -> None:
    customer = Customer()
    old = customer.buy()["orderNumber"]
    refused = (200, b'{"success":0,"error":"Not enough BTC."}')
    assert said(customer.call("moveOrder", orderNumber=old, rate="0.01", amount="100.000001")) == refused
    customer.ask("moveOrder", orderNumber=old, rate="0.01", amount="100")
    assert customer.ask("returnBalances")["BTC"] == "0.00000000"


def test_an_order_that_is_gone_cannot_be_moved() -> None:
    customer = Customer()
    old = customer.buy()["orderNumber"]
    customer.ask("moveOrder", orderNumber=old, rate="0.02")
    body = b'{"error":"Invalid order number, or you are not the person who placed the order.","success":0}'
    assert said(customer.call("moveOrder", orderNumber=old, rate="0.02")) == (200, body)


def test_nobody_moves_or_cancels_what_is_not_theirs() -> None:
    customer = Customer()
    theirs = customer.buy()["orderNumber"]
    stranger = Customer(customer.exchange, key="STRANGER-HKLK9K6U-3MP1RNV9-2LS1L33J")
    status, body = said(stranger.call("moveOrder", orderNumber=theirs, rate="0.02"))
    assert (status, body[:9]) == (200, b'{"error":')
    assert stranger.ask("cancelAllOrders")["orderNumbers"] == []
    assert list(open_orders(customer)) == [theirs]


def test_all_orders_are_cancelled_and_numbered_with_numbers() -> None:
    customer = Customer()
    numbers = [int(customer.buy()["orderNumber"]) for _ in range(2)]
    numbers.append(int(customer.buy(currencyPair="USDT_BTC", rate="100")["orderNumber"]))
    entry = customer.call("cancelAllOrders")
    listed = ",".join(map(str, numbers))
    assert said(entry) == (
        200,
        f'{{"success":1,"message":"Orders canceled","orderNumbers":[{listed}]}}'.encode(),
    )
    assert open_orders(customer) == {}
    assert value_of(customer.call("cancelAllOrders"))["orderNumbers"] == []


def test_all_orders_of_one_pair_are_cancelled() -> None:
    customer = Customer()
    kept = customer.buy()["orderNumber"]
    gone = customer.buy(currencyPair="USDT_BTC", rate="100")["orderNumber"]
    assert customer.ask("cancelAllOrders", currencyPair="USDT_BTC")["orderNumbers"] == [int(gone)]
    assert list(open_orders(customer)) == [kept]
    refused = (422, b'{"error":"Invalid currencyPair parameter."}')
    assert said(customer.call("cancelAllOrders", currencyPair="BTC_XYZ")) == refused


@pytest.mark.parametrize("command", ["moveOrder", "cancelAllOrders", "closeMarginPosition", "createLoanOffer"])
def test_what_changes_something_wants_the_right_to_trade(command: str) -> None:
    reader = Customer(permissions=["read"])
    refused = (403, b'{"error":"This API key does not have permission to trade."}')
    assert said(reader.call(command)) == refused


def test_a_date_of_a_trade_is_that_of_its_move() -> None:
    customer = Customer()
    old = customer.buy()["orderNumber"]
    customer.now = NOW + 60_000
    moved = customer.ask("moveOrder", orderNumber=old, rate="0.07")
    assert moved["resultingTrades"]["BTC_ETH"][0]["date"] == "2019-01-02 03:05:05"


def test_the_old_number_of_a_moved_order_is_that_of_a_cancelled_one() -> None:
    customer = Customer()
    old = customer.buy()["orderNumber"]
    new = customer.ask("moveOrder", orderNumber=old, rate="0.02")["orderNumber"]
    status, body = said(customer.call("returnOrderStatus", orderNumber=old))
    assert (status, body[:19]) == (200, b'{"result":{"error":')
    result = customer.ask("returnOrderStatus", orderNumber=new)["result"]
    assert result[new]["status"] == "Open"


AMOUNTS = st.decimals("0", "20", places=8).map(str)
RATES = st.sampled_from(["0.06", "0.0665", "0.0666", "0.0667", "0.0668", "0.07"]) | st.decimals("0", 1, places=8).map(
    str
)
MOVES = st.fixed_dictionaries(
    {"rate": RATES},
    optional={"amount": AMOUNTS, "postOnly": st.just("1"), "immediateOrCancel": st.just("1")},
)


@settings(deadline=None, max_examples=150)
@given(side=st.sampled_from(["buy", "sell"]), moves=st.lists(MOVES, min_size=1, max_size=4))
def test_whatever_is_moved_wherever_both_halves_happen_or_none(side: str, moves: list[dict[str, str]]) -> None:
    customer = Customer(balances={"BTC": "0.5", "ETH": "5"})
    rate, amount = ("0.01", "20") if side == "buy" else ("0.1", "4")
    number = customer.ask(side, currencyPair="BTC_ETH", rate=rate, amount=amount)["orderNumber"]
    for move in moves:
        before = state(customer)
        answer = json.loads(answer_of(customer.call("moveOrder", orderNumber=number, **move)).body)
        assert customer.exchange.own_faults == []
        if "error" in answer:
            assert state(customer) == before
        else:
            assert number not in open_orders(customer)
            number = answer["orderNumber"]
            assert set(open_orders(customer)) <= {number}


def state(customer: Customer) -> Any:
    return customer.ask("returnCompleteBalances"), customer.ask("returnOpenOrders", currencyPair="all")
