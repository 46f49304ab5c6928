"""What each key has used: one atomic step from looking to keeping."""

from __future__ import annotations

from typing import Protocol


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


class MemoryNonces:
    """A NonceStore that ends with its process."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self._recent: dict[str, set[int]] = {}
        self._used: dict[str, set[str]] = {}

    def last(self, key: str) -> int:
        """Return the last accepted rising nonce of a key; 0 for a new key."""
        return self._last.get(key, 0)

    def advance(self, key: str, nonce: int, tolerance: int = 0) -> bool:
        """Keep a rising nonce if it is fresh, and tell whether it was."""
        last = self._last.get(key, 0)
        if tolerance:
            return self._advance_within(key, nonce, last, tolerance)
        if nonce <= last:
            return False
        self._last[key] = nonce
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
        return True

    def preset(self, key: str, nonce: int) -> None:
        """Make this the last accepted nonce of a key."""
        self._last[key] = nonce
        self._recent.pop(key, None)

    def forget(self, key: str) -> None:
        """Forget everything about a key that no longer exists."""
        self._last.pop(key, None)
        self._recent.pop(key, None)
        self._used.pop(key, None)
