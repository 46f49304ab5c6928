"""Margin and lending at Poloniex, for somebody who has nothing there."""

import pytest

from tests.mockserver.poloniex.poloniex_setup import Customer, new_exchange, public, said

NO_POSITION = (
    b'{"amount":"0.00000000","total":"0.00000000","basePrice":"0.00000000","liquidationPrice":-1,"pl":"0.00000000",'
    b'"lendingFees":"0.00000000","type":"none"}'
)
NO_PAIR = (422, b'{"error":"Invalid currencyPair parameter."}')
MISSING = (422, b'{"error":"Required parameter missing."}')
OFFER = {"currency": "BTC", "amount": "0.1", "duration": "2", "autoRenew": "0", "lendingRate": "0.0002"}


def test_an_empty_margin_account_is_worth_nothing() -> None:
    assert said(Customer().call("returnMarginAccountSummary")) == (
        200,
        b'{"totalValue":"0.00000000","pl":"0.00000000","lendingFees":"0.00000000","netValue":"0.00000000",'
        b'"totalBorrowedValue":"0.00000000","currentMargin":"1.00000000"}',
    )


def test_nothing_can_be_traded_on_margin() -> None:
    body = b'{"BTC_ETH":{"BTC":"0.00000000","ETH":"0.00000000"}}'
    assert said(Customer().call("returnTradableBalances")) == (200, body)


def test_no_position_is_of_the_type_none() -> None:
    customer = Customer()
    assert said(customer.call("getMarginPosition", currencyPair="BTC_ETH")) == (200, NO_POSITION)
    assert said(customer.call("getMarginPosition", currencyPair="ALL")) == (200, b'{"BTC_ETH":' + NO_POSITION + b"}")


def test_closing_no_position_is_a_success() -> None:
    assert said(Customer().call("closeMarginPosition", currencyPair="BTC_ETH")) == (
        200,
        b'{"success":1,"message":"You do not have an open position in this market.","resultingTrades":[]}',
    )


@pytest.mark.parametrize("command", ["getMarginPosition", "closeMarginPosition"])
def test_a_position_wants_a_known_pair(command: str) -> None:
    assert said(Customer().call(command)) == MISSING
    assert said(Customer().call(command, currencyPair="BTC_XYZ")) == NO_PAIR


def test_on_the_loan_market_there_is_the_lender_alone() -> None:
    entry = public(new_exchange(), "command=returnLoanOrders&currency=BTC")
    assert said(entry) == (
        200,
        b'{"offers":[{"rate":"0.00050000","amount":"100.00000000","rangeMin":2,"rangeMax":60}],'
        b'"demands":[{"rate":"0.00020000","amount":"100.00000000","rangeMin":2,"rangeMax":60}]}',
    )


def test_a_side_of_the_loan_market_without_entries_is_an_empty_list() -> None:
    entry = public(new_exchange(), "command=returnLoanOrders&currency=BTC&limit=0")
    assert said(entry) == (200, b'{"offers":[],"demands":[]}')


@pytest.mark.parametrize(
    ("query", "text"),
    [("", "You must specify a currency."), ("&currency=btc", "Invalid currency.")],
)
def test_the_loan_market_wants_a_known_currency(query: str, text: str) -> None:
    entry = public(new_exchange(), f"command=returnLoanOrders{query}")
    assert said(entry) == (200, f'{{"error":"{text}"}}'.encode())


@pytest.mark.parametrize(
    ("command", "body"),
    [
        ("returnOpenLoanOffers", b"[]"),
        ("returnActiveLoans", b'{"provided":[],"used":[]}'),
        ("returnLendingHistory", b"[]"),
    ],
)
def test_somebody_without_loans_has_empty_lists(command: str, body: bytes) -> None:
    assert said(Customer().call(command)) == (200, body)


@pytest.mark.parametrize("name", ["start", "end", "limit"])
def test_the_history_of_loans_wants_numbers(name: str) -> None:
    refused = (422, f'{{"error":"Invalid {name} parameter."}}'.encode())
    assert said(Customer().call("returnLendingHistory", **{name: "x"})) == refused


@pytest.mark.parametrize(
    ("change", "status", "body"),
    [
        ({}, 200, '{"error":"Not enough BTC available to offer.","success":0}'),
        ({"duration": "60", "lendingRate": "0.05"}, 200, '{"error":"Not enough BTC available to offer.","success":0}'),
        ({"amount": "0.01"}, 200, '{"error":"Not enough BTC available to offer.","success":0}'),
        ({"lendingRate": "0.0501", "duration": "2"}, 200, '{"success":0,"error":"Rate cannot be greater than 5%."}'),
        ({"duration": "1", "lendingRate": "2"}, 200, '{"success":0,"error":"Duration must be at least 2 days."}'),
        ({"lendingRate": "x", "duration": "1"}, 422, '{"error":"Invalid lendingRate parameter."}'),
        ({"autoRenew": "-1", "lendingRate": "x"}, 422, '{"error":"Invalid autoRenew parameter."}'),
        ({"duration": "2.1", "autoRenew": "x"}, 422, '{"error":"Invalid duration parameter."}'),
        ({"currency": "btc", "duration": "x"}, 422, '{"error":"Invalid currency parameter."}'),
        ({"lendingRate": "", "currency": "btc"}, 422, '{"error":"Required parameter missing."}'),
        ({"autoRenew": ""}, 422, '{"error":"Required parameter missing."}'),
        ({"currency": ""}, 422, '{"error":"Required parameter missing."}'),
        ({"amount": "0.00999999", "currency": ""}, 422, '{"error":"Amount must be at least 0.01."}'),
        ({"amount": "-1", "currency": ""}, 422, '{"error":"Invalid amount parameter."}'),
    ],
)
def test_an_offer_is_refused_in_the_order_that_was_probed(change: dict[str, str], status: int, body: str) -> None:
    assert said(Customer().call("createLoanOffer", **(OFFER | change))) == (status, body.encode())


def test_an_offer_of_nothing_at_all_is_too_small() -> None:
    assert said(Customer().call("createLoanOffer")) == (422, b'{"error":"Amount must be at least 0.01."}')


@pytest.mark.parametrize(
    ("number", "status", "body"),
    [
        ("", 422, '{"error":"Required parameter missing."}'),
        ("abc123", 422, '{"error":"Invalid orderNumber parameter."}'),
        ("0", 200, '{"error":"Transaction failed. Please try again."}'),
        ("5", 200, '{"error":"Error canceling loan order, or you are not the person who placed it.","success":0}'),
    ],
)
def test_an_offer_that_is_not_there_cannot_be_cancelled(number: str, status: int, body: str) -> None:
    assert said(Customer().call("cancelLoanOffer", orderNumber=number)) == (status, body.encode())
