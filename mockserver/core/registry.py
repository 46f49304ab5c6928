"""Who holds a key here: accounts are opened and keys handed out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random
from typing import TYPE_CHECKING

from mockserver.core.keys import ApiKey, KeyState, read_networks, read_permissions
from mockserver.core.venue import Venue
from mockserver.errors import SettingsError
from signer import Credentials

if TYPE_CHECKING:
    from mockserver.core.dialect import Dialect
    from mockserver.core.gate import Gate
    from mockserver.core.nonces import NonceStore

#: What a new key may do unless it is told otherwise.
USUAL_PERMISSIONS = ("read", "trade")


class Registry:
    """Opens accounts and hands out keys. The gate holds the keys; this is where they come from."""

    def __init__(
        self, dialect: Dialect, venue: Venue, gate: Gate, nonces: NonceStore, chance: Random, seed: int
    ) -> None:
        self._dialect = dialect
        self._venue = venue
        self._gate = gate
        self._nonces = nonces
        self._chance = chance
        self._seed = seed

    def make_credentials(self) -> Credentials:
        """Draw a pair in the dialect's format that no key here has."""
        credentials = self._dialect.new_credentials(self._chance)
        while credentials.key in self._gate.keys:
            credentials = self._dialect.new_credentials(self._chance)
        return credentials

    def create_key(
        self,
        *,
        permissions: Iterable[str] = USUAL_PERMISSIONS,
        balances: Mapping[str, str] | None = None,
        key: str | None = None,
        secret: str | None = None,
        last_nonce: int = 0,
        addresses: Iterable[str] | None = None,
        state: str = "active",
        private_venue: bool = False,
        order_id_start: int | None = None,
        account_of: str | None = None,
    ) -> ApiKey:
        """Open an account and hand out a key to it.

        Args:
            permissions: Of `read`, `trade`, `withdraw`.
            balances: Currency to decimal text; None for the dialect's opening balances.
            key: The key itself; None to draw one.
            secret: Its secret; None to draw one.
            last_nonce: The nonce that counts as the last accepted one.
            addresses: Addresses and CIDR blocks that it may be used from; None for any.
            state: `active`, `pending` or `revoked`.
            private_venue: Whether the account trades at a venue of its own, where nobody else does.
            order_id_start: Where the account's order ids begin.
            account_of: An existing key whose account this one opens too.

        Raises:
            SettingsError: One of these makes no sense, or the key exists.
        """
        drawn = self.make_credentials()
        credentials = Credentials(key=key or drawn.key, secret=secret or drawn.secret, passphrase=drawn.passphrase)
        if credentials.key in self._gate.keys:
            raise SettingsError(f"the key {credentials.key} exists already")
        if state not in tuple(KeyState):
            raise SettingsError(f"a key is {', '.join(KeyState)}, not {state}")
        allowed, networks = read_permissions(permissions), read_networks(addresses)
        if account_of is not None:
            owner = self.key(account_of)
            venue, account = owner.venue, owner.account
        else:
            venue = self._new_venue() if private_venue else self._venue
            account = venue.open_account(balances, order_id_start=order_id_start)
        created = ApiKey(
            credentials=credentials,
            account=account,
            venue=venue,
            permissions=allowed,
            addresses=networks,
            state=KeyState(state),
        )
        if last_nonce:
            self._nonces.preset(credentials.key, last_nonce)
        self._gate.keys[credentials.key] = created
        return created

    def _new_venue(self) -> Venue:
        dialect = self._dialect
        return Venue(dialect.markets, dialect.opening_balances, self._seed, id_start=dialect.order_ids_from)

    def key(self, key: str) -> ApiKey:
        """Return a key.

        Raises:
            SettingsError: There is no such key.
        """
        try:
            return self._gate.keys[key]
        except KeyError:
            raise SettingsError(f"there is no key {key}") from None

    def set_state(self, key: str, state: KeyState) -> None:
        """Activate, suspend or revoke a key."""
        self.key(key).state = state

    def forget(self, key: str) -> None:
        """Forget a key altogether, with its nonces: a later key may have the same name.

        Raises:
            SettingsError: There is no such key.
        """
        self.key(key)
        del self._gate.keys[key]
        self._nonces.forget(key)
