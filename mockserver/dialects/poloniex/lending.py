"""Lending: offers, loans and what they bring. Facts 3.7 and 4.10; the loan market itself is in `loans.py`."""

from __future__ import annotations

from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.money import ZERO, add, quotient, subtract
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.wallets import Wallet
from mockserver.dialects.poloniex import answers
from mockserver.dialects.poloniex import parameters as read
from mockserver.dialects.poloniex.answers import date, money
from mockserver.dialects.poloniex.loans import (
    DAY_MS,
    ITS_AMOUNT,
    ITS_OWN_RATE,
    LENDERS_RATE,
    Loan,
    LoanMarket,
    kept_of,
)

LEAST_LOAN = Decimal("0.01")
LEAST_DAYS = 2
MOST_DAYS = 60
HIGHEST_RATE = Decimal("0.05")

#: 3.7: so many offers unless told otherwise.
_USUAL_OFFERS = 50

_TERMS = ("duration", "autoRenew", "lendingRate")


def return_loan_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`returnLoanOrders`: what is offered, cheapest first, and what the exchange's lender asks for."""
    currency = read.given(parameters, "currency")
    if currency is None:
        return Refused(refusal=Refusal.MISSING_PARAMETER, variant="public_currency")
    if currency not in desk.currencies():
        return Refused(refusal=Refusal.UNKNOWN_CURRENCY, facts={"currency": currency}, variant="public")
    limit = read.count(parameters, "limit", default=_USUAL_OFFERS, most=1000, variant="public_limit")
    if isinstance(limit, Refused):
        return limit
    standing: dict[tuple[Decimal, int], Decimal] = {(ITS_OWN_RATE, MOST_DAYS): ITS_AMOUNT}
    for loan in desk.venue_annex(LoanMarket).offers.values():
        if loan.currency == currency:
            at = (loan.rate, loan.days)
            standing[at] = add(standing.get(at, ZERO), loan.amount)
    offers = [_order_view(rate, amount, LEAST_DAYS, days) for (rate, days), amount in sorted(standing.items())]
    demands = [_order_view(LENDERS_RATE, ITS_AMOUNT, LEAST_DAYS, MOST_DAYS)]
    return {"offers": offers[:limit], "demands": demands[:limit]}


def _order_view(rate: Decimal, amount: Decimal, least_days: int, most_days: int) -> Json:
    return {"rate": money(rate), "amount": money(amount), "rangeMin": least_days, "rangeMax": most_days}


def create_loan_offer(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`createLoanOffer`: from the lending account; the order of the checks is the one that was probed (2.2)."""
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
    if terms["duration"] > MOST_DAYS:
        return read.invalid("duration")  # 4.10: two to sixty; the text for more is a silence
    if terms["lendingRate"] > HIGHEST_RATE:
        return Refused(refusal=Refusal.REJECTED, variant="loan_rate")
    loans = settled(desk)
    loan = loans.offer(
        desk, currency, amount, terms["lendingRate"], int(terms["duration"]), auto_renew=bool(terms["autoRenew"])
    )
    if isinstance(loan, Refused):
        return Refused(refusal=Refusal.INSUFFICIENT_FUNDS, facts={"currency": currency}, variant="loan")
    return {"success": 1, "message": "Loan order placed.", "orderID": loan.loan_id}


def cancel_loan_offer(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`cancelLoanOffer`: of an offer that nobody has taken."""
    number = read.order_number(parameters)
    if isinstance(number, Refused):
        return number
    loan = settled(desk).cancel(desk, number)
    if loan is None:
        variant = "loan" if number else "zero"
        return Refused(refusal=Refusal.ORDER_NOT_FOUND, facts={"order_id": number}, variant=variant)
    return {"success": 1, "message": "Loan offer canceled.", "amount": money(loan.amount)}


def toggle_auto_renew(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`toggleAutoRenew`: of a loan that is out; `message` is the new setting, a number."""
    number = read.order_number(parameters)
    if isinstance(number, Refused):
        return number
    loan = settled(desk).toggle(desk, number)
    if loan is None:
        return Refused(refusal=Refusal.ORDER_NOT_FOUND, facts={"order_id": number}, variant="renew")
    return {"success": 1, "message": int(loan.auto_renew)}


def return_open_loan_offers(desk: Desk, parameters: Parameters) -> Json:
    """`returnOpenLoanOffers`: an object of currencies, and without any the empty list (5.1)."""
    found: dict[str, list[Json]] = {}
    loans = settled(desk)
    for loan in loans.of(loans.offers, desk.account_id):
        found.setdefault(loan.currency, []).append(
            {
                "id": loan.loan_id,
                "rate": money(loan.rate),
                "amount": money(loan.amount),
                "duration": loan.days,
                "autoRenew": int(loan.auto_renew),
                "date": date(loan.since_ms),
            }
        )
    return answers.or_empty_list(found)


def return_active_loans(desk: Desk, parameters: Parameters) -> Json:
    """`returnActiveLoans`: what was given; and what was taken, which is what the positions on margin owe."""
    loans = settled(desk)
    used: list[Json] = [
        {
            "id": position.position_id,
            "currency": currency,
            "rate": money(ITS_OWN_RATE),
            "amount": money(debt),
            "range": LEAST_DAYS,
            "date": date(position.opened_ms),
            "fees": money(ZERO),
        }
        for position in desk.positions(wallet=Wallet.MARGIN)
        for currency, debt in position.debts.items()
    ]
    return {
        "provided": [_active_view(loan, desk.now_ms) for loan in loans.of(loans.lent, desk.account_id)],
        "used": used,
    }


def _active_view(loan: Loan, now_ms: int) -> Json:
    return {
        "id": loan.loan_id,
        "currency": loan.currency,
        "rate": money(loan.rate),
        "amount": money(loan.amount),
        "range": loan.days,
        "autoRenew": int(loan.auto_renew),
        "date": date(loan.since_ms),
        "fees": money(loan.interest(now_ms)),
    }


def return_lending_history(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`returnLendingHistory`: loans that ended, newest first; without any parameter it is empty (4.10)."""
    start = read.time_ms(parameters, "start")
    if isinstance(start, Refused):
        return start
    end = read.time_ms(parameters, "end")
    if isinstance(end, Refused):
        return end
    limit = read.count(parameters, "limit", default=500, most=10_000)
    if isinstance(limit, Refused):
        return limit
    if all(read.given(parameters, name) is None for name in ("start", "end", "limit")):
        return []
    ended = settled(desk).ended.get(desk.account_id, ())
    inside = [loan for loan in reversed(ended) if loan.until_ms is not None and read.within(loan.until_ms, start, end)]
    return [_ended_view(loan) for loan in inside[:limit]]


def _ended_view(loan: Loan) -> Json:
    until_ms = loan.due_ms if loan.until_ms is None else loan.until_ms
    interest = loan.interest(until_ms)
    fee = kept_of(interest)
    return {
        "id": loan.loan_id,
        "currency": loan.currency,
        "rate": money(loan.rate),
        "amount": money(loan.amount),
        "duration": money(quotient(Decimal(until_ms - loan.since_ms), Decimal(DAY_MS))),
        "interest": money(interest),
        "fee": money(subtract(ZERO, fee)),
        "earned": money(subtract(interest, fee)),
        "open": date(loan.since_ms),
        "close": date(until_ms),
    }


def settled(desk: Desk) -> LoanMarket:
    """Return the loan market, with whatever was due to the caller in its lending account."""
    loans = desk.venue_annex(LoanMarket)
    loans.settle(desk)
    return loans
