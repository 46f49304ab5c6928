"""`noncense dialects`: the exchanges, and for one of them its two tables."""

from __future__ import annotations

import json

import click

from harness.cli.choices import known_dialect, read_habits
from harness.cli.tables import print_table
from mockserver import DIALECT_NAMES, Dialect, Profile, dialect_named


@click.command("dialects")
@click.argument("dialect", required=False, metavar="[NAME|FILE]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--openapi", "as_openapi", is_flag=True, help="Print an OpenAPI document of one exchange.")
@click.option("--habit", "habits", multiple=True, metavar="NAME=CHOICE", help="As it is in one of its ways.")
def command(dialect: str | None, as_json: bool, as_openapi: bool, habits: tuple[str, ...]) -> None:
    """Lists the exchanges; for one of them, how it refuses and what it serves.

    The first table goes from each refusal to its status, code and text and to the error kinds that a client may map it
    to. The second goes from each operation of the contract to its endpoint. A third lists the ways in which the
    exchange can be played, where there are several (`--habit` of `serve`).
    """
    if as_openapi:
        from harness.documents.openapi import openapi

        click.echo(json.dumps(openapi(_chosen(dialect, habits)), indent=2, ensure_ascii=False))
        return
    if dialect is None:
        rows = [_overview(dialect_named(name)) for name in DIALECT_NAMES]
        if as_json:
            click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        else:
            print_table("Exchanges", list(rows[0]), [list(row.values()) for row in rows])
        return
    found = _chosen(dialect, habits)
    if as_json:
        tables = {"refusals": refusals(found), "endpoints": endpoints(found), "habits": ways(found)}
        document = {**_overview(found), **tables}
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    click.echo(f"{found.name}: {found.title}\n{found.source}\n")
    for title, table in (("Refusals", refusals(found)), ("Endpoints", endpoints(found)), ("Habits", ways(found))):
        if not table:
            continue
        columns = [name for name in table[0] if name != "source"]
        print_table(title, columns, [[_cell(row[name]) for name in columns] for row in table])


def _chosen(name: str | None, habits: tuple[str, ...]) -> Dialect:
    known = known_dialect(name)
    return dialect_named(known, Profile.DOCUMENTED, **read_habits(known, habits))


def refusals(dialect: Dialect) -> list[dict[str, object]]:
    """Return the table of refusals, in the order of the checks."""
    return [
        {
            "refusal": row.refusal.value + (f" ({row.variant})" if row.variant else ""),
            "status": row.status,
            "observed": row.status if row.observed_status is None else row.observed_status,
            "code": row.code,
            "text": row.text,
            "kinds": sorted(row.kinds),
            "source": row.source,
        }
        for row in dialect.refusals
    ]


def endpoints(dialect: Dialect) -> list[dict[str, object]]:
    """Return the table of endpoints: those of the contract's operations first."""
    served = sorted(dialect.endpoints, key=lambda endpoint: (endpoint.operation is None, endpoint.operation or ""))
    return [
        {
            "operation": endpoint.operation or "",
            "endpoint": endpoint.name,
            "method": endpoint.method,
            "path": endpoint.path,
            "access": endpoint.access.value,
            "parameters": [f"{item.name}{'' if item.required else '?'}" for item in endpoint.parameters],
            "source": endpoint.source,
        }
        for endpoint in served
    ]


def ways(dialect: Dialect) -> list[dict[str, object]]:
    """Return the ways in which the exchange can be played; the first choice of each is the usual one."""
    return [
        {
            "habit": habit.name,
            "choices": list(habit.choices),
            "observed": habit.observed or habit.usual,
            "words": habit.words,
            "source": habit.source,
        }
        for habit in dialect.habits
    ]


def _overview(dialect: Dialect) -> dict[str, str]:
    return {
        "name": dialect.name,
        "title": dialect.title,
        "signature": f"{dialect.scheme.digest_name}, {dialect.scheme.spelling.name}",
        "freshness": ", ".join(sorted(kind.value for kind in dialect.scheme.kinds)),
        "source": dialect.source,
    }


def _cell(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
