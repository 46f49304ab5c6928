"""The JSON report is the one that others rely on."""

import json
from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.reports.json_report import JsonReport, render
from tests.harness.reports.runs import (
    BROKEN,
    FAILED,
    FINDING,
    HOSTILE_RESULT,
    INCONCLUSIVE,
    PASSED,
    SKIPPED,
    summary,
    tell,
)


def test_the_promised_fields_stand_in_it_with_the_promised_types() -> None:
    document = json.loads(render(summary(PASSED, FAILED, SKIPPED, INCONCLUSIVE, BROKEN, exit_status=1)))
    assert document["noncense"] == "0.1.0"
    assert document["protocol"] == 1
    assert document["dialect"] == "reference"
    assert document["seed"] == 20261120
    assert document["client"] | {"name": "my-sdk", "version": "1.4.0", "language": "javascript"} == document["client"]
    assert document["totals"] == {"passed": 1, "failed": 1, "skipped": 1, "inconclusive": 1, "errors": 1}
    assert document["duration_s"] == 1.5
    assert document["exchanges"] == 412
    assert [row["status"] for row in document["requirements"]] == [
        "passed",
        "failed",
        "skipped",
        "inconclusive",
        "error",
    ]
    row = document["requirements"][1]
    assert (row["id"], row["level"], row["known_failure"]) == ("NONCE-001", "MUST", False)
    assert (row["examples"], row["duration_s"]) == (20, 0.25)
    assert row["finding"]["summary"] == FINDING.summary
    assert row["finding"]["diagnosis"] == list(FINDING.diagnosis)
    assert row["finding"]["minimal_example"] == list(FINDING.minimal_example)
    assert row["finding"]["transcript"] == [dict(page) for page in FINDING.transcript]
    assert row["finding"]["consequence"] == FINDING.consequence
    assert row["finding"]["reproduce"] == FINDING.reproduce


def test_a_requirement_that_did_not_fail_has_no_finding() -> None:
    assert json.loads(render(summary(PASSED)))["requirements"][0]["finding"] is None


def test_hostile_values_survive_as_strict_json() -> None:
    document = json.loads(render(summary(HOSTILE_RESULT)).decode("utf-8", "strict"))
    assert "\x1b[31m" in document["requirements"][0]["finding"]["summary"]


def test_it_is_written_when_the_run_broke_off(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "report.json"
    tell(JsonReport(path=path), summary(PASSED, exit_status=3, fault="adapter exited: status 7"))
    document = json.loads(path.read_bytes())
    assert document["fault"] == {"summary": "adapter exited: status 7", "stderr": "last words\n"}
    assert document["totals"]["passed"] == 1


def test_a_report_that_cannot_be_written_is_our_fault_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HarnessError, match="cannot write the report"):
        tell(JsonReport(path=tmp_path / "file" / "report.json"), summary(PASSED))
