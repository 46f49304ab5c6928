"""The door through which time enters the client."""

from __future__ import annotations

import threading
import time

from harness.mutants.failures import Failure, Origin


class Clock:
    """The client's wall clock, looked up at every call.

    Attributes:
        behind_ms: By how much the exchange's clock was learnt to be ahead of it.
    """

    def __init__(self, offset_ms: int = 0) -> None:
        self._offset_ms = offset_ms
        self.behind_ms = 0

    def now_ms(self) -> int:
        """Return milliseconds since the Unix epoch."""
        return time.time_ns() // 1_000_000 + self._offset_ms

    def exchange_ms(self) -> int:
        """Return what the exchange's clock shows, as far as that was learnt."""
        return self.now_ms() + self.behind_ms

    def now_s(self) -> float:
        """Return seconds since the Unix epoch."""
        return time.time() + self._offset_ms / 1000


class Deadline:
    """The end of a call, whatever it still has to do."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self._end = time.monotonic() + limit_s

    def left_s(self) -> float:
        """Return the seconds left, more than zero.

        Raises:
            Failure: There are none (kind `timeout`).
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise too_late(self.limit_s)
        return left

    def allows(self, seconds: float) -> bool:
        """Tell whether so many seconds may pass before the end."""
        return self._end - time.monotonic() > seconds


def too_late(limit_s: float) -> Failure:
    """Return the failure of a call whose time is over."""
    return Failure("timeout", f"no answer within {limit_s:g} s", origin=Origin.TRANSPORT)


def pause(seconds: float) -> None:
    """Let so many seconds pass."""
    threading.Event().wait(seconds)
