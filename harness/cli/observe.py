"""`noncense observe`: runs any command beside the mock exchange and judges its client by what is on the wire."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.choices import PROFILES, dialect_option, known_dialect, read_habits
from harness.cli.programs import WithProgram, program_after_dashes
from harness.configuration import load
from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.events import Listener
    from harness.observing import Observed, Observing
    from signer import Credentials

#: What `--provoke` without a name stands for.
ALL = "all"

#: A week; nobody watches longer.
_LONGEST_S = 7 * 24 * 3600


@click.command(
    "observe",
    cls=WithProgram,
    options_metavar="--dialect NAME [OPTIONS] -- COMMAND [ARGUMENT]...",
    epilog="The command finds the exchange by NONCENSE_URL, NONCENSE_KEY and NONCENSE_SECRET, or under its real name.",
)
@dialect_option(help="The exchange that the command's client is written for.")
@click.option(
    "--redirect",
    "rung",
    type=click.Choice(["env", "preload", "proxy", "namespace"]),
    help="How the command is led to the mock exchange; else whatever reaches it best.",
)
@click.option(
    "--provoke",
    is_flag=False,
    flag_value=ALL,
    metavar="[KIND,...]",
    help="Also strike some of its calls: lost answers, redirects, refusals, ...; all kinds, or those that are named.",
)
@click.option("--share", type=click.FloatRange(0.01, 0.5), metavar="PART", help="Which part of the calls; 0.2 usually.")
@click.option("--key", "keys", multiple=True, metavar="KEY", help="A key that the command has in its settings.")
@click.option("--secret", "secrets", multiple=True, metavar="SECRET", help="Its secret; one for each --key.")
@click.option(
    "--promise",
    "promises",
    multiple=True,
    metavar="NAME",
    help="What you vouch for: once (no call is repeated by the command itself), one_client (each key has one).",
)
@click.option("--requirement", "requirements", multiple=True, metavar="ID", help="Judge this one, or a glob of ids.")
@click.option("--level", type=click.Choice(["must", "should", "may"], case_sensitive=False), help="What counts.")
@click.option("--seed", type=click.IntRange(min=0), metavar="S", help="Where chance comes from; else it is drawn.")
@click.option(
    "--timeout", "timeout_s", type=click.FloatRange(min=0.1), metavar="SECONDS", help="Its time; 600 usually."
)
@click.option("--any-status", is_flag=True, help="The command's own failure is no reason for status 3.")
@click.option("--known-failures", metavar="FILE", help="Requirements that are known to fail, one a line.")
@click.option("--report", "reports", multiple=True, metavar="KIND:PATH", help="Also write a report, as `test` does.")
@click.option("--profile", type=click.Choice(PROFILES), help="The exchange as documented, or as it was observed.")
@click.option("--habit", "habits", multiple=True, metavar="NAME=CHOICE", help="One of its ways, as `dialects` lists.")
@click.option(
    "--record",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Keep the conversation in a folder, to be judged again by `noncense judge DIR`.",
)
@click.pass_context
def command(ctx: click.Context, /, **options: object) -> int:
    """Runs any command and judges its client by what is on the wire: no adapter, no change.

    \b
    noncense observe --dialect poloniex -- pytest tests/
    noncense observe --dialect exmo --provoke -- node bot.js
    noncense observe --dialect bitunix --key K --secret S -- ./trade.sh

    Exit status: 0 every MUST that was exercised holds, 1 one is broken, 2 wrong usage, 3 nothing can be said, or the
    command itself failed.
    """  # noqa: D301
    argv = program_after_dashes(ctx)
    if not argv:
        raise UsageError("which command? It goes behind --")
    settings = _settings(argv, options)
    from harness.observing import asked, observe

    asked(settings.requirements)
    from harness.reports import report_for
    from harness.reports.printable import one_line
    from harness.reports.terminal import TerminalReport

    record, reports = options["record"], options["reports"]
    with ExitStack() as stack:
        stack.enter_context(_ended_in_order())
        listeners: list[Listener] = [stack.enter_context(TerminalReport(sys.stdout))]
        for text in reports if isinstance(reports, tuple) else ():
            listeners.append(report_for(text, environment=os.environ, out=sys.stdout))
        if isinstance(record, Path):
            from harness.observing.recorded import taken

            taken(record)
        click.echo(
            f"noncense watches {one_line(argv[0])}, for {settings.timeout_s:g} s at most; seed {settings.seed}",
            err=True,
        )
        observed = observe(settings, listeners)
        if isinstance(record, Path):
            from harness.observing.recorded import write

            write(record, settings, observed)
    click.echo("\n".join(_closing(observed)))
    return observed.summary.exit_status


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let a request to end be an interruption, so that the command is ended, and what we made is cleared away."""

    def interrupted(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _settings(argv: tuple[str, ...], options: dict[str, object]) -> Observing:
    written = load(Path.cwd())
    named = options["dialect"] or written.dialect
    dialect = known_dialect(named if isinstance(named, str) else None)
    from harness.catalogue import requirements
    from harness.events import Level
    from harness.known_failures import read
    from harness.observing.settings import SHARE, TIMEOUT_S, Observing

    listed = options["known_failures"] or written.known_failures
    seed, level = options["seed"], options["level"] or written.level or "must"
    if seed is None:
        seed = written.seed
    patterns, habits = options["requirements"], options["habits"]
    rung, share, limit = options["rung"], options["share"], options["timeout_s"]
    return Observing(
        argv=argv,
        dialect=dialect,
        seed=seed if isinstance(seed, int) else random.SystemRandom().randrange(2**32),
        profile=str(options["profile"] or written.profile or "documented"),
        habits=read_habits(dialect, habits if isinstance(habits, tuple) else ()),
        keys=_keys(options["keys"], options["secrets"]),
        redirect=rung if isinstance(rung, str) else None,
        provoke=_provoked(options["provoke"]),
        share=share if isinstance(share, float) else SHARE,
        timeout_s=_seconds(limit) if isinstance(limit, float) else TIMEOUT_S,
        promises=_promised(options["promises"]),
        requirements=patterns if isinstance(patterns, tuple) else (),
        level=Level(str(level).upper()),
        known_failures=read(Path(str(listed)), ids=[row.id for row in requirements()]) if listed else None,
        any_status=options["any_status"] is True,
    )


def _keys(keys: object, secrets: object) -> tuple[Credentials, ...]:
    from signer import Credentials

    given = (keys if isinstance(keys, tuple) else (), secrets if isinstance(secrets, tuple) else ())
    if len(given[0]) != len(given[1]):
        raise UsageError("each --key needs a --secret, in the same order")
    if len(set(given[0])) < len(given[0]):
        raise UsageError("one key was named twice")
    return tuple(Credentials(key=key, secret=secret) for key, secret in zip(*given, strict=True))


def _provoked(text: object) -> tuple[str, ...] | None:
    from harness.observing.provoking import NAMES

    if not isinstance(text, str):
        return None
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names:
        raise UsageError(f"--provoke= names no provocation; there are {', '.join(NAMES)}, and {ALL}")
    if ALL in names:
        return ()
    for name in names:
        if name not in NAMES:
            raise UsageError(f"there is no provocation {name!r}; there are {', '.join(NAMES)}, and {ALL}")
    return names


def _seconds(limit: float) -> float:
    if not 0.1 <= limit <= _LONGEST_S:
        raise UsageError(f"--timeout takes seconds, from 0.1 to {_LONGEST_S}")
    return limit


def _promised(texts: object) -> frozenset[str]:
    from harness.observing.settings import PROMISES

    names = [
        name.strip() for text in (texts if isinstance(texts, tuple) else ()) for name in str(text).split(",") if name
    ]
    for name in names:
        if name not in PROMISES:
            raise UsageError(f"nobody can vouch for {name!r}; you may for {', '.join(PROMISES)}")
    return frozenset(names)


def _closing(observed: Observed) -> list[str]:
    """Say how the command was led here, how it ended, and what was done to it."""
    from harness.leaks import redact

    lines = []
    if observed.redirection is not None:
        lines.append(f"Led here by {observed.redirection}.")
    conversation = observed.conversation
    if conversation is None:
        return lines
    lines += [f"On the way: {trouble}." for trouble in conversation.troubles]
    ending = conversation.ending
    lines.append(f"{ending.in_words().capitalize()}.")
    if ending.left:
        lines.append(f"It had left processes running, which were ended: {', '.join(ending.left)}.")
    struck = {name: count for name, count in conversation.planned.items() if count}
    if struck:
        lines.append("Struck: " + ", ".join(f"{name} {count}" for name, count in struck.items()) + ".")
    elif conversation.planned:
        lines.append("Struck: nothing; there were too few calls.")
    if conversation.strays:
        named = dict.fromkeys(str(stray) for stray in conversation.strays[:10])
        lines.append(f"It tried to reach others, and was refused: {', '.join(named)}.")
    return [redact(line, conversation.secrets) for line in lines]
