"""What a user of the Python face holds in hand: a key, a fault, the clock, the journal."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from mockserver.clock import Clock
from mockserver.core.exchange import Exchange
from mockserver.core.faults import Fault, FaultKind, Phase, PlannedFault
from mockserver.core.journal import Entry
from mockserver.core.refusals import Refusal
from mockserver.errors import SettingsError
from signer import Credentials

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHandle:
    """An API key that was handed out; its repr keeps the secret.

    Attributes:
        key: The key.
        secret: Its secret.
        permissions: What it may do.
        account: The number of the account that it opens.
        activation: Of a key that was pending when it was handed out, what its activation link ends with.
    """

    key: str
    secret: str = field(repr=False)
    permissions: frozenset[str]
    account: int
    activation: str = field(default="", repr=False)

    @property
    def credentials(self) -> Credentials:
        """Key and secret, as the signer takes them."""
        return Credentials(key=self.key, secret=self.secret)


KeyLike: TypeAlias = "str | KeyHandle"


def key_name(key: KeyLike) -> str:
    """Return the key itself."""
    return key.key if isinstance(key, KeyHandle) else key


class FaultHandle:
    """A planned fault."""

    def __init__(self, planned: PlannedFault, remove: Callable[[PlannedFault], None]) -> None:
        self._planned = planned
        self._remove = remove

    @property
    def fault(self) -> Fault:
        """What is planned."""
        return self._planned.fault

    @property
    def seen(self) -> int:
        """How many requests have matched."""
        return self._planned.seen

    @property
    def struck(self) -> int:
        """How often it has struck; of a HOLD, how many batches were let go."""
        return self._planned.struck

    @property
    def batches(self) -> tuple[int, ...]:
        """Of a HOLD: how many requests each batch held."""
        return tuple(self._planned.batches)

    def remove(self) -> None:
        """Take it out of the plan. Requests that a HOLD keeps waiting are let go."""
        self._remove(self._planned)


class FaultBoard:
    """Where faults are planned."""

    def __init__(
        self, exchange: Exchange, call: Callable[[Callable[[], object]], object], let_go: Callable[[PlannedFault], None]
    ) -> None:
        self._exchange = exchange
        self._call = call
        self._let_go = let_go

    def add(
        self,
        *,
        fault: str | FaultKind,
        at: str | Phase = Phase.AFTER_HANDLER,
        key: KeyLike | None = None,
        operation: str | None = None,
        times: int | None = 1,
        skip: int = 0,
        **settings: object,
    ) -> FaultHandle:
        """Plan a fault.

        Args:
            fault: What happens: a name of `FaultKind`.
            at: Where: `before_gate`, `before_handler` or `after_handler`.
            key: The key it is for; None for any, and for public calls.
            operation: The operation of the client contract that it is for; None for any.
            times: How often it strikes; None for ever.
            skip: How many matching requests pass unharmed first.
            settings: By kind, as `Fault` lists them.

        Raises:
            SettingsError: There is no such fault or place.
        """
        planned_fault = fault_of(
            fault=fault,
            at=at,
            key=None if key is None else key_name(key),
            operation=operation,
            times=times,
            skip=skip,
            settings=settings,
        )
        planned = PlannedFault(planned_fault)
        self._call(lambda: self._exchange.faults.enter(planned))
        return FaultHandle(planned, self._remove)

    def clear(self, key: KeyLike | None = None) -> None:
        """Take every fault of a key out of the plan, or with None every fault there is."""
        name = None if key is None else key_name(key)

        def clear() -> None:
            for planned in self._exchange.faults.planned():
                if name is None or planned.fault.key == name:
                    self._exchange.faults.cancel(planned)
                    self._let_go(planned)

        self._call(clear)

    def _remove(self, planned: PlannedFault) -> None:
        def remove() -> None:
            self._exchange.faults.cancel(planned)
            self._let_go(planned)

        self._call(remove)


def fault_of(
    *,
    fault: str | FaultKind,
    at: str | Phase,
    key: str | None,
    operation: str | None,
    times: int | None,
    skip: int,
    settings: Mapping[str, object],
) -> Fault:
    """Return a fault from names that somebody typed.

    Raises:
        SettingsError: There is no such fault or place, or a setting makes no sense. Nobody may find that out only
            when the fault strikes, for then it would be taken for the client's doing.
    """
    try:
        kind, phase = FaultKind(fault), Phase(at)
    except ValueError as error:
        raise SettingsError(f"{error}: faults are {', '.join(FaultKind)}; places are {', '.join(Phase)}") from None
    if skip < 0 or (times is not None and times < 0):
        raise SettingsError("a fault cannot strike or pass less than zero times")
    _check(kind, settings)
    return Fault(kind=kind, phase=phase, key=key, operation=operation, skip=skip, times=times, settings=dict(settings))


#: The settings that are numbers, each with the least and the most that it may be.
_NUMBERS: Mapping[str, tuple[int, int]] = {
    "ms": (0, 86_400_000),
    "after": (-(2**31), 2**31),
    "status": (100, 999),
    "count": (1, 10_000),
    "piece": (1, 2**20),
    "retry_after_date_ms": (-(2**40), 2**40),
}


def _check(kind: FaultKind, settings: Mapping[str, object]) -> None:
    for name, (least, most) in _NUMBERS.items() if kind is not FaultKind.REFUSE else ():
        value = settings.get(name)
        if value is None:
            continue
        whole = isinstance(value, int) and not isinstance(value, bool)
        number = isinstance(value, int | float) and (whole or name in ("ms", "retry_after_date_ms"))
        if not (number and least <= float(str(value)) <= most):  # what is no number at all is not within them either
            raise SettingsError(f"{name} must be a number from {least} to {most}")
    order = settings.get("order", ())
    if not isinstance(order, list | tuple) or not all(type(index) is int for index in order):
        raise SettingsError("order must be a list of integers")
    if kind is FaultKind.REFUSE and settings.get("refusal", Refusal.UNAVAILABLE) not in tuple(Refusal):
        raise SettingsError(f"refusals are {', '.join(Refusal)}")


class JournalView:
    """The journal, for reading from any thread."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._journal = exchange.journal

    @property
    def last_number(self) -> int:
        """The number of the newest entry; 0 while there is none."""
        return self._journal.total

    @property
    def dropped(self) -> int:
        """How many entries had to go to make room."""
        return self._journal.dropped

    def of(self, key: KeyLike) -> tuple[Entry, ...]:
        """Return the entries of a key, oldest first."""
        return self._journal.of(key_name(key))

    def all(self) -> tuple[Entry, ...]:
        """Return every entry that is kept, oldest first."""
        return self._journal.all()

    def since(self, number: int) -> tuple[Entry, ...]:
        """Return the entries whose number is greater, oldest first."""
        return self._journal.since(number)

    def wait_past(self, number: int, *, timeout_s: float) -> bool:
        """Wait until there is an entry whose number is greater; tell whether one came in time."""
        arrived = threading.Event()
        stop = self._journal.on_arrival(arrived.set)
        try:
            return self._journal.total > number or (arrived.wait(timeout_s) and self._journal.total > number)
        finally:
            stop()


class ClockHandle:
    """The server's clock, settable from any thread."""

    def __init__(self, clock: Clock, call: Callable[[Callable[[], object]], object]) -> None:
        self._clock = clock
        self._call = call

    def now_ms(self) -> int:
        """Return the server's time, milliseconds since the Unix epoch."""
        return self._clock.now_ms()

    @property
    def offset_ms(self) -> int:
        """How far ahead of the machine's clock it is."""
        return self._clock.offset_ms

    def shift(self, *, ms: int) -> None:
        """Go ahead (or back) by so much, relative to now."""
        self._call(lambda: self._clock.shift(ms=ms))

    def set_offset(self, *, ms: int) -> None:
        """Run this far ahead of the machine's clock, whatever was before."""
        self._call(lambda: self._clock.set_offset(ms=ms))

    def step(self, *, to_ms: int) -> None:
        """Jump to a moment and go on from there."""
        self._call(lambda: self._clock.step(to_ms=to_ms))

    def freeze(self, ms: int | None = None) -> None:
        """Stand still at a moment, or at this one."""
        self._call(lambda: self._clock.freeze(ms))

    def run(self) -> None:
        """Go on from where it stands."""
        self._call(self._clock.run)
