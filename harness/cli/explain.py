"""`noncense explain ID`: one requirement or one diagnosis, and what to do about it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from harness.cli.choices import dialect_option, known_dialect
from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.catalogue import Requirement


@click.command("explain")
@click.argument("name", metavar="ID")
@click.option("--language", metavar="NAME", help="Show how a diagnosis is mended in Python, JavaScript, PHP, Go, …")
@dialect_option(help="Where a requirement applies: on this exchange alone.")
def command(name: str, language: str | None, dialect: str | None) -> None:
    """Explains one requirement (its source, what it costs to break it, its remedy), or one diagnosis of a finding."""
    from harness.catalogue import requirement as requirement_named
    from harness.diagnoses import DIAGNOSES

    if name.upper() in DIAGNOSES:
        click.echo(diagnosed(name.upper(), language))
    else:
        click.echo(explained(requirement_named(name), None if dialect is None else known_dialect(dialect)))


def diagnosed(code: str, language: str | None) -> str:
    """Return what a diagnosis means, what it costs, and how it is mended: in one language, where one is named.

    Raises:
        UsageError: We do not speak that language.
    """
    from harness.diagnoses import DIAGNOSES
    from harness.remedies import LANGUAGES, remedy_of

    said, remedy = DIAGNOSES[code], remedy_of(code)
    lines = [code, _wrapped(said.summary), "", _labelled("It costs", remedy.costs), _labelled("Remedy", said.fix)]
    if language is None:
        return "\n".join([*lines, "", _wrapped(f"In code: noncense explain {code} --language {'|'.join(LANGUAGES)}")])
    return "\n".join([*lines, "", textwrap.indent(in_language(code, language), "    ")])


def in_language(code: str, language: str) -> str:
    """Return how a diagnosis is mended, as code.

    Raises:
        UsageError: We do not speak that language.
    """
    from harness.remedies import remedy_of

    return remedy_of(code).in_language(known_language(language))


def known_language(name: str) -> str:
    """Return a language of the remedies by its name in any letter case.

    Raises:
        UsageError: We do not speak that language.
    """
    from harness.remedies import LANGUAGES

    spoken = next((known for known in LANGUAGES if known.lower() == name.lower()), None)
    if spoken is None:
        raise UsageError(f"there is no remedy in {name!r}; there are {', '.join(LANGUAGES)}")
    return spoken


def explained(row: Requirement, dialect: str | None = None) -> str:
    """Return all there is to know of a requirement: for one exchange, or for all of ours."""
    from harness.mutants.mistakes import MISTAKES
    from mockserver import DIALECT_NAMES, dialect_named

    parts = [f"{row.id}  {row.level.value}", _wrapped(row.title), ""]
    parts += [_labelled("Source", row.source), _labelled("It costs", row.consequence), _labelled("Remedy", row.remedy)]
    if needs := needs_of(row):
        parts.append(_labelled("Needs", ", ".join(needs)))
    parts += ["", "Where it applies"]
    for name in DIALECT_NAMES if dialect is None else (dialect,):
        played = dialect_named(name)
        application = row.application(played)
        level = "void" if application.level is None else application.level.value
        reason = "" if application.source == row.source else f"  {application.source}"
        parts.append(_wrapped(f"{played.name:<10} {level:<7}{reason}", indent=2, hanging=21))
    mistakes = [mistake for mistake in MISTAKES if mistake.kills == row.id]
    if mistakes:
        parts += ["", "Wrong clients that break it"]
        parts += [_wrapped(f"{mistake.name}: {mistake.summary}", indent=2, hanging=4) for mistake in mistakes]
    parts += ["", f"Try it: noncense test --dialect NAME --requirement {row.id} CLIENT"]
    return "\n".join(parts)


def needs_of(row: Requirement) -> list[str]:
    """Return what a client must promise, and how it must run, for a requirement to be tried."""
    needs = [*sorted(row.operations), *(f"the feature {name}" for name in sorted(row.features))]
    if row.one_of:
        needs.append("one of " + ", ".join(sorted(row.one_of)))
    if row.needs_watch:
        needs.append("a program of its own, which is watched from outside")
    if row.needs_program:
        needs.append("to run as a program")
    if row.needs_texts:
        needs.append("to run in the harness's own process, or the feature texts")
    return needs


def _labelled(label: str, text: str) -> str:
    return _wrapped(f"{label:<9}{text}", hanging=9)


def _wrapped(text: str, *, indent: int = 0, hanging: int | None = None) -> str:
    rest = indent if hanging is None else hanging
    return textwrap.fill(
        text, width=100, initial_indent=" " * indent, subsequent_indent=" " * rest, break_on_hyphens=False
    )
