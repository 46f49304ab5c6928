"""Limits of trying again: how often, how long, after what; the family RETRY."""

from __future__ import annotations

from collections.abc import Sequence

from harness.cases import Case
from harness.drivers.driver import Failed, Hung, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, Record
from harness.properties import refusals
from harness.properties.abreast import abreast
from harness.properties.evidence import own_requests
from harness.properties.reporting import a_read_and_an_order, harmed, judged, missed, timed, told_of, unsaid
from harness.setting import Setting
from harness.strategies import calls, faults
from signer import Kind

#: A call may lead to so many requests before it is called endless.
MOST_REQUESTS = 20
#: A call may end so much later than its limit: two threads, a busy machine, a last answer on its way.
SLACK_S = 1.5
#: The limit of calls that keep failing, and of those that are made to wait.
LIMIT_S = 0.8
WAITING_LIMIT_S = 0.5


# --- oracles


def bounded(case: Case, observation: Observation) -> Judgement:
    """A call that keeps failing ends, after few requests and within its limit."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        requests = own_requests(record)
        if len(requests) > MOST_REQUESTS:
            return Broken(
                summary=f"One {record.call.operation} that {case.about['what']} led to {len(requests)} requests.",
                diagnosis=("RETRIES-WITHOUT-END",),
                culprits=tuple(requests),
            )
        if (late := _late(case, observation, record)) is not None:
            return late
    return Held(seen={"provocations": 1})


def _late(case: Case, observation: Observation, record: Record) -> Broken | None:
    limit_s = case.sessions[0].timeout_s or LIMIT_S
    if isinstance(record.reply, Hung):
        words = f"had not ended after {record.reply.limit_s:g} s"
    elif record.duration_s > limit_s + SLACK_S + observation.beside.worst_late_ms / 1000:
        words = f"ended after {record.duration_s:.1f} s"
    else:
        return None
    return Broken(
        summary=f"{record.call.operation} with a limit of {limit_s:g} s {words}: it {told_of(case, record, 'what')}.",
        diagnosis=("TIME-LIMIT-EXCEEDED",),
        culprits=record.entries,
    )


def ends_in_time(case: Case, observation: Observation) -> Judgement:
    """A call ends within its time limit, retries included."""
    met = [record for record in judged(observation) if not missed(case, observation, record)]
    if not met:
        return Unseen(reason="fault not struck")
    for record in met:
        if (unseen := unsaid(record)) is not None:
            return unseen
        if (late := _late(case, observation, record)) is not None:
            return late
    return Held(seen={"provocations": len(met)})


def final_is_final(case: Case, observation: Observation) -> Judgement:
    """What was refused for good is not asked for again."""
    seen = 0
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        requests = own_requests(record)
        if not requests or requests[0].refused is None:
            continue
        name = requests[0].refused.refusal.value
        if len(requests) > 1:
            return Broken(
                summary=f"{record.call.operation} was refused ({name.replace('_', ' ')}) and sent "
                f"{len(requests)} times.",
                diagnosis=("FINAL-REFUSAL-RETRIED",),
                culprits=tuple(requests),
            )
        seen += 1
    return Held(seen={"provocations": seen}) if seen else Unseen(reason="the exchange refused nothing")


def survived(case: Case, observation: Observation) -> Judgement:
    """A read survives one passing failure."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        if not isinstance(record.reply, Succeeded):
            kind = record.reply.kind if isinstance(record.reply, Failed) else "nothing"
            return Broken(
                summary=f"{record.call.operation} {case.about['what']} once, and the client, which retries, "
                f"reported {kind} after {len(own_requests(record))} request(s).",
                diagnosis=("READ-NOT-RETRIED",),
                culprits=record.entries,
            )
    return Held(seen={"provocations": 1})


# --- strategies


def lasting_failures(setting: Setting) -> Sequence[Case]:
    """Return calls that keep failing, whatever is tried."""
    found: list[Case] = []
    for call in a_read_and_an_order(setting):
        operation = faults.aimed_at(call)
        arms = [
            (faults.unavailable(operation, times=None), "was answered with 503 each time"),
            (faults.reset(operation, times=None), "met a reset each time"),
        ]
        if Kind.RISING_NONCE in setting.dialect.scheme.kinds:
            arms.append(
                (faults.refuse("nonce_not_increasing", operation, times=None), "had its nonce refused each time")
            )
        found.extend(timed(harmed(call, arm, timeout_s=LIMIT_S, about=what)) for arm, what in arms)
    return found


def final_refusals(setting: Setting) -> Sequence[Case]:
    """Return refusals that no repetition can change: credentials, rights, money, parameters."""
    found = [*refusals.bad_credentials(setting), *refusals.missing_rights(setting), *refusals.no_money(setting)]
    known = {row.refusal.value for row in setting.dialect.refusals}
    for call in a_read_and_an_order(setting):
        found.extend(
            harmed(call, faults.refuse(name, faults.aimed_at(call), times=None))
            for name in ("invalid_request", "invalid_parameter", "permission_denied", "unknown_endpoint")
            if name in known
        )
    return found


def reads_in_trouble(setting: Setting) -> Sequence[Case]:
    """Return reads that fail once and would go well then."""
    found: list[Case] = []
    for call in calls.reads(setting):
        operation = faults.aimed_at(call)
        found.append(harmed(call, faults.unavailable(operation), about="was answered with 503"))
        found.append(harmed(call, faults.unavailable(operation, status=502), about="was answered with 502"))
        found.append(harmed(call, faults.reset(operation), about="met a reset"))
    return found


def waits(setting: Setting) -> Sequence[Case]:
    """Return an answer that never begins, and one that never comes to its end."""
    found: list[Case] = []
    for index, call in enumerate(a_read_and_an_order(setting)):
        operation = faults.aimed_at(call)
        if index == 0:
            arm, what = faults.stall(operation, times=None), "got no answer"
        else:
            arm, what = faults.drip(operation, piece=1, ms=20, times=None), "got its answer a byte at a time"
        found.append(harmed(call, arm, timeout_s=WAITING_LIMIT_S, about=what))
    return [timed(case) for case in abreast(setting, found)]
