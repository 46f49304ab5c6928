"""Mistakes of restarts: the family PERS."""

from __future__ import annotations

from harness.mutants.keyring import NoncePlan, Nonces, Notes, Ring
from harness.mutants.knobs import Knobs
from harness.mutants.mistakes.mistake import RISING, Mistake
from signer import PersistentNonces, RisingNonces


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
        name="nonce-counts-from-one",
        kills="PERS-001",
        diagnoses=("NONCE-COUNTED-FROM-ONE",),
        summary="Nonces count from one at every start.",
        knobs=lambda: Knobs(nonces=_from_one),
        dialects=RISING,
        collateral=("PERS-*", "NONCE-*"),
        forms=("program",),
    ),
    Mistake(
        name="nonce-noted-at-closing",
        kills="PERS-002",
        diagnoses=("NONCE-LOST-ON-RESTART",),
        summary="The last nonce is written down when the session is closed, and not before.",
        knobs=lambda: Knobs(nonces=lambda plan: AtClosing(plan.notes), closed=_noted_at_closing),
        dialects=RISING,
        collateral=("PERS-*", "NONCE-*", "CONC-*"),
        forms=("program",),
    ),
    Mistake(
        name="nonce-not-written-down",
        kills="PERS-003",
        diagnoses=("NONCE-LOST-ON-RESTART",),
        summary="Nonces follow the clock and are remembered by nobody.",
        knobs=lambda: Knobs(nonces=_in_memory),
        dialects=RISING,
        collateral=("PERS-*",),
        forms=("program",),
    ),
    Mistake(
        name="damaged-note-is-no-note",
        kills="PERS-004",
        diagnoses=("NONCE-LOST-ON-RESTART",),
        summary="A damaged note of the last nonce counts as none, and counting begins anew.",
        knobs=lambda: Knobs(nonces=_credulous),
        dialects=RISING,
        collateral=("PERS-*",),
        forms=("program",),
    ),
)
