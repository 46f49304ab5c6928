"""`noncense test`: judges a client."""

from __future__ import annotations

import math
import os
import random
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli import campaign_options
from harness.cli.choices import PROFILES, dialect_option, known_dialect, read_habits
from harness.cli.programs import WithProgram, program_after_dashes
from harness.configuration import Configuration, load
from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.drivers import Client
    from harness.events import Listener
    from harness.run import RunSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command line says; None or empty where it says nothing."""

    client: str | None
    program: tuple[str, ...] | None
    dialect: str | None
    requirements: tuple[str, ...]
    level: str | None
    examples: int | None
    seed: int | None
    jobs: int | None
    known_failures: str | None
    reports: tuple[str, ...]
    call_timeout_s: float | None
    profile: str | None
    habits: tuple[str, ...]
    trace: bool
    campaign: str | None = None
    examples_in: str | None = None
    schedule: str | None = None
    record: Path | None = None


@click.command(
    "test",
    cls=WithProgram,
    options_metavar="--dialect NAME [OPTIONS]",
    epilog="Settings may also stand in [tool.noncense] of pyproject.toml, or in noncense.toml; the command line wins.",
)
@click.argument("client", required=False, metavar="CLIENT | -- PROGRAM [ARGUMENT]...")
@dialect_option(help="The exchange that the client is written for.")
@click.option("--requirement", "requirements", multiple=True, metavar="ID", help="Judge this one, or a glob of ids.")
@click.option("--level", type=click.Choice(["must", "should", "may"], case_sensitive=False), help="What counts.")
@click.option("--examples", type=click.IntRange(min=1), metavar="N", help="Cases drawn for each requirement.")
@click.option("--seed", type=click.IntRange(min=0), metavar="S", help="Where chance comes from; else it is drawn.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="J", help="Requirements judged side by side.")
@click.option("--known-failures", metavar="FILE", help="Requirements that are known to fail, one a line.")
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="KIND:PATH",
    help="Also write json:PATH, junit:PATH, markdown:PATH or html:PATH, or speak to GitHub Actions by github:.",
)
@click.option("--call-timeout", "call_timeout_s", type=float, metavar="SECONDS", help="The limit of one call.")
@click.option("--profile", type=click.Choice(PROFILES), help="The exchange as documented, or as it was observed.")
@click.option("--habit", "habits", multiple=True, metavar="NAME=CHOICE", help="One of its ways, as `dialects` lists.")
@click.option("--trace", is_flag=True, help="Show every case: what was asked, what travelled, what the client said.")
@click.option(
    "--record",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Keep every conversation in a folder, to be judged again by `noncense judge DIR`.",
)
@campaign_options.options
@click.pass_context
def command(ctx: click.Context, /, **options: object) -> int:
    """Judges a client: a Python adapter, or any program that speaks the contract.

    \b
    noncense test --dialect poloniex path/to/adapter.py
    noncense test --dialect poloniex package.module:ADAPTER
    noncense test --dialect bitunix -- node adapter.js

    Exit status: 0 every MUST that applies holds, 1 one is broken, 2 wrong usage, 3 nothing can be said.
    """  # noqa: D301
    asked = Asked(program=program_after_dashes(ctx), **options)  # type: ignore[arg-type]  # click has checked them
    written = load(Path.cwd())
    client = client_of(asked, written)
    settings = settings_of(asked, written)
    if asked.record is not None and (asked.campaign is not None or asked.schedule is not None):
        raise UsageError("--record keeps the cases of single requirements; a campaign keeps its own")

    from harness.reports import report_for
    from harness.reports.terminal import TerminalReport
    from harness.run import run

    with ExitStack() as stack:
        listeners: list[Listener] = [stack.enter_context(TerminalReport(sys.stdout, trace=asked.trace))]
        for text in asked.reports or written.reports:
            listeners.append(report_for(text, environment=os.environ, out=sys.stdout))
        if asked.record is not None:
            from harness.recording import Recorder

            listeners.append(Recorder(asked.record, settings, client))
        if asked.campaign is not None or asked.schedule is not None:
            from harness.cli import campaigning

            return campaigning.go(
                settings,
                client,
                listeners,
                campaign=asked.campaign,
                examples_in=asked.examples_in,
                schedule=asked.schedule,
            ).exit_status
        if asked.examples_in is not None:
            raise UsageError("--examples-in says where a campaign keeps what failed; it needs --campaign")
        return run(settings, client, listeners).exit_status


def client_of(asked: Asked, written: Configuration) -> Client:
    """Return the client that the command line names, or else the configuration.

    Raises:
        UsageError: None is named, or two are.
    """
    if asked.program is not None and asked.client is not None:
        raise UsageError(f"two clients: {asked.client!r}, and the program after --; name one")
    if asked.program is not None and not asked.program:
        raise UsageError("no program stands after --")

    from harness.drivers import ObjectClient, ProgramClient

    named = asked.program or asked.client or written.adapter
    match named:
        case None:
            raise UsageError("which client? name an adapter file, a package.module:NAME, or a program after --")
        case str():
            return ObjectClient(reference=named)
        case _:
            return ProgramClient(argv=named)


def settings_of(asked: Asked, written: Configuration) -> RunSettings:
    """Return what the run shall do: the command line first, then the configuration, then what we think best.

    Raises:
        UsageError: The dialect is missing or unknown, the known failures cannot be read, or a number makes no sense.
    """
    dialect = known_dialect(asked.dialect or written.dialect)
    limit = asked.call_timeout_s if asked.call_timeout_s is not None else written.call_timeout_s
    if limit is not None and not (math.isfinite(limit) and limit > 0):
        raise UsageError("--call-timeout takes a number of seconds above 0")

    from harness.catalogue import requirements
    from harness.events import Level
    from harness.known_failures import read
    from harness.run import RunSettings

    listed = asked.known_failures or written.known_failures
    seed = asked.seed if asked.seed is not None else written.seed
    return RunSettings(
        dialect=dialect,
        profile=asked.profile or written.profile or "documented",
        habits=read_habits(dialect, asked.habits),
        requirements=asked.requirements or written.requirements,
        level=Level((asked.level or written.level or "must").upper()),
        examples=asked.examples or written.examples,
        seed=seed if seed is not None else random.SystemRandom().randrange(2**32),
        jobs=asked.jobs or written.jobs or 1,
        call_timeout_s=limit,
        known_failures=read(Path(listed), ids=[row.id for row in requirements()]) if listed else None,
        trace=asked.trace,
        record=asked.record is not None,
    )
