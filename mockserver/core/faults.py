"""The fault plan: what, when, how often, and how much of it has struck."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from mockserver.errors import SettingsError


class FaultKind(StrEnum):
    """Planned harm, by the names that outsiders type. `core/fault_kinds.py` says what each does and takes."""

    DELAY = "delay"
    STALL = "stall"
    RESET = "reset"
    CLOSE = "close"
    TRUNCATE = "truncate"
    GARBAGE = "garbage"
    STATUS = "status"
    REDIRECT = "redirect"
    DROP_ANSWER = "drop_answer"
    EARLY_HINTS = "early_hints"
    DUPLICATE_KEYS = "duplicate_keys"
    SLOW_DRIP = "slow_drip"
    BODY = "body"
    REFUSE = "refuse"
    HOLD = "hold"
    INTERIM = "interim"
    JSON = "json"
    HEAD = "head"
    CONTENT_LENGTH = "content_length"
    CHUNKS = "chunks"
    GZIP = "gzip"
    EXTRA_ANSWER = "extra_answer"
    SKEW = "skew"
    STEP = "step"
    DRIFT = "drift"
    SHUT = "shut"


class Phase(StrEnum):
    """Where a fault strikes.

    AT_CONNECT: a connection was taken and nothing is read yet. BEFORE_GATE: the request was read, nothing is judged.
    BEFORE_HANDLER: the nonce is spent, no effect. AFTER_HANDLER: the effect stands, the answer does not.
    """

    AT_CONNECT = "at_connect"
    BEFORE_GATE = "before_gate"
    BEFORE_HANDLER = "before_handler"
    AFTER_HANDLER = "after_handler"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One planned harm.

    Attributes:
        kind: What happens.
        phase: Where.
        key: The API key it is for; None for any (and for public calls).
        operation: The operation of the contract that it is for, or several; None for any.
        endpoint: The dialect's endpoint that it is for, or several; None for any.
        skip: How many matching requests pass unharmed first.
        every: It strikes each so-manieth of the others.
        probability: How likely each of those is struck; None for certainly. Which ones are follows from `seed` alone.
        seed: Of the probability.
        times: How often it strikes; None for ever.
        settings: By kind, as `core/fault_kinds.py` lists them.
    """

    kind: FaultKind
    phase: Phase
    key: str | None = None
    operation: str | tuple[str, ...] | None = None
    endpoint: str | tuple[str, ...] | None = None
    skip: int = 0
    every: int = 1
    probability: float | None = None
    seed: int = 0
    times: int | None = 1
    settings: Mapping[str, object] = field(default_factory=dict)

    def aims_at(self, operation: str | None, endpoint: str | None) -> bool:
        """Tell whether it is meant for requests to an endpoint that serves an operation."""
        return _among(self.operation, operation) and _among(self.endpoint, endpoint)

    def strikes(self, seen: int) -> bool:
        """Tell whether it strikes the so-manieth matching request, from 1; how often it did does not matter.

        The same plan strikes the same ones again: what is drawn follows from the seed and the number, not from when
        somebody looks.
        """
        after = seen - self.skip
        if after <= 0 or after % self.every:
            return False
        return self.probability is None or Random(f"{self.seed} {seen}").random() < self.probability

    def schedule(self, length: int) -> tuple[int, ...]:
        """Return which of the first so many matching requests it strikes, from 1."""
        struck = [seen for seen in range(1, length + 1) if self.strikes(seen)]
        return tuple(struck if self.times is None else struck[: self.times])


def _among(wanted: str | tuple[str, ...] | None, name: str | None) -> bool:
    return wanted is None or (name in wanted if isinstance(wanted, tuple) else name == wanted)


#: Kinds after which a request goes on its way; every other kind settles what is answered.
PASSING = frozenset(
    {
        FaultKind.DELAY,
        FaultKind.EARLY_HINTS,
        FaultKind.INTERIM,
        FaultKind.HOLD,
        FaultKind.SKEW,
        FaultKind.STEP,
        FaultKind.DRIFT,
    }
)

#: So many faults that will strike no more are remembered, for whoever asks what became of them.
REMEMBERED = 1000


class PlannedFault:
    """A fault in the plan, and how much of it has happened.

    Attributes:
        fault: What is planned.
        number: Its number in the plan, from 1; 0 before it is entered.
        seen: How many requests have matched; of one at the door, how many connections.
        struck: How often it has struck; of a HOLD, how many batches were let go.
        batches: For a HOLD: how many requests each batch held.
    """

    __slots__ = ("batches", "cancelled", "fault", "number", "seen", "struck")

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.number = 0
        self.seen = 0
        self.struck = 0
        self.batches: list[int] = []
        self.cancelled = False

    @property
    def spent(self) -> bool:
        """Whether it will never strike again."""
        return self.cancelled or (self.fault.times is not None and self.struck >= self.fault.times)


class FaultPlan:
    """All faults that are planned, in the order in which they were; empty nearly always, and then free.

    Attributes:
        armed: Whether anything may still strike a request.
        at_door: Whether anything may still strike a connection.
        doorless: Whether somebody else takes the connections, for several exchanges.
    """

    def __init__(self) -> None:
        self._plans: dict[str | None, list[PlannedFault]] = {}
        self._door: list[PlannedFault] = []
        self._numbered = 0
        self._spent: deque[PlannedFault] = deque(maxlen=REMEMBERED)
        self._watchers: list[Callable[[], None]] = []
        self.armed = False
        self.at_door = False
        self.doorless = False

    def add(self, fault: Fault) -> PlannedFault:
        """Plan a fault."""
        return self.enter(PlannedFault(fault))

    def enter(self, planned: PlannedFault) -> PlannedFault:
        """Enter a planned fault that its owner already holds.

        Raises:
            SettingsError: It is for connections, and these are not this exchange's to harm.
        """
        if self.doorless and planned.fault.phase is Phase.AT_CONNECT:
            raise SettingsError("connections are taken for several exchanges here; none can be told whose they are")
        self._numbered += 1
        planned.number = self._numbered
        if planned.spent:
            self._spent.append(planned)
        elif planned.fault.phase is Phase.AT_CONNECT:
            self._door.append(planned)
            self.at_door = True
            self._tell_the_door()
        else:
            self._plans.setdefault(planned.fault.key, []).append(planned)
            self.armed = True
        return planned

    def cancel(self, planned: PlannedFault) -> None:
        """Take a fault out of the plan; what it did stays counted."""
        planned.cancelled = True
        self._forget(planned)

    def clear(self, key: str | None = None) -> None:
        """Take out every fault of a key, or with None every fault there is."""
        for planned in self.planned():
            if key is None or planned.fault.key == key:
                self.cancel(planned)

    def planned(self) -> tuple[PlannedFault, ...]:
        """Return the faults that may still strike."""
        return (*(planned for faults in self._plans.values() for planned in faults), *self._door)

    def known(self) -> tuple[PlannedFault, ...]:
        """Return the faults that may still strike and those newest ones that will not, by number."""
        return tuple(sorted((*self._spent, *self.planned()), key=lambda planned: planned.number))

    def meet(
        self, phase: Phase, key: str | None, operation: str | None, endpoint: str | None = None
    ) -> tuple[PlannedFault, ...]:
        """Return what strikes a request that has come to a phase, and count it.

        Passing kinds come first to last up to and with the first fault that settles the answer; what lies behind that
        one is neither counted as seen nor as struck. A HOLD is counted by whoever lets its batch go (`let_go`).

        Args:
            phase: Where the request is.
            key: The API key it names; None for a public call.
            operation: The operation it serves, if any.
            endpoint: The name of its endpoint, if it has one.
        """
        matching = [
            planned
            for planned in [*self._plans.get(key, ()), *(self._plans.get(None, ()) if key is not None else ())]
            if planned.fault.phase is phase and planned.fault.aims_at(operation, endpoint)
        ]
        return self._struck(matching)

    def meet_connection(self) -> tuple[PlannedFault, ...]:
        """Return what strikes a connection that was just taken, and count it; SHUT strikes none."""
        return self._struck([planned for planned in self._door if planned.fault.kind is not FaultKind.SHUT])

    def _struck(self, matching: Iterable[PlannedFault]) -> tuple[PlannedFault, ...]:
        striking: list[PlannedFault] = []
        for planned in matching:
            planned.seen += 1
            if not planned.fault.strikes(planned.seen):
                continue
            striking.append(planned)
            if planned.fault.kind is not FaultKind.HOLD:
                self.count(planned)
            if planned.fault.kind not in PASSING:
                break
        return tuple(striking)

    def let_go(self, planned: PlannedFault, held: int) -> None:
        """Count a batch of a HOLD that is let go."""
        planned.batches.append(held)
        self.count(planned)

    def count(self, planned: PlannedFault) -> None:
        """Count a strike, and forget the fault when it was its last."""
        planned.struck += 1
        if planned.spent:
            self._forget(planned)

    # The door: whoever takes connections is told when harm to them is planned or over.

    def watch_door(self, tell: Callable[[], None]) -> Callable[[], None]:
        """Have a function called whenever faults at the door come or go; returns what puts an end to that."""
        self._watchers.append(tell)

        def stop() -> None:
            if tell in self._watchers:
                self._watchers.remove(tell)

        return stop

    def shutting(self) -> PlannedFault | None:
        """Return the fault that keeps the door shut, if there is one."""
        return next((planned for planned in self._door if planned.fault.kind is FaultKind.SHUT), None)

    def begin(self, planned: PlannedFault) -> None:
        """Count that a SHUT has begun; it stays in the plan until its `end`."""
        if not planned.struck:
            planned.seen = planned.struck = 1

    def end(self, planned: PlannedFault) -> None:
        """Let a SHUT be over."""
        self._forget(planned)

    def drop(self, planned: PlannedFault) -> None:
        """Take a fault out of the plan and remember nothing of it."""
        self.cancel(planned)
        if planned in self._spent:
            self._spent.remove(planned)

    def _tell_the_door(self) -> None:
        for tell in tuple(self._watchers):
            tell()

    def _forget(self, planned: PlannedFault) -> None:
        if planned in self._door:
            self._door.remove(planned)
            self._spent.append(planned)
            self.at_door = bool(self._door)
            self._tell_the_door()
            return
        faults = self._plans.get(planned.fault.key, [])
        if planned in faults:
            faults.remove(planned)
            self._spent.append(planned)
        if not faults:
            self._plans.pop(planned.fault.key, None)
        self.armed = bool(self._plans)
