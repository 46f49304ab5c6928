"""The cashier: what an account has, what it takes out, and where it pays in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import count
from typing import Final

from mockserver.core.accounts import Account
from mockserver.core.desk import Balance, Withdrawal
from mockserver.core.floor import insufficient
from mockserver.core.ledger import WORLD, Ledger
from mockserver.core.money import ZERO
from mockserver.core.refusals import Refusal, Refused

_WITHDRAWAL_IDS_FROM: Final = 5_000_001


class Cashier:
    """Where money meets the world; desks come here, each for its own account.

    Args:
        ledger: Who has what.
        currencies: All that can be had here, in their order.
        seed: Of the deposit addresses.
    """

    __slots__ = ("_ledger", "_seed", "_withdrawal_ids", "currencies")

    def __init__(self, ledger: Ledger, currencies: Sequence[str], *, seed: int) -> None:
        self._ledger = ledger
        self._seed = seed
        self._withdrawal_ids = count(_WITHDRAWAL_IDS_FROM)
        self.currencies = currencies

    def balances(self, account: Account) -> Mapping[str, Balance]:
        """Return what the account has of every currency, zeros too."""
        return self._ledger.balances(account.account_id)

    def withdraw(
        self, account: Account, currency: str, amount: Decimal, address: str, network: str | None, now_ms: int
    ) -> Withdrawal | Refused:
        """Take money out, as `AccountDesk.withdraw` says."""
        if not (amount.is_finite() and amount > ZERO):
            raise ValueError(f"amount {amount} must be above zero, and have an end")
        if currency not in self.currencies:
            return _unknown(currency)
        if self._ledger.available(account.account_id, currency) < amount:
            return insufficient(currency)
        self._ledger.move(currency, amount, account.account_id, WORLD)
        withdrawal = Withdrawal(
            withdrawal_id=next(self._withdrawal_ids),
            currency=currency,
            amount=amount,
            address=address,
            network=network,
            at_ms=now_ms,
        )
        account.withdrawals.append(withdrawal)
        return withdrawal

    def deposit_address(self, account: Account, currency: str, network: str | None) -> str | Refused:
        """Return forty characters of `A-Z2-7`, by seed, account, currency and network alone."""
        if currency not in self.currencies:
            return _unknown(currency)
        where = f"{self._seed}\n{account.account_id}\n{currency}\n{network or ''}".encode()
        return base64.b32encode(hashlib.sha256(where).digest()[:25]).decode()


def _unknown(currency: str) -> Refused:
    return Refused(
        refusal=Refusal.UNKNOWN_CURRENCY,
        detail=f"There is no currency {currency} here.",
        facts={"currency": currency},
    )
