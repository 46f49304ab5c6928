"""What users are told in every schedule: of failures, in time, by the call that asked; and never a secret."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from harness.campaign.lives import alone, each_key, unplanned
from harness.cases import Arm, Call, Case, SessionPlan, Together
from harness.drivers.driver import Hung, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import NotMade, Observation, Record
from harness.properties import concurrency, effects, retries
from harness.properties.evidence import own_requests, untried
from harness.properties.limits import MOST_REQUESTS, SLACK_S
from harness.properties.redirects import nothing_follows
from harness.properties.reporting import JUDGED
from mockserver import Entry

Oracle = Callable[[Case, Observation], Judgement]

#: A stalled answer is met in sessions that are in a hurry alone: others would wait for their whole limit.
HURRY_S = 0.8


def harm_is_told(kinds: Collection[str], code: str, what: str) -> Oracle:
    """Return an oracle: a call of which every answer was harmed, the last in this way, is never reported as a success.

    Args:
        kinds: Names of `mockserver.FaultKind`.
        code: The diagnosis.
        what: What became of the answers: "were cut off".
    """

    def judge(case: Case, observation: Observation) -> Judgement:
        seen = 0
        for record, requests in _calls(observation):
            if any(entry.fault is None for entry in requests):
                continue
            if requests[-1].fault is None or requests[-1].fault.kind.value not in kinds:
                continue
            seen += 1
            if isinstance(record.reply, Succeeded):
                return Broken(
                    summary=f"{record.call.operation}, whose answers {what}, was reported as a success.",
                    diagnosis=(code,),
                    culprits=tuple(requests),
                )
        return Held(seen={"provocations": seen}) if seen else Unseen(reason="fault not struck")

    return judge


def refusals_are_told(case: Case, observation: Observation) -> Judgement:
    """A call of which every request was refused is never reported as a success.

    To cancel what is gone may be called a success: it is what the user wanted.
    """
    seen = 0
    for record, requests in _calls(observation):
        if record.call.operation == "cancel_order" or any(entry.refused is None for entry in requests):
            continue
        seen += 1
        if isinstance(record.reply, Succeeded):
            refusal = requests[-1].refused.refusal.value if requests[-1].refused is not None else ""
            return Broken(
                summary=f"{record.call.operation} was refused ({refusal.replace('_', ' ')}) and was reported as a "
                "success.",
                diagnosis=("REFUSAL-AS-SUCCESS",),
                culprits=tuple(requests),
            )
    return Held(seen={"provocations": seen}) if seen else Unseen(reason="the exchange refused nothing")


def _calls(observation: Observation) -> Iterator[tuple[Record, list[Entry]]]:
    """Return the calls that were made alone and led to private requests, with these."""
    for record in alone(observation):
        if isinstance(record.reply, NotMade):
            continue
        requests = [entry for entry in record.entries if entry.fields is not None]
        if requests:
            yield record, requests


def nothing_wrong(case: Case, observation: Observation) -> Judgement:
    """Where nothing is harmed, stepped or started anew, every call does what it says."""
    if not all(isinstance(step, Call) for step in case.steps):
        return Unseen(reason="something was harmed, or handed over together")
    seen = 0
    for own in each_key(case, observation):
        plain = [record for record in own.records if record.call.operation != "raw"]
        judged = effects.effects_as_named(case, replace(own, records=tuple(plain)))
        if isinstance(judged, Broken):
            return judged
        seen += judged.seen["calls"] if isinstance(judged, Held) else 0
    return Held(seen={"calls": seen}) if seen else Unseen(reason="no call was made")


def answers_reach_their_calls(case: Case, observation: Observation) -> Judgement:
    """The id that an order's call returns is that of its own order, also when calls are made together."""
    if not any(isinstance(step, Together) for step in case.steps):
        return Unseen(reason="no calls were made together")
    return _delivered(case, observation)


def _delivered(case: Case, observation: Observation) -> Judgement:
    seen = 0
    for own in each_key(case, observation):
        # An answer that was replaced by rubbish has no id; whether that is told is asked elsewhere.
        sound = [record for record in own.records if record.together or not _all_harmed(record)]
        judged = concurrency.answers_reach_their_calls(case, replace(own, records=tuple(sound)))
        if isinstance(judged, Broken):
            return judged
        seen += judged.seen.get("answers", 0) if isinstance(judged, Held) else 0
    return Held(seen={"answers": seen}) if seen else Unseen(reason="no order was placed")


def _all_harmed(record: Record) -> bool:
    return bool(record.entries) and all(entry.fault is not None for entry in record.entries)


def usable_after_a_stall(case: Case, observation: Observation) -> Judgement:
    """Where nothing but stalled answers went wrong, calls after them go well, and get their own answers."""
    if not all(isinstance(step, Call) or (isinstance(step, Arm) and step.fault == "stall") for step in case.steps):
        return Unseen(reason="more than stalled answers went wrong")
    stalled = 0
    for own in each_key(case, observation):
        waited: set[str] = set()
        for record in own.records:
            if any(entry.fault is not None for entry in record.entries):
                waited.add(record.call.session)
                stalled += 1
            elif record.call.session in waited and _failed(record):
                return Broken(
                    summary=f"After a call that timed out, {record.call.operation} fails as well.",
                    diagnosis=("SESSION-UNUSABLE-AFTER-TIMEOUT",),
                    culprits=record.entries,
                )
    judged = _delivered(case, observation)
    if isinstance(judged, Broken):
        return judged
    return Held(seen={"provocations": stalled}) if stalled else Unseen(reason="fault not struck")


def _failed(record: Record) -> bool:
    if isinstance(record.reply, NotMade) or untried(record) is not None or record.call.operation == "cancel_order":
        return False
    return not isinstance(record.reply, Succeeded)


def few_requests(case: Case, observation: Observation) -> Judgement:
    """No call is tried without end."""
    seen = 0
    for record in alone(observation):
        requests = own_requests(record)
        seen += any(entry.fault is not None for entry in requests)
        if len(requests) > MOST_REQUESTS:
            return Broken(
                summary=f"One {record.call.operation} led to {len(requests)} requests.",
                diagnosis=("RETRIES-WITHOUT-END",),
                culprits=tuple(requests),
            )
    return Held(seen={"provocations": seen}) if seen else Unseen(reason="no call met a fault")


def in_time(case: Case, observation: Observation) -> Judgement:
    """No call takes longer than its time limit, retries included."""
    plans: dict[str, SessionPlan] = {session.name: session for session in case.sessions}
    seen = 0
    for record in alone(observation):
        limit_s = plans[record.call.session].timeout_s or observation.setting.timeout_s
        if not isinstance(record.reply, NotMade) and (
            isinstance(record.reply, Hung) or record.duration_s > limit_s + SLACK_S
        ):
            ended = "had not ended" if isinstance(record.reply, Hung) else "ended"
            return Broken(
                summary=f"{record.call.operation} with a limit of {limit_s:g} s {ended} after "
                f"{record.duration_s:.1f} s.",
                diagnosis=("TIME-LIMIT-EXCEEDED",),
                culprits=record.entries,
            )
        seen += any(entry.fault is not None and entry.fault.kind.value == "stall" for entry in record.entries)
    return Held(seen={"provocations": seen}) if seen else Unseen(reason="no answer was stalled")


def signed_anew(case: Case, observation: Observation) -> Judgement:
    """Every attempt at a call has a nonce, a timestamp and a signature of its own."""
    marked = tuple(replace(record, call=replace(record.call, label=JUDGED)) for record in alone(observation))
    harmed = tuple(record for record in marked if any(entry.fault is not None for entry in record.entries))
    if not harmed:
        return Unseen(reason="no call met a fault")
    return retries.signed_anew(case, replace(unplanned(observation), records=harmed))


def no_replay(case: Case, observation: Observation) -> Judgement:
    """No signed request whose connection broke arrives again byte for byte."""
    broken = [entry for _view, entry in observation.private() if _broke(entry)]
    if not broken:
        return Unseen(reason="no connection broke")
    judged = retries.no_replay(case, unplanned(observation))
    if isinstance(judged, Broken):
        return judged if _broke(judged.culprits[0]) else Unseen(reason="nothing had broken where bytes came again")
    return Held(seen={"provocations": len(broken)})


def _broke(entry: Entry) -> bool:
    return entry.fault is not None and entry.fault.kind.value in ("reset", "close", "drop_answer", "truncate")


def nothing_leaves(case: Case, observation: Observation) -> Judgement:
    """Key, signature, nonce and signed body do not follow a redirect to another origin."""
    statuses = [arm.settings.get("status") for arm, struck in observation.struck if arm.fault == "redirect" and struck]
    if not statuses:
        return Unseen(reason="fault not struck")
    told = replace(case, about={**case.about, "status": statuses[-1]})
    return nothing_follows(told, unplanned(observation))
