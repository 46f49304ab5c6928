"""Redirects: strategies and oracles of the family REDIR."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.cases import Arm, Call, Case, SessionPlan
from harness.drivers.driver import Hung, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation
from harness.properties.evidence import untried
from harness.setting import Setting
from harness.strategies import calls
from signer import Request

STATUSES = (301, 302, 303, 307, 308)
#: Where a redirect inside the exchange itself leads.
ELSEWHERE = "/redirected"
#: Two places that lead to each other.
ROUND, ABOUT = "/redirected/round", "/redirected/about"
#: Nobody who counts follows so many redirects; HTTP libraries stop after five to fifty.
MOST_FOLLOWED = 60
#: The limit of a call that is sent round and about.
LOOP_LIMIT_S = 1.0


# --- oracles


def nothing_follows(case: Case, observation: Observation) -> Judgement:
    """Key, signature, nonce and signed body do not reach another origin."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    status = case.about["status"]
    for request in observation.canary:
        carried = credentials_in(request, observation)
        if carried:
            return Broken(
                summary=f"A redirect ({status}) to another origin was followed with {' and '.join(carried)}.",
                diagnosis=("CREDENTIALS-FOLLOW-REDIRECT",),
                consequence="Whoever can redirect one request holds a signed order that he may send himself."
                if "the signed body" in carried
                else "",
            )
    return Held(seen={"provocations": 1})


def credentials_in(request: Request, observation: Observation) -> list[str]:
    """Name the credentials that a request at the second origin carries."""
    headers = b"\n".join(value for _, value in request.headers)
    everything = b"\n".join((request.target, headers, request.body))
    found = []
    for view in observation.keys.values():
        if view.credentials.key.encode() in everything:
            found.append("the key")
        for entry in view.private:
            fields = entry.fields
            if fields is None:
                continue
            if fields.signature and fields.signature.encode() in everything:
                found.append("the signature")
            if fields.nonce and fields.nonce.encode() in everything:
                found.append("the nonce")
            if entry.request.body and entry.request.body in request.body:
                found.append("the signed body")
    return list(dict.fromkeys(found))


def not_taken_for_success(case: Case, observation: Observation) -> Judgement:
    """A POST that a redirect turned into a GET is not reported as a success."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
        if record.call.label != "redirected":
            continue
        if isinstance(record.reply, Succeeded) and not any(entry.effects for entry in record.entries):
            return Broken(
                summary=f"{record.call.operation} was redirected ({case.about['status']}), had no effect, "
                "and was reported as a success.",
                diagnosis=("REDIRECT-AS-SUCCESS",),
                culprits=record.entries,
            )
    return Held(seen={"provocations": 1})


def not_followed(case: Case, observation: Observation) -> Judgement:
    """Redirects of private calls are not followed at all, and are reported."""
    if not observation.all_struck:
        return Unseen(reason="fault not struck")
    seen = {entry.number: entry for entry in (*observation.others, *observation.key.entries)}
    if any(entry.request.path == ELSEWHERE.encode() for entry in seen.values()):
        return Broken(
            summary=f"A private call followed a redirect ({case.about['status']}) inside the exchange.",
            diagnosis=("REDIRECT-FOLLOWED",),
            culprits=tuple(seen[number] for number in sorted(seen)),
        )
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
        if isinstance(record.reply, Succeeded):
            return Broken(summary="A redirect was reported as a success.", culprits=record.entries)
    return Held(seen={"provocations": 1})


def ends(case: Case, observation: Observation) -> Judgement:
    """A call that is sent round in circles ends, after a number of redirects that somebody has counted."""
    if not any(count for _, count in observation.struck):
        return Unseen(reason="fault not struck")
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
        if len(record.entries) > MOST_FOLLOWED or isinstance(record.reply, Hung):
            return Broken(
                summary=f"{record.call.operation}, redirected in a circle, led to {len(record.entries)} requests"
                + (" and never came back." if isinstance(record.reply, Hung) else "."),
                diagnosis=("REDIRECTS-WITHOUT-END",),
                culprits=record.entries[:6],
            )
        if isinstance(record.reply, Succeeded):
            return Broken(
                summary=f"{record.call.operation}, redirected in a circle, was reported as a success.",
                diagnosis=("REDIRECT-AS-SUCCESS",),
                culprits=record.entries[:6],
            )
    return Held(seen={"provocations": 1})


# --- strategies


def down_to_http(setting: Setting) -> Sequence[Case]:
    """Return a private call over TLS that is redirected to plain HTTP, once for each status."""
    cases = {case.about["status"]: case for case in reversed(to_another_origin(setting))}
    return [
        replace(cases[status], sessions=tuple(replace(plan, door="tls") for plan in cases[status].sessions))
        for status in STATUSES
    ]


def in_circles(setting: Setting) -> Sequence[Case]:
    """Return private calls that are redirected between two places for ever."""
    found = []
    for status in (302, 307):
        there = _everywhere(status, ROUND, {"every": 2})
        back = _everywhere(status, ABOUT, {})
        call = calls.read(setting) or calls.plain_calls(setting)[0]
        found.append(
            Case(steps=(there, back, call), sessions=(SessionPlan(timeout_s=LOOP_LIMIT_S),), about={"status": status})
        )
    return found


def _everywhere(status: int, location: str, settings: Mapping[str, object]) -> Arm:
    return Arm(
        fault="redirect",
        at="before_gate",
        key=None,
        times=None,
        settings={"location": location, "status": status, **settings},
        note=f"a redirect ({status}) to {location}{', for every second request' if settings else ''}",
    )


def to_another_origin(setting: Setting) -> Sequence[Case]:
    """Return private calls that are redirected to another port, once for each status."""
    preferred = [call for call in (calls.read(setting), _order(setting)) if call is not None]
    chosen = preferred or list(calls.plain_calls(setting))[:1]
    return [_redirected(call, status, "canary") for status in STATUSES for call in chosen]


def orders_elsewhere(setting: Setting) -> Sequence[Case]:
    """Return orders that are redirected to a page that looks like a success."""
    order = _order(setting)
    return [_redirected(order, status, "canary") for status in (301, 302, 303)] if order is not None else []


def inside(setting: Setting) -> Sequence[Case]:
    """Return private calls that are redirected to another path of the exchange."""
    chosen = calls.read(setting) or calls.plain_calls(setting)[0]
    return [_redirected(chosen, status, ELSEWHERE) for status in (302, 307)]


def _order(setting: Setting) -> Call | None:
    return calls.place(setting) if setting.can("place_order") else None


def _redirected(call: Call, status: int, location: str) -> Case:
    settings = {"location": location, "status": status} | ({"path": "/elsewhere"} if location == "canary" else {})
    arm = Arm(
        fault="redirect",
        at="before_gate",
        operation=call.operation if call.operation != "raw" else None,
        settings=settings,
        note=f"a redirect ({status}) to {'another origin' if location == 'canary' else location}",
    )
    marked = Call(operation=call.operation, params=call.params, session=call.session, label="redirected")
    return Case(steps=(arm, marked), about={"status": status})
