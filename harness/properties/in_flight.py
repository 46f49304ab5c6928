"""Many calls at once: strategies and oracles for what is in flight together, what waits, and how much is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.cases import Arm, Call, Case, SessionPlan, Together
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation
from harness.properties.concurrency import no_overtaking
from harness.properties.reporting import TOO_BUSY, timed
from harness.properties.times import timestamp_ms
from harness.setting import Setting
from harness.strategies import calls, faults
from mockserver import Entry

#: A machine that wakes threads so late says nothing of which of two came first.
TOO_LATE_MS = 60
#: How long requests are held back for others to arrive.
PATIENCE_MS = 250
#: How long a private answer is withheld while public calls are made.
WITHHELD_MS = 250
#: Calls made together while everything is refused for the rate.
LOAD = 8
#: Requests that one call may come to within a second while everything is refused.
PER_CALL = 5
BURST = 50
#: An age on arrival that a burst of fifty does not explain, however busy the machine is.
AGED_MS = 1_500


# --- oracles


def really_together(case: Case, observation: Observation) -> Judgement:
    """Calls made together are under way together: the second has arrived before the first is answered."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    entries = sorted(observation.key.private, key=lambda entry: entry.arrived_ns)
    if len(entries) < 2:
        return Unseen(reason="fewer than two requests arrived")
    if entries[1].arrived_ns < entries[0].answered_ns:
        return Held(seen={"provocations": 1})
    if observation.beside.worst_late_ms > TOO_LATE_MS:
        return Unseen(reason=TOO_BUSY)
    return Broken(
        summary=f"Of {len(entries)} calls made together each was sent when the one before had been answered.",
        diagnosis=("SENT-ONE-BY-ONE",),
        culprits=tuple(entries[:2]),
    )


def public_goes_ahead(case: Case, observation: Observation) -> Judgement:
    """Public calls do not wait for a private one whose answer is late."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    private = next((entry for entry in observation.key.private if entry.fault is not None), None)
    arrived = {entry.number: entry for record in observation.records for entry in record.entries}
    public = [entry for entry in arrived.values() if entry.operation in calls.PUBLIC]
    if private is None or not public:
        return Unseen(reason="public and private requests did not both arrive")
    after = [entry for entry in public if entry.arrived_ns > private.arrived_ns]
    if not after:
        return Unseen(reason="the public calls were made before the private one")
    if any(entry.arrived_ns < private.answered_ns for entry in after):
        return Held(seen={"provocations": 1})
    if observation.beside.worst_late_ms > TOO_LATE_MS:
        return Unseen(reason=TOO_BUSY)
    waited_ms = (min(entry.arrived_ns for entry in after) - private.arrived_ns) / 1e6
    return Broken(
        summary=f"{after[0].operation} waited {waited_ms:.0f} ms, until a private call had its answer.",
        diagnosis=("PUBLIC-WAITS-FOR-PRIVATE",),
        culprits=(private, after[0]),
    )


def no_more_traffic(case: Case, observation: Observation) -> Judgement:
    """While everything is refused for the rate, calls made together do not grow into a flood."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    refused = [entry for entry in observation.key.private if entry.fault is not None]
    if not refused:
        return Unseen(reason="the exchange refused nothing")
    made = len(observation.records)
    most, culprits = _busiest_second(refused)
    if most > made * PER_CALL:
        return Broken(
            summary=f"{made} calls, all refused for the rate, led to {most} requests within one second.",
            diagnosis=("REFUSALS-FEED-TRAFFIC",),
            culprits=tuple(culprits[:6]),
        )
    return Held(seen={"provocations": 1})


def _busiest_second(entries: Sequence[Entry]) -> tuple[int, Sequence[Entry]]:
    ordered = sorted(entries, key=lambda entry: entry.arrived_ns)
    best: Sequence[Entry] = ()
    begin = 0
    for end, entry in enumerate(ordered):
        while entry.arrived_ns - ordered[begin].arrived_ns > 1_000_000_000:
            begin += 1
        if end + 1 - begin > len(best):
            best = ordered[begin : end + 1]
    return len(best), best


def limiter_keeps_order_and_age(case: Case, observation: Observation) -> Judgement:
    """In a burst, requests arrive in the order of their nonces and are young when they do."""
    for view in observation.keys.values():
        for entry in view.private:
            value = timestamp_ms(observation, entry)
            if value is not None and entry.server_ms - value > AGED_MS + observation.beside.worst_late_ms:
                return Broken(
                    summary=f"In a burst of {len(observation.records)} calls a timestamp was"
                    f" {entry.server_ms - value} ms old on arrival: it was signed before it had to wait.",
                    diagnosis=("TIMESTAMP-TAKEN-TOO-EARLY",),
                    culprits=(entry,),
                )
    return no_overtaking(case, observation)


# --- strategies


def held_until_others_come(setting: Setting) -> Sequence[Case]:
    """Return calls made together whose answers are held back until several have been read."""
    one = _harmless(setting)
    return [
        Case(
            steps=(
                Arm(
                    fault="hold",
                    at="before_gate",
                    settings={"count": count, "ms": PATIENCE_MS, "order": tuple(range(count))},
                    note=f"no answer until {count} requests have been read, for {PATIENCE_MS} ms at most",
                ),
                Together(calls=(one,) * count),
            ),
            axis=f"{count} calls",
            about={"timed": True},
        )
        for count in (2, 4)
    ]


def stalled_private(setting: Setting) -> Sequence[Case]:
    """Return public calls made while a private one waits for its answer."""
    one = _harmless(setting)
    public = tuple(calls.public_calls(setting)[:2])
    late = Arm(
        fault="delay", at="before_handler", settings={"ms": WITHHELD_MS}, note="the answer to a private call is late"
    )
    return [timed(Case(steps=(one, late, Together(calls=(one, *public), staggered=True))))]


def refused_under_load(setting: Setting) -> Sequence[Case]:
    """Return calls made together while each is refused for the rate, by the exchange and by what stands before it."""
    one = _harmless(setting)
    operation = faults.aimed_at(one)
    refusal = faults.refuse("rate_limited", operation, times=None)
    arms = (
        replace(refusal, settings={**refusal.settings, "retry_after": 0}),
        faults.unavailable(operation, status=429, body="json", times=None),
    )
    limited = (SessionPlan(timeout_s=1.0),)
    return [Case(steps=(arm, Together(calls=(one,) * LOAD)), sessions=limited) for arm in arms]


def burst(setting: Setting) -> Sequence[Case]:
    """Return fifty calls made together."""
    patient = (SessionPlan(timeout_s=20.0),)
    return [timed(Case(steps=(Together(calls=(_harmless(setting),) * BURST),), sessions=patient))]


def _harmless(setting: Setting) -> Call:
    return calls.read(setting) or calls.plain_calls(setting)[0]
