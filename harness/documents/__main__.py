"""`python -m harness.documents [--check] [FOLDER]`: writes the documents, or tells which are out of date."""

from __future__ import annotations

from pathlib import Path

import click

from harness.documents import stale, write


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where something is out of date.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default="docs")
def main(check: bool, folder: Path) -> None:
    """Writes requirements/, dialects/ and diagnoses/ into FOLDER (docs)."""
    changed = stale(folder) if check else write(folder)
    for path in changed:
        click.echo(f"{'out of date' if check else 'written'}  {folder / path}")
    if check and changed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
