"""`noncense innocents`: hears right clients and legal variations, none of which may fail."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.keeping import kept_as_they_come

if TYPE_CHECKING:
    from harness.proving import Heard


@click.command("innocents")
@click.option("--client", "names", multiple=True, metavar="NAME", help="Only this client, or a glob of names.")
@click.option("--seeds", type=click.IntRange(min=1), default=1, metavar="N", show_default=True, help="Runs of each.")
@click.option("--seed", type=click.IntRange(min=0), default=1, metavar="S", show_default=True, help="The first seed.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="J", help="Clients heard side by side.")
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Keep the results there; what it holds already is not heard again.")  # fmt: skip
@click.option("--again", is_flag=True, help="Hear anew what the file holds already.")
@click.option("--list", "only_list", is_flag=True, help="List the clients and hear none.")
def command(
    names: tuple[str, ...], seeds: int, seed: int, jobs: int, json_path: Path | None, again: bool, only_list: bool
) -> int:
    """Hears right clients, and clients that do one thing in another way that is right too: no MUST may fail them.

    Each seed takes a client to another exchange, or to the same in its other profile. A run of one takes a quarter of a
    minute and more.

    Exit status: 0 everybody was cleared, 1 not so, 2 wrong usage, 3 nobody could be heard.
    """
    from harness.proving import Docket, docket_as_json, heard, hearings, not_heard, read_docket, side_by_side

    kept = read_docket(json_path) if json_path is not None else Docket()
    planned = hearings(seeds=range(seed, seed + seeds), names=names, known=frozenset() if again else kept.known())
    if only_list:
        _list({hearing.name for hearing in planned})
        return 0
    found = Docket()
    hearing = side_by_side(heard, planned, not_heard, jobs=jobs)
    with kept_as_they_come(hearing, json_path, lambda: docket_as_json(kept)) as coming:
        for one in coming:
            found.add(one)
            kept.add(one)
            _tell(one)
    # Where everybody was heard already, that is what is judged.
    result = found if found.heard else kept
    click.echo()
    click.echo(", ".join(f"{number} {word}" for word, number in result.count().items()) or "nobody was heard")
    return result.exit_status()


def _tell(one: Heard) -> None:
    click.echo(f"{one.word:<10} {one.hearing.name} on {one.hearing.place}, seed {one.hearing.seed}")
    for reason in one.reasons:
        click.echo(f"{'':<10} {reason}")


def _list(names: set[str]) -> None:
    from harness.proving import INNOCENTS

    for innocent in INNOCENTS:
        if innocent.name in names:
            click.echo(f"{innocent.name:<36} {innocent.summary}")
