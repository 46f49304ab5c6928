"""The report as one page of HTML: to be opened from a disk, a build's artifacts or an attachment, without a network.

Every value is escaped by the template, after `visible` has taken its teeth; a policy in the page's head lets nothing
run or be fetched but the style and the script that stand in it, by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from harness.events import Event, RequirementResult, RunEnded, RunSummary, totals
from harness.reports.files import write
from harness.reports.printable import one_line, visible
from harness.reports.reading import (
    Line,
    Weight,
    causes,
    conversation,
    explain,
    headline,
    of_weight,
    skipped_musts,
    weigh,
)
from harness.version import __version__

#: Mark of a line to the class of its voice, and to what stands beside it.
_VOICES = {
    ">": ("client", "client"),
    "<": ("exchange", "exchange"),
    "=": ("judge", "judgement"),
    "!": ("fault", "fault"),
    ":": ("user", "to its user"),
    " ": ("call", ""),
}
_NAMES = {"error": "errors"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlReport:
    """Writes the report when the run is over."""

    path: Path

    def hear(self, event: Event) -> None:
        """Write on the last event; let the others pass."""
        if isinstance(event, RunEnded):
            write(self.path, render(event.summary).encode())


def render(summary: RunSummary) -> str:
    """Return the page; hostile values in it stay text."""
    style, script = _page("report.css"), _page("report.js")
    weights = [(result, weigh(result, summary)) for result in summary.results]
    findings = [(result, result.finding, weight.value) for result, weight in weights if result.finding is not None]
    # What counts stands first; the order within is the run's.
    findings.sort(key=lambda told: told[2] != Weight.FAILURE.value)
    lists = (
        ("Not decided", of_weight(summary, Weight.DOUBT)),
        ("Listed as known failures, and mended", _falsely_listed(summary)),
        ("MUSTs that were skipped", skipped_musts(summary)),
    )
    return (
        _environment()
        .from_string(_page("report.html"))
        .render(
            summary=summary,
            client=summary.client,
            headline=headline(summary),
            mood=_mood(summary).value,
            counts=[(name, count) for name, count in totals(summary.results).items() if count],
            causes=causes(summary),
            findings=findings,
            lists=[(heading, results) for heading, results in lists if results],
            rows=[(result, weight.value) for result, weight in weights],
            policy=policy(style, script),
            style=Markup(style),  # noqa: S704  # our own
            script=Markup(script),  # noqa: S704  # our own
            version=__version__,
        )
    )


def policy(style: str, script: str) -> str:
    """Return the content security policy of a page with one style and one script."""
    allowed = f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _page(name: str) -> str:
    return resources.files("harness.reports").joinpath("page", name).read_text(encoding="utf-8")


def _environment() -> Environment:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {
        "flat": one_line,
        "worded": worded,
        "shown": lambda text: visible(text.strip("\n")),
        "spoken": conversation,
        "voice": lambda line: _VOICES[line.mark][0],
        "speaker": _speaker,
        "why": explain,
        "counted": lambda result: _NAMES.get(result.status.value, result.status.value),
    }
    return environment


def worded(text: str) -> Markup:
    """Return words of ours on one line, with what stands between backticks as code."""
    parts = one_line(text).split("`")
    if len(parts) % 2 == 0:
        return escape(one_line(text))
    code = Markup("<code>{}</code>")
    return Markup("").join(code.format(part) if index % 2 else escape(part) for index, part in enumerate(parts))


def _speaker(line: Line) -> str:
    return _VOICES[line.mark][1]


def _mood(summary: RunSummary) -> Weight:
    if of_weight(summary, Weight.FAILURE):
        return Weight.FAILURE
    return Weight.GOOD if summary.exit_status == 0 else Weight.DOUBT


def _falsely_listed(summary: RunSummary) -> tuple[RequirementResult, ...]:
    return tuple(result for result in of_weight(summary, Weight.FAILURE) if result.finding is None)
