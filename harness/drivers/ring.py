"""The last megabytes of what a client has written, under positions that never move."""

from __future__ import annotations

import threading
from collections import deque

#: How much is remembered, bytes.
REMEMBERED = 4 * 1024 * 1024

#: How much of its end is shown with a fault.
LAST_LINES = 30
LAST_CHARACTERS = 4_000

_PIECE = 65_536


class Ring:
    """Keeps the end of a stream, so that a client that floods costs bounded memory.

    A position counts every byte ever written; it stays right after a restart of the client, and after its bytes have
    been forgotten.
    """

    def __init__(self, limit: int = REMEMBERED) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._pieces: deque[bytes] = deque()
        self._start = 0
        self._end = 0

    def write(self, data: bytes) -> None:
        """Append."""
        with self._lock:
            self._end += len(data)
            for start in range(0, len(data), _PIECE):
                self._pieces.append(data[start : start + _PIECE])
            while self._end - self._start > self._limit:
                self._start += len(self._pieces.popleft())

    def mark(self) -> int:
        """Return the position of the end."""
        return self._end

    def since(self, mark: int) -> str:
        """Return what was written since a position; bytes that are not UTF-8 stand as escapes."""
        with self._lock:
            held = b"".join(self._pieces)
            missing = max(0, self._start - mark)
            text = held[max(0, mark - self._start) :].decode("utf-8", "backslashreplace")
        return f"[{missing} bytes forgotten]\n{text}" if missing else text

    def last_lines(self) -> str:
        """Return the last lines, for people."""
        return "\n".join(self.since(self._start)[-LAST_CHARACTERS:].splitlines()[-LAST_LINES:])
