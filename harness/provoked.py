"""What a case has provoked, in a few words: what was planned and struck, what became of clocks, programs and keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from harness.cases import (
    Again,
    Arm,
    Call,
    Case,
    ClientClock,
    Fork,
    Pause,
    Reopen,
    Restart,
    Revoke,
    SetLastNonce,
    ShiftClock,
    Step,
    Together,
    Zone,
)
from harness.observation import Observation


def provoked_by(case: Case, observation: Observation) -> frozenset[str]:
    """Return what happened to the client in a case; a planned fault counts where it has struck."""
    found = {arm.note or arm.fault.replace("_", " ") for arm, struck in observation.struck if struck}
    found.update(words for step in case.steps if (words := _of_step(step)))
    found.update(_of_sessions(case))
    return frozenset(found)


def _of_step(step: Step) -> str:
    match step:
        case Together():
            return "calls made together"
        case ShiftClock():
            return "the exchange's clock jumps"
        case ClientClock():
            return "the client's clock jumps"
        case SetLastNonce():
            return "the exchange remembers another last nonce"
        case Revoke():
            return "a key is revoked"
        case Restart(spoil=spoil, kill=kill):
            notes = ", its notes spoilt meanwhile" if spoil and spoil != "keep" else ""
            return f"the program {'is killed' if kill else 'ends'} and starts anew{notes}"
        case Zone():
            return "the host is in another time zone"
        case Fork():
            return "the process forks"
        case Reopen():
            return "a session is opened again"
        case Again(user=user):
            return f"a {user} user who is told of a failure"
        case Call() | Arm() | Pause():
            return ""
        case _:
            assert_never(step)


def _of_sessions(case: Case) -> Iterator[str]:
    if case.about.get("frozen"):
        yield "a clock that stands still"
    for session in case.sessions:
        if session.wrong_secret:
            yield "a secret that is not the key's"
        if session.unknown_key:
            yield "a key that the exchange does not know"
        if session.door:
            yield f"another way to the exchange ({session.door})"
        if session.proxy:
            yield "a proxy that asks for credentials"
        if session.second:
            yield "a second program with the same key"
