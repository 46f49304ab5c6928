"""Who holds a key here: accounts are opened and keys handed out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random
from typing import TYPE_CHECKING

from mockserver.core.keys import (
    ApiKey,
    Condition,
    KeyState,
    check_nonce,
    check_text,
    read_conditions,
    read_networks,
    read_permissions,
)
from mockserver.core.log import Log, action
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
    """Opens accounts and hands out keys. The gate holds the keys; this is where they come from.

    Every method that changes something is an `action`, and so can be done again.

    Attributes:
        log: Where actions are written down; None for an exchange that ends with its process.
        acting: Whether an action is under way.
    """

    def __init__(
        self,
        dialect: Dialect,
        venue: Venue,
        gate: Gate,
        nonces: NonceStore,
        chance: Random,
        seed: int,
        log: Log | None = None,
    ) -> None:
        self.log = log
        self.acting = False
        self._dialect = dialect
        self._venue = venue
        self._gate = gate
        self._nonces = nonces
        self._chance = chance
        self._seed = seed

    def play(self, dialect: Dialect) -> None:
        """Hand out keys as a dialect does, from now on."""
        self._dialect = dialect

    @action
    def make_credentials(self) -> Credentials:
        """Draw a pair in the dialect's format that no key here has."""
        credentials = self._dialect.new_credentials(self._chance)
        while credentials.key in self._gate.keys:
            credentials = self._dialect.new_credentials(self._chance)
        return credentials

    @action
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
        kind: str = "",
        conditions: Iterable[str] = (),
        explain: bool = False,
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
            kind: Which of the dialect's kinds of keys it is; "" for the usual one.
            conditions: Why it is refused although nothing is wrong with its requests: `account_frozen:locked`,
                `rejected:totp@withdraw_crypt`, by refusal, variant and endpoint.
            explain: Whether its refusals carry the doctor's word, whatever holds for other keys.

        Raises:
            SettingsError: One of these makes no sense, or the key exists.
        """
        drawn = self.make_credentials()
        credentials = Credentials(key=key or drawn.key, secret=secret or drawn.secret, passphrase=drawn.passphrase)
        check_text(credentials.key, credentials.secret)
        check_nonce(last_nonce)
        if credentials.key in self._gate.keys:
            raise SettingsError(f"the key {credentials.key} exists already")
        if state not in tuple(KeyState):
            raise SettingsError(f"a key is {', '.join(KeyState)}, not {state}")
        allowed, networks = read_permissions(permissions), read_networks(addresses)
        refused_for = self._known_conditions(conditions)
        kinds = self._dialect.key_kinds or ("",)
        if kind and kind not in kinds:
            raise SettingsError(f"{self._dialect.name} has no kind of keys {kind!r}; there are {', '.join(kinds)}")
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
            activation=self._link_of(credentials.key) if state == KeyState.PENDING else "",
            kind=kind or kinds[0],
            conditions=refused_for,
            explained=explain,
        )
        if last_nonce:
            self._nonces.preset(credentials.key, last_nonce)
        self._gate.keys[credentials.key] = created
        return created

    def _new_venue(self) -> Venue:
        dialect = self._dialect
        return Venue(
            dialect.markets,
            dialect.opening_balances,
            self._seed,
            id_start=dialect.order_ids_from,
            breathing=self._venue.breathing,
        )

    def key(self, key: str) -> ApiKey:
        """Return a key.

        Raises:
            SettingsError: There is no such key.
        """
        try:
            return self._gate.keys[key]
        except KeyError:
            raise SettingsError(f"there is no key {key}") from None

    @action
    def set_state(self, key: str, state: KeyState) -> None:
        """Activate, suspend or revoke a key; one that waits for its activation gets a link."""
        changed = self.key(key)
        changed.state = state = KeyState(state)
        changed.activation = self._link_of(key) if state is KeyState.PENDING else ""

    @action
    def activate(self, link: str) -> ApiKey:
        """Activate the pending key that a link belongs to; a link is good for once.

        Args:
            link: What the link ends with, as `ApiKey.activation` has it.

        Raises:
            SettingsError: No key waits for it.
        """
        for name, key in self._gate.keys.items():
            if link and key.activation == link:
                self.set_state(name, KeyState.ACTIVE)
                return key
        raise SettingsError("no key waits for this link: it was followed before, or never sent")

    @action
    def change(
        self,
        key: str,
        *,
        permissions: Iterable[str] | None = None,
        addresses: Iterable[str] | None = None,
        conditions: Iterable[str] | None = None,
        explain: bool | None = None,
    ) -> None:
        """Change what a key may, from where, what stands against it, and whether its refusals are explained.

        None leaves things as they are.

        Raises:
            SettingsError: There is no such key, or one of these makes no sense; nothing is changed then.
        """
        changed = self.key(key)
        allowed = changed.permissions if permissions is None else read_permissions(permissions)
        networks = changed.addresses if addresses is None else read_networks(addresses)
        refused_for = changed.conditions if conditions is None else self._known_conditions(conditions)
        changed.permissions, changed.addresses, changed.conditions = allowed, networks, refused_for
        changed.explained = changed.explained if explain is None else explain

    def _known_conditions(self, conditions: Iterable[str]) -> tuple[Condition, ...]:
        """Read conditions that this dialect can express."""
        rows = {(row.refusal, row.variant) for row in self._dialect.refusals}
        served = {endpoint.name for endpoint in self._dialect.endpoints}
        read = read_conditions(conditions)
        for condition in read:
            if (condition.refusal, condition.variant) not in rows:
                raise SettingsError(f"{self._dialect.name} has no row {condition.refusal}:{condition.variant}")
            if condition.endpoint and condition.endpoint not in served:
                raise SettingsError(f"{self._dialect.name} has no endpoint {condition.endpoint}")
        return read

    def _link_of(self, key: str) -> str:
        """Return the end of a key's activation link: the same for the same seed, and nobody's guess otherwise."""
        return f"{Random(f'{self._seed} activation {key}').getrandbits(128):032x}"

    @action
    def forget(self, key: str) -> None:
        """Forget a key altogether, with its nonces: a later key may have the same name.

        Raises:
            SettingsError: There is no such key.
        """
        self.key(key)
        del self._gate.keys[key]
        self._nonces.forget(key)
