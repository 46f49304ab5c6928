"""Mistakes of counting that show in how the numbers of several requests lie to each other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count
from weakref import WeakKeyDictionary

from harness.mutants.clock import Clock
from harness.mutants.keyring import Household, NoncePlan, Nonces, Ring
from harness.mutants.knobs import Knobs
from harness.mutants.messages import Wanted
from harness.mutants.mistakes.mistake import EVERYTHING, RISING, STAMPED, Mistake
from harness.mutants.mistakes.turns import always_one_at_a_time
from signer import Credentials, RisingNonces

_FIVE_MINUTES_MS = 300_000
_APART_MS = 400_000


def _reads_in_seconds() -> Knobs:
    """Return a client whose reads have nonces in seconds, and whose changes have them in milliseconds."""
    local = threading.local()

    def wanted(right: Wanted) -> Wanted:
        local.read = not right.changes_state
        return right

    def nonces(plan: NoncePlan) -> Nonces:
        slow, fast = RisingNonces(lambda: plan.clock.now_ms() // 1000), RisingNonces(plan.clock.now_ms)
        return lambda: slow() if getattr(local, "read", False) else fast()

    return Knobs(wanted=wanted, nonces=nonces)


def _through_a_float(plan: NoncePlan) -> Nonces:
    return lambda: int(plan.clock.now_s() * 1e9)


def _counter_for_each_session() -> Knobs:
    """Return a client in which each session has a counter of its own, minutes above that of the session before."""
    sessions = count()

    def ring(household: Household, dialect: str, credentials: Credentials, make: Callable[[], Ring]) -> Ring:
        return make()

    def nonces(plan: NoncePlan) -> Nonces:
        return count(plan.clock.now_ms() + next(sessions) * _APART_MS).__next__

    return Knobs(ring=ring, nonces=nonces)


def _moment_of_opening() -> Knobs:
    """Return a client that reads its clock once for each session."""
    opened: WeakKeyDictionary[Clock, int] = WeakKeyDictionary()

    def moment(clock: Clock) -> Callable[[], int]:
        return lambda: opened.setdefault(clock, clock.now_ms())

    return Knobs(moment=moment, turn=always_one_at_a_time)


def _off_by(shift_ms: int) -> Callable[[], Knobs]:
    return lambda: Knobs(moment=lambda clock: lambda: clock.now_ms() + shift_ms)


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="reads-in-seconds",
        kills="NONCE-001",
        diagnoses=("NONCE-IN-SECONDS",),
        summary="Reads count their nonces in seconds, and changes in milliseconds.",
        knobs=_reads_in_seconds,
        dialects=RISING,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="nonce-through-a-float",
        kills="NONCE-003",
        diagnoses=("NONCE-ROUNDED-BY-FLOAT",),
        summary="The nonce is the clock as a float, multiplied until it counts nanoseconds.",
        knobs=lambda: Knobs(nonces=_through_a_float),
        dialects=RISING,
        collateral=EVERYTHING,
        forms=("in-process",),
    ),
    Mistake(
        name="counter-for-each-session",
        kills="CONC-004",
        diagnoses=("NONCE-COUNTED-TWICE-OVER",),
        summary="Two sessions with one key count their nonces each by itself, minutes apart.",
        knobs=_counter_for_each_session,
        dialects=RISING,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="timestamp-of-the-opening",
        kills="TIME-002",
        diagnoses=("TIMESTAMP-NOT-RENEWED",),
        summary="The timestamp is taken when a session is first used, and serves all its calls.",
        knobs=_moment_of_opening,
        dialects=STAMPED,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="clock-five-minutes-behind",
        kills="TIME-001",
        diagnoses=("CLOCK-BEHIND",),
        summary="The client's clock is five minutes behind.",
        knobs=_off_by(-_FIVE_MINUTES_MS),
        dialects=STAMPED,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="clock-five-minutes-ahead",
        kills="TIME-001",
        diagnoses=("CLOCK-AHEAD",),
        summary="The client's clock is five minutes ahead.",
        knobs=_off_by(_FIVE_MINUTES_MS),
        dialects=STAMPED,
        collateral=EVERYTHING,
    ),
)
