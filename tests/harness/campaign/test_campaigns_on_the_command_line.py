"""`noncense test --campaign`, and the line that plays one schedule again."""

import json
import shlex
import sys
from pathlib import Path

import pytest

from tests.harness.campaign.campaigns import failed, search, wrong
from tests.harness.cli.command_line import complaint, run_noncense

Capture = pytest.CaptureFixture[str]
WRONG = ("--", sys.executable, "-m", "harness.mutants", "--mistake", "orders-sent-again")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    monkeypatch.chdir(tmp_path)


def test_a_campaign_reports_as_any_run_does_and_its_line_shows_the_finding_again(
    capsys: Capture, tmp_path: Path
) -> None:
    line = "test --dialect exmo --campaign 10m --examples 60 --seed 3 --requirement RETRY-001 --report json:r.json"
    seen = run_noncense(capsys, line, *WRONG)
    assert seen.status == 1
    assert "EFFECT-TWICE" in seen.out
    (row,) = json.loads((tmp_path / "r.json").read_text())["requirements"]
    assert row["status"] == "failed"
    assert (tmp_path / ".noncense" / "examples").is_dir()

    program, *words = shlex.split(row["finding"]["reproduce"])
    assert program == "noncense"
    again = run_noncense(capsys, "", *words)
    assert again.status == 1
    assert all(step in again.out for step in row["finding"]["minimal_example"])
    assert run_noncense(capsys, "replay r.json RETRY-001", *WRONG).status == 1


def test_a_line_that_shows_nothing_any_more_says_so(capsys: Capture) -> None:
    found = failed(search(wrong("orders-sent-again"), "exmo", "RETRY-001"))["RETRY-001"]
    words = shlex.split(found.reproduce)[1:-1]
    seen = run_noncense(capsys, "", *words, str(Path(__file__).parents[2] / "clients" / "right.py"))
    assert seen.status == 3
    assert "inconclusive" in seen.out


@pytest.mark.parametrize(
    ("words", "words_back"),
    [
        ("--campaign 5", "--campaign takes a time"),
        ("--campaign 5m --jobs 2", "one schedule at a time"),
        ("--campaign 5m --record here", "--record"),
        ("--campaign 5m --requirement NUM-001", "watches no requirement called NUM-001"),
        ("--examples-in here", "needs --campaign"),
        ("--schedule nonsense", "no schedule of a campaign"),
    ],
)
def test_wrong_usage_is_answered_in_one_line(capsys: Capture, words: str, words_back: str) -> None:
    assert words_back in complaint(run_noncense(capsys, f"test --dialect exmo {words} adapter.py"))
