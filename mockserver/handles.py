"""What a user of the Python face holds in hand: a key, a fault, the clock, the journal."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from mockserver.clock import Clock
from mockserver.core.exchange import Exchange
from mockserver.core.faults import Fault, FaultKind, Phase, PlannedFault
from mockserver.core.journal import Entry
from mockserver.core.planning import Names, fault_of
from mockserver.core.selection import Selection
from mockserver.wire.showing import Showing
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
    def number(self) -> int:
        """Its number in the plan, by which control knows it too."""
        return self._planned.number

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

    @property
    def spent(self) -> bool:
        """Whether it will never strike again."""
        return self._planned.spent

    def schedule(self, length: int) -> tuple[int, ...]:
        """Return which of the first so many matching requests it strikes, from 1: known before any of them comes."""
        return self._planned.fault.schedule(length)

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
        at: str | Phase | None = None,
        key: KeyLike | None = None,
        operation: Names = None,
        endpoint: Names = None,
        times: int | None = 1,
        skip: int = 0,
        every: int = 1,
        probability: float | None = None,
        seed: int = 0,
        **settings: object,
    ) -> FaultHandle:
        """Plan a fault.

        Args:
            fault: What happens: a name of `FaultKind`.
            at: Where: `before_gate`, `before_handler`, `after_handler` or `at_connect`; None for where it usually does,
                which is after the handler for most.
            key: The key it is for; None for any, and for public calls.
            operation: The operation of the client contract that it is for, or several; None for any.
            endpoint: The dialect's endpoint that it is for, or several; None for any.
            times: How often it strikes; None for ever.
            skip: How many matching requests pass unharmed first.
            every: Each so-manieth of the others is struck.
            probability: How likely each of those is; which ones follows from `seed` and their number alone.
            seed: Of the probability.
            settings: By kind, as `core/fault_kinds.py` lists them.

        Raises:
            SettingsError: There is no such fault, place or endpoint, or a setting makes no sense.
        """
        planned_fault = fault_of(
            fault=fault,
            at=at,
            key=None if key is None else key_name(key),
            operation=operation,
            endpoint=endpoint,
            times=times,
            skip=skip,
            every=every,
            probability=probability,
            seed=seed,
            settings=settings,
            served=self._exchange.dialect.endpoints,
        )
        planned = PlannedFault(planned_fault)
        self._call(lambda: self._exchange.faults.enter(planned))
        return FaultHandle(planned, self._remove)

    def all(self) -> tuple[FaultHandle, ...]:
        """Return every fault that may still strike, and the newest thousand that will not, in the order of planning."""
        return tuple(FaultHandle(planned, self._remove) for planned in self._exchange.faults.known())

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


class JournalView:
    """The journal, for reading from any thread."""

    def __init__(self, exchange: Exchange) -> None:
        self._journal = exchange.journal
        self._showing = Showing(exchange)

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

    def select(
        self,
        *,
        key: KeyLike | None = None,
        operation: str | None = None,
        endpoint: str | None = None,
        refusal: str | None = None,
        since: int = 0,
        limit: int | None = None,
    ) -> tuple[Entry, ...]:
        """Return the entries that have all of this in common, oldest first; None stands for whatever it is.

        Args:
            key: The API key that they name.
            operation: The operation of the contract that they serve.
            endpoint: The dialect's endpoint that they went to.
            refusal: Why they were refused; `any` for those that were, `none` for those that were not.
            since: A number that theirs is greater than.
            limit: So many at most.
        """
        name = None if key is None else key_name(key)
        chosen = Selection(key=name, operation=operation, endpoint=endpoint, refusal=refusal, since=since)
        return tuple(chosen.of(self._journal)[:limit])

    def __iter__(self) -> Iterator[Entry]:
        """Go through every entry that is kept, oldest first."""
        return iter(self._journal.all())

    def __len__(self) -> int:
        """Return how many entries are kept."""
        return len(self._journal.all())

    def objects(self, entries: Iterable[Entry] | None = None) -> list[dict[str, object]]:
        """Return entries as JSON data, as control shows them: every stage, and no secret; None for all."""
        return [self._showing.page(entry) for entry in self._chosen(entries)]

    def json_lines(self, entries: Iterable[Entry] | None = None) -> str:
        """Return entries as lines of JSON."""
        return "".join(self._showing.lines(self._chosen(entries)))

    def har(self, entries: Iterable[Entry] | None = None, *, url: str = "http://localhost") -> dict[str, object]:
        """Return entries as a HAR 1.2 document, which the tools of browsers open.

        Args:
            entries: Which; None for all.
            url: Scheme, host and port for requests that named no host.
        """
        return self._showing.har(self._chosen(entries), url)

    def curl(self, entry: Entry, *, url: str = "http://localhost") -> str:
        """Return the command that sends an entry's request to an exchange again, behind what to know of it."""
        return self._showing.curl(entry, url)

    def _chosen(self, entries: Iterable[Entry] | None) -> Iterable[Entry]:
        return self._journal.all() if entries is None else entries

    def wait_past(self, number: int, *, timeout_s: float) -> bool:
        """Wait until there is an entry whose number is greater; tell whether one came in time."""
        arrived = threading.Event()
        stop = self._journal.on_arrival(arrived.set)
        try:
            return self._journal.total > number or (arrived.wait(timeout_s) and self._journal.total > number)
        finally:
            stop()


class ClockHandle:
    """The server's clock, settable from any thread; with a key, the time that this key is shown."""

    def __init__(self, clock: Clock, call: Callable[[Callable[[], object]], object]) -> None:
        self._clock = clock
        self._call = call

    def now_ms(self, key: KeyLike | None = None) -> int:
        """Return the server's time, milliseconds since the Unix epoch, as a key is shown it."""
        return self._clock.now_ms() if key is None else self._clock.now_for(key_name(key))

    @property
    def offset_ms(self) -> int:
        """How far ahead of the machine's clock it is."""
        return self._clock.offset_ms

    @property
    def drift_ppm(self) -> int:
        """By how many millionths it gains on the machine's clock."""
        return self._clock.drift_ppm

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return self._clock.frozen

    def shift(self, *, ms: int, key: KeyLike | None = None) -> None:
        """Go ahead (or back) by so much, relative to now."""
        if key is None:
            self._call(lambda: self._clock.shift(ms=ms))
        else:
            name = key_name(key)
            self._call(lambda: self._clock.shift_key(name, ms=ms))

    def set_offset(self, *, ms: int, key: KeyLike | None = None) -> None:
        """Run this far ahead of the machine's clock, whatever was before; a key, of the server's."""
        if key is None:
            self._call(lambda: self._clock.set_offset(ms=ms))
        else:
            name = key_name(key)
            self._call(lambda: self._clock.set_key_offset(name, ms=ms))

    def drift(self, *, ppm: int, key: KeyLike | None = None) -> None:
        """Gain so many millionths from now on: 20 000 is two per cent. A key's time drifts from the server's."""
        if key is None:
            self._call(lambda: self._clock.drift(ppm=ppm))
        else:
            name = key_name(key)
            self._call(lambda: self._clock.drift_key(name, ppm=ppm))

    def forget(self, key: KeyLike) -> None:
        """Show a key the server's own time again."""
        name = key_name(key)
        self._call(lambda: self._clock.forget_key(name))

    def step(self, *, to_ms: int) -> None:
        """Jump to a moment and go on from there."""
        self._call(lambda: self._clock.step(to_ms=to_ms))

    def freeze(self, ms: int | None = None) -> None:
        """Stand still at a moment, or at this one."""
        self._call(lambda: self._clock.freeze(ms))

    def run(self) -> None:
        """Go on from where it stands."""
        self._call(self._clock.run)
