"""The fault plan: what, when, how often, and how much of it has struck."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FaultKind(StrEnum):
    """Planned harm, by the names that outsiders type."""

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


class Phase(StrEnum):
    """Where a fault strikes: nothing judged yet; the nonce spent, no effect; the effect stands, the answer does not."""

    BEFORE_GATE = "before_gate"
    BEFORE_HANDLER = "before_handler"
    AFTER_HANDLER = "after_handler"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One planned harm.

    Attributes:
        kind: What happens. DROP_ANSWER closes the connection where the answer should have been; BODY replaces the
            answer's body, status and content type, each where it is given; REFUSE answers with a refusal of the
            dialect's table; HOLD keeps requests until `count` of them wait or `ms` have passed, then lets them go in
            `order`.
        phase: Where.
        key: The API key it is for; None for any (and for public calls).
        operation: The operation of the contract it is for; None for any.
        skip: How many matching requests pass unharmed first.
        times: How often it strikes; None for ever.
        settings: By kind: `ms` (DELAY, STALL, HOLD; STALL without it never ends), `status` and `body` ("json", "html",
            "empty"; STATUS), `location` and `status` (REDIRECT), `after` (bytes, counted from the end where negative;
            TRUNCATE, STALL, RESET, CLOSE), `body` (bytes as latin-1 text), `status`, `content_type` (BODY), `refusal`
            and `variant` and fact names (REFUSE), `count`, `order` (HOLD), `retry_after` (as it is sent) or
            `retry_after_date_ms` (a date so many ms from now; STATUS), `piece` (bytes) and `chunked` (SLOW_DRIP).
    """

    kind: FaultKind
    phase: Phase
    key: str | None = None
    operation: str | None = None
    skip: int = 0
    times: int | None = 1
    settings: Mapping[str, object] = field(default_factory=dict)


#: Kinds after which a request goes on its way; every other kind settles what is answered.
PASSING = frozenset({FaultKind.DELAY, FaultKind.EARLY_HINTS, FaultKind.HOLD})


class PlannedFault:
    """A fault in the plan, and how much of it has happened.

    Attributes:
        fault: What is planned.
        seen: How many requests have matched.
        struck: How often it has struck; of a HOLD, how many batches were let go.
        batches: For a HOLD: how many requests each batch held.
    """

    __slots__ = ("batches", "cancelled", "fault", "seen", "struck")

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.seen = 0
        self.struck = 0
        self.batches: list[int] = []
        self.cancelled = False

    @property
    def spent(self) -> bool:
        """Whether it will never strike again."""
        return self.cancelled or (self.fault.times is not None and self.struck >= self.fault.times)


class FaultPlan:
    """All faults that are planned, in the order in which they were; empty nearly always, and then free."""

    def __init__(self) -> None:
        self._plans: dict[str | None, list[PlannedFault]] = {}

    @property
    def armed(self) -> bool:
        """Whether anything may still strike."""
        return bool(self._plans)

    def add(self, fault: Fault) -> PlannedFault:
        """Plan a fault."""
        return self.enter(PlannedFault(fault))

    def enter(self, planned: PlannedFault) -> PlannedFault:
        """Enter a planned fault that its owner already holds."""
        if not planned.spent:
            self._plans.setdefault(planned.fault.key, []).append(planned)
        return planned

    def cancel(self, planned: PlannedFault) -> None:
        """Take a fault out of the plan; what it did stays counted."""
        planned.cancelled = True
        self._forget(planned)

    def clear(self, key: str | None = None) -> None:
        """Take out every fault of a key, or with None every fault there is."""
        for planned in [planned for faults in self._plans.values() for planned in faults]:
            if key is None or planned.fault.key == key:
                self.cancel(planned)

    def planned(self) -> tuple[PlannedFault, ...]:
        """Return the faults that may still strike."""
        return tuple(planned for faults in self._plans.values() for planned in faults)

    def meet(self, phase: Phase, key: str | None, operation: str | None) -> tuple[PlannedFault, ...]:
        """Return what strikes a request that has come to a phase, and count it.

        Passing kinds come first to last up to and with the first fault that settles the answer; what lies behind that
        one is neither counted as seen nor as struck. A HOLD is counted by whoever lets its batch go (`let_go`).

        Args:
            phase: Where the request is.
            key: The API key it names; None for a public call.
            operation: The operation it serves, if any.
        """
        striking: list[PlannedFault] = []
        for planned in [*self._plans.get(key, ()), *(self._plans.get(None, ()) if key is not None else ())]:
            fault = planned.fault
            if fault.phase is not phase or (fault.operation is not None and fault.operation != operation):
                continue
            planned.seen += 1
            if planned.seen <= fault.skip:
                continue
            striking.append(planned)
            if fault.kind is not FaultKind.HOLD:
                self.count(planned)
            if fault.kind not in PASSING:
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

    def _forget(self, planned: PlannedFault) -> None:
        faults = self._plans.get(planned.fault.key, [])
        if planned in faults:
            faults.remove(planned)
        if not faults:
            self._plans.pop(planned.fault.key, None)
