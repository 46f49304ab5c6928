"""What is made of a requirement: why it is not tried, or what a search over it has shown."""

from __future__ import annotations

import math
import shlex
from dataclasses import replace

from harness.catalogue import Requirement
from harness.drivers import Client, ObjectClient, ProgramClient
from harness.drivers.driver import Description
from harness.events import Evidence, Level, RequirementResult, Status
from harness.findings import finding_of
from harness.run_settings import RunSettings
from harness.search import Outcome
from harness.strategies.calls import PRIVATE, PUBLIC
from mockserver import Dialect

#: Private operations that need nothing before them; a cancellation needs an order.
_CALLED_WITH_A_KEY = frozenset(PRIVATE) - {"cancel_order"}


def before_trying(row: Requirement, dialect: Dialect, client: Description) -> RequirementResult:
    """Return a requirement's result as it stands before anything is tried: skipped, with the reason if it remains so.

    Args:
        row: The requirement.
        dialect: The exchange, which may void it or bind by it to another degree.
        client: What the client promises.
    """
    application = row.application(dialect)
    level = application.level or row.level
    if row.softened_without and row.softened_without not in client.features and level is Level.MUST:
        level = Level.SHOULD
    blank = RequirementResult(id=row.id, level=level, title=row.title, status=Status.SKIPPED)
    if application.level is None:
        return replace(blank, void=True, reason=f"void for {dialect.name}: {application.source}")
    return replace(blank, reason=_missing(row, client))


def concluded(row: Requirement, blank: RequirementResult, outcome: Outcome, reproduce: str) -> RequirementResult:
    """Turn what a search found into a result.

    Args:
        row: The requirement.
        blank: Its result before the search.
        outcome: What the search found.
        reproduce: The command that shows a finding again.
    """
    told = replace(blank, examples=outcome.examples, evidence=_evidence(row, outcome))
    if outcome.conviction is not None:
        finding = finding_of(row, outcome.conviction, reproduce=reproduce, witnesses=outcome.witnesses)
        return replace(told, status=Status.FAILED, reason=finding.summary, finding=finding)
    if outcome.unstable is not None:
        first, _ = outcome.unstable
        finding = finding_of(row, first, reproduce=reproduce)
        return replace(
            told,
            status=Status.INCONCLUSIVE,
            reason=f"unstable: it failed once and did not fail again. {finding.summary}",
            notes=tuple(str(page) for page in finding.transcript),
        )
    if outcome.untriable and outcome.untriable == sum(outcome.unseen.values()) and not outcome.seen:
        return replace(told, status=Status.SKIPPED, reason=outcome.unseen.most_common(1)[0][0])
    owed = {name: max(math.ceil(least * outcome.share), 1) for name, least in row.property.least.items()}
    short = [f"{outcome.seen[name]} of {least} {name}" for name, least in owed.items() if outcome.seen[name] < least]
    if short:
        why = f" ({outcome.unseen.most_common(1)[0][0]})" if outcome.unseen else ""
        return replace(told, status=Status.INCONCLUSIVE, reason=f"too little was seen: {', '.join(short)}{why}")
    notes = [f"not covered: {words}" for name, words in row.property.wanted.items() if not outcome.seen[name]]
    shapes = [
        f"{words} ({_times(seen)})" for name, words in row.property.wanted.items() if (seen := outcome.seen[name])
    ]
    evidence = [f"{outcome.seen[name]} {name}" for name in row.property.least]
    notes.append("; ".join(["seen: " + ", ".join(evidence), *(["covered: " + ", ".join(shapes)] if shapes else [])]))
    return replace(told, status=Status.PASSED, notes=tuple(notes))


def _evidence(row: Requirement, outcome: Outcome) -> Evidence:
    wanted = row.property.wanted
    return Evidence(
        seen={name: outcome.seen[name] for name in row.property.least},
        covered={words: outcome.seen[name] for name, words in wanted.items() if outcome.seen[name]},
        not_covered=tuple(words for name, words in wanted.items() if not outcome.seen[name]),
        provoked=dict(sorted(outcome.provoked.items(), key=lambda item: (-item[1], item[0]))),
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def reproduce_line(row: Requirement, settings: RunSettings, client: Client) -> str:
    """Return the command that shows a finding again."""
    words = ["noncense", "test", "--dialect", settings.dialect]
    if settings.profile != "documented":
        words += ["--profile", settings.profile]
    for habit, choice in settings.habits.items():
        words += ["--habit", f"{habit}={choice}"]
    words += ["--requirement", row.id, "--seed", str(settings.seed)]
    if settings.examples is not None:
        words += ["--examples", str(settings.examples)]
    match client:
        case ProgramClient(argv=argv):
            words += ["--", *argv]
        case ObjectClient(reference=reference):
            words.append(reference if isinstance(reference, str) else "path/to/adapter.py")
    return shlex.join(words)


def _missing(row: Requirement, client: Description) -> str:
    if not client.operations & _CALLED_WITH_A_KEY and (row.needs_key or not client.operations & frozenset(PUBLIC)):
        return "the client promises no private operation that could be called by itself"
    lacking = sorted(row.operations - client.operations)
    if lacking:
        return f"the client does not promise {', '.join(lacking)}"
    if row.one_of and not row.one_of & client.operations:
        return f"the client promises none of {', '.join(sorted(row.one_of))}"
    features = sorted(row.features - client.features)
    return f"the client does not promise the feature {', '.join(features)}" if features else ""
