"""Errors: strategies and oracles of the family ERR that ask what becomes of odd answers and of none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.cases import Arm, Call, Case
from harness.drivers.driver import Failed, Hung, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.laboratory import BELIEVABLE
from harness.observation import Observation
from harness.properties.outcomes import agreeing
from harness.properties.reporting import a_read_and_an_order, changes, harmed, judged, must_fail, unsaid
from harness.setting import Setting
from harness.strategies import bodies, calls, faults, spoken
from harness.users import SAYS_NO

#: The body of an order, or of a withdrawal, that went well, in every dialect's words.
SUCCESS = BELIEVABLE.decode()[:-1] + ',"withdrawal_id":"7","task_id":"7","response":"Withdrew."}'

# --- oracles


def failures_by_status(case: Case, observation: Observation) -> Judgement:
    """Error-shaped bodies with 200, and any body with 4xx or 5xx, are failures."""
    return must_fail(case, observation, "ERROR-AS-SUCCESS")


def rubbish_is_a_failure(case: Case, observation: Observation) -> Judgement:
    """Bodies that are not JSON are failures, and no refusal of a change that may have taken effect."""
    judgement = must_fail(case, observation, "RUBBISH-AS-DATA")
    if isinstance(judgement, Held) and case.about.get("open") is True:
        for record in judged(observation):
            if isinstance(record.reply, Failed) and record.reply.kind in SAYS_NO:
                return Broken(
                    summary=f"{record.call.operation} {case.about['what']}, and its user is told {record.reply.kind}: "
                    f"{record.reply.message!r}.",
                    diagnosis=("OPEN-OUTCOME-AS-REFUSAL",),
                    culprits=record.entries,
                    consequence="Nobody knows whether it took effect; the user, told that it did not, calls again.",
                )
    return judgement


def odd_errors_are_failures(case: Case, observation: Observation) -> Judgement:
    """Odd error members are failures, of whatever kind."""
    return must_fail(case, observation, "ODD-ERROR-AS-SUCCESS")


def open_outcome_is_told(case: Case, observation: Observation) -> Judgement:
    """When nobody knows whether a call took effect, the client does not say that it was refused."""
    if case.about.get("by") == "the books":
        return agreeing("OPEN-OUTCOME-AS-REFUSAL", "OPEN-OUTCOME-AS-SUCCESS")(case, observation)
    if not observation.struck or not observation.struck[0][1]:
        return Unseen(reason="fault not struck")
    told = 0
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        applied = any(entry.effects for entry in record.entries)
        operation, reply = record.call.operation, record.reply
        stands = "took effect" if applied else "may have taken effect"
        match reply:
            case Failed(kind=kind) if kind in SAYS_NO and (operation, kind) != ("cancel_order", "order_not_found"):
                return Broken(
                    summary=f"{operation} {stands} ({case.about['what']}), and its user is told {kind}: "
                    f"{reply.message!r}.",
                    diagnosis=("OPEN-OUTCOME-AS-REFUSAL",),
                    culprits=record.entries,
                    consequence="The user calls again, and owns two." if applied else "",
                )
            case Succeeded() if not applied:
                return Broken(
                    summary=f"{operation} had no effect ({case.about['what']}) and was reported as a success.",
                    diagnosis=("OPEN-OUTCOME-AS-SUCCESS",),
                    culprits=record.entries,
                )
            case Hung():
                return Unseen(reason="the call hung")
            case _:
                told += 1
    return Held(seen={"provocations": told}) if told else Unseen(reason="no call was made")


# --- strategies


def crossed_statuses(setting: Setting) -> Sequence[Case]:
    """Return bodies of successes under statuses of errors, and bodies of errors, where they are real, under 200."""
    found: list[Case] = []
    for index, call in enumerate(calls.reads(setting)):
        for status in ((400, 403, 404, 500), (403, 422), (429, 501))[index % 3]:
            arm = faults.another_status(status, faults.aimed_at(call))
            found.append(harmed(call, arm, about=f"was answered with status {status}"))
    for change in changes(setting)[:1]:
        for status in (400, 403, 500, 503):
            arm = faults.answered(SUCCESS, change.operation, status=status)
            found.append(harmed(change, arm, about=f"was answered with status {status}"))
    real = bodies.REFUSED_WITH_200.get(setting.dialect.name, {})
    others = [calls.cancel_unknown(setting)] if setting.can("cancel_order") else []
    for call in (*a_read_and_an_order(setting), *others):
        for body in (*real.get("", ()), *real.get(call.operation, ())):
            arm = faults.answered(body, faults.aimed_at(call))
            found.append(harmed(call, arm, about=f"was refused with {body}"))
    return found


def unreadable_answers(setting: Setting) -> Sequence[Case]:
    """Return answers that are no JSON, under every status they were met with."""
    found: list[Case] = []
    for call in a_read_and_an_order(setting):
        for status in (200, 403, 520, 503, 502):
            chosen = bodies.RUBBISH if status in (200, 403, 520) else bodies.RUBBISH[: 503 - status + 1]
            for name, body, content_type in chosen:
                arm = faults.answered(body, faults.aimed_at(call), status=status, content_type=content_type)
                case = harmed(call, arm, about=f"was answered with {name} (HTTP {status})")
                unknown = call.operation in calls.STATE_CHANGING and not 400 <= status < 500
                found.append(replace(case, about={**case.about, "open": unknown}))
    return found


def odd_members(setting: Setting) -> Sequence[Case]:
    """Return refusals with odd members, with members missing, and with codes that nobody knows."""
    targets = list(a_read_and_an_order(setting))
    dialect = setting.dialect
    shapes = [shape for value in bodies.ODD for shape in spoken.odd_errors(dialect, value)]
    shapes.extend(shape for shape in spoken.errors_unheard_of(dialect) for _ in targets)
    return [_odd(targets[index % len(targets)], *shape) for index, shape in enumerate(shapes)] if targets else []


def drawn_members(setting: Setting) -> SearchStrategy[Case]:
    """Draw refusals in which any JSON value stands where words should."""
    plain = st.one_of(st.none(), st.booleans(), st.integers(-9, 10**12), st.floats(0, 1e6), st.text("ab€ ", max_size=4))
    odd = st.recursive(
        plain, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("cm"), inner, max_size=2)
    )
    shapes = odd.flatmap(lambda value: st.sampled_from(list(spoken.odd_errors(setting.dialect, value))))
    targets = list(a_read_and_an_order(setting)) or list(calls.plain_calls(setting))
    return st.builds(lambda call, shape: _odd(call, *shape), st.sampled_from(targets), shapes)


def _odd(call: Call, status: int, body: str) -> Case:
    arm = faults.answered(body, faults.aimed_at(call), status=status)
    return harmed(call, arm, about=f"was refused with {body} (HTTP {status})")


def lost_outcomes(setting: Setting) -> Sequence[Case]:
    """Return changes whose outcome is open: the answer is lost, or says no more than that the exchange is not well."""
    found: list[Case] = []
    for call in changes(setting):
        operation, warm = call.operation, [read for read in [calls.read(setting)] if read is not None]
        found.append(harmed(call, faults.lost_answer(operation), about="the answer was lost"))
        found.append(harmed(call, faults.lost_answer(operation), before=warm, about="the answer was lost"))
        for arm, what in _passing(operation):
            found.append(harmed(call, arm, about=what))
    if found:
        stalled = next(iter(changes(setting)))
        arm = faults.stall(stalled.operation, times=None)
        found.append(harmed(stalled, arm, timeout_s=0.4, about="the answer did not come in time"))
    if setting.can("place_order", "cancel_order"):
        order = replace(calls.place(setting), label="order")
        market = str(order.params["market"])
        found.append(
            harmed(
                calls.cancel("order", market),
                faults.lost_answer("cancel_order"),
                before=[order],
                about="the answer was lost",
            )
        )
    return found


def _passing(operation: str) -> Sequence[tuple[Arm, str]]:
    return [
        (faults.reset(operation, at="after_handler"), "the connection was reset"),
        (faults.reset(operation), "the connection was reset before anything was done"),
        (faults.unavailable(operation, at="after_handler", status=500, body="empty"), "the answer was 500"),
        (faults.unavailable(operation, at="after_handler", status=502), "the answer was 502"),
        (faults.unavailable(operation, at="after_handler", status=504), "the answer was 504"),
        (faults.unavailable(operation, status=503, body="json", times=None), "the answer was 503"),
    ]
