"""The exchange's clock, learnt by the client: strategies and oracles for offsets that change, age and mislead."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from harness.cases import Arm, Call, Case, SessionPlan, ShiftClock, Step
from harness.drivers.driver import Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, Record, refused_for
from harness.properties.evidence import untried
from harness.properties.times import REFUSED_FOR_TIME, timestamp_ms
from harness.setting import Setting
from harness.strategies import calls, spoken
from mockserver import Entry

MINUTES_10_MS = 600_000
DAY_MS = 86_400_000
#: So many requests may be refused for their time after each change of the clock: the contract allows one.
FEW = 3
#: How long a refusal is on its way, where the estimate of an offset is to be led astray.
DELAY_MS = 3_200
#: What an estimate may be off by besides half of the round trip: a header has whole seconds, and we have one computer.
RESOLUTION_MS = 1_250
#: A moment that lies far back, as an answer out of an old cache would show it.
LONG_AGO = "Sat, 15 Nov 2025 12:00:00 GMT"
LONG_AGO_MS = 1_763_208_000_000


# --- oracles


def offset_is_learnt(case: Case, observation: Observation) -> Judgement:
    """After each change of the exchange's clock the client learns of it, soon succeeds, and asks for little more."""
    changes = 0
    for number, group in enumerate(_after_each_change(case, observation)):
        if not group:
            continue
        for record in group:
            if (unseen := untried(record)) is not None:
                return unseen
        late = [entry for record in group for entry in record.entries if refused_for(entry) in REFUSED_FOR_TIME]
        if len(late) > FEW:
            return Broken(
                summary=f"After one change of the exchange's clock {len(late)} requests were refused for their time.",
                diagnosis=("TIME-RETRY-SPINS",) if _one_call(group) else _unlearnt(number),
                culprits=tuple(late),
            )
        last = group[-1]
        if not isinstance(last.reply, Succeeded):
            if not any(refused_for(entry) in REFUSED_FOR_TIME for entry in last.entries):
                return Unseen(reason="a call failed for another reason than its time")
            return Broken(
                summary="The exchange's clock had changed and had refused a call for it; the next one was stamped"
                f" {_off(observation, last)} off as well.",
                diagnosis=_unlearnt(number),
                culprits=tuple(late),
            )
        changes += bool(late)
    return Held(seen={"provocations": changes}) if changes else Unseen(reason="the exchange refused nothing")


def _after_each_change(case: Case, observation: Observation) -> Iterator[list[Record]]:
    """Group the calls by the change of the clock that they followed."""
    coming = iter(observation.records)
    group: list[Record] = []
    for step in case.steps:
        if isinstance(step, ShiftClock):
            yield group
            group = []
        elif isinstance(step, Call):
            group.append(next(coming))
    yield group


def _one_call(group: Sequence[Record]) -> bool:
    return any(sum(refused_for(entry) in REFUSED_FOR_TIME for entry in record.entries) > FEW for record in group)


def _unlearnt(number: int) -> tuple[str, ...]:
    return ("OFFSET-NOT-LEARNT",) if number <= 1 else ("OFFSET-NOT-RENEWED",)


def _off(observation: Observation, record: Record) -> str:
    gaps = [gap for entry in record.entries if (gap := _gap_ms(observation, entry)) is not None]
    return f"{max(gaps, key=abs) / 1000:+.0f} s" if gaps else "as much"


def _gap_ms(observation: Observation, entry: Entry) -> int | None:
    value = timestamp_ms(observation, entry)
    return None if value is None else value - entry.server_ms


def offset_is_estimated_well(case: Case, observation: Observation) -> Judgement:
    """What the client learnt from a slow answer is right but for half of the round trip; from a cached one, nothing."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    entries = [entry for _, entry in observation.private()]
    first = next((entry for entry in entries if entry.fault is not None), None)
    later = [entry for entry in entries if first is not None and entry.number > first.number]
    if first is None or not later:
        return Unseen(reason="the client sent nothing more")
    before = _gap_ms(observation, first) or 0
    for entry in later:
        gap = _gap_ms(observation, entry)
        # Whoever goes on by his own clock has learnt nothing wrong.
        if gap is None or abs(gap - before) <= RESOLUTION_MS:
            continue
        if abs(gap) > DELAY_MS / 2 + RESOLUTION_MS - 300:
            return Broken(
                summary=f"The client learnt the exchange's time from {case.about['source']}, and is now "
                f"{gap / 1000:+.1f} s off.",
                diagnosis=("OFFSET-MISJUDGED",),
                culprits=(first, entry),
            )
    return Held(seen={"provocations": 1})


# --- strategies


def skews(setting: Setting) -> Sequence[Case]:
    """Return an exchange whose clock is minutes and days off, in either direction, and three calls."""
    reads = _three(setting)
    return [
        Case(steps=(ShiftClock(ms=shift), *reads), axis=f"skew {shift} ms")
        for shift in (MINUTES_10_MS, -MINUTES_10_MS, DAY_MS, -3 * DAY_MS)
    ]


def changes(setting: Setting) -> Sequence[Case]:
    """Return a clock that jumps a second and a third time within a session, and one that drifts away."""
    reads = _three(setting)
    jumps: tuple[Step, ...] = ()
    for shift in (MINUTES_10_MS, -2 * MINUTES_10_MS, DAY_MS):
        jumps += (ShiftClock(ms=shift), *reads)
    rule = setting.dialect.scheme.time_rule
    past = rule.past_ms if rule is not None else 60_000
    drift: tuple[Step, ...] = (ShiftClock(ms=MINUTES_10_MS), *reads)
    for _ in range(6):
        drift += (ShiftClock(ms=past * 3 // 5), *reads[:2])
    return [Case(steps=jumps, axis="jumps"), Case(steps=drift, axis="drift")]


def misleading(setting: Setting) -> Sequence[Case]:
    """Return a refusal that takes seconds to come, and one out of an old cache."""
    reads = _three(setting)
    late = Arm(fault="delay", at="before_gate", settings={"ms": DELAY_MS}, note="the request is on its way for seconds")
    cached = Arm(
        fault="garbage",
        at="before_gate",
        settings={"body": _cached_refusal(setting)},
        note="a refusal comes out of a cache, with the time of long ago and its Age",
    )
    patient = (SessionPlan(timeout_s=8.0),)
    return [
        Case(
            steps=(ShiftClock(ms=MINUTES_10_MS), arm, *reads),
            sessions=patient,
            about={"source": source},
            axis=source,
        )
        for arm, source in ((late, "an answer that was seconds on its way"), (cached, "an answer out of a cache"))
    ]


def _three(setting: Setting) -> tuple[Call, ...]:
    return (calls.read(setting) or calls.plain_calls(setting)[0],) * 3


def _cached_refusal(setting: Setting) -> str:
    """Return a refusal for the time, whole, as a cache would give it out."""
    row = next(row for row in setting.dialect.refusals if row.refusal.value == "timestamp_outside_window")
    body = {"status": row.status, "code": row.code, "detail": row.text, "msg": row.text, "server_time": LONG_AGO_MS}
    # An exchange of somebody's own reads its own words alone.
    text = spoken.written(setting.dialect, row.refusal)[1] if setting.dialect.like else json.dumps(body)
    head = (
        f"HTTP/1.1 {row.status} Refused",
        f"Date: {LONG_AGO}",
        "Age: 3600",
        "Content-Type: application/json",
        f"Content-Length: {len(text)}",
        "Connection: close",
    )
    return "\r\n".join((*head, "", text))
