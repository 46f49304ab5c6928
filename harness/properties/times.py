"""Timestamps: strategies and oracles of the family TIME."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.cases import Arm, Case, SessionPlan, ShiftClock, Together
from harness.drivers.driver import Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, refused_for
from harness.properties.abreast import abreast
from harness.properties.evidence import answered_ms, enough, requests_of, untried
from harness.properties.reporting import harmed, judged, timed
from harness.setting import Setting
from harness.strategies import calls, faults
from mockserver import Entry
from signer import Reason, TimeRule

#: Client and exchange run on one machine: their clocks agree to the millisecond, and this much is scheduling.
SAME_CLOCK_MS = 10_000
#: Zones lie whole quarters of an hour apart, and none further from UTC than this.
QUARTER_HOUR_MS = 900_000
WIDEST_ZONE_MS = 14 * 3_600_000
#: What is further off than this was read from no clock that is merely wrong.
DAY_MS = 86_400_000
#: How long an answer is withheld so that a stale timestamp shows.
WITHHELD_MS = 700
#: An age on arrival that scheduling alone does not explain.
STALE_MS = 450
#: A call that is refused for its time may be tried again so many times before it is called spinning.
FEW = 10

REFUSED_FOR_TIME = frozenset({Reason.TIMESTAMP_TOO_OLD.value, Reason.TIMESTAMP_AHEAD.value})


def timestamp_ms(observation: Observation, entry: Entry) -> int | None:
    """Return a request's timestamp in milliseconds, as the dialect reads it; None where it cannot be read."""
    rule = observation.setting.dialect.scheme.time_rule
    text = entry.fields.timestamp if entry.fields else None
    return None if rule is None or text is None else rule.parse(text)


def furthest_ms(rule: TimeRule) -> int:
    """Return how far behind a timestamp may be at most: of a window that requests name themselves, its limit."""
    return rule.past_ms if rule.largest_past_ms is None else rule.largest_past_ms


def behind_ms(observation: Observation, requests: Sequence[Entry]) -> int:
    """Return how old timestamps may be that were drawn when their requests were sent, in the order of arrival.

    A clock may be a little behind, which the first request tells: nothing held it up. Who stamps whole seconds, though
    milliseconds are asked for, is up to a second behind.
    """
    ages = [(value, entry.server_ms - value) for entry in requests if (value := timestamp_ms(observation, entry))]
    if not ages:
        return 0
    return 1000 if all(value % 1000 == 0 for value, _ in ages) else max(0, ages[0][1])


# --- oracles


def documented_unit(case: Case, observation: Observation) -> Judgement:
    """The timestamp has the documented unit and form."""
    seen: Counter[str] = Counter()
    for _view, entry in observation.private():
        text = entry.fields.timestamp if entry.fields else None
        if text is None:
            continue
        value = timestamp_ms(observation, entry)
        if value is None:
            return Broken(
                summary=f"The timestamp is written {text!r}; the documents ask for {_unit(observation)}.",
                diagnosis=("TIMESTAMP-MISWRITTEN",),
                culprits=(entry,),
            )
        if abs(value - entry.server_ms) > SAME_CLOCK_MS:
            return Broken(
                summary=f"The timestamp {text} is not now in {_unit(observation)}: "
                f"it is {(value - entry.server_ms) / 1000:+.0f} s away.",
                diagnosis=_unit_mistake(value, entry.server_ms),
                culprits=(entry,),
            )
        seen["requests"] += 1
    return enough(observation, seen)


def _unit(observation: Observation) -> str:
    rule = observation.setting.dialect.scheme.time_rule
    return rule.unit if rule is not None else "no unit"


def _unit_mistake(value: int, now_ms: int) -> tuple[str, ...]:
    if abs(value * 1000 - now_ms) < SAME_CLOCK_MS:
        return ("TIMESTAMP-IN-SECONDS",)
    if abs(value / 1000 - now_ms) < SAME_CLOCK_MS:
        return ("TIMESTAMP-IN-MICROSECONDS",)
    off_ms = value - now_ms
    quarters = round(off_ms / QUARTER_HOUR_MS)
    if quarters and abs(off_ms) <= WIDEST_ZONE_MS and abs(off_ms - quarters * QUARTER_HOUR_MS) <= SAME_CLOCK_MS:
        return ("TIMESTAMP-IN-LOCAL-TIME",)
    if abs(off_ms) <= DAY_MS:
        return ("CLOCK-BEHIND",) if off_ms < 0 else ("CLOCK-AHEAD",)
    return ("TIMESTAMP-OFF",)


def stamped_when_sent(case: Case, observation: Observation) -> Judgement:
    """A timestamp is not older than the answer that its request waited for."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    seen: Counter[str] = Counter()
    for view in observation.keys.values():
        allowed_ms = behind_ms(observation, view.private) + STALE_MS + observation.beside.worst_late_ms
        for entry in view.private:
            value = timestamp_ms(observation, entry)
            if value is None:
                continue
            seen["requests"] += 1
            age = entry.server_ms - value
            if age > allowed_ms:
                return Broken(
                    summary=f"A timestamp was {age} ms old on arrival: it was taken before the call had to wait.",
                    diagnosis=("TIMESTAMP-TAKEN-TOO-EARLY",),
                    culprits=(entry,),
                )
    return enough(observation, seen)


def retry_stamped_anew(case: Case, observation: Observation) -> Judgement:
    """A retry's timestamp is not older than the answer it follows."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    retries, records = 0, judged(observation)
    for record in records:
        requests = [entry for entry in requests_of(case, observation, record) if entry.fields is not None]
        allowed_ms = behind_ms(observation, requests) + STALE_MS + observation.beside.worst_late_ms
        for earlier, later in pairwise(requests):
            value = timestamp_ms(observation, later)
            if value is None:
                continue
            retries += 1
            if value < answered_ms(earlier) - allowed_ms:
                return Broken(
                    summary="A retry carries the timestamp of the attempt before it.",
                    diagnosis=("RETRY-NOT-STAMPED-ANEW",),
                    culprits=(earlier, later),
                )
    return Held(seen={"provocations": len(records), "retries": retries})


def succeeds_inside_window(case: Case, observation: Observation) -> Judgement:
    """Calls succeed with any skew inside the window."""
    seen: Counter[str] = Counter()
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
        late = [entry for entry in record.entries if refused_for(entry) in REFUSED_FOR_TIME]
        if not isinstance(record.reply, Succeeded):
            return Broken(
                summary=f"{record.call.operation} failed although the clocks differ by less than the window.",
                culprits=tuple(late) or record.entries,
            )
        seen["requests"] += len(record.entries)
    return enough(observation, seen)


def refusal_for_time_is_told(case: Case, observation: Observation) -> Judgement:
    """A refusal for time is reported as a failure and not retried for ever."""
    provoked = 0
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
        late = [entry for entry in record.entries if refused_for(entry) in REFUSED_FOR_TIME]
        if not late:
            continue
        provoked += 1
        if len(late) > FEW:
            return Broken(
                summary=f"One call was refused for its timestamp {len(late)} times: it is retried without end.",
                diagnosis=("TIME-RETRY-SPINS",),
                culprits=tuple(late),
            )
        last = [entry for entry in record.entries if entry.fields is not None][-1]
        if isinstance(record.reply, Succeeded) and last in late:
            return Broken(
                summary="A refusal for the timestamp was reported as a success.",
                diagnosis=("REFUSAL-AS-SUCCESS",),
                culprits=tuple(late),
            )
    return Held(seen={"provocations": provoked}) if provoked else Unseen(reason="the exchange refused nothing")


# --- strategies


def plain(setting: Setting) -> SearchStrategy[Case]:
    """Draw a few calls."""
    steps = st.lists(st.sampled_from(list(calls.plain_calls(setting))), min_size=2, max_size=6)
    return steps.map(lambda drawn: Case(steps=tuple(drawn)))


def waiting(setting: Setting) -> Sequence[Case]:
    """Return calls handed over together while the first answer is withheld."""
    harmless = calls.read(setting) or calls.plain_calls(setting)[0]
    delay = Arm(fault="delay", at="before_handler", settings={"ms": WITHHELD_MS}, note="an answer is withheld")
    return [timed(Case(steps=(harmless, delay, Together(calls=(harmless,) * 4))))]


def retried(setting: Setting) -> Sequence[Case]:
    """Return a read whose first attempt is answered late, by a 503 or a closed connection."""
    harmless = calls.read(setting) or calls.plain_calls(setting)[0]
    late = Arm(fault="delay", at="before_gate", settings={"ms": WITHHELD_MS}, note="an answer is withheld")
    found = [harmed(harmless, late, harm) for harm in (faults.unavailable(), faults.reset())]
    return [timed(case) for case in abreast(setting, found)]


def skews(setting: Setting) -> Sequence[Case]:
    """Return skews of both signs inside the window, up to two seconds from its edge; half of a narrow one."""
    rule = setting.dialect.scheme.time_rule
    past = rule.past_ms if rule is not None else 60_000
    future = past if rule is None or rule.future_ms is None else rule.future_ms
    harmless = list(calls.reads(setting))[:2] or list(calls.plain_calls(setting))[:1]
    behind, ahead = past - min(2000, past // 2), future - min(2000, future // 2)
    shifts = (0, min(1000, behind), -min(1000, ahead), behind, -ahead)
    return [Case(steps=(ShiftClock(ms=shift), *harmless), axis=f"skew {shift} ms") for shift in shifts]


def outside(setting: Setting) -> Sequence[Case]:
    """Return skews beyond the window: a little, a day, and back again."""
    rule = setting.dialect.scheme.time_rule
    past = furthest_ms(rule) if rule is not None else 60_000
    plain_calls = list(calls.plain_calls(setting))
    shifts = [past + 5000, 86_400_000, -(past + 5000)]
    return [
        Case(steps=(ShiftClock(ms=shift), call), sessions=(SessionPlan(timeout_s=2.0),))
        for shift in shifts
        for call in plain_calls[:4]
    ]
