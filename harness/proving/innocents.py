"""Clients that do nothing wrong: the right ones of each language, and those that do one thing in another way."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from harness.drivers import Client, ObjectClient, ProgramClient
from harness.mutants import Adapter
from harness.mutants.foreign import LANGUAGES, available, right
from harness.mutants.mistakes.mistake import ALL
from harness.mutants.variations import VARIATIONS, Variation, adapter_varied


@dataclass(frozen=True, slots=True, kw_only=True)
class Innocent:
    """A client that no requirement may fail.

    Attributes:
        name: Permanent.
        summary: What it does otherwise than others, in one sentence.
        client: Makes it.
        dialects: Where it can be made.
        as_program: Whether it is a program, so that requirements about programs are asked of it too.
        at_hand: Tells whether it can be started on this machine.
    """

    name: str
    summary: str
    client: Callable[[], Client]
    dialects: tuple[str, ...] = ALL
    as_program: bool = False
    at_hand: Callable[[], bool] = lambda: True


def _varied(variation: Variation) -> Innocent:
    return Innocent(
        name=variation.name,
        summary=variation.summary,
        client=lambda: ObjectClient(reference=lambda: adapter_varied(variation)),
        dialects=variation.dialects,
    )


def _varied_as_a_program(variation: Variation) -> Innocent:
    argv = (sys.executable, "-m", "harness.mutants", "--variation", variation.name)
    return Innocent(
        name=f"{variation.name}-as-a-program",
        summary=f"{variation.summary} It is a program.",
        client=lambda: ProgramClient(argv=argv),
        dialects=variation.dialects,
        as_program=True,
    )


def _in(language: str, *how: str) -> Innocent:
    return Innocent(
        name="-".join(("right-in", language, *how)),
        summary=f"The right client in {language}{''.join(f', by its {word}' for word in how)}.",
        client=lambda: ProgramClient(argv=(*right(language).argv, *how)),
        as_program=True,
        at_hand=lambda: available(language),
    )


#: All of them. Names are unique.
INNOCENTS: tuple[Innocent, ...] = (
    Innocent(name="right", summary="The right client.", client=lambda: ObjectClient(reference=Adapter)),
    *map(_varied, VARIATIONS),
    Innocent(
        name="right-as-a-program",
        summary="The right client, as a program.",
        client=lambda: ProgramClient(argv=(sys.executable, "-m", "harness.mutants")),
        as_program=True,
    ),
    *map(_varied_as_a_program, VARIATIONS),
    *map(_in, LANGUAGES),
    _in("node", "fetch"),
)


def innocent_named(name: str) -> Innocent:
    """Return one by its name.

    Raises:
        LookupError: There is none of that name.
    """
    for innocent in INNOCENTS:
        if innocent.name == name:
            return innocent
    raise LookupError(f"there is no innocent client {name!r}")
