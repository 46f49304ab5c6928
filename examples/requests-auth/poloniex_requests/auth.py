"""Signing as requests likes it: an auth object that sees the request as it will be sent."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar
from weakref import WeakValueDictionary

from requests import PreparedRequest
from requests.auth import AuthBase

from .errors import PoloniexError


class PoloniexAuth(AuthBase):
    """Signs the body of a prepared request: HMAC-SHA512 over the very bytes that go out.

    requests encodes the form first and calls us last, so there is no second spelling that could differ.
    """

    def __init__(self, key: str, secret: str) -> None:
        self.key = key
        self._secret = secret.encode()

    def __repr__(self) -> str:
        return f"PoloniexAuth(key={self.key!r}, secret=…)"

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        body = request.body or b""
        message = body.encode() if isinstance(body, str) else body
        if not isinstance(message, bytes):
            raise TypeError("a streamed body cannot be signed")
        request.headers["Key"] = self.key
        request.headers["Sign"] = hmac.new(self._secret, message, hashlib.sha512).hexdigest()
        return request


class Turns:
    """The nonces of one key: microseconds of the clock, and never lower than the last one plus one.

    Whoever has drawn one keeps its turn until the answer is there: Poloniex refuses the smaller of two nonces that
    arrive in the wrong order.
    """

    _of_keys: ClassVar[WeakValueDictionary[str, Turns]] = WeakValueDictionary()
    _of_keys_lock = threading.Lock()

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    @classmethod
    def of(cls, key: str) -> Turns:
        """Return the turns of a key: the same for all clients of this process that share it."""
        with cls._of_keys_lock:
            return cls._of_keys.setdefault(key, cls())

    @contextmanager
    def nonce(self, patience_s: float) -> Iterator[int]:
        """Wait for a turn, and hand out its nonce.

        Raises:
            PoloniexError: The turn did not come in time; nothing was sent.
        """
        if not self._lock.acquire(timeout=max(0.0, patience_s)):
            raise PoloniexError("timeout", "other calls with this key took all the time there was")
        try:
            self._last = max(self._last + 1, time.time_ns() // 1000)
            yield self._last
        finally:
            self._lock.release()
