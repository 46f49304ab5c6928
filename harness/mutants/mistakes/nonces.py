"""Mistakes of nonces: the family NONCE."""

from __future__ import annotations

import random
from collections.abc import Callable

from harness.mutants.failures import Failure, Origin
from harness.mutants.keyring import NoncePlan, Nonces, Ring, documented_nonces
from harness.mutants.knobs import Knobs
from harness.mutants.messages import Account, Wanted
from harness.mutants.mistakes.mistake import EVERYTHING, RANDOM, RISING, Mistake
from harness.mutants.mistakes.turns import spinning
from signer import RandomNonces, RisingNonces


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


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="nonce-drawn",
        kills="NONCE-001",
        diagnoses=("NONCE-WENT-BACK",),
        summary="Nonces are random numbers where rising ones are asked for.",
        knobs=lambda: Knobs(nonces=_drawn),
        dialects=RISING,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="nonce-used-twice",
        kills="NONCE-002",
        diagnoses=("NONCE-REPEATED",),
        summary="Every nonce serves two calls.",
        knobs=lambda: Knobs(nonces=_each_twice),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="nonce-in-seconds",
        kills="NONCE-003",
        diagnoses=("NONCE-TOO-COARSE",),
        summary="The nonce is the clock in seconds.",
        knobs=_in(1000),
        dialects=RISING,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="nonce-is-the-clock",
        kills="NONCE-003",
        diagnoses=("NONCE-REPEATED",),
        summary="The nonce is the clock in milliseconds, and two calls may meet in one.",
        knobs=_in(1),
        dialects=RISING,
        collateral=EVERYTHING,
        forms=("in-process",),
    ),
    Mistake(
        name="nonce-as-a-float",
        kills="NONCE-004",
        diagnoses=("NONCE-HAS-FRACTION",),
        summary="The nonce is a float, and is printed like one.",
        knobs=lambda: Knobs(nonces=_as_a_float),
        dialects=RISING,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="nonce-outgrows-its-range",
        kills="NONCE-005",
        diagnoses=("NONCE-OUT-OF-RANGE",),
        summary="Nonces begin so high that they leave the range of 64 bits within ten years.",
        knobs=lambda: Knobs(nonces=_near_the_end),
        dialects=RISING,
        collateral=("PERS-*",),
    ),
    Mistake(
        name="nonce-kept-after-a-failure",
        kills="NONCE-006",
        diagnoses=("REQUEST-REPLAYED",),
        summary="The nonce of a failed call is used for the next.",
        knobs=lambda: Knobs(nonces=lambda plan: Reusing(documented_nonces(plan)), after_failure=_given_back),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="nonce-of-44-characters",
        kills="NONCE-008",
        diagnoses=("NONCE-OF-WRONG-LENGTH",),
        summary="The random nonce has 44 characters.",
        knobs=_of_length(44),
        dialects=RANDOM,
    ),
    Mistake(
        name="nonce-of-8-characters",
        kills="NONCE-008",
        diagnoses=("NONCE-OF-WRONG-LENGTH",),
        summary="The random nonce has 8 characters.",
        knobs=_of_length(8),
        dialects=RANDOM,
    ),
    Mistake(
        name="nonce-refusal-misnamed",
        kills="NONCE-010",
        diagnoses=("NONCE-REFUSAL-MISNAMED",),
        summary="A refused nonce is reported as wrong credentials.",
        knobs=_misnamed(("nonce",), "authentication"),
        dialects=RISING,
        collateral=("ERR-003", "NONCE-011"),
    ),
    Mistake(
        name="nonce-refusal-spins",
        kills="NONCE-011",
        diagnoses=("NONCE-RETRY-SPINS",),
        summary="A refused nonce is tried again at once, and again.",
        knobs=spinning("nonce"),
        dialects=RISING,
        collateral=("NONCE-010", "RETRY-*", "ERR-*"),
    ),
)
