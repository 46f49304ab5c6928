"""Mistakes of waiting before a retry: the row RETRY-008."""

from __future__ import annotations

import random
from collections.abc import Callable

from harness.mutants.attempt import Attempt
from harness.mutants.clock import pause
from harness.mutants.failures import Failure
from harness.mutants.knobs import Knobs
from harness.mutants.messages import Json
from harness.mutants.mistakes.mistake import Mistake
from harness.mutants.retrying import is_transient


def _trying_again(*waits: Callable[[], float]) -> Callable[[], Knobs]:
    def attempts(attempt: Attempt) -> Json:
        for wait in waits if attempt.account.retries and not attempt.wanted.changes_state else ():
            try:
                return attempt.transmit()
            except Failure as failure:
                seconds = max(wait(), failure.retry_after_s or 0.0)
                if not is_transient(failure) or not attempt.deadline.allows(seconds):
                    raise
                pause(seconds)
        return attempt.transmit()

    return lambda: Knobs(attempts=attempts)


def _evenly() -> float:
    return 0.06 * (0.9 + random.random() / 5)


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="retries-evenly-spaced",
        kills="RETRY-008",
        diagnoses=("RETRY-PAUSES-DO-NOT-GROW",),
        summary="The pause before a retry is as long the third time as the first.",
        knobs=_trying_again(_evenly, _evenly, _evenly),
        collateral=("RETRY-*",),
    ),
    Mistake(
        name="retries-at-once",
        kills="RETRY-008",
        diagnoses=("RETRY-PAUSES-DO-NOT-GROW",),
        summary="A read that failed is repeated without any pause.",
        knobs=_trying_again(lambda: 0.0, lambda: 0.0),
        collateral=("RETRY-*",),
    ),
    Mistake(
        name="retries-in-step",
        kills="RETRY-008",
        diagnoses=("RETRY-PAUSES-WITHOUT-JITTER",),
        summary="All sessions that failed together try again together.",
        knobs=_trying_again(lambda: 0.02, lambda: 0.5),
        collateral=("RETRY-*", "CONN-*", "ERR-*"),
    ),
)
