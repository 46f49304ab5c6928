"""`noncense init`: writes a skeleton of an adapter, with everything around it."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.choices import described, dialect_option, known_dialect
from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.templates import Language, Skeleton


@click.command("init", options_metavar="--language NAME --dialect NAME [OPTIONS]")
@click.option("--language", metavar="NAME", help="python, node, php, shell, go, java or ruby.")
@dialect_option(help="The exchange that your client is written for.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("."),
    metavar="DIR",
    help="Where the adapter shall be; made if there is none. The working directory without.",
)
@click.option(
    "--ci",
    type=click.Choice(["github", "gitlab", "both", "none"], case_sensitive=False),
    default="both",
    help="Whose workflow stands beside it, at the root of the repository; both without.",
)
@click.option("--force", is_flag=True, help="Write over files that are there already.")
def command(language: str | None, dialect: str | None, folder: Path, ci: str, force: bool) -> None:
    """Writes an adapter to fill in, its kit, its settings and a workflow.

    \b
    noncense init --language node --dialect poloniex
    noncense init --language go --dialect ./acme.py --folder conformance --ci github

    One operation works from the start, so that the first `noncense test` has something to judge.
    """  # noqa: D301
    asked = _language(language)
    name = known_dialect(dialect)

    from harness.templates import lay_out

    skeleton = lay_out(asked, dialect=name, spoken=described(name).name, folder=folder, ci=ci.lower())
    _write(skeleton, force=force)
    for path in skeleton.files:
        click.echo(f"wrote {_shown(path)}")
    click.echo("\nNow, as it stands:\n")
    click.echo(f"    {_next(skeleton)}\n")
    click.echo(f"Then put your SDK into {_shown(folder / asked.adapter)}, from TODO 1 to TODO 4. How, step by step:")
    click.echo(f"docs/tutorials/{asked.name}.md; what an operation takes and returns: docs/adapters.md.")


def _language(name: str | None) -> Language:
    from harness.templates import LANGUAGES, language_named

    if name is None:
        raise UsageError(f"which language? --language takes one of {', '.join(LANGUAGES)}")
    found = language_named(name)
    if found is None:
        raise UsageError(
            f"there is no kit for {name!r}; there are {', '.join(LANGUAGES)}. Any other speaks the contract by itself: "
            "docs/adapters.md"
        )
    return found


def _write(skeleton: Skeleton, *, force: bool) -> None:
    """Write all or nothing: a file that is there already is somebody's work.

    Raises:
        UsageError: One is there and `--force` is not, or one cannot be written.
    """
    there = [_shown(path) for path, text in skeleton.files.items() if _another(path, text)]
    if there and not force:
        raise UsageError(f"{', '.join(there)} exists already; nothing was written. --force writes over it")
    for path, text in skeleton.files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as problem:
            raise UsageError(f"cannot write {_shown(path)}: {problem.strerror}") from problem


def _another(path: Path, text: str) -> bool:
    """Tell whether a path holds something else than what would be written."""
    if not path.exists():
        return False
    return path.is_dir() or path.read_bytes() != text.encode("utf-8")


def _next(skeleton: Skeleton) -> str:
    ourselves = "noncense" if shutil.which("noncense") else shlex.join([sys.executable, "-m", "harness"])
    there = f"cd {shlex.quote(str(skeleton.folder))}" if skeleton.folder.resolve() != Path.cwd() else ""
    return " && ".join(step for step in (there, skeleton.build, f"{ourselves} test") if step)


def _shown(path: Path) -> str:
    """Return a path as one would type it here."""
    whole = path.resolve()
    return str(whole.relative_to(Path.cwd())) if whole.is_relative_to(Path.cwd()) else str(path)
