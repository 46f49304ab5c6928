"""The suite notices when the gate, an oracle or the kill matrix is made wrong."""

from pathlib import Path

import pytest

from benchmarks.mutated_gate import CHANGES, Change, noticed

ROOT = Path(__file__).parents[2]


def test_there_are_enough_changes() -> None:
    assert len({change.words for change in CHANGES}) == len(CHANGES) >= 12


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.words)
def test_a_change_still_has_a_line_to_change_and_guards(change: Change) -> None:
    assert (ROOT / change.file).read_text(encoding="utf-8").count(change.right) == 1
    assert change.wrong != change.right
    paths = [guard for guard in change.guards if guard.startswith("tests/")]
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.words)
def test_a_change_is_noticed(change: Change) -> None:
    assert noticed(change)
