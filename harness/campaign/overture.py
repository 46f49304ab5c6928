"""The first schedules of a campaign: one or two for each kind of provocation, so that even a short one has seen each.

Chance would come by all of them in time; but an invariant that nobody provoked says nothing, and a campaign of half a
minute should be able to end with a clear word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from harness.campaign.gate import inside_ms
from harness.campaign.machine import BEYOND_MS
from harness.campaign.schedules import AXIS
from harness.campaign.told import HURRY_S
from harness.cases import Arm, Call, Case, Restart, SessionPlan, ShiftClock, Step, Together
from harness.properties.times import furthest_ms
from harness.setting import Setting
from harness.strategies import calls, faults

#: Harm that lasts for as long as anybody tries.
_LASTING = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A schedule, and the requirements whose invariants it provokes."""

    case: Case
    provokes: frozenset[str]

    @property
    def needs_program(self) -> bool:
        """Whether it starts the client's program anew."""
        return any(isinstance(step, Restart) for step in self.case.steps)


def overture(setting: Setting) -> Sequence[Opening]:
    """Return the schedules that a campaign begins with, for what a client promises."""
    return [*_harm(setting), *_clocks(setting), *_crowds(setting), *_restarts(setting)]


def _harm(setting: Setting) -> Iterator[Opening]:
    for name, arm in (
        ("ERR-009", faults.unavailable()),
        ("ERR-010", Arm(fault="garbage", at="after_handler")),
        ("CONN-002", Arm(fault="truncate", at="after_handler", settings={"after": 5})),
        ("CONN-004 RETRY-002 RETRY-004 RETRY-005 RETRY-001 ERR-012 SECR-003", faults.lost_answer()),
        ("ERR-001 SECR-003", faults.refuse("invalid_request")),
    ):
        yield _opening(name, *_struck(setting, arm), *_struck(setting, arm))
    redirect = Arm(
        fault="redirect",
        at="before_gate",
        settings={"location": "canary", "status": 307, "path": "/elsewhere"},
        note="a redirect (307) to another origin",
    )
    for _ in range(2):
        yield _opening("REDIR-001", *_struck(setting, redirect))
    read = _read(setting)
    yield _opening("CONN-003 CONC-006 RETRY-010", read, faults.stall(), read, read, hurried=True)


def _struck(setting: Setting, arm: Arm) -> tuple[Step, ...]:
    """Return a call that cannot come through: an order, which nobody repeats, or a read that is harmed each time."""
    if setting.can("place_order"):
        return (replace(arm, operation="place_order"), calls.place(setting))
    return (replace(arm, times=_LASTING), _read(setting))


def _clocks(setting: Setting) -> Iterator[Opening]:
    rule = setting.dialect.scheme.time_rule
    if rule is None:
        return
    reads = (_read(setting),) * 3
    for ms in (inside_ms(rule), -inside_ms(rule)):
        yield _opening("TIME-004", ShiftClock(ms=ms), *reads)
    yield _opening("TIME-005", ShiftClock(ms=furthest_ms(rule) + BEYOND_MS), reads[0])


def _crowds(setting: Setting) -> Iterator[Opening]:
    read = _read(setting)
    other = replace(read, session="b")
    yield _opening("CONC-004", read, other, read, other, read, other, sessions="ab")
    if not setting.has("concurrent"):
        return
    yield _opening("CONC-001 CONC-002", Together(calls=tuple(replace(read) for _ in range(6))))
    if setting.can("place_order"):
        yield _opening("CONC-003", Together(calls=(calls.place(setting), calls.place(setting, side="sell"))))


def _restarts(setting: Setting) -> Iterator[Opening]:
    read = _read(setting)
    for name, kill in (("PERS-001", False), ("PERS-002", True)):
        yield _opening(name, read, read, Restart(kill=kill), read)


def _read(setting: Setting) -> Call:
    return calls.read(setting) or next(iter((*calls.plain_calls(setting), *calls.public_calls(setting))))


def _opening(provokes: str, *steps: Step, sessions: str = "a", hurried: bool = False) -> Opening:
    timeout_s = HURRY_S if hurried else None
    case = Case(
        axis=AXIS,
        # A step of its own for each place, so that a call can be told from an equal one.
        steps=tuple(replace(step) for step in steps),
        sessions=tuple(SessionPlan(name=name, timeout_s=timeout_s) for name in sessions),
    )
    return Opening(case=case, provokes=frozenset(provokes.split()))
