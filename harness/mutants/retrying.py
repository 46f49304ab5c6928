"""When a request is tried again: never if it may change something, and never as the same bytes."""

from __future__ import annotations

import random

from harness.mutants.attempt import Attempt
from harness.mutants.clock import pause
from harness.mutants.failures import Failure, Origin
from harness.mutants.messages import Json

MORE_TRIES = 2
FIRST_PAUSE_S = 0.02
#: Whoever may be back in a moment.
TRANSIENT = frozenset({502, 503, 504})


def is_transient(failure: Failure) -> bool:
    """Tell whether a failure may be gone in a moment: a gateway's status, or a connection that ended."""
    if failure.origin is Origin.TRANSPORT:
        return failure.kind == "network"
    return failure.status in TRANSIENT


def reads_twice_more(attempt: Attempt) -> Json:
    """Try a read up to three times, stamped and signed anew each time; anything else once.

    Pauses grow and are drawn, and what the exchange asks for by `Retry-After` is obeyed; where the call's time does
    not allow that, the failure is reported at once.
    """
    tries = MORE_TRIES if attempt.account.retries and not attempt.wanted.changes_state else 0
    for number in range(tries):
        try:
            return attempt.transmit()
        except Failure as failure:
            if not is_transient(failure):
                raise
            wait_s = FIRST_PAUSE_S * 2**number * (0.5 + random.random())
            if failure.retry_after_s is not None:
                wait_s = max(wait_s, failure.retry_after_s)
            if not attempt.deadline.allows(wait_s):
                raise
            pause(wait_s)
    return attempt.transmit()


def just_once(attempt: Attempt) -> Json:
    """Send it as a new request, and leave it at that."""
    return attempt.transmit()
