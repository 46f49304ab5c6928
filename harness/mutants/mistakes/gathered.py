"""All mistakes, by name."""

from __future__ import annotations

from harness.mutants.adapter import Adapter
from harness.mutants.mistakes import (
    amounts,
    answers,
    business,
    canon,
    certificates,
    connections,
    counters,
    credentials,
    documents,
    encodings,
    errands,
    errors,
    halves,
    hosts,
    miscounts,
    nonces,
    numbers,
    odd_answers,
    oversights,
    places,
    processes,
    programs,
    restarts,
    retries,
    secrecy,
    signatures,
    signers,
    slips,
    spellings,
    stacks,
    surroundings,
    times,
    together,
    waits,
    windows,
)
from harness.mutants.mistakes.mistake import Mistake

MISTAKES: tuple[Mistake, ...] = (
    *signatures.MISTAKES,
    *canon.MISTAKES,
    *encodings.MISTAKES,
    *credentials.MISTAKES,
    *nonces.MISTAKES,
    *times.MISTAKES,
    *together.MISTAKES,
    *restarts.MISTAKES,
    *processes.MISTAKES,
    *hosts.MISTAKES,
    *errors.MISTAKES,
    *retries.MISTAKES,
    *connections.MISTAKES,
    *certificates.MISTAKES,
    *secrecy.MISTAKES,
    *waits.MISTAKES,
    *windows.MISTAKES,
    *odd_answers.MISTAKES,
    *programs.MISTAKES,
    *numbers.MISTAKES,
    *answers.MISTAKES,
    *documents.MISTAKES,
    *amounts.MISTAKES,
    *business.MISTAKES,
    *errands.MISTAKES,
    *spellings.MISTAKES,
    *places.MISTAKES,
    *surroundings.MISTAKES,
    *counters.MISTAKES,
    *stacks.MISTAKES,
    *halves.MISTAKES,
    *slips.MISTAKES,
    *oversights.MISTAKES,
    *miscounts.MISTAKES,
    *signers.MISTAKES,
)


def mistake_named(name: str) -> Mistake:
    """Return a mistake by its name.

    Raises:
        LookupError: There is none; the message lists those there are.
    """
    for mistake in MISTAKES:
        if mistake.name == name:
            return mistake
    raise LookupError(f"there is no mistake {name!r}; there are {', '.join(mistake.name for mistake in MISTAKES)}")


def adapter_with(mistake: Mistake | str) -> Adapter:
    """Return an adapter of a client that makes one mistake.

    Raises:
        LookupError: There is no mistake of that name.
    """
    chosen = mistake_named(mistake) if isinstance(mistake, str) else mistake
    return Adapter(chosen.knobs(), name=f"wrong: {chosen.name}", features=chosen.features)
