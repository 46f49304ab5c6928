"""The loan market of a venue: what is offered, what is lent, and what it has earned. Facts 3.7 and 4.10.

Whoever borrows here is the exchange's own lender, who lends on to those who trade on margin. It takes every offer that
asks for no more than its rate, at once and for as long as the offer says. Dearer offers stand until they are cancelled,
or until somebody else of the venue borrows on margin who would pay as much; then so much of them is taken, the cheapest
first. The lender's money is good, and comes back to the second.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count
from typing import Final

from mockserver.core.desk import Desk
from mockserver.core.money import ZERO, floored, multiply, quotient, subtract
from mockserver.core.refusals import Refused
from mockserver.core.wallets import Wallet

DAY_MS: Final = 86_400_000

#: What the lender pays a day, and what it asks for what it lends on itself.
LENDERS_RATE: Final = Decimal("0.0002")
ITS_OWN_RATE: Final = Decimal("0.0005")
ITS_AMOUNT: Final = Decimal(100)

#: 4.10: in the example the exchange keeps three twentieths of the interest.
KEPT: Final = Decimal("0.15")

#: 4.10: an answer of the history had about so many rows at most; more are not kept.
_KEPT_ROWS: Final = 12_660

#: So many renewals of one loan are made one by one between two looks at it.
_MOST_RENEWALS: Final = 500

_IDS_FROM: Final = 1_002_013_188


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """An offer, and what becomes of it.

    Attributes:
        loan_id: Unique within the venue; a loan keeps the number of its offer, if it is the whole of it.
        account_id: Who lends.
        currency: What.
        amount: How much.
        rate: A share of the amount for each day.
        days: For how long.
        auto_renew: Whether it is lent again when it comes back.
        escrow_id: Where the money lies, perhaps beside that of others which were one offer with it.
        since_ms: When it was offered; of a loan, when it was taken.
        until_ms: When it came back; None before that.
    """

    loan_id: int
    account_id: int
    currency: str
    amount: Decimal
    rate: Decimal
    days: int
    auto_renew: bool
    escrow_id: int
    since_ms: int
    until_ms: int | None = None

    @property
    def due_ms(self) -> int:
        """When it comes back."""
        return self.since_ms + self.days * DAY_MS

    def interest(self, at_ms: int) -> Decimal:
        """Return what it has brought until then, before the exchange keeps its part."""
        elapsed = Decimal(max(at_ms - self.since_ms, 0))
        return quotient(multiply(multiply(self.amount, self.rate), elapsed), Decimal(DAY_MS))


class LoanMarket:
    """All offers and loans of a venue; one for each, as its annex.

    Attributes:
        offers: What stands to be taken, by number.
        lent: What is lent, by number.
        ended: What came back, oldest first, by account.
    """

    def __init__(self) -> None:
        self.offers: dict[int, Loan] = {}
        self.lent: dict[int, Loan] = {}
        self.ended: dict[int, deque[Loan]] = {}
        self._ids = count(_IDS_FROM)

    def offer(
        self, desk: Desk, currency: str, amount: Decimal, rate: Decimal, days: int, *, auto_renew: bool
    ) -> Loan | Refused:
        """Take money out of the caller's lending account and offer it; the lender may take it at once."""
        escrow_id = desk.escrow(currency, amount, source=Wallet.LENDING)
        if isinstance(escrow_id, Refused):
            return escrow_id
        loan = Loan(
            loan_id=next(self._ids),
            account_id=desk.account_id,
            currency=currency,
            amount=amount,
            rate=rate,
            days=days,
            auto_renew=auto_renew,
            escrow_id=escrow_id,
            since_ms=desk.now_ms,
        )
        (self.lent if rate <= LENDERS_RATE else self.offers)[loan.loan_id] = loan
        desk.mark_changed()
        return loan

    def take(self, desk: Desk, currency: str, amount: Decimal, highest_rate: Decimal) -> None:
        """Lend on what others offer, for somebody who borrows: the cheapest first, and none that is too dear.

        Args:
            desk: The borrower's.
            currency: What is borrowed.
            amount: How much; of a larger offer the rest stays.
            highest_rate: What the borrower pays a day at most.
        """
        others = [loan for loan in self.offers.values() if loan.account_id != desk.account_id]
        fitting = [loan for loan in others if loan.currency == currency and loan.rate <= highest_rate]
        for loan in sorted(fitting, key=lambda loan: (loan.rate, loan.loan_id)):
            if amount <= ZERO:
                return
            part = min(loan.amount, amount)
            amount = subtract(amount, part)
            if part == loan.amount:
                number = loan.loan_id
                del self.offers[number]
            else:
                number = next(self._ids)
                self.offers[loan.loan_id] = replace(loan, amount=subtract(loan.amount, part))
            self.lent[number] = replace(loan, loan_id=number, amount=part, since_ms=desk.now_ms)
            desk.mark_changed()

    def cancel(self, desk: Desk, loan_id: int) -> Loan | None:
        """Give an offer of the caller's back to its lending account; None where there is none."""
        loan = self.offers.get(loan_id)
        if loan is None or loan.account_id != desk.account_id:
            return None
        del self.offers[loan_id]
        desk.redeem(loan.escrow_id, loan.amount, target=Wallet.LENDING)
        desk.mark_changed()
        return loan

    def toggle(self, desk: Desk, loan_id: int) -> Loan | None:
        """Let a loan of the caller's be renewed if it was not to be, and the other way round; None for no such loan."""
        loan = self.lent.get(loan_id)
        if loan is None or loan.account_id != desk.account_id:
            return None
        self.lent[loan_id] = changed = replace(loan, auto_renew=not loan.auto_renew)
        desk.mark_changed()
        return changed

    def settle(self, desk: Desk) -> None:
        """Let come back what is due to the caller, with its interest; what is renewed goes out the same moment."""
        for loan in [loan for loan in self.lent.values() if loan.account_id == desk.account_id]:
            loan = self._without_long_past(desk, loan)
            while loan.due_ms <= desk.now_ms:
                loan = self._end(desk, loan)
                if loan.until_ms is not None:
                    break

    def _without_long_past(self, desk: Desk, loan: Loan) -> Loan:
        """Return a loan as it is after all renewals but the last ones, of which alone the history tells.

        Nobody looked for years, or the clock was set; what it brought in that time is paid at once.
        """
        past = (desk.now_ms - loan.since_ms) // (loan.days * DAY_MS) - _MOST_RENEWALS
        if not loan.auto_renew or past <= 0:
            return loan
        interest = loan.interest(loan.due_ms)
        desk.earn(loan.currency, multiply(subtract(interest, kept_of(interest)), Decimal(past)), target=Wallet.LENDING)
        desk.mark_changed()
        later = self.lent[loan.loan_id] = replace(loan, since_ms=loan.since_ms + past * loan.days * DAY_MS)
        return later

    def _end(self, desk: Desk, loan: Loan) -> Loan:
        """End one loan; return what is lent instead, or the ended loan itself."""
        done = replace(loan, until_ms=loan.due_ms)
        interest = loan.interest(loan.due_ms)
        earned = subtract(interest, kept_of(interest))
        if earned > ZERO:
            desk.earn(loan.currency, earned, target=Wallet.LENDING)
        self.ended.setdefault(loan.account_id, deque(maxlen=_KEPT_ROWS)).append(done)
        del self.lent[loan.loan_id]
        desk.mark_changed()
        if not loan.auto_renew:
            desk.redeem(loan.escrow_id, loan.amount, target=Wallet.LENDING)
            return done
        renewed = replace(loan, loan_id=next(self._ids), since_ms=loan.due_ms)
        self.lent[renewed.loan_id] = renewed
        return renewed

    def of(self, loans: dict[int, Loan], account_id: int) -> Iterator[Loan]:
        """Go through an account's offers or loans, oldest first."""
        return (loan for loan in loans.values() if loan.account_id == account_id)


def kept_of(interest: Decimal) -> Decimal:
    """Return the part of interest that the exchange keeps."""
    return floored(multiply(interest, KEPT))
