"""Balances, addresses, withdrawals and history of an account at Poloniex."""

import pytest

from tests.mockserver.poloniex.poloniex_setup import DATE, NOW, Customer, said

TAKING = {"currencyPair": "USDT_BTC", "rate": "40000", "amount": "0.001"}


def test_complete_balances_show_orders_and_worth() -> None:
    customer = Customer()
    customer.buy()
    balances = customer.ask("returnCompleteBalances", account="all")
    assert balances["BTC"] == {"available": "0.99000000", "onOrders": "0.01000000", "btcValue": "1.00000000"}
    assert balances["1INCH"] == {"available": "0.00000000", "onOrders": "0.00000000", "btcValue": "0.00000000"}
    assert float(balances["USDT"]["btcValue"]) == pytest.approx(1 / 3, rel=0.01)


def test_a_currency_without_a_market_in_btc_is_worth_what_its_dollars_are() -> None:
    balances = Customer(balances={"1INCH": "100"}).ask("returnCompleteBalances")
    assert float(balances["1INCH"]["btcValue"]) == pytest.approx(100 * 0.4 / 30_000, rel=0.01)


def test_every_currency_has_an_address_that_stays() -> None:
    customer = Customer()
    addresses = customer.ask("returnDepositAddresses")
    assert list(addresses) == ["BTC", "USDT", "ETH", "1INCH", "XMR", "WBTC"]
    assert customer.ask("generateNewAddress", currency="BTC") == {"success": 1, "response": addresses["BTC"]}


def test_a_new_address_wants_a_known_currency_in_capitals() -> None:
    customer = Customer()
    assert said(customer.call("generateNewAddress")) == (422, b'{"error":"Required parameter missing."}')
    refused = (422, b'{"error":"Invalid currency parameter."}')
    assert said(customer.call("generateNewAddress", currency="btc")) == refused


def test_a_withdrawal_answers_with_a_sentence() -> None:
    customer = Customer(permissions=["read", "withdraw"])
    done = customer.ask("withdraw", currency="ETH", amount="2.0", address="0xabc1")
    assert done == {
        "response": "Withdrew 2.00000000 ETH.",
        "email2FA": False,
        "withdrawalNumber": done["withdrawalNumber"],
    }
    assert isinstance(done["withdrawalNumber"], int)
    assert customer.ask("returnBalances")["ETH"] == "8.00000000"


@pytest.mark.parametrize(
    ("change", "status", "text"),
    [
        ({"currency": ""}, 422, "Required parameter missing."),
        ({"amount": ""}, 422, "Required parameter missing."),
        ({"address": ""}, 422, "Required parameter missing."),
        ({"currency": "eth"}, 422, "Invalid currency parameter."),
        ({"amount": "-1"}, 422, "Invalid amount parameter."),
        ({"amount": "0"}, 422, "Invalid amount parameter."),
        ({"amount": "0.000000001"}, 422, "Invalid amount parameter."),
        ({"address": "with+blank"}, 422, "Invalid address parameter."),
        ({"address": "%C3%A9"}, 422, "Invalid address parameter."),
        ({"address": "x" * 129}, 422, "Invalid address parameter."),
        ({"amount": "10.00000001"}, 200, "Not enough ETH."),
    ],
)
def test_a_withdrawal_is_refused_and_nothing_leaves(change: dict[str, str], status: int, text: str) -> None:
    customer = Customer(permissions=["read", "withdraw"])
    entry = customer.call("withdraw", **({"currency": "ETH", "amount": "1", "address": "0xabc1"} | change))
    assert said(entry) == (status, f'{{"error":"{text}"}}'.encode())
    assert customer.ask("returnBalances")["ETH"] == "10.00000000"


def test_the_account_s_trades_have_text_for_numbers() -> None:
    customer = Customer()
    number = customer.ask("buy", **TAKING)["orderNumber"]
    (trade,) = customer.ask("returnTradeHistory", currencyPair="USDT_BTC")
    assert list(trade) == [
        "globalTradeID",
        "tradeID",
        "date",
        "rate",
        "amount",
        "total",
        "fee",
        "orderNumber",
        "type",
        "category",
    ]
    assert isinstance(trade["tradeID"], str)
    assert trade["orderNumber"] == number
    assert trade["date"] == DATE
    assert trade["fee"] == "0.00250000"
    assert customer.ask("returnTradeHistory", currencyPair="all") == {"USDT_BTC": [trade]}


def test_the_history_of_all_pairs_without_a_trade_is_an_empty_list() -> None:
    customer = Customer()
    assert said(customer.call("returnTradeHistory", currencyPair="all")) == (200, b"[]")
    assert said(customer.call("returnTradeHistory", currencyPair="USDT_BTC")) == (200, b"[]")


def test_the_history_is_newest_first_within_its_range_and_limit() -> None:
    customer = Customer()
    numbers = [customer.ask("buy", **TAKING)["orderNumber"] for _ in range(3)]
    history = customer.ask("returnTradeHistory", currencyPair="USDT_BTC", limit="2")
    assert [trade["orderNumber"] for trade in history] == [numbers[2], numbers[1]]
    second = NOW / 1000
    for start, end, count in (
        (str(second), "9999999999", 3),
        (str(second + 0.001), "4294967295", 0),
        ("0", str(second), 0),
        ("0", str(second + 0.001), 3),
        (str(NOW), str(NOW), 0),
    ):
        assert len(customer.ask("returnTradeHistory", currencyPair="USDT_BTC", start=start, end=end)) == count


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"currencyPair": ""}, "Required parameter missing."),
        ({"currencyPair": "BTC_XYZ"}, "Invalid currencyPair parameter."),
        ({"start": "yesterday"}, "Invalid start parameter."),
        ({"end": "-1"}, "Invalid end parameter."),
        ({"limit": "many"}, "Invalid limit parameter."),
    ],
)
def test_a_history_with_a_wrong_parameter_is_refused(change: dict[str, str], text: str) -> None:
    entry = Customer().call("returnTradeHistory", **({"currencyPair": "BTC_ETH"} | change))
    assert said(entry) == (422, f'{{"error":"{text}"}}'.encode())
