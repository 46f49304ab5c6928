"""JUnit: what a build server makes of a run."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from harness.reports.junit import JUnitReport, render
from tests.harness.reports.runs import (
    BROKEN,
    FAILED,
    HOSTILE_RESULT,
    INCONCLUSIVE,
    PASSED,
    SHOULD_FAILED,
    SKIPPED,
    result,
    summary,
    tell,
)


def suite_of(document: bytes) -> ElementTree.Element:
    suite = ElementTree.fromstring(document).find("testsuite")
    assert suite is not None
    return suite


def test_the_counts_are_those_of_the_cases() -> None:
    suite = suite_of(render(summary(PASSED, FAILED, SHOULD_FAILED, SKIPPED, INCONCLUSIVE, BROKEN)))
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "6",
        "failures": "1",
        "errors": "2",
        "skipped": "2",
    }
    assert len(suite.findall("testcase/failure")) == 1
    assert len(suite.findall("testcase/error")) == 2
    assert len(suite.findall("testcase/skipped")) == 2


def test_a_failure_carries_the_finding() -> None:
    failure = suite_of(render(summary(FAILED))).find("testcase/failure")
    assert failure is not None
    assert failure.get("type") == "NONCE-WENT-BACK"
    assert "command=returnBalances&nonce=5" in (failure.text or "")
    assert "See it again: noncense test" in (failure.text or "")


def test_a_known_failure_is_skipped_and_a_passing_one_fails() -> None:
    known = render(summary(replace(FAILED, known_failure=True), replace(PASSED, known_failure=True)))
    assert len(suite_of(known).findall("testcase/skipped")) == 1
    failure = suite_of(known).find("testcase/failure")
    assert failure is not None
    assert "strike it off" in (failure.get("message") or "")


def test_hostile_values_do_not_break_the_document() -> None:
    failure = suite_of(render(summary(HOSTILE_RESULT))).find("testcase/failure")
    assert failure is not None
    assert "\\x1b[31mc\\ud800d\\ufffe<&\"'>]]>" in (failure.text or "")


def test_a_run_that_broke_off_is_an_error_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    tell(JUnitReport(path=path), summary(PASSED, fault="adapter signalled: SIGSEGV", exit_status=3))
    error = suite_of(path.read_bytes()).find("testcase[@name='the run']/error")
    assert error is not None
    assert error.get("message") == "adapter signalled: SIGSEGV"


def test_a_thousand_requirements_are_no_burden() -> None:
    many = [result(f"X-{number:04}") for number in range(1000)]
    assert len(suite_of(render(summary(*many))).findall("testcase")) == 1000
