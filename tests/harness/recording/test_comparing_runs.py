"""What became of a client between two runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.comparing import Turn, changes, differences
from harness.errors import UsageError
from harness.events import Level, RequirementResult, Status
from tests.harness.reports.runs import FAILED, FINDING, PASSED, SKIPPED, result, summary

HOLDS = replace(PASSED, id="NONCE-001")
OTHERWISE = replace(FAILED, finding=replace(FINDING, diagnosis=("NONCE-REPEATED",)))
DOUBT = result(status=Status.INCONCLUSIVE, reason="too little was seen")
SKIP = replace(SKIPPED, id="NONCE-001")
SHOULD = replace(FAILED, level=Level.SHOULD)
KNOWN = replace(FAILED, known_failure=True)


@pytest.mark.parametrize(
    ("before", "after", "turn", "worse"),
    [
        (HOLDS, FAILED, Turn.BROKEN, True),
        (SKIP, FAILED, Turn.BROKEN, True),
        (HOLDS, SHOULD, Turn.BROKEN, False),
        (HOLDS, KNOWN, Turn.BROKEN, False),
        (HOLDS, DOUBT, Turn.DOUBTFUL, True),
        (HOLDS, SKIP, Turn.DOUBTFUL, True),
        (FAILED, HOLDS, Turn.MENDED, False),
        (FAILED, OTHERWISE, Turn.OTHER_REASON, False),
        (FAILED, DOUBT, Turn.UNSEEN, False),
        (DOUBT, HOLDS, Turn.DECIDED, False),
    ],
)
def test_every_turn_has_its_word(before: RequirementResult, after: RequirementResult, turn: Turn, worse: bool) -> None:
    (change,) = changes(summary(before), summary(after))
    assert (change.turn, change.worse) == (turn, worse)


def test_what_stays_as_it_was_is_not_told() -> None:
    same = (FAILED, replace(PASSED, id="SIGN-001"), replace(SKIPPED, id="CONC-001"))
    assert changes(summary(*same), summary(*same)) == ()
    assert changes(summary(SKIP), summary(DOUBT)) == ()


def test_rows_of_one_run_alone_make_nothing_worse() -> None:
    added, gone = changes(summary(HOLDS), summary(replace(FAILED, id="NONCE-002")))
    assert (added.id, added.turn, added.worse) == ("NONCE-002", Turn.ADDED, False)
    assert (gone.id, gone.turn, gone.worse) == ("NONCE-001", Turn.GONE, False)


def test_the_worst_is_told_first() -> None:
    before = summary(FAILED, replace(PASSED, id="SIGN-001"))
    after = summary(HOLDS, replace(FAILED, id="SIGN-001"))
    assert [change.turn for change in changes(before, after)] == [Turn.BROKEN, Turn.MENDED]


def test_runs_on_two_exchanges_are_not_compared() -> None:
    with pytest.raises(UsageError, match="reference, the other on exmo"):
        changes(summary(HOLDS), replace(summary(HOLDS), dialect="exmo"))


def test_another_seed_is_mentioned() -> None:
    assert differences(summary(HOLDS), replace(summary(HOLDS), seed=5)) == ("seed 20261120 then, 5 now",)
