"""The catalogue as pages: a table of requirement by dialect, and one page for each family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from harness.catalogue import Requirement, requirements
from harness.catalogue.requirement import KIND_WORDS
from harness.cli.explain import needs_of
from harness.cli.requirements import level_in
from harness.documents.provocations import provocations
from harness.documents.tables import code, page, prose, table
from harness.events import Level
from harness.mutants.mistakes import MISTAKES
from harness.mutants.mistakes.mistake import ALL
from mockserver import DIALECT_NAMES, dialect_named
from signer import scheme_named

if TYPE_CHECKING:
    from harness.proving import Power

_TITLES = {
    "SIGN": "signatures",
    "CANON": "the canonical form of a request",
    "ENC": "encoding",
    "UNI": "text",
    "CRED": "credentials and headers",
    "NONCE": "nonces",
    "TIME": "timestamps and clocks",
    "CONC": "calls made together",
    "PERS": "restarts",
    "ERR": "what the user is told",
    "RETRY": "retries",
    "CONN": "connections",
    "TLS": "certificates",
    "REDIR": "redirects",
    "SECR": "secrecy",
    "NUM": "numbers",
    "PARSE": "reading answers",
    "OPS": "operations",
    "PUB": "public calls",
    "RATE": "rate limits",
    "SIZE": "sizes",
}

_VOID = "-"


def requirement_pages() -> Mapping[str, str]:
    """Return path below docs/requirements/ to page."""
    # Here, because the kill matrix is a page that is made with our own tables.
    from harness.proving import MEASURED, powers, read

    rows, measured = requirements(), powers(read(MEASURED))
    families = [(name, tuple(members)) for name, members in groupby(rows, key=lambda row: row.family)]
    pages = {f"{name.lower()}.md": page(_family(name, members, measured)) for name, members in families}
    return {"README.md": page(_overview(families)), **pages}


def _overview(families: Sequence[tuple[str, Sequence[Requirement]]]) -> Iterator[str]:
    rows = [row for _, members in families for row in members]
    counts = [
        [sum(row.application(dialect_named(name)).level is level for row in rows) for level in Level]
        for name in DIALECT_NAMES
    ]
    yield "# The requirements"
    yield ""
    yield (
        f"{len(rows)} requirements, each one sentence about conforming clients. Breaking a MUST loses money, secrets or"
        " service; breaking a SHOULD costs the user time. A dash means that the requirement does not bind clients of"
        " that exchange. A number leads to the reason where an exchange differs; each family's page holds the sources,"
        " what provokes a requirement, what it costs to break it and what to do about it."
    )
    yield ""
    yield "This folder is written by `scripts/document` from the catalogue that the harness judges by."
    yield ""
    yield from table(
        ("exchange", "a request is fresh by", *(level.value for level in Level), "void"),
        [
            (name, _freshness(name), *map(str, counted), str(len(rows) - sum(counted)))
            for name, counted in zip(DIALECT_NAMES, counts, strict=True)
        ],
    )
    notes: dict[str, int] = {}
    for name, members in families:
        yield ""
        yield f"## [{name}]({name.lower()}.md): {_TITLES.get(name, name.lower())}"
        yield ""
        yield from table(
            ("id", "the client's side of the bargain", *DIALECT_NAMES),
            [
                (
                    f"[{row.id}]({name.lower()}.md#{row.id.lower()})",
                    prose(row.title),
                    *(_cell(row, dialect, notes) for dialect in DIALECT_NAMES),
                )
                for row in members
            ],
        )
    yield ""
    for reason, number in notes.items():
        yield f"[^{number}]: {prose(_capital(reason))}."


def _cell(row: Requirement, dialect: str, notes: dict[str, int]) -> str:
    level = level_in(row, dialect) or _VOID
    marks = [reason for reason in (_reason(row, dialect), _softening(row) if level != _VOID else "") if reason]
    return level + "".join(f"[^{notes.setdefault(reason, len(notes) + 1)}]" for reason in marks)


def _reason(row: Requirement, dialect: str) -> str:
    """Return why a dialect differs; "" where it does not."""
    source = row.application(dialect_named(dialect)).source
    return "" if source == row.source else source


def _softening(row: Requirement) -> str:
    return f"SHOULD for a client that does not promise `{row.softened_without}`" if row.softened_without else ""


def _freshness(dialect: str) -> str:
    return " and ".join(words for kind, words in KIND_WORDS.items() if kind in scheme_named(dialect).kinds)


def _family(name: str, rows: Sequence[Requirement], measured: Mapping[str, Power]) -> Iterator[str]:
    yield f"# {name}: {_TITLES.get(name, name.lower())}"
    yield ""
    yield "[All requirements](README.md) · [what the diagnoses mean](../diagnoses/README.md)"
    for row in rows:
        yield ""
        yield from _row(row, measured.get(row.id))


def _row(row: Requirement, power: Power | None) -> Iterator[str]:
    yield f"## {row.id}"
    yield ""
    yield f"**{row.level.value}** {prose(row.title)}"
    yield ""
    levels = [(name, level_in(row, name) or "void", prose(_reason(row, name))) for name in DIALECT_NAMES]
    if any(level != row.level.value for _, level, _ in levels):
        yield from table(("exchange", "level", "why"), levels)
        yield ""
    yield f"- **Source.** {prose(_capital(row.source))}."
    if row.softened_without:
        yield f"- **Softened.** {_softening(row)}."
    if needs := needs_of(row):
        yield f"- **Needs.** {prose(', '.join(needs))}."
    for when, what in provocations(row.property):
        yield f"- **Provoked by** ({when}) {prose(what)}."
    yield f"- **Least evidence.** {_counts(row)}; with less, nothing is said."
    if row.property.wanted:
        yield f"- **Also looked for.** {_capital(', '.join(row.property.wanted.values()))}."
    yield f"- **It costs.** {prose(row.consequence)}"
    yield f"- **Remedy.** {prose(row.remedy)}"
    yield ""
    mistakes = [mistake for mistake in MISTAKES if mistake.kills == row.id]
    if not mistakes:
        yield "No wrong client of ours has been seen to break it yet."
        return
    yield "Wrong clients that it convicts:"
    yield ""
    for mistake in mistakes:
        where = "" if mistake.dialects == ALL else f" ({', '.join(mistake.dialects)})"
        yield f"- {code(mistake.name)}: {prose(mistake.summary)}{where}"
    if power is not None:
        yield ""
        yield (
            f"**Power.** With the default number of cases they survived {power.survived} of {power.runs} runs, over"
            f" {power.seeds} {'seed' if power.seeds == 1 else 'seeds'}: the chance to survive is at most"
            f" {power.at_most:.1%} (95 % sure). [All runs](../kill-matrix.md)."
        )


def _counts(row: Requirement) -> str:
    return ", ".join(f"{least} {name}" for name, least in row.property.least.items())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
