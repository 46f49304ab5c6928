"""The cashier: what an account takes out, what came in for it, and where it pays in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import Final

from mockserver.core.accounts import Account
from mockserver.core.desk import Deposit, Withdrawal, WithdrawalStatus
from mockserver.core.ledger import FEES, WORLD, Ledger
from mockserver.core.money import ZERO, add
from mockserver.core.refusals import Refusal, Refused, insufficient, unknown_currency
from mockserver.core.tally import Tally
from mockserver.errors import LedgerError

_WITHDRAWAL_IDS_FROM: Final = 5_000_001
_DEPOSIT_IDS_FROM: Final = 6_000_001


class Cashier:
    """Where money meets the world; desks come here, each for its own account.

    Args:
        ledger: Who has what.
        currencies: All that can be had here, in their order.
        tally: Of the venue's changes.
        seed: Of the deposit addresses and the transactions' ids.

    Attributes:
        currencies: As given.
    """

    __slots__ = ("_deposit_ids", "_ledger", "_seed", "_tally", "_withdrawal_ids", "currencies")

    def __init__(self, ledger: Ledger, currencies: Sequence[str], tally: Tally, *, seed: int) -> None:
        self._ledger = ledger
        self._tally = tally
        self._seed = seed
        self._withdrawal_ids = count(_WITHDRAWAL_IDS_FROM)
        self._deposit_ids = count(_DEPOSIT_IDS_FROM)
        self.currencies = currencies

    def withdraw(
        self,
        account: Account,
        currency: str,
        amount: Decimal,
        address: str,
        network: str | None,
        now_ms: int,
        *,
        fee: Decimal = ZERO,
        tag: str | None = None,
    ) -> Withdrawal | Refused:
        """Take money out, as `AccountDesk.withdraw` says. The account is without it while the withdrawal is pending."""
        if not (amount.is_finite() and amount > ZERO and fee.is_finite() and fee >= ZERO):
            raise ValueError(f"amount {amount} must be above zero and fee {fee} not below, and both have an end")
        if currency not in self.currencies:
            return unknown_currency(currency)
        available = self._ledger.available(account.account_id, currency)
        if available < amount or available < fee or available < add(amount, fee):
            return insufficient(currency)
        self._ledger.move(currency, amount, account.account_id, WORLD)
        if fee:
            self._ledger.move(currency, fee, account.account_id, FEES)
        withdrawal = Withdrawal(
            withdrawal_id=next(self._withdrawal_ids),
            currency=currency,
            amount=amount,
            address=address,
            network=network,
            at_ms=now_ms,
            fee=fee,
            tag=tag,
        )
        account.withdrawals[withdrawal.withdrawal_id] = withdrawal
        self._tally.changes += 1
        return withdrawal

    def cancel_withdrawal(self, account: Account, withdrawal_id: int, now_ms: int) -> Withdrawal | Refused:
        """Give a pending withdrawal back with its fee, as `AccountDesk.cancel_withdrawal` says."""
        withdrawal = account.withdrawals.get(withdrawal_id)
        if withdrawal is None or withdrawal.status is not WithdrawalStatus.PENDING:
            return Refused(
                refusal=Refusal.ORDER_NOT_FOUND,
                detail=f"Withdrawal {withdrawal_id} is no pending one of this account.",
                facts={"order_id": withdrawal_id},
                variant="withdrawal",
            )
        self._ledger.move(withdrawal.currency, withdrawal.amount, WORLD, account.account_id)
        self._ledger.move(withdrawal.currency, withdrawal.fee, FEES, account.account_id)
        return self._keep(account, replace(withdrawal, status=WithdrawalStatus.CANCELLED, updated_ms=now_ms))

    def complete_withdrawal(self, account: Account, withdrawal_id: int, now_ms: int) -> Withdrawal:
        """Let a pending withdrawal arrive; it has a transaction from now on.

        Raises:
            LedgerError: There is no such pending withdrawal.
        """
        withdrawal = account.withdrawals.get(withdrawal_id)
        if withdrawal is None or withdrawal.status is not WithdrawalStatus.PENDING:
            raise LedgerError(f"no pending withdrawal {withdrawal_id} of account {account.account_id}")
        txid = self._txid("out", withdrawal_id)
        return self._keep(account, replace(withdrawal, status=WithdrawalStatus.COMPLETE, txid=txid, updated_ms=now_ms))

    def deposit(self, account: Account, currency: str, amount: Decimal, network: str | None, now_ms: int) -> Deposit:
        """Credit what came in from the world; LedgerError for a currency or amount that is none."""
        self._ledger.move(currency, amount, WORLD, account.account_id)
        deposit_id = next(self._deposit_ids)
        deposit = Deposit(
            deposit_id=deposit_id,
            currency=currency,
            amount=amount,
            address=self._address(account, currency, network),
            network=network,
            txid=self._txid("in", deposit_id),
            at_ms=now_ms,
        )
        account.deposits.append(deposit)
        self._tally.changes += 1
        return deposit

    def deposit_address(self, account: Account, currency: str, network: str | None) -> str | Refused:
        """Return forty characters of `A-Z2-7`, by seed, account, currency and network alone."""
        if currency not in self.currencies:
            return unknown_currency(currency)
        return self._address(account, currency, network)

    def _address(self, account: Account, currency: str, network: str | None) -> str:
        where = f"{self._seed}\n{account.account_id}\n{currency}\n{network or ''}".encode()
        return base64.b32encode(hashlib.sha256(where).digest()[:25]).decode()

    def _txid(self, way: str, number: int) -> str:
        return hashlib.sha256(f"{self._seed}\n{way}\n{number}".encode()).hexdigest()

    def _keep(self, account: Account, withdrawal: Withdrawal) -> Withdrawal:
        account.withdrawals[withdrawal.withdrawal_id] = withdrawal
        self._tally.changes += 1
        return withdrawal
