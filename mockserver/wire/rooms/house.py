"""All rooms of control, and what they share: the exchange, its clock, and who keeps requests waiting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from mockserver.core.keys import ApiKey
from mockserver.wire.route import Missing, Object

if TYPE_CHECKING:
    from mockserver.clock import Clock
    from mockserver.core.exchange import Exchange
    from mockserver.core.venue import Venue
    from mockserver.wire.showing import Showing
    from mockserver.wire.striking import Striker
    from mockserver.wire.viewers import Viewers


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What the rooms share.

    Attributes:
        exchange: The exchange.
        clock: Its clock.
        striker: Who lets faults strike.
        showing: How the journal is shown.
        viewers: Who looks on.
    """

    exchange: Exchange
    clock: Clock
    striker: Striker
    showing: Showing
    viewers: Viewers

    def key(self, name: str) -> ApiKey:
        """Return a key.

        Raises:
            Missing: There is none of that name.
        """
        key = self.exchange.gate.keys.get(name)
        if key is None:
            raise Missing(f"there is no key {name[:80]}")
        return key

    def venue(self, key: str | None) -> Venue:
        """Return the venue of a key's account, or the one that is shared."""
        return self.exchange.venue if key is None else self.key(key).venue


def plainly(thing: object, names: Iterable[str]) -> Object:
    """Return some attributes of a thing as JSON data: decimals as text without an exponent, large ids as text."""
    return {name: _plain(getattr(thing, name)) for name in names}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Enum):
        return value.value
    return value


def secretless(key: ApiKey, house: House) -> Object:
    """Return a key as it is shown: everything but its secret."""
    name = key.credentials.key
    return {
        "key": name,
        "state": key.state.value,
        "permissions": sorted(key.permissions),
        "addresses": [str(network) for network in key.addresses],
        "kind": key.kind,
        "conditions": [str(condition) for condition in key.conditions],
        "explain": key.explained,
        "account": key.account,
        "frozen": key.venue.is_frozen(key.account),
        "last_nonce": str(house.exchange.nonces.last(name)),
    }
