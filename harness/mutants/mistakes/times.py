"""Mistakes of timestamps: the family TIME."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parsedate_to_datetime

from harness.mutants.attempt import Attempt
from harness.mutants.clock import Clock, pause
from harness.mutants.failures import Failure
from harness.mutants.knobs import Knobs
from harness.mutants.messages import Answer, Json, Wanted
from harness.mutants.mistakes.mistake import EVERYTHING, STAMPED, Mistake
from harness.mutants.mistakes.turns import always_one_at_a_time, spinning
from harness.mutants.retrying import is_transient


def _shifted(shift_ms: int) -> Callable[[Clock], Callable[[], int]]:
    return lambda clock: lambda: clock.now_ms() + shift_ms


def _in_seconds(clock: Clock) -> Callable[[], str]:
    return lambda: str(clock.now_ms() // 1000)


def _before_the_turn(clock: Clock) -> Callable[[], int]:
    now_ms = clock.now_ms()
    return lambda: now_ms


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


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="timestamp-in-seconds",
        kills="TIME-001",
        diagnoses=("TIMESTAMP-IN-SECONDS",),
        summary="The timestamp counts seconds.",
        knobs=lambda: Knobs(moment=_in_seconds),
        dialects=STAMPED,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="timestamp-in-local-time",
        kills="TIME-001",
        diagnoses=("TIMESTAMP-IN-LOCAL-TIME",),
        summary="The timestamp is that of a time zone two hours east.",
        knobs=lambda: Knobs(moment=_shifted(7_200_000)),
        dialects=STAMPED,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="timestamp-before-the-turn",
        kills="TIME-002",
        diagnoses=("TIMESTAMP-TAKEN-TOO-EARLY",),
        summary="The timestamp is taken before the call waits for its turn.",
        knobs=lambda: Knobs(moment=_before_the_turn, turn=always_one_at_a_time),
        dialects=STAMPED,
        collateral=("CONC-*", "TIME-*"),
    ),
    Mistake(
        name="timestamp-kept-for-the-retry",
        kills="TIME-003",
        diagnoses=("RETRY-NOT-STAMPED-ANEW",),
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
        diagnoses=("TIME-RETRY-SPINS",),
        summary="A call refused for its timestamp is tried again at once, and again.",
        knobs=spinning("timestamp"),
        dialects=STAMPED,
        collateral=("RETRY-*", "ERR-*", "TIME-*"),
    ),
)
