"""Mistakes of calls made together: the family CONC."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from harness.mutants.clock import Clock, Deadline, pause
from harness.mutants.failures import Failure, Origin
from harness.mutants.keyring import Household, NoncePlan, Nonces, Ring
from harness.mutants.knobs import Knobs
from harness.mutants.messages import Answer, Json, Wanted
from harness.mutants.mistakes.mistake import RISING, Mistake
from harness.mutants.mistakes.turns import always_one_at_a_time
from harness.mutants.transport import Wiring
from signer import Credentials, RisingNonces


class Racing:
    """A counter that is read, and a moment later written."""

    def __init__(self, begin: int, *, as_text: bool) -> None:
        self._last = begin
        self._as_text = as_text

    def __call__(self) -> int | str:
        """Return one more than was read."""
        following = self._last + 1
        pause(0.002)
        self._last = following
        return f"{following:032d}" if self._as_text else following


def _racing(plan: NoncePlan) -> Nonces:
    rule = plan.scheme.nonce_rule
    return Racing(plan.clock.now_ms() * 1000, as_text=rule is None or not rule.rising)


@contextmanager
def anybodys_turn(ring: Ring, deadline: Deadline) -> Iterator[None]:
    """Let everybody send at once."""
    yield


def _last_in_the_box(mailbox: list[Answer], answer: Answer) -> Answer:
    mailbox[:] = [answer]
    pause(0.01)
    return mailbox[0]


def _own_ring(household: Household, dialect: str, credentials: Credentials, make: Callable[[], Ring]) -> Ring:
    return make()


def _from_the_opening(plan: NoncePlan) -> Nonces:
    opened_ms = plan.clock.now_ms()
    return RisingNonces(lambda: opened_ms)


def _lock_kept(ring: Ring, failure: Failure) -> None:
    if failure.kind == "timeout":
        ring.lock.acquire(timeout=1)


def released_unless(stuck: Callable[[Failure], bool]) -> Callable[[], Knobs]:
    """Return a client that gives its lock back when it has read its answer, or failed in other ways than some."""
    return lambda: _stuck_by(stuck)


def _stuck_by(stuck: Callable[[Failure], bool]) -> Knobs:
    held = threading.local()

    def release() -> None:
        ring: Ring | None = getattr(held, "ring", None)
        if ring is not None:
            held.ring = None
            ring.lock.release()

    @contextmanager
    def turn(ring: Ring, deadline: Deadline) -> Iterator[None]:
        if not ring.lock.acquire(timeout=deadline.left_s()):
            raise Failure("timeout", "the calls before did not end in time", origin=Origin.TRANSPORT)
        held.ring = ring
        yield

    def document(parsed: Json, answer: Answer, wanted: Wanted, clock: Clock) -> Json:
        release()
        return parsed

    def after_failure(ring: Ring, failure: Failure) -> None:
        if not stuck(failure):
            release()

    return Knobs(turn=turn, document=document, after_failure=after_failure)


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="counter-races",
        kills="CONC-001",
        diagnoses=("NONCE-NOT-LOCKED",),
        summary="The nonce counter is read and written without a lock.",
        knobs=lambda: Knobs(nonces=_racing, turn=anybodys_turn),
        collateral=("CONC-*", "NONCE-*", "PERS-*", "CRED-003"),
    ),
    Mistake(
        name="calls-overtake",
        kills="CONC-002",
        diagnoses=("SENT-OUT-OF-ORDER",),
        summary="Nonces are drawn in turn and sent in any order.",
        knobs=lambda: Knobs(turn=anybodys_turn),
        dialects=RISING,
        collateral=("CONC-*", "CRED-003", "NONCE-003"),
    ),
    Mistake(
        name="answers-in-one-box",
        kills="CONC-003",
        diagnoses=("ANSWER-MISDELIVERED",),
        summary="Each call takes the answer that came last.",
        knobs=lambda: Knobs(deliver=_last_in_the_box),
        collateral=("CONC-*", "CRED-003"),
    ),
    Mistake(
        name="nonces-for-each-session",
        kills="CONC-004",
        diagnoses=("NONCE-NOT-LOCKED", "NONCE-REPEATED", "NONCE-WENT-BACK"),
        summary="Each session counts its own nonces, from the moment it was opened.",
        knobs=lambda: Knobs(ring=_own_ring, nonces=_from_the_opening),
        dialects=RISING,
        collateral=("CONC-*", "NONCE-*", "PERS-*"),
    ),
    Mistake(
        name="lock-kept-after-a-timeout",
        kills="CONC-006",
        diagnoses=("SESSION-UNUSABLE-AFTER-TIMEOUT",),
        summary="A call that ran out of time keeps the lock that the next one needs.",
        knobs=lambda: Knobs(turn=always_one_at_a_time, after_failure=_lock_kept),
        collateral=("CONC-*", "RETRY-*", "CONN-*", "ERR-*", "NONCE-*"),
    ),
    Mistake(
        name="late-answer-misdelivered",
        kills="CONC-006",
        diagnoses=("SESSION-UNUSABLE-AFTER-TIMEOUT",),
        summary="A connection on which an answer is still due carries the next call.",
        knobs=lambda: Knobs(
            wiring=Wiring(
                keep_after=lambda failure: failure.kind == "timeout",
                usable=lambda connection: True,
                reuse_for_all=True,
            )
        ),
        collateral=("CONC-*", "RETRY-*", "CONN-*", "ERR-*", "NONCE-*"),
    ),
    Mistake(
        name="lock-kept-after-rubbish",
        kills="CONC-007",
        diagnoses=("QUEUE-BLOCKED",),
        summary="A call that could not read its answer keeps the lock that the next one needs.",
        knobs=released_unless(lambda failure: failure.kind == "bad_response"),
        collateral=("CONC-*", "RETRY-*", "CONN-*", "ERR-*", "NONCE-*", "PARSE-*"),
    ),
)
