"""Plays a case: opens the sessions, makes the calls, plans the harm, and brings back the observation."""

from __future__ import annotations

import itertools
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, assert_never

from harness import users
from harness.beside import Beside, Surroundings, Watch
from harness.beside.metronome import Metronome
from harness.beside.program import Growth, Measured
from harness.beside.surroundings import NoSuchDoor, Way
from harness.cases import (
    Again,
    Arm,
    Call,
    Case,
    ClientClock,
    Fork,
    FromReply,
    KeyPlan,
    Pause,
    Reopen,
    Restart,
    Revoke,
    SessionPlan,
    SetLastNonce,
    ShiftClock,
    Step,
    Together,
    Zone,
)
from harness.client_side import ClientSide
from harness.drivers.driver import CannotTry, Driver, Failed, Interrupted, Reply, Succeeded, Target, TimedReply
from harness.drivers.subprocess import SubprocessDriver
from harness.errors import AdapterFault
from harness.observation import KeyView, NotMade, Observation, Record
from harness.setting import Setting
from harness.solitude import Solitude
from mockserver import Balance, Canary, Entry, FaultHandle, KeyHandle, MockExchange
from signer import Request

#: What the second origin answers: a success in every dialect's words, so that a gullible client believes it.
BELIEVABLE = (
    b'{"result":true,"error":"","success":1,"code":"0","msg":"result.success","order_id":"77","orderNumber":"77",'
    b'"status":"open","filled":"0","trades":[],"resultingTrades":[],"data":{"orderId":"77","placeStatus":1}}'
)

#: Balances of a key whose plan asks for plenty.
PLENTY = "1000000000"


class Laboratory:
    """One client, one exchange, one case at a time.

    A fresh key per case is the thread that ties traffic to case, so nothing is ever reset; what outlives a key (the
    clock, faults for everybody) is put back when the case is over.

    Raises:
        AdapterFault: From every method, when the adapter breaks.
    """

    def __init__(
        self,
        setting: Setting,
        exchange: MockExchange,
        driver: Driver,
        *,
        call_limit_s: float,
        seed: int = 0,
        retired: set[str] | None = None,
        watch: Watch | None = None,
        solitude: Solitude | None = None,
    ) -> None:
        """Prepare to play.

        Args:
            setting: What cases are drawn for.
            exchange: Where the client is led.
            driver: The rein.
            call_limit_s: How long to wait for one call.
            seed: Where keys and secrets come from: the same row and seed meet the same ones, whatever ran before.
            retired: The keys of cases that are over on this exchange; added to with each case.
            watch: Who watches the client's program; None where nobody does.
            solitude: What is shared with those who play in this process meanwhile.
        """
        self.setting = setting
        self.seed = seed
        self.retired = set() if retired is None else retired
        self.exchange = exchange
        self.driver = driver
        self.call_limit_s = call_limit_s
        self.watch = watch
        self.solitude = solitude or Solitude()
        self.growth = Growth()
        #: Requests of calls during which the client was killed: whether they were sent hangs on the moment.
        self.left_to_chance = 0
        self.surroundings = Surroundings(exchange, BELIEVABLE)
        self.client_side = ClientSide(driver, exchange)
        self._canary: Canary | None = None
        self._numbers = itertools.count(1)
        self._states = tempfile.TemporaryDirectory(prefix="noncense-state-", dir=_in_memory())

    def close(self) -> None:
        """Close what the laboratory itself opened; the exchange and the driver belong to others."""
        if self._canary is not None:
            self._canary.__exit__(None, None, None)
            self._canary = None
        self.surroundings.close()
        self.client_side.close()
        self._states.cleanup()

    @property
    def canary(self) -> Canary:
        """The second origin, started when it is first needed."""
        if self._canary is None:
            self._canary = Canary(body=BELIEVABLE)
            self._canary.__enter__()
        return self._canary

    def strayed(self) -> tuple[Request, ...]:
        """Return every request that has come to the second origin so far; none where it was never needed."""
        return () if self._canary is None else tuple(self._canary.requests)

    def play(self, case: Case) -> Observation:
        """Play one case from beginning to end."""
        playing = _Playing(self, case, next(self._numbers), Path(self._states.name))
        with self._alone_for(case), _clock_of(case):
            try:
                playing.begin()
                for step in case.steps:
                    playing.step(step)
                playing.close_sessions()
                return playing.observation()
            finally:
                playing.tidy()

    @contextmanager
    def _alone_for(self, case: Case) -> Iterator[None]:
        """Be alone in the process for a case that touches all of it, or asks for it."""
        here = self.driver.form == "in-process"
        touched = bool(case.about.get("frozen")) or any(isinstance(step, Zone | Fork) for step in case.steps)
        if (here and touched) or case.about.get("alone"):
            with self.solitude.alone():
                yield
        else:
            yield


def _in_memory() -> Path | None:
    """Return a folder whose files never touch a disk, where the system has one: clients write notes at each call."""
    folder = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it, which nobody else may read
    return folder if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK) else None


@contextmanager
def _clock_of(case: Case) -> Iterator[None]:
    """Freeze the process's clock for a case that asks for it; only a client in this very process is touched by it."""
    if not case.about.get("frozen"):
        yield
        return
    from freezegun import freeze_time

    with freeze_time(real_asyncio=True):
        yield


def _lends(step: Step) -> bool:
    """Tell whether a step leaves a program in an environment that is not its own."""
    return isinstance(step, Zone) or (isinstance(step, Restart) and bool(step.environment))


class _Playing:
    """One playing of one case."""

    def __init__(self, laboratory: Laboratory, case: Case, number: int, states: Path) -> None:
        self.lab = laboratory
        self.case = case
        self.number = number
        self.chance = Random(f"{laboratory.seed}:{number}")
        self.state_dir = states / str(number)
        self.keys: dict[str, KeyHandle] = {}
        self.before: dict[str, Mapping[str, Balance]] = {}
        self.opened: dict[str, Reply] = {}
        self.base_urls: dict[str, str] = {}
        self.live: set[str] = set()
        self.records: list[Record] = []
        self.faults: list[tuple[Arm, FaultHandle]] = []
        self.restarted_at: list[int] = []
        self.texts: list[str] = []
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
        self.state_dir.mkdir()
        self.lab.surroundings.begin()
        self.lab.client_side.begin(clocked=any(isinstance(step, ClientClock) for step in self.case.steps))
        self.measured.begin()
        if self.case.about.get("timed"):
            self.metronome.start()
        for plan in self.case.keys:
            self.keys[plan.name] = self._create_key(plan)
            self.lab.retired.discard(self.keys[plan.name].key)
            self.before[plan.name] = self.lab.exchange.balances(self.keys[plan.name].key)
        for session in self.case.sessions:
            self._open(session)

    def _create_key(self, plan: KeyPlan) -> KeyHandle:
        exchange = self.lab.exchange
        currencies = {market.base for market in exchange.dialect.markets} | {
            market.quote for market in exchange.dialect.markets
        }
        balances = dict.fromkeys(sorted(currencies), PLENTY) if plan.balances is None else dict(plan.balances)
        drawn = exchange.dialect.new_credentials(self.chance)
        return exchange.create_key(
            permissions=set(plan.permissions),
            balances=balances,
            key=plan.key or drawn.key,
            secret=plan.secret or drawn.secret,
            last_nonce=plan.last_nonce,
            private_venue=True,
            order_id_start=plan.order_id_start,
        )

    def _session_id(self, name: str) -> str:
        return f"{self.number}{name}"

    def _open(self, plan: SessionPlan) -> None:
        exchange = self.lab.exchange
        key: str | None = None
        secret: str | None = None
        if plan.key is not None:
            handle = self.keys[plan.key]
            key, secret = handle.key, handle.secret
            if plan.wrong_secret or plan.unknown_key:
                stranger = exchange.dialect.new_credentials(self.chance)
                secret = stranger.secret if plan.wrong_secret else secret
                key = stranger.key if plan.unknown_key else key
            key = key if plan.key_as is None else plan.key_as.replace("{}", key)
            secret = secret if plan.secret_as is None else plan.secret_as.replace("{}", secret)
        try:
            way = self._way(plan)
        except NoSuchDoor as problem:
            self.opened[plan.name] = CannotTry(reason=f"not exercised: {problem}")
            return
        target = Target(
            dialect=exchange.dialect.name,
            base_url=way.base_url,
            ca_file=way.ca_file if plan.trusts else None,
            proxy_url=self.lab.surroundings.proxy_url() if plan.proxy else None,
            key=key,
            secret=secret,
            timeout_s=plan.timeout_s or self.lab.setting.timeout_s,
            options=plan.options,
            state_dir=str(self.state_dir),
        )
        self.base_urls[plan.name] = target.base_url
        try:
            reply = self._driver(plan.name).open(self._session_id(plan.name), target)
        except AdapterFault as fault:
            # Whoever finds his notes spoilt may say so by an exception that no adapter has thought of.
            if not self.lab.client_side.facts().spoilt or fault.kind not in ("json_rpc", "raised"):
                raise
            reply = Failed(kind="unknown", message=fault.detail)
        self.opened[plan.name] = reply
        if isinstance(reply, Succeeded):
            self.live.add(plan.name)

    def _way(self, plan: SessionPlan) -> Way:
        exchange = self.lab.exchange
        if plan.door:
            return self.lab.surroundings.way(plan.door)
        return Way(base_url=exchange.url if plan.host == "main" else exchange.other_url)

    def _driver(self, session: str) -> Driver:
        return self.lab.client_side.second if self._plan(session).second else self.lab.driver

    def step(self, step: Step) -> None:
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
                exchange.set_last_nonce(self.keys[key].key, nonce)
            case Revoke(key=key):
                exchange.revoke(self.keys[key].key)
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
                self._close(name)
                self._open(self._plan(name))
            case Pause(ms=ms):
                time.sleep(ms / 1000)
            case Again():
                self._again(step)
            case _:
                assert_never(step)

    def _plan(self, name: str) -> SessionPlan:
        return next(session for session in self.case.sessions if session.name == name)

    def _limit(self, call: Call) -> float:
        timeout_s = self._plan(call.session).timeout_s or self.lab.setting.timeout_s
        return max(self.lab.call_limit_s, 3 * timeout_s)

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
        if call.session not in self.live:
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
        session = self._session_id(call.session)
        try:
            timed = self._driver(call.session).call(session, call.operation, params, limit_s=self._limit(call))
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
        limit_s = max(self._limit(call) for call, _ in made)
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
            shares.setdefault(self._driver(call.session), []).append(index)

        def hand(driver: Driver, indexes: Sequence[int]) -> Sequence[TimedReply]:
            asked = [(self._session_id(made[at][0].session), made[at][0].operation, made[at][1]) for at in indexes]
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
        if isinstance(reply, Failed) and len(self.texts) < 64:
            self.texts.extend(self._driver(call.session).texts(self._session_id(call.session)))

    def _arm(self, arm: Arm) -> None:
        settings: dict[str, Any] = dict(arm.settings)
        if settings.get("location") == "canary":
            settings["location"] = self.lab.canary.url + str(settings.pop("path", "/"))
        handle = self.lab.exchange.faults.add(
            key=self.keys[arm.key].key if arm.key else None,
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
                self._close(session.name)
        if step.spoil and isinstance(lab.driver, SubprocessDriver):
            lab.driver.stop(kill=step.kill)
            lab.client_side.spoil(step.spoil, (self.state_dir, lab.driver.state_dir))
        if step.both:
            lab.client_side.start_both()
        else:
            lab.driver.restart(kill=step.kill, environment=step.environment)
        self.live.difference_update(session.name for session in ended)
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
            self._open(session)

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
        session, limit_s = self._session_id(call.session), self._limit(call)
        self.lab.client_side.fork(
            lambda driver: driver.call_in_a_child(session, call.operation, params, limit_s=limit_s)
        )

    def _begin_call(self, call: Call) -> int | None:
        """Hand over a call without waiting, and return when; None where it could not be made."""
        params = self._resolve(call)
        if isinstance(params, NotMade):
            return None
        started = time.monotonic_ns()
        self.lab.driver.start_call(self._session_id(call.session), call.operation, params)
        return started

    def _close(self, name: str) -> None:
        if name in self.live:
            self.live.discard(name)
            self.texts.extend(self._driver(name).texts(self._session_id(name)))
            self._driver(name).close(self._session_id(name))

    def close_sessions(self) -> None:
        for session in self.case.sessions:
            self._close(session.name)

    def observation(self) -> Observation:
        own = {handle.key for handle in self.keys.values()}
        others = tuple(
            entry for entry in self.since(self.first_number - 1) if entry.fields is None or entry.fields.key not in own
        )
        return Observation(
            setting=self.lab.setting,
            records=tuple(self.records),
            keys={name: self._view(name, handle) for name, handle in self.keys.items()},
            others=others,
            canary=self.lab.strayed()[self.canary_start :],
            struck=tuple((arm, fault.struck) for arm, fault in self.faults),
            opened=dict(self.opened),
            stderr=self.lab.driver.stderr_since(self.stderr_mark),
            texts=tuple(self.texts),
            restarted_at=tuple(self.restarted_at),
            base_urls=dict(self.base_urls),
            client_side=self.lab.client_side.facts(),
            beside=self._beside(),
        )

    def _beside(self) -> Beside:
        self.metronome.stop()
        measured = self.measured.end(self.lab.surroundings.seen(), self.state_dir, len(self.records))
        late, worst = self.metronome.usual_late_ms, self.metronome.worst_late_ms
        return replace(measured, usual_late_ms=late, worst_late_ms=worst)

    def _view(self, name: str, handle: KeyHandle) -> KeyView:
        exchange = self.lab.exchange
        return KeyView(
            credentials=handle.credentials,
            entries=tuple(entry for entry in exchange.journal.of(handle.key) if entry.number >= self.first_number),
            before=self.before[name],
            after=exchange.balances(handle.key),
            orders=exchange.orders(handle.key),
            withdrawals=exchange.withdrawals(handle.key),
        )

    def tidy(self) -> None:
        """Put back what outlives the case's keys."""
        self.metronome.stop()
        self.lab.client_side.tidy()
        if self.lab.driver.form == "program" and any(_lends(step) for step in self.case.steps):
            self.lab.driver.restart(kill=True)
            self.lab.driver.describe(self.lab.exchange.dialect.name)
        self.measured.stop()
        for _, fault in self.faults:
            fault.remove()
        for handle in self.keys.values():
            self.lab.exchange.forget(handle)
            self.lab.retired.add(handle.key)
        self.lab.exchange.clock.set_offset(ms=0)
