"""What a campaign watches: its requirements, and what has become of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from harness.campaign.hunt import Caught, Evidence
from harness.campaign.invariants import INVARIANTS, Invariant
from harness.campaign.memory import FOLDER
from harness.campaign.schedules import as_word
from harness.cases import Case
from harness.catalogue import Property, Requirement, requirements
from harness.concluding import concluded, reproduce_line
from harness.drivers import Client
from harness.errors import UsageError
from harness.events import RequirementResult
from harness.run_settings import RunSettings
from harness.search import Outcome

#: A requirement that was found unstable so often is not looked for any more.
MOST_UNSTABLE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignSettings:
    """What a campaign is asked to do.

    Attributes:
        run: The dialect, the seed and all that a run is asked for; its `examples` are the schedules of the whole
            campaign, its `requirements` those whose invariants are watched.
        budget_s: How long it may go on.
        database: A folder or a `redis://` address where schedules that failed are kept; None to keep none.
        schedule: One schedule to be played instead of drawing any.
        overture: Whether it begins with a schedule for each kind of provocation.
    """

    run: RunSettings
    budget_s: float
    database: str | None = FOLDER
    schedule: Case | None = None
    overture: bool = True


def watched(patterns: Sequence[str]) -> Sequence[tuple[Requirement, Invariant]]:
    """Return what a campaign watches of what ids or globs name; all of it for no pattern.

    Raises:
        UsageError: A pattern names nothing that is watched.
    """
    rows = {row.id: row for row in requirements()}
    everything = [(rows[invariant.requirement], invariant) for invariant in INVARIANTS]
    for pattern in patterns:
        if not any(fnmatchcase(row.id, pattern.upper()) for row, _ in everything):
            names = ", ".join(row.id for row, _ in everything)
            raise UsageError(f"a campaign watches no requirement called {pattern}; it watches {names}")
    return [
        (row, invariant)
        for row, invariant in everything
        if not patterns or any(fnmatchcase(row.id, pattern.upper()) for pattern in patterns)
    ]


@dataclass(slots=True, kw_only=True)
class Watch:
    """One requirement of the campaign, and what has become of it.

    `caught` is the conviction, or else the last that proved unstable; `wobbles` counts those.
    """

    row: Requirement
    invariant: Invariant
    blank: RequirementResult
    caught: Caught | None = None
    wobbles: int = 0

    @property
    def open(self) -> bool:
        """Whether it is still looked for."""
        return not (self.caught is not None and self.caught.confirmed) and self.wobbles < MOST_UNSTABLE

    def take(self, caught: Caught) -> None:
        """Take note of what was caught."""
        self.caught = caught
        self.wobbles += not caught.confirmed

    def result(self, run: RunSettings, client: Client, evidence: Evidence, *, schedules: int) -> RequirementResult:
        """Turn what became of the requirement into a result.

        Args:
            run: What was asked for.
            client: The client under test.
            evidence: What was seen.
            schedules: How many schedules were played.
        """
        if self.blank.reason:
            return self.blank
        outcome = Outcome(examples=schedules, seen=evidence.seen, unseen=evidence.unseen, untriable=evidence.untriable)
        line = ""
        if self.caught is not None:
            line = _reproducing(self.row, run, client, self.caught.conviction.case)
            if self.caught.confirmed:
                outcome.conviction = self.caught.conviction
            else:
                outcome.unstable = (self.caught.conviction, self.caught.last)
        judge, least = self.invariant.judge, self.invariant.least
        row = replace(self.row, property=Property(cases=None, judge=judge, least=least, examples=0))
        return concluded(row, self.blank, outcome, line)


def _reproducing(row: Requirement, run: RunSettings, client: Client, case: Case) -> str:
    """Return the command that plays a schedule again."""
    line = reproduce_line(row, replace(run, examples=None), client)
    head, seed, rest = line.partition(f"--seed {run.seed}")
    return f"{head}{seed} --schedule {as_word(case)}{rest}"
