"""A sitting: what a few turns of the loop brought is served together, and then answered.

Of many requests at a time each is cheaper that way: our own code runs over all of them before the system is asked to
send, and so does not fetch everything anew for each one; and the clients, who wake up with their answers, do not come
between. One turn brings whoever was quickest; so while every turn brings more, the sitting begins a turn later, but two
turns at most, and none where one has taken long. Who comes alone where one alone came before waits for nobody, and
under TLS nobody waits. The order is that of arrival: before anything is served elsewhere, the sitting is held.
"""

from __future__ import annotations

import asyncio
from time import monotonic_ns
from typing import TYPE_CHECKING, TypeAlias

from aiohttp import hdrs

from mockserver.wire.coding import coded_for
from mockserver.wire.line import let_go
from mockserver.wire.reading import as_travelled
from mockserver.wire.writing import write_answer

if TYPE_CHECKING:
    from aiohttp.http_parser import RawRequestMessage

    from mockserver.clock import Clock
    from mockserver.core.exchange import Exchange
    from mockserver.core.visit import Visit
    from mockserver.wire.line import Line
    from mockserver.wire.outbox import Outbox

#: So many turns are waited for more at most.
_TURNS = 2

#: Who has waited for so long is served: a turn may take as long as somebody's code does, and a line may be closed for
#: idling meanwhile.
_LONG_NS = 2_000_000

#: (the line, its head, its body, bytes of both, the exchange's clock and the monotonic one when it was whole). A plain
#: tuple: one is made for each request, and lives for a few turns.
_Waiting: TypeAlias = "tuple[Line, RawRequestMessage, bytes, int, int, int]"


class Sitting:
    """Takes requests that are whole, alone on their line and unharmed, and serves those that come together as one.

    Args:
        exchange: Who serves them.
        clock: Its clock.
        limit: Largest body, bytes.
        compresses: Whether answers are compressed for clients that ask for it.
        outbox: Where waits what may not leave before it is kept; None where nothing is.
    """

    __slots__ = (
        "_clock", "_compresses", "_exchange", "_last", "_limit", "_outbox", "_seen", "_turns", "_waiting"
    )  # fmt: skip

    def __init__(
        self, exchange: Exchange, clock: Clock, *, limit: int, compresses: bool, outbox: Outbox | None
    ) -> None:
        self._exchange = exchange
        self._clock = clock
        self._limit = limit
        self._compresses = compresses
        self._outbox = outbox
        self._waiting: list[_Waiting] = []
        self._last = 0
        self._seen = 0
        self._turns = 0

    def add(self, line: Line, head: RawRequestMessage, body: bytes) -> None:
        """Have a request served in one of the next turns of the running loop; until then its line is not idle."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._begin)
        arrived_ns = monotonic_ns()
        line.withheld += 1
        line.answered(arrived_ns)  # or it might be closed for idling before the turn is over
        self._waiting.append((line, head, body, line.size, self._clock.now_ms(), arrived_ns))
        if line.secure:  # the end of a line under TLS may come in the same turn, and waits for no answer
            self.serve()

    def _begin(self) -> None:
        """Serve all that wait; or look once more in a turn, where there are several and more come with every turn."""
        come = len(self._waiting)
        alone = come == 1 and self._last <= 1
        if come <= self._seen or alone or self._turns == _TURNS or monotonic_ns() - self._waiting[0][-1] > _LONG_NS:
            self.serve()
        else:
            self._seen = come
            self._turns += 1
            asyncio.get_running_loop().call_soon(self._begin)

    def serve(self) -> None:
        """Serve and answer all that wait; a fault of ours costs its own line, and the loop is told of it."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return  # they were served before, by somebody who could not wait
        self._last = len(waiting)
        self._seen = self._turns = 0
        leaving: list[tuple[Line, bytes, Visit]] = []
        for one in waiting:
            try:
                leaving.append((one[0], *self._served(one)))
            except Exception as error:
                told = {"message": "a request could not be served", "exception": error}
                asyncio.get_running_loop().call_exception_handler(told)
                one[0].withheld -= 1
                one[0].tear()
        answered_ns = monotonic_ns()
        for line, _, visit in leaving:
            visit.entry.answered_ns = answered_ns
            line.answered(answered_ns)
        if self._outbox is not None and self._outbox.holds_back:
            self._outbox.leave(leaving)
        else:
            let_go(leaving)

    def _served(self, one: _Waiting) -> tuple[bytes, Visit]:
        line, head, body, size, now_ms, arrived_ns = one
        exchange = self._exchange
        visit = exchange.begin(
            as_travelled(head, head.path, body),
            now_ms,
            connection=line.number,
            peer=line.peer,
            arrived_ns=arrived_ns,
            oversized=len(body) > self._limit,
            size=size,
        )
        exchange.judge(visit, now_ms)
        answer = exchange.perform(visit)
        if self._compresses and hdrs.ACCEPT_ENCODING in head.headers:
            answer = coded_for(answer, visit.request)
        return write_answer(answer, now_ms, keep_alive=True, old=False, bodiless=head.method == "HEAD"), visit
