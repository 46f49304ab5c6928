"""What may stand after --report."""

import io
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.reports import report_for
from harness.reports.github import GitHubReport
from harness.reports.json_report import JsonReport


@pytest.mark.parametrize("text", ["", "json", "json:", "pdf:x", "github:path", "json:.", ":x"])
def test_a_wrong_report_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError):
        report_for(text, environment={}, out=io.StringIO())


def test_a_path_may_hold_colons() -> None:
    report = report_for("json:a:b.json", environment={}, out=io.StringIO())
    assert report == JsonReport(path=Path("a:b.json"))


def test_github_finds_its_page_in_the_environment() -> None:
    out = io.StringIO()
    report = report_for("github:", environment={"GITHUB_STEP_SUMMARY": "page.md"}, out=out)
    assert report == GitHubReport(out=out, summary_path=Path("page.md"))
