"""Markdown: values stay text."""

import re
from pathlib import Path

from harness.reports.markdown import MarkdownReport, fenced, inert, render
from tests.harness.reports.runs import FAILED, HOSTILE_RESULT, INCONCLUSIVE, PASSED, SKIPPED, summary, tell


def test_it_names_what_is_broken_undecided_and_skipped() -> None:
    page = render(summary(PASSED, FAILED, INCONCLUSIVE, SKIPPED, exit_status=1))
    assert "## ❌ NONCE-001" in page
    assert "## Not decided\n\n* **RETRY-001** fault not struck" in page
    assert "## MUSTs that were skipped\n\n* **CONC-001**" in page


def test_a_fence_is_longer_than_any_in_the_text() -> None:
    assert fenced("a ```` b").startswith("`````text\n")


def test_a_table_row_stays_a_row() -> None:
    rows = [line for line in render(summary(HOSTILE_RESULT)).splitlines() if line.startswith("| ❌")]
    assert len(rows) == 1
    assert len(re.findall(r"(?<!\\)\|", rows[0])) == 6


def test_nothing_in_a_value_is_a_tag_a_link_or_an_entity() -> None:
    assert inert("<b>[x](y)&amp; @someone #1") == "&lt;b&gt;\\[x\\]\\(y\\)&amp;amp; \\@someone \\#1"


def test_it_is_written_at_the_end(tmp_path: Path) -> None:
    tell(MarkdownReport(path=tmp_path / "r.md"), summary(PASSED))
    assert (tmp_path / "r.md").read_text().startswith("# my-sdk 1.4.0 against reference")
