"""The kill matrix as a page."""

from __future__ import annotations

from harness.catalogue import requirements
from harness.documents.tables import code, prose, table
from harness.mutants.mistakes.mistake import ALL
from harness.mutants.own import ACME
from harness.proving.matrix import ENOUGH, Matrix, Power, powers
from harness.proving.trial import NOT_TRIED, Verdict
from harness.proving.wrong_clients import WRONG_CLIENTS, WrongClient, language_of

DIALECTS = (*ALL, ACME)

_INTRODUCTION = """\
# The kill matrix

How do we know that a requirement finds what it claims to find? Each has at least one wrong client: a client that is
right in all else and makes the one mistake that the requirement is about. `noncense mutants` tries each of them. A run
counts as a kill when

* the requirement fails the wrong client, and names the intended mistake,
* the same client without the mistake passes the same requirement with the same seed,
* and something was seen: a run in which the planned fault did not strike is inconclusive, and no kill.

Cells say how many runs were kills, one run a seed; an empty one means that the mistake cannot be made there. `acme` is
the exchange of `examples/own-dialect`: requests name a window of their own there, as they do on none of the four.
`noncense mutants --seeds N --json harness/proving/measured.json --jobs J` measures what was not measured yet, and
`python -m harness.documents` writes the page from it.
"""


def page(matrix: Matrix) -> str:
    """Return the page."""
    return "\n".join((_INTRODUCTION, *_summary(matrix), *_table(matrix), *_power(matrix))) + "\n"


def cell(matrix: Matrix, wrong: WrongClient, dialect: str) -> str:
    """Return `killed/runs` of one wrong client on one dialect, with what else happened in words."""
    if dialect not in wrong.dialects:
        return ""
    verdicts = matrix.cells.get((wrong.name, dialect), {})
    runs = {verdict: len(seeds) for verdict, seeds in verdicts.items() if verdict not in NOT_TRIED}
    if not runs:
        return "not tried"
    told = f"{runs.pop(Verdict.KILLED, 0)}/{sum(len(s) for v, s in verdicts.items() if v not in NOT_TRIED)}"
    return " ".join((told, *(f"({number} {verdict})" for verdict, number in sorted(runs.items()))))


def in_words(power: Power) -> str:
    """Say how likely it is that a wrong client survives."""
    return f"{power.survived} of {power.runs}, so at most {power.at_most:.1%}"


def _summary(matrix: Matrix) -> list[str]:
    total = matrix.count()
    tried = sum(number for verdict, number in total.items() if verdict not in NOT_TRIED)
    share = total[Verdict.KILLED] / tried if tried else 0.0
    seeds = {seed for verdicts in matrix.cells.values() for found in verdicts.values() for seed in found}
    languages = sorted({language_of(wrong) for wrong in WRONG_CLIENTS})
    return [
        f"{len(WRONG_CLIENTS)} wrong clients in {', '.join(languages)}; {tried} runs over {len(seeds)} seeds, of which"
        f" {total[Verdict.KILLED]} were kills ({share:.2%}; {ENOUGH:.0%} are asked for).",
        "",
    ]


def _table(matrix: Matrix) -> list[str]:
    order = {row.id: index for index, row in enumerate(requirements())}
    rows = [
        (wrong.kills, code(wrong.name), prose(wrong.summary), *(cell(matrix, wrong, dialect) for dialect in DIALECTS))
        for wrong in sorted(WRONG_CLIENTS, key=lambda wrong: order.get(wrong.kills, len(order)))
    ]
    return ["## Wrong clients", "", *table(("Requirement", "Wrong client", "What it does", *DIALECTS), rows), ""]


def _power(matrix: Matrix) -> list[str]:
    measured = powers(matrix)
    lines = [
        "## Power",
        "",
        "The chance that a wrong client of a requirement survives the default number of cases: what was seen, and the",
        "largest chance that is still believable after it (95 %, one-sided). More runs make the bound smaller.",
        "",
    ]
    rows = [(row.id, in_words(measured[row.id])) for row in requirements() if row.id in measured]
    return [*lines, *table(("Requirement", "Survived"), rows)]
