"""The right client breaks nothing: on every dialect, under both profiles, in process and as a program."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from harness.drivers import Client, ObjectClient, ProgramClient
from harness.events import Level, Status
from harness.run import RunSettings, run

RIGHT = Path(__file__).parents[2] / "clients" / "right.py"
DIALECTS = ("reference", "poloniex", "exmo", "bitunix")
IN_PROCESS = ObjectClient(reference=str(RIGHT))
AS_PROGRAM = ProgramClient(argv=(sys.executable, str(RIGHT)))


def blameless(client: Client, dialect: str, *, seed: int, profile: str = "documented", **habits: str) -> None:
    settings = RunSettings(dialect=dialect, seed=seed, profile=profile, habits=habits, level=Level.SHOULD)
    summary = run(settings, client, ())
    assert summary.fault is None, f"{summary.fault}\n{summary.fault_stderr}"
    wrong = [
        f"{result.id} {result.status}: {result.reason}"
        for result in summary.results
        if result.status not in (Status.PASSED, Status.SKIPPED)
    ]
    assert wrong == []
    assert summary.exit_status == 0
    assert sum(result.status is Status.PASSED for result in summary.results) >= 40


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_right_client_passes_in_process(dialect: str) -> None:
    blameless(IN_PROCESS, dialect, seed=1)


@pytest.mark.parametrize(
    "dialect",
    [*(pytest.param(dialect, marks=pytest.mark.slow) for dialect in DIALECTS[:2]), *DIALECTS[2:]],
)
def test_the_right_client_passes_as_a_program(dialect: str) -> None:
    blameless(AS_PROGRAM, dialect, seed=2, profile="observed")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 20))
@pytest.mark.parametrize("profile", ["documented", "observed"])
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("client", [IN_PROCESS, AS_PROGRAM], ids=["in-process", "program"])
def test_the_right_client_passes_on_ten_seeds(client: Client, dialect: str, profile: str, seed: int) -> None:
    blameless(client, dialect, seed=seed, profile=profile)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dialect", "habit"),
    [
        *(("poloniex", habit) for habit in ("regime=A", "regime=B", "members=2022", "calls=8")),
        *(("exmo", habit) for habit in ("deals=text", "key_order=error")),
        *(("bitunix", habit) for habit in ("nonce=32", "window=one-sided", "answers=live")),
    ],
)
def test_the_right_client_passes_however_the_exchange_is_played(dialect: str, habit: str) -> None:
    name, _, choice = habit.partition("=")
    blameless(IN_PROCESS, dialect, seed=3, **{name: choice})
