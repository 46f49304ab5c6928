"""Makes a failing schedule smaller by leaving out one thing after another, until nothing more can be left out.

Hypothesis shrinks what it drew; this takes out whole steps, calls of a batch, sessions and keys, also of schedules that
come from a file or from another machine of a fleet, which Hypothesis never drew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from harness.cases import Arm, Call, Case, Reopen, Restart, Revoke, Step, Together


def pared(case: Case, fails: Callable[[Case], bool]) -> Case:
    """Return the smallest schedule that fails as well, of those that one omission after another leads to.

    Args:
        case: A schedule that fails.
        fails: Plays a schedule and tells; may say no where it has no time left.
    """
    smaller = True
    while smaller:
        smaller = False
        for candidate in _smaller(case):
            if fails(candidate):
                case, smaller = candidate, True
                break
    return case


def _smaller(case: Case) -> Iterator[Case]:
    """Return schedules with one thing less, the boldest omissions first."""
    half = len(case.steps) // 2
    if half > 1:
        yield _tidied(replace(case, steps=case.steps[:half]))
        yield _tidied(replace(case, steps=case.steps[half:]))
    for index in range(len(case.steps) - 1, -1, -1):
        if len(case.steps) > 1:
            yield _tidied(replace(case, steps=(*case.steps[:index], *case.steps[index + 1 :])))
    for index, step in enumerate(case.steps):
        for less in _lesser(step):
            yield _tidied(replace(case, steps=(*case.steps[:index], less, *case.steps[index + 1 :])))
    if any(session.timeout_s is not None for session in case.sessions):
        yield replace(case, sessions=tuple(replace(session, timeout_s=None) for session in case.sessions))


def _lesser(step: Step) -> Iterator[Step]:
    match step:
        case Together(calls=calls) if len(calls) > 1:
            if len(calls) == 2:
                yield calls[0]
                yield calls[1]
            else:
                for index in range(len(calls)):
                    yield Together(calls=(*calls[:index], *calls[index + 1 :]))
        case Restart(during=Call()):
            yield replace(step, during=None, wait_for="nothing")
        case Restart(kill=True):
            yield replace(step, kill=False)
        case Arm(times=times) if times is not None and times > 1:
            yield replace(step, times=1)
        case Arm(operation=str()):
            yield replace(step, operation=None)
        case _:
            pass


def _tidied(case: Case) -> Case:
    """Drop sessions and keys that no step uses, and give sessions the first names."""
    used = _sessions_of(case)
    sessions = [session for session in case.sessions if session.name in used] or [case.sessions[0]]
    keys = {session.key for session in sessions}
    steps = tuple(step for step in case.steps if _concerns(step, keys))
    names = {session.name: name for session, name in zip(sessions, "abc", strict=False)}
    return replace(
        case,
        steps=tuple(_renamed(step, names) for step in steps),
        sessions=tuple(replace(session, name=names[session.name]) for session in sessions),
        keys=tuple(key for key in case.keys if key.name in keys) or case.keys[:1],
    )


def _sessions_of(case: Case) -> set[str]:
    used = {call.session for call in case.calls()}
    return used | {step.session for step in case.steps if isinstance(step, Reopen)}


def _concerns(step: Step, keys: set[str | None]) -> bool:
    match step:
        case Arm(key=key):
            return key is None or key in keys
        case Revoke(key=key):
            return key in keys
        case _:
            return True


def _renamed(step: Step, names: dict[str, str]) -> Step:
    match step:
        case Call(session=session):
            return replace(step, session=names[session])
        case Together(calls=calls):
            return Together(calls=tuple(replace(call, session=names[call.session]) for call in calls))
        case Reopen(session=session):
            return Reopen(session=names[session])
        case Restart(during=Call() as during):
            return replace(step, during=replace(during, session=names[during.session]))
        case _:
            return step
