"""More mistakes of nonces and timestamps: counters that are counted in the wrong place, and numbers misprinted."""

from __future__ import annotations

import base64
import random
import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import count

from harness.mutants.clock import Clock
from harness.mutants.failures import Failure, Origin
from harness.mutants.keyring import NoncePlan, Nonces, Ring, documented_nonces
from harness.mutants.knobs import Draft, Knobs
from harness.mutants.messages import Wanted
from harness.mutants.mistakes.mistake import EVERYTHING, RANDOM, RISING, STAMPED, Mistake
from harness.mutants.mistakes.nonces import Reusing
from harness.mutants.mistakes.signatures import signed_over
from harness.mutants.mistakes.together import anybodys_turn
from signer import RisingNonces, Signed


def _per_thread(plan: NoncePlan) -> Nonces:
    local = threading.local()
    begin = plan.clock.now_ms()

    def draw() -> int | str:
        if not hasattr(local, "counter"):
            local.counter = count(begin)
        following = next(local.counter)
        rising = plan.scheme.nonce_rule is None or plan.scheme.nonce_rule.rising
        return following if rising else f"{following:032d}"

    return draw


def _per_operation() -> Knobs:
    """Return a client that counts for each of its operations anew, from the moment at which it was made."""
    local = threading.local()

    def wanted(right: Wanted) -> Wanted:
        local.operation = right.operation
        return right

    def nonces(plan: NoncePlan) -> Nonces:
        begin = plan.clock.now_ms()
        counters: dict[str, count[int]] = {}

        def draw() -> int:
            return next(counters.setdefault(getattr(local, "operation", ""), count(begin)))

        return draw

    return Knobs(wanted=wanted, nonces=nonces)


def _around_the_clock(plan: NoncePlan) -> Nonces:
    begin, counter = plan.clock.now_ms(), count()
    return lambda: begin + next(counter) % 8


def _with_drawn_digits(plan: NoncePlan) -> Nonces:
    chance = random.SystemRandom()
    return lambda: plan.clock.now_ms() * 1000 + chance.randrange(1000)


def _printed(spell: Callable[[int], str]) -> Callable[[], Knobs]:
    def nonces(plan: NoncePlan) -> Nonces:
        inner = RisingNonces(lambda: plan.clock.now_ms() * 10)
        return lambda: spell(inner())

    return lambda: Knobs(nonces=nonces)


def _once_for_all(plan: NoncePlan) -> Nonces:
    nonce = documented_nonces(plan)()
    return lambda: nonce


def _padded_clock(plan: NoncePlan) -> Nonces:
    return lambda: f"{plan.clock.now_ms() // 1000:032d}"


def _in_base64(plan: NoncePlan) -> Nonces:
    chance = random.SystemRandom()
    return lambda: base64.b64encode(chance.randbytes(23)).decode()


def _given_back_by_the_network(ring: Ring, failure: Failure) -> None:
    if isinstance(ring.nonces, Reusing) and failure.origin is Origin.TRANSPORT:
        ring.nonces.give_back()


def _stamped(shift: int) -> Callable[[], Knobs]:
    """Return a client that reads its clock once for the header and once for the signature."""

    def signing(draft: Draft) -> Signed:
        return signed_over(draft, replace(draft, timestamp=int(draft.timestamp or 0) + shift))

    return lambda: Knobs(signing=signing)


def _nonce_drawn_twice(draft: Draft) -> Signed:
    return signed_over(draft, replace(draft, nonce=int(draft.nonce or 0) + 1))


def _in_microseconds(clock: Clock) -> Callable[[], str]:
    return lambda: str(clock.now_ms() * 1000)


def _with_a_fraction(clock: Clock) -> Callable[[], str]:
    return lambda: f"{clock.now_ms()}.0"


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="counter-for-each-operation",
        kills="NONCE-001",
        diagnoses=("NONCE-WENT-BACK", "NONCE-REPEATED"),
        summary="Each operation counts its own nonces.",
        knobs=_per_operation,
        dialects=RISING,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="counter-goes-around",
        kills="NONCE-001",
        diagnoses=("NONCE-WENT-BACK",),
        summary="After eight calls the counter begins anew.",
        knobs=lambda: Knobs(nonces=_around_the_clock),
        dialects=RISING,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="nonce-for-each-session",
        kills="NONCE-002",
        diagnoses=("REQUEST-REPLAYED", "NONCE-REPEATED"),
        summary="The nonce is drawn once, when a session is opened.",
        knobs=lambda: Knobs(nonces=_once_for_all),
        dialects=RANDOM,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="nonce-is-the-padded-clock",
        kills="NONCE-002",
        diagnoses=("REQUEST-REPLAYED", "NONCE-REPEATED"),
        summary="The random nonce is the clock in seconds, padded with zeros.",
        knobs=lambda: Knobs(nonces=_padded_clock),
        dialects=RANDOM,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="nonce-ends-in-drawn-digits",
        kills="NONCE-003",
        diagnoses=("NONCE-WENT-BACK", "NONCE-REPEATED"),
        summary="The nonce is the clock with three drawn digits behind it.",
        knobs=lambda: Knobs(nonces=_with_drawn_digits),
        dialects=RISING,
        collateral=EVERYTHING,
        forms=("in-process",),
    ),
    Mistake(
        name="nonce-with-an-exponent",
        kills="NONCE-004",
        summary="The nonce is printed with an exponent.",
        diagnoses=("NONCE-IN-SCIENTIFIC-NOTATION", "NONCE-HAS-FRACTION"),
        knobs=_printed(lambda nonce: f"{float(nonce):.14e}"),
        dialects=RISING,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="nonce-with-separators",
        kills="NONCE-004",
        diagnoses=("NONCE-MISWRITTEN",),
        summary="The nonce is printed with separators between its thousands.",
        knobs=_printed(lambda nonce: f"{nonce:,}"),
        dialects=RISING,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="nonce-in-hex",
        kills="NONCE-004",
        diagnoses=("NONCE-MISWRITTEN",),
        summary="The nonce is printed in hex.",
        knobs=_printed(lambda nonce: f"{nonce:x}"),
        dialects=RISING,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="nonce-kept-after-a-broken-line",
        kills="NONCE-006",
        diagnoses=("REQUEST-REPLAYED", "NONCE-REPEATED"),
        summary="The nonce of a call whose connection broke is used for the next one.",
        knobs=lambda: Knobs(
            nonces=lambda plan: Reusing(documented_nonces(plan)), after_failure=_given_back_by_the_network
        ),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="nonce-in-base64",
        kills="NONCE-008",
        diagnoses=("NONCE-OF-WRONG-ALPHABET",),
        summary="The random nonce is base64, with a plus or a slash in it now and then.",
        knobs=lambda: Knobs(nonces=_in_base64),
        dialects=RANDOM,
    ),
    Mistake(
        name="counter-for-each-thread",
        kills="CONC-001",
        diagnoses=("NONCE-NOT-LOCKED", "NONCE-REPEATED", "REQUEST-REPLAYED"),
        summary="Each thread counts its own nonces.",
        knobs=lambda: Knobs(nonces=_per_thread, turn=anybodys_turn),
        collateral=EVERYTHING,
    ),
    Mistake(
        name="clock-read-twice",
        kills="SIGN-001",
        diagnoses=("TIMESTAMP-DRAWN-TWICE",),
        summary="The clock is read once for the header, and once more for the signature.",
        knobs=_stamped(1),
        dialects=STAMPED,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="nonce-drawn-twice",
        kills="SIGN-005",
        diagnoses=("NONCE-DRAWN-TWICE", "FRESHNESS-DISAGREES"),
        summary="A nonce is drawn for the request, and another for the signature.",
        knobs=lambda: Knobs(signing=_nonce_drawn_twice),
        dialects=RISING,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="timestamp-in-microseconds",
        kills="TIME-001",
        diagnoses=("TIMESTAMP-IN-MICROSECONDS",),
        summary="The timestamp counts microseconds.",
        knobs=lambda: Knobs(moment=_in_microseconds),
        dialects=STAMPED,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="timestamp-with-a-fraction",
        kills="TIME-001",
        diagnoses=("TIMESTAMP-MISWRITTEN",),
        summary="The timestamp is a float, and is printed like one.",
        knobs=lambda: Knobs(moment=_with_a_fraction),
        dialects=STAMPED,
        collateral=EVERYTHING,
    ),
)
