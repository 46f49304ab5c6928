"""`test --record`, `judge`, `replay` and `compare`, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.harness.cli.command_line import complaint, run_noncense
from tests.harness.recording.recorded import RIGHT

ADAPTER = """
from harness.mutants import adapter_with
ADAPTER = adapter_with("exponents-sent")
"""
ROW = "NUM-002"


@pytest.fixture
def adapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "adapter.py"
    path.write_text(ADAPTER, encoding="utf-8")
    return path


@pytest.fixture
def recorded(adapter: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = adapter.parent / "run"
    asked = f"test --dialect reference --seed 7 --requirement {ROW} --requirement SIGN-007 --record {folder}"
    assert run_noncense(capsys, asked, str(adapter)).status == 1
    return folder


def test_a_recorded_run_is_judged_without_its_client(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (recorded.parent / "adapter.py").unlink()
    seen = run_noncense(capsys, f"judge {recorded} --report json:again.json")
    assert seen.status == 1
    assert "every judgement is as it was then" in seen.out
    again = json.loads((recorded.parent / "again.json").read_text(encoding="utf-8"))
    then = json.loads((recorded / "report.json").read_text(encoding="utf-8"))
    assert again["requirements"] == then["requirements"]


def test_one_requirement_of_a_record_is_judged(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seen = run_noncense(capsys, f"judge {recorded} --requirement SIGN-007")
    assert seen.status == 0
    assert ROW not in seen.out


@pytest.mark.parametrize("path", ["run", "run/report.json", f"run/findings/{ROW}.json"])
def test_a_finding_fails_again_from_wherever_it_was_kept(
    path: str, recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = run_noncense(capsys, f"replay {recorded.parent / path} --yes")
    assert seen.status == 1
    assert "AMOUNT-IN-SCIENTIFIC-NOTATION" in seen.out
    assert "The smallest case that fails" in seen.out


def test_a_finding_that_is_mended_does_not_fail_again(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seen = run_noncense(capsys, f"replay {recorded} {ROW} --client {RIGHT}")
    assert seen.status == 0
    assert f"{ROW} did not fail again" in seen.out
    assert "POST /v1/orders" in seen.out


def test_a_client_that_a_file_names_is_not_started_unasked(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = complaint(run_noncense(capsys, f"replay {recorded} {ROW}"))
    assert "adapter.py" in said
    assert "--yes" in said


def test_the_project_s_own_client_comes_before_the_one_that_a_file_names(
    recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (recorded.parent / "noncense.toml").write_text(f"adapter = {json.dumps(RIGHT)}\n", encoding="utf-8")
    assert run_noncense(capsys, f"replay {recorded} {ROW}").status == 0


@pytest.mark.parametrize(
    ("what", "words"),
    [("run SIGN-007", "holds no finding of SIGN-007"), ("nowhere.json", "cannot read"), ("adapter.py", "not JSON")],
)
def test_what_cannot_be_replayed_is_said(
    what: str, words: str, recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert words in complaint(run_noncense(capsys, f"replay {what} --yes"))


def test_a_line_that_is_no_call_of_ours_is_not_run(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = recorded / "findings" / f"{ROW}.json"
    document = json.loads(page.read_text(encoding="utf-8"))
    document["finding"]["reproduce"] = "rm -r everything"
    page.write_text(json.dumps(document), encoding="utf-8")
    assert "no call of noncense test" in complaint(run_noncense(capsys, f"replay {page} --yes"))


def test_two_reports_are_compared(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mended = recorded.parent / "mended.json"
    asked = f"test --dialect reference --seed 7 --requirement {ROW} --requirement SIGN-007 --report json:{mended}"
    assert run_noncense(capsys, asked, RIGHT).status == 0
    better = run_noncense(capsys, f"compare {recorded} {mended}")
    assert (better.status, "Mended" in better.out, "Nothing got worse." in better.out) == (0, True, True)
    worse = run_noncense(capsys, f"compare {mended} {recorded / 'report.json'} --json")
    assert worse.status == 1
    document = json.loads(worse.out)
    assert document["worse"] is True
    assert [(change["id"], change["turn"]) for change in document["changes"]] == [(ROW, "broken")]
    assert document["changes"][0]["after"]["diagnosis"] == ["AMOUNT-IN-SCIENTIFIC-NOTATION"]


def test_what_is_no_report_is_not_compared(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (recorded.parent / "odd.json").write_text("[]", encoding="utf-8")
    assert "no report of noncense" in complaint(run_noncense(capsys, f"compare odd.json {recorded}"))
