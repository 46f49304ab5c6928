"""When a sitting begins: at once for whoever is alone, a turn or two later where every turn of the loop brings more."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from multidict import CIMultiDict

from mockserver import Settings, dialect_named
from mockserver.clock import Clock
from mockserver.core.exchange import Exchange
from mockserver.wire.sitting import Sitting

HEAD = SimpleNamespace(method="GET", path="/v1/time", raw_headers=(), headers=CIMultiDict())


class Told:
    """A line that notes what it is told, and in which turn of the loop."""

    number, peer, size, secure = 1, "::1", 10, False
    now = 0

    def __init__(self) -> None:
        self.withheld = 0
        self.turn: int | None = None

    def answered(self, at_ns: int) -> None: ...

    def wake(self) -> None: ...

    def let_out(self, data: bytes) -> None:
        assert data.startswith(b"HTTP/1.1 200")
        self.turn = Told.now


def answered_in(arrivals: list[int], *, before: tuple[int, ...] = ()) -> list[int | None]:
    """Return for each arrival, given as the turn it comes in, the turn it is answered in.

    Args:
        arrivals: Turns, rising.
        before: How many came together in each of the sittings before.
    """
    exchange = Exchange(dialect_named("reference"), Settings())
    sitting = Sitting(exchange, Clock(), limit=1000, compresses=False, outbox=None)
    lines = [Told() for _ in arrivals]

    async def main() -> None:
        for together in before:
            for _ in range(together):
                sitting.add(Told(), HEAD, b"")
            for _ in range(4):
                await asyncio.sleep(0)
        for turn in range(12):
            Told.now = turn
            for line, arrival in zip(lines, arrivals, strict=True):
                if arrival == turn:
                    sitting.add(line, HEAD, b"")
            await asyncio.sleep(0)

    asyncio.run(main())
    assert [line.withheld for line in lines] == [0] * len(lines)
    return [line.turn for line in lines]


@pytest.mark.parametrize("before", [(), (1,), (1, 1), (7, 1)])
def test_who_is_alone_waits_for_nobody(before):
    assert answered_in([0, 5], before=before) == [0, 5]


def test_where_several_came_before_one_alone_is_waited_with_for_a_turn():
    assert answered_in([0], before=(2,)) == [1]


def test_those_who_come_a_turn_later_are_served_in_the_same_sitting():
    assert answered_in([0, 0, 1]) == [2, 2, 2]


def test_a_turn_that_brings_nobody_ends_the_waiting():
    assert answered_in([0, 0, 2]) == [1, 1, 3]


def test_nobody_waits_for_ever_where_every_turn_brings_more():
    assert answered_in([0, 0, 1, 2, 3, 4, 5, 6, 7]) == [2, 2, 2, 2, 5, 5, 5, 8, 8]
