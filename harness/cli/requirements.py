"""`noncense requirements`: the catalogue, one line for each requirement."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from harness.cli.choices import dialect_option, known_dialect

if TYPE_CHECKING:
    from harness.catalogue import Requirement


@click.command("requirements")
@dialect_option(help="Only what applies to this exchange's clients, with the level that it has there.")
@click.option("--untested", is_flag=True, help="Only what no wrong client of ours has been seen to break.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(dialect: str | None, untested: bool, as_json: bool) -> None:
    """Lists the catalogue of requirements."""
    name = known_dialect(dialect) if dialect is not None else None

    from harness.catalogue import requirements

    rows = list(requirements())
    if untested:
        from harness.mutants.mistakes import MISTAKES

        witnessed = {mistake.kills for mistake in MISTAKES}
        rows = [row for row in rows if row.id not in witnessed]
    levels = {row.id: level for row in rows if (level := level_in(row, name)) is not None}
    rows = [row for row in rows if row.id in levels]
    if as_json:
        click.echo(json.dumps([_as_json(row, levels[row.id]) for row in rows], indent=2, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row.id:<11} {levels[row.id]:<7} {row.title}")


def level_in(row: Requirement, dialect: str | None) -> str | None:
    """Return a requirement's level as text, in a dialect or in general; None where the dialect voids it."""
    if dialect is None:
        return row.level.value
    from mockserver import dialect_named

    level = row.application(dialect_named(dialect)).level
    return None if level is None else level.value


def _as_json(row: Requirement, level: str) -> dict[str, object]:
    return {
        "id": row.id,
        "level": level,
        "title": row.title,
        "family": row.family,
        "source": row.source,
        "consequence": row.consequence,
        "remedy": row.remedy,
        "kinds": sorted(kind.value for kind in row.kinds),
        "operations": sorted(row.operations),
        "features": sorted(row.features),
    }
