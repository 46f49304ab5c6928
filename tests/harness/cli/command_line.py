"""Runs the command line as a user would, and looks at what he sees."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from harness.cli import main
from harness.events import Listener, RunSummary
from harness.run import RunSettings
from tests.harness.reports.runs import PASSED, summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    status: int
    out: str
    err: str


def run_noncense(capsys: pytest.CaptureFixture[str], line: str = "", *more: str) -> Seen:
    """Run what stands after `noncense`: a line that is split at its blanks, then words that are not."""
    capsys.readouterr()
    status = main([*line.split(), *more])
    captured = capsys.readouterr()
    return Seen(status=status, out=captured.out, err=captured.err)


def complaint(seen: Seen) -> str:
    """Return the one line that a wrong command line is answered with."""
    assert seen.status == 2
    assert seen.out == ""
    assert seen.err.startswith("noncense: ")
    assert seen.err.count("\n") == 1
    return seen.err.removeprefix("noncense: ").rstrip("\n")


@dataclass(slots=True)
class FakeRun:
    """Stands in for the run: remembers what it was asked, and answers with a summary."""

    answer: RunSummary = field(default_factory=lambda: summary(PASSED))
    settings: list[RunSettings] = field(default_factory=list)
    clients: list[object] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)

    def __call__(self, settings: RunSettings, client: object, listeners: list[Listener]) -> RunSummary:
        self.settings.append(settings)
        self.clients.append(client)
        self.listeners = listeners
        return self.answer
