"""Mistakes of nonces, timestamps and restarts: the families NONCE, TIME and PERS."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime

from harness.mutants.attempt import Attempt
from harness.mutants.clock import Clock, Deadline, pause
from harness.mutants.failures import Failure, Origin
from harness.mutants.keyring import NoncePlan, Nonces, Notes, Ring, documented_nonces
from harness.mutants.knobs import Knobs
from harness.mutants.messages import Account, Answer, Json, Wanted
from harness.mutants.mistakes.mistake import RANDOM, RISING, STAMPED, Mistake
from harness.mutants.retrying import is_transient, reads_twice_more
from signer import PersistentNonces, RandomNonces, RisingNonces

#: What goes with nonces that the exchange often refuses.
REFUSED = ("*",)


class Reusing:
    """Nonces of another source; one that was given back comes again."""

    def __init__(self, nonces: Nonces) -> None:
        self._nonces = nonces
        self._back: list[int | str] = []
        self._last: int | str = 0

    def __call__(self) -> int | str:
        """Return the one given back, else a new one."""
        self._last = self._back.pop() if self._back else self._nonces()
        return self._last

    def give_back(self) -> None:
        """Take the last one back."""
        self._back = [self._last]


def _each_twice(plan: NoncePlan) -> Nonces:
    nonces = documented_nonces(plan)
    spare: list[int | str] = []

    def draw() -> int | str:
        if spare:
            return spare.pop()
        spare.append(nonces())
        return spare[0]

    return draw


def _drawn(plan: NoncePlan) -> Nonces:
    chance = random.SystemRandom()
    return lambda: chance.randrange(10**12, 2 * 10**12)


def _in(unit_ms: float) -> Callable[[], Knobs]:
    """Return nonces that are the clock in some unit, and nothing else."""
    return lambda: Knobs(nonces=lambda plan: lambda: int(plan.clock.now_ms() / unit_ms))


def _as_a_float(plan: NoncePlan) -> Nonces:
    nonces = documented_nonces(plan)
    return lambda: str(float(nonces()))


def _near_the_end(plan: NoncePlan) -> Nonces:
    begin, since = 8_950_000_000_000_000_000, 1_735_689_600_000
    return RisingNonces(lambda: begin + (plan.clock.now_ms() - since) * 1_000_000)


def _given_back(ring: Ring, failure: Failure) -> None:
    if isinstance(ring.nonces, Reusing):
        ring.nonces.give_back()


def _of_length(length: int) -> Callable[[], Knobs]:
    return lambda: Knobs(nonces=lambda plan: RandomNonces(random.SystemRandom().randbytes, length=length))


def _misnamed(kinds: tuple[str, ...], name: str) -> Callable[[], Knobs]:
    def outcome(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
        if failure.kind in kinds and failure.origin is Origin.REFUSAL:
            failure.kind = name
        return failure

    return lambda: Knobs(outcome=outcome)


def _spinning(kind: str) -> Callable[[], Knobs]:
    """Return a client that tries a refused call again at once, and again."""

    def attempts(attempt: Attempt) -> Json:
        for _ in range(40):
            try:
                return reads_twice_more(attempt)
            except Failure as failure:
                if failure.kind != kind or not attempt.deadline.allows(0.1):
                    raise
        return attempt.transmit()

    return lambda: Knobs(attempts=attempts)


def _shifted(shift_ms: int) -> Callable[[Clock], Callable[[], int]]:
    return lambda clock: lambda: clock.now_ms() + shift_ms


def _in_seconds(clock: Clock) -> Callable[[], str]:
    return lambda: str(clock.now_ms() // 1000)


def _before_the_turn(clock: Clock) -> Callable[[], int]:
    now_ms = clock.now_ms()
    return lambda: now_ms


@contextmanager
def always_one_at_a_time(ring: Ring, deadline: Deadline) -> Iterator[None]:
    """Let calls follow one another even where nothing asks for it."""
    if not ring.lock.acquire(timeout=deadline.left_s()):
        raise Failure("timeout", "the calls before did not end in time", origin=Origin.TRANSPORT)
    try:
        yield
    finally:
        ring.lock.release()


def _old_stamp(attempt: Attempt) -> Json:
    for _ in range(2):
        try:
            return attempt.transmit(timestamp=attempt.timestamp)
        except Failure as failure:
            if attempt.wanted.changes_state or not is_transient(failure):
                raise
            pause(0.01)
    return attempt.transmit(timestamp=attempt.timestamp)


def _mistrustful(parsed: Json, answer: Answer, wanted: Wanted, clock: Clock) -> Json:
    theirs = parsedate_to_datetime(answer.headers["date"]).timestamp()
    if abs(theirs - clock.now_s()) > 10:
        raise Failure("timestamp", "the exchange's clock and ours differ by more than ten seconds")
    return parsed


def _from_one(plan: NoncePlan) -> Nonces:
    return RisingNonces(lambda: 0)


class AtClosing:
    """A counter that is noted when the session is closed, and only then."""

    def __init__(self, notes: Notes | None) -> None:
        self._notes = notes
        self._last = notes.load() if notes is not None else 0

    def __call__(self) -> int:
        """Return the next number."""
        self._last += 1
        return self._last

    def note(self) -> None:
        """Write the last one down."""
        if self._notes is not None:
            self._notes.store(self._last)


def _noted_at_closing(ring: Ring) -> None:
    if isinstance(ring.nonces, AtClosing):
        ring.nonces.note()


def _in_memory(plan: NoncePlan) -> Nonces:
    return RisingNonces(plan.clock.now_ms)


def _credulous(plan: NoncePlan) -> Nonces:
    notes = plan.notes
    if notes is None:
        return RisingNonces(plan.clock.now_ms)

    def load() -> int:
        noted = notes.load()
        return 0 if noted > plan.clock.now_ms() // 2 else noted

    def store(last: int) -> None:
        notes.store(last)

    return PersistentNonces(lambda: 0, load=load, store=store, stretch=0)


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="nonce-drawn",
        kills="NONCE-001",
        summary="Nonces are random numbers where rising ones are asked for.",
        knobs=lambda: Knobs(nonces=_drawn),
        dialects=RISING,
        collateral=REFUSED,
    ),
    Mistake(
        name="nonce-used-twice",
        kills="NONCE-002",
        summary="Every nonce serves two calls.",
        knobs=lambda: Knobs(nonces=_each_twice),
        collateral=REFUSED,
    ),
    Mistake(
        name="nonce-in-seconds",
        kills="NONCE-003",
        summary="The nonce is the clock in seconds.",
        knobs=_in(1000),
        dialects=RISING,
        collateral=REFUSED,
    ),
    Mistake(
        name="nonce-is-the-clock",
        kills="NONCE-003",
        summary="The nonce is the clock in milliseconds, and two calls may meet in one.",
        knobs=_in(1),
        dialects=RISING,
        collateral=REFUSED,
        forms=("in-process",),
    ),
    Mistake(
        name="nonce-as-a-float",
        kills="NONCE-004",
        summary="The nonce is a float, and is printed like one.",
        knobs=lambda: Knobs(nonces=_as_a_float),
        dialects=RISING,
        collateral=REFUSED,
    ),
    Mistake(
        name="nonce-outgrows-its-range",
        kills="NONCE-005",
        summary="Nonces begin so high that they leave the range of 64 bits within ten years.",
        knobs=lambda: Knobs(nonces=_near_the_end),
        dialects=RISING,
        collateral=("PERS-*",),
    ),
    Mistake(
        name="nonce-kept-after-a-failure",
        kills="NONCE-006",
        summary="The nonce of a failed call is used for the next.",
        knobs=lambda: Knobs(nonces=lambda plan: Reusing(documented_nonces(plan)), after_failure=_given_back),
        collateral=REFUSED,
    ),
    Mistake(
        name="nonce-of-44-characters",
        kills="NONCE-008",
        summary="The random nonce has 44 characters.",
        knobs=_of_length(44),
        dialects=RANDOM,
    ),
    Mistake(
        name="nonce-of-8-characters",
        kills="NONCE-008",
        summary="The random nonce has 8 characters.",
        knobs=_of_length(8),
        dialects=RANDOM,
    ),
    Mistake(
        name="nonce-refusal-misnamed",
        kills="NONCE-010",
        summary="A refused nonce is reported as wrong credentials.",
        knobs=_misnamed(("nonce",), "authentication"),
        dialects=RISING,
        collateral=("ERR-003", "NONCE-011"),
    ),
    Mistake(
        name="nonce-refusal-spins",
        kills="NONCE-011",
        summary="A refused nonce is tried again at once, and again.",
        knobs=_spinning("nonce"),
        dialects=RISING,
        collateral=("NONCE-010", "RETRY-*", "ERR-*"),
    ),
    Mistake(
        name="timestamp-in-seconds",
        kills="TIME-001",
        summary="The timestamp counts seconds.",
        knobs=lambda: Knobs(moment=_in_seconds),
        dialects=STAMPED,
        collateral=REFUSED,
    ),
    Mistake(
        name="timestamp-in-local-time",
        kills="TIME-001",
        summary="The timestamp is that of a time zone two hours east.",
        knobs=lambda: Knobs(moment=_shifted(7_200_000)),
        dialects=STAMPED,
        collateral=REFUSED,
    ),
    Mistake(
        name="timestamp-before-the-turn",
        kills="TIME-002",
        summary="The timestamp is taken before the call waits for its turn.",
        knobs=lambda: Knobs(moment=_before_the_turn, turn=always_one_at_a_time),
        dialects=STAMPED,
        collateral=("CONC-*", "TIME-*"),
    ),
    Mistake(
        name="timestamp-kept-for-the-retry",
        kills="TIME-003",
        summary="A retry carries the timestamp of the first attempt.",
        knobs=lambda: Knobs(attempts=_old_stamp),
        dialects=STAMPED,
        collateral=("RETRY-*", "RATE-002"),
    ),
    Mistake(
        name="skew-not-tolerated",
        kills="TIME-004",
        summary="An exchange whose clock is ten seconds off is not trusted.",
        knobs=lambda: Knobs(document=_mistrustful),
        dialects=STAMPED,
        collateral=("TIME-*",),
    ),
    Mistake(
        name="time-refusal-spins",
        kills="TIME-005",
        summary="A call refused for its timestamp is tried again at once, and again.",
        knobs=_spinning("timestamp"),
        dialects=STAMPED,
        collateral=("RETRY-*", "ERR-*", "TIME-*"),
    ),
    Mistake(
        name="nonce-counts-from-one",
        kills="PERS-001",
        summary="Nonces count from one at every start.",
        knobs=lambda: Knobs(nonces=_from_one),
        dialects=RISING,
        collateral=("PERS-*", "NONCE-*"),
        forms=("program",),
    ),
    Mistake(
        name="nonce-noted-at-closing",
        kills="PERS-002",
        summary="The last nonce is written down when the session is closed, and not before.",
        knobs=lambda: Knobs(nonces=lambda plan: AtClosing(plan.notes), closed=_noted_at_closing),
        dialects=RISING,
        collateral=("PERS-*", "NONCE-*", "CONC-*"),
        forms=("program",),
    ),
    Mistake(
        name="nonce-not-written-down",
        kills="PERS-003",
        summary="Nonces follow the clock and are remembered by nobody.",
        knobs=lambda: Knobs(nonces=_in_memory),
        dialects=RISING,
        collateral=("PERS-*",),
        forms=("program",),
    ),
    Mistake(
        name="damaged-note-is-no-note",
        kills="PERS-004",
        summary="A damaged note of the last nonce counts as none, and counting begins anew.",
        knobs=lambda: Knobs(nonces=_credulous),
        dialects=RISING,
        collateral=("PERS-*",),
        forms=("program",),
    ),
)
