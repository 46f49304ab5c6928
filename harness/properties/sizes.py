"""Answers without measure: the rows of the family SIZE that look at what comes back."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.beside.swelling import CROWD
from harness.cases import Arm, Call, Case, SessionPlan
from harness.drivers.driver import Failed, Hung, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation
from harness.properties.connections import asks_for
from harness.properties.reporting import judged, marked, unsaid
from harness.setting import Setting
from harness.strategies import calls, faults

#: The label of the same call where nothing is large.
CONTROL = "control"
#: More of one answer than this is not taken by a client that knows when it has enough.
MOST_TAKEN = 96 * 1024 * 1024
#: What a bomb unpacks to, and how much of it a client may hold.
BOMB, MOST_HELD = 128 * 1024 * 1024, 96 * 1024 * 1024
#: How long a call may wait that meets an endless answer.
LIMIT_S = 3.0
#: From so many calls on it is asked what they left in memory, and so much each of them may leave there, bytes: what a
#: collector of garbage had no reason to take yet stays well below.
MANY_CALLS, MOST_KEPT = 9_000, 4096


# --- oracles


def large_ones_read(case: Case, observation: Observation) -> Judgement:
    """A large answer is read like a small one."""
    control = next(record for record in observation.records if record.call.label == CONTROL)
    if not isinstance(control.reply, Succeeded):
        return unsaid(control) or Unseen(reason="the same call goes wrong where the answer is small")
    if case.about["crowd"] and control.reply.value == []:
        return Unseen(reason="no order was placed, so that there is none to make many of")
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        said = None
        if isinstance(record.reply, Failed):
            said = f"reported {record.reply.kind}"
        elif isinstance(record.reply, Hung):
            said = "never came back"
        elif isinstance(record.reply, Succeeded) and _short(case, record.reply.value, control.reply.value):
            said = "returned another value than the answer holds"
        if said is not None:
            return Broken(
                summary=f"{record.call.operation}, whose answer {case.about['what']}, {said}.",
                diagnosis=("LARGE-ANSWER-NOT-READ",),
                culprits=record.entries,
            )
    return Held(seen={"provocations": 1})


def _short(case: Case, value: object, control: object) -> bool:
    """Tell whether something is missing from what was read."""
    if case.about["crowd"]:
        if not isinstance(value, list) or len(value) == CROWD:
            return False
        # A client may keep orders by their numbers, and we cannot be sure to have found all that are numbers.
        return not value or any(order != value[0] for order in value)
    return value != control


def measured(case: Case, observation: Observation) -> Judgement:
    """A body without end ends as an error, before it fills the memory."""
    beside = observation.beside
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        if case.about["bomb"]:
            if not observation.all_struck:
                return Unseen(reason="fault not struck")
            if not any(asks_for(entry.request, "gzip") for entry in record.entries):
                return Held(seen={"provocations": 1})
            if beside.peak_bytes is None:
                return Held(seen={"provocations": 1})
            grown = beside.peak_bytes[1] - beside.peak_bytes[0]
            if grown > MOST_HELD:
                return Broken(
                    summary=f"A small answer in gzip unpacked to {BOMB >> 20} MiB, and the program took "
                    f"{grown >> 20} MiB for it.",
                    diagnosis=("ANSWER-WITHOUT-LIMIT",),
                    culprits=record.entries,
                )
            return Held(seen={"provocations": 1, "bombs": 1})
        if not beside.most_taken:
            return Unseen(reason="no request came to the endless answer")
        if beside.most_taken > MOST_TAKEN or isinstance(record.reply, Succeeded | Hung):
            return Broken(
                summary=f"{record.call.operation} got an answer without end and took {beside.most_taken >> 20} MiB of "
                "it" + (", and never came back." if isinstance(record.reply, Hung) else "."),
                diagnosis=("ANSWER-WITHOUT-LIMIT",),
            )
    return Held(seen={"provocations": 1})


def nothing_piles_up(case: Case, observation: Observation) -> Judgement:
    """Calls leave neither connections nor descriptors behind, and many of them little memory."""
    made = len(observation.records)
    beside = observation.beside
    if not beside.connections:
        return Unseen(reason="no connection came")
    if beside.left_open > made // 4:
        return Broken(
            summary=f"After {made} calls and the end of their session, {beside.left_open} connections are still open.",
            diagnosis=("RESOURCES-PILE-UP",),
        )
    grown, calls_made = beside.growth or (0, 0)
    if calls_made >= MANY_CALLS and grown > calls_made * MOST_KEPT:
        return Broken(
            summary=f"In {calls_made} calls the memory of the program grew by {grown >> 20} MiB,"
            f" {grown // calls_made} bytes a call.",
            diagnosis=("RESOURCES-PILE-UP",),
        )
    seen = {"calls": made, "memory": int(calls_made >= MANY_CALLS)}
    if beside.descriptors is None:
        return Held(seen=seen)
    before, after = beside.descriptors
    if after - before > made // 4:
        return Broken(
            summary=f"The program had {before} files and sockets open before {made} calls, and {after} when their "
            "session was closed.",
            diagnosis=("RESOURCES-PILE-UP",),
        )
    return Held(seen={**seen, "descriptors": 1})


# --- strategies


def large_answers(setting: Setting) -> Sequence[Case]:
    """Return a read whose answer is 5 MiB long, and a list of twenty thousand orders."""
    read = _read(setting)
    found = [
        Case(
            steps=(Call(operation=read.operation, params=read.params, session="c", label=CONTROL), marked(read)),
            sessions=(SessionPlan(name="c"), SessionPlan(door="hop:padded")),
            about={"what": "is 5 MiB long", "crowd": False},
        )
    ]
    if setting.can("place_order", "open_orders"):
        order = calls.place(setting, session="c")
        listing = Call(operation="open_orders", params={"market": order.params["market"]})
        control = Call(operation="open_orders", params=listing.params, session="c", label=CONTROL)
        found.append(
            Case(
                steps=(order, control, marked(listing)),
                sessions=(SessionPlan(name="c"), SessionPlan(door="hop:crowded")),
                about={"what": f"holds {CROWD} orders", "crowd": True},
            )
        )
    return found


def without_end(setting: Setting) -> Sequence[Case]:
    """Return a read whose answer never ends, and one whose answer unpacks to a thousand times its length."""
    read = _read(setting)
    bomb = Arm(
        fault="gzip",
        at="after_handler",
        operation=faults.aimed_at(read),
        times=None,
        settings={"how": "bomb", "size": BOMB},
        note=f"the answer is gzip that unpacks to {BOMB >> 20} MiB",
    )
    return [
        Case(
            steps=(marked(read),),
            sessions=(SessionPlan(door="hop:endless", timeout_s=LIMIT_S),),
            about={"bomb": False},
        ),
        Case(steps=(bomb, marked(read)), sessions=(SessionPlan(timeout_s=LIMIT_S),), about={"bomb": True}),
    ]


def a_hundred(setting: Setting) -> Sequence[Case]:
    """Return a hundred reads in one session."""
    return [_hundred(setting, 0)]


def soak(setting: Setting) -> SearchStrategy[Case]:
    """Draw a hundred more in another session; `--examples 100` makes ten thousand of them."""
    return st.integers(1, 2**32).map(lambda number: _hundred(setting, number))


def _hundred(setting: Setting, number: int) -> Case:
    return Case(steps=(_read(setting),) * 100, sessions=(SessionPlan(door="hop:counted"),), about={"number": number})


def _read(setting: Setting) -> Call:
    return calls.read(setting) or calls.plain_calls(setting)[0]
