"""Harm on the wire: what each kind of fault does to the request that it meets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import formatdate
from typing import TYPE_CHECKING

from mockserver.clock import LATEST_MS
from mockserver.core.answers import Answer
from mockserver.core.faults import Fault, FaultKind, PlannedFault
from mockserver.core.refusals import Refusal, Refused
from mockserver.errors import SettingsError
from mockserver.wire.front_pages import page
from mockserver.wire.holds import Holds
from mockserver.wire.line import ENDS, Line, Spoken
from mockserver.wire.miscoding import miscoded
from mockserver.wire.misframing import Frame, Framed, odd_chunks, odd_head, wrong_length
from mockserver.wire.spoiling import doubled_keys, spoilt_json, stand_in_answer
from mockserver.wire.writing import EARLY_HINTS, write_answer, write_chunked, write_head

if TYPE_CHECKING:
    from mockserver.clock import Clock
    from mockserver.core.exchange import Exchange
    from mockserver.core.visit import Visit

#: What a fault's settings hold where they do not say otherwise.
DRIP_MS = 5
DRIFT_PPM = 20_000
RUBBISH = b"\x16\x03\x01\x00\x05noncense\x00\xff\r\n\r\n"
POISON = b'{"error":"this is the answer to nothing that you asked"}'


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


class Striker:
    """Lets faults strike."""

    def __init__(self, exchange: Exchange, clock: Clock) -> None:
        self._exchange = exchange
        self._clock = clock
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
            case FaultKind.INTERIM:
                line.say(b"HTTP/1.1 %d Interim\r\n\r\n" % _whole(fault, "status", 100) * _whole(fault, "count", 1))
                return None
            case FaultKind.HOLD:
                await self.holds.wait(planned)
                return None
            case FaultKind.SKEW | FaultKind.STEP | FaultKind.DRIFT:
                self._turn_the_clock(fault, scene)
                return None
            case FaultKind.STALL:
                return await self._stall(fault, scene)
            case FaultKind.SLOW_DRIP:
                return await self._drip(fault, scene)
            case FaultKind.HEAD | FaultKind.CONTENT_LENGTH | FaultKind.CHUNKS | FaultKind.EXTRA_ANSWER:
                return await self._misframe(fault, scene)
            case FaultKind.RESET | FaultKind.CLOSE | FaultKind.DROP_ANSWER | FaultKind.TRUNCATE | FaultKind.GARBAGE:
                return await self._cut(fault, scene)
            case _:
                return scene.say(self._replaced(fault, scene))

    def _turn_the_clock(self, fault: Fault, scene: Scene) -> None:
        """Let the server's clock jump or drift, for everybody or as one key is shown it; or this once.

        A clock that would leave the calendar stays as it is: the plan was made when it could not be foreseen.
        """
        clock, visit = self._clock, scene.visit
        key = None if fault.settings.get("whole") else visit.named_key
        ms = _whole(fault, "ms", 0)
        if fault.kind is FaultKind.SKEW:
            visit.skew_ms += ms if 0 <= scene.now_ms + ms <= LATEST_MS else 0
            return
        try:
            match fault.kind, key:
                case FaultKind.STEP, None:
                    clock.shift(ms=ms)
                case FaultKind.STEP, str():
                    clock.shift_key(key, ms=ms)
                case _, str():
                    clock.drift_key(key, ppm=_whole(fault, "ppm", DRIFT_PPM))
                case _:
                    clock.drift(ppm=_whole(fault, "ppm", DRIFT_PPM))
        except SettingsError:
            return

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
                answer = page(_whole(fault, "status", 503), _word(fault, "body", "json"))
                if settings.get("retry_after") is not None:
                    later = (("Retry-After", str(settings["retry_after"])),)
                    answer = replace(answer, headers=answer.headers + later)
                elif settings.get("retry_after_date_ms") is not None:
                    answer = replace(answer, headers=(*answer.headers, ("Retry-After", _later(scene, fault))))
            case FaultKind.REDIRECT:
                location = (("Location", _word(fault, "location", "/")),)
                answer = Answer(status=_whole(fault, "status", 302), body=b"", headers=location)
            case FaultKind.REFUSE:
                given = {name: value for name, value in settings.items() if name not in ("refusal", "variant")}
                facts = {**_nonce_seen_before(scene), **given}
                refused = Refused(
                    refusal=Refusal(_word(fault, "refusal", Refusal.UNAVAILABLE)),
                    detail="Refused as planned.",
                    facts=facts,
                    variant=_word(fault, "variant", ""),
                )
                return self._exchange.refuse(scene.visit, refused)
            case FaultKind.DUPLICATE_KEYS:
                own = self._answer(scene)
                return replace(own, body=doubled_keys(own.body))
            case FaultKind.JSON:
                own = self._answer(scene)
                field, size = settings.get("field"), settings.get("size")
                spoilt = spoilt_json(
                    own.body,
                    _word(fault, "how", "nan"),
                    field=field if isinstance(field, str) else None,
                    size=size if isinstance(size, int) else None,
                )
                return replace(own, body=spoilt)
            case FaultKind.GZIP:
                size = settings.get("size")
                return miscoded(
                    self._answer(scene),
                    _word(fault, "how", "sound"),
                    encoding=_word(fault, "encoding", "gzip"),
                    size=size if isinstance(size, int) else None,
                )
            case _:
                own = self._answer(scene)
                body, content_type, status = settings.get("body"), settings.get("content_type"), settings.get("status")
                answer = replace(
                    own,
                    status=own.status if status is None else int(str(status)),
                    body=own.body if body is None else str(body).encode("latin-1", "replace"),
                    content_type=own.content_type if content_type is None else str(content_type),
                    reason=own.reason if status is None else None,
                )
        if entry.answer is None:
            entry.answer = answer
        return answer

    async def _misframe(self, fault: Fault, scene: Scene) -> Spoken:
        """Answer in a frame that is odd or does not fit."""
        line, how = scene.line, _word(fault, "how", "")
        frame = Frame(
            answer=self._answer(scene),
            now_ms=scene.now_ms,
            keep_alive=scene.keep_alive,
            old=scene.old,
            bodiless=scene.bodiless,
        )
        match fault.kind:
            case FaultKind.HEAD:
                framed = odd_head(frame, how or "lf_only")
            case FaultKind.CONTENT_LENGTH:
                framed = wrong_length(frame, how or "short")
            case FaultKind.CHUNKS:
                framed = odd_chunks(frame, how or "bad_size")
            case _:
                body = fault.settings.get("body")
                second = Answer(
                    status=_whole(fault, "status", 200),
                    body=POISON if body is None else str(body).encode("latin-1", "replace"),
                )
                framed = Framed(data=scene.written(frame.answer) + scene.written(second))
        line.say(framed.data)
        if framed.waits:
            await line.wait(None)
        return line.stays if scene.keep_alive and not framed.ends and not framed.waits else ENDS

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
        piece = max(1, _whole(fault, "piece", 1))
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
            line.say(rubbish(fault))
            if fault.settings.get("answer"):
                line.say(scene.written(self._answer(scene)))
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
        kept = _whole(fault, "after", len(body) // 2)
        if kept >= len(body):  # the head must promise more than there is
            kept = max(0, len(body) - 1)
        return write_head(answer, scene.now_ms, keep_alive=scene.keep_alive, old=scene.old) + body[:kept]


def rubbish(fault: Fault) -> bytes:
    """Return the bytes of a GARBAGE that are no HTTP."""
    body = fault.settings.get("body")
    return RUBBISH if body is None else str(body).encode("latin-1", "replace")


def _later(scene: Scene, fault: Fault) -> str:
    """Return a moment from now as `Retry-After` spells it: rounded up, for its seconds have no fractions."""
    second = math.ceil((scene.now_ms + _number(fault, "retry_after_date_ms", 0)) / 1000)
    form = _word(fault, "date_form", "imf")
    if form == "imf":
        return formatdate(second, usegmt=True)
    moment = datetime.fromtimestamp(min(max(second, 0), LATEST_MS // 1000), UTC)
    if form == "rfc850":
        return moment.strftime("%A, %d-%b-%y %H:%M:%S GMT")
    return moment.strftime("%a %b ") + f"{moment.day:2d}" + moment.strftime(" %H:%M:%S %Y")


def _nonce_seen_before(scene: Scene) -> Mapping[str, object]:
    """Return what a planned refusal says of nonces unless its plan says otherwise: that the last one was this one."""
    fields = scene.visit.entry.fields
    return {} if fields is None or fields.nonce is None else {"nonce": fields.nonce, "last_nonce": fields.nonce}


def _number(fault: Fault, name: str, usual: float) -> float:
    value = fault.settings.get(name)
    return usual if value is None else float(str(value))


def _whole(fault: Fault, name: str, usual: int) -> int:
    value = fault.settings.get(name)
    return value if isinstance(value, int) else usual


def _word(fault: Fault, name: str, usual: str) -> str:
    value = fault.settings.get(name)
    return usual if value is None else str(value)
