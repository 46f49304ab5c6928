"""Transport: strategies and oracles of the family CONN."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from harness.cases import Arm, Call, Case, Pause, SessionPlan
from harness.drivers.driver import Failed, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, Record
from harness.properties.abreast import abreast
from harness.properties.evidence import by_session
from harness.properties.reporting import (
    a_read_and_an_order,
    harmed,
    judged,
    marked,
    must_fail,
    reads_and_a_change,
    unsaid,
)
from harness.setting import Setting
from harness.strategies import calls, faults

#: The label of the same call, made before the harm, to compare with.
CONTROL = "control"
#: So long after a connection was closed everybody can have seen it.
SEEN_MS = 60
#: The limit of calls that wait for an answer that does not come.
LIMIT_S = 0.5


# --- oracles


def whole_answers(case: Case, observation: Observation) -> Judgement:
    """An answer in many pieces is read as the same answer in one."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    control = next(record for record in observation.records if record.call.label == CONTROL)
    if not isinstance(control.reply, Succeeded) or not _names_its_order(control):
        return Unseen(reason="the same call goes wrong without any harm")
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        if not isinstance(record.reply, Succeeded):
            kind = record.reply.kind if isinstance(record.reply, Failed) else "nothing"
            said = f"reported {kind}"
        elif not _names_its_order(record) or (not _changes(record) and record.reply.value != control.reply.value):
            said = f"returned {ascii(record.reply.value)[:120]}, not what the same answer in one piece says"
        else:
            continue
        return Broken(
            summary=f"{record.call.operation}, whose answer came {case.about['what']}, {said}.",
            diagnosis=("PIECES-NOT-JOINED",),
            culprits=record.entries,
        )
    return Held(seen={"provocations": 1})


def _changes(record: Record) -> bool:
    return record.call.operation in calls.STATE_CHANGING


def _names_its_order(record: Record) -> bool:
    """Tell whether an order came back under the id that the exchange gave it; of other calls nothing is asked."""
    if record.call.operation != "place_order":
        return True
    value = record.reply.value if isinstance(record.reply, Succeeded) else None
    placed = {effect.subject for entry in record.entries for effect in entry.effects if effect.kind == "order_placed"}
    return isinstance(value, dict) and str(value.get("order_id")) in placed


def cut_is_a_failure(case: Case, observation: Observation) -> Judgement:
    """A cut answer is an error, never partial data."""
    return must_fail(case, observation, "CUT-ANSWER-AS-DATA")


def stall_is_a_failure(case: Case, observation: Observation) -> Judgement:
    """A stall is reported as a failure."""
    return must_fail(case, observation, "STALL-AS-SUCCESS")


def reset_is_a_failure(case: Case, observation: Observation) -> Judgement:
    """A connection that broke is reported as a failure."""
    return must_fail(case, observation, "RESET-AS-SUCCESS")


def replaced_in_silence(case: Case, observation: Observation) -> Judgement:
    """A connection that was closed while idle is replaced: the next call goes well, and takes effect once."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        if not isinstance(record.reply, Succeeded):
            earlier = [one for one in observation.records if one.call.label == CONTROL]
            if not all(isinstance(one.reply, Succeeded) for one in earlier) or not earlier:
                return Unseen(reason=f"{record.call.operation} fails without any harm as well")
            kind = record.reply.kind if isinstance(record.reply, Failed) else "nothing"
            return Broken(
                summary=f"{record.call.operation}, {SEEN_MS} ms after an idle connection was closed, reported {kind}.",
                diagnosis=("DEAD-CONNECTION-USED",),
                culprits=record.entries,
            )
        placed = [entry for entry in record.entries for effect in entry.effects if effect.kind == "order_placed"]
        if len(placed) > 1:
            return Broken(
                summary=f"One order on a connection that had been closed became {len(placed)}.",
                diagnosis=("EFFECT-TWICE",),
                culprits=tuple(placed),
            )
    return Held(seen={"provocations": 1})


def at_the_base_url(case: Case, observation: Observation) -> Judgement:
    """Every call goes to the base URL of its session, and the Host header says so."""
    seen = 0
    for record in observation.records:
        if (unseen := unsaid(record)) is not None:
            return unseen
        wanted = urlsplit(observation.base_urls[record.call.session]).netloc.lower()
        for entry in record.entries:
            hosts = [value.decode("latin-1").strip().lower() for value in entry.request.values(b"host")]
            if hosts != [wanted]:
                return Broken(
                    summary=f"The base URL names {wanted}, and a request's Host is {' and '.join(hosts) or 'absent'}.",
                    diagnosis=("HOST-DIFFERS",),
                    culprits=(entry,),
                )
            seen += 1
    for session, records in by_session(observation):
        if any(isinstance(record.reply, Succeeded) for record in records) and not any(r.entries for r in records):
            return Broken(
                summary=f"Calls of session {session} report success, and no request came to its base URL.",
                diagnosis=("WENT-ELSEWHERE",),
            )
    return Held(seen={"requests": seen}) if seen else Unseen(reason="no request arrived")


# --- strategies


def in_pieces(setting: Setting) -> Sequence[Case]:
    """Return answers that come byte by byte, in small pieces, and in chunks cut at odd places."""
    found: list[Case] = []
    for call in [*reads_and_a_change(setting), *calls.public_calls(setting)[:1]]:
        own = call.operation in calls.PUBLIC
        for piece, ms, chunked in ((9, 1, False), (1, 0, True)):
            arm = faults.drip(faults.aimed_at(call), piece=piece, ms=ms, chunked=chunked)
            what = f"{piece} byte{'s' if piece > 1 else ''} at a time{', in chunks' if chunked else ''}"
            found.append(
                harmed(call, replace(arm, key=None) if own else arm, before=[replace(call, label=CONTROL)], about=what)
            )
    return found


def cut_answers(setting: Setting) -> Sequence[Case]:
    """Return answers that end too soon: after nothing, in the middle, one byte short, and without the last chunk."""
    found: list[Case] = []
    for call in reads_and_a_change(setting):
        operation = faults.aimed_at(call)
        for arm, what in (
            (faults.cut(operation), "got half of an answer"),
            (faults.cut(operation, after=0), "got an answer without its body"),
            (faults.cut(operation, after=-1), "got an answer that lacks its last byte"),
            (faults.cut(operation, chunked=True), "got an answer that lacks its last chunk"),
        ):
            found.append(harmed(call, arm, about=what))
    return found


def stalls(setting: Setting) -> Sequence[Case]:
    """Return an answer that stops within its body, and one that never begins."""
    found: list[Case] = []
    for index, call in enumerate(a_read_and_an_order(setting)):
        arm = faults.stall(faults.aimed_at(call), after=-3 if index == 0 else None, times=None)
        what = "got no answer" if index else "got an answer that stopped before its end"
        found.append(harmed(call, arm, timeout_s=LIMIT_S, about=what))
    return abreast(setting, found)


def resets(setting: Setting) -> Sequence[Case]:
    """Return connections that are reset before the request was judged, after it, and in the middle of the answer."""
    found: list[Case] = []
    for call in a_read_and_an_order(setting):
        operation = faults.aimed_at(call)
        arms = [faults.reset(operation, at=at, times=None) for at in ("before_gate", "before_handler", "after_handler")]
        arms.append(replace(arms[-1], settings={"after": -3}, note="the connection is reset within the answer"))
        arms.append(Arm(fault="close", at="before_handler", operation=operation, times=None))
        found.extend(harmed(call, arm, about="met the end of its connection") for arm in arms)
    return found


def closed_while_idle(setting: Setting) -> Sequence[Case]:
    """Return calls that are made a while after the connection of the call before was closed."""
    found: list[Case] = []
    first: Call | None = calls.read(setting)
    for call in a_read_and_an_order(setting):
        before = first or replace(call, label="")
        closed = faults.closed_afterwards(faults.aimed_at(before))
        earlier = replace(call, label=CONTROL)
        found.append(Case(steps=(earlier, closed, before, Pause(ms=SEEN_MS), marked(call))))
    return found


def two_addresses(setting: Setting) -> Sequence[Case]:
    """Return every call in a session at one address of the exchange, and in a session at another."""
    here = [*calls.plain_calls(setting), *calls.public_calls(setting)[:2]]
    here = here if len(here) > 1 else here * 2
    there = [replace(call, session="b") for call in here]
    mixed = tuple(call for pair in zip(here, there, strict=True) for call in pair)
    return [Case(steps=mixed, sessions=(SessionPlan(name="a"), SessionPlan(name="b", host="other")))]
