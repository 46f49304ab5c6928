"""A wall clock for clients in our own process that we can move, for their threads alone.

`time.time` and `time.time_ns` are answered by us while anybody's clock is moved; a thread whose clock is not moved gets
the machine's time. Monotonic clocks stay as they are, and so do the exchange and everything else in the process. A
client that has read the clock's function into a variable of its own, or asks `datetime`, is not reached.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Set

# Kept in a tuple: who freezes clocks by replacing them in every module does not look into it.
_MACHINE = (time.time, time.time_ns)  # noqa: TID251


class WallClock:
    """How far the clock of some threads is ahead of the machine's."""

    def __init__(self) -> None:
        self.ahead_ms = 0
        self.threads: Set[int] = frozenset()

    def set(self, ahead_ms: int, threads: Set[int]) -> None:
        """Let the clock of these threads be so many milliseconds ahead; 0 puts everything back."""
        self.ahead_ms, self.threads = ahead_ms, threads
        with _LOCK:
            if ahead_ms:
                _MOVED.add(self)
                time.time, time.time_ns = _time, _time_ns  # noqa: TID251
                return
            _MOVED.discard(self)
            if not _MOVED:
                if time.time is _time:  # noqa: TID251
                    time.time = _MACHINE[0]  # noqa: TID251
                if time.time_ns is _time_ns:  # noqa: TID251
                    time.time_ns = _MACHINE[1]  # noqa: TID251


_LOCK = threading.Lock()
_MOVED: set[WallClock] = set()


def _ahead_ms() -> int:
    ident = threading.get_ident()
    return sum(clock.ahead_ms for clock in tuple(_MOVED) if ident in clock.threads)


def _time() -> float:
    return _MACHINE[0]() + _ahead_ms() / 1000


def _time_ns() -> int:
    return _MACHINE[1]() + _ahead_ms() * 1_000_000
