"""What arrived at the laboratory's servers."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

#: The headers that a signed request carries, and that nobody else should see.
CREDENTIALS = ("key", "sign", "authorization")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One request, as it came.

    Attributes:
        probe: For which probe, by the first part of its path.
        deed: What its path asked the server to do.
        origin: Which server it came to: "http", "other" or "https".
        connection: On which of that server's connections, counted from 1.
        method: Its method.
        headers: Its headers, names in lower case, of several of a name the last.
        size: How many bytes of body it brought.
        at_s: When it had come, by the monotonic clock.
    """

    probe: str
    deed: str
    origin: str
    connection: int
    method: str
    headers: Mapping[str, str] = field(default_factory=dict)
    size: int = 0
    at_s: float = 0.0

    @property
    def credentials(self) -> tuple[str, ...]:
        """The credentials that it carried, in the order of `CREDENTIALS`."""
        return tuple(name for name in CREDENTIALS if name in self.headers)

    @property
    def last(self) -> bool:
        """Whether the client asked for the connection's end behind the answer."""
        return "close" in self.headers.get("connection", "").lower()


class Book:
    """Arrivals in order, written from many threads."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lock = threading.Lock()
        self._arrivals: list[Arrival] = []

    def enter(self, arrival: Arrival) -> int:
        """Take an arrival down, and return how many there are of its probe and deed, itself counted."""
        with self._lock:
            self._arrivals.append(arrival)
            return sum(one.probe == arrival.probe and one.deed == arrival.deed for one in self._arrivals)

    def of(self, probe: str) -> tuple[Arrival, ...]:
        """Return what arrived for a probe."""
        with self._lock:
            return tuple(arrival for arrival in self._arrivals if arrival.probe == probe)
