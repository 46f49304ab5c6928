"""A line: one TCP connection, with a number, and able to be cut in every way a connection can be."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from aiohttp import web

from mockserver.wire.limits import Limits, Patience
from mockserver.wire.shortcut import Diverted, Shortcut, TakeAtOnce

if TYPE_CHECKING:
    from mockserver.core.visit import Visit
    from mockserver.wire.crowd import Crowd
    from mockserver.wire.outbox import Outbox

#: SO_LINGER on, zero seconds: what is not sent yet is thrown away, and the other side gets a reset.
_NO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)

#: So many bytes are read at once. asyncio asks for 256 KiB, which the C library may fetch from the system and give back
#: for each request: then that takes longer than serving it.
_READ_BYTES = 64 * 1024

#: What we know of aiohttp's inside; without it there is no short way.
_KNOWN_INSIDE = (
    "_current_request", "_loop", "_max_msg_queue_size", "_messages", "_parser", "_paused", "_request_count", "_waiter"
)  # fmt: skip

#: Answers what was no HTTP: (line, bytes, too large, what the parser says, our own fault) to the bytes of the answer.
#: The fault is None unless it was we who could not serve what may well have been HTTP.
Complain: TypeAlias = "Callable[[Line, bytes, bool, str, Exception | None], bytes]"


#: What leaves by a line: (the line, bytes, or None for its end by a reset, or b"" for its end in order; whose answer it
#: is, where nothing but an answer it is).
Leaving: TypeAlias = "tuple[Line, bytes | None, Visit | None]"


def let_go(leaving: Iterable[Leaving]) -> None:
    """Let out, in its order, what was withheld."""
    for line, data, _ in leaving:
        line.withheld -= 1
        line.let_out(data)
        line.wake()


class Spoken:
    """What the handler returns when it has written to the connection itself. aiohttp is left with nothing to say.

    It stands in for a `web.StreamResponse`, of which aiohttp asks these three things and no more.
    """

    __slots__ = ()

    @property
    def keep_alive(self) -> bool:
        """Whether the connection stays open for more."""
        return False

    async def prepare(self, request: web.BaseRequest) -> None:
        """Say nothing: the head is on the wire, or will be when it may leave."""
        line = request.protocol
        if isinstance(line, Line):
            line.parts = not self.keep_alive
            if line.withheld:
                await line.released()

    async def write_eof(self, data: bytes = b"") -> None:
        """Say nothing: the body is on the wire."""


class Staying(Spoken):
    """What is returned when the line stays open: as long as the other side has not had its last word answered."""

    __slots__ = ("_line",)

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def keep_alive(self) -> bool:
        """Whether more is to come; aiohttp asks once the answer is out."""
        return not self._line.all_said


ENDS = Spoken()


class Line(web.RequestHandler):
    """One connection.

    Attributes:
        number: Rises by one for each connection of the exchange.
        peer: The address at the other end.
        lost: Done when the connection is gone.
        silent: Whether the other side has said its last word, and waits for answers.
        parts: Whether its last answer is on its way, and aiohttp lingers for the rest of a request.
        known: Whether it has ever asked anything.
        counts: Whether it is good for so many requests and no more.
        patience: How long it is waited for while it has to say something; None without the short way.
        withheld: How many answers it waits for that may not leave yet, or are not given yet.
        secure: Whether it speaks TLS.
    """

    def __init__(
        self,
        number: int,
        complain: Complain,
        at_once: TakeAtOnce,
        lines: Crowd,
        limits: Limits,
        outbox: Outbox | None,
        manager: web.Server,
        **settings: Any,
    ) -> None:
        super().__init__(manager, **settings)
        self.number = number
        self.peer = ""
        self.lost: asyncio.Future[None] = self._loop.create_future()
        self._complain = complain
        self._lines = lines
        self._limits = limits
        self._turns_left = limits.requests
        self.counts = limits.requests is not None
        self.known = False
        self.patience: Patience | None = None
        self.silent = False
        self.secure = False
        self.parts = False
        self._waiting = False
        self.withheld = 0
        self._outbox = outbox
        self._released: asyncio.Future[None] | None = None
        self._last = b""
        self._shortcut: Shortcut | None = None
        if all(hasattr(self, name) for name in _KNOWN_INSIDE):
            self._shortcut = Shortcut(self, self._parser, at_once)
            self._parser = Diverted(self._parser, self._shortcut.feed_data)  # type: ignore[assignment]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note of who calls."""
        super().connection_made(transport)
        if self._shortcut is not None:
            self.patience = Patience(self._loop, self._limits, self._give_up)
        self._lines.add(self)
        if hasattr(transport, "max_size"):  # asyncio's own; uvloop reads into a buffer that it keeps
            transport.max_size = _READ_BYTES
        address = transport.get_extra_info("peername")
        self.secure = transport.get_extra_info("sslcontext") is not None
        self.peer = address[0] if isinstance(address, tuple) else "127.0.0.1"

    def connection_lost(self, exc: BaseException | None) -> None:
        """Wake whoever waits on this line."""
        if not self.lost.done():
            self.lost.set_result(None)
        self._lines.discard(self)
        if self.patience is not None:
            self.patience.end()
            self.patience = None
        super().connection_lost(exc)
        # What knows us and is known by us would stay until somebody looks for cycles.
        self._last = self.newest
        if self._shortcut is not None:
            for message, _ in self._messages:
                _forget_frames(getattr(message, "exc", None))
            self._messages.clear()
            self._shortcut.let_go()
            self._shortcut = None

    def resume_reading(self, *given: bool, **named: bool) -> None:
        """Go on reading, if that was stopped: aiohttp asks for it after every body, and parses nothing once more."""
        if getattr(self, "_reading_paused", True):
            super().resume_reading(*given, **named)

    def eof_received(self) -> bool:  # type: ignore[override]  # aiohttp's says nothing, which asyncio takes for False
        """Hear the other side's last word; what it asked before is still answered, where nothing is missing from it.

        A client that closed looks the same at first. So nobody waits here for long: harm that takes its time, a body
        that will never be whole and TLS, which cannot be closed by half, end the line at once.

        Returns:
            Whether the line stays open for answers.
        """
        transport, request = self.transport, self._current_request
        if self._shortcut is None or not self.newest or transport is None or self.idle or self._waiting or self.parts:
            return False
        if self.secure or (request and not request.content.is_eof()):
            return False
        self.silent = True
        self._lingering_time = 0.0  # the rest of a body will not come
        return True

    @property
    def stays(self) -> Staying:
        """What a handler returns when it has answered and the line may stay open."""
        return Staying(self)

    @property
    def all_said(self) -> bool:
        """Whether the other side will say no more, and whatever it said has been answered."""
        return self.silent and not self._messages and not self.withheld

    @property
    def idle(self) -> bool:
        """Whether nothing is under way on this line, so that an answer may be written right now.

        aiohttp waits for something to do, or has never had anything to do: with uvloop a request may come before it
        begins to wait, and every further one would come before it waits again. (Nor does it wait on a line that is
        closing, which hears nothing.)
        """
        waiter = self._waiter
        busy = self._request_count if waiter is None else waiter.done()
        return not (busy or self._messages or self._paused or self.withheld)

    @property
    def room(self) -> int:
        """How many more requests aiohttp takes before it stops to read."""
        return max(1, self._max_msg_queue_size - len(self._messages))

    def hears(self) -> None:
        """Hear a part of a head; it has its own time, whenever the line would have been closed for idling."""
        if self.patience is not None:
            self.patience.part()
            self._next_keepalive_close_time = self._loop.time() + 2 * self._limits.head_s

    def has_heard(self) -> None:
        """Hear the end of a head."""
        self.known = True
        if self.patience is not None:
            self.patience.end()

    def _give_up(self) -> None:
        """Let go who has had his time, unless it is he who waits: for the answer to an earlier request."""
        if self._current_request is None:
            self.hang_up()

    def takes_a_turn(self) -> bool:
        """Count one more request; tell whether the line is good for another."""
        if self._turns_left is None:
            return True
        self._turns_left -= 1
        return self._turns_left > 0

    def break_off(self) -> None:
        """Have the parser asked once more, for it has an error to tell."""
        self._loop.call_soon(self.data_received, b"")

    def answered(self, at_ns: int) -> None:
        """Wait anew for the next request, from this moment of the monotonic clock, which is the loop's."""
        self._next_keepalive_close_time = at_ns * 1e-9 + self._limits.keep_alive_s

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Answer bytes that are no HTTP request, or a request that we broke down over, in the dialect's words."""
        too_large = type(exc).__name__ in ("LineTooLong", "ContentLengthTooLarge")
        ours = exc if status >= 500 and isinstance(exc, Exception) else None
        self.say(self._complain(self, self.newest, too_large, (message or str(exc)).strip(), ours))
        _forget_frames(exc)
        return ENDS  # type: ignore[return-value]  # see Spoken

    @property
    def size(self) -> int:
        """How many bytes the newest request is, head and body, if it came all by itself."""
        shortcut = self._shortcut
        return 0 if shortcut is None else len(shortcut.newest) + shortcut.heard

    @property
    def newest(self) -> bytes:
        """The newest bytes that came, should they turn out to be no HTTP."""
        return self._last if self._shortcut is None else self._shortcut.newest

    def say(self, data: bytes, visit: Visit | None = None) -> None:
        """Write bytes, if there is still somebody to hear them, as soon as they may leave.

        Args:
            data: The bytes.
            visit: Whose answer they are, if they are a whole one.
        """
        if self._outbox is not None and self._outbox.holds_back:
            if data:
                self._outbox.put(self, data, visit)
        elif self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def speak_for(self, outbox: Outbox | None) -> None:
        """Say from now on what another exchange says, when its store lets it."""
        self._outbox = outbox

    def let_out(self, data: bytes | None) -> None:
        """Write what was withheld; nothing to hang up, None to cut the line."""
        if data is None:
            self._cut()
        elif self.transport is not None:
            if data:
                self.transport.write(data)
            if not data or (self.all_said and self.idle):
                self.transport.close()

    async def released(self) -> None:
        """Wait until nothing that was said on this line is withheld any more."""
        while self.withheld:
            if self._released is None:
                self._released = self._loop.create_future()
            await self._released

    def wake(self) -> None:
        """Wake who waits for that."""
        released = self._released
        if released is not None and not self.withheld:
            self._released = None
            if not released.done():
                released.set_result(None)

    async def drained(self) -> None:
        """Wait while the other side is slow to read; cut the line of one that does not read at all."""
        if self._paused and self.transport is not None:
            try:
                async with asyncio.timeout(self._limits.keep_alive_s):
                    await self._drain_helper()
            except TimeoutError:
                self.tear()
            except ConnectionError:
                pass  # it went, with what it had not read yet

    async def wait(self, seconds: float | None) -> bool:
        """Wait so long, or for ever, or until the connection is gone; tell whether it still stands."""
        if self.silent:
            return False
        self._waiting = True
        try:
            done, _ = await asyncio.wait({self.lost}, timeout=seconds)
        finally:
            self._waiting = False
        return not done

    def hang_up(self) -> None:
        """Close the connection in order: what was written still arrives."""
        if self._outbox is not None and self._outbox.holds_back:
            self._outbox.put(self, b"")
        elif self.transport is not None:
            self.transport.close()

    def tear(self) -> None:
        """Cut the connection by a TCP reset."""
        if self._outbox is not None and self._outbox.holds_back:
            self._outbox.put(self, None)
        else:
            self._cut()

    def _cut(self) -> None:
        transport = self.transport
        if transport is None:
            return
        connected = transport.get_extra_info("socket")
        if connected is not None:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        transport.abort()


def _forget_frames(error: BaseException | None) -> None:
    """Have an error forget where it came from: the frames know the error, and the connection too."""
    if error is not None:
        error.__traceback__ = None
