"""Findings with one cause stand under it: the mistake is shown at length once, and then by name."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

from harness.reports.markdown import render
from harness.reports.reading import causes
from harness.reports.terminal import TerminalReport
from tests.harness.reports.runs import FAILED, FINDING, HOSTILE_RESULT, PASSED, summary, tell

SECOND = replace(FAILED, id="NONCE-002", finding=replace(FINDING, diagnosis=("NONCE-WENT-BACK",), summary="Again so."))
OTHER = replace(FAILED, id="TIME-001", finding=replace(FINDING, diagnosis=("CLOCK-AHEAD",)))
NAMELESS = [replace(FAILED, id=f"ERR-00{number}", finding=replace(FINDING, diagnosis=())) for number in (1, 2)]


def shown(*results: object, trace: bool = False) -> str:
    stream = io.StringIO()
    with TerminalReport(stream, trace=trace) as report:
        tell(report, summary(*results, exit_status=1))  # type: ignore[arg-type]
    return stream.getvalue()


def test_findings_whose_first_diagnosis_is_the_same_have_one_cause() -> None:
    (cause,) = causes(summary(PASSED, FAILED, OTHER, SECOND, *NAMELESS))
    assert cause.diagnosis == "NONCE-WENT-BACK"
    assert [result.id for result in cause.results] == ["NONCE-001", "NONCE-002"]


def test_what_broke_most_comes_first() -> None:
    thrice = [replace(OTHER, id=f"TIME-00{number}") for number in (1, 2, 3)]
    assert [cause.diagnosis for cause in causes(summary(FAILED, SECOND, *thrice))] == ["CLOCK-AHEAD", "NONCE-WENT-BACK"]


def test_the_second_finding_of_a_cause_is_shown_in_short() -> None:
    text = shown(FAILED, OTHER, SECOND)
    assert text.count("> POST /tradingApi") == 2
    assert "Again so." in text
    assert "Diagnosis  NONCE-WENT-BACK, as with NONCE-001" in text
    assert "NONCE-WENT-BACK: NONCE-001, NONCE-002" in text
    assert text.count(FINDING.reproduce) == 3


def test_a_trace_shows_every_finding_at_length() -> None:
    assert shown(FAILED, SECOND, trace=True).count("> POST /tradingApi") == 2


def test_nothing_is_said_of_causes_where_each_finding_has_its_own() -> None:
    assert "One mistake behind" not in shown(FAILED, OTHER, *NAMELESS)
    assert "One mistake behind" not in render(summary(FAILED, OTHER))


def test_a_page_names_the_causes_before_the_findings(tmp_path: Path) -> None:
    text = render(summary(FAILED, SECOND))
    assert text.index("* **NONCE-WENT-BACK**: NONCE-001, NONCE-002") < text.index("## ❌ NONCE")


def test_hostile_codes_stay_text() -> None:
    twice = [replace(HOSTILE_RESULT, id=f"NUM-00{number}") for number in (1, 2)]
    assert "\x1b" not in shown(*twice)
    assert "<&" not in render(summary(*twice)).partition("## One mistake")[2].partition("\n## ")[0]
