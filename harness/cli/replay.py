"""`noncense replay FINDING`: the smallest case of a finding is played again, and the conversation shown."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.choices import dialect_option, known_dialect
from harness.cli.programs import WithProgram, program_after_dashes
from harness.configuration import Configuration, load
from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.cli.test import Asked
    from harness.drivers import Client
    from harness.events import CasePlayed, Event, RunSummary
    from harness.recording.replaying import Kept

#: So many lines of a conversation that shows nothing wrong.
SHOWN = 24


@dataclass(slots=True)
class _Last:
    """Remembers what was played last."""

    played: list[CasePlayed] = field(default_factory=list)

    def hear(self, event: Event) -> None:
        from harness.events import CasePlayed

        if isinstance(event, CasePlayed):
            self.played.append(event)


@click.command("replay", cls=WithProgram, options_metavar="[OPTIONS]")
@click.argument("path", metavar="FINDING", type=click.Path(path_type=Path))
@click.argument("name", required=False, metavar="[ID] [-- PROGRAM [ARGUMENT]...]")
@click.option("--client", metavar="CLIENT", help="A Python adapter to play it against, instead of the one it names.")
@dialect_option(help="The file that describes the exchange, where it is one of your own.")
@click.option("--yes", is_flag=True, help="Start what the finding names without asking: client, file of a dialect.")
@click.pass_context
def command(
    ctx: click.Context, /, path: Path, name: str | None, client: str | None, dialect: str | None, yes: bool
) -> int:
    """Plays the smallest case of a finding again.

    FINDING is a JSON report, a folder that `noncense test --record` wrote, or a page of its folder `findings`; ID
    chooses where there are several. Played is the client that is given, or else the project's own, or else the one
    that the finding names: that one is asked for first, since it is a command from a file.

    \b
    noncense replay report.json NONCE-003
    noncense replay run/findings/NONCE-003.json --client path/to/adapter.py
    noncense replay run NONCE-003 -- node adapter.js

    Exit status: 1 it fails again, 0 it does not, 2 wrong usage, 3 nothing can be said.
    """  # noqa: D301
    from dataclasses import replace

    from harness.cli.test import settings_of
    from harness.recording.replaying import kept_finding, replay
    from mockserver import is_dialect_file

    kept = kept_finding(path, name)
    asked = _asked(kept)
    if dialect is not None:
        asked = replace(asked, dialect=known_dialect(dialect))
    elif asked.dialect is not None and is_dialect_file(asked.dialect):
        named = f"The finding of {kept.requirement} names this file, which describes an exchange: {asked.dialect}"
        _agreed(named, yes=yes, instead="with --dialect")
    chosen = _client(kept, asked, client, program_after_dashes(ctx), yes)
    settings = replace(settings_of(asked, Configuration()), trace=True)
    last = _Last()
    summary = replay(kept, settings, chosen, [last])
    return _show(kept, summary, last)


def _show(kept: Kept, summary: RunSummary, last: _Last) -> int:
    from harness.events import RunEnded, Status
    from harness.reports.printable import one_line, visible
    from harness.reports.terminal import TerminalReport

    result = summary.results[0] if summary.results else None
    if result is None or result.status is not Status.PASSED:
        with TerminalReport(sys.stdout) as report:
            report.hear(RunEnded(summary=summary))
        return 1 if result is not None and result.status is Status.FAILED else 3
    lines = [f"{kept.requirement} did not fail again: its case was played {len(last.played)} times, at last so:", ""]
    for played in last.played[-1:]:
        lines += _shortened([f"  {number}. {one_line(step)}" for number, step in enumerate(played.steps, start=1)])
        lines += ["", *_shortened([f"  {visible(line)}" for line in played.said]), ""]
    lines.append(f"It was found with: {one_line(kept.finding.summary)}")
    click.echo("\n".join(lines))
    return 0


def _shortened(lines: list[str]) -> list[str]:
    if len(lines) <= SHOWN:
        return lines
    return [*lines[: SHOWN // 2], f"  … {len(lines) - SHOWN} more …", *lines[-SHOWN // 2 :]]


def _asked(kept: Kept) -> Asked:
    """Read what the finding's reproduce line asks for.

    Raises:
        UsageError: It is none.
    """
    from harness.cli.test import Asked, command

    try:
        program, what, *words = shlex.split(kept.finding.reproduce)
        if (program, what) != ("noncense", "test"):
            raise ValueError(program)
        context = command.make_context("test", list(words))
    except (ValueError, click.UsageError) as problem:
        line = kept.finding.reproduce
        raise UsageError(f"the finding's reproduce line is no call of noncense test: {line!r}") from problem
    return Asked(program=program_after_dashes(context), **context.params)


def _client(kept: Kept, asked: Asked, client: str | None, program: tuple[str, ...] | None, yes: bool) -> Client:
    """Return the client that is given, or the project's own, or the finding's, in this order."""
    from dataclasses import replace

    from harness.cli.test import client_of

    given = replace(asked, client=client, program=program)
    written = load(Path.cwd())
    if client is not None or program is not None or written.adapter is not None:
        return client_of(given, written)
    named = shlex.join(asked.program) if asked.program else str(asked.client)
    question = f"The finding of {kept.requirement} names this client: {named}"
    _agreed(question, yes=yes, instead="with --client or after --")
    return client_of(asked, Configuration())


def _agreed(question: str, *, yes: bool, instead: str) -> None:
    """Ask before anything is started that a file names.

    Raises:
        UsageError: Nobody is there to be asked.
    """
    if not yes and not sys.stdin.isatty():
        raise UsageError(f"{question}; it is started where --yes says so, or name one {instead}")
    if not yes:
        click.confirm(f"{question}\nStart it?", abort=True)
