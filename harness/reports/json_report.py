"""The JSON report: the one that machines may rely on.

Source:
    docs/reports.md. The fields named there stand first and are fixed; the rest are additions.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from harness.drivers.driver import Description
from harness.events import Event, Evidence, Finding, RequirementResult, RunEnded, RunSummary, totals
from harness.reports.files import write
from harness.reports.printable import jsonable, one_line
from harness.version import PROTOCOL, __version__


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonReport:
    """Writes the report when the run is over, and also when it broke off."""

    path: Path

    def hear(self, event: Event) -> None:
        """Write on the last event; let the others pass."""
        if isinstance(event, RunEnded):
            write(self.path, render(event.summary))


def render(summary: RunSummary) -> bytes:
    """Return the report as UTF-8 text with a line end."""
    document = jsonable(as_document(summary))
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def as_document(summary: RunSummary) -> dict[str, object]:
    """Return the report as plain values."""
    return {
        "noncense": __version__,
        "protocol": PROTOCOL,
        "dialect": summary.dialect,
        "seed": summary.seed,
        "client": _client(summary.client),
        "totals": dict(totals(summary.results)),
        "duration_s": round(summary.duration_s, 3),
        "exchanges": summary.exchanges,
        "requirements": [_requirement(result) for result in summary.results],
        "profile": summary.profile,
        "form": summary.form,
        "level": summary.level.value,
        "exit_status": summary.exit_status,
        "fault": None
        if summary.fault is None
        else {"summary": one_line(summary.fault), "stderr": summary.fault_stderr},
        "unlisted": list(summary.unlisted),
    }


def _client(client: Description) -> dict[str, object]:
    known: dict[str, object] = {"name": client.name, "version": client.version, "language": client.language}
    for name in ("homepage", "issues", "http_stack"):
        value = getattr(client, name)
        if value is not None:
            known[name] = value
    known["operations"] = sorted(client.operations)
    known["features"] = sorted(client.features)
    return known


def _requirement(result: RequirementResult) -> dict[str, object]:
    return {
        "id": result.id,
        "level": result.level.value,
        "title": result.title,
        "status": result.status.value,
        "known_failure": result.known_failure,
        "reason": one_line(result.reason),
        "examples": result.examples,
        "duration_s": round(result.duration_s, 3),
        "finding": None if result.finding is None else finding_as_document(result.finding),
        "exchanges": result.exchanges,
        "notes": list(result.notes),
        "void": result.void,
        "evidence": None if result.evidence is None else _evidence(result.evidence),
    }


def _evidence(evidence: Evidence) -> dict[str, object]:
    return {
        "seen": dict(evidence.seen),
        "covered": dict(evidence.covered),
        "not_covered": list(evidence.not_covered),
        "provoked": dict(evidence.provoked),
    }


def finding_as_document(finding: Finding) -> dict[str, object]:
    """Return a finding as plain values."""
    return {
        "summary": finding.summary,
        "diagnosis": list(finding.diagnosis),
        "minimal_example": list(finding.minimal_example),
        "transcript": [dict(entry) for entry in finding.transcript],
        "consequence": finding.consequence,
        "reproduce": finding.reproduce,
        "remedy": finding.remedy,
        "stderr": finding.stderr,
        "case": finding.case,
        "hints": list(finding.hints),
    }
