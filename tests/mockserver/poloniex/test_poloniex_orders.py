"""buy, sell, cancelOrder and what they leave behind at Poloniex: shapes and refusals, to the byte."""

import pytest

from tests.mockserver.poloniex.poloniex_setup import DATE, Customer, answer_of, new_exchange, said

TAKING = {"currencyPair": "USDT_BTC", "rate": "40000", "amount": "0.001"}


def test_an_order_that_rests_has_no_trades_and_no_success() -> None:
    placed = Customer().buy()
    assert placed == {
        "orderNumber": placed["orderNumber"],
        "resultingTrades": [],
        "fee": "0.00250000",
        "currencyPair": "BTC_ETH",
    }
    assert placed["orderNumber"].isdigit()


def test_an_order_that_trades_shows_its_trades_as_text() -> None:
    customer = Customer()
    placed = customer.ask("buy", **TAKING)
    (trade,) = placed["resultingTrades"]
    assert list(trade) == ["amount", "date", "rate", "total", "tradeID", "type", "takerAdjustment"]
    assert trade["amount"] == "0.00100000"
    assert trade["date"] == DATE
    assert trade["type"] == "buy"
    assert trade["tradeID"].isdigit()
    assert float(trade["total"]) == pytest.approx(float(trade["rate"]) * 0.001, abs=1e-8)


def test_an_immediate_order_says_what_was_not_filled() -> None:
    placed = Customer().buy(immediateOrCancel="1")
    assert placed["amountUnfilled"] == "1.00000000"
    assert list(placed) == ["orderNumber", "resultingTrades", "amountUnfilled", "fee", "currencyPair"]


def test_a_client_order_id_comes_back_everywhere() -> None:
    customer = Customer()
    assert customer.buy(clientOrderId="12345")["clientOrderId"] == "12345"
    assert customer.ask("returnOpenOrders", currencyPair="BTC_ETH")[0]["clientOrderId"] == "12345"


def test_a_client_order_id_is_unique_among_open_orders_alone() -> None:
    customer = Customer()
    customer.buy(clientOrderId="7")
    refused = (422, b'{"error":"Invalid clientOrderId parameter."}')
    assert said(customer.call("buy", currencyPair="BTC_ETH", rate="0.01", amount="1", clientOrderId="7")) == refused
    customer.ask("cancelOrder", clientOrderId="7")
    customer.buy(clientOrderId="7")


@pytest.mark.parametrize("given", ["abc", "-1", "0", "1.5", str(2**63), "9" * 5000])
def test_a_client_order_id_is_a_64_bit_integer_above_zero(given: str) -> None:
    entry = Customer().call("buy", currencyPair="BTC_ETH", rate="0.01", amount="1", clientOrderId=given)
    assert said(entry) == (422, b'{"error":"Invalid clientOrderId parameter."}')


@pytest.mark.parametrize(
    ("parameters", "status", "text"),
    [
        ({}, 422, "Total must be at least 0.0001."),
        ({"rate": "x", "amount": "x"}, 422, "Invalid rate parameter."),
        ({"rate": "-1"}, 422, "Invalid rate parameter."),
        ({"rate": "1", "amount": "1,5"}, 422, "Invalid amount parameter."),
        ({"rate": "1", "amount": "-1"}, 422, "Invalid amount parameter."),
        ({"rate": "NaN", "amount": "1"}, 422, "Invalid rate parameter."),
        ({"rate": "1e999999999", "amount": "1"}, 422, "Invalid rate parameter."),
        ({"rate": "1e30", "amount": "1"}, 422, "Invalid rate parameter."),
        ({"rate": "9" * 5000, "amount": "1"}, 422, "Invalid rate parameter."),
        ({"rate": "%D9%A3", "amount": "1"}, 422, "Invalid rate parameter."),
        ({"rate": "0", "amount": "1", "currencyPair": "BTC_ETH"}, 422, "Total must be at least 0.0001."),
        ({"rate": "0.00001", "amount": "1", "currencyPair": "BTC_ETH"}, 422, "Total must be at least 0.0001."),
        ({"rate": "0.1", "amount": "9", "currencyPair": "USDT_1INCH"}, 422, "Total must be at least 1."),
        ({"rate": "1", "amount": "1"}, 422, "Required parameter missing."),
        ({"rate": "1", "amount": "1", "currencyPair": ""}, 422, "Required parameter missing."),
        ({"rate": "1", "amount": "1", "currencyPair": "ETH_BTC"}, 422, "Invalid currencyPair parameter."),
        ({"rate": "1", "amount": "1", "currencyPair": "btc_eth"}, 422, "Invalid currencyPair parameter."),
        ({"rate": "1", "amount": "1", "currencyPair": "BTC/ETH"}, 422, "Invalid currencyPair parameter."),
        ({"rate": "1000", "amount": "0.0000005", "currencyPair": "BTC_ETH"}, 422, "Amount must be at least 0.000001."),
        (
            {"rate": "1", "amount": "1", "currencyPair": "BTC_ETH", "fillOrKill": "1", "postOnly": "1"},
            200,
            "No more than one of the post-only, fill-or-kill, and immediate-or-cancel flags should be set at the same "
            "time.",
        ),
        ({"rate": "1", "amount": "1.00000001", "currencyPair": "BTC_ETH"}, 200, "Not enough BTC."),
        (
            {"rate": "0.01", "amount": "1", "currencyPair": "BTC_ETH", "fillOrKill": "1"},
            200,
            "Unable to fill order completely.",
        ),
        (
            {"rate": "40000", "amount": "0.001", "currencyPair": "USDT_BTC", "postOnly": "1"},
            200,
            "Unable to place post-only order at this price.",
        ),
    ],
)
def test_an_order_is_refused_in_the_probed_order_and_creates_nothing(
    parameters: dict[str, str], status: int, text: str
) -> None:
    customer = Customer()
    before = customer.ask("returnCompleteBalances")
    entry = customer.call("buy", **parameters)
    assert said(entry) == (status, f'{{"error":"{text}"}}'.encode())
    assert answer_of(entry).reason == ("" if status == 422 else None)
    assert customer.ask("returnCompleteBalances") == before


def test_a_sell_is_short_of_what_it_sells() -> None:
    entry = Customer().call("sell", currencyPair="BTC_ETH", rate="1", amount="10.00000001")
    assert said(entry) == (200, b'{"error":"Not enough ETH."}')


@pytest.mark.parametrize(
    ("written", "stands"),
    [
        ("1", "1.00000000"),
        ("1.", "1.00000000"),
        (".5", "0.50000000"),
        ("1e0", "1.00000000"),
        ("%2B1", "1.00000000"),
        ("1E-1", "0.10000000"),
        ("1.123456789", "1.12345678"),
        ("0.30000000000000004", "0.30000000"),
    ],
)
def test_an_amount_is_read_as_php_reads_numbers_and_cut_at_eight_decimals(written: str, stands: str) -> None:
    customer = Customer()
    customer.buy(amount=written)
    (order,) = customer.ask("returnOpenOrders", currencyPair="BTC_ETH")
    assert order["amount"] == stands


@pytest.mark.parametrize("value", ["0", ""])
def test_a_flag_that_is_zero_or_empty_is_off(value: str) -> None:
    placed = Customer().buy(fillOrKill=value, immediateOrCancel=value, postOnly="1")
    assert "amountUnfilled" not in placed


def test_open_orders_of_one_pair_are_a_list() -> None:
    customer = Customer()
    number = customer.buy()["orderNumber"]
    assert customer.ask("returnOpenOrders", currencyPair="BTC_ETH") == [
        {
            "orderNumber": number,
            "type": "buy",
            "rate": "0.01000000",
            "startingAmount": "1.00000000",
            "amount": "1.00000000",
            "total": "0.01000000",
            "date": DATE,
            "margin": 0,
        }
    ]


@pytest.mark.parametrize("everything", ["all", "ALL"])
def test_open_orders_of_all_pairs_have_the_empty_ones_too(everything: str) -> None:
    customer = Customer()
    customer.buy()
    orders = customer.ask("returnOpenOrders", currencyPair=everything)
    assert {pair: len(rows) for pair, rows in orders.items()} == {
        "USDT_BTC": 0,
        "USDT_ETH": 0,
        "BTC_ETH": 1,
        "USDT_1INCH": 0,
    }


def test_open_orders_want_a_pair() -> None:
    customer = Customer()
    assert said(customer.call("returnOpenOrders")) == (422, b'{"error":"Required parameter missing."}')
    refused = (422, b'{"error":"Invalid currencyPair parameter."}')
    assert said(customer.call("returnOpenOrders", currencyPair="All")) == refused


def test_a_cancelled_order_gives_back_what_was_open() -> None:
    customer = Customer()
    number = customer.buy()["orderNumber"]
    entry = customer.call("cancelOrder", orderNumber=number, currencyPair="BTC_ETH")
    text = f'{{"success":1,"amount":"1.00000000","message":"Order #{number} canceled."}}'
    assert said(entry) == (200, text.encode())
    assert customer.ask("returnOpenOrders", currencyPair="BTC_ETH") == []


def test_an_order_that_cannot_be_cancelled_is_told_with_success_zero() -> None:
    customer = Customer()
    refused = (
        200,
        b'{"error":"Invalid order number, or you are not the person who placed the order.","success":0}',
    )
    filled = customer.ask("buy", **TAKING)["orderNumber"]
    cancelled = customer.buy()["orderNumber"]
    customer.ask("cancelOrder", orderNumber=cancelled)
    for number in (filled, cancelled, "1", "1.5", "9" * 19, "9" * 5000):
        assert said(customer.call("cancelOrder", orderNumber=number)) == refused
    other = Customer(customer.exchange, key="AAAAAAAA-BBBBBBBB-CCCCCCCC-DDDDDDDD")
    assert said(other.call("cancelOrder", orderNumber=customer.buy()["orderNumber"])) == refused


@pytest.mark.parametrize(
    ("parameters", "status", "body"),
    [
        ({}, 422, b'{"error":"Required parameter missing."}'),
        ({"orderNumber": "abc123"}, 422, b'{"error":"Invalid orderNumber parameter."}'),
        ({"orderNumber": "-1"}, 422, b'{"error":"Invalid orderNumber parameter."}'),
        ({"orderNumber": "0"}, 200, b'{"error":"Transaction failed. Please try again."}'),
        (
            {"clientOrderId": "77"},
            200,
            b'{"error":"Order with clientOrderId 77 is either completed or does not exist.","success":0}',
        ),
    ],
)
def test_a_cancel_without_an_orders_number_is_refused(parameters: dict[str, str], status: int, body: bytes) -> None:
    assert said(Customer().call("cancelOrder", **parameters)) == (status, body)


def test_the_status_of_an_open_order_is_keyed_by_its_number() -> None:
    customer = Customer()
    number = customer.buy()["orderNumber"]
    assert customer.ask("returnOrderStatus", orderNumber=number) == {
        "result": {
            number: {
                "status": "Open",
                "rate": "0.01000000",
                "amount": "1.00000000",
                "currencyPair": "BTC_ETH",
                "date": DATE,
                "total": "0.01000000",
                "type": "buy",
                "startingAmount": "1.00000000",
            }
        },
        "success": 1,
    }


def test_the_status_of_a_closed_order_fails_inside_the_result() -> None:
    customer = Customer()
    number = customer.ask("buy", **TAKING)["orderNumber"]
    body = b'{"result":{"error":"Order not found, or you are not the person who placed it."},"success":0}'
    assert said(customer.call("returnOrderStatus", orderNumber=number)) == (200, body)


def test_an_order_filled_in_part_says_so() -> None:
    exchange = new_exchange()
    seller = Customer(exchange)
    buyer = Customer(exchange, key="AAAAAAAA-BBBBBBBB-CCCCCCCC-DDDDDDDD")
    parameters = {"currencyPair": "BTC_ETH", "rate": "0.06666666"}
    number = seller.ask("sell", amount="2", **parameters)["orderNumber"]
    buyer.ask("buy", amount="0.5", **parameters)
    status = seller.ask("returnOrderStatus", orderNumber=number)["result"][number]
    assert status["status"] == "Partially filled"
    assert status["amount"] == "1.50000000"
    assert status["startingAmount"] == "2.00000000"
    (trade,) = seller.ask("returnTradeHistory", currencyPair="BTC_ETH")
    assert trade["fee"] == "0.00150000"


def test_the_trades_of_an_order_are_numbered_with_numbers() -> None:
    customer = Customer()
    number = customer.ask("buy", **TAKING)["orderNumber"]
    (trade,) = customer.ask("returnOrderTrades", orderNumber=number)
    assert list(trade) == [
        "globalTradeID",
        "tradeID",
        "currencyPair",
        "type",
        "rate",
        "amount",
        "total",
        "fee",
        "date",
    ]
    assert isinstance(trade["tradeID"], int)
    assert isinstance(trade["globalTradeID"], int)
    assert trade["fee"] == "0.00250000"


def test_an_order_without_trades_is_like_one_that_never_was() -> None:
    customer = Customer()
    refused = (200, b'{"error":"Order not found, or you are not the person who placed it."}')
    assert said(customer.call("returnOrderTrades", orderNumber=customer.buy()["orderNumber"])) == refused
    assert said(customer.call("returnOrderTrades", orderNumber="1")) == refused


def test_nothing_that_a_client_sends_is_our_fault() -> None:
    customer = Customer(permissions=["read", "trade", "withdraw"])
    values = [
        "",
        "0",
        "-0",
        "1e-400",
        "1e400",
        "x",
        "%00",
        "%FF",
        "9" * 400,
        "1.5",
        "all",
        "[]",
        "null",
        "%F0%9F%98%80",
    ]
    names = ["currencyPair", "rate", "amount", "orderNumber", "clientOrderId", "start", "end", "limit", "currency"]
    commands = ["buy", "sell", "cancelOrder", "returnOpenOrders", "returnTradeHistory", "returnOrderTrades"]
    usual = {"currencyPair": "BTC_ETH", "rate": "0.01", "amount": "1", "currency": "BTC", "address": "x" * 30}
    for command in [*commands, "returnOrderStatus", "withdraw", "generateNewAddress"]:
        for name in names:
            for value in values:
                assert said(customer.call(command, **(usual | {name: value})))[0] in (200, 422)
    assert customer.exchange.own_faults == []
