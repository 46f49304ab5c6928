"""The operator: what the one who runs the exchange does to accounts and markets, besides handing out keys."""

from __future__ import annotations

from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING

from mockserver.core.accounts import NOBODY
from mockserver.core.keys import check_nonce, check_text
from mockserver.core.log import Log, action
from mockserver.core.refusals import Refused
from mockserver.core.wallets import Wallet
from mockserver.errors import LedgerError

if TYPE_CHECKING:
    from mockserver.core.desk import Deposit, Withdrawal
    from mockserver.core.nonces import NonceStore
    from mockserver.core.registry import Registry
    from mockserver.core.venue import Venue


class Operator:
    """Acts on the account of a key, or at its venue; without a key at the shared one.

    Each method that changes something is an `action`, and so can be done again.

    Attributes:
        log: Where actions are written down; None for an exchange that ends with its process.
        acting: Whether an action is under way.
    """

    def __init__(self, registry: Registry, venue: Venue, nonces: NonceStore, log: Log | None = None) -> None:
        self.log = log
        self.acting = False
        self._registry = registry
        self._venue = venue
        self._nonces = nonces

    @action
    def preset_nonce(self, key: str, nonce: int) -> None:
        """Make this the last accepted nonce of a key, whether the key exists or not.

        Raises:
            SettingsError: It can be no key, for it is no Unicode text; or that is no nonce.
        """
        check_text(key)
        check_nonce(nonce)
        self._nonces.preset(key, nonce)

    @action
    def freeze(self, key: str, *, frozen: bool = True) -> None:
        """Freeze a key's account, or lift the freeze.

        Raises:
            SettingsError: There is no such key; here and below.
        """
        owner = self._registry.key(key)
        owner.venue.freeze(owner.account, frozen=frozen)

    @action
    def deposit(
        self, key: str, currency: str, amount: Decimal | str, now_ms: int, *, network: str | None = None
    ) -> Deposit:
        """Let money come in from the world.

        Raises:
            LedgerError: A currency that is not traded here, or no sum of money.
        """
        owner = self._registry.key(key)
        return owner.venue.deposit(owner.account, currency, _decimal(amount), now_ms, network=network)

    @action
    def transfer(
        self,
        key: str,
        currency: str,
        amount: Decimal | str,
        now_ms: int,
        *,
        source: str = Wallet.SPOT,
        target: str = Wallet.MARGIN,
    ) -> None:
        """Move money between the wallets of a key's account, which customers of some exchanges do on a site.

        Raises:
            LedgerError: There is no such wallet or currency, or not as much.
        """
        owner = self._registry.key(key)
        try:
            refused = owner.venue.desk(owner.account, now_ms).transfer(
                currency, _decimal(amount), Wallet(source), Wallet(target)
            )
        except ValueError as error:
            raise LedgerError(str(error)) from None
        if refused is not None:
            raise LedgerError(refused.detail)

    @action
    def complete_withdrawal(self, key: str, withdrawal_id: int, now_ms: int) -> Withdrawal:
        """Let a pending withdrawal arrive.

        Raises:
            LedgerError: There is no such one.
        """
        owner = self._registry.key(key)
        return owner.venue.complete_withdrawal(owner.account, withdrawal_id, now_ms)

    @action
    def cancel_withdrawal(self, key: str, withdrawal_id: int, now_ms: int) -> Withdrawal:
        """Cancel a pending withdrawal, and give back what it took.

        Raises:
            LedgerError: There is no such one.
        """
        owner = self._registry.key(key)
        cancelled = owner.venue.desk(owner.account, now_ms).cancel_withdrawal(withdrawal_id)
        if isinstance(cancelled, Refused):
            raise LedgerError(cancelled.detail)
        return cancelled

    @action
    def cancel_order(self, key: str, order_id: int, now_ms: int) -> None:
        """Cancel an open order of a key's account, as the exchange itself may.

        Raises:
            LedgerError: There is no such one, or it is not open.
        """
        owner = self._registry.key(key)
        cancelled = owner.venue.desk(owner.account, now_ms).cancel_order(order_id)
        if isinstance(cancelled, Refused):
            raise LedgerError(cancelled.detail)

    @action
    def breathe(self, now_ms: int, *, breathing: bool, key: str | None = None) -> None:
        """Have the market maker move the prices, or let them stand."""
        self._venue_of(key).breathe(now_ms, breathing=breathing)

    @action
    def move_price(self, market: str, price: Decimal | str, now_ms: int, *, key: str | None = None) -> None:
        """Have the market maker trade a market to a price.

        Raises:
            LedgerError: There is no such market, or no such price.
        """
        self._venue_of(key).move_price(market, _decimal(price), now_ms)

    @action
    def look(self, now_ms: int, *, key: str | None = None) -> bool:
        """Look at every market. That opens those which nobody has looked at, and lets those that breathe breathe.

        Returns:
            Whether that changed anything.
        """
        venue = self._venue_of(key)
        changes, desk = venue.tally.changes, venue.desk(NOBODY, now_ms)
        for market in desk.markets():
            desk.ticker(market)
        return venue.tally.changes != changes

    def _venue_of(self, key: str | None) -> Venue:
        return self._venue if key is None else self._registry.key(key).venue


def _decimal(amount: Decimal | str) -> Decimal:
    try:
        return Decimal(amount)
    except (DecimalException, ValueError):
        raise LedgerError(f"{amount!r} is no number") from None
