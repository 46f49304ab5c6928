"""What was measured, stack by stack: kept in a file, read from it again, and added to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.errors import UsageError
from harness.stacks.laboratory import Measured
from harness.stacks.probes import Mode
from harness.stacks.roster import STACKS
from harness.stacks.seeing import Kind, Outcome
from harness.stacks.starting import Missing

#: What was measured last, and what the published page and findings rest on.
MEASURED = Path(__file__).with_name("measured.json")

_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One stack's results.

    Attributes:
        name: Which stack.
        version: Its version.
        runtime: What it ran on.
        outcomes: By mode and probe what came of it: once where every repetition agreed, else each that came.
    """

    name: str
    version: str
    runtime: str
    outcomes: Mapping[tuple[Mode, str], tuple[Outcome, ...]]

    def of(self, mode: Mode, probe: str) -> tuple[Outcome, ...]:
        """Return what came of a probe; nothing where it was not measured."""
        return self.outcomes.get((mode, probe), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything that was measured.

    Attributes:
        taken: On which day the last of it was, as ISO 8601 has it.
        repeats: How often each probe was tried.
        rows: A row for each stack, in the roster's order.
        missing: Stacks that were not there, with why and what brings them.
    """

    taken: str = ""
    repeats: int = 0
    rows: tuple[Row, ...] = ()
    missing: tuple[tuple[str, str, str], ...] = ()

    def row(self, name: str) -> Row | None:
        """Return a stack's results; None where it was not measured."""
        return next((row for row in self.rows if row.name == name), None)


def results_of(found: Iterable[Measured | Missing], *, taken: str, repeats: int) -> Results:
    """Return what was found as results."""
    rows, missing = [], []
    for one in found:
        if isinstance(one, Missing):
            missing.append((one.stack.name, one.reason, one.install))
        else:
            outcomes = {place: tuple(dict.fromkeys(several)) for place, several in one.outcomes.items()}
            rows.append(Row(name=one.stack.name, version=one.version, runtime=one.runtime, outcomes=outcomes))
    return Results(taken=taken, repeats=repeats, rows=tuple(rows), missing=tuple(missing))


def merged(old: Results, new: Results) -> Results:
    """Return results with newer ones laid over them; of a version that is another, nothing old is kept."""
    rows = {row.name: row for row in old.rows}
    for row in new.rows:
        before = rows.get(row.name)
        same = before is not None and (before.version, before.runtime) == (row.version, row.runtime)
        outcomes = {**before.outcomes, **row.outcomes} if before is not None and same else row.outcomes
        rows[row.name] = replace(row, outcomes=outcomes)
    missing = {name: (name, reason, install) for name, reason, install in (*old.missing, *new.missing)}
    order = [stack.name for stack in STACKS]
    return Results(
        taken=new.taken,
        repeats=new.repeats,
        rows=tuple(rows[name] for name in order if name in rows),
        missing=tuple(missing[name] for name in order if name in missing and name not in rows),
    )


def as_json(results: Results) -> str:
    """Return results as a file holds them; the same results give the same text."""
    document = {
        "format": _FORMAT,
        "taken": results.taken,
        "repeats": results.repeats,
        "stacks": {
            row.name: {"version": row.version, "runtime": row.runtime, **_by_mode(row.outcomes)} for row in results.rows
        },
        "missing": {name: {"reason": reason, "install": install} for name, reason, install in results.missing},
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def read(path: Path) -> Results:
    """Read results from a file; none where there is no such file.

    Raises:
        UsageError: It holds something else.
    """
    if not path.exists():
        return Results()
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["format"] != _FORMAT:
            raise ValueError("of another format")
        return Results(
            taken=document["taken"],
            repeats=document["repeats"],
            rows=tuple(_row(name, told) for name, told in document["stacks"].items()),
            missing=tuple((name, told["reason"], told["install"]) for name, told in document["missing"].items()),
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as problem:
        raise UsageError(f"{path} holds no measurements of HTTP stacks: {problem}") from None


def _by_mode(outcomes: Mapping[tuple[Mode, str], Sequence[Outcome]]) -> dict[str, dict[str, str | list[str]]]:
    found: dict[str, dict[str, str | list[str]]] = {}
    for (mode, probe), several in outcomes.items():
        texts = [f"{one.kind}: {one.words}" for one in several]
        found.setdefault(mode.value, {})[probe] = texts[0] if len(texts) == 1 else texts
    return found


def _row(name: str, told: Mapping[str, object]) -> Row:
    outcomes: dict[tuple[Mode, str], tuple[Outcome, ...]] = {}
    for mode in Mode:
        probes = told.get(mode.value, {})
        if not isinstance(probes, dict):
            raise TypeError(f"{name} has no probes in {mode}")
        for probe, several in probes.items():
            outcomes[mode, probe] = tuple(map(_outcome, [several] if isinstance(several, str) else several))
    return Row(name=name, version=str(told["version"]), runtime=str(told["runtime"]), outcomes=outcomes)


def _outcome(text: str) -> Outcome:
    kind, _, words = text.partition(": ")
    return Outcome(kind=Kind(kind), words=words)
