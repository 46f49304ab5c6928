"""Secrets, taken out of whatever leaves the exchange about its clients."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.core.exchange import Exchange

#: What stands in a secret's place.
VEILED = "<secret>"

#: Shorter ones would be found in anything.
_SHORTEST = 8

#: Of so many keys each one's secret is looked for, of more only that of the key which a page names.
_MOST = 64


class Veil:
    """Takes secrets out of texts. A client that sends its secret is found out by others; here it shall not spread.

    Args:
        secrets: What nobody shall read.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = tuple(sorted({secret for secret in secrets if len(secret) >= _SHORTEST}, key=len, reverse=True))
        self._spelled = tuple(json.dumps(secret)[1:-1] for secret in self._secrets)

    def over(self, value: object) -> object:
        """Return JSON data without the secrets, names of members included; data that holds none as it is."""
        text = json.dumps(value)
        return self._without(value) if any(secret in text for secret in self._spelled) else value

    def _without(self, value: object) -> object:
        if isinstance(value, str):
            for secret in self._secrets:
                if secret in value:
                    value = value.replace(secret, VEILED)
            return value
        if isinstance(value, Mapping):
            return {str(self._without(name)): self._without(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self._without(member) for member in value]
        return value


def veil_of(exchange: Exchange, key: str | None = None) -> Veil:
    """Return a veil over the secrets of keys: of all keys while they are few, else of the one that is named."""
    keys = exchange.gate.keys
    chosen = keys.values() if len(keys) <= _MOST else [keys[key]] if key is not None and key in keys else []
    return Veil(
        secret
        for held in chosen
        for secret in (held.credentials.secret, held.credentials.passphrase)
        if secret is not None
    )
