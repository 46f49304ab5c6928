"""`noncense judge DIR`: a recorded run is judged again, by the oracles of this version and without the client."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.choices import dialect_option, known_dialect

if TYPE_CHECKING:
    from harness.events import Listener, RunSummary


@click.command("judge")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--requirement", "requirements", multiple=True, metavar="ID", help="Judge this one, or a glob of ids.")
@dialect_option(help="The file that describes the exchange, where it is one of your own.")
@click.option("--report", "reports", multiple=True, metavar="KIND:PATH", help="Also write a report, as `test` does.")
def command(folder: Path, requirements: tuple[str, ...], dialect: str | None, reports: tuple[str, ...]) -> int:
    """Judges a recorded run again, without the client.

    `noncense test --record DIR` and `noncense observe --record DIR` keep every conversation. The oracles look at
    nothing else, so that another version of noncense can say what it makes of it. The exit status is that of `test`.
    """
    from harness.events import RunEnded
    from harness.reports import report_for
    from harness.reports.terminal import TerminalReport

    recorded, summary, made_by = _judged(folder, requirements, None if dialect is None else known_dialect(dialect))
    with ExitStack() as stack:
        listeners: list[Listener] = [stack.enter_context(TerminalReport(sys.stdout))]
        listeners += [report_for(text, environment=os.environ, out=sys.stdout) for text in reports]
        for listener in listeners:
            listener.hear(RunEnded(summary=summary))
    click.echo("\n".join(_otherwise(recorded, summary, made_by)))
    return summary.exit_status


def _judged(folder: Path, only: tuple[str, ...], dialect: str | None) -> tuple[RunSummary, RunSummary, str]:
    """Return what was said of a recorded run or observation, what is said of it now, and who made the record."""
    from harness.observing import recorded

    if recorded.is_one(folder):
        again = recorded.judge_again(folder, only=only, dialect=dialect)
        return again.was, again.now, again.made_by
    from harness.recording import Recording
    from harness.recording.rejudging import judge_again

    recording = Recording(folder, dialect=dialect)
    return recording.summary, judge_again(recording, only=only), recording.head.noncense


def _otherwise(recorded: RunSummary, judged: RunSummary, made_by: str) -> list[str]:
    """Say what is judged otherwise than it was when the run was recorded."""
    from harness.reports.printable import one_line

    before = {result.id: result for result in recorded.results}
    changed = [
        f"  {result.id}: {was.status.value} then, {result.status.value} now. {one_line(result.reason)}"
        for result in judged.results
        if (was := before[result.id]).status is not result.status
    ]
    version = one_line(made_by)
    if not changed:
        return [f"Recorded by noncense {version}; every judgement is as it was then."]
    return [f"Recorded by noncense {version}; judged otherwise than then:", *changed]
