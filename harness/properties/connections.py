"""Connections beyond the plain exchange of one message: the wave-2 rows of the family CONN."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from harness.beside.proxy import PASSWORD, USER
from harness.cases import Arm, Call, Case, Reopen, Restart, SessionPlan
from harness.drivers.driver import Failed, Hung, Reply, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import NotMade, Observation
from harness.properties.evidence import succeeded
from harness.properties.reporting import harmed, judged, marked, unsaid
from harness.setting import Setting
from harness.strategies import calls, faults
from mockserver import Entry
from signer import Request

#: The label of the same call, made before the harm, to compare with.
CONTROL = "control"
CODINGS = ("gzip", "deflate", "br", "zstd")
#: Sessions that are opened and closed one after the other.
SESSIONS = 20
#: A client may share so many connections between its sessions, and keep them.
SHARED_AT_MOST = 5


# --- oracles


def decoded(case: Case, observation: Observation) -> Judgement:
    """An answer in a coding that the client asked for is read as the same answer in none."""
    coding = str(case.about["coding"])
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    control = next(record for record in observation.records if record.call.label == CONTROL)
    if not isinstance(control.reply, Succeeded):
        return unsaid(control) or Unseen(reason="the same call goes wrong without any harm")
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        if not any(asks_for(entry.request, coding) for entry in record.entries if entry.fault is not None):
            return Held(seen={"provocations": 1})
        if isinstance(record.reply, Succeeded) and record.reply.value == control.reply.value:
            return Held(seen={"provocations": 1, coding: 1})
        return Broken(
            summary=f"The client asks for answers in {coding}; {record.call.operation}, answered so, "
            f"{_said(record.reply)}.",
            diagnosis=("ENCODING-NOT-DECODED",),
            culprits=record.entries,
        )
    return Unseen(reason="no call was made")


def asks_for(request: Request, coding: str) -> bool:
    """Tell whether a request asks for a coding by its name; `*` is taken for no more than a way of speaking."""
    for value in request.values(b"accept-encoding"):
        for part in value.decode("latin-1").lower().split(","):
            name, _, weight = part.partition(";")
            if name.strip() == coding:
                return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _said(reply: Reply | NotMade) -> str:
    match reply:
        case Failed(kind=kind):
            return f"reported {kind}"
        case Hung():
            return "never came back"
        case Succeeded(value=value):
            return f"returned {ascii(value)[:80]}"
        case _:
            return "said nothing"


def unbroken(case: Case, observation: Observation) -> Judgement:
    """An odd but sound answer is read as any other; one without a body leaves the session usable."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    control = next((record for record in observation.records if record.call.label == CONTROL), None)
    if control is None or not isinstance(control.reply, Succeeded):
        return Unseen(reason="the same call goes wrong without any harm")
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        if case.about["bodiless"]:
            wrong = isinstance(record.reply, Hung)
        else:
            wrong = not (isinstance(record.reply, Succeeded) and record.reply.value == control.reply.value)
        if wrong:
            return Broken(
                summary=f"{record.call.operation}, which {case.about['what']}, {_said(record.reply)}.",
                diagnosis=("ODD-FRAME-MISREAD",),
                culprits=record.entries,
            )
    after = [record for record in observation.records if record.call.label == "after"]
    for record in after:
        if not succeeded(record):
            return Broken(
                summary=f"After an answer that {case.about['what']}, {record.call.operation} {_said(record.reply)}.",
                diagnosis=("ODD-FRAME-MISREAD",),
                culprits=record.entries,
            )
    return Held(seen={"provocations": 1})


def strays_dropped(case: Case, observation: Observation) -> Judgement:
    """What came behind an answer is not taken for the next one."""
    by_label = {record.call.label: record for record in observation.records}
    first, truth, last = by_label["first"], by_label[CONTROL], by_label["last"]
    if isinstance(first.reply, Failed):
        # Some stacks see the second answer at once, and report the first one as unreadable: nothing was taken for it.
        return Held(seen={"provocations": 1})
    for record in (first, by_label["change"], truth):
        if not isinstance(record.reply, Succeeded):
            return unsaid(record) or Unseen(reason="the same calls go wrong without any harm")
    if (unseen := unsaid(last)) is not None:
        return unseen
    old = first.reply.value if isinstance(first.reply, Succeeded) else None
    new = truth.reply.value if isinstance(truth.reply, Succeeded) else None
    if old == new:
        return Unseen(reason="the order changed nothing that could be read")
    if isinstance(last.reply, Succeeded) and last.reply.value == old:
        return Broken(
            summary=f"Behind an answer came a second one that nobody had asked for; the next {last.call.operation} "
            "returned that, and not its own.",
            diagnosis=("STRAY-ANSWER-TAKEN",),
            culprits=last.entries,
            consequence="From then on each call gets the answer of the one before it.",
        )
    return Held(seen={"provocations": 1})


def by_the_proxy(case: Case, observation: Observation) -> Judgement:
    """Requests go by the configured proxy, and its credentials no further."""
    passed = observation.beside.passed
    arrived = [entry for record in observation.records for entry in record.entries]
    if not passed and arrived:
        return Broken(
            summary="A proxy was configured, and the requests went to the exchange without it.",
            diagnosis=("PROXY-IGNORED",),
            culprits=tuple(arrived),
        )
    if (told := next((entry for entry in arrived if _shows_proxy(entry)), None)) is not None:
        return Broken(
            summary="The credentials for the proxy went on to the exchange.",
            diagnosis=("PROXY-CREDENTIALS-SENT-ON",),
            culprits=(told,),
        )
    for record in observation.records:
        if (unseen := unsaid(record)) is not None:
            return unseen
        if not isinstance(record.reply, Succeeded):
            why = "" if any(one.authorized for one in passed) else ": the proxy was not given its credentials"
            return Broken(
                summary=f"{record.call.operation} by a proxy {_said(record.reply)}{why}.",
                diagnosis=("PROXY-IGNORED",),
                culprits=record.entries,
            )
    if not arrived:
        return Unseen(reason="no request arrived")
    return Held(seen={"requests": len(arrived)})


def _shows_proxy(entry: Entry) -> bool:
    pair = base64.b64encode(f"{USER}:{PASSWORD}".encode())
    parts = [entry.request.target, entry.request.body, *(value for _, value in entry.request.headers)]
    return any(mark in part for part in parts for mark in (PASSWORD.encode(), pair))


def let_go(case: Case, observation: Observation) -> Judgement:
    """Connections end with their sessions, and the program when it is told."""
    beside = observation.beside
    if case.about["ends"]:
        if beside.lingered:
            return Broken(
                summary="The program was told to end, with all its sessions closed, and had to be killed.",
                diagnosis=("PROGRAM-LINGERS",),
            )
        return Held(seen={"ends": 1})
    if not beside.connections:
        return Unseen(reason="no connection came")
    if beside.left_open > SHARED_AT_MOST:
        return Broken(
            summary=f"{beside.left_open} of {beside.connections} connections are still open although every session "
            "was closed.",
            diagnosis=("CONNECTIONS-LEFT-OPEN",),
        )
    return Held(seen=Counter({"sessions": SESSIONS}))


# --- strategies


def compressed(setting: Setting) -> Sequence[Case]:
    """Return a read that is answered in gzip, in deflate, in br and in zstd."""
    read = _read(setting)
    return [
        replace(
            harmed(
                read,
                Arm(
                    fault="gzip",
                    at="after_handler",
                    operation=faults.aimed_at(read),
                    times=None,
                    settings={"encoding": coding},
                    note=f"the answer is coded in {coding}",
                ),
                before=[replace(read, label=CONTROL)],
            ),
            about={"coding": coding},
        )
        for coding in CODINGS
    ]


def odd_frames(setting: Setting) -> Sequence[Case]:
    """Return reads answered behind a 102 and a 103, by HTTP/1.0, without a length, by a 204 and by an empty 200."""
    read = _read(setting)
    operation = faults.aimed_at(read)
    sound = (
        (Arm(fault="interim", at="after_handler", operation=operation, settings={"status": 102}), "came behind a 102"),
        (Arm(fault="early_hints", at="after_handler", operation=operation), "came behind a 103"),
        (Arm(fault="head", at="after_handler", operation=operation, settings={"how": "http10"}), "came by HTTP/1.0"),
        (
            Arm(fault="content_length", at="after_handler", operation=operation, settings={"how": "missing"}),
            "came without a length and ended with its connection",
        ),
    )
    empty = (
        (faults.unavailable(operation, status=204, body="empty"), "is a 204"),
        (faults.answered("", operation, times=1), "is a 200 without a body"),
    )
    return [
        Case(
            steps=(replace(read, label=CONTROL), arm, marked(read), replace(read, label="after")),
            about={"what": what, "bodiless": bodiless},
        )
        for group, bodiless in ((sound, False), (empty, True))
        for arm, what in group
    ]


def strays(setting: Setting) -> Sequence[Case]:
    """Return a read, an order, and the read again, where behind each answer comes a copy of the first one."""
    return [
        Case(
            steps=(
                replace(read, label="first"),
                replace(calls.place(setting), session="c", label="change"),
                replace(read, session="c", label=CONTROL),
                replace(read, label="last"),
            ),
            sessions=(SessionPlan(door="hop:stray"), SessionPlan(name="c")),
        )
        for read in calls.reads(setting)
        if read.operation in ("balances", "open_orders")
    ]


def by_proxy(setting: Setting) -> Sequence[Case]:
    """Return reads, an order and a public call by a proxy that asks for credentials; over TLS too, where promised."""
    steps: list[Call] = [_read(setting), *calls.public_calls(setting)[:1]]
    if setting.can("place_order"):
        steps.append(calls.place(setting))
    doors = ("", "tls") if setting.has("tls") else ("",)
    return [Case(steps=tuple(steps), sessions=(SessionPlan(door=door, proxy=True),)) for door in doors]


def many_sessions(setting: Setting) -> Sequence[Case]:
    """Return sessions that are opened, used once and closed, one after the other; a program is told to end as well."""
    read = _read(setting)
    steps = (read, *(step for _ in range(SESSIONS - 1) for step in (Reopen(), read)))
    found = [Case(steps=steps, sessions=(SessionPlan(door="hop:counted"),), about={"ends": False})]
    if setting.form == "program":
        found.append(Case(steps=(read, Restart(kill=False)), about={"ends": True}))
    return found


def _read(setting: Setting) -> Call:
    return calls.read(setting) or calls.plain_calls(setting)[0]
