"""The playing of one case: its steps, one after another, and what comes of each."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

from harness import users
from harness.beside import Beside
from harness.beside.metronome import Metronome
from harness.beside.program import Measured
from harness.cases import (
    Again,
    Arm,
    Call,
    Case,
    ClientClock,
    Fork,
    FromReply,
    Pause,
    Reopen,
    Restart,
    Revoke,
    SetLastNonce,
    ShiftClock,
    Step,
    Together,
    Zone,
)
from harness.drivers.driver import Driver, Failed, Interrupted, Reply, Succeeded, TimedReply
from harness.drivers.subprocess import SubprocessDriver
from harness.errors import AdapterFault
from harness.observation import NotMade, Observation, Record
from harness.sessions import Sessions
from mockserver import Entry, FaultHandle

if TYPE_CHECKING:
    from harness.laboratory import Laboratory


class Playing:
    """One playing of one case."""

    def __init__(self, laboratory: Laboratory, case: Case, number: int, states: Path) -> None:
        self.lab = laboratory
        self.case = case
        self.sessions = Sessions(laboratory, case, number, states / str(number))
        self.records: list[Record] = []
        self.faults: list[tuple[Arm, FaultHandle]] = []
        self.restarted_at: list[int] = []
        self.values: dict[str, object] = {}
        self.first_number = laboratory.exchange.journal.last_number + 1
        self.canary_start = len(laboratory.strayed())
        self.stderr_mark = laboratory.driver.stderr_mark()
        self.metronome = Metronome()
        self.measured = Measured(
            laboratory.driver,
            laboratory.watch,
            laboratory.exchange.port,
            growth=laboratory.growth,
            looking=bool(case.about.get("looking")),
        )

    def begin(self) -> None:
        """Open what the case begins with."""
        self.sessions.prepare()
        self.lab.surroundings.begin()
        self.lab.client_side.begin(clocked=any(isinstance(step, ClientClock) for step in self.case.steps))
        self.measured.begin()
        if self.case.about.get("timed"):
            self.metronome.start()
        self.sessions.begin()

    def step(self, step: Step) -> None:
        """Do one step."""
        exchange = self.lab.exchange
        match step:
            case Call():
                self._call(step)
            case Together(calls=calls, staggered=staggered):
                self._together(calls, staggered=staggered)
            case Arm():
                self._arm(step)
            case ShiftClock(ms=ms):
                exchange.clock.shift(ms=ms)
            case SetLastNonce(key=key, nonce=nonce):
                exchange.set_last_nonce(self.sessions.keys[key].key, nonce)
            case Revoke(key=key):
                exchange.revoke(self.sessions.keys[key].key)
            case Restart():
                self._restart(step)
            case ClientClock(ms=ms, on_arrival=True):
                self.lab.client_side.move_clock_on_arrival(ms)
            case ClientClock(ms=ms):
                self.lab.client_side.move_clock(ms)
            case Zone():
                self._settle(step)
            case Fork(call=call):
                self._fork(call)
            case Reopen(session=name):
                self.sessions.close(name)
                self.sessions.open(self.sessions.plan_of(name))
            case Pause(ms=ms):
                time.sleep(ms / 1000)
            case Again():
                self._again(step)
            case _:
                assert_never(step)

    def _resolve(self, call: Call) -> Mapping[str, object] | NotMade:
        params: dict[str, object] = {}
        for name, value in call.params.items():
            if isinstance(value, FromReply):
                earlier = self.values.get(value.label)
                if not isinstance(earlier, Mapping) or value.member not in earlier:
                    return NotMade(reason=f"call {value.label} gave no {value.member}")
                params[name] = earlier[value.member]
            else:
                params[name] = value
        if call.session not in self.sessions.live:
            return NotMade(reason=f"session {call.session} did not open")
        return params

    def since(self, number: int) -> tuple[Entry, ...]:
        """Return what the exchange saw after an entry, without what a client was still sending for a case before."""
        entries = self.lab.exchange.journal.since(number)
        return tuple(entry for entry in entries if entry.fields is None or entry.fields.key not in self.lab.retired)

    def _call(self, call: Call) -> None:
        params = self._resolve(call)
        before = self.lab.exchange.journal.last_number
        if isinstance(params, NotMade):
            now = time.monotonic_ns()
            self.records.append(Record(call=call, reply=params, started_ns=now, ended_ns=now, entries=()))
            return
        started = time.monotonic_ns()
        session = self.sessions.id_of(call.session)
        try:
            timed = self.sessions.driver_of(call.session).call(
                session, call.operation, params, limit_s=self.sessions.limit_of(call)
            )
        except AdapterFault as fault:
            excused = call.beyond_contract or self.lab.client_side.facts().spoilt
            if not excused or fault.kind not in ("json_rpc", "raised"):
                raise
            gone = NotMade(reason=f"the adapter takes no such value: {fault.detail}")
            ended = time.monotonic_ns()
            entries = self.since(before)
            self.records.append(Record(call=call, reply=gone, started_ns=started, ended_ns=ended, entries=entries))
            return
        self._note(call, timed.reply)
        self.records.append(
            Record(
                call=call,
                reply=timed.reply,
                started_ns=timed.started_ns,
                ended_ns=timed.ended_ns,
                entries=self.since(before),
            )
        )

    def _again(self, step: Again) -> None:
        """Let a user do what he does when he is told of a failure."""
        last = next((record for record in reversed(self.records) if record.call.label == step.label), None)
        if last is None or not isinstance(last.reply, Failed) or not users.is_open(last.reply):
            return
        if step.user == "prudent":
            self._call(users.looking_for(last.call))
            if users.found(last.call, self.records[-1].reply):
                return
        self._call(last.call)

    def _together(self, calls: tuple[Call, ...], *, staggered: bool) -> None:
        before = self.lab.exchange.journal.last_number
        resolved = [(call, self._resolve(call)) for call in calls]
        made = [(call, params) for call, params in resolved if not isinstance(params, NotMade)]
        if not made:
            return
        limit_s = max(self.sessions.limit_of(call) for call, _ in made)
        replies = self._handed_over(made, limit_s, before if staggered else None)
        entries = self.since(before)
        for (call, _), timed in zip(made, replies, strict=True):
            self._note(call, timed.reply)
            self.records.append(
                Record(
                    call=call,
                    reply=timed.reply,
                    started_ns=timed.started_ns,
                    ended_ns=timed.ended_ns,
                    entries=entries,
                    together=True,
                )
            )

    def _handed_over(
        self, made: Sequence[tuple[Call, Mapping[str, object]]], limit_s: float, before: int | None
    ) -> Sequence[TimedReply]:
        """Hand calls over at once, those of either program to it; the replies come in the order of the calls.

        With the number of an entry, all but the first wait until the exchange has seen another request.
        """
        journal = self.lab.exchange.journal
        seen = None if before is None else partial(journal.wait_past, before, timeout_s=limit_s)
        shares: dict[Driver, list[int]] = {}
        for index, (call, _) in enumerate(made):
            shares.setdefault(self.sessions.driver_of(call.session), []).append(index)

        def hand(driver: Driver, indexes: Sequence[int]) -> Sequence[TimedReply]:
            asked = [(self.sessions.id_of(made[at][0].session), made[at][0].operation, made[at][1]) for at in indexes]
            return driver.call_together(asked, limit_s=limit_s, after_first=seen)

        if len(shares) == 1:
            return hand(*next(iter(shares.items())))
        with ThreadPoolExecutor(len(shares)) as pool:
            handed = {driver: pool.submit(hand, driver, indexes) for driver, indexes in shares.items()}
        found: dict[int, TimedReply] = {}
        for driver, indexes in shares.items():
            found.update(zip(indexes, handed[driver].result(), strict=True))
        return [found[at] for at in range(len(made))]

    def _note(self, call: Call, reply: Reply) -> None:
        if call.label and isinstance(reply, Succeeded):
            self.values[call.label] = reply.value
        if isinstance(reply, Failed) and len(self.sessions.texts) < 64:
            self.sessions.texts.extend(self.sessions.driver_of(call.session).texts(self.sessions.id_of(call.session)))

    def _arm(self, arm: Arm) -> None:
        settings: dict[str, Any] = dict(arm.settings)
        if settings.get("location") == "canary":
            settings["location"] = self.lab.canary.url + str(settings.pop("path", "/"))
        handle = self.lab.exchange.faults.add(
            key=self.sessions.keys[arm.key].key if arm.key else None,
            operation=arm.operation,
            at=arm.at,
            fault=arm.fault,
            times=arm.times,
            skip=arm.skip,
            **settings,
        )
        self.faults.append((arm, handle))

    def _restart(self, step: Restart) -> None:
        lab = self.lab
        before = lab.exchange.journal.last_number
        interrupted = self._begin_call(step.during) if step.during is not None else None
        if interrupted is not None and step.wait_for == "arrival":
            lab.exchange.journal.wait_past(before, timeout_s=lab.call_limit_s)
        ended = [session for session in self.case.sessions if step.both or not session.second]
        if not step.kill:
            for session in ended:
                self.sessions.close(session.name)
        if step.spoil and isinstance(lab.driver, SubprocessDriver):
            lab.driver.stop(kill=step.kill)
            lab.client_side.spoil(step.spoil, (self.sessions.state_dir, lab.driver.state_dir))
        if step.both:
            lab.client_side.start_both()
        else:
            lab.driver.restart(kill=step.kill, environment=step.environment)
        self.sessions.live.difference_update(session.name for session in ended)
        self.restarted_at.append(lab.exchange.journal.last_number)
        if interrupted is not None and step.during is not None:
            entries = self.since(before)
            lab.left_to_chance += len(entries)
            self.records.append(
                Record(
                    call=step.during,
                    reply=Interrupted(),
                    started_ns=interrupted,
                    ended_ns=time.monotonic_ns(),
                    entries=entries,
                )
            )
        lab.driver.describe(lab.exchange.dialect.name)
        for session in ended:
            self.sessions.open(session)

    def _settle(self, step: Zone) -> None:
        """Let the client's host be somewhere else; a program has to start anew for it."""
        variables = dict(self.lab.client_side.settle_in(step.zone))
        if step.locale:
            variables.update(LANG=step.locale, LC_ALL=step.locale)
        if self.lab.driver.form == "program":
            self._restart(Restart(kill=False, environment=variables))

    def _fork(self, call: Call) -> None:
        params = self._resolve(call)
        if isinstance(params, NotMade):
            return
        session, limit_s = self.sessions.id_of(call.session), self.sessions.limit_of(call)
        self.lab.client_side.fork(
            lambda driver: driver.call_in_a_child(session, call.operation, params, limit_s=limit_s)
        )

    def _begin_call(self, call: Call) -> int | None:
        """Hand over a call without waiting, and return when; None where it could not be made."""
        params = self._resolve(call)
        if isinstance(params, NotMade):
            return None
        started = time.monotonic_ns()
        self.lab.driver.start_call(self.sessions.id_of(call.session), call.operation, params)
        return started

    def observation(self) -> Observation:
        """Return all that was seen since the case began."""
        own = {handle.key for handle in self.sessions.keys.values()}
        others = tuple(
            entry for entry in self.since(self.first_number - 1) if entry.fields is None or entry.fields.key not in own
        )
        return Observation(
            setting=self.lab.setting,
            records=tuple(self.records),
            keys=self.sessions.views(self.first_number),
            others=others,
            canary=self.lab.strayed()[self.canary_start :],
            struck=tuple((arm, fault.struck) for arm, fault in self.faults),
            opened=dict(self.sessions.opened),
            stderr=self.lab.driver.stderr_since(self.stderr_mark),
            texts=tuple(self.sessions.texts),
            restarted_at=tuple(self.restarted_at),
            base_urls=dict(self.sessions.base_urls),
            client_side=self.lab.client_side.facts(),
            beside=self._beside(),
        )

    def _beside(self) -> Beside:
        self.metronome.stop()
        measured = self.measured.end(self.lab.surroundings.seen(), self.sessions.state_dir, len(self.records))
        late, worst = self.metronome.usual_late_ms, self.metronome.worst_late_ms
        return replace(measured, usual_late_ms=late, worst_late_ms=worst)

    def tidy(self) -> None:
        """Put back what outlives the case's keys."""
        self.metronome.stop()
        self.lab.client_side.tidy()
        if self.lab.driver.form == "program" and any(_lends(step) for step in self.case.steps):
            self.lab.driver.restart(kill=True)
            self.lab.driver.describe(self.lab.exchange.dialect.name)
        self.measured.stop()
        self.lab.exchange.at_once(self._put_back)

    def _put_back(self) -> None:
        for _, fault in self.faults:
            fault.remove()
        self.sessions.forget()
        self.lab.exchange.clock.set_offset(ms=0)


def _lends(step: Step) -> bool:
    """Tell whether a step leaves a program in an environment that is not its own."""
    return isinstance(step, Zone) or (isinstance(step, Restart) and bool(step.environment))
