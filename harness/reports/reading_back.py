"""A JSON report, read back into the summary that it was rendered from, as far as it tells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.drivers.driver import Description
from harness.errors import UsageError
from harness.events import Evidence, Finding, Level, RequirementResult, RunSummary, Status


def read_report(path: Path) -> RunSummary:
    """Read a report; a folder that holds a recorded run stands for the report in it.

    Raises:
        UsageError: It cannot be read, or is no report of ours.
    """
    source = path / "report.json" if path.is_dir() else path
    try:
        document = json.loads(source.read_text(encoding="utf-8"))
    except OSError as problem:
        raise UsageError(f"cannot read the report {source}: {problem.strerror}") from problem
    except ValueError as problem:
        raise UsageError(f"the report {source} is not JSON") from problem
    return summary_of(document, origin=str(source))


def summary_of(document: Any, *, origin: str) -> RunSummary:
    """Return a report as a summary.

    Args:
        document: The report's plain values.
        origin: What to call it in messages.

    Raises:
        UsageError: It is no report of ours.
    """
    try:
        return _summary(document)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise UsageError(f"{origin} is no report of noncense: {problem!r}") from problem


def finding_of_document(document: Mapping[str, Any]) -> Finding:
    """Return a finding as a JSON report tells it.

    Raises:
        KeyError: It lacks what every finding has.
    """
    return Finding(
        summary=document["summary"],
        diagnosis=tuple(document["diagnosis"]),
        minimal_example=tuple(document["minimal_example"]),
        transcript=tuple(document["transcript"]),
        consequence=document["consequence"],
        reproduce=document["reproduce"],
        remedy=document.get("remedy", ""),
        stderr=document.get("stderr", ""),
        case=document.get("case"),
        hints=tuple(document.get("hints", ())),
    )


def _summary(document: Mapping[str, Any]) -> RunSummary:
    client, fault = document["client"], document.get("fault")
    return RunSummary(
        dialect=document["dialect"],
        profile=document.get("profile", "documented"),
        seed=document["seed"],
        client=Description(
            name=client["name"],
            version=client["version"],
            language=client["language"],
            dialects=(document["dialect"],),
            operations=frozenset(client.get("operations", ())),
            features=frozenset(client.get("features", ())),
            homepage=client.get("homepage"),
            issues=client.get("issues"),
            http_stack=client.get("http_stack"),
        ),
        form=document.get("form", ""),
        results=tuple(_result(row) for row in document["requirements"]),
        duration_s=document["duration_s"],
        exchanges=document["exchanges"],
        exit_status=document.get("exit_status", 3),
        level=Level(document.get("level", "MUST")),
        fault=None if fault is None else fault["summary"],
        fault_stderr="" if fault is None else fault["stderr"],
        unlisted=tuple(document.get("unlisted", ())),
    )


def _result(row: Mapping[str, Any]) -> RequirementResult:
    return RequirementResult(
        id=row["id"],
        level=Level(row["level"]),
        title=row["title"],
        status=Status(row["status"]),
        reason=row["reason"],
        known_failure=row["known_failure"],
        examples=row["examples"],
        exchanges=row.get("exchanges", 0),
        duration_s=row["duration_s"],
        finding=None if row["finding"] is None else finding_of_document(row["finding"]),
        notes=tuple(row.get("notes", ())),
        void=row.get("void", False),
        evidence=None if (told := row.get("evidence")) is None else _evidence(told),
    )


def _evidence(told: Mapping[str, Any]) -> Evidence:
    return Evidence(
        seen=dict(told.get("seen", {})),
        covered=dict(told.get("covered", {})),
        not_covered=tuple(told.get("not_covered", ())),
        provoked=dict(told.get("provoked", {})),
    )
