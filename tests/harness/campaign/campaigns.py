"""Campaigns as the tests run them: bounded by schedules and never by time, so that they say the same on any machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from harness.campaign import CampaignSettings, campaign
from harness.cases import Case
from harness.drivers import Client, ObjectClient
from harness.events import Event, Finding, Listener, RequirementResult, RunSummary, Status
from harness.known_failures import KnownFailures
from harness.mutants import adapter_with
from harness.run import RunSettings

RIGHT = ObjectClient(reference=str(Path(__file__).parents[2] / "clients" / "right.py"))
#: More than any of these needs, and still an end.
PLENTY_S = 600.0


@dataclass(slots=True)
class Heard:
    """A listener that remembers, and does something more when it is asked to."""

    then: Callable[[Event], None] = lambda event: None
    events: list[Event] = field(default_factory=list)

    def hear(self, event: Event) -> None:
        self.events.append(event)
        self.then(event)


def wrong(mistake: str) -> Client:
    return ObjectClient(reference=lambda: adapter_with(mistake))


def search(
    client: Client,
    dialect: str = "reference",
    *requirements: str,
    schedules: int = 60,
    seed: int = 1,
    profile: str = "documented",
    database: Path | None = None,
    schedule: Case | None = None,
    listener: Listener | None = None,
    trace: bool = False,
    known: KnownFailures | None = None,
    overture: bool = True,
) -> RunSummary:
    settings = RunSettings(
        dialect=dialect,
        seed=seed,
        profile=profile,
        requirements=requirements,
        examples=schedules,
        trace=trace,
        known_failures=known,
    )
    asked = CampaignSettings(
        run=settings,
        budget_s=PLENTY_S,
        database=None if database is None else str(database),
        schedule=schedule,
        overture=overture,
    )
    return campaign(asked, client, [listener] if listener is not None else [])


def failed(summary: RunSummary) -> dict[str, Finding]:
    assert summary.fault is None, f"{summary.fault}\n{summary.fault_stderr}"
    return {
        result.id: result.finding
        for result in summary.results
        if result.status is Status.FAILED and result.finding is not None
    }


def result(summary: RunSummary, requirement: str) -> RequirementResult:
    return next(found for found in summary.results if found.id == requirement)
