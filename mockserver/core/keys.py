"""API keys: whose they are, what they may, from where, and whether they still do."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from mockserver.errors import SettingsError
from signer import Credentials

if TYPE_CHECKING:
    from mockserver.core.venue import Venue

Network: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"

PERMISSIONS = frozenset({"read", "trade", "withdraw"})


class KeyState(StrEnum):
    """A key's life."""

    PENDING = "pending"
    ACTIVE = "active"
    REVOKED = "revoked"


@dataclass(slots=True, kw_only=True)
class ApiKey:
    """One API key.

    Attributes:
        credentials: Key and secret; its repr keeps the secret.
        account: The account at the venue that it opens.
        venue: Where that account is.
        permissions: Of `read`, `trade`, `withdraw`.
        addresses: Networks that it may be used from; empty for any.
        state: Only an active one is let in.
    """

    credentials: Credentials
    account: int
    venue: Venue
    permissions: frozenset[str]
    addresses: tuple[Network, ...] = ()
    state: KeyState = KeyState.ACTIVE

    def allows_address(self, address: str) -> bool:
        """Tell whether a request may come from an address."""
        if not self.addresses:
            return True
        try:
            peer = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(peer in network for network in self.addresses)


def read_networks(addresses: Iterable[str] | None) -> tuple[Network, ...]:
    """Return addresses and CIDR blocks as networks.

    Raises:
        SettingsError: One of them is neither.
    """
    try:
        return tuple(ipaddress.ip_network(address, strict=False) for address in addresses or ())
    except ValueError as error:
        raise SettingsError(str(error)) from None


def read_permissions(permissions: Iterable[str]) -> frozenset[str]:
    """Return permissions as a set.

    Raises:
        SettingsError: One of them does not exist.
    """
    wanted = frozenset(permissions)
    if unknown := wanted - PERMISSIONS:
        raise SettingsError(
            f"unknown permission {', '.join(sorted(unknown))}: there are {', '.join(sorted(PERMISSIONS))}"
        )
    return wanted
