"""Money that moves at Poloniex: between accounts, into other currencies, out by other chains, and in."""

from decimal import Decimal

import pytest

from tests.mockserver.poloniex.poloniex_setup import NOW, Customer, new_exchange, said

TRANSFER = {"currency": "BTC", "amount": "0.5", "fromAccount": "exchange", "toAccount": "lending"}
SWAP = {"fromCurrency": "BTC", "toCurrency": "WBTC", "amount": "0.24998"}
DAY = 86_400_000
MISSING = "Required parameter missing."


def withdrawer(**habits: str) -> Customer:
    return Customer(new_exchange(habits=habits), permissions=["read", "trade", "withdraw"])


# Between accounts.


def test_a_transfer_answers_with_a_sentence() -> None:
    customer = Customer()
    assert said(customer.call("transferBalance", **TRANSFER)) == (
        200,
        b'{"success":1,"message":"Transferred 0.50000000 BTC from exchange to lending account."}',
    )
    assert customer.ask("returnAvailableAccountBalances") == {
        "exchange": {"BTC": "0.50000000", "USDT": "10000.00000000", "ETH": "10.00000000"},
        "lending": {"BTC": "0.50000000"},
    }
    assert customer.ask("returnBalances")["BTC"] == "0.50000000"


def test_all_of_an_account_can_be_transferred_and_back() -> None:
    customer = Customer(balances={"BTC": "1"})
    there = TRANSFER | {"amount": "1", "toAccount": "futures"}
    back = TRANSFER | {"amount": "1", "fromAccount": "futures", "toAccount": "exchange"}
    assert customer.ask("transferBalance", **there)["success"] == 1
    assert customer.ask("returnAvailableAccountBalances") == {"futures": {"BTC": "1.00000000"}}
    assert customer.ask("transferBalance", **back)["success"] == 1
    assert customer.ask("returnAvailableAccountBalances") == {"exchange": {"BTC": "1.00000000"}}


@pytest.mark.parametrize(
    ("change", "status", "text"),
    [
        ({"currency": ""}, 422, MISSING),
        ({"amount": ""}, 422, MISSING),
        ({"fromAccount": ""}, 422, MISSING),
        ({"toAccount": ""}, 422, MISSING),
        ({"currency": "btc"}, 422, "Invalid currency parameter."),
        ({"amount": "x"}, 422, "Invalid amount parameter."),
        ({"amount": "0"}, 422, "Invalid amount parameter."),
        ({"fromAccount": "spot"}, 422, "Invalid account parameter."),
        ({"toAccount": "Margin"}, 422, "Invalid account parameter."),
        ({"toAccount": "exchange"}, 422, "Invalid account parameter."),
        ({"amount": "1.00000001"}, 200, "Not enough BTC."),
        ({"fromAccount": "margin"}, 200, "Not enough BTC."),
    ],
)
def test_a_transfer_is_refused_and_nothing_moves(change: dict[str, str], status: int, text: str) -> None:
    customer = Customer()
    assert said(customer.call("transferBalance", **(TRANSFER | change))) == (status, f'{{"error":"{text}"}}'.encode())
    assert list(customer.ask("returnAvailableAccountBalances")) == ["exchange"]


# Into other currencies.


def test_a_swap_succeeds_with_true_and_not_with_one() -> None:
    customer = Customer()
    assert said(customer.call("swapCurrencies", **SWAP)) == (
        200,
        b'{"success":true,"message":"Swap 0.24998 from BTC to WBTC."}',
    )
    balances = customer.ask("returnBalances")
    assert (balances["BTC"], balances["WBTC"]) == ("0.75002000", "0.24998000")
    back = {"fromCurrency": "WBTC", "toCurrency": "BTC", "amount": "0.2"}
    assert customer.ask("swapCurrencies", **back)["message"] == "Swap 0.2 from WBTC to BTC."


@pytest.mark.parametrize(
    ("change", "status", "text"),
    [
        ({"amount": ""}, 422, MISSING),
        ({"fromCurrency": ""}, 422, MISSING),
        ({"toCurrency": ""}, 422, MISSING),
        ({"amount": "0"}, 422, "Invalid amount parameter."),
        ({"amount": "-1"}, 422, "Invalid amount parameter."),
        ({"fromCurrency": "ETH"}, 422, "Invalid fromCurrency parameter."),
        ({"toCurrency": "ETH"}, 422, "Invalid toCurrency parameter."),
        ({"amount": "2"}, 200, "Not enough BTC."),
    ],
)
def test_a_swap_is_refused(change: dict[str, str], status: int, text: str) -> None:
    entry = Customer().call("swapCurrencies", **(SWAP | change))
    assert said(entry) == (status, f'{{"error":"{text}"}}'.encode())


# Out.


@pytest.mark.parametrize(
    "way", [{"currency": "USDTTRON"}, {"currency": "USDT", "currencyToWithdrawAs": "USDTTRON"}], ids=str
)
def test_money_can_leave_by_another_chain(way: dict[str, str]) -> None:
    customer = withdrawer()
    done = customer.ask("withdraw", **way, amount="100", address="TAddress")
    assert done["response"] == "Withdrew 100.00000000 USDT."
    (listed,) = customer.ask("returnDepositsWithdrawals", start="0", end="9999999999")["withdrawals"]
    assert (listed["currency"], listed["fee"]) == ("USDTTRON", "0.00000000")
    assert customer.ask("returnBalances")["USDT"] == "9900.00000000"


def test_a_payment_id_is_kept_with_the_withdrawal() -> None:
    customer = withdrawer()
    customer.ask("withdraw", currency="ETH", amount="1", address="0xabc1", paymentId="77")
    (listed,) = customer.ask("returnDepositsWithdrawals", start="0", end="9999999999")["withdrawals"]
    assert listed["paymentID"] == "77"


def test_a_withdrawal_may_have_to_wait_and_may_fail() -> None:
    customer = withdrawer(withdrawals="pending")
    first, second = (
        customer.ask("withdraw", currency="ETH", amount="1", address="0xabc1")["withdrawalNumber"] for _ in range(2)
    )

    def statuses() -> list[str]:
        listed = customer.ask("returnDepositsWithdrawals", start="0", end="9999999999")["withdrawals"]
        return [withdrawal["status"] for withdrawal in listed]

    assert statuses() == ["PENDING", "PENDING"]
    owner = customer.exchange.registry.key(customer.key)
    owner.venue.complete_withdrawal(owner.account, first, NOW)
    customer.exchange.desk(customer.key, NOW).cancel_withdrawal(second)
    done, failed = statuses()
    assert len(done.removeprefix("COMPLETE: ")) == 64
    assert failed == "COMPLETE: ERROR"


# In.


def pay_in(customer: Customer, currency: str, amount: str, network: str | None = None) -> None:
    owner = customer.exchange.registry.key(customer.key)
    owner.venue.deposit(owner.account, currency, Decimal(amount), customer.now, network=network)


def test_what_came_in_is_listed() -> None:
    customer = Customer()
    pay_in(customer, "ETH", "2")
    pay_in(customer, "USDT", "5", "TRON")
    ether, tether = customer.ask("returnDepositsWithdrawals", start=str(NOW // 1000), end=str(NOW // 1000))["deposits"]
    assert len(ether.pop("txid")) == 64
    assert ether == {
        "depositNumber": 6_000_001,
        "currency": "ETH",
        "address": customer.ask("returnDepositAddresses")["ETH"],
        "amount": "2.00000000",
        "confirmations": 30,
        "timestamp": NOW // 1000,
        "status": "COMPLETE",
    }
    assert tether["currency"] == "USDTTRON"
    assert customer.ask("returnBalances")["ETH"] == "12.00000000"
    assert customer.ask("returnDepositsWithdrawals", start="0", end="9999999999", limit="1")["deposits"] == [tether]
    assert customer.ask("returnDepositsWithdrawals", start="0", end="1")["deposits"] == []


def test_deposits_of_the_later_years_have_a_category() -> None:
    customer = Customer(new_exchange(habits={"members": "2022"}))
    pay_in(customer, "ETH", "2")
    (deposit,) = customer.ask("returnDepositsWithdrawals", start="0", end="9999999999")["deposits"]
    assert (deposit["category"], deposit["fiatAccountId"], deposit["scope"]) == ("deposit", None, None)


# Addresses.


def test_there_is_one_new_address_a_day_and_none_before_the_last_was_used() -> None:
    customer = Customer()
    first = customer.ask("generateNewAddress", currency="BTC")["response"]
    a_day = b'{"success":0,"response":"You may only generate one deposit address per currency per day."}'
    assert said(customer.call("generateNewAddress", currency="BTC")) == (200, a_day)
    customer.now += DAY
    unused = f'{{"success":0,"response":"Please use the following previously generated deposit address: {first}"}}'
    assert said(customer.call("generateNewAddress", currency="BTC")) == (200, unused.encode())
    pay_in(customer, "BTC", "1")
    second = customer.ask("generateNewAddress", currency="BTC")["response"]
    assert second != first
    assert customer.ask("returnDepositAddresses")["BTC"] == second
    assert customer.ask("generateNewAddress", currency="ETH")["success"] == 1


def test_an_address_of_another_chain_is_there_once_it_was_asked_for() -> None:
    customer = Customer()
    assert "USDTTRON" not in customer.ask("returnDepositAddresses")
    made = customer.ask("generateNewAddress", currency="USDTTRON")["response"]
    addresses = customer.ask("returnDepositAddresses")
    assert addresses["USDTTRON"] == made != addresses["USDT"]


def test_a_currency_with_a_shared_address_has_payment_ids() -> None:
    payment_id = Customer().ask("returnDepositAddresses")["XMR"]
    assert len(payment_id) == 64


# Rules.


def test_the_rules_of_the_market_are_those_that_hold_here() -> None:
    assert said(Customer().call("returnMarketRules")) == (
        200,
        b'{"default":{"minAmount":"0.000001","minPrice":"0.00000001","maxPrice":"1000000000","minTotal":"0.0001",'
        b'"buyFee":"0.25000000","sellFee":"0.25000000","serverTimeStamp":"2019-01-02 03:04:05"}}',
    )
