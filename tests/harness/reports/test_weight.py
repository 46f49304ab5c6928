"""What a result does to the run is the same in every report."""

from dataclasses import replace

import pytest

from harness.events import Level, RequirementResult
from harness.reports.reading import Weight, conversation, explain, headline, remarks, skipped_musts, tally, weigh
from tests.harness.reports.runs import (
    BROKEN,
    FAILED,
    FINDING,
    INCONCLUSIVE,
    NASTY,
    PASSED,
    SHOULD_FAILED,
    SKIPPED,
    result,
    summary,
)


@pytest.mark.parametrize(
    ("judged", "weight"),
    [
        (PASSED, Weight.GOOD),
        (FAILED, Weight.FAILURE),
        (replace(FAILED, known_failure=True), Weight.REMARK),
        (replace(PASSED, known_failure=True), Weight.FAILURE),
        (SHOULD_FAILED, Weight.REMARK),
        (SKIPPED, Weight.REMARK),
        (INCONCLUSIVE, Weight.DOUBT),
        (replace(INCONCLUSIVE, level=Level.SHOULD), Weight.REMARK),
        (BROKEN, Weight.DOUBT),
    ],
)
def test_a_result_weighs_by_its_status_and_level(judged: RequirementResult, weight: Weight) -> None:
    assert weigh(judged, summary(judged)) is weight


def test_a_broken_should_counts_once_should_is_the_level() -> None:
    assert weigh(SHOULD_FAILED, replace(summary(SHOULD_FAILED), level=Level.SHOULD)) is Weight.FAILURE


def test_a_requirement_that_was_asked_for_by_name_counts_whatever_its_level() -> None:
    chosen = replace(summary(SHOULD_FAILED), chosen=frozenset({SHOULD_FAILED.id}))
    assert weigh(SHOULD_FAILED, chosen) is Weight.FAILURE


def test_the_headline_counts_what_is_broken() -> None:
    assert headline(summary(PASSED, FAILED, exit_status=1)) == "This client breaks 1 requirement."


def test_the_headline_never_calls_an_undecided_run_good() -> None:
    assert "could not be decided" in headline(summary(PASSED, INCONCLUSIVE, exit_status=3))


def test_the_headline_does_not_hide_known_failures() -> None:
    known = replace(FAILED, known_failure=True)
    assert headline(summary(PASSED, known)) == "Every MUST that applies to this client holds, save 1 known failure."


def test_the_headline_of_nothing_is_not_that_all_holds() -> None:
    assert headline(summary(SKIPPED, exit_status=3)) == "Nothing can be said: no MUST applied."


def test_the_headline_says_that_the_run_broke_off() -> None:
    assert "adapter exited" in headline(summary(PASSED, FAILED, exit_status=1, fault="adapter exited: status 7"))


def test_the_headline_asks_to_strike_off_what_is_mended() -> None:
    assert "strike off" in headline(summary(replace(PASSED, known_failure=True), exit_status=1))


def test_the_tally_leaves_out_the_zeros() -> None:
    assert tally(summary(PASSED, FAILED, BROKEN)) == "1 passed, 1 failed, 1 errors"


def test_skipped_musts_are_told_apart_from_other_skips() -> None:
    void = replace(SKIPPED, id="SIGN-009", void=True)
    assert skipped_musts(summary(SKIPPED, replace(SKIPPED, level=Level.SHOULD), void, PASSED)) == (SKIPPED,)


def test_evidence_is_no_remark_and_a_gap_in_it_is() -> None:
    judged = result(notes=("seen: 3 requests", "not covered: a warm connection"))
    assert remarks(judged) == ("not covered: a warm connection",)


def test_a_conversation_goes_in_the_order_in_which_things_happen() -> None:
    assert [line.mark for line in conversation(FINDING)] == [" ", ">", ">", ">", "=", "<", ":"]


def test_an_explanation_stays_on_one_line() -> None:
    assert "\n" not in explain(replace(SKIPPED, reason=NASTY))
