"""The exchange on the wire: each request is read, judged, answered, and harmed where that is planned."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic_ns
from typing import TYPE_CHECKING, cast

from aiohttp import HttpVersion10, HttpVersion11, hdrs, web

from mockserver.core.faults import Phase
from mockserver.core.refusals import Refusal, Refused
from mockserver.errors import StoreError
from mockserver.wire.coding import coded_for
from mockserver.wire.control import CONTROL_PATH, CONTROL_PREFIX, Control
from mockserver.wire.limits import Limits
from mockserver.wire.line import ENDS, Line, Spoken
from mockserver.wire.reading import CutShort, as_travelled, read_rest, stand_in, whole_body
from mockserver.wire.sitting import Sitting
from mockserver.wire.striking import Scene, Striker
from mockserver.wire.switchboard import Switchboard
from mockserver.wire.writing import write_answer

if TYPE_CHECKING:
    from types import EllipsisType

    from aiohttp import StreamReader
    from aiohttp.http_parser import RawRequestMessage

    from mockserver.clock import Clock
    from mockserver.core.exchange import Exchange
    from mockserver.core.visit import Visit
    from mockserver.tls import Tls
    from mockserver.wire.outbox import Outbox


#: The parser takes 0.9 and 2.0 for versions too; nobody who speaks them would understand an answer in ours.
_VERSIONS = frozenset({HttpVersion10, HttpVersion11})

#: A body of this length has none for the parser: it is its sign for a length that was never given.
_NO_LENGTH = "18446744073709551615"


class Wire:
    """Serves one exchange on any number of listening sockets of one event loop.

    Attributes:
        exchange: The exchange.
        clock: Its clock.
        striker: What lets faults strike.
        outbox: Where waits what may not leave before it is kept; None where nothing is.
    """

    def __init__(self, exchange: Exchange, clock: Clock, outbox: Outbox | None = None) -> None:
        self.exchange = exchange
        self.clock = clock
        self.outbox = outbox
        self.striker = Striker(exchange, clock)
        #: Who is shown a time of his own; what he asks takes the longer way.
        self._times = clock.keys
        self._control = Control(exchange, clock, self.striker, outbox)
        settings, dialect = exchange.settings, exchange.dialect
        self._limit = dialect.body_limit if settings.body_bytes is None else settings.body_bytes
        self._compresses = dialect.compresses if settings.compress is None else settings.compress
        self._body_s = exchange.settings.body_s
        self._sitting = Sitting(exchange, clock, limit=self._limit, compresses=self._compresses, outbox=outbox)
        #: For who takes calls for several exchanges.
        self.serve, self.complain, self.take_at_once = self._serve, self._complaint, self._at_once
        self._switchboard = Switchboard(
            self._serve,
            self._complaint,
            at_once=self._at_once,
            limits=Limits.told(settings),
            outbox=outbox,
            faults=exchange.faults,
        )

    def start(self) -> None:
        """Begin, in the running loop, before anything is served."""
        if self.outbox is not None:
            self.outbox.attach(asyncio.get_running_loop())

    async def listen(self, host: str, port: int, tls: Tls | EllipsisType | None = ...) -> int:
        """Listen on one more socket of the running loop.

        Args:
            host: The address.
            port: The port; 0 for any free one.
            tls: What is known of TLS there; without it, what the settings say.

        Returns:
            The port.

        Raises:
            OSError: The address cannot be had.
        """
        return await self._switchboard.listen(host, port, self.exchange.settings.tls if tls is ... else tls)

    async def close(self) -> None:
        """Stop listening and end every connection."""
        self.striker.holds.let_all_go()
        if self.outbox is not None:
            with suppress(StoreError):  # whoever closes the outbox says so
                self.outbox.commit()
        await self._switchboard.close()

    async def _serve(self, request: web.BaseRequest) -> Spoken:
        line = cast("Line", request.protocol)
        content = request.content
        oversized = False
        if request.version not in _VERSIONS:
            line.say(self._complaint(line, line.newest, False, "This exchange speaks HTTP/1.1 and HTTP/1.0"))
            return ENDS
        if content.is_eof():
            body = content.read_nowait()
            if len(body) > self._limit or (not body and request.headers.get(hdrs.CONTENT_LENGTH) == _NO_LENGTH):
                body, oversized = body[: self._limit], True
        else:
            try:
                body, oversized = await read_rest(request, line, limit=self._limit, seconds=self._body_s)
            except CutShort as cut:
                return self._cut_short(request, line, cut)
        keep_alive = request.keep_alive and not oversized and line.takes_a_turn()
        # From here to the answer nothing is awaited, unless harm is planned: whoever is complete first is judged first.
        self._sitting.serve()
        now_ms = self.clock.now_ms()
        travelled = as_travelled(request, request.raw_path, body)
        if travelled.target.startswith(CONTROL_PREFIX):
            return await self._control.serve(travelled, line, now_ms, keep_alive=keep_alive, oversized=oversized)
        exchange = self.exchange
        visit = exchange.begin(
            travelled,
            now_ms,
            connection=line.number,
            peer=line.peer,
            arrived_ns=monotonic_ns(),
            oversized=oversized,
        )
        old = request.version < (1, 1)
        if exchange.faults.armed or self._times:
            return await self._serve_harmed(visit, line, keep_alive=keep_alive, old=old)
        exchange.judge(visit, now_ms)
        answer = exchange.perform(visit)
        visit.entry.answered_ns = monotonic_ns()
        if self._compresses:
            answer = coded_for(answer, travelled)
        bodiless = travelled.method == "HEAD"
        line.say(write_answer(answer, now_ms, keep_alive=keep_alive, old=old, bodiless=bodiless), visit)
        await line.drained()
        if oversized and line.silent:
            line.hang_up()  # the rest of the body will not come, so aiohttp need not linger for it
        return line.stays if keep_alive else ENDS

    def _at_once(self, line: Line, head: RawRequestMessage, body: StreamReader) -> bool:
        """Have a request served that is whole, alone and unharmed; what `_serve` does, without what can be awaited."""
        if self.exchange.faults.armed or self._times or CONTROL_PATH in head.path or line.counts:
            return False
        data = whole_body(body)
        if not data and head.headers.get(hdrs.CONTENT_LENGTH) == _NO_LENGTH:
            return False
        self._sitting.add(line, head, data)
        return True

    async def _serve_harmed(self, visit: Visit, line: Line, *, keep_alive: bool, old: bool) -> Spoken:
        """Serve a request while a fault plan is armed: harm may come before the gate, before the handler, after it."""
        exchange, entry = self.exchange, visit.entry
        bodiless = visit.request.method == "HEAD"
        if (settled := await self._meet(Phase.BEFORE_GATE, visit, line, keep_alive, old)) is not None:
            return settled
        exchange.judge(visit, self.clock.now_for(visit.named_key) + visit.skew_ms)
        handled = entry.refused is None
        if handled and (settled := await self._meet(Phase.BEFORE_HANDLER, visit, line, keep_alive, old)) is not None:
            return settled
        answer = exchange.perform(visit)
        if handled and (settled := await self._meet(Phase.AFTER_HANDLER, visit, line, keep_alive, old)) is not None:
            return settled
        entry.answered_ns = monotonic_ns()
        if self._compresses:
            answer = coded_for(answer, visit.request)
        if entry.fault is not None:
            exchange.settle(visit)
        line.say(write_answer(answer, visit.now_ms, keep_alive=keep_alive, old=old, bodiless=bodiless), visit)
        await line.drained()
        return line.stays if keep_alive else ENDS

    async def _meet(self, phase: Phase, visit: Visit, line: Line, keep_alive: bool, old: bool) -> Spoken | None:
        for planned in self.exchange.faults.meet(phase, visit.named_key, visit.operation, visit.entry.endpoint):
            scene = Scene(
                visit=visit,
                line=line,
                now_ms=self.clock.now_for(visit.named_key) + visit.skew_ms,
                keep_alive=keep_alive,
                old=old,
                bodiless=visit.request.method == "HEAD",
            )
            settled = await self.striker.strike(planned, scene)
            if settled is not None:
                visit.entry.answered_ns = monotonic_ns()
                self.exchange.settle(visit)
                await line.drained()
                return settled
        return None

    def _cut_short(self, request: web.BaseRequest, line: Line, cut: CutShort) -> Spoken:
        """Note a request whose body never arrived, and say so if there is anybody to hear it."""
        self._sitting.serve()
        now_ms = self.clock.now_ms()
        travelled = as_travelled(request, request.raw_path, cut.arrived)
        if travelled.target.startswith(CONTROL_PREFIX):
            return ENDS  # what is said there may be secret, and the journal is read by others
        visit = self.exchange.begin(
            travelled,
            now_ms,
            connection=line.number,
            peer=line.peer,
            arrived_ns=monotonic_ns(),
            unreadable=cut.arrived or b"(no body)",
        )
        if not cut.lost:
            line.say(self._refusal(visit, Refused(refusal=Refusal.INVALID_REQUEST, detail="The body is incomplete.")))
        if line.silent:
            line.hang_up()  # as above
        return ENDS

    def _complaint(
        self, line: Line, data: bytes, too_large: bool, message: str, ours: Exception | None = None
    ) -> bytes:
        """Note bytes that are no HTTP request, or that we broke down over, and return what is said to them."""
        self._sitting.serve()
        visit = self.exchange.begin(
            stand_in(data),
            self.clock.now_ms(),
            connection=line.number,
            peer=line.peer,
            arrived_ns=monotonic_ns(),
            unreadable=data[:4096] or b"(nothing)",
        )
        if ours is not None:
            self.exchange.fail(visit, ours)
            refused = Refused(refusal=Refusal.INTERNAL_ERROR)
        elif too_large:
            refused = Refused(refusal=Refusal.TOO_LARGE, detail="A line of the head is too long.", variant="headers")
        else:
            first = message.splitlines()[0][:120] if message else "not an HTTP request"
            refused = Refused(refusal=Refusal.INVALID_REQUEST, detail=f"The request cannot be read: {first}.")
        return self._refusal(visit, refused)

    def _refusal(self, visit: Visit, refused: Refused) -> bytes:
        answer = self.exchange.refuse(visit, refused)
        visit.entry.answered_ns = monotonic_ns()
        self.exchange.settle(visit)
        return write_answer(answer, visit.now_ms, keep_alive=False, old=False, bodiless=False)
