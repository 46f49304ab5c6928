"""Who has what: every movement has two sides, so the sum over all holders of a currency never changes."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, DecimalException
from typing import Final

from mockserver.core.desk import Balance
from mockserver.core.money import ZERO, add, subtract
from mockserver.errors import LedgerError

#: Where money comes from and leaves to. It may owe: it is below zero by what all others have.
WORLD: Final = -1

#: The exchange's own, where fees go.
FEES: Final = -2

#: What is lent to those who trade on margin. It, too, may owe: it is below zero by what is lent, and what was lost.
LENDER: Final = -4

#: What the exchange keeps for others: vouchers, offers of loans.
ESCROW: Final = -5

_MAY_OWE: Final = frozenset((WORLD, LENDER))

# Purses besides an account's first are numbered downwards from here.
_FURTHER_FROM: Final = -1_000


class _Purse:
    """One holder's money: what may be spent, what is set aside, and which of the balances shown are out of date."""

    __slots__ = ("available", "held", "shown", "stale")

    def __init__(self, currencies: Iterable[str]) -> None:
        self.available: dict[str, Decimal] = dict.fromkeys(currencies, ZERO)
        self.held = self.available.copy()
        self.shown: dict[str, Balance] = {}
        self.stale = set(self.available)


class Ledger:
    """The exchange's books, in decimals that never lose a digit.

    A holder is an account's id, one of the system's above, or a further purse. Amounts are of one currency and not
    below zero. Each movement is checked whole before any part of it is written, so one that raises leaves the books as
    they were.

    Raises:
        LedgerError: From every movement: an unknown holder or currency, an amount below zero or without end, or more
            than there is.
    """

    __slots__ = ("_next_further", "_purses", "currencies")

    def __init__(self, currencies: Sequence[str]) -> None:
        self.currencies = tuple(currencies)
        self._purses: dict[int, _Purse] = {}
        self._next_further = _FURTHER_FROM
        for system_holder in (WORLD, FEES, LENDER, ESCROW):
            self.open(system_holder)

    def open(self, holder: int) -> None:
        """Open an empty purse for a new holder."""
        if holder in self._purses:
            raise LedgerError(f"holder {holder} is in the books already")
        self._purses[holder] = _Purse(self.currencies)

    def open_new(self) -> int:
        """Open an empty purse for a holder that is nobody's first, and return its number."""
        holder = self._next_further
        self._next_further -= 1
        self.open(holder)
        return holder

    def available(self, holder: int, currency: str) -> Decimal:
        """Return what the holder may spend; below zero only for `WORLD` and `LENDER`."""
        try:
            return self._purses[holder].available[currency]
        except KeyError:
            raise self._missing(holder, currency) from None

    def held(self, holder: int, currency: str) -> Decimal:
        """Return what is set aside for the holder's orders."""
        try:
            return self._purses[holder].held[currency]
        except KeyError:
            raise self._missing(holder, currency) from None

    def balances(self, holder: int) -> dict[str, Balance]:
        """Return both parts of every currency, zeros too, in the ledger's order."""
        purse = self._purse(holder)
        if purse.stale:
            available, held, shown = purse.available, purse.held, purse.shown
            for currency in purse.stale if shown else self.currencies:
                shown[currency] = Balance(available=available[currency], held=held[currency])
            purse.stale.clear()
        return purse.shown.copy()

    def move(self, currency: str, amount: Decimal, payer: int, payee: int) -> None:
        """Move what is available to one holder to another."""
        source, target = self._purse(payer), self._purse(payee)
        self._shift(currency, amount, source.available, target.available, may_owe=payer in _MAY_OWE)
        source.stale.add(currency)
        target.stale.add(currency)

    def hold(self, currency: str, amount: Decimal, holder: int) -> None:
        """Set aside what is available."""
        purse = self._purse(holder)
        self._shift(currency, amount, purse.available, purse.held)
        purse.stale.add(currency)

    def release(self, currency: str, amount: Decimal, holder: int) -> None:
        """Make available again what was set aside."""
        purse = self._purse(holder)
        self._shift(currency, amount, purse.held, purse.available)
        purse.stale.add(currency)

    def settle(self, currency: str, amount: Decimal, payer: int, payee: int) -> None:
        """Pay from what was set aside for one holder into what is available to another."""
        source, target = self._purse(payer), self._purse(payee)
        self._shift(currency, amount, source.held, target.available)
        source.stale.add(currency)
        target.stale.add(currency)

    def sums(self) -> Mapping[str, Decimal]:
        """Return the sum over all holders of each currency, which is zero: whatever came in, the world gave."""
        sums = dict.fromkeys(self.currencies, ZERO)
        for purse in self._purses.values():
            for currency in self.currencies:
                sums[currency] = add(sums[currency], add(purse.available[currency], purse.held[currency]))
        return sums

    def holders(self) -> Sequence[int]:
        """Return all holders, those of the system too, in the order they came."""
        return tuple(self._purses)

    def _purse(self, holder: int) -> _Purse:
        try:
            return self._purses[holder]
        except KeyError:
            raise self._missing(holder) from None

    def _missing(self, holder: int, currency: str = "") -> LedgerError:
        if holder not in self._purses:
            return LedgerError(f"holder {holder} is not in the books")
        return LedgerError(f"no currency {currency!r} here")

    def _shift(
        self,
        currency: str,
        amount: Decimal,
        source: dict[str, Decimal],
        target: dict[str, Decimal],
        *,
        may_owe: bool = False,
    ) -> None:
        try:
            left = subtract(source[currency], amount)
            if not amount.is_finite() or amount < ZERO or (left < ZERO and not may_owe):
                raise LedgerError(f"cannot move {amount} {currency}: {source[currency]} is there")
            if source is target:
                return
            grown = add(target[currency], amount)
        except KeyError:
            raise LedgerError(f"no currency {currency!r} here") from None
        except DecimalException as error:
            raise LedgerError(f"an amount of {currency} has no end, or too many digits to keep") from error
        source[currency] = left
        target[currency] = grown
