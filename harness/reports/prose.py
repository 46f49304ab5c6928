"""A finding as plain text: for places that take one block of it, such as JUnit's failures and pytest's."""

from __future__ import annotations

from harness.events import Finding
from harness.reports.printable import one_line, visible
from harness.reports.reading import conversation


def finding_as_text(finding: Finding) -> str:
    """Return a finding as lines of text, safe to print."""
    lines = [visible(finding.summary)]
    if finding.minimal_example:
        lines += ["", "The smallest case that fails:"]
        lines += [f"  {number}. {one_line(step)}" for number, step in enumerate(finding.minimal_example, start=1)]
    spoken = conversation(finding)
    if spoken:
        lines += ["", "What was said (> client, < exchange, = its judgement, ! a fault, : the client to its user):"]
        lines += [f"  {line.mark} {line.text}" for line in spoken]
    if finding.stderr.strip():
        lines += ["", "The client on stderr:"]
        lines += [f"  {line}" for line in visible(finding.stderr).splitlines()]
    lines.append("")
    if finding.diagnosis:
        lines.append(f"Diagnosis: {', '.join(visible(code) for code in finding.diagnosis)}")
    lines += [f"Seen: {visible(hint)}" for hint in finding.hints]
    if finding.consequence:
        lines.append(f"Consequence: {visible(finding.consequence)}")
    if finding.remedy:
        lines.append(f"Remedy: {visible(finding.remedy)}")
    lines.append(f"See it again: {one_line(finding.reproduce)}")
    return "\n".join(lines)
