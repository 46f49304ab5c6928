"""Turns what stands after `--report` into a listener."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from harness.errors import UsageError
from harness.events import Listener

#: Kinds that write a file, and github, which needs none.
KINDS = ("json", "junit", "markdown", "html", "github")


def report_for(text: str, *, environment: Mapping[str, str], out: TextIO) -> Listener:
    """Return the listener that a `KIND:PATH` asks for.

    Args:
        text: What the user wrote; `github:` stands without a path.
        environment: Where GITHUB_STEP_SUMMARY may stand.
        out: Where annotations go.

    Raises:
        UsageError: The kind is unknown, or a path is missing or out of place.
    """
    kind, _, path = text.partition(":")
    if kind not in KINDS:
        raise UsageError(
            f"unknown report {text!r}; a report is one of json:PATH, junit:PATH, markdown:PATH, html:PATH, github:"
        )
    if kind == "github":
        if path:
            raise UsageError("the report github: takes no path; its page is named by GITHUB_STEP_SUMMARY")
        from harness.reports.github import GitHubReport

        page = environment.get("GITHUB_STEP_SUMMARY")
        return GitHubReport(out=out, summary_path=Path(page) if page else None)
    if not path:
        raise UsageError(f"the report {kind} needs a path: {kind}:PATH")
    target = Path(path)
    if target.is_dir():
        raise UsageError(f"the report {text!r} names a folder")
    match kind:
        case "json":
            from harness.reports.json_report import JsonReport

            return JsonReport(path=target)
        case "junit":
            from harness.reports.junit import JUnitReport

            return JUnitReport(path=target)
        case "html":
            from harness.reports.html import HtmlReport

            return HtmlReport(path=target)
        case _:
            from harness.reports.markdown import MarkdownReport

            return MarkdownReport(path=target)
