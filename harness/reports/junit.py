"""The JUnit report, which every build server reads.

What binds the client and failed is a failure; what broke or could not be decided is an error; the rest of what did not
pass is skipped, with the reason, because a build server knows no softer word.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from harness.events import Event, RequirementResult, RunEnded, RunSummary
from harness.reports.files import write
from harness.reports.printable import one_line, visible
from harness.reports.prose import finding_as_text
from harness.reports.reading import Weight, explain, of_weight, weigh


@dataclass(frozen=True, slots=True, kw_only=True)
class JUnitReport:
    """Writes the report when the run is over."""

    path: Path

    def hear(self, event: Event) -> None:
        """Write on the last event; let the others pass."""
        if isinstance(event, RunEnded):
            write(self.path, render(event.summary))


def render(summary: RunSummary) -> bytes:
    """Return the report as an XML document."""
    counts = {weight: len(of_weight(summary, weight)) for weight in Weight}
    attributes = {
        "name": f"noncense {summary.dialect}",
        "tests": str(len(summary.results)),
        "failures": str(counts[Weight.FAILURE]),
        "errors": str(counts[Weight.DOUBT] + (summary.fault is not None)),
        "skipped": str(counts[Weight.REMARK]),
        "time": f"{summary.duration_s:.3f}",
    }
    root = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(root, "testsuite", attributes)
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in (
        ("client", f"{summary.client.name} {summary.client.version}"),
        ("language", summary.client.language),
        ("form", summary.form),
        ("profile", summary.profile),
        ("seed", str(summary.seed)),
    ):
        ElementTree.SubElement(properties, "property", name=name, value=one_line(value))
    for result in summary.results:
        _case(suite, result, summary)
    if summary.fault is not None:
        broken = ElementTree.SubElement(suite, "testcase", classname=summary.dialect, name="the run", time="0.000")
        error = ElementTree.SubElement(broken, "error", type="broke off", message=one_line(summary.fault))
        error.text = visible(summary.fault_stderr)
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _case(suite: ElementTree.Element, result: RequirementResult, summary: RunSummary) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=f"{summary.dialect}.{result.id.partition('-')[0]}",
        name=one_line(f"{result.id} {result.title}"),
        time=f"{result.duration_s:.3f}",
    )
    details = "" if result.finding is None else finding_as_text(result.finding)
    message = explain(result)
    match weigh(result, summary):
        case Weight.GOOD:
            pass
        case Weight.FAILURE:
            diagnosis = result.finding.diagnosis if result.finding else ()
            failure = ElementTree.SubElement(case, "failure", type=_type(diagnosis, result), message=message)
            failure.text = details
        case Weight.DOUBT:
            ElementTree.SubElement(case, "error", type=result.status.value, message=message)
        case Weight.REMARK:
            ElementTree.SubElement(case, "skipped", message=f"{result.level.value} {result.status.value}: {message}")
            if details:
                ElementTree.SubElement(case, "system-out").text = details
    notes = [visible(note) for note in result.notes]
    if notes:
        ElementTree.SubElement(case, "system-err").text = "\n".join(notes)


def _type(diagnosis: tuple[str, ...], result: RequirementResult) -> str:
    return one_line(diagnosis[0]) if diagnosis else result.level.value
