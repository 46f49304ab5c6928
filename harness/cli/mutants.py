"""`noncense mutants`: tries every wrong client on the requirement that must catch it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.choices import known_dialect
from harness.cli.keeping import kept_as_they_come

if TYPE_CHECKING:
    from harness.proving import Ending, Matrix


@click.command("mutants")
@click.option("--dialect", "dialects", multiple=True, metavar="NAME", help="Only on this exchange.")
@click.option("--mistake", "names", multiple=True, metavar="NAME", help="Only this wrong client, or a glob of names.")
@click.option("--requirement", "rows", multiple=True, metavar="ID", help="Only wrong clients of this one, or a glob.")
@click.option("--seeds", type=click.IntRange(min=1), default=1, metavar="N", show_default=True, help="Runs of each.")
@click.option("--seed", type=click.IntRange(min=0), default=1, metavar="S", show_default=True, help="The first seed.")
@click.option("--all", "all_rows", is_flag=True, help="Try every other requirement on them too; takes hours.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="J", help="Trials held side by side.")
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Keep the measurements there; what it holds already is not tried again.")  # fmt: skip
@click.option("--markdown", "markdown_path", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write the page; the measurements are kept beside it, in a file that ends in .json.")  # fmt: skip
@click.option("--again", is_flag=True, help="Try anew what the file holds already, killed or not.")
@click.option("--list", "only_list", is_flag=True, help="List the wrong clients and try none.")
def command(
    dialects: tuple[str, ...],
    names: tuple[str, ...],
    rows: tuple[str, ...],
    seeds: int,
    seed: int,
    all_rows: bool,
    jobs: int,
    json_path: Path | None,
    markdown_path: Path | None,
    again: bool,
    only_list: bool,
) -> int:
    """Tries every wrong client on the requirement that must catch it, and prints the kill matrix.

    Exit status: 0 at least 99 in 100 runs were kills and nobody survived throughout, 1 not so, 2 wrong usage, 3 nothing
    could be tried.
    """
    from harness.proving import Matrix, as_json, hold, page, read, trials

    chosen = tuple(known_dialect(dialect) for dialect in dialects)
    kept_in = json_path or (markdown_path.with_suffix(".json") if markdown_path is not None else None)
    kept = read(kept_in) if kept_in is not None else Matrix()
    planned = trials(
        seeds=range(seed, seed + seeds),
        dialects=chosen,
        names=names,
        rows=rows,
        all_rows=all_rows,
        known=() if all_rows or again else kept.known(),
    )
    if only_list:
        _list({name for trial in planned for name in trial.names})
        return 0
    total, seen = sum(len(trial.names) for trial in planned), 0
    found = Matrix()
    with kept_as_they_come(hold(planned, jobs=jobs), kept_in, lambda: as_json(kept)) as coming:
        for seen, ending in enumerate(coming, start=1):
            found.add(ending)
            kept.add(ending)
            _tell(ending, f"{seen}/{total}")
    if markdown_path is not None:
        markdown_path.write_text(page(kept), encoding="utf-8")
    # Where everything was known already, that is what is judged.
    result = found if seen else kept
    _sum_up(result)
    return result.exit_status()


def _tell(ending: Ending, where: str) -> None:
    line = f"{ending.verdict:<11} {ending.requirement:<10} {ending.name} on {ending.dialect}, seed {ending.seed}"
    if ending.verdict != "killed":
        line += f": {ending.words}"
    click.echo(line)
    for row in ending.unforeseen:
        click.echo(f"{'':<11} {row} failed it too, and is not among its collateral")
    if sys.stderr.isatty():
        click.echo(f"{where}\r", nl=False, err=True)


def _list(names: set[str]) -> None:
    from harness.proving import WRONG_CLIENTS

    for wrong in WRONG_CLIENTS:
        if wrong.name in names:
            click.echo(f"{wrong.kills:<10} {wrong.name:<36} {wrong.summary}")


def _sum_up(matrix: Matrix) -> None:
    from harness.proving import powers
    from harness.proving.page import in_words

    total = matrix.count()
    click.echo()
    click.echo(", ".join(f"{number} {verdict}" for verdict, number in sorted(total.items())) or "nothing was tried")
    for name, dialect in matrix.never_killed():
        click.echo(f"never killed: {name} on {dialect}")
    weak = {row: power for row, power in powers(matrix).items() if power.survived}
    for row, power in weak.items():
        click.echo(f"{row}: its wrong clients survived {in_words(power)}")
