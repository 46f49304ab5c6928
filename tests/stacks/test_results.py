"""Results are kept, read again, added to and shown."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.stacks import Matter, Mode, as_json, cure_sheet, merged, page, read, results_of, sheets, stack_named
from harness.stacks.cells import said
from harness.stacks.cures import CURES
from harness.stacks.laboratory import Measured
from harness.stacks.roster import STACKS
from harness.stacks.seeing import Kind, Outcome
from harness.stacks.starting import Missing
from tests.stacks.published import results, row

ONCE, AGAIN = Outcome(kind=Kind.ONCE, words="sent once, error"), Outcome(kind=Kind.AGAIN, words="sent twice, 200")


def test_repetitions_that_agree_are_told_once_and_others_each() -> None:
    outcomes = {(Mode.AS_IS, "get-warm"): (ONCE, ONCE, ONCE), (Mode.AS_IS, "get-reset"): (ONCE, AGAIN, ONCE)}
    measured = Measured(stack=stack_named("go"), version="1", runtime="go1", outcomes=outcomes)
    (only,) = results_of([measured], taken="2025-01-30", repeats=3).rows
    assert said(only.of(Mode.AS_IS, "get-warm")) == "sent once, error"
    assert said(only.of(Mode.AS_IS, "get-reset")) == "varies: sent once, error / sent twice, 200"


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    whole = replace(
        results(row("requests", {"post-warm": Kind.ONCE}), row("go", {"get-warm": Kind.AGAIN}, mode=Mode.CURED)),
        missing=(("ruby", "there is no ruby", "apt-get install ruby"),),
    )
    (tmp_path / "stacks.json").write_text(as_json(whole))
    assert read(tmp_path / "stacks.json") == whole


def test_a_file_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert read(tmp_path / "none.json").rows == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"format": 2}',
        '{"format": 1, "taken": "", "repeats": 1, "stacks": {"go": {}}, "missing": {}}',
        '{"format": 1, "taken": "", "repeats": 1, "stacks": {"go": {"version": "", "runtime": "",'
        ' "as-is": {"get-warm": ["odd: word"]}}}, "missing": {}}',
    ],
)
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "other.json").write_text(text)
    with pytest.raises(UsageError, match=r"other\.json holds no measurements of HTTP stacks"):
        read(tmp_path / "other.json")


def test_newer_results_are_laid_over_those_of_the_same_version() -> None:
    old = results(
        row("go", {"get-warm": Kind.AGAIN, "post-warm": Kind.AGAIN}), row("requests", {"get-warm": Kind.ONCE})
    )
    (go, requests) = merged(old, results(row("go", {"post-warm": Kind.ONCE}), taken="2025-02-01")).rows[::-1]
    assert [go.of(Mode.AS_IS, name)[0].kind for name in ("get-warm", "post-warm")] == [Kind.AGAIN, Kind.ONCE]
    assert requests.name == "requests"


def test_nothing_old_is_kept_of_another_version() -> None:
    old = results(row("go", {"get-warm": Kind.AGAIN}))
    (go,) = merged(old, results(row("go", {"post-warm": Kind.ONCE}, version="1.3"))).rows
    assert go.of(Mode.AS_IS, "get-warm") == ()


def test_a_stack_that_was_measured_before_is_not_called_missing() -> None:
    gone = results_of([Missing(stack=stack_named("go"), reason="there is no go", install="")], taken="", repeats=1)
    assert merged(results(row("go", {"get-warm": Kind.AGAIN})), gone).missing == ()
    assert [name for name, _, _ in merged(results(), gone).missing] == ["go"]


def test_equal_outcomes_stand_in_a_cell_once() -> None:
    kinds = {f"post-{way}": Kind.ONCE for way in ("warm", "reset", "unread", "fresh")} | {"post-always": Kind.AGAIN}
    dropped = sheets(results(row("go", kinds)))[0]
    assert dropped.rows[0][1] == "closed, reset, unread, fresh: words of once\neach time: words of again"
    assert dropped.rows[0][2] == "not measured"


@pytest.mark.parametrize(
    ("mode", "kind", "words"),
    [
        (Mode.AS_IS, Kind.CARRIED, "by itself"),
        (Mode.FOLLOW, Kind.CARRIED, "when told to"),
        (Mode.FOLLOW, Kind.STAYED, "never"),
    ],
)
def test_it_is_told_whether_a_stack_follows_by_itself(mode: Mode, kind: Kind, words: str) -> None:
    one = row("go", {"post-302-other": kind}, mode=mode)
    stayed = row("go", {"post-303-other": Kind.STAYED})
    both = replace(one, outcomes={**stayed.outcomes, **one.outcomes})
    (redirected,) = (sheet for sheet in sheets(results(both)) if sheet.matter is Matter.REDIRECTED)
    assert redirected.rows[0][1] == words


def test_a_cure_that_was_tried_says_what_it_left() -> None:
    cured = row("java-connection", {"post-warm": Kind.ONCE, "get-warm": Kind.AGAIN}, mode=Mode.CURED)
    told = {cells[1]: cells[3] for cells in cure_sheet(results(cured)).rows}
    assert told["sent again"] == "still sent again: GET closed"
    assert told["redirects"] == "not measured"
    clean = row("ruby", {"post-warm": Kind.ONCE}, mode=Mode.CURED)
    assert cure_sheet(results(clean)).rows[0][3] == "nothing is sent twice"


def test_every_stack_has_a_place_among_the_cures_and_no_other_name_stands_there() -> None:
    assert set(CURES) == {stack.name for stack in STACKS}


def test_the_page_names_versions_what_is_missing_and_breaks_lines_inside_cells() -> None:
    whole = results(row("go", {"post-warm": Kind.ONCE, "post-fresh": Kind.AGAIN}))
    text = page(replace(whole, missing=(("ruby", "there is no ruby", "apt-get install ruby"),)))
    assert "| Go's net/http | 1.2 | Somewhat 3 |" in text
    assert "| Ruby's Net::HTTP | not here: there is no ruby | apt-get install ruby |" in text
    assert "closed: words of once<br>" in text
    assert text == page(replace(whole, missing=(("ruby", "there is no ruby", "apt-get install ruby"),)))
