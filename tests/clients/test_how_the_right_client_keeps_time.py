"""A right client that promises to go by the exchange's clock keeps what it promises, and breaks nothing else by it."""

from __future__ import annotations

import pytest

from harness.drivers import ObjectClient
from harness.events import Level, Status
from harness.mutants import Adapter
from harness.mutants.knobs import behind_the_date
from harness.mutants.messages import Answer
from harness.mutants.mistakes.hosts import PUNCTUAL
from harness.run import RunSettings, run

DATE = "Sat, 21 Nov 2026 16:00:00 GMT"
DATE_MS = 1_795_276_800_000
PUNCTUAL_CLIENT = ObjectClient(reference=lambda: Adapter(features=PUNCTUAL))


@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize("dialect", ["reference", "bitunix"])
def test_it_learns_the_time_and_learns_it_anew(dialect, profile):
    rows = ("TIME-004", "TIME-005", "TIME-006", "TIME-007", "ERR-003")
    settings = RunSettings(dialect=dialect, seed=1, profile=profile, level=Level.SHOULD, requirements=rows)
    summary = run(settings, PUNCTUAL_CLIENT, ())
    assert {result.id: result.status for result in summary.results} == dict.fromkeys(rows, Status.PASSED)


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["reference", "bitunix"])
def test_it_passes_everything(dialect):
    summary = run(RunSettings(dialect=dialect, seed=2, level=Level.SHOULD), PUNCTUAL_CLIENT, ())
    wrong = [
        result
        for result in summary.results
        if result.status not in (Status.PASSED, Status.SKIPPED) and "not exercised" not in result.reason
    ]
    assert [f"{result.id} {result.status}: {result.reason}" for result in wrong] == []
    assert {"TIME-006", "TIME-007", "TIME-008"} <= {
        result.id for result in summary.results if result.status is Status.PASSED
    }


def test_the_offset_is_taken_in_the_middle_of_the_round_trip():
    answer = Answer(status=403, headers={"date": DATE})
    assert behind_the_date(answer, DATE_MS - 2_000, DATE_MS) == 1_500
    assert behind_the_date(answer, DATE_MS + 60_000, DATE_MS + 60_000) == -59_500


@pytest.mark.parametrize("headers", [{}, {"date": "soon"}, {"date": DATE, "age": "1"}, {"date": DATE, "age": "0"}])
def test_nothing_is_learnt_without_a_date_and_from_caches(headers):
    assert behind_the_date(Answer(status=403, headers=headers), 0, 0) is None
