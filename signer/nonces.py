"""Nonce sources that never repeat and never go back, whatever the clock does.

The clock, the randomness and the memory are arguments: nothing here looks at a watch, throws dice or touches a disk.
"""

from collections.abc import Callable
from threading import Lock
from typing import Protocol

from signer.errors import SignerError

_PATIENCE = 100
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class NonceSource(Protocol):
    """Where a client takes its nonces from; safe to call from any thread."""

    def __call__(self) -> int | str:
        """Return a nonce that this source has never returned before."""
        ...


class RisingNonces:
    """Integers that strictly rise: the clock's milliseconds while it moves on, else one more than the last."""

    def __init__(self, clock: Callable[[], int], *, last: int = 0) -> None:
        """Begin above a nonce that is known to be spent.

        Args:
            clock: The time in whatever unit the nonces shall have, usually milliseconds since the Unix epoch.
            last: The last nonce that was used; 0 for a new key.
        """
        self._clock = clock
        self._last = last
        self._lock = Lock()

    def __call__(self) -> int:
        """Return a nonce greater than every earlier one."""
        with self._lock:
            self._last = max(self._last + 1, self._clock())
            return self._last

    def raise_to(self, last: int) -> None:
        """Stay above a nonce that the exchange says is spent; a lower one changes nothing."""
        with self._lock:
            self._last = max(self._last, last)


class PersistentNonces:
    """Rising integers that stay so across restarts: what may be used is written down before it is used.

    To write seldom, a stretch of nonces is reserved at a time. A program that dies leaves a gap, never a repetition.
    Two programs with one memory need a `load` and `store` that lock it between them.
    """

    def __init__(
        self, clock: Callable[[], int], *, load: Callable[[], int], store: Callable[[int], None], stretch: int = 1000
    ) -> None:
        """Begin above what the memory says.

        Args:
            clock: As for `RisingNonces`.
            load: The highest nonce that may have been used so far; 0 for a new key. Asked once, here.
            store: Keeps that number; when it returns, the number would survive a crash.
            stretch: How many nonces beyond the present one are reserved by one writing.
        """
        self._clock = clock
        self._store = store
        self._stretch = stretch
        self._last = self._reserved = load()
        self._lock = Lock()

    def __call__(self) -> int:
        """Return a nonce greater than every earlier one, of this run and of those before.

        Whatever `store` raises comes through, and then no nonce was used.
        """
        with self._lock:
            nonce = max(self._last + 1, self._clock())
            if nonce > self._reserved:
                self._store(nonce + self._stretch)
                self._reserved = nonce + self._stretch
            self._last = nonce
            return nonce

    def raise_to(self, last: int) -> None:
        """Stay above a nonce that the exchange says is spent; a lower one changes nothing."""
        with self._lock:
            self._last = max(self._last, last)


class RandomNonces:
    """Texts of random letters and digits, each given once."""

    def __init__(self, randomness: Callable[[int], bytes], *, length: int = 32) -> None:
        """Begin.

        Args:
            randomness: So many random bytes, such as `secrets.token_bytes`.
            length: Characters of each nonce.
        """
        self._randomness = randomness
        self._length = length
        self._given: set[str] = set()
        self._lock = Lock()

    def __call__(self) -> str:
        """Return a nonce that this source has not given before.

        Raises:
            SignerError: The randomness brings nothing new.
        """
        for _ in range(_PATIENCE):
            nonce = self._draw()
            with self._lock:
                if nonce not in self._given:
                    self._given.add(nonce)
                    return nonce
        raise SignerError("the randomness repeats itself; no fresh nonce can be made of it")

    def _draw(self) -> str:
        # Bytes from 248 on are thrown away: 248 is 4 times 62, so each letter is as likely as any other.
        letters: list[str] = []
        for _ in range(_PATIENCE):
            letters += [_ALPHABET[byte % 62] for byte in self._randomness(self._length) if byte < 248]
            if len(letters) >= self._length:
                return "".join(letters[: self._length])
        raise SignerError("the randomness has no usable bytes; no nonce can be made of it")
