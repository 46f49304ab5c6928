"""A finding's reproduce line, typed as it stands, shows the finding again."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from harness.drivers import ProgramClient
from harness.run import RunSettings, run

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("mistake", "dialect", "requirement"),
    [("exponents-sent", "exmo", "NUM-001"), ("nonce-counts-from-one", "poloniex", "PERS-001")],
)
def test_a_reproduce_line_fails_again(mistake: str, dialect: str, requirement: str) -> None:
    client = ProgramClient(argv=(sys.executable, "-m", "harness.mutants", "--mistake", mistake))
    summary = run(RunSettings(dialect=dialect, seed=11, requirements=(requirement,)), client, ())
    finding = summary.results[0].finding
    assert finding is not None
    program, *arguments = shlex.split(finding.reproduce)
    assert program == "noncense"
    again = subprocess.run(
        [sys.executable, "-m", "harness", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert again.returncode == 1, again.stdout + again.stderr
    assert finding.summary.partition(" ")[0] in again.stdout
    assert requirement in again.stdout


def test_a_reproduce_line_says_in_which_way_the_exchange_was_played() -> None:
    client = ProgramClient(argv=(sys.executable, "-m", "harness.mutants", "--mistake", "nonce-counts-from-one"))
    settings = RunSettings(dialect="poloniex", seed=11, requirements=("PERS-001",), habits={"regime": "A"})
    finding = run(settings, client, ()).results[0].finding
    assert finding is not None
    assert "--habit regime=A" in finding.reproduce
