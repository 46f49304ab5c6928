"""GitHub Actions: annotations that cannot be forged, and a summary that is never refused for its size."""

import io
from dataclasses import replace
from pathlib import Path

from harness.reports.github import SUMMARY_BYTES, GitHubReport, command, commands, cut
from tests.harness.reports.runs import FAILED, HOSTILE_RESULT, INCONCLUSIVE, NASTY, PASSED, SHOULD_FAILED, summary, tell


def test_a_finding_becomes_one_line_with_a_title() -> None:
    (line,) = commands(summary(PASSED, FAILED, SHOULD_FAILED))
    assert line.startswith("::error title=NONCE-001 (MUST) A nonce is greater than the last one of its key::")
    assert "The client sent nonce 5 after nonce 7.%0ASee it again: noncense test" in line


def test_hostile_values_end_no_command_and_begin_none() -> None:
    for line in commands(summary(HOSTILE_RESULT)):
        head, _, message = line.removeprefix("::error title=").partition("::")
        assert "\n" not in line
        assert "\r" not in line
        assert ":" not in head
        assert "," not in head
        assert "::error" not in message


def test_percent_carriage_return_and_newline_are_escaped() -> None:
    assert command("error", "100 %\r\nx", title="9 %: b, c") == "::error title=9 %25%3A b%2C c::100 %25\\x0d%0Ax"


def test_ten_findings_are_ten_annotations() -> None:
    assert len(commands(summary(*[replace(FAILED, id=f"X-{n:03}") for n in range(10)]))) == 10


def test_more_findings_than_github_shows_are_counted() -> None:
    lines = commands(summary(*[replace(FAILED, id=f"X-{n:03}") for n in range(14)], INCONCLUSIVE))
    assert len(lines) == 10
    assert lines[-1] == "::error title=noncense::and 6 more; see the report"


def test_the_summary_page_is_added_to(tmp_path: Path) -> None:
    page = tmp_path / "summary.md"
    page.write_text("before\n")
    out = io.StringIO()
    tell(GitHubReport(out=out, summary_path=page), summary(PASSED, FAILED, exit_status=1))
    assert page.read_text().startswith("before\n# my-sdk")
    assert out.getvalue().count("::error") == 1


def test_a_summary_is_cut_between_characters_and_says_so() -> None:
    content = cut("💥" * 300_000)
    assert len(content) <= SUMMARY_BYTES
    assert content.decode("utf-8").endswith("larger than a summary page may be.\n")


def test_a_summary_that_fits_is_left_alone() -> None:
    assert cut("fits é") == "fits é".encode()


def test_a_run_that_broke_off_is_the_first_annotation() -> None:
    lines = commands(summary(FAILED, fault=f"adapter framing: {NASTY}", exit_status=3))
    assert lines[0].startswith("::error title=noncense%3A the run broke off::The run broke off: adapter framing")
