"""The client's host: strategies and oracles for its time zone, its locale, and a wall clock that jumps in mid-call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from harness.cases import Arm, Call, Case, ClientClock, SessionPlan, Step, Zone
from harness.client_side import TWICE
from harness.drivers.driver import Failed, Hung, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, Record, refused_for
from harness.properties.evidence import untried
from harness.properties.times import SAME_CLOCK_MS, timestamp_ms
from harness.properties.units import TEN_MINUTES_MS, leap_ms
from harness.setting import Setting
from harness.strategies import calls, faults
from mockserver import Entry

HOUR_MS = 3_600_000
#: How long an answer is withheld while the clock jumps.
WITHHELD_MS = 200
#: The limit of a call that never gets an answer, and what it may take beyond that before it is said to hang.
LIMIT_S = 0.4
GRACE_S = 2.0
#: Where hosts stand: on the hour and beside it, with commas in numbers and an i without a dot.
PLACES = (
    Zone(zone="Asia/Kathmandu", locale="tr_TR.UTF-8"),
    Zone(zone="America/St_Johns", locale="de_DE.UTF-8"),
    Zone(zone=TWICE, locale="C"),
)
#: Where every client is at home.
HOME = Zone(zone="UTC", locale="C.UTF-8")


# --- oracles


def the_host_does_not_matter(case: Case, observation: Observation) -> Judgement:
    """Time zone, daylight saving and locale of the host change nothing of what is sent."""
    seen: Counter[str] = Counter()
    entries = [entry for _, entry in observation.private()]
    if (broken := _local_time(observation, entries)) is not None:
        return broken
    for place, record in _by_place(case, observation):
        if (unseen := untried(record)) is not None:
            return unseen
        if isinstance(record.reply, Succeeded):
            seen["places" if place else "at home"] += 1
            continue
        if place is None:
            return Unseen(reason=f"{record.call.operation} fails where the time is UTC already")
        if any((refused_for(entry) or "").startswith("nonce") for entry in record.entries):
            return Unseen(reason="nonces are lost on a restart, which is PERS-001")
        country = f" and LANG={place.locale}" if observation.setting.form == "program" else ""
        how = record.reply.kind if isinstance(record.reply, Failed) else type(record.reply).__name__.lower()
        return Broken(
            summary=f"With TZ={place.zone}{country} {record.call.operation} fails ({how}); with UTC it does not.",
            diagnosis=("HOST-SHOWS-THROUGH",),
            culprits=record.entries,
        )
    return Held(seen=seen) if seen["places"] else Unseen(reason="no call was made anywhere else")


def _local_time(observation: Observation, entries: Sequence[Entry]) -> Broken | None:
    for entry in entries:
        value = timestamp_ms(observation, entry)
        if value is not None and abs(value - entry.server_ms) > SAME_CLOCK_MS:
            return Broken(
                summary=f"A timestamp was {(value - entry.server_ms) / 3_600_000:+.2f} hours off in another time zone.",
                diagnosis=("TIMESTAMP-IN-LOCAL-TIME",),
                culprits=(entry,),
            )
    for earlier, later in pairwise(entries):
        leap = leap_ms(earlier, later)
        if leap is not None and TEN_MINUTES_MS < abs(leap) < 30 * HOUR_MS:
            return Broken(
                summary=f"A nonce went {leap / HOUR_MS:+.2f} hours further than the clock: it follows the host's zone.",
                diagnosis=("NONCE-IN-LOCAL-TIME",),
                culprits=(earlier, later),
            )
    return None


def _by_place(case: Case, observation: Observation) -> Sequence[tuple[Zone | None, Record]]:
    coming = iter(observation.records)
    place: Zone | None = None
    found = []
    for step in case.steps:
        if isinstance(step, Zone):
            place = step
        elif isinstance(step, Call):
            found.append((None if place == HOME else place, next(coming)))
    return found


def jumps_do_not_matter(case: Case, observation: Observation) -> Judgement:
    """A call neither hangs nor gives up early when the wall clock jumps meanwhile."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    if not observation.client_side.clock_moved:
        return Unseen(reason="not exercised: there is no means to move this client's clock")
    record = observation.records[-1]
    if (unseen := untried(record)) is not None:
        return unseen
    if len([entry for entry in record.entries if entry.fields is not None]) > 1:
        return Unseen(reason="the call was more than one request, and the later ones were stamped by another clock")
    if case.about["forwards"]:
        if isinstance(record.reply, Failed) and record.duration_s < GRACE_S:
            return Broken(
                summary=f"{record.call.operation} gave up after {record.duration_s:.1f} s of 5, because the wall clock"
                f" jumped an hour ahead meanwhile ({record.reply.kind}).",
                diagnosis=("TIMED-BY-THE-WALL-CLOCK",),
                culprits=record.entries,
            )
        return Held(seen={"provocations": 1})
    if not _endless(observation, record):
        return Held(seen={"provocations": 1})
    if len(observation.records) > 1 and not _endless(observation, observation.records[0]):
        return Broken(
            summary=f"{record.call.operation} has a limit of {LIMIT_S:g} s and went on for more than"
            f" {LIMIT_S + GRACE_S:.1f} s, because the wall clock jumped an hour back meanwhile.",
            diagnosis=("TIMED-BY-THE-WALL-CLOCK",),
            culprits=record.entries,
        )
    return Unseen(reason="no limit is kept while the clock stands still either, which is RETRY-010")


def _endless(observation: Observation, record: Record) -> bool:
    longest_s = LIMIT_S + GRACE_S + observation.beside.worst_late_ms / 1000
    return isinstance(record.reply, Hung) or record.duration_s > longest_s


# --- strategies


def places(setting: Setting) -> Sequence[Case]:
    """Return calls where the time is UTC, then in other time zones and countries, and in the hour that comes twice."""
    plain = list(calls.reads(setting))[:1] or list(calls.plain_calls(setting))[:1]
    if setting.can("place_order"):
        plain.append(calls.place(setting))
    steps: tuple[Step, ...] = ()
    for place in (HOME, *PLACES):
        steps += (place, *plain)
    return [Case(steps=steps)]


def jumps(setting: Setting) -> Sequence[Case]:
    """Return a call whose answer is late while the clock jumps ahead, and one without answer while it jumps back.

    Before the latter comes the same call with the clock left alone: it tells a limit that the jump undid from none.
    """
    one = calls.read(setting) or calls.plain_calls(setting)[0]
    late = Arm(fault="delay", at="before_handler", settings={"ms": WITHHELD_MS}, note="an answer is withheld")
    ahead, back = ClientClock(ms=HOUR_MS, on_arrival=True), ClientClock(ms=-HOUR_MS, on_arrival=True)
    limited = (SessionPlan(timeout_s=LIMIT_S, options={"retries": False}),)
    return [
        Case(steps=(late, ahead, one), about={"forwards": True}, axis="ahead"),
        Case(
            steps=(faults.stall(), one, faults.stall(), back, one),
            sessions=limited,
            about={"forwards": False, "timed": True},
            axis="back",
        ),
    ]
