"""API keys: whose they are, what they may, from where, and whether they still do."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from mockserver.core.refusals import Refusal
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something about a key or its owner that no cause can bring about here: a block by country, a second factor.

    Attributes:
        refusal: What the exchange says to it.
        variant: Which of the dialect's rows of that refusal.
        endpoint: The dialect's endpoint that it is about; "" for all that need a key.
    """

    refusal: Refusal
    variant: str = ""
    endpoint: str = ""

    def __str__(self) -> str:
        """Spell it as it is read: `rejected`, `permission_denied:country`, `rejected:totp@withdraw_crypt`."""
        variant = f":{self.variant}" if self.variant else ""
        return f"{self.refusal}{variant}" + (f"@{self.endpoint}" if self.endpoint else "")


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
        activation: Of a pending one, what its link ends with; "" once it was followed.
        kind: Of the dialect's `key_kinds`, which one it is; "" where there are none.
        conditions: Why it is refused although nothing is wrong with the request.
        explained: Whether its refusals carry the doctor's word, whatever holds for the others.
    """

    credentials: Credentials
    account: int
    venue: Venue
    permissions: frozenset[str]
    addresses: tuple[Network, ...] = ()
    state: KeyState = KeyState.ACTIVE
    activation: str = field(default="", repr=False)
    kind: str = ""
    conditions: tuple[Condition, ...] = ()
    explained: bool = False

    def allows_address(self, address: str) -> bool:
        """Tell whether a request may come from an address; one of IPv4 may be written as `::ffff:1.2.3.4`."""
        if not self.addresses:
            return True
        try:
            peer = ipaddress.ip_address(address)
        except ValueError:
            return False
        spelled = [peer]
        if isinstance(peer, ipaddress.IPv6Address) and peer.ipv4_mapped is not None:
            spelled.append(peer.ipv4_mapped)
        return any(one in network for network in self.addresses for one in spelled)


def read_networks(addresses: Iterable[str] | None) -> tuple[Network, ...]:
    """Return addresses and CIDR blocks as networks.

    Raises:
        SettingsError: One of them is neither.
    """
    try:
        return tuple(ipaddress.ip_network(address, strict=False) for address in addresses or ())
    except ValueError as error:
        raise SettingsError(str(error)) from None


def check_text(*texts: str) -> None:
    """See that keys and secrets are text, which can be written down.

    Raises:
        SettingsError: One of them is not: half of a character is in it.
    """
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        raise SettingsError("keys and secrets are Unicode text, without halves of characters") from None


def check_nonce(nonce: object) -> None:
    """See that the last nonce of a key is one.

    Raises:
        SettingsError: It is no whole number, or below 0.
    """
    if not isinstance(nonce, int) or isinstance(nonce, bool) or nonce < 0:
        raise SettingsError(f"the last nonce is a whole number from 0 on, not {nonce!r}")


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


def read_conditions(conditions: Iterable[str]) -> tuple[Condition, ...]:
    """Return conditions from their spelling: a refusal, perhaps `:` and a variant, perhaps `@` and an endpoint.

    Raises:
        SettingsError: There is no such refusal.
    """
    return tuple(_condition(spelled) for spelled in conditions)


def _condition(spelled: str) -> Condition:
    named, _, endpoint = spelled.partition("@")
    refusal, _, variant = named.partition(":")
    if refusal not in tuple(Refusal):
        raise SettingsError(f"there is no refusal {refusal!r}; there are {', '.join(Refusal)}")
    return Condition(refusal=Refusal(refusal), variant=variant, endpoint=endpoint)
