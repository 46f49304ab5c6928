"""All connections of one server, and which of them goes when there are too many."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Protocol

#: Beyond so many connections a mock exchange has something else to worry about.
_MOST_LINES = 8192

#: Open files that are kept back: for the exchange's own, for connections that come in the same turns of the loop as one
#: too many, and for those whose TLS handshake is still under way; of these the server knows nothing yet.
_KEPT_BACK = 96


class Guest(Protocol):
    """A connection, as far as it matters to the others."""

    @property
    def known(self) -> bool:
        """Whether it has ever asked anything."""

    @property
    def idle(self) -> bool:
        """Whether nothing is under way on it."""

    def hang_up(self) -> None:
        """Close it in order."""

    def tear(self) -> None:
        """Cut it."""


def room_for_lines() -> int:
    """Return how many connections the system's limit on open files leaves room for."""
    if sys.platform == "win32":
        return _MOST_LINES
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _MOST_LINES
    return max(1, min(_MOST_LINES, soft - _KEPT_BACK, soft * 3 // 4))


class Crowd:
    """The connections that are open.

    When there are too many, first goes who has never asked anything, then who has nothing under way, the
    longest-standing first; if everybody is busy, the newcomer.

    Args:
        most: How many there may be; None for what there is room for.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = room_for_lines() if most is None else most
        self._closed = False
        self._newcomers: dict[Guest, None] = {}
        self._guests: dict[Guest, None] = {}

    def __iter__(self) -> Iterator[Guest]:
        """Go through all of them, as they are now."""
        return iter((*self._newcomers, *self._guests))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._newcomers) + len(self._guests)

    def add(self, line: Guest) -> None:
        """Let one in, if need be in the place of another."""
        if self._closed or (len(self) >= self._most and not self._make_room()):
            line.tear()
            return
        self._newcomers[line] = None

    def discard(self, line: Guest) -> None:
        """Let one go."""
        self._newcomers.pop(line, None)
        self._guests.pop(line, None)

    def close(self) -> None:
        """Cut all of them, and who comes from now on."""
        self._closed = True
        for line in self:
            line.tear()

    def _make_room(self) -> bool:
        for line in tuple(self._newcomers):
            if line.known:
                del self._newcomers[line]
                self._guests[line] = None
            elif line.idle:
                self.discard(line)
                line.tear()
                return True
        for line in self._guests:
            if line.idle:
                self.discard(line)
                line.hang_up()
                return True
        return False
