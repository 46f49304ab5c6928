"""Mistakes that show when there are several processes, keys or operations: of the families NONCE, CONC and PERS."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from harness.mutants.clock import Deadline
from harness.mutants.failures import Failure
from harness.mutants.keyring import NoncePlan, Nonces, Ring
from harness.mutants.knobs import Draft, Knobs, sign_afresh
from harness.mutants.mistakes.mistake import EVERYTHING, FEATURES, RANDOM, RISING, Mistake
from signer import PersistentNonces, RandomNonces, RisingNonces, Signed


def _changes_in_microseconds(draft: Draft) -> Signed:
    if draft.wanted.changes_state and isinstance(draft.nonce, int):
        draft = replace(draft, nonce=draft.nonce * 1000)
    return sign_afresh(draft)


def _an_hour_apart(draft: Draft) -> Signed:
    if draft.wanted.operation == "place_order" and isinstance(draft.nonce, int):
        draft = replace(draft, nonce=draft.nonce + 3_600_000)
    return sign_afresh(draft)


def _seeded_by(seed: Callable[[NoncePlan], int]) -> Callable[[NoncePlan], Nonces]:
    return lambda plan: RandomNonces(random.Random(seed(plan)).randbytes)


def _believing(ring: Ring, failure: Failure) -> None:
    """Take the first number of a refusal for the last nonce."""
    if failure.kind == "nonce" and isinstance(ring.nonces, RisingNonces):
        numbers = [int(text) for text in re.findall(r"-?[0-9]{2,}", failure.message)]
        ring.nonces.raise_to(max(numbers, default=0))


def _obeying(ring: Ring, failure: Failure) -> None:
    """Take the number behind the last word of a refusal for the next nonce, whatever it is."""
    numbers = re.findall(r"-?[0-9]+", failure.message) if failure.kind == "nonce" else []
    if numbers:
        wanted = int(max(numbers, key=len))
        ring.nonces = RisingNonces(lambda: wanted, last=wanted)


def _in_microseconds(plan: NoncePlan) -> Nonces:
    return RisingNonces(lambda: plan.clock.now_ms() * 1000)


def _from_the_opening(plan: NoncePlan) -> Nonces:
    opened_ms = plan.clock.now_ms()
    return RisingNonces(lambda: opened_ms)


@contextmanager
def _in_turn_at_home(ring: Ring, deadline: Deadline) -> Iterator[None]:
    """Let calls of this program follow one another, and forget the others."""
    with ring.lock:
        yield


def _counting(plan: NoncePlan) -> Nonces:
    begin = plan.clock.now_ms() * 1000
    return RisingNonces(lambda: begin)


def _stream_of_our_own(plan: NoncePlan) -> Nonces:
    return RandomNonces(random.Random(random.SystemRandom().getrandbits(64)).randbytes)


def _one_note_for_all(plan: NoncePlan) -> Nonces:
    if plan.account.state_dir is None:
        return RisingNonces(plan.clock.now_ms)
    file = Path(plan.account.state_dir) / "last-nonce"

    def load() -> int:
        return int(file.read_text("ascii")) if file.is_file() else 0

    def store(last: int) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(str(last), "ascii")

    return PersistentNonces(lambda: 0, load=load, store=store, stretch=0)


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="orders-in-microseconds",
        kills="NONCE-007",
        diagnoses=("NONCE-UNIT-CHANGES",),
        summary="Whatever changes something has its nonce in microseconds, and all else in milliseconds.",
        knobs=lambda: Knobs(signing=_changes_in_microseconds),
        dialects=RISING,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="orders-an-hour-ahead",
        kills="NONCE-007",
        diagnoses=("NONCE-UNIT-CHANGES",),
        summary="The nonce of an order is an hour ahead of those of other operations.",
        knobs=lambda: Knobs(signing=_an_hour_apart),
        dialects=RISING,
        collateral=EVERYTHING,
    ),
    Mistake(
        name="randomness-seeded-by-the-second",
        kills="NONCE-009",
        diagnoses=("RANDOM-NONCE-FORESEEABLE",),
        summary="Random nonces are seeded with the time in ten seconds.",
        knobs=lambda: Knobs(nonces=_seeded_by(lambda plan: plan.clock.now_ms() // 10_000)),
        dialects=RANDOM,
        collateral=("PERS-006", "NONCE-002", "CONC-*", "CRED-003"),
        forms=("program",),
    ),
    Mistake(
        name="nonce-read-from-the-refusal",
        kills="NONCE-012",
        diagnoses=("NONCE-TAKEN-FROM-A-TEXT",),
        summary="The greatest number in a refusal of a nonce is taken for the last one.",
        knobs=lambda: Knobs(nonces=lambda plan: RisingNonces(plan.clock.now_ms), after_failure=_believing),
        dialects=("poloniex", "exmo"),
        collateral=("NONCE-*", "PERS-*", "CONC-*"),
    ),
    Mistake(
        name="nonce-as-the-refusal-says",
        kills="NONCE-012",
        diagnoses=("NONCE-TAKEN-FROM-A-TEXT",),
        summary="After a refused nonce the client goes on with the longest number of the text, higher or lower.",
        knobs=lambda: Knobs(after_failure=_obeying),
        dialects=("poloniex", "exmo"),
        collateral=("NONCE-*", "PERS-*", "CONC-*", "ERR-*", "RETRY-*"),
    ),
    Mistake(
        name="nonce-in-microseconds",
        kills="NONCE-013",
        diagnoses=("NONCE-OFF-THE-RECOMMENDED-UNIT",),
        summary="Nonces count microseconds where milliseconds are recommended.",
        knobs=lambda: Knobs(nonces=_in_microseconds),
        dialects=("poloniex", "exmo"),
        collateral=("PERS-*", "CONC-005", "CONC-009"),
        features=(*FEATURES, "shared_key"),
    ),
    Mistake(
        name="programs-do-not-share",
        kills="CONC-005",
        diagnoses=("NONCE-NOT-SHARED",),
        summary="Each program counts its own nonces, from the moment its session was opened.",
        knobs=lambda: Knobs(nonces=_from_the_opening, turn=_in_turn_at_home),
        dialects=RISING,
        collateral=("CONC-*", "PERS-*", "NONCE-013"),
        forms=("program",),
    ),
    Mistake(
        name="fork-keeps-the-counter",
        kills="CONC-009",
        diagnoses=("FORK-CONTINUES",),
        summary="A counter in memory goes on in the child where the parent's stands.",
        knobs=lambda: Knobs(nonces=_counting),
        dialects=RISING,
        collateral=("PERS-*", "CONC-005", "NONCE-013"),
        forms=("in-process",),
    ),
    Mistake(
        name="fork-keeps-the-randomness",
        kills="CONC-009",
        diagnoses=("FORK-CONTINUES",),
        summary="Random nonces come out of a generator in memory, which a forked child has a copy of.",
        knobs=lambda: Knobs(nonces=_stream_of_our_own),
        dialects=RANDOM,
        forms=("in-process",),
    ),
    Mistake(
        name="one-note-for-all-keys",
        kills="PERS-005",
        diagnoses=("NONCE-LOST-ON-RESTART",),
        summary="The last nonce of whichever key was used last is written down, and read for every key.",
        knobs=lambda: Knobs(nonces=_one_note_for_all),
        dialects=RISING,
        collateral=("PERS-*", "CONC-*", "NONCE-013", "CRED-003"),
        forms=("program",),
    ),
    Mistake(
        name="randomness-begins-anew",
        kills="PERS-006",
        diagnoses=("RANDOM-NONCE-FORESEEABLE",),
        summary="Random nonces have the same seed at every start.",
        knobs=lambda: Knobs(nonces=_seeded_by(lambda plan: 1)),
        dialects=RANDOM,
        collateral=("NONCE-*", "CONC-*", "CRED-003"),
        forms=("program",),
    ),
)
