"""What comes in one turn of the loop is served together: in its order, each for himself, whatever befalls another."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack

import pytest

from mockserver import MockExchange, Settings
from mockserver.core.exchange import Exchange
from mockserver.wire.app import Wire
from mockserver.wire.sitting import Sitting
from tests.mockserver.raw_client import Caller, an_order, signed, travelling

MANY = 12


TIME = b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n"


async def asked_at_once(exchange: MockExchange, requests: Sequence[bytes]) -> list[Caller]:
    """Write requests, each on a line of its own and known, while the loop stands still; return the lines."""
    callers = [Caller(exchange.port) for _ in requests]
    for caller in callers:
        await asyncio.to_thread(caller.send(TIME).reply)
    for caller, request in zip(callers, requests, strict=True):
        caller.send(request)
    return callers


async def heard(callers: Sequence[Caller]) -> list[int | None]:
    """Return the statuses of their answers; None for a line that was cut."""

    def hear(caller: Caller) -> int | None:
        with caller:
            try:
                return caller.reply().status
            except (EOFError, ConnectionError):
                return None

    return list(await asyncio.gather(*(asyncio.to_thread(hear, caller) for caller in callers)))


def test_those_of_one_turn_are_served_in_one_sitting() -> None:
    async def main() -> None:
        async with MockExchange() as exchange:
            key = exchange.create_key()
            asked = [travelling(signed(exchange, key)) for _ in range(MANY)]
            statuses = await heard(await asked_at_once(exchange, asked))
            entries = exchange.journal.of(key)
            assert len(entries) == len(statuses) == MANY
            assert [entry.number for entry in entries] == sorted(entry.number for entry in entries)
            assert len({entry.answered_ns for entry in entries}) < MANY  # some, at least, were answered together
            assert all(entry.arrived_ns <= entry.answered_ns for entry in entries)
            # Of one key's nonces the gate took those that rose, in the order of the journal, and no other.
            last = 0
            for entry in entries:
                nonce = int(entry.fields.nonce)
                assert (entry.refused is None) == (nonce > last)
                last = max(last, nonce)

    asyncio.run(main())


def test_each_of_them_does_what_it_asks_for() -> None:
    async def main() -> None:
        async with MockExchange() as exchange:
            keys = [exchange.create_key() for _ in range(MANY)]
            asked = [travelling(an_order(exchange, key)) for key in keys]
            assert await heard(await asked_at_once(exchange, asked)) == [200] * MANY
            assert [len(exchange.orders(key)) for key in keys] == [1] * MANY

    asyncio.run(main())


def test_a_fault_of_ours_cuts_its_own_line_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    perform = Exchange.perform

    def breaks_down(self: Exchange, visit):
        if visit.entry.request.target == b"/v1/time?broken":
            raise ZeroDivisionError
        return perform(self, visit)

    monkeypatch.setattr(Exchange, "perform", breaks_down)

    async def main() -> None:
        told: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: told.append(context.get("exception")))
        async with MockExchange() as exchange:
            broken = b"GET /v1/time?broken HTTP/1.1\r\nHost: x\r\n\r\n"
            assert await heard(await asked_at_once(exchange, [TIME, broken, TIME])) == [200, None, 200]
            assert [type(error) for error in told] == [ZeroDivisionError]
            assert await heard(await asked_at_once(exchange, [TIME])) == [200]

    asyncio.run(main())


@pytest.mark.parametrize("said", [b"", TIME], ids=["alone", "one behind it"])
def test_who_has_said_his_last_word_is_answered(said: bytes) -> None:
    async def main() -> None:
        async with MockExchange() as exchange:
            asked = b"GET /v1/markets HTTP/1.1\r\nHost: x\r\n\r\n" + said
            (caller,) = await asked_at_once(exchange, [asked])
            caller.socket.shutdown(socket.SHUT_WR)
            with caller:
                answers = await asyncio.to_thread(caller.rest)
            assert answers.count(b"HTTP/1.1 200 OK") == 1 + bool(said)
            assert answers.find(b"min_amount") < (answers.find(b"server_time") if said else len(answers))

    asyncio.run(main())


def test_a_line_that_has_asked_is_not_closed_for_idling_before_its_turn() -> None:
    async def main() -> None:
        async with MockExchange(settings=Settings(keep_alive_s=0.3, uvloop=False)) as exchange:
            key = exchange.create_key()
            caller = Caller(exchange.port)
            await asyncio.to_thread(caller.send(TIME).reply)
            await asyncio.sleep(0.2)
            caller.send(travelling(an_order(exchange, key)))
            time.sleep(0.2)  # noqa: ASYNC251 - the request and the end of the patience come in one turn
            assert await heard([caller]) == [200]
            assert len(exchange.orders(key)) == 1

    asyncio.run(main())


def test_what_is_explained_is_what_was_judged() -> None:
    async def main() -> None:
        async with MockExchange(settings=Settings(explain=True, uvloop=False)) as exchange:
            key = exchange.create_key(last_nonce=1000)
            late, early = (travelling(signed(exchange, key, nonce=nonce)) for nonce in (999, 5000))
            lines = await asked_at_once(exchange, [late, early])
            answers = await asyncio.gather(*(asyncio.to_thread(line.reply) for line in lines))
            for line in lines:
                line.socket.close()
            assert [answer.status for answer in answers] == [403, 200]
            last = answers[0].json["last_nonce"]
            assert f"above {last}" in answers[0].headers["x-noncense-explanation"]

    asyncio.run(main())


@pytest.mark.parametrize("uvloop", [True, False])
def test_what_comes_with_its_connection_goes_the_short_way_and_so_does_what_follows(uvloop, monkeypatch):
    """With uvloop a request comes before aiohttp waits for it, and once on the long way the next would, too."""
    detours = []
    serve = Wire._serve  # noqa: SLF001 - where the long way begins

    async def noted(self, request):
        detours.append(request.rel_url)
        return await serve(self, request)

    monkeypatch.setattr(Wire, "_serve", noted)
    with MockExchange(settings=Settings(uvloop=uvloop)) as exchange:
        callers = [Caller(exchange.port).send(TIME) for _ in range(8 * MANY)]
        for _ in range(5):
            for caller in callers:
                assert caller.reply().status == 200
                caller.send(TIME)
        for caller in callers:
            with caller:
                assert caller.reply().status == 200
    assert not detours
    assert len(exchange.journal.all()) == 6 * 8 * MANY


BEHIND = {
    "a connection's last request": b"GET /v1/markets HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "a body in pieces": b"PUT /v1/time HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
    "no HTTP": b"what is this\r\n\r\n",
}


@pytest.mark.parametrize("uvloop", [True, False])
@pytest.mark.parametrize("same_line", [True, False])
@pytest.mark.parametrize("behind", BEHIND.values(), ids=BEHIND)
def test_nobody_is_judged_before_those_who_wait(uvloop, same_line, behind, monkeypatch):
    """What takes the long way, or is no request at all, comes while a sitting waits for more."""
    add, first = Sitting.add, TIME.replace(b"time", b"time?first")
    behind_it: list[Caller] = []

    def adds(self, line, head, body):
        add(self, line, head, body)
        if head.path == "/v1/time?first":
            for caller in behind_it:
                caller.send(behind if caller is behind_it[0] else TIME)  # these come a turn later

    monkeypatch.setattr(Sitting, "add", adds)
    with MockExchange(settings=Settings(uvloop=uvloop)) as exchange, ExitStack() as lines:
        others = [lines.enter_context(Caller(exchange.port)) for _ in range(4)]
        for _ in range(5):
            one, two = [lines.enter_context(Caller(exchange.port)) for _ in range(2)]
            for caller in (one, two, *others):
                caller.send(TIME).reply()
            behind_it[:] = [one if same_line else two, *others]
            one.send(first)
            assert b"server_time" in one.reply().body
            assert b"server_time" not in behind_it[0].reply().body
            for other in others:
                assert other.reply().status == 200
        entries = exchange.journal.all()
    arrived = [entry.arrived_ns for entry in entries]
    assert arrived == sorted(arrived)
    assert len(entries) == 5 * (6 + 2 + len(others))
