"""Plays the smallest case of a finding again: the case itself, and nothing is searched for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.cases import Case
from harness.catalogue import requirement
from harness.drivers import Client
from harness.errors import UsageError
from harness.events import Finding, Listener, RunSummary
from harness.recording.plain import NotPlain, read
from harness.reports.reading_back import finding_of_document, read_report
from harness.run import run
from harness.run_settings import RunSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A finding that somebody kept, and the requirement that it is about."""

    requirement: str
    finding: Finding


def kept_finding(path: Path, name: str | None) -> Kept:
    """Read a finding.

    Args:
        path: A finding's own file, a JSON report, or a folder that holds a recorded run.
        name: The requirement's id; None where the file has one finding alone.

    Raises:
        UsageError: There is no such finding there, or there are several to choose from.
    """
    found = _of_file(path) or _of_report(path)
    if not found:
        raise UsageError(f"{path} holds no finding: there is nothing to replay")
    if name is not None:
        found = [kept for kept in found if kept.requirement == name.upper()]
        if not found:
            raise UsageError(f"{path} holds no finding of {name}")
    if len(found) > 1:
        names = ", ".join(kept.requirement for kept in found)
        raise UsageError(f"{path} holds {len(found)} findings: name one of {names}")
    return found[0]


def replay(kept: Kept, settings: RunSettings, client: Client, listeners: Sequence[Listener]) -> RunSummary:
    """Play a finding's case, again and again until it fails, as often as the requirement confirms a failure.

    A case whose secret was drawn is not in any report; it is drawn again by its seed, with the search that found it.

    Args:
        kept: The finding.
        settings: As of the run that found it.
        client: The client under test.
        listeners: Who hears of it.

    Raises:
        UsageError: The case speaks of what this version does not know.
    """
    row = requirement(kept.requirement)
    alone = replace(settings, requirements=(row.id,))
    plain = kept.finding.case
    if plain is None or _has_hidden(plain):
        return run(alone, client, listeners)
    try:
        case = read(plain)
    except NotPlain as problem:
        raise UsageError(f"the case of {row.id} cannot be played: {problem}") from problem
    if not isinstance(case, Case):
        raise UsageError(f"the finding of {row.id} holds no case")
    from harness.campaign.invariants import watched_over  # whose schedules are written by this package

    row = watched_over(row, case)
    played = (case,) * max(row.property.confirmations, 1)
    prop = replace(row.property, cases=None, fixed=lambda _: played, least={}, wanted={})
    return run(alone, client, listeners, rows=(replace(row, property=prop),))


def _of_file(path: Path) -> list[Kept]:
    """Return the finding in a file of its own; nothing where the file is another."""
    if path.is_dir():
        return []
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
        return [Kept(requirement=document["id"], finding=finding_of_document(document["finding"]))]
    except OSError as problem:
        raise UsageError(f"cannot read {path}: {problem.strerror}") from problem
    except (ValueError, KeyError, TypeError):
        return []


def _of_report(path: Path) -> list[Kept]:
    results = read_report(path).results
    return [Kept(requirement=result.id, finding=result.finding) for result in results if result.finding is not None]


def _has_hidden(plain: object) -> bool:
    match plain:
        case Mapping():
            return plain.get("$") == "hidden" or any(_has_hidden(item) for item in plain.values())
        case list():
            return any(_has_hidden(item) for item in plain)
        case _:
            return False
