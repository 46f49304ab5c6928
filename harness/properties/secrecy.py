"""The secret stays where it is: strategies and oracles of the family SECR."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.cases import Call, Case, SessionPlan
from harness.drivers.driver import Failed, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.leaks import find_leak
from harness.observation import Observation
from harness.setting import Setting
from harness.strategies import calls, faults
from mockserver import Entry
from signer import Request

#: A signature shorter than this is no signature to look for.
SIGNATURE_LENGTH = 20


def secrets_of(observation: Observation) -> list[str]:
    """Return every secret that the client was given."""
    return [view.credentials.secret for view in observation.keys.values()]


# --- oracles


def not_on_the_wire(case: Case, observation: Observation) -> Judgement:
    """The secret is in no request, whoever it went to."""
    requests = 0
    for entry in _everything(observation):
        requests += 1
        text = _wire_text(entry.request) + entry.unreadable.decode("latin-1")
        if entry.fields is not None and entry.fields.key in secrets_of(observation):
            return Broken(
                summary="The secret stands where the key belongs.",
                diagnosis=("KEY-AND-SECRET-SWAPPED",),
                culprits=(entry,),
            )
        if (form := _leaks(observation, text)) is not None:
            return Broken(
                summary=f"The secret is in a request, in {form}.", diagnosis=("SECRET-ON-THE-WIRE",), culprits=(entry,)
            )
    for request in observation.canary:
        if (form := _leaks(observation, _wire_text(request))) is not None:
            return Broken(
                summary=f"The secret was sent to another origin, in {form}.", diagnosis=("SECRET-ON-THE-WIRE",)
            )
    return Held(seen={"requests": requests}) if requests else Unseen(reason="no request arrived")


def _everything(observation: Observation) -> Iterator[Entry]:
    for view in observation.keys.values():
        yield from view.entries
    yield from observation.others


def _wire_text(request: Request) -> str:
    parts = [request.method.encode(), request.target, request.body]
    for name, value in request.headers:
        parts += [name, value]
    return b"\n".join(parts).decode("latin-1")


def _leaks(observation: Observation, text: str) -> str | None:
    for secret in secrets_of(observation):
        if (leak := find_leak(secret, text)) is not None:
            return leak.form if leak.form != "clear" else "clear text"
    return None


def not_in_output(case: Case, observation: Observation) -> Judgement:
    """The secret is not in what the client prints or logs."""
    if (form := _leaks(observation, observation.stderr)) is not None:
        return Broken(summary=f"The client printed or logged its secret, in {form}.", diagnosis=("SECRET-LOGGED",))
    return Held(seen={"calls": len(observation.records)})


def not_in_errors(case: Case, observation: Observation) -> Judgement:
    """The secret is in no failure's message, arguments, causes or traceback, and in no answer."""
    failures = 0
    for record in observation.records:
        match record.reply:
            case Failed(message=message, type=type_, details=details):
                failures += 1
                if (form := _leaks(observation, f"{message}\n{type_}\n{details}")) is not None:
                    return Broken(
                        summary=f"The failure of {record.call.operation} shows the secret, in {form}.",
                        diagnosis=("SECRET-IN-ERROR",),
                        culprits=record.entries,
                    )
            case Succeeded(value=value):
                if (form := _leaks(observation, json.dumps(value, default=str))) is not None:
                    return Broken(
                        summary=f"The result of {record.call.operation} holds the secret, in {form}.",
                        diagnosis=("SECRET-IN-ANSWER",),
                        culprits=record.entries,
                    )
            case _:
                pass
    return Held(seen={"failures": failures}) if failures else Unseen(reason="no call failed")


def not_in_text_forms(case: Case, observation: Observation) -> Judgement:
    """The secret is not in the textual form of client objects."""
    for text in observation.texts:
        if (form := _leaks(observation, text)) is not None:
            return Broken(
                summary=f"The textual form of a client object shows the secret, in {form}.",
                diagnosis=("SECRET-IN-REPR",),
            )
    return Held(seen={"texts": len(observation.texts)}) if observation.texts else Unseen(reason="no object was shown")


def signatures_not_shown(case: Case, observation: Observation) -> Judgement:
    """Signatures are neither logged nor put into error texts while they are still valid."""
    shown = observation.stderr + "\n".join(
        f"{record.reply.message}\n{record.reply.details}"
        for record in observation.records
        if isinstance(record.reply, Failed)
    )
    requests = 0
    for view, entry in observation.private():
        requests += 1
        signature = entry.fields.signature if entry.fields else None
        if signature and len(signature) >= SIGNATURE_LENGTH and signature in shown:
            what = "key and signature" if view.credentials.key in shown else "signature"
            where = "printed or logged" if signature in observation.stderr else "put into an error text"
            return Broken(
                summary=f"The {what} of a request that is still valid were {where}."
                if what != "signature"
                else f"The signature of a request that is still valid was {where}.",
                diagnosis=("SIGNATURE-LOGGED",),
                culprits=(entry,),
            )
    return Held(seen={"requests": requests}) if requests else Unseen(reason="no private request arrived")


# --- strategies


def everything_said(setting: Setting) -> Sequence[Case]:
    """Return every plain call, every public one, and failures of many kinds, with the loudest logging switched on."""
    plain = calls.plain_calls(setting)
    public = calls.public_calls(setting)[:2]
    loud = (SessionPlan(options={"debug": True}),)
    one = Case(steps=tuple(plain[:1]))
    quiet = Case(steps=(*plain, *public))
    debug = Case(steps=(*plain, *public), sessions=loud, axis="debug")
    return [
        one,
        quiet,
        debug,
        *harmed(setting),
        *(_loudly(case) for case in harmed(setting) if case.axis != "time-out"),
    ]


def _loudly(case: Case) -> Case:
    sessions = tuple(
        SessionPlan(
            name=plan.name,
            key=plan.key,
            wrong_secret=plan.wrong_secret,
            timeout_s=plan.timeout_s,
            options={**plan.options, "debug": True},
        )
        for plan in case.sessions
    )
    return Case(steps=case.steps, sessions=sessions, axis="debug")


def harmed(setting: Setting) -> Sequence[Case]:
    """Return calls that fail: refused, cut off, answered with rubbish, too late."""
    target: Call = calls.read(setting) or calls.plain_calls(setting)[0]
    harms = [
        faults.refuse("bad_signature"),
        faults.refuse("permission_denied"),
        faults.unavailable(),
        faults.reset(),
        faults.lost_answer(),
    ]
    known = {row.refusal.value for row in setting.dialect.refusals}
    usable = [harm for harm in harms if harm.settings.get("refusal") in known or harm.fault != "refuse"]
    found = [Case(steps=(harm, target)) for harm in usable]
    found.append(Case(steps=(target,), sessions=(SessionPlan(wrong_secret=True),), axis="wrong secret"))
    found.append(Case(steps=(faults.stall(), target), sessions=(SessionPlan(timeout_s=0.25),), axis="time-out"))
    return found


def any_calls(setting: Setting) -> SearchStrategy[Case]:
    """Draw calls, with a failure among them now and then."""
    one = calls.private_calls(setting)
    steps = st.one_of(one.map(lambda call: (call,)), st.tuples(faults.any_failure(setting), one))
    return st.lists(steps, min_size=1, max_size=4).map(
        lambda drawn: Case(steps=tuple(step for found in drawn for step in found))
    )
