"""Who plays beside whom: most cases among others, a few alone in the process.

Rows of one run may be tried side by side, each by a worker with an exchange of its own. What they still share is the
process: its clock, its time zone, its memory when it forks, and its time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Solitude:
    """Lets many go on side by side, and one alone where he asks for it."""

    def __init__(self) -> None:
        """Nobody is there yet."""
        self._turn = threading.Condition()
        self._here: set[int] = set()
        self._waiting = 0
        self._alone = False

    @contextmanager
    def among_others(self) -> Iterator[None]:
        """Go on beside others, once nobody is alone or waits to be."""
        me = threading.get_ident()
        with self._turn:
            self._turn.wait_for(lambda: not self._alone and not self._waiting)
            self._here.add(me)
        try:
            yield
        finally:
            with self._turn:
                self._here.discard(me)
                self._turn.notify_all()

    def give_way(self) -> None:
        """Step out, who is among others, for as long as somebody wants to be alone: asked between two cases."""
        me = threading.get_ident()
        with self._turn:
            if me in self._here and self._waiting:
                self._here.discard(me)
                self._turn.notify_all()
                self._turn.wait_for(lambda: not self._alone and not self._waiting)
                self._here.add(me)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be alone, once the others have come to an end; who is among others himself steps out for so long."""
        me = threading.get_ident()
        with self._turn:
            returns = me in self._here
            self._here.discard(me)
            self._waiting += 1
            self._turn.notify_all()
            try:
                self._turn.wait_for(lambda: not self._here and not self._alone)
            finally:
                self._waiting -= 1
            self._alone = True
        try:
            yield
        finally:
            with self._turn:
                self._alone = False
                if returns:
                    self._here.add(me)
                self._turn.notify_all()
