"""What is right breaks no invariant, however calls, harm, clock steps and restarts are mixed."""

import sys
from pathlib import Path

import pytest

from harness.drivers import ProgramClient
from harness.events import Status
from tests.harness.campaign.campaigns import RIGHT, failed, result, search

DIALECTS = ("reference", "poloniex", "exmo", "bitunix")
AS_PROGRAM = ProgramClient(argv=(sys.executable, str(Path(__file__).parents[2] / "clients" / "right.py")))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_right_client_survives(dialect: str) -> None:
    summary = search(RIGHT, dialect, schedules=26)
    assert failed(summary) == {}
    assert not [found for found in summary.results if "unstable" in found.reason]
    assert {found.status for found in summary.results} == {Status.PASSED, Status.SKIPPED}
    assert summary.exit_status == 0


def test_a_client_that_remembers_its_nonces_survives_restarts() -> None:
    summary = search(AS_PROGRAM, "exmo", "PERS-*", schedules=12, profile="observed")
    assert failed(summary) == {}
    assert result(summary, "PERS-002").status is Status.PASSED


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_right_client_survives_long_campaigns(dialect: str, profile: str, seed: int) -> None:
    summary = search(RIGHT, dialect, schedules=400, profile=profile, seed=seed)
    assert failed(summary) == {}
    assert summary.exit_status == 0
