"""The report to GitHub Actions: annotations on stdout, and the summary page of the step.

Of one kind GitHub shows ten annotations a step, and it refuses a summary above 1 MiB; both are kept here with room to
spare, and what is left out is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from harness.errors import HarnessError
from harness.events import Event, RequirementResult, RunEnded, RunSummary
from harness.reports import markdown
from harness.reports.printable import visible
from harness.reports.reading import Weight, explain, headline, of_weight

ANNOTATIONS = 10
SUMMARY_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHubReport:
    """Speaks when the run is over.

    Attributes:
        out: Where annotations go: the step's stdout.
        summary_path: The file that GITHUB_STEP_SUMMARY names; None outside of GitHub.
    """

    out: TextIO
    summary_path: Path | None = None

    def hear(self, event: Event) -> None:
        """Speak on the last event; let the others pass."""
        if not isinstance(event, RunEnded):
            return
        for line in commands(event.summary):
            self.out.write(line + "\n")
        self.out.flush()
        if self.summary_path is not None:
            try:
                with self.summary_path.open("ab") as page:
                    page.write(cut(markdown.render(event.summary)))
            except OSError as problem:
                raise HarnessError(f"cannot write the step summary: {problem.strerror}") from problem


def commands(summary: RunSummary) -> tuple[str, ...]:
    """Return at most ten workflow commands, the failures first; the tenth counts what nine could not hold."""
    found: list[str] = []
    if summary.fault is not None:
        found.append(command("error", headline(summary), title="noncense: the run broke off"))
    for weight in (Weight.FAILURE, Weight.DOUBT):
        found.extend(_annotation(result) for result in of_weight(summary, weight))
    if len(found) > ANNOTATIONS:
        left = len(found) - (ANNOTATIONS - 1)
        more = command("error", f"and {left} more; see the report", title="noncense")
        return (*found[: ANNOTATIONS - 1], more)
    return tuple(found)


def command(kind: str, message: str, *, title: str) -> str:
    """Return one workflow command with everything escaped that would end or divide it."""
    body = visible(message).replace("%", "%25").replace("\n", "%0A")
    name = visible(title).replace("%", "%25").replace("\n", "%0A").replace(":", "%3A").replace(",", "%2C")
    return f"::{kind} title={name}::{body}"


def cut(text: str) -> bytes:
    """Return the text as UTF-8 of at most a million bytes, cut between characters and saying so."""
    content = text.encode()
    if len(content) <= SUMMARY_BYTES:
        return content
    notice = b"\n\nCut here: the whole report is larger than a summary page may be.\n"
    kept = content[: SUMMARY_BYTES - len(notice)].decode(errors="ignore").encode()
    return kept + notice


def _annotation(result: RequirementResult) -> str:
    message = explain(result)
    if result.finding is not None:
        message += f"\nSee it again: {result.finding.reproduce}"
    return command("error", message, title=f"{result.id} ({result.level.value}) {result.title}")
