"""The board in Markdown: the matrix, and a page for each entry with every finding and what was made of it by hand."""

from __future__ import annotations

from collections.abc import Iterator

from harness.documents.tables import code, page, prose, table
from harness.scoreboard.board import LEVELS, Board, Cell, Column
from harness.scoreboard.checks import SDK
from harness.scoreboard.entries import REGISTRIES, Entry
from harness.scoreboard.results import ADAPTER
from harness.scoreboard.words import ELSEWHERE, NOT_YET, SIGNS, how, score, sign

_PREFACE = """\
Third-party SDKs as their registries have them, judged by this repository. **Read a number with its reasons:** most of
these packages were written for exchanges that asked less, some by one person and for nothing; a row is a sentence about
how a client should behave, not about its authors. Nothing here says that an SDK is unfit for what it was made for.

Each mark leads to what was found: the smallest case, what it would cost, where in the source it comes from, and the
line that shows it again. Every finding was held against the source by hand before it was put here; one that stands on a
library underneath, which the SDK uses as it comes, is marked `✗°` and names that library. Whoever finds a sentence that
is not so has found a fault of ours: please report it."""

_SCORES = """\
A score is of what was decided; what a client does not promise, or what its traffic never showed, counts neither way.
Without an adapter nothing is known of what the program was told, so that fewer rows are decided and fewer can be
broken."""

_AGAIN = """\
    scripts/install-sdks --all      # into .sdks/, by version and hash
    make scoreboard                 # installs, judges, and writes these pages anew"""


def board_page(board: Board) -> str:
    """Return the page with the matrix."""
    return page(_board(board))


def entry_page(board: Board, entry: Entry) -> str:
    """Return an entry's page."""
    return page(_entry(board, entry))


def _board(board: Board) -> Iterator[str]:
    yield "# Scoreboard"
    yield ""
    yield _PREFACE
    yield ""
    yield "[The same as one page of HTML](index.html), and a badge for each client in [badges/](badges/)."
    yield ""
    yield "## The clients"
    yield ""
    yield from table(
        ("client", "exchange", "judged", "MUST that hold", "SHOULD that hold", "HTTP stack", "seed", "date"),
        [_summary(column) for column in board.columns],
    )
    yield ""
    yield _SCORES
    for level in LEVELS:
        yield ""
        yield f"## {level}"
        yield ""
        yield _legend()
        yield ""
        yield from _matrix(board, level)
    yield ""
    yield "## Judged again"
    yield ""
    yield _AGAIN


def _summary(column: Column) -> tuple[str, ...]:
    entry, result = column.entry, column.result
    name = f"[{column.client.name}]({entry.name}.md) {entry.version}"
    if result is None:
        return (name, entry.dialect, how(column), NOT_YET, NOT_YET, "", "", "")
    scores = [score(column, level) for level in LEVELS]
    return (name, entry.dialect, how(column), *scores, prose(result.stack), str(result.seed), result.date)


def _legend() -> str:
    said = [f"{mark} {words}" for mark, words in SIGNS.values() if mark]
    return f"{'; '.join(said)}; {ELSEWHERE[0]} {ELSEWHERE[1]}; empty: binds no client of that exchange."


def _matrix(board: Board, level: str) -> Iterator[str]:
    columns = board.judged()
    yield from table(
        ("", "requirement", *(prose(column.key) for column in columns)),
        [
            (
                f"[{row.id}](../requirements/{row.id.split('-')[0].lower()}.md)",
                prose(row.title),
                *(_mark(column, column.cell(row.id), level) for column in columns),
            )
            for row in board.rows(level)
        ],
    )


def _mark(column: Column, cell: Cell, level: str) -> str:
    if cell.row is None or cell.row.level != level:
        return ""
    if cell.finding is None:
        return sign(cell)
    return f"[{sign(cell)}]({column.entry.name}.md#{anchor(column, cell.row.id)})"


def anchor(column: Column, id: str) -> str:
    """Return where on its entry's page a finding stands."""
    return f"{column.key}-{id}".lower()


def _entry(board: Board, entry: Entry) -> Iterator[str]:
    yield f"# {entry.sdk} {entry.version}"
    yield ""
    yield (
        f"From {REGISTRIES[entry.registry]}, for {entry.dialect}, in {entry.language}; its authors are at"
        f" <{entry.homepage}>. How it is led here, and what else is to be said of it, stands in"
        f" [the gallery](../../gallery/{entry.name}/FINDINGS.md)."
    )
    for column in board.of_entry(entry):
        yield ""
        yield f"## {column.key}"
        yield ""
        yield from _column(column)


def _column(column: Column) -> Iterator[str]:
    result = column.result
    if result is None:
        yield f"Judged {how(column)}: {NOT_YET}."
        return
    yield f"Judged {how(column)}, on {result.date}, by noncense {result.noncense}:"
    yield ""
    yield f"    {column.command}"
    yield ""
    facts = [f"{level}: {score(column, level)} hold" for level in LEVELS]
    facts.append(f"profile {result.profile}")
    if result.stack:
        facts.append(f"on {prose(result.stack)}")
    yield f"{'; '.join(facts)}."
    if result.fault:
        yield ""
        yield f"**The run broke off:** {prose(result.fault)}"
    for cell in column.found():
        yield ""
        yield from _finding(column, cell)
    yield from _undecided(column)
    yield from _unseen(column)


def _finding(column: Column, cell: Cell) -> Iterator[str]:
    row, finding = cell.row, cell.finding
    if row is None or finding is None:
        return
    yield f'<a id="{anchor(column, row.id)}"></a>'
    yield ""
    yield f"### {sign(cell)} {row.id}, {row.level}: {prose(row.title)}"
    yield ""
    yield prose(finding.summary)
    yield ""
    for index, step in enumerate(finding.case, 1):
        yield f"{index}. {code(step)}"
    yield ""
    if finding.diagnosis:
        names = [name for code in finding.diagnosis for name in code.split("+")]
        named = ", ".join(f"[{name}](../diagnoses/{name}.md)" for name in names)
        yield f"* Diagnosis: {named}"
    yield f"* It costs: {prose(finding.consequence)}"
    for check in cell.checks:
        whose = "the SDK's own" if check.whose == SDK else check.whose
        yield f"* Checked: {check.why} ({whose}; line {check.line})"
    if not cell.checks:
        yield "* Checked: not yet"
    yield f"* Again: {code(finding.reproduce)}"


def _undecided(column: Column) -> Iterator[str]:
    result = column.result
    rows = [] if result is None else [row for row in result.rows.values() if row.status in ("inconclusive", "error")]
    if rows:
        yield ""
        yield "### Not decided"
        yield ""
        for row in rows:
            yield f"* {row.id}, {row.status}: {prose(row.reason)}"


def _unseen(column: Column) -> Iterator[str]:
    """Tell of what was written down and did not show in this run: races, mostly."""
    if column.way != ADAPTER or column.result is None:
        return
    shown = {cell.row.id for cell in column.found() if cell.row is not None}
    lines = []
    for check in column.checks:
        missed = [id for id in check.rows if id not in shown and check.speaks_of(column.client.name, id)]
        if missed:
            lines.append(f"* {', '.join(missed)}: {check.seen}")
    if lines:
        yield ""
        yield "### Known, and not seen in this run"
        yield ""
        yield from lines
