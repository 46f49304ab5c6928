"""How requests are framed: lengths, and what must not get into a header or the request line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from harness.cases import Call, Case
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import NotMade, Observation
from harness.properties.evidence import untried
from harness.setting import Setting
from harness.strategies import calls
from mockserver import Entry

#: The name of a header that only an injection can produce.
EVIL = b"x-evil"
CONTROLS = ("a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\x00b", "a\x7fb", "a\tb", "\r\n\r\nGET / HTTP/1.1")


def one_valid_length(case: Case, observation: Observation) -> Judgement:
    """A request has either one right Content-Length or chunked framing."""
    seen: Counter[str] = Counter()
    for entry in (*(entry for _, entry in observation.private()), *observation.others):
        if entry.unreadable:
            return Broken(
                summary="A request could not be read as HTTP at all.",
                culprits=(entry,),
                diagnosis=("FRAMING-BROKEN",),
            )
        lengths = set(entry.request.values(b"content-length"))
        chunked = any(b"chunked" in value.lower() for value in entry.request.values(b"transfer-encoding"))
        if lengths and chunked:
            return Broken(summary="A request has both a Content-Length and chunked framing.", culprits=(entry,))
        if len(lengths) > 1:
            return Broken(summary="A request has two different values of Content-Length.", culprits=(entry,))
        if lengths and lengths != {str(len(entry.request.body)).encode()}:
            return Broken(summary="Content-Length does not count the body's bytes.", culprits=(entry,))
        if _body_is_cut(entry):
            return Broken(
                summary="The body ends in the middle of a character: its length was counted in characters, not bytes.",
                diagnosis=("LENGTH-IN-CHARACTERS",),
                culprits=(entry,),
            )
        seen["requests"] += 1
    return Held(seen=seen) if seen else Unseen(reason="no request arrived")


def _body_is_cut(entry: Entry) -> bool:
    body = entry.request.body
    if body[:1] == b"{" and not body.rstrip().endswith(b"}"):
        return True
    try:
        body.decode()
    except UnicodeDecodeError:
        return True
    return False


def controls(setting: Setting) -> Sequence[Case]:
    """Return one call for each control character that might break out of its value."""
    found = []
    for value in CONTROLS:
        if setting.can("raw"):
            for method in calls.raw_methods(setting):
                found.append(Case(steps=(calls.raw(setting, {"xvalue": value}, method=method),)))
        else:
            params = {"currency": calls.withdrawable(setting), "amount": "0.5", "address": value}
            found.append(Case(steps=(Call(operation="withdraw", params=params),)))
    return found


def nothing_injected(case: Case, observation: Observation) -> Judgement:
    """No header, request line or second request came out of a value; refusing the value locally is fine."""
    entries = [*(entry for _, entry in observation.private()), *observation.others]
    for entry in entries:
        names = {name.lower() for name, _ in entry.request.headers}
        if EVIL in names or EVIL in entry.unreadable.lower():
            return Broken(
                summary="A line break in a value became a header of the request.",
                diagnosis=("HEADER-INJECTION",),
                culprits=(entry,),
            )
        if any(byte < 0x21 or byte == 0x7F for byte in entry.request.target) or entry.unreadable:
            return Broken(
                summary="A control character stands raw in the request.",
                diagnosis=("CONTROL-SENT-RAW",),
                culprits=(entry,),
            )
    if len(entries) > len(case.calls()):
        return Broken(summary="A value became a request of its own.", culprits=tuple(entries))
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
    tried = sum(not isinstance(record.reply, NotMade) for record in observation.records)
    return Held(seen={"provocations": tried})
