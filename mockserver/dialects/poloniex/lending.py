"""Lending, as somebody meets it who has nothing to lend: no offers, no loans, no history. Facts 3.7 and 4.10.

Money cannot be moved to lending here, so an offer that is right in every way meets an empty account.
"""

from __future__ import annotations

from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.poloniex import parameters as read

LEAST_LOAN = Decimal("0.01")
LEAST_DAYS = 2
MOST_DAYS = 60
HIGHEST_RATE = Decimal("0.05")


def return_loan_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`returnLoanOrders`: nobody lends here and nobody asks for a loan."""
    currency = read.given(parameters, "currency")
    if currency is None:
        return Refused(refusal=Refusal.MISSING_PARAMETER, variant="public_currency")
    if currency not in desk.currencies():
        return Refused(refusal=Refusal.UNKNOWN_CURRENCY, facts={"currency": currency}, variant="public")
    return {"offers": [], "demands": []}


def create_loan_offer(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`createLoanOffer`: the order of the checks is the one that was probed (2.2); the last of them always fails."""
    amount = read.quantity(parameters, "amount")
    if isinstance(amount, Refused):
        return amount
    if amount < LEAST_LOAN:
        return Refused(refusal=Refusal.BELOW_MINIMUM, facts={"minimum": f"{LEAST_LOAN:f}"}, variant="amount")
    currency = read.given(parameters, "currency")
    if currency is None or any(read.given(parameters, name) is None for name in _TERMS):
        return read.missing()
    if currency not in desk.currencies():
        return Refused(refusal=Refusal.UNKNOWN_CURRENCY, facts={"parameter": "currency", "currency": currency})
    terms: dict[str, Decimal] = {}
    for name in _TERMS:
        number = read.numeric(read.given(parameters, name) or "")
        if number is None or number < 0 or (name == "duration" and number != number.to_integral_value()):
            return read.invalid(name)
        terms[name] = number
    if terms["duration"] < LEAST_DAYS:
        return Refused(refusal=Refusal.REJECTED, variant="loan")
    if terms["lendingRate"] > HIGHEST_RATE:
        return Refused(refusal=Refusal.REJECTED, variant="loan_rate")
    return Refused(refusal=Refusal.INSUFFICIENT_FUNDS, facts={"currency": currency}, variant="loan")


_TERMS = ("duration", "autoRenew", "lendingRate")


def cancel_loan_offer(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`cancelLoanOffer`: whatever its number, it is not the caller's."""
    number = read.order_number(parameters)
    if isinstance(number, Refused):
        return number
    variant = "loan" if number else "zero"
    return Refused(refusal=Refusal.ORDER_NOT_FOUND, facts={"order_id": number}, variant=variant)


def return_open_loan_offers(desk: Desk, parameters: Parameters) -> Json:
    """`returnOpenLoanOffers`: an object of currencies, and without any the empty list (5.1)."""
    return []


def return_active_loans(desk: Desk, parameters: Parameters) -> Json:
    """`returnActiveLoans`: given and taken."""
    return {"provided": [], "used": []}


def return_lending_history(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`returnLendingHistory`: loans that ended, of which there are none."""
    for name in ("start", "end"):
        at = read.time_ms(parameters, name)
        if isinstance(at, Refused):
            return at
    limit = read.count(parameters, "limit", default=500, most=10_000)
    return limit if isinstance(limit, Refused) else []
