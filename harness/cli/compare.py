"""`noncense compare A.json B.json`: what became of a client between two runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from harness.comparing import Change
    from harness.events import RequirementResult, RunSummary

#: What is worse than it was.
WORSE = 1


@click.command("compare")
@click.argument("before", metavar="A.json", type=click.Path(path_type=Path))
@click.argument("after", metavar="B.json", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(before: Path, after: Path, as_json: bool) -> int:
    """Says what became of a client between two reports.

    Takes JSON reports, or folders that `noncense test --record` wrote. The exit status is 1 where something got worse:
    what binds held in the first run and fails in the second, or cannot be decided any more.
    """
    from harness.comparing import changes
    from harness.reports.reading_back import read_report

    first, second = read_report(before), read_report(after)
    found = changes(first, second)
    worse = any(change.worse for change in found)
    if as_json:
        click.echo(json.dumps(_document(found, worse), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_screen(found, first, second, worse)))
    return WORSE if worse else 0


def _document(found: tuple[Change, ...], worse: bool) -> dict[str, object]:
    return {
        "worse": worse,
        "changes": [
            {
                "id": change.id,
                "turn": change.turn.value,
                "worse": change.worse,
                "before": _side(change.before),
                "after": _side(change.after),
            }
            for change in found
        ],
    }


def _side(result: RequirementResult | None) -> dict[str, object] | None:
    from harness.reports.printable import jsonable, one_line

    if result is None:
        return None
    diagnosis = [] if result.finding is None else list(result.finding.diagnosis)
    side = {"status": result.status.value, "reason": one_line(result.reason), "diagnosis": jsonable(diagnosis)}
    return {**side, "level": result.level.value, "known_failure": result.known_failure}


def _screen(found: tuple[Change, ...], before: RunSummary, after: RunSummary, worse: bool) -> list[str]:
    from harness.comparing import TURNS, differences
    from harness.reports.printable import one_line
    from harness.reports.reading import tally

    lines = []
    for name, summary in (("then", before), ("now", after)):
        client = summary.client
        lines.append(f"{name:<5} {one_line(client.name)} {one_line(client.version)}: {tally(summary)}")
    if told := differences(before, after):
        lines.append(f"note  {'; '.join(told)}")
    for turn, words in TURNS.items():
        of_turn = [change for change in found if change.turn is turn]
        if of_turn:
            lines += ["", f"{turn.value.capitalize()} ({words}):"]
            lines += [_line(change) for change in of_turn]
    lines += ["", "Something got worse." if worse else "Nothing got worse." if found else "Nothing changed."]
    return lines


def _line(change: Change) -> str:
    from harness.reports.printable import one_line

    result = change.after or change.before
    mark = "!" if change.worse else " "
    sides = [_reason(side) for side in (change.before, change.after) if side is not None]
    title = one_line(result.title) if result is not None else ""
    level = result.level.value if result is not None else ""
    return f"{mark} {change.id:<10} {level:<7} {title}\n{'':21}{' → '.join(sides)}"


def _reason(result: RequirementResult) -> str:
    from harness.reports.printable import one_line

    if result.finding is not None and result.finding.diagnosis:
        return f"{result.status.value}, {one_line(result.finding.diagnosis[0])}"
    if result.status.value in ("skipped", "inconclusive", "error"):
        return f"{result.status.value}: {one_line(result.reason, limit=120)}"
    return result.status.value
