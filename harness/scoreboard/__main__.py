"""`python -m harness.scoreboard [--judge] [--check] [CLIENT...]`: judges the gallery, writes the board."""

from __future__ import annotations

from pathlib import Path

import click

from harness.errors import HarnessError
from harness.scoreboard.entries import read_entries
from harness.scoreboard.judging import judge
from harness.scoreboard.results import ADAPTER, OBSERVED
from harness.scoreboard.written import read_board, stale, write

_ROOT = Path(__file__).resolve().parents[2]


@click.command()
@click.option("--judge", "judging", is_flag=True, help="Judge the clients first, all or the named.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where something is out of date.")
@click.option("--way", type=click.Choice([ADAPTER, OBSERVED]), multiple=True, help="Judge in this way alone.")
@click.argument("clients", nargs=-1)
def main(judging: bool, check: bool, way: tuple[str, ...], clients: tuple[str, ...]) -> None:
    """Writes the board from what is kept of the runs in docs/scoreboard/results/."""
    gallery, folder = _ROOT / "gallery", _ROOT / "docs" / "scoreboard"
    try:
        if judging:
            _judge(gallery, folder, way or (ADAPTER, OBSERVED), clients)
        changed = stale(gallery, folder) if check else write(gallery, folder)
        unchecked = [(column.key, id) for column in read_board(gallery, folder).columns for id in column.unchecked()]
    except HarnessError as error:
        raise click.ClickException(str(error)) from error
    for path in changed:
        click.echo(f"{'out of date' if check else 'written'}  {path}")
    for key, id in unchecked:
        click.echo(f"unchecked  {key} {id}: nothing in FINDINGS.md speaks of it")
    if check and changed:
        raise SystemExit(1)


def _judge(gallery: Path, folder: Path, ways: tuple[str, ...], names: tuple[str, ...]) -> None:
    for entry in read_entries(gallery):
        for client in entry.clients:
            for way in ways:
                if (names and client.name not in names) or (way == OBSERVED and not client.observed):
                    continue
                click.echo(f"judging    {client.name}, {way}")
                judge(entry, client, way, folder, _ROOT)


if __name__ == "__main__":
    main()
