"""When a sitting is held: at once for whoever is alone, a turn or two later where every turn brings more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from types import SimpleNamespace

import pytest
from multidict import CIMultiDict

from mockserver import Settings, dialect_named
from mockserver.clock import Clock
from mockserver.core.exchange import Exchange
from mockserver.wire import sitting as sitting_module
from mockserver.wire.sitting import Sitting

HEAD = SimpleNamespace(method="GET", path="/v1/time", raw_headers=(), headers=CIMultiDict())


class Told:
    """A line that notes in which turn of the loop it was answered."""

    peer, size = "::1", 10

    def __init__(self, hall: Hall, number: int, *, secure: bool = False) -> None:
        self.number = number
        self.secure = secure
        self.withheld = 0
        self.turn: int | None = None
        self._hall = hall

    def answered(self, at_ns: int) -> None: ...

    def wake(self) -> None: ...

    def let_out(self, data: bytes) -> None:
        assert data.startswith(b"HTTP/1.1 200")
        self.turn = self._hall.turn


class Hall:
    """A sitting with a clock that stands still unless it is told to go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sitting_module, "monotonic_ns", lambda: self.now_ns)
        self.now_ns = 1
        self.turn = 0
        self.exchange = Exchange(dialect_named("reference"), Settings())
        self.sitting = Sitting(self.exchange, Clock(), limit=1000, compresses=False, outbox=None)

    def answered_in(
        self,
        arrivals: Iterable[int],
        *,
        before: Iterable[int] = (),
        takes_ns: Mapping[int, int] | None = None,
        served_in: int | None = None,
        secure: Iterable[int] = (),
    ) -> list[int | None]:
        """Return for each arrival, given as the turn it comes in, the turn it is answered in.

        Args:
            arrivals: Turns, rising.
            before: How many came together in each of the sittings before.
            takes_ns: What turns take, where it is not next to nothing.
            served_in: The turn in which somebody else cannot wait.
            secure: Of the arrivals those that come by TLS, by their place.
        """
        arrivals, secure = list(arrivals), set(secure)
        lines = [Told(self, place, secure=place in secure) for place in range(len(arrivals))]

        async def main() -> None:
            for together in before:
                for _ in range(together):
                    self.sitting.add(Told(self, -1), HEAD, b"")
                for _ in range(4):
                    await asyncio.sleep(0)
            for self.turn in range(12):
                for line, arrival in zip(lines, arrivals, strict=True):
                    if arrival == self.turn:
                        self.sitting.add(line, HEAD, b"")
                if served_in == self.turn:
                    self.sitting.serve()
                self.now_ns += (takes_ns or {}).get(self.turn, 0)
                await asyncio.sleep(0)

        asyncio.run(main())
        assert [line.withheld for line in lines] == [0] * len(lines)
        judged = [entry.connection for entry in self.exchange.journal.all() if entry.connection >= 0]
        assert judged == list(range(len(lines)))
        return [line.turn for line in lines]


@pytest.fixture
def hall(monkeypatch: pytest.MonkeyPatch) -> Hall:
    return Hall(monkeypatch)


@pytest.mark.parametrize("before", [(), (1,), (1, 1), (7, 1)])
def test_who_is_alone_waits_for_nobody(hall, before):
    assert hall.answered_in([0, 5], before=before) == [0, 5]


def test_where_several_came_before_one_alone_is_waited_with_for_a_turn(hall):
    assert hall.answered_in([0], before=(2,)) == [1]


def test_those_who_come_a_turn_later_are_served_in_the_same_sitting(hall):
    assert hall.answered_in([0, 0, 1]) == [2, 2, 2]


def test_a_turn_that_brings_nobody_ends_the_waiting(hall):
    assert hall.answered_in([0, 0, 2]) == [1, 1, 3]


def test_nobody_waits_for_ever_where_every_turn_brings_more(hall):
    assert hall.answered_in([0, 0, 1, 2, 3, 4, 5, 6, 7]) == [2, 2, 2, 2, 5, 5, 5, 8, 8]


@pytest.mark.parametrize(("slow", "answered"), [(0, [0, 0, 3, 3, 3]), (1, [1, 1, 1, 4, 4])])
def test_a_turn_that_takes_long_ends_the_waiting(hall, slow, answered):
    assert hall.answered_in([0, 0, 1, 2, 3], takes_ns={slow: 5_000_000}) == answered


def test_who_cannot_wait_has_all_served_that_came_before_him(hall):
    assert hall.answered_in([0, 0, 1, 2, 2], served_in=1) == [1, 1, 1, 3, 3]


def test_under_tls_nobody_waits(hall):
    assert hall.answered_in([0, 0, 1, 3], secure=[2]) == [1, 1, 1, 4]
