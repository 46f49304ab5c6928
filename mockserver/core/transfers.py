"""Money that changes its place without leaving the house: between wallets and accounts, and into safe keeping."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import count
from typing import Final

from mockserver.core.accounts import Account
from mockserver.core.desk import Balance
from mockserver.core.ledger import ESCROW, LENDER, WORLD, Ledger
from mockserver.core.money import ZERO, subtract
from mockserver.core.refusals import Refused, insufficient, unknown_currency
from mockserver.core.tally import Tally
from mockserver.core.wallets import Wallet

_ESCROW_IDS_FROM: Final = 8_000_001


class Transfers:
    """The purses of an account's wallets, and the ways between them.

    Args:
        ledger: Who has what.
        accounts: The venue's accounts by id.
        tally: Of the venue's changes.
    """

    __slots__ = ("_accounts", "_escrow_ids", "_escrows", "_ledger", "_tally")

    def __init__(self, ledger: Ledger, accounts: Mapping[int, Account], tally: Tally) -> None:
        self._ledger = ledger
        self._accounts = accounts
        self._tally = tally
        self._escrow_ids = count(_ESCROW_IDS_FROM)
        self._escrows: dict[int, tuple[str, Decimal]] = {}

    def purse(self, account: Account, wallet: Wallet) -> int:
        """Return the ledger's holder for a wallet, opened now if nothing was ever in it."""
        holder = account.purses.get(wallet)
        if holder is None:
            holder = account.purses[wallet] = self._ledger.open_new()
        return holder

    def balances(self, account: Account, wallet: Wallet) -> dict[str, Balance]:
        """Return what is in a wallet of every currency, zeros too."""
        holder = account.purses.get(wallet)
        if holder is None:
            nothing = Balance(available=ZERO, held=ZERO)
            return dict.fromkeys(self._ledger.currencies, nothing)
        return self._ledger.balances(holder)

    def transfer(
        self,
        currency: str,
        amount: Decimal,
        payer: tuple[Account, Wallet],
        payee: tuple[Account, Wallet],
    ) -> Refused | None:
        """Move what is available, as `AccountDesk.transfer` and `pay` say."""
        if (refused := self._unable(currency, amount, *payer)) is not None:
            return refused
        if payer == payee:
            return None
        self._ledger.move(currency, amount, self.purse(*payer), self.purse(*payee))
        self._tally.changes += 1
        return None

    def account(self, account_id: int) -> Account | None:
        """Return a customer's account, or None."""
        return self._accounts.get(account_id) if account_id > 0 else None

    def swap(self, account: Account, currency: str, amount: Decimal, into: str, received: Decimal) -> Refused | None:
        """Let an account give one currency for another, as `AccountDesk.swap` says."""
        if (refused := self._unable(currency, amount, account, Wallet.SPOT)) is not None:
            return refused
        if into not in self._ledger.currencies:
            return unknown_currency(into)
        self._ledger.move(currency, amount, account.account_id, WORLD)
        self._ledger.move(into, received, WORLD, account.account_id)
        self._tally.changes += 1
        return None

    def escrow(self, account: Account, currency: str, amount: Decimal, source: Wallet) -> int | Refused:
        """Put money into the exchange's keeping, as `AccountDesk.escrow` says."""
        if (refused := self._unable(currency, amount, account, source)) is not None:
            return refused
        self._ledger.move(currency, amount, self.purse(account, source), ESCROW)
        escrow_id = next(self._escrow_ids)
        self._escrows[escrow_id] = (currency, amount)
        self._tally.changes += 1
        return escrow_id

    def in_escrow(self, escrow_id: int) -> Decimal:
        """Return how much lies under a number; zero for one that nobody knows."""
        return self._escrows.get(escrow_id, ("", ZERO))[1]

    def redeem(self, account: Account, escrow_id: int, amount: Decimal | None, target: Wallet) -> Decimal:
        """Pay out what lies under a number, as `AccountDesk.redeem` says."""
        there = self._escrows.get(escrow_id)
        if there is None:
            return ZERO
        currency, most = there
        taken = most if amount is None else min(amount, most)
        self._ledger.move(currency, taken, ESCROW, self.purse(account, target))
        if taken == most:
            del self._escrows[escrow_id]
        else:
            self._escrows[escrow_id] = (currency, subtract(most, taken))
        self._tally.changes += 1
        return taken

    def earn(self, account: Account, currency: str, amount: Decimal, target: Wallet) -> None:
        """Pay what the lender owes somebody whose money it lent on, as `AccountDesk.earn` says."""
        self._ledger.move(currency, amount, LENDER, self.purse(account, target))
        self._tally.changes += 1

    def _unable(self, currency: str, amount: Decimal, account: Account, wallet: Wallet) -> Refused | None:
        if not (amount.is_finite() and amount > ZERO):
            raise ValueError(f"amount {amount} must be above zero, and have an end")
        if currency not in self._ledger.currencies:
            return unknown_currency(currency)
        if self.balances(account, wallet)[currency].available < amount:
            return insufficient(currency)
        return None
