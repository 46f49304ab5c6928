"""Long measurements lose little when they are killed, and nothing when they are interrupted."""

import pytest

from harness.cli.keeping import KEEP_EVERY, kept_as_they_come


def measured(known, results, path, *, stop_at=None):
    seen = []
    with kept_as_they_come(results, path, lambda: " ".join(known)) as coming:
        for result in coming:
            known.append(result)
            seen.append(path.read_text() if path is not None and path.exists() else None)
            if result == stop_at:
                raise KeyboardInterrupt
    return seen


def test_a_file_is_written_while_results_come_and_at_the_end(tmp_path):
    path, known = tmp_path / "kept", []
    results = [str(number) for number in range(KEEP_EVERY + 2)]
    seen = measured(known, results, path)
    assert seen == [None] * KEEP_EVERY + [" ".join(results[:KEEP_EVERY])] * 2
    assert path.read_text() == " ".join(results)


def test_who_is_interrupted_keeps_what_had_come(tmp_path):
    path = tmp_path / "kept"
    with pytest.raises(KeyboardInterrupt):
        measured([], ["a", "b", "c"], path, stop_at="b")
    assert path.read_text() == "a b"


def test_without_a_result_a_file_stays_as_it_is(tmp_path):
    path = tmp_path / "kept"
    path.write_text("earlier")
    assert measured([], [], path) == []
    assert path.read_text() == "earlier"


def test_nothing_is_kept_without_a_file():
    known = []
    measured(known, ["a"], None)
    assert known == ["a"]
