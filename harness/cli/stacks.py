"""`noncense stacks`: measures what HTTP stacks do to a signed request by themselves."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.tables import print_table
from harness.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.stacks import Matter, Results, Stack

#: What `noncense stacks` returns where no stack at all could be measured.
NOTHING = 3


@click.command("stacks")
@click.option("--stack", "names", multiple=True, metavar="NAME", help="Only this stack.")
@click.option("--matter", "matters", multiple=True, metavar="NAME",
              help="Only this: dropped, redirected, answered or slow.")  # fmt: skip
@click.option("--repeats", type=click.IntRange(min=1), default=3, metavar="N", show_default=True,
              help="How often each probe is tried.")  # fmt: skip
@click.option("--patience", type=click.FloatRange(min=1), default=20.0, metavar="S", show_default=True,
              help="How long an answer that never comes is waited for.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), default=2, metavar="J", show_default=True,
              help="Programs that run side by side.")  # fmt: skip
@click.option("--install", "folder", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER",
              help="Install what pip and npm have there, unless it is there already, and measure it too.")  # fmt: skip
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Keep the results there, laid over those it holds.")  # fmt: skip
@click.option("--markdown", "markdown_path", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write the page.")  # fmt: skip
@click.option("--published", is_flag=True, help="Show what was measured for this version; measure nothing.")
@click.option("--list", "only_list", is_flag=True, help="List the stacks and measure none.")
def command(
    names: tuple[str, ...],
    matters: tuple[str, ...],
    repeats: int,
    patience: float,
    jobs: int,
    folder: Path | None,
    json_path: Path | None,
    markdown_path: Path | None,
    published: bool,
    only_list: bool,
) -> int:
    """Measures what HTTP stacks do to a signed request by themselves.

    A small program for each stack calls servers of ours on loopback, which drop connections, lead elsewhere, answer
    oddly or not at all. A stack that is not installed is named, with what brings it. Nothing leaves this machine but
    what `--install` fetches.

    Exit status: 0 something was measured, 2 wrong usage, 3 nothing could be.
    """
    from harness.stacks import MEASURED, Mode, Wanted, as_json, install, measure, merged, page, read, results_of

    chosen, about = _stacks(names), _matters(matters)
    if only_list:
        for stack in chosen:
            click.echo(f"{stack.name:<16} {stack.language:<7} {stack.title}")
        return 0
    if published:
        _show(read(MEASURED), about, names)
        return 0
    if folder is not None:
        folder = folder.resolve()
        for words in install(folder):
            click.echo(words, err=True)
    kept = read(json_path) if json_path is not None else None
    for path in (json_path, markdown_path):
        if path is not None:
            _see_that_it_can_be_written(path)
    found = measure(
        Wanted(stacks=chosen, matters=about, modes=tuple(Mode), repeats=repeats, slow_s=patience, jobs=jobs),
        installed=folder,
        tell=_tell,
    )
    results = results_of(found, taken=_today(), repeats=repeats)
    if json_path is not None and kept is not None:
        json_path.write_text(as_json(merged(kept, results)), encoding="utf-8")
    if markdown_path is not None:
        markdown_path.write_text(page(results if kept is None else merged(kept, results)), encoding="utf-8")
    _show(results, about, ())
    return 0 if results.rows else NOTHING


def _see_that_it_can_be_written(path: Path) -> None:
    """Measuring takes minutes; so this is known before."""
    new = not path.exists()
    try:
        path.open("a", encoding="utf-8").close()
        if new:
            path.unlink()
    except OSError as problem:
        raise UsageError(f"{path} cannot be written: {problem.strerror}") from None


def _stacks(names: Sequence[str]) -> tuple[Stack, ...]:
    from harness.stacks import STACKS, stack_named

    try:
        return tuple(dict.fromkeys(stack_named(name) for name in names)) or STACKS
    except LookupError as problem:
        raise UsageError(str(problem)) from None


def _matters(names: Sequence[str]) -> tuple[Matter, ...]:
    from harness.stacks import Matter

    try:
        return tuple(dict.fromkeys(Matter(name) for name in names)) or tuple(Matter)
    except ValueError:
        raise UsageError(f"--matter takes one of {', '.join(Matter)}") from None


def _show(results: Results, about: Sequence[Matter], names: Sequence[str]) -> None:
    from dataclasses import replace

    from harness.stacks import cure_sheet, sheets, stack_named

    if names:
        results = replace(results, rows=tuple(row for row in results.rows if row.name in names), missing=())
    if results.rows:
        versions = [(stack_named(row.name).title, row.version, row.runtime) for row in results.rows]
        print_table(f"HTTP stacks, measured on {results.taken}", ("stack", "version", "on"), versions)
        for sheet in sheets(results):
            if sheet.matter in about and sheet.rows:
                print_table(sheet.title, sheet.columns, [[_line(cell) for cell in row] for row in sheet.rows])
        cures = cure_sheet(results)
        print_table(cures.title, cures.columns, [[_line(cell) for cell in row] for row in cures.rows])
    for name, reason, install in results.missing:
        click.echo(f"not here: {stack_named(name).title}: {reason} ({install})")


def _line(cell: str) -> str:
    return cell.replace("\n", "; ")


def _tell(words: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{words:<60}\r", nl=False, err=True)


def _today() -> str:
    from datetime import UTC, datetime

    from mockserver import Clock

    return datetime.fromtimestamp(Clock().now_ms() / 1000, UTC).date().isoformat()
