"""Who looks on while things happen: the journal as server-sent events, and whoever waits for its next page.

Nothing is held back for a viewer: there is a number up to which he has read, and the journal is what waits for him. So
one who reads slowly costs no memory; he misses what had to go, is told so, and is let go if he does not read at all.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from mockserver.wire.line import ENDS
from mockserver.wire.showing import text_of_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from mockserver.core.journal import Entry, Journal
    from mockserver.core.selection import Selection
    from mockserver.wire.line import Line, Spoken
    from mockserver.wire.showing import Showing

#: So many may look on at once.
MOST_VIEWERS = 32

#: How often a viewer hears that we are still there.
HEARTBEAT_S = 15.0

#: How long one may leave unread what was said.
PATIENCE_S = 5.0

#: How often we look after lines that ended, and pages that have changed.
_TICK_S = 0.25

#: A page that has no answer yet is shown again when it has one; so many at once.
_MOST_PENDING = 256

#: So many pages are shown at once before others have a turn.
_BREATH = 64

_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
    b"X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\nretry: 1000\n\n"
)


class Viewers:
    """Lets people look on.

    Args:
        journal: What they look at.
        showing: How its pages are shown.
        heartbeat_s: How often one hears of us who hears of nothing else.
        patience_s: How long one may leave unread what was said.
    """

    def __init__(
        self, journal: Journal, showing: Showing, *, heartbeat_s: float = HEARTBEAT_S, patience_s: float = PATIENCE_S
    ) -> None:
        self._journal = journal
        self._showing = showing
        self._heartbeat_s = heartbeat_s
        self._patience_s = patience_s
        self.looking = 0

    @property
    def full(self) -> bool:
        """Whether nobody else is let in."""
        return self.looking >= MOST_VIEWERS

    async def watch(self, line: Line, selection: Selection) -> Spoken:
        """Show pages as they are written, from the one behind `selection.since` on, until the viewer goes."""
        self.looking += 1
        woken, stop = self._listen()
        try:
            line.say(_HEAD)
            await _Viewer(self._journal, self._showing, line, selection, self._patience_s).look(
                woken, self._heartbeat_s
            )
        finally:
            stop()
            self.looking -= 1
        return ENDS

    async def wait(self, line: Line, selection: Selection, seconds: float) -> bool:
        """Wait until there is a page that is meant; tell whether somebody is still there to hear of it."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        woken, stop = self._listen()
        try:
            while not line.lost.done() and not line.silent and not selection.of(self._journal):
                left = until - loop.time()
                if left <= 0:
                    break
                await _pause(woken, line, min(left, _TICK_S))
        finally:
            stop()
        return not line.lost.done()

    def _listen(self) -> tuple[asyncio.Event, Callable[[], None]]:
        """Return what is set whenever a page was begun, once its request had a chance to be answered."""
        woken = asyncio.Event()
        loop = asyncio.get_running_loop()

        def tell() -> None:
            loop.call_soon_threadsafe(woken.set)

        return woken, self._journal.on_arrival(tell)


class _Viewer:
    """One who looks on."""

    def __init__(self, journal: Journal, showing: Showing, line: Line, selection: Selection, patience_s: float) -> None:
        self._journal = journal
        self._showing = showing
        self._line = line
        self._selection = selection
        self._patience_s = patience_s
        self._read = selection.since
        self._pending: dict[int, Entry] = {}

    async def look(self, woken: asyncio.Event, heartbeat_s: float) -> None:
        """Show what there is and what comes."""
        loop = asyncio.get_running_loop()
        heard = loop.time()
        while not self._line.lost.done() and not self._line.silent:
            woken.clear()
            said = self._updates() + self._news()
            if self._read < self._journal.total:
                woken.set()
            if said:
                self._line.say(said)
                heard = loop.time()
            elif loop.time() - heard >= heartbeat_s:
                self._line.say(b": still here\n\n")
                heard = loop.time()
            if not await self._is_heard():
                return
            await _pause(woken, self._line, min(_TICK_S, heartbeat_s))

    async def _is_heard(self) -> bool:
        """Wait while the viewer is slow to read; let one go who does not read at all."""
        try:
            async with asyncio.timeout(self._patience_s):
                await self._line.drained()
        except TimeoutError:
            self._line.tear()
            return False
        return True

    def _news(self) -> bytes:
        """Return the pages that are new to him, as many as fit into one breath."""
        pieces: list[str] = []
        pages = self._journal.since(self._read)
        if pages and (missed := pages[0].number - self._read - 1) > 0 and self._read:
            pieces.append(f"event: gap\ndata: {text_of_json({'missed': missed})}\n\n")
        for page in pages[:_BREATH]:
            self._read = page.number
            if not self._selection.takes(page):
                continue
            pieces.append(f"id: {page.number}\nevent: entry\ndata: {text_of_json(self._showing.page(page))}\n\n")
            if page.answered_ns == 0 and len(self._pending) < _MOST_PENDING:
                self._pending[page.number] = page
        return "".join(pieces).encode("utf-8", "replace")

    def _updates(self) -> bytes:
        """Return the pages that were shown before they had their answer, and have it now."""
        done = [number for number, page in self._pending.items() if page.answered_ns]
        pages = [self._pending.pop(number) for number in done]
        shown = [f"event: update\ndata: {text_of_json(self._showing.page(page))}\n\n" for page in pages]
        return "".join(shown).encode("utf-8", "replace")


async def _pause(woken: asyncio.Event, line: Line, seconds: float) -> None:
    """Wait until something happens, the line is lost or so much time is over."""
    waiting: asyncio.Future[Any] = asyncio.ensure_future(woken.wait())
    try:
        await asyncio.wait({waiting, line.lost}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
