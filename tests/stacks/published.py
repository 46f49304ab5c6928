"""Results made up for tests."""

from collections.abc import Mapping

from harness.stacks import Mode
from harness.stacks.results import Results, Row
from harness.stacks.seeing import Kind, Outcome


def row(name: str, kinds: Mapping[str, Kind], *, mode: Mode = Mode.AS_IS, version: str = "1.2") -> Row:
    outcomes = {(mode, probe): (Outcome(kind=kind, words=f"words of {kind}"),) for probe, kind in kinds.items()}
    return Row(name=name, version=version, runtime="Somewhat 3", outcomes=outcomes)


def results(*rows: Row, taken: str = "2025-01-30") -> Results:
    return Results(taken=taken, repeats=3, rows=rows)
