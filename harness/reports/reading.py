"""What a run comes to, in the terms that all reports share."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.events import Finding, Level, RequirementResult, RunSummary, Status, totals
from harness.reports.printable import jsonable, one_line, visible

_WEIGHT = {Level.MAY: 0, Level.SHOULD: 1, Level.MUST: 2}


class Weight(StrEnum):
    """What one result does to the run: nothing, a remark, a failure, or the end of all certainty."""

    GOOD = "good"
    REMARK = "remark"
    FAILURE = "failure"
    DOUBT = "doubt"


def binds(result: RequirementResult, summary: RunSummary) -> bool:
    """Tell whether a requirement counts in this run: by its level, or because it was asked for by name.

    Source:
        docs/reports.md.
    """
    return result.id in summary.chosen or _WEIGHT[result.level] >= _WEIGHT[summary.level]


def weigh(result: RequirementResult, summary: RunSummary) -> Weight:
    """Say what a result does to the run."""
    match result.status:
        case Status.PASSED:
            return Weight.FAILURE if result.known_failure else Weight.GOOD
        case Status.FAILED:
            return Weight.FAILURE if binds(result, summary) and not result.known_failure else Weight.REMARK
        case Status.SKIPPED:
            return Weight.REMARK
        case Status.INCONCLUSIVE:
            return Weight.DOUBT if binds(result, summary) else Weight.REMARK
        case Status.ERROR:
            return Weight.DOUBT


def of_weight(summary: RunSummary, weight: Weight) -> tuple[RequirementResult, ...]:
    """Return the results of one weight, in the run's order."""
    return tuple(result for result in summary.results if weigh(result, summary) is weight)


def explain(result: RequirementResult) -> str:
    """Say in one line why a result is what it is."""
    if result.known_failure and result.status is Status.PASSED:
        return "it is listed as a known failure and passes: strike it off the list"
    if result.finding is not None:
        prefix = "known failure: " if result.known_failure else ""
        return prefix + one_line(result.finding.summary)
    return one_line(result.reason)


def headline(summary: RunSummary) -> str:
    """Say in one sentence how the run ended."""
    if summary.fault is not None:
        return f"The run broke off: {one_line(summary.fault)}"
    failures = of_weight(summary, Weight.FAILURE)
    broken = [result for result in failures if result.status is Status.FAILED]
    doubts = of_weight(summary, Weight.DOUBT)
    if broken:
        return f"This client breaks {_count(len(broken), 'requirement')}."
    if failures:
        return f"{_count(len(failures), 'known failure')} passed: strike off the list what is mended."
    if doubts:
        return f"Nothing failed, but {_count(len(doubts), 'requirement')} could not be decided."
    if summary.exit_status == 0:
        known = sum(result.status is Status.FAILED and result.known_failure for result in summary.results)
        save = f", save {_count(known, 'known failure')}" if known else ""
        return f"Every {_bar(summary)} that applies to this client holds{save}."
    return "Nothing can be said: no MUST applied."


def tally(summary: RunSummary) -> str:
    """Count the results by status, the zeros left out."""
    counts = [f"{count} {name}" for name, count in totals(summary.results).items() if count]
    return ", ".join(counts) or "no results"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One mistake behind several findings.

    Attributes:
        diagnosis: The mistake's code.
        results: What it broke, in the run's order; two at least.
    """

    diagnosis: str
    results: tuple[RequirementResult, ...]


def causes(summary: RunSummary) -> tuple[Cause, ...]:
    """Return the mistakes that several findings name first, the one that broke most before the others."""
    found: dict[str, list[RequirementResult]] = {}
    for result in summary.results:
        if result.finding is not None and result.finding.diagnosis:
            found.setdefault(result.finding.diagnosis[0], []).append(result)
    several = [Cause(diagnosis=name, results=tuple(broken)) for name, broken in found.items() if len(broken) > 1]
    return tuple(sorted(several, key=lambda cause: -len(cause.results)))


def skipped_musts(summary: RunSummary) -> tuple[RequirementResult, ...]:
    """Return the MUSTs of this dialect that were not judged, because the client never promised what they need."""
    return tuple(
        result
        for result in summary.results
        if result.level is Level.MUST and result.status is Status.SKIPPED and not result.void
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a conversation.

    `mark` says who speaks: `>` the client, `<` the exchange, `=` its judgement, `!` a fault that struck, `:` the client
    to its user; a blank is for whatever else is known.
    """

    mark: str
    text: str


#: Member of a transcript's page to the mark of who speaks, in the order in which things happen.
_SPEAKERS = {
    "request": ">",
    "headers": ">",
    "body": ">",
    "verdict": "=",
    "effects": "=",
    "fault": "!",
    "answer": "<",
    "client_said": ":",
}

#: Notes that begin so are evidence; the others are worth a line to whoever reads the summary.
_EVIDENCE = "seen: "


def remarks(result: RequirementResult) -> tuple[str, ...]:
    """Return the notes that qualify a result, without those that only count what was seen."""
    return tuple(note for note in result.notes if not note.startswith(_EVIDENCE))


def conversation(finding: Finding) -> tuple[Line, ...]:
    """Return a finding's transcript as lines that are safe to print."""
    lines: list[Line] = []
    for page in finding.transcript:
        for name, value in page.items():
            if name not in _SPEAKERS:
                lines.extend(Line(mark=" ", text=f"{one_line(name)}: {text}") for text in _spoken(value))
        for name, mark in _SPEAKERS.items():
            lines.extend(Line(mark=mark, text=text) for text in _spoken(page.get(name)))
    return tuple(lines)


def _spoken(value: object) -> Sequence[str]:
    match value:
        case None | "":
            return ()
        case str():
            return visible(value.replace("\r\n", "\n")).splitlines()
        case bytes():
            return _spoken(value.decode("utf-8", "backslashreplace"))
        case Mapping():
            return [f"{one_line(str(name))}: {text}" for name, item in value.items() for text in _spoken(item)]
        case list() | tuple():
            return [text for item in value for text in _spoken(item)]
        case _:
            return (one_line(json.dumps(jsonable(value), ensure_ascii=False)),)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _bar(summary: RunSummary) -> str:
    match summary.level:
        case Level.MUST:
            return "MUST"
        case Level.SHOULD:
            return "MUST and SHOULD"
        case Level.MAY:
            return "requirement"
