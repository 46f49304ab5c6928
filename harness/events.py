"""What a run tells its listeners, and the results that reports are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from harness.drivers.driver import Description

if TYPE_CHECKING:
    from harness.cases import Case
    from harness.observation import Observation


class Status(StrEnum):
    """The judgement on one requirement."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"


class Level(StrEnum):
    """How much a requirement binds."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong with a client, for its author. No secret stands in it.

    Attributes:
        summary: One sentence.
        diagnosis: Codes of the mistake, best first.
        minimal_example: The smallest failing case, step by step, in English.
        transcript: The conversation: one mapping per request with `request`, `answer`, `verdict`, `client_said`.
        consequence: What it would have cost.
        reproduce: The command that shows it again.
        remedy: What to do about it.
        stderr: The client's last words on stderr, redacted.
        case: The smallest failing case as plain data (docs/recordings.md), to be played again.
        hints: What else can be read off the conversation, a line each.
    """

    summary: str
    diagnosis: tuple[str, ...]
    minimal_example: tuple[str, ...]
    transcript: tuple[Mapping[str, object], ...]
    consequence: str
    reproduce: str
    remedy: str = ""
    stderr: str = ""
    case: Mapping[str, object] | None = None
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a judgement rests on.

    Attributes:
        seen: What was counted, by the names of the least evidence.
        covered: Shapes and moments that make a pass more telling, and how often they were met.
        not_covered: Those of them that were not.
        provoked: What was done to the client, and in how many cases it happened.
    """

    seen: Mapping[str, int] = field(default_factory=dict)
    covered: Mapping[str, int] = field(default_factory=dict)
    not_covered: tuple[str, ...] = ()
    provoked: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementResult:
    """The judgement on one requirement.

    `void` tells a skipped one that binds no client of this dialect from one that this client made no promise for;
    `stderr` has the adapter's last words where it broke; `evidence` is None where no case was played.
    """

    id: str
    level: Level
    title: str
    status: Status
    reason: str = ""
    known_failure: bool = False
    examples: int = 0
    exchanges: int = 0
    duration_s: float = 0.0
    finding: Finding | None = None
    notes: tuple[str, ...] = ()
    void: bool = False
    stderr: str = ""
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """A run begins; a campaign has a budget, in seconds."""

    dialect: str
    profile: str
    seed: int
    client: Description
    form: str
    requirements: tuple[str, ...]
    budget_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementStarted:
    """A requirement is looked at."""

    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePlayed:
    """A case was played; told of under `--trace` alone, before its requirement ends. No secret stands in it.

    Attributes:
        id: The requirement.
        steps: What was asked of the client, in English.
        said: What the client said of each call, and each request with its verdict and its answer, in order.
    """

    id: str
    steps: tuple[str, ...]
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecorded:
    """A case was played, whole and with its secrets; told of where a run is recorded, before its requirement ends.

    Attributes:
        id: The requirement.
        stage: Why it was played: "search", "shrink" or "confirm".
        case: What was played.
        observation: What came of it.
    """

    id: str
    stage: str
    case: Case
    observation: Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementEnded:
    """A requirement is judged."""

    result: RequirementResult


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignProgress:
    """A campaign goes on; told now and then.

    Attributes:
        spent_s: How long it has gone on, of `budget_s`.
        schedules: How many schedules have been drawn.
        found: The requirements that were found broken so far.
    """

    spent_s: float
    budget_s: float
    schedules: int
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """A run is over; what every report is rendered from."""

    summary: RunSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A whole run.

    Attributes:
        fault: Why the run broke off (adapter or harness), with the adapter's last stderr lines; None when it did not.
        level: From which level on a broken requirement counts.
        chosen: Ids that were asked for by name and count whatever their level.
        unlisted: Known failures that were skipped or inconclusive, to be mentioned.
    """

    dialect: str
    profile: str
    seed: int
    client: Description
    form: str
    results: tuple[RequirementResult, ...]
    duration_s: float
    exchanges: int
    exit_status: int
    level: Level = Level.MUST
    chosen: frozenset[str] = field(default_factory=frozenset)
    fault: str | None = None
    fault_stderr: str = ""
    unlisted: tuple[str, ...] = ()


Event = RunStarted | RequirementStarted | CasePlayed | CaseRecorded | CampaignProgress | RequirementEnded | RunEnded


class Listener(Protocol):
    """Hears events, in order, from one thread. Nothing downstream reaches back up."""

    def hear(self, event: Event) -> None:
        """Take note of an event."""
        ...


def totals(results: Sequence[RequirementResult]) -> Mapping[str, int]:
    """Count results by status, under the names of the JSON report."""
    names = {
        "passed": "passed",
        "failed": "failed",
        "skipped": "skipped",
        "inconclusive": "inconclusive",
        "error": "errors",
    }
    counts = dict.fromkeys(names.values(), 0)
    for result in results:
        counts[names[result.status.value]] += 1
    return counts
