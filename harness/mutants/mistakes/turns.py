"""What several mistakes do with turns and repetitions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from harness.mutants.attempt import Attempt
from harness.mutants.clock import Deadline
from harness.mutants.failures import Failure, Origin
from harness.mutants.keyring import Ring
from harness.mutants.knobs import Knobs
from harness.mutants.messages import Json
from harness.mutants.retrying import reads_twice_more


def spinning(kind: str) -> Callable[[], Knobs]:
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


@contextmanager
def always_one_at_a_time(ring: Ring, deadline: Deadline) -> Iterator[None]:
    """Let calls follow one another even where nothing asks for it."""
    if not ring.lock.acquire(timeout=deadline.left_s()):
        raise Failure("timeout", "the calls before did not end in time", origin=Origin.TRANSPORT)
    try:
        yield
    finally:
        ring.lock.release()
