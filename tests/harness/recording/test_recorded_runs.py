"""A recorded run is judged again as it was, without the client, and by newer oracles otherwise."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.catalogue import requirement, requirements
from harness.drivers import ObjectClient
from harness.errors import UsageError
from harness.events import RequirementResult, RunSummary, Status
from harness.judging import Broken, Held, Unseen
from harness.leaks import find_leak
from harness.recording import Recorder, Recording, rejudging
from harness.recording.rejudging import judge_again
from harness.run import RunSettings
from tests.harness.recording.recorded import RIGHT, record, wrong


def told(summary: RunSummary) -> list[RequirementResult]:
    """Return what was judged; a report keeps durations to the millisecond."""
    return [replace(result, duration_s=0.0) for result in summary.results]


@pytest.mark.parametrize("dialect", ["reference", "bitunix"])
def test_a_right_client_s_run_is_judged_again_as_it_was(dialect: str, tmp_path: Path) -> None:
    rows = ("SIGN-00*", "NONCE-001", "RETRY-001", "CONC-002", "SECR-001", "ERR-010")
    summary = record(tmp_path, ObjectClient(reference=RIGHT), *rows, dialect=dialect)
    again = judge_again(Recording(tmp_path))
    assert told(again) == told(summary)
    assert again.exit_status == summary.exit_status


@pytest.mark.parametrize(
    ("mistake", "row"),
    [
        ("nonce-in-seconds", "NONCE-003"),
        ("another-hash", "SIGN-001"),
        ("sorted-when-signed-alone", "CANON-001"),
        ("secret-decoded-as-base64", "SIGN-002"),
        ("orders-sent-again", "RETRY-001"),
        ("secret-in-messages", "SECR-003"),
        ("exponents-sent", "NUM-002"),
        ("redirects-followed", "REDIR-001"),
    ],
)
def test_a_wrong_client_s_run_is_judged_again_as_it_was(mistake: str, row: str, tmp_path: Path) -> None:
    summary = record(tmp_path, wrong(mistake), row, examples=None)
    assert summary.results[0].status is Status.FAILED
    assert told(judge_again(Recording(tmp_path))) == told(summary)


def secrets_of(folder: Path) -> set[str]:
    recording = Recording(folder)
    found: set[str] = set()
    for result in recording.summary.results:
        for playing in recording.playings(result.id):
            assert playing is not None
            assert playing.whole
            found |= {view.credentials.secret for view in playing.observation.keys.values()}
    return found


def test_no_secret_stands_in_a_record_even_where_the_client_leaks_it(tmp_path: Path) -> None:
    summary = record(tmp_path, wrong("secret-on-the-wire"), "SECR-00*", examples=None)
    assert summary.results[0].status is Status.FAILED
    secrets = secrets_of(tmp_path)
    assert secrets
    for path in tmp_path.rglob("*.json*"):
        text = path.read_text(encoding="utf-8")
        assert [secret for secret in secrets if find_leak(secret, text) is not None] == [], path


def with_oracle(monkeypatch: pytest.MonkeyPatch, name: str, judge: object) -> None:
    row = requirement(name)
    other = replace(row, property=replace(row.property, judge=judge))
    rows = tuple(other if known.id == name else known for known in requirements())
    monkeypatch.setattr(rejudging, "requirements", lambda: rows)


def test_a_stricter_oracle_convicts_an_old_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(tmp_path, ObjectClient(reference=RIGHT), "SIGN-001")
    with_oracle(monkeypatch, "SIGN-001", lambda case, observation: Broken(summary="It did.", diagnosis=("OTHER-HASH",)))
    result = judge_again(Recording(tmp_path)).results[0]
    assert result.status is Status.FAILED
    assert result.finding is not None
    assert result.finding.diagnosis == ("OTHER-HASH",)
    assert rejudging.ONCE in result.notes


def test_an_oracle_that_was_too_strict_lets_an_old_run_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(tmp_path, wrong("another-hash"), "SIGN-001")
    least = requirement("SIGN-001").property.least
    with_oracle(monkeypatch, "SIGN-001", lambda case, observation: Held(seen=least))
    assert judge_again(Recording(tmp_path)).results[0].status is Status.PASSED


def test_an_oracle_that_sees_nothing_decides_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(tmp_path, ObjectClient(reference=RIGHT), "SIGN-001")
    with_oracle(monkeypatch, "SIGN-001", lambda case, observation: Unseen(reason="too dark"))
    again = judge_again(Recording(tmp_path))
    assert again.results[0].status is Status.INCONCLUSIVE
    assert again.exit_status == 3


def test_a_requirement_that_is_gone_is_told_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(tmp_path, ObjectClient(reference=RIGHT), "SIGN-001")
    monkeypatch.setattr(rejudging, "requirements", lambda: ())
    result = judge_again(Recording(tmp_path)).results[0]
    assert result.status is Status.PASSED
    assert rejudging.GONE in result.notes


def test_a_case_that_no_record_can_hold_leaves_its_requirement_as_it_was(tmp_path: Path) -> None:
    record(tmp_path, ObjectClient(reference=RIGHT), "SIGN-007")
    path = tmp_path / "cases" / "SIGN-007.jsonl"
    line = {"number": 9, "stage": "search", "form": "in-process", "lost": "a record cannot hold a range"}
    path.write_text(path.read_text(encoding="utf-8") + json.dumps(line) + "\n", encoding="utf-8")
    result = judge_again(Recording(tmp_path)).results[0]
    assert result.status is Status.PASSED
    assert rejudging.INCOMPLETE in result.notes


def test_a_record_that_was_cut_short_says_so(tmp_path: Path) -> None:
    record(tmp_path, ObjectClient(reference=RIGHT), "SIGN-007")
    (tmp_path / "report.json").unlink()
    with pytest.raises(UsageError, match="was cut short"):
        Recording(tmp_path)


def test_a_record_of_another_format_is_refused(tmp_path: Path) -> None:
    record(tmp_path, ObjectClient(reference=RIGHT), "SIGN-007")
    head = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    (tmp_path / "run.json").write_text(json.dumps({**head, "noncense_run": 99}), encoding="utf-8")
    with pytest.raises(UsageError, match="format 99"):
        Recording(tmp_path)


def test_a_line_that_was_spoilt_is_named(tmp_path: Path) -> None:
    record(tmp_path, ObjectClient(reference=RIGHT), "SIGN-007")
    path = tmp_path / "cases" / "SIGN-007.jsonl"
    path.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    with pytest.raises(UsageError, match=r"SIGN-007\.jsonl, line \d+"):
        judge_again(Recording(tmp_path))


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(UsageError, match="holds something that is no record"):
        Recorder(tmp_path, RunSettings(dialect="reference", seed=1), ObjectClient(reference=RIGHT))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_an_earlier_record_is_replaced(tmp_path: Path) -> None:
    record(tmp_path, wrong("another-hash"), "SIGN-001")
    assert list((tmp_path / "findings").iterdir())
    record(tmp_path, ObjectClient(reference=RIGHT), "SIGN-007")
    assert [path.name for path in (tmp_path / "cases").iterdir()] == ["SIGN-007.jsonl"]
    assert not list((tmp_path / "findings").iterdir())
