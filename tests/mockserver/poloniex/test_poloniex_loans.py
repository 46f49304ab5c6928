"""Lending at Poloniex: offers, loans that come about, what they bring, and their renewal."""

from decimal import Decimal
from typing import Any

import pytest

from tests.mockserver.poloniex.poloniex_setup import DATE, KEY, NOW, Customer, new_exchange, public, said, value_of

DAY = 86_400_000
CHEAP = {"currency": "BTC", "amount": "0.1", "duration": "2", "autoRenew": "0", "lendingRate": "0.0002"}
DEAR = CHEAP | {"lendingRate": "0.0003"}


def lender(customer: Customer | None = None) -> Customer:
    """Somebody with half a BTC in the lending account."""
    customer = customer or Customer()
    customer.ask("transferBalance", currency="BTC", amount="0.5", fromAccount="exchange", toAccount="lending")
    return customer


def lending(customer: Customer) -> Any:
    return customer.ask("returnAvailableAccountBalances", account="lending")


def test_a_dear_offer_stands_until_it_is_cancelled() -> None:
    customer = lender()
    assert said(customer.call("createLoanOffer", **DEAR)) == (
        200,
        b'{"success":1,"message":"Loan order placed.","orderID":1002013188}',
    )
    assert lending(customer) == {"lending": {"BTC": "0.40000000"}}
    assert said(customer.call("returnOpenLoanOffers")) == (
        200,
        b'{"BTC":[{"id":1002013188,"rate":"0.00030000","amount":"0.10000000","duration":2,"autoRenew":0,"date":"'
        + DATE.encode()
        + b'"}]}',
    )
    assert said(customer.call("cancelLoanOffer", orderNumber="1002013188")) == (
        200,
        b'{"success":1,"message":"Loan offer canceled.","amount":"0.10000000"}',
    )
    assert lending(customer) == {"lending": {"BTC": "0.50000000"}}
    assert said(customer.call("returnOpenLoanOffers")) == (200, b"[]")


def test_offers_are_on_the_loan_market_for_everybody_cheapest_first() -> None:
    customer = lender()
    customer.ask("createLoanOffer", **DEAR)
    customer.ask("createLoanOffer", **(DEAR | {"duration": "30"}))
    customer.ask("createLoanOffer", **(DEAR | {"lendingRate": "0.0006"}))
    customer.ask("createLoanOffer", **DEAR)
    found = value_of(public(customer.exchange, "command=returnLoanOrders&currency=BTC"))
    assert [(offer["rate"], offer["amount"], offer["rangeMax"]) for offer in found["offers"]] == [
        ("0.00030000", "0.20000000", 2),
        ("0.00030000", "0.10000000", 30),
        ("0.00050000", "100.00000000", 60),
        ("0.00060000", "0.10000000", 2),
    ]
    fewer = value_of(public(customer.exchange, "command=returnLoanOrders&currency=BTC&limit=1"))
    assert fewer["offers"] == found["offers"][:1]


def test_a_cheap_offer_is_taken_at_once_and_comes_back_with_interest() -> None:
    customer = lender()
    number = customer.ask("createLoanOffer", **CHEAP)["orderID"]
    assert customer.ask("returnOpenLoanOffers") == []
    customer.now += DAY
    assert customer.ask("returnActiveLoans") == {
        "provided": [
            {
                "id": number,
                "currency": "BTC",
                "rate": "0.00020000",
                "amount": "0.10000000",
                "range": 2,
                "autoRenew": 0,
                "date": DATE,
                "fees": "0.00002000",
            }
        ],
        "used": [],
    }
    customer.now += DAY
    assert lending(customer) == {"lending": {"BTC": "0.50003400"}}
    assert customer.ask("returnActiveLoans")["provided"] == []
    assert customer.ask("returnLendingHistory", start="0", end="9999999999") == [
        {
            "id": number,
            "currency": "BTC",
            "rate": "0.00020000",
            "amount": "0.10000000",
            "duration": "2.00000000",
            "interest": "0.00004000",
            "fee": "-0.00000600",
            "earned": "0.00003400",
            "open": DATE,
            "close": "2019-01-04 03:04:05",
        }
    ]


def test_a_loan_that_renews_itself_goes_out_again_until_it_is_told_not_to() -> None:
    customer = lender()
    customer.ask("createLoanOffer", **(CHEAP | {"autoRenew": "1"}))
    customer.now += 5 * DAY
    (loan,) = customer.ask("returnActiveLoans")["provided"]
    assert loan["date"] == "2019-01-06 03:04:05"
    assert lending(customer) == {"lending": {"BTC": "0.40006800"}}
    toggle = customer.call("toggleAutoRenew", orderNumber=str(loan["id"]))
    assert said(toggle) == (200, b'{"success":1,"message":0}')
    customer.now += DAY
    assert lending(customer) == {"lending": {"BTC": "0.50010200"}}
    assert len(customer.ask("returnLendingHistory", limit="2")) == 2
    assert len(customer.ask("returnLendingHistory", start=str(NOW // 1000))) == 3


def test_a_loan_that_nobody_looked_at_for_a_century_has_brought_all_that_it_should() -> None:
    customer = lender()
    customer.ask("createLoanOffer", **(CHEAP | {"autoRenew": "1"}))
    customer.now += 36_500 * DAY
    assert lending(customer) == {"lending": {"BTC": "1.02050000"}}  # 0.4 and 18,250 times 0.000034
    rows = customer.ask("returnLendingHistory", limit="10000")
    assert len(rows) == 500
    assert len({row["id"] for row in rows}) == 500
    assert rows[0]["close"] == customer.ask("returnActiveLoans")["provided"][0]["date"]


def borrower(owner: Customer, **terms: str) -> str:
    """Somebody else of the venue who borrows 0.1 BTC or so on margin; returns how much."""
    other = Customer(owner.exchange, key=KEY[::-1])
    other.ask("transferBalance", currency="BTC", amount="0.5", fromAccount="exchange", toAccount="margin")
    other.ask("marginBuy", currencyPair="BTC_ETH", rate="0.07", amount="1.5", **terms)
    (used,) = other.ask("returnActiveLoans")["used"]
    return str(used["amount"])


def test_a_dear_offer_is_taken_by_somebody_who_borrows_and_would_pay_as_much() -> None:
    owner = lender()
    owner.ask("createLoanOffer", **(DEAR | {"lendingRate": "0.01", "amount": "0.3"}))
    cheaper = owner.ask("createLoanOffer", **(DEAR | {"amount": "0.05"}))["orderID"]
    borrowed = borrower(owner)
    loans = owner.ask("returnActiveLoans")["provided"]
    assert (loans[0]["rate"], loans[0]["amount"]) == ("0.00030000", "0.05000000")
    assert loans[0]["id"] == cheaper
    assert loans[1]["rate"] == "0.01000000"
    assert sum(Decimal(loan["amount"]) for loan in loans) == Decimal(borrowed)
    (rest,) = owner.ask("returnOpenLoanOffers")["BTC"]
    assert Decimal(rest["amount"]) == Decimal("0.35") - Decimal(borrowed)
    assert owner.ask("cancelLoanOffer", orderNumber=str(rest["id"]))["amount"] == rest["amount"]
    owner.now += 2 * DAY
    earned = sum(Decimal(row["earned"]) for row in owner.ask("returnLendingHistory", start="0"))
    assert lending(owner) == {"lending": {"BTC": f"{Decimal('0.5') + earned:.8f}"}}


def test_an_offer_that_is_too_dear_for_a_borrower_stays() -> None:
    owner = lender()
    owner.ask("createLoanOffer", **DEAR)
    borrower(owner, lendingRate="0.00029999")
    assert owner.ask("returnActiveLoans")["provided"] == []
    assert len(owner.ask("returnOpenLoanOffers")["BTC"]) == 1


def test_nobody_borrows_what_he_offers_himself() -> None:
    owner = lender()
    owner.ask("createLoanOffer", **DEAR)
    owner.ask("transferBalance", currency="BTC", amount="0.4", fromAccount="exchange", toAccount="margin")
    owner.ask("marginBuy", currencyPair="BTC_ETH", rate="0.07", amount="1.5")
    assert owner.ask("returnActiveLoans")["provided"] == []


def test_what_is_lent_counts_as_had_and_not_as_available() -> None:
    customer = lender()
    customer.ask("createLoanOffer", **CHEAP)
    customer.ask("createLoanOffer", **DEAR)
    assert customer.ask("returnCompleteBalances", account="all")["BTC"] == {
        "available": "0.80000000",
        "onOrders": "0.20000000",
        "btcValue": "1.00000000",
    }
    assert customer.ask("returnCompleteBalances")["BTC"]["available"] == "0.50000000"


def test_a_history_without_any_parameter_is_empty() -> None:
    customer = lender()
    customer.ask("createLoanOffer", **CHEAP)
    customer.now += 3 * DAY
    assert said(customer.call("returnLendingHistory")) == (200, b"[]")
    assert len(customer.ask("returnLendingHistory", end="9999999999")) == 1


def test_nobody_touches_the_loans_of_somebody_else() -> None:
    exchange = new_exchange()
    owner, other = lender(Customer(exchange)), Customer(exchange, key=KEY[::-1])
    offer = str(owner.ask("createLoanOffer", **DEAR)["orderID"])
    loan = str(owner.ask("createLoanOffer", **CHEAP)["orderID"])
    cancelled = b'{"error":"Error canceling loan order, or you are not the person who placed it.","success":0}'
    assert said(other.call("cancelLoanOffer", orderNumber=offer)) == (200, cancelled)
    toggled = b'{"success":0,"message":"Loan not found, or you are not the person who placed it."}'
    assert said(other.call("toggleAutoRenew", orderNumber=loan)) == (200, toggled)
    assert other.ask("returnOpenLoanOffers") == []
    assert other.ask("returnActiveLoans") == {"provided": [], "used": []}
    other.now += 9 * DAY
    assert other.ask("returnLendingHistory", start="0") == []
    assert len(owner.ask("returnOpenLoanOffers")["BTC"]) == 1


@pytest.mark.parametrize(
    ("number", "status", "body"),
    [
        ("", 422, b'{"error":"Required parameter missing."}'),
        ("x", 422, b'{"error":"Invalid orderNumber parameter."}'),
        ("7", 200, b'{"success":0,"message":"Loan not found, or you are not the person who placed it."}'),
    ],
)
def test_a_loan_that_is_not_there_is_not_renewed(number: str, status: int, body: bytes) -> None:
    assert said(lender().call("toggleAutoRenew", orderNumber=number)) == (status, body)


def test_more_than_two_months_are_no_duration() -> None:
    refused = (422, b'{"error":"Invalid duration parameter."}')
    assert said(lender().call("createLoanOffer", **(CHEAP | {"duration": "61"}))) == refused
    assert lender().ask("createLoanOffer", **(CHEAP | {"duration": "60"}))["success"] == 1


def test_the_ledger_is_even_after_loans_have_come_back() -> None:
    customer = lender()
    for terms in (CHEAP, DEAR, CHEAP | {"autoRenew": "1"}):
        customer.ask("createLoanOffer", **terms)
    customer.now += 7 * DAY
    customer.ask("returnActiveLoans")
    assert not any(customer.exchange.venue.ledger.sums().values())
