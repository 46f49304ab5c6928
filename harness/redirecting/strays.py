"""Who tried to speak to somebody other than the exchange."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from pathlib import Path

#: So many are told apart; what comes later is one more of too many.
MOST_STRAYS = 1000
#: So much is read of what programs wrote down about themselves.
_MOST_READ = 4 * 1024 * 1024
#: No name of a host is longer.
_LONGEST = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A host that a command tried to reach though nobody had led it there. It was refused.

    Attributes:
        host: The name or the address, as it was asked for.
        port: The port; 0 where none was said.
        how: How it was noticed: "asked the proxy", "looked up its name", "connected", "from inside python".
    """

    host: str
    port: int
    how: str

    def __str__(self) -> str:
        """Return it as a report names it."""
        return f"{self.host}{f':{self.port}' if self.port else ''} ({self.how})"


class Strays:
    """Collects them: from threads of ours, and from a file into which programs write a line of JSON each."""

    def __init__(self, file: Path) -> None:
        """Prepare.

        Args:
            file: Where programs write; it need not exist.
        """
        self.file = file
        self._lock = threading.Lock()
        self._seen: dict[Stray, None] = {}

    def note(self, host: str, port: int, how: str) -> None:
        """Note one; the same one again is no news."""
        stray = Stray(host=_legible(host), port=port, how=how)
        with self._lock:
            if len(self._seen) < MOST_STRAYS:
                self._seen.setdefault(stray)

    def all(self) -> tuple[Stray, ...]:
        """Return all that were noticed so far, in order; those that programs wrote down come last."""
        with self._lock:
            found = dict(self._seen)
        for stray in _written(self.file):
            if len(found) < MOST_STRAYS:
                found.setdefault(stray)
        return tuple(found)


def _written(file: Path) -> list[Stray]:
    """Return what programs wrote down; a line that nobody can read is left out, for a program may end in the middle."""
    try:
        with file.open("rb") as source:
            lines = source.read(_MOST_READ).splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        try:
            told = json.loads(line)
        except ValueError:
            continue
        match told:
            case {"host": str(host), "port": int(port), "how": str(how)} if 0 <= port <= 65535:
                found.append(Stray(host=_legible(host), port=port, how=_legible(how)))
            case _:
                continue
    return found


def _legible(text: str) -> str:
    """Return a text of the client's without what would disturb a report."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:_LONGEST])
