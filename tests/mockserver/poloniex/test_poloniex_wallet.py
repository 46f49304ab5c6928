"""What an account has where at Poloniex, its fees and what it took out."""

import pytest

from tests.mockserver.poloniex.poloniex_setup import NOW, Customer, said


def test_accounts_have_the_currencies_that_they_have_something_of() -> None:
    customer = Customer(balances={"BTC": "1", "ETH": "0.5"})
    customer.buy()
    expected = {"exchange": {"BTC": "0.99000000", "ETH": "0.50000000"}}
    assert customer.ask("returnAvailableAccountBalances") == expected
    assert customer.ask("returnAvailableAccountBalances", account="exchange") == expected


@pytest.mark.parametrize("account", ["margin", "lending"])
def test_an_account_that_is_empty_is_an_empty_list(account: str) -> None:
    assert said(Customer().call("returnAvailableAccountBalances", account=account)) == (200, b"[]")


def test_somebody_without_anything_has_an_empty_list() -> None:
    assert said(Customer(balances={}).call("returnAvailableAccountBalances")) == (200, b"[]")


def test_an_account_that_nobody_knows_is_refused() -> None:
    refused = (422, b'{"error":"Invalid account parameter."}')
    assert said(Customer().call("returnAvailableAccountBalances", account="all")) == refused


def test_fees_are_text_and_the_next_tier_is_a_number() -> None:
    assert said(Customer().call("returnFeeInfo")) == (
        200,
        b'{"makerFee":"0.00150000","takerFee":"0.00250000","marginMakerFee":"0.00150000",'
        b'"marginTakerFee":"0.00250000","thirtyDayVolume":"0.00000000","nextTier":25000}',
    )


def test_the_volume_of_thirty_days_is_in_dollars() -> None:
    customer = Customer()
    customer.ask("buy", currencyPair="USDT_BTC", rate="40000", amount="0.01")
    customer.buy(rate="0.07")
    volume = float(customer.ask("returnFeeInfo")["thirtyDayVolume"])
    assert volume == pytest.approx(300 + 2000, rel=0.01)
    customer.now = NOW + 30 * 86_400_000
    assert float(customer.ask("returnFeeInfo")["thirtyDayVolume"]) == volume
    customer.now += 1
    assert customer.ask("returnFeeInfo")["thirtyDayVolume"] == "0.00000000"


def test_a_withdrawal_is_listed_with_its_fee() -> None:
    customer = Customer(permissions=["read", "withdraw"])
    number = customer.ask("withdraw", currency="ETH", amount="2", address="0xabc1")["withdrawalNumber"]
    listed = customer.ask("returnDepositsWithdrawals", start="0", end="9999999999")
    assert list(listed) == ["deposits", "withdrawals", "adjustments"]
    assert listed["deposits"] == listed["adjustments"] == []
    (withdrawal,) = listed["withdrawals"]
    status = withdrawal.pop("status")
    assert status.startswith("COMPLETE: ")
    assert withdrawal == {
        "withdrawalNumber": number,
        "currency": "ETH",
        "address": "0xabc1",
        "amount": "2.00000000",
        "fee": "0.00500000",
        "timestamp": NOW // 1000,
        "ipAddress": "127.0.0.1",
        "paymentID": None,
        "canCancel": 0,
        "canResendEmail": 0,
        "scope": "crypto",
        "fiatAccountId": None,
    }
    (again,) = customer.ask("returnDepositsWithdrawals", start="0", end="9999999999")["withdrawals"]
    assert again["status"] == status


def test_a_withdrawal_smaller_than_its_fee_is_all_fee() -> None:
    customer = Customer(permissions=["read", "withdraw"])
    customer.ask("withdraw", currency="ETH", amount="0.001", address="0xabc1")
    (withdrawal,) = customer.ask("returnDepositsWithdrawals", start="0", end="9999999999")["withdrawals"]
    assert withdrawal["fee"] == withdrawal["amount"] == "0.00100000"


def test_withdrawals_are_those_of_the_range_oldest_first() -> None:
    customer = Customer(permissions=["read", "withdraw"])
    for _ in range(3):
        customer.ask("withdraw", currency="ETH", amount="1", address="0xabc1")
        customer.now += 1000
    start, end = NOW / 1000, NOW / 1000 + 1
    listed = customer.ask("returnDepositsWithdrawals", start=f"{start:.3f}", end=f"{end:.3f}")["withdrawals"]
    assert [withdrawal["timestamp"] for withdrawal in listed] == [NOW // 1000, NOW // 1000 + 1]
    empty = (200, b'{"deposits":[],"withdrawals":[],"adjustments":[]}')
    assert said(customer.call("returnDepositsWithdrawals", start=str(NOW), end=str(NOW))) == empty


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"start": ""}, "Required parameter missing."),
        ({"end": ""}, "Required parameter missing."),
        ({"start": "yesterday"}, "Invalid start parameter."),
        ({"end": "-1"}, "Invalid end parameter."),
    ],
)
def test_a_list_of_withdrawals_wants_a_range(change: dict[str, str], text: str) -> None:
    entry = Customer().call("returnDepositsWithdrawals", **({"start": "0", "end": "1"} | change))
    assert said(entry) == (422, f'{{"error":"{text}"}}'.encode())
