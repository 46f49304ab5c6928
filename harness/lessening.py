"""Makes a failing case smaller that Hypothesis did not draw: cases that are played once each, as they are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.cases import Case, Step, Together


def fewer_steps(case: Case) -> Iterator[Case]:
    """Yield a case with fewer steps, or with fewer calls in a batch, the boldest omissions first.

    Only for cases whose oracle asks for no certain step, and in which no step needs one before it.
    """
    steps = case.steps
    for start, end in _parts(len(steps)):
        yield replace(case, steps=(*steps[:start], *steps[end:]))
    for index, step in enumerate(steps):
        if isinstance(step, Together):
            for start, end in _parts(len(step.calls)):
                left = (*step.calls[:start], *step.calls[end:])
                less: Step = left[0] if len(left) == 1 else replace(step, calls=left)
                yield replace(case, steps=(*steps[:index], less, *steps[index + 1 :]))


def _parts(length: int) -> Iterator[tuple[int, int]]:
    """Yield the halves of so many things, their quarters, and so on down to each by itself, the last ones first."""
    size = length // 2
    while size:
        for end in range(length, 0, -size):
            yield max(end - size, 0), end
        size //= 2
