"""What a run is asked to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.events import Level
from harness.known_failures import KnownFailures


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """What a run is asked to do.

    Attributes:
        dialect: Which exchange: its name, or the path of the file that describes it.
        profile: "documented" or "observed".
        habits: How the exchange is played where there are several ways, as `Dialect.habits` lists them.
        requirements: Ids or globs; empty for all.
        level: From which level on a broken requirement counts.
        examples: How many cases to draw for each requirement; None for each one's own number.
        seed: Where chance comes from.
        jobs: How many requirements are tried side by side.
        call_timeout_s: The limit of one call; None for the contract's default.
        known_failures: What is known to fail.
        trace: Whether listeners should show every conversation.
        record: Whether listeners are handed every case that is played, with all that was observed.
        timeout_s: The time limit that sessions are opened with.
    """

    dialect: str
    seed: int
    profile: str = "documented"
    habits: Mapping[str, str] = field(default_factory=dict)
    requirements: tuple[str, ...] = ()
    level: Level = Level.MUST
    examples: int | None = None
    jobs: int = 1
    call_timeout_s: float | None = None
    known_failures: KnownFailures | None = None
    trace: bool = False
    record: bool = False
    timeout_s: float = 5.0

    @property
    def limit_s(self) -> float:
        """How long one call may take before the adapter is held to be silent."""
        return self.call_timeout_s or max(10.0, 3 * self.timeout_s)
