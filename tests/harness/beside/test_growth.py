"""How a program's memory grows, and what is none of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from harness.beside import processes
from harness.beside.program import Growth


def growth_of(monkeypatch: pytest.MonkeyPatch, *measured: tuple[int | None, int | None]) -> Sequence[object]:
    """Measure programs that take so many bytes, after cases of a hundred calls."""
    sizes = iter([size for _, size in measured])
    monkeypatch.setattr(processes, "resident_bytes", lambda pid: next(sizes))
    growth = Growth()
    return [growth.after(pid, 100) for pid, _ in measured]


def test_the_first_case_is_what_the_others_are_compared_with(monkeypatch: pytest.MonkeyPatch) -> None:
    assert growth_of(monkeypatch, (7, 1000), (7, 1400), (7, 1300)) == [None, (400, 100), (300, 200)]


def test_another_program_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    assert growth_of(monkeypatch, (7, 1000), (8, 5000), (8, 5100)) == [None, None, (100, 100)]


def test_nothing_is_said_where_nothing_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert growth_of(monkeypatch, (7, None), (7, None)) == [None, None]
    assert Growth().after(None, 100) is None
