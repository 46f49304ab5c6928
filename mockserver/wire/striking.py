"""Harm on the wire: what each kind of fault does to the request that it meets."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import TYPE_CHECKING

from mockserver.core.answers import Answer
from mockserver.core.faults import Fault, FaultKind, PlannedFault
from mockserver.core.refusals import Refusal, Refused
from mockserver.wire.line import ENDS, Line, Spoken
from mockserver.wire.spoiling import doubled_keys, page, stand_in_answer
from mockserver.wire.writing import EARLY_HINTS, write_answer, write_chunked, write_head

if TYPE_CHECKING:
    from mockserver.core.exchange import Exchange
    from mockserver.core.visit import Visit

#: What a fault's settings hold where they do not say otherwise.
HOLD_MS = 150
DRIP_MS = 5
RUBBISH = b"\x16\x03\x01\x00\x05noncense\x00\xff\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where a fault strikes: the request on its way, the connection it came on, and how an answer would be framed."""

    visit: Visit
    line: Line
    now_ms: int
    keep_alive: bool
    old: bool
    bodiless: bool

    def written(self, answer: Answer) -> bytes:
        """Return an answer as it would travel unharmed."""
        return write_answer(answer, self.now_ms, keep_alive=self.keep_alive, old=self.old, bodiless=self.bodiless)

    def say(self, answer: Answer) -> Spoken:
        """Answer and have done."""
        self.line.say(self.written(answer))
        return self.line.stays if self.keep_alive else ENDS


class Holds:
    """The batches of requests that HOLD faults keep waiting."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._waiting: dict[PlannedFault, list[asyncio.Future[None]]] = {}
        self._timers: dict[PlannedFault, asyncio.TimerHandle] = {}

    async def wait(self, planned: PlannedFault) -> None:
        """Wait until the batch is complete or its patience is over.

        Those who wait are woken in the order that the fault names, and each goes on to the end of its judgement before
        the next one wakes: nothing is awaited in between.
        """
        settings = planned.fault.settings
        loop = asyncio.get_running_loop()
        batch = self._waiting.get(planned)
        if batch is None:
            batch = self._waiting[planned] = []
            patience_s = _number(planned.fault, "ms", HOLD_MS) / 1000
            self._timers[planned] = loop.call_later(patience_s, self.let_go, planned)
        turn: asyncio.Future[None] = loop.create_future()
        batch.append(turn)
        if len(batch) == int(str(settings.get("count", 2))):
            loop.call_soon(self.let_go, planned)  # not now: this request has to wait for its turn like the others
        await turn

    def let_go(self, planned: PlannedFault) -> None:
        """Let a batch go, in its order: indexes of arrival; those it does not name follow as they came."""
        batch = self._waiting.pop(planned, None)
        if batch is None:
            return
        self._timers.pop(planned).cancel()
        self._exchange.faults.let_go(planned, len(batch))
        for index in release_order(planned.fault.settings.get("order"), len(batch)):
            if not batch[index].done():
                batch[index].set_result(None)

    def let_all_go(self) -> None:
        """Let every batch go."""
        for planned in tuple(self._waiting):
            self.let_go(planned)


def release_order(order: object, count: int) -> list[int]:
    """Return the indexes 0 to count-1, those that an order names first."""
    named = [int(index) for index in order] if isinstance(order, Sequence) and not isinstance(order, str) else []
    first = [index for index in dict.fromkeys(named) if 0 <= index < count]
    return first + [index for index in range(count) if index not in first]


class Striker:
    """Lets faults strike."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.holds = Holds(exchange)

    async def strike(self, planned: PlannedFault, scene: Scene) -> Spoken | None:
        """Let a fault strike.

        Returns:
            What aiohttp is told when the request is settled by it; None when the request goes on its way.
        """
        fault, line = planned.fault, scene.line
        scene.visit.entry.fault = fault
        match fault.kind:
            case FaultKind.DELAY:
                await line.wait(_number(fault, "ms", 0) / 1000)
                return None
            case FaultKind.EARLY_HINTS:
                line.say(EARLY_HINTS)
                return None
            case FaultKind.HOLD:
                await self.holds.wait(planned)
                return None
            case FaultKind.STALL:
                return await self._stall(fault, scene)
            case FaultKind.SLOW_DRIP:
                return await self._drip(fault, scene)
            case FaultKind.RESET | FaultKind.CLOSE | FaultKind.DROP_ANSWER | FaultKind.TRUNCATE | FaultKind.GARBAGE:
                return await self._cut(fault, scene)
            case _:
                return scene.say(self._replaced(fault, scene))

    def _answer(self, scene: Scene) -> Answer:
        """Return the answer that is spoilt: the request's own, or a stand-in for one that was never come to."""
        entry = scene.visit.entry
        if entry.answer is None:
            entry.answer = stand_in_answer()
        return entry.answer

    def _replaced(self, fault: Fault, scene: Scene) -> Answer:
        """Return the answer of a fault that puts another one in its place."""
        entry, settings = scene.visit.entry, fault.settings
        match fault.kind:
            case FaultKind.STATUS:
                answer = page(int(_number(fault, "status", 503)), str(settings.get("body", "json")))
                if "retry_after" in settings:
                    answer = replace(answer, headers=(("Retry-After", str(settings["retry_after"])),))
                elif "retry_after_date_ms" in settings:
                    answer = replace(answer, headers=(("Retry-After", _later(scene, fault)),))
            case FaultKind.REDIRECT:
                location = (("Location", str(settings.get("location", "/"))),)
                answer = Answer(status=int(_number(fault, "status", 302)), body=b"", headers=location)
            case FaultKind.REFUSE:
                given = {name: value for name, value in settings.items() if name not in ("refusal", "variant")}
                facts = {**_nonce_seen_before(scene), **given}
                refused = Refused(
                    refusal=Refusal(str(settings.get("refusal", Refusal.UNAVAILABLE))),
                    detail="Refused as planned.",
                    facts=facts,
                    variant=str(settings.get("variant", "")),
                )
                return self._exchange.refuse(scene.visit, refused)
            case FaultKind.DUPLICATE_KEYS:
                own = self._answer(scene)
                return replace(own, body=doubled_keys(own.body))
            case _:
                own = self._answer(scene)
                answer = replace(
                    own,
                    status=int(_number(fault, "status", own.status)),
                    body=str(settings["body"]).encode("latin-1", "replace") if "body" in settings else own.body,
                    content_type=str(settings.get("content_type", own.content_type)),
                    reason=None if "status" in settings else own.reason,
                )
        if entry.answer is None:
            entry.answer = answer
        return answer

    async def _stall(self, fault: Fault, scene: Scene) -> Spoken | None:
        """Fall silent: before the head, or after so many bytes of the answer; for ever, or for so long."""
        line = scene.line
        ms = fault.settings.get("ms")
        after = fault.settings.get("after")
        data = b"" if after is None else scene.written(self._answer(scene))
        sent = 0 if after is None else int(str(after))
        line.say(data[:sent])
        stands = await line.wait(None if ms is None else float(str(ms)) / 1000)
        if after is None:
            return None if stands else ENDS
        if stands:
            line.say(data[sent:])
        return line.stays if stands and scene.keep_alive else ENDS

    async def _drip(self, fault: Fault, scene: Scene) -> Spoken:
        """Answer a few bytes at a time."""
        line, answer = scene.line, self._answer(scene)
        chunked = bool(fault.settings.get("chunked"))
        data = (
            write_chunked(answer, scene.now_ms, keep_alive=scene.keep_alive, complete=True)
            if chunked and not scene.bodiless
            else scene.written(answer)
        )
        piece = max(1, int(_number(fault, "piece", 1)))
        pause_s = _number(fault, "ms", DRIP_MS) / 1000
        for start in range(0, len(data), piece):
            line.say(data[start : start + piece])
            if not await line.wait(pause_s):
                return ENDS
        return line.stays if scene.keep_alive else ENDS

    async def _cut(self, fault: Fault, scene: Scene) -> Spoken:
        """End the connection, after nothing, some or all of what should have been said."""
        line, after = scene.line, fault.settings.get("after")
        if fault.kind is FaultKind.GARBAGE:
            body = fault.settings.get("body")
            line.say(RUBBISH if body is None else str(body).encode("latin-1", "replace"))
        elif fault.kind is FaultKind.TRUNCATE:
            line.say(self._truncated(fault, scene))
        elif after is not None:
            line.say(scene.written(self._answer(scene))[: int(str(after))])
            if fault.kind is FaultKind.RESET:
                await line.wait(0.02)  # what was said shall arrive before the reset overtakes it
        if fault.kind is FaultKind.RESET:
            line.tear()
        else:
            line.hang_up()
        return ENDS

    def _truncated(self, fault: Fault, scene: Scene) -> bytes:
        """Return an answer whose head promises more than follows."""
        answer = self._answer(scene)
        if fault.settings.get("chunked"):
            return write_chunked(answer, scene.now_ms, keep_alive=scene.keep_alive, complete=False)
        body = answer.body
        kept = int(_number(fault, "after", len(body) // 2))
        if kept >= len(body):  # the head must promise more than there is
            kept = max(0, len(body) - 1)
        return write_head(answer, scene.now_ms, keep_alive=scene.keep_alive, old=scene.old) + body[:kept]


def _later(scene: Scene, fault: Fault) -> str:
    """Return a moment from now as `Retry-After` spells it: rounded up, for its seconds have no fractions."""
    return formatdate(math.ceil((scene.now_ms + _number(fault, "retry_after_date_ms", 0)) / 1000), usegmt=True)


def _nonce_seen_before(scene: Scene) -> Mapping[str, object]:
    """Return what a planned refusal says of nonces unless its plan says otherwise: that the last one was this one."""
    fields = scene.visit.entry.fields
    return {} if fields is None or fields.nonce is None else {"nonce": fields.nonce, "last_nonce": fields.nonce}


def _number(fault: Fault, name: str, usual: float) -> float:
    value = fault.settings.get(name)
    return usual if value is None else float(str(value))
