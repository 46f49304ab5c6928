"""Whether the client told its user: what several families ask of every failed call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.cases import Arm, Call, Case, KeyPlan, SessionPlan
from harness.drivers.driver import Failed, Hung, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import NotMade, Observation, Record
from harness.properties.evidence import own_requests, untried
from harness.setting import Setting
from harness.strategies import calls

#: The label of the call that a case is about; the others prepare it or come after it.
JUDGED = "judged"
#: Why a span of time says nothing.
TOO_BUSY = "the machine was too busy to tell"


def marked(call: Call) -> Call:
    """Mark a call as the one that is judged."""
    return replace(call, label=JUDGED)


def judged(observation: Observation) -> Sequence[Record]:
    """Return the calls that are judged."""
    return [record for record in observation.records if record.call.label == JUDGED]


def harmed(
    call: Call,
    *arms: Arm,
    before: Sequence[Call] = (),
    timeout_s: float | None = None,
    about: str = "",
    keys: Sequence[KeyPlan] = (KeyPlan(),),
) -> Case:
    """Return a case: calls that go well, harm, and the call that is judged."""
    return Case(
        steps=(*before, *arms, marked(call)),
        keys=tuple(keys),
        sessions=(SessionPlan(timeout_s=timeout_s),),
        about={"what": about} if about else {},
    )


def timed(case: Case, *, alone: bool = False) -> Case:
    """Return a case in which it is measured how late the machine is, because its oracle reads a span of time.

    Args:
        case: The case.
        alone: Whether nothing else of the run may go on beside it.
    """
    return replace(case, about={**case.about, "timed": True} | ({"alone": True} if alone else {}))


def unsaid(record: Record) -> Unseen | None:
    """Return why a call says nothing: it could not be tried, or not be made."""
    if isinstance(record.reply, NotMade):
        return Unseen(reason=record.reply.reason)
    return untried(record)


def still_trying(record: Record) -> Unseen | None:
    """Return why a call says nothing: it was repeated and not given up when the limit came. RETRY-005 judges that."""
    if isinstance(record.reply, Hung) and len(own_requests(record)) > 1:
        return Unseen(reason="the client was still trying again when the limit came")
    return None


def not_reported(record: Record, what: str, code: str) -> Broken | None:
    """Convict a client that reports a success, or nothing at all, where a failure was to be reported.

    Args:
        record: The call.
        what: What happened to it: "was refused (…)".
        code: The diagnosis of a success.
    """
    operation = record.call.operation
    if isinstance(record.reply, Succeeded):
        return Broken(
            summary=f"{operation} {what} and was reported as a success: {_shown(record.reply.value)}.",
            diagnosis=(code,),
            culprits=record.entries,
        )
    if isinstance(record.reply, Hung):
        return Broken(
            summary=f"{operation} {what} and reported nothing within {record.reply.limit_s:g} s.",
            diagnosis=("CALL-HANGS",),
            culprits=record.entries,
        )
    return None


def _shown(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def must_fail(case: Case, observation: Observation, code: str) -> Judgement:
    """Judge calls that cannot have gone well, because of the harm that struck them: each is reported as a failure."""
    told = 0
    for record in judged(observation):
        if missed(case, observation, record):
            continue
        if (unseen := unsaid(record) or still_trying(record)) is not None:
            return unseen
        if (broken := not_reported(record, told_of(case, record, "what") or "failed", code)) is not None:
            return broken
        told += isinstance(record.reply, Failed)
    if told:
        return Held(seen={"provocations": told})
    return Unseen(reason="no call was made" if observation.all_struck else "fault not struck")


def missed(case: Case, observation: Observation, record: Record) -> bool:
    """Tell whether a harm that was planned for a call's key never met a request: of calls made at once, one by one."""
    key = next((plan.key for plan in case.sessions if plan.name == record.call.session), None)
    return any(count == 0 and arm.key in (key, None) for arm, count in observation.struck)


def told_of(case: Case, record: Record, what: str) -> str:
    """Return what a case tells of itself under a name, in the words for one of its calls; "" where it tells nothing."""
    return str(case.about.get(f"{what} of {record.call.session}", case.about.get(what, "")))


def a_read_and_an_order(setting: Setting) -> Sequence[Call]:
    """Return the plainest call without an effect, and an order; where neither is promised, another change."""
    found = [call for call in [calls.read(setting)] if call is not None]
    if setting.can("place_order"):
        found.append(calls.place(setting))
    return found or changes(setting)[:1]


def changes(setting: Setting) -> Sequence[Call]:
    """Return one call of every operation that changes something and stands alone."""
    found = []
    if setting.can("place_order"):
        found.append(calls.place(setting))
    if setting.can("withdraw"):
        found.append(calls.withdraw(setting))
    return found


def reads_and_a_change(setting: Setting) -> Sequence[Call]:
    """Return every call without an effect, and one that has one."""
    return [*calls.reads(setting), *changes(setting)[:1]]
