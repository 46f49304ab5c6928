"""The report as Markdown: for a pull request, an issue, or the summary page of a build."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from harness.events import Event, Finding, RequirementResult, RunEnded, RunSummary, Status
from harness.reports.files import write
from harness.reports.printable import one_line, visible
from harness.reports.prose import finding_as_text
from harness.reports.reading import Weight, causes, explain, headline, of_weight, skipped_musts, tally, weigh

_SIGNS = {Weight.GOOD: "✅", Weight.REMARK: "⚪", Weight.FAILURE: "❌", Weight.DOUBT: "❔"}
_ACTIVE = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&])")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkdownReport:
    """Writes the report when the run is over."""

    path: Path

    def hear(self, event: Event) -> None:
        """Write on the last event; let the others pass."""
        if isinstance(event, RunEnded):
            write(self.path, render(event.summary).encode())


def render(summary: RunSummary) -> str:
    """Return the report; hostile values in it stay text."""
    client = summary.client
    parts = [
        f"# {inert(client.name)} {inert(client.version)} against {inert(summary.dialect)}",
        "",
        f"**{inert(headline(summary))}** {tally(summary)}.",
        "",
        f"Profile {inert(summary.profile)}, {inert(summary.form)}, seed {summary.seed}; "
        f"{summary.exchanges} requests judged in {summary.duration_s:.1f} s.",
    ]
    if summary.fault_stderr.strip():
        parts += ["", fenced(summary.fault_stderr)]
    if found := causes(summary):
        parts += ["", "## One mistake behind several findings", ""]
        parts += [
            f"* **{inert(cause.diagnosis)}**: {', '.join(result.id for result in cause.results)}" for cause in found
        ]
    for result in summary.results:
        if result.finding is not None:
            parts += ["", *_finding(result, result.finding, summary)]
    undecided = of_weight(summary, Weight.DOUBT)
    if undecided:
        parts += ["", "## Not decided", ""]
        parts += [f"* **{result.id}** {inert(explain(result))}" for result in undecided]
    skipped = skipped_musts(summary)
    if skipped:
        parts += ["", "## MUSTs that were skipped", ""]
        parts += [f"* **{result.id}** {inert(explain(result))}" for result in skipped]
    parts += ["", "## All requirements", "", "| | id | level | requirement | |", "| --- | --- | --- | --- | --- |"]
    parts += [_row(result, summary) for result in summary.results]
    return "\n".join(parts) + "\n"


def inert(text: str) -> str:
    """Return the text on one line with everything that Markdown or HTML would act upon escaped."""
    return _ACTIVE.sub(r"\\\1", one_line(text)).replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\\&", "&amp;")


def fenced(text: str) -> str:
    """Return the text as a block of code whose fence is longer than any in it."""
    safe = visible(text)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", safe)), default=0))
    return f"{fence}text\n{safe}\n{fence}"


def _finding(result: RequirementResult, finding: Finding, summary: RunSummary) -> list[str]:
    sign = _SIGNS[weigh(result, summary)]
    known = " (known failure)" if result.known_failure else ""
    return [
        f"## {sign} {result.id} {inert(result.title)}",
        "",
        f"**{result.level.value}**{known}. {inert(finding.summary)}",
        "",
        fenced(finding_as_text(finding)),
    ]


def _row(result: RequirementResult, summary: RunSummary) -> str:
    sign = _SIGNS[weigh(result, summary)]
    if result.status is Status.PASSED and not result.known_failure:
        word = "; ".join(result.notes)
    else:
        word = f"{result.status}: {explain(result)}"
    return f"| {sign} | {result.id} | {result.level.value} | {inert(result.title)} | {inert(word)} |"
