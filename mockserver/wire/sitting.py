"""A sitting: what one turn of the loop brought is judged, done and answered together, at the beginning of the next.

Of many requests at a time each is cheaper that way: our own code runs over all of them before the system is asked to
send, and so does not fetch everything anew for each one; and the clients, who wake up with their answers, do not come
between. Whoever is alone waits for nobody. The order is that of arrival, in every step.
"""

from __future__ import annotations

import asyncio
from time import monotonic_ns
from typing import TYPE_CHECKING, TypeAlias

from aiohttp import hdrs

from mockserver.wire.coding import coded_for
from mockserver.wire.reading import as_travelled
from mockserver.wire.writing import write_answer

if TYPE_CHECKING:
    from aiohttp.http_parser import RawRequestMessage

    from mockserver.clock import Clock
    from mockserver.core.answers import Answer
    from mockserver.core.exchange import Exchange
    from mockserver.core.visit import Visit
    from mockserver.wire.line import Line
    from mockserver.wire.outbox import Outbox

#: (the line, its head, its body, bytes of both, the exchange's clock and the monotonic one when it was whole).
_Waiting: TypeAlias = "tuple[Line, RawRequestMessage, bytes, int, int, int]"


class Sitting:
    """Takes requests that are whole, alone on their line and unharmed, and serves those of a turn together.

    Args:
        exchange: Who serves them.
        clock: Its clock.
        limit: Largest body, bytes.
        compresses: Whether answers are compressed for clients that ask for it.
        outbox: Where waits what may not leave before it is kept; None where nothing is.
    """

    __slots__ = ("_clock", "_compresses", "_exchange", "_limit", "_outbox", "_waiting")

    def __init__(
        self, exchange: Exchange, clock: Clock, *, limit: int, compresses: bool, outbox: Outbox | None
    ) -> None:
        self._exchange = exchange
        self._clock = clock
        self._limit = limit
        self._compresses = compresses
        self._outbox = outbox
        self._waiting: list[_Waiting] = []

    def add(self, line: Line, head: RawRequestMessage, body: bytes) -> None:
        """Have a request served in the next turn of the running loop; until then its line is not idle."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self.hold)
        line.withheld += 1
        self._waiting.append((line, head, body, line.size, self._clock.now_ms(), monotonic_ns()))
        if line.secure:  # the end of a line under TLS may come in the same turn, and waits for no answer
            self.hold()

    def hold(self) -> None:
        """Serve all that wait."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return  # they could not wait, and were served before
        exchange, limit = self._exchange, self._limit
        try:
            visits: list[Visit] = [
                exchange.begin(
                    as_travelled(head, head.path, body),
                    now_ms,
                    connection=line.number,
                    peer=line.peer,
                    arrived_ns=arrived_ns,
                    oversized=len(body) > limit,
                    size=size,
                )
                for line, head, body, size, now_ms, arrived_ns in waiting
            ]
            for visit in visits:
                exchange.judge(visit, visit.now_ms)
            answers = [exchange.perform(visit) for visit in visits]
            written = [
                self._written(answer, visit, one[1])
                for answer, visit, one in zip(answers, visits, waiting, strict=True)
            ]
        except BaseException:
            for line, *_ in waiting:
                line.withheld -= 1
                line.tear()
            raise
        answered_ns = monotonic_ns()
        for (line, *_), visit in zip(waiting, visits, strict=True):
            visit.entry.answered_ns = answered_ns
            line.answered(answered_ns)
        lines = [one[0] for one in waiting]
        if self._outbox is not None and self._outbox.holds_back:
            self._outbox.leave(zip(lines, written, visits, strict=True))
        else:
            for line, data in zip(lines, written, strict=True):
                line.withheld -= 1
                line.let_out(data)
                line.wake()

    def _written(self, answer: Answer, visit: Visit, head: RawRequestMessage) -> bytes:
        if self._compresses and hdrs.ACCEPT_ENCODING in head.headers:
            answer = coded_for(answer, visit.entry.request)
        return write_answer(answer, visit.now_ms, keep_alive=True, old=False, bodiless=head.method == "HEAD")
