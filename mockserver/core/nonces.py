"""What each key has used: one atomic step from looking to keeping."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from mockserver.core.log import NonceStep

if TYPE_CHECKING:
    from mockserver.core.log import Log


_ADVANCE = NonceStep.ADVANCE  # an enum looks its members up slowly


class NonceStore(Protocol):
    """Remembers nonces. Nothing may come between the look and the keeping."""

    def last(self, key: str) -> int:
        """Return the last accepted rising nonce of a key; 0 for a new key."""
        ...

    def advance(self, key: str, nonce: int, tolerance: int = 0) -> bool:
        """Keep a rising nonce if it is fresh, and tell whether it was.

        Args:
            key: The API key.
            nonce: Any positive integer, of any size.
            tolerance: How far below the last one a nonce that was not used may be.
        """
        ...

    def use(self, key: str, nonce: str) -> bool:
        """Keep a single-use nonce if it was never used by the key, and tell whether it was not."""
        ...

    def preset(self, key: str, nonce: int) -> None:
        """Make this the last accepted nonce of a key."""
        ...

    def forget(self, key: str) -> None:
        """Forget everything about a key that no longer exists."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedNonces:
    """What is known of every key's nonces.

    Attributes:
        last: The last accepted rising nonce of a key.
        recent: Those that were used and are not yet too far below the last one; for rules with a tolerance.
        used: Single-use nonces.
    """

    last: Mapping[str, int] = field(default_factory=dict)
    recent: Mapping[str, Set[int]] = field(default_factory=dict)
    used: Mapping[str, Set[str]] = field(default_factory=dict)


class MemoryNonces:
    """A NonceStore in the memory.

    Args:
        log: Where every change is written down; None where nobody keeps it.

    Attributes:
        log: As given.
    """

    def __init__(self, log: Log | None = None) -> None:
        self.log = log
        self._last: dict[str, int] = {}
        self._recent: dict[str, set[int]] = {}
        self._used: dict[str, set[str]] = {}

    def load(self, known: UsedNonces) -> None:
        """Know what was kept, and nothing else."""
        self._last = dict(known.last)
        self._recent = {key: set(nonces) for key, nonces in known.recent.items()}
        self._used = {key: set(nonces) for key, nonces in known.used.items()}

    def last(self, key: str) -> int:
        """Return the last accepted rising nonce of a key; 0 for a new key."""
        return self._last.get(key, 0)

    def advance(self, key: str, nonce: int, tolerance: int = 0) -> bool:
        """Keep a rising nonce if it is fresh, and tell whether it was."""
        last = self._last.get(key, 0)
        if tolerance:
            if not self._advance_within(key, nonce, last, tolerance):
                return False
        elif nonce <= last:
            return False
        else:
            self._last[key] = nonce
        if self.log is not None:
            self.log.spent(_ADVANCE, key, str(nonce), tolerance)
        return True

    def _advance_within(self, key: str, nonce: int, last: int, tolerance: int) -> bool:
        recent = self._recent.setdefault(key, {last})
        if nonce <= last - tolerance or nonce in recent:
            return False
        recent.add(nonce)
        self._last[key] = newest = max(last, nonce)
        if newest != last:
            self._recent[key] = {used for used in recent if used > newest - tolerance}
        return True

    def use(self, key: str, nonce: str) -> bool:
        """Keep a single-use nonce if it was never used by the key, and tell whether it was not."""
        used = self._used.setdefault(key, set())
        if nonce in used:
            return False
        used.add(nonce)
        if self.log is not None:
            self.log.spent(NonceStep.USE, key, nonce)
        return True

    def preset(self, key: str, nonce: int) -> None:
        """Make this the last accepted nonce of a key."""
        self._last[key] = nonce
        self._recent.pop(key, None)
        if self.log is not None:
            self.log.spent(NonceStep.PRESET, key, str(nonce))

    def forget(self, key: str) -> None:
        """Forget everything about a key that no longer exists."""
        self._last.pop(key, None)
        self._recent.pop(key, None)
        self._used.pop(key, None)
        if self.log is not None:
            self.log.spent(NonceStep.FORGET, key)
