"""The state machine: its rules add one step after another to a schedule, which is played when it is complete.

Hypothesis chooses the rules, leaves some of them out of each schedule (so that rare companies of steps come together),
and shrinks. What it draws is a `Case` and nothing else: the machine knows of labels and sessions, never of answers, so
that every schedule can be played anywhere, by any driver, without the machine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, precondition, rule
from hypothesis.strategies import SearchStrategy

from harness.campaign.gate import inside_ms
from harness.campaign.schedules import AXIS
from harness.campaign.told import HURRY_S
from harness.cases import (
    Again,
    Arm,
    Call,
    Case,
    KeyPlan,
    Reopen,
    Restart,
    Revoke,
    SessionPlan,
    ShiftClock,
    Step,
    Together,
)
from harness.properties.times import furthest_ms
from harness.setting import Setting
from harness.strategies import calls, faults

#: The longest schedule that is drawn.
STEPS = 14
#: A program is started anew so often in one schedule.
MOST_RESTARTS = 2
#: How long the adversarial gate waits for a later request.
PATIENCE_MS = 60
#: So far beyond the window a clock is stepped where refusals are wanted.
BEYOND_MS = 5_000

#: Who is there: each session's key. The first is the plainest.
COMPANIES: tuple[tuple[str, ...], ...] = (("k",), ("k", "k"), ("k", "m"), ("k", "m", "k"))
_NAMES = "abc"
#: How often harm strikes.
_TIMES = st.sampled_from([1, 1, 2, 3])
#: Orders in which the adversarial gate lets requests go.
_OVERTAKING = ((1, 0), (2, 1, 0), (1, 2, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An order that an earlier step places, as later steps refer to it."""

    label: str
    market: str
    session: str


def machine_for(setting: Setting, played: Callable[[Case], None], *, restarts: bool) -> type[RuleBasedStateMachine]:
    """Return the machine for a client.

    Args:
        setting: What schedules are drawn for: operations and features that the client does not promise are left out.
        played: Given each complete schedule; raises where the client breaks an invariant.
        restarts: Whether the client's program may be started anew.
    """
    single, plain, harm = _calls(setting), _plain(setting), _harm(setting)
    orders = _orders(setting) if setting.can("place_order") else st.nothing()

    class Schedule(RuleBasedStateMachine):
        """One schedule in the making."""

        placed = Bundle("placed")

        def __init__(self) -> None:
            super().__init__()
            self.steps: list[Step] = []
            self.company: tuple[str, ...] = COMPANIES[0]
            self.hurried = False
            self.offset_ms = 0
            self.labels = 0
            self.revoked = False
            self.held = False
            self.restarted = 0

        @property
        def calm(self) -> bool:
            """Whether calls were made since the last disturbance: two in a row would show no more than one."""
            return bool(self.steps) and isinstance(self.steps[-1], Call | Together)

        def session(self, number: int) -> str:
            return _NAMES[number % len(self.company)]

        def key(self, number: int) -> str:
            return self.company[number % len(self.company)]

        @initialize(company=st.sampled_from(COMPANIES), hurried=st.integers(0, 3))
        def who_is_there(self, company: tuple[str, ...], hurried: int) -> None:
            self.company, self.hurried = company, hurried == 3

        @rule(call=single, session=st.integers(0, 2))
        def one_call(self, call: Call, session: int) -> None:
            self.steps.append(replace(call, session=self.session(session)))

        @precondition(lambda self: setting.can("place_order"))
        @rule(target=placed, params=orders, session=st.integers(0, 2))
        def an_order(self, params: Mapping[str, str], session: int) -> Placed:
            self.labels += 1
            label = f"order{self.labels}"
            self.steps.append(Call(operation="place_order", params=params, session=self.session(session), label=label))
            return Placed(label=label, market=params["market"], session=self.session(session))

        @precondition(lambda self: setting.can("cancel_order"))
        @rule(order=consumes(placed))
        def a_cancellation(self, order: Placed) -> None:
            self.steps.append(calls.cancel(order.label, order.market, session=order.session))

        @precondition(lambda self: setting.can("place_order", "open_orders"))
        @rule(
            arm=st.sampled_from(harm),
            params=orders,
            session=st.integers(0, 2),
            user=st.sampled_from(["prudent", "hasty"]),
        )
        def a_user_hears_of_a_failed_order(self, arm: Arm, params: Mapping[str, str], session: int, user: str) -> None:
            # It is not cancelled later: after a second try nobody could say which of the two is meant.
            self.labels += 1
            label = f"order{self.labels}"
            self.arm(arm, session, "place_order", 1)
            self.steps.append(Call(operation="place_order", params=params, session=self.session(session), label=label))
            self.steps.append(Again(label=label, user=user))

        @precondition(lambda self: setting.has("concurrent"))
        @rule(batch=st.lists(st.tuples(single, st.integers(0, 2)), min_size=2, max_size=6))
        def calls_together(self, batch: list[tuple[Call, int]]) -> None:
            self.steps.append(
                Together(calls=tuple(replace(call, session=self.session(session)) for call, session in batch))
            )

        @precondition(lambda self: setting.has("concurrent") and not self.held)
        @rule(call=st.sampled_from(plain), order=st.sampled_from(_OVERTAKING))
        def requests_overtake(self, call: Call, order: tuple[int, ...]) -> None:
            self.held = True
            self.steps.append(_hold(order, "before_gate", "requests"))
            self.steps.append(Together(calls=tuple(replace(call) for _ in order)))

        @precondition(lambda self: setting.has("concurrent") and setting.can("place_order") and not self.held)
        @rule(first=orders, second=orders)
        def answers_overtake(self, first: Mapping[str, str], second: Mapping[str, str]) -> None:
            self.held = True
            batch = tuple(Call(operation="place_order", params=params) for params in (first, second))
            self.steps.append(replace(_hold((1, 0), "after_handler", "answers"), operation="place_order"))
            self.steps.append(Together(calls=batch))

        def arm(self, arm: Arm, session: int, operation: str | None, times: int) -> None:
            if arm.fault == "stall" and not self.hurried:
                arm = faults.lost_answer()
            self.steps.append(replace(arm, key=self.key(session), operation=operation, times=times))

        @rule(arm=st.sampled_from(harm), call=single, session=st.integers(0, 2), times=_TIMES, aimed=st.booleans())
        def a_harmed_call(self, arm: Arm, call: Call, session: int, times: int, aimed: bool) -> None:
            self.arm(arm, session, faults.aimed_at(call) if aimed else None, times)
            self.steps.append(replace(call, session=self.session(session)))

        @precondition(lambda self: self.calm)
        @rule(
            arm=st.sampled_from(harm),
            session=st.integers(0, 2),
            operation=st.sampled_from([None, *_operations(setting)]),
            times=_TIMES,
        )
        def harm_to_come(self, arm: Arm, session: int, operation: str | None, times: int) -> None:
            self.arm(arm, session, operation, times)

        @precondition(lambda self: self.calm)
        @rule(offset_ms=st.sampled_from(_offsets(setting)))
        def the_clock_is_stepped(self, offset_ms: int) -> None:
            if offset_ms != self.offset_ms:
                self.steps.append(ShiftClock(ms=offset_ms - self.offset_ms))
                self.offset_ms = offset_ms

        @precondition(lambda self: self.calm)
        @rule(session=st.integers(0, 2))
        def a_session_is_opened_again(self, session: int) -> None:
            self.steps.append(Reopen(session=self.session(session)))

        @precondition(lambda self: self.calm and not self.revoked and len(self.steps) > STEPS // 2)
        @rule(session=st.integers(0, 2))
        def a_key_is_revoked(self, session: int) -> None:
            self.revoked = True
            self.steps.append(Revoke(key=self.key(session)))

        @precondition(lambda self: restarts and self.calm and self.restarted < MOST_RESTARTS)
        @rule(
            kill=st.booleans(),
            during=st.none() | st.sampled_from(plain),
            wait_for=st.sampled_from(["nothing", "arrival"]),
        )
        def the_program_is_started_anew(self, kill: bool, during: Call | None, wait_for: str) -> None:
            self.restarted += 1
            during = replace(during) if kill and during is not None else None
            self.steps.append(Restart(kill=kill, during=during, wait_for=wait_for))
            self.steps.append(replace(plain[0]))

        def case(self) -> Case:
            """Return the schedule as it stands."""
            timeout_s = HURRY_S if self.hurried else None
            return Case(
                axis=AXIS,
                steps=tuple(self.steps),
                keys=tuple(KeyPlan(name=name) for name in dict.fromkeys(self.company)),
                sessions=tuple(
                    SessionPlan(name=name, key=key, timeout_s=timeout_s)
                    for name, key in zip(_NAMES, self.company, strict=False)
                ),
            )

        def teardown(self) -> None:
            """Play the schedule, unless the drawing of it was broken off."""
            if sys.exc_info()[0] is None and any(not isinstance(step, Arm | ShiftClock) for step in self.steps):
                played(self.case())

    return Schedule


def _calls(setting: Setting) -> SearchStrategy[Call]:
    """Draw a call that stands alone; those without an effect are the simplest."""
    choices: list[SearchStrategy[Call]] = [st.sampled_from(_plain(setting))]
    public = list(calls.public_calls(setting))[:2]
    if public:
        choices.append(st.sampled_from(public))
    if setting.can("place_order"):
        choices.append(_orders(setting).map(lambda params: Call(operation="place_order", params=params)))
    if setting.can("withdraw"):
        amounts = st.sampled_from(["0.5", "0.25", "0.75", "1.5"])
        plain = calls.withdraw(setting)
        choices.append(amounts.map(lambda amount: replace(plain, params={**plain.params, "amount": amount})))
    return st.one_of(choices)


def _orders(setting: Setting) -> SearchStrategy[Mapping[str, str]]:
    """Draw orders, by a strategy that prints without the whole exchange in it."""

    @st.composite
    def orders(draw: st.DrawFn) -> Mapping[str, str]:
        return draw(calls.orders(setting))

    return orders()


def _plain(setting: Setting) -> Sequence[Call]:
    """Return calls without an effect, or whatever the client promises where it promises none."""
    return list(calls.reads(setting)) or list(calls.plain_calls(setting)) or list(calls.public_calls(setting))


def _operations(setting: Setting) -> Sequence[str]:
    return [name for name in ("place_order", "cancel_order", "withdraw", *calls.READS) if setting.can(name)]


def _harm(setting: Setting) -> Sequence[Arm]:
    """Return every kind of harm that a schedule can do; what strikes after the handler ran is the hardest."""
    known = {row.refusal.value for row in setting.dialect.refusals}
    refusals = [name for name in ("permission_denied", "invalid_request", "internal_error") if name in known]
    return [
        faults.lost_answer(),
        faults.unavailable(),
        faults.unavailable(at="after_handler", status=504),
        faults.reset(),
        faults.reset(at="before_gate"),
        faults.reset(at="after_handler"),
        Arm(fault="close", at="before_handler"),
        Arm(fault="garbage", at="after_handler"),
        Arm(fault="truncate", at="after_handler", settings={"after": 5}),
        *(faults.refuse(name) for name in refusals),
        faults.stall(),
        Arm(
            fault="redirect",
            at="before_gate",
            settings={"location": "canary", "status": 307, "path": "/elsewhere"},
            note="a redirect (307) to another origin",
        ),
    ]


def _hold(order: tuple[int, ...], at: str, what: str) -> Arm:
    return Arm(
        fault="hold",
        at=at,
        settings={"count": len(order), "ms": PATIENCE_MS, "order": order},
        note=f"{len(order)} {what} are held back and let go in the order {order}",
    )


def _offsets(setting: Setting) -> Sequence[int]:
    """Return how far the exchange's clock may be ahead of the client's: inside the window, and out of it."""
    rule_ = setting.dialect.scheme.time_rule
    if rule_ is None:
        return [0, 30_000, -30_000]
    reach_ms, past_ms = inside_ms(rule_), furthest_ms(rule_)
    return [0, 1_000, -1_000, reach_ms, -reach_ms, past_ms + BEYOND_MS, -(past_ms + BEYOND_MS)]
