"""How long a campaign goes on: so much time, or so many schedules, whichever ends first."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from harness.errors import UsageError

_UNITS = {"s": 1, "m": 60, "h": 3600}
_FORM = re.compile(r"(?:\d+(?:\.\d+)?[smh])+")
_PART = re.compile(r"(\d+(?:\.\d+)?)([smh])")


def read_budget(text: str) -> float:
    """Return the seconds that `30s`, `5m`, `2h` or `1h30m` stand for.

    Raises:
        UsageError: It is none of these, or nothing at all.
    """
    if _FORM.fullmatch(text) is None:
        raise UsageError(f"--campaign takes a time like 30s, 5m or 2h, not {text!r}")
    seconds = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    if not seconds:
        raise UsageError("--campaign takes a time above 0")
    return seconds


class Budget:
    """What is left of a campaign.

    Attributes:
        seconds: How long it may go on.
        schedules: How many schedules may be drawn; None for as many as the time allows.
        played: How many have been.
    """

    def __init__(
        self, seconds: float, *, schedules: int | None = None, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin now.

        Args:
            seconds: As above.
            schedules: As above.
            elapsed: A monotonic clock, seconds.
        """
        self.seconds = seconds
        self.schedules = schedules
        self.played = 0
        self._elapsed = elapsed
        self._began = elapsed()

    @property
    def spent_s(self) -> float:
        """How long it has gone on."""
        return self._elapsed() - self._began

    @property
    def over(self) -> bool:
        """Whether no more schedules shall be drawn."""
        return self.spent_s >= self.seconds or (self.schedules is not None and self.played >= self.schedules)
