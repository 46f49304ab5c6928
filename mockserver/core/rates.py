"""How many calls may be made in how much time, and how many have been."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

#: Whose calls are counted together.
Subject: TypeAlias = Hashable

#: With so many subjects, those that have called nothing of late are forgotten.
_MANY = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRule:
    """So many calls in any second, or in any other stretch of time.

    Attributes:
        calls: How many.
        per: Whose calls are counted together: of a "key", an "address", an "account", or "address_and_account" where
            both may be exhausted, each by itself.
        public_too: Whether public calls count; those have an address alone.
        window_ms: The stretch of time.
        variant: Of the row RATE_LIMITED, the variant that says it.
    """

    calls: int
    per: str
    public_too: bool = False
    window_ms: int = 1000
    variant: str = ""


class RateLimiter:
    """A sliding window for each subject, by the server's clock."""

    def __init__(self) -> None:
        self._calls: dict[Subject, deque[int]] = {}
        self._longest_ms = 0

    def __len__(self) -> int:
        """How many subjects it remembers."""
        return len(self._calls)

    def admit(self, subjects: Sequence[Subject], now_ms: int, rule: RateRule) -> int:
        """Count a call if it is within the limit of each of its subjects.

        Args:
            subjects: Whose calls are counted.
            now_ms: The server's clock.
            rule: How many calls any window may hold, and how long it is.

        Returns:
            0 when the call is within the limit and was counted; else the milliseconds until one will be. A call that
            is refused does not count.
        """
        self._longest_ms = max(self._longest_ms, rule.window_ms)
        counted = [self._counted(subject, now_ms, rule.window_ms) for subject in subjects]
        waits = [calls[0] + rule.window_ms - now_ms for calls in counted if len(calls) >= rule.calls]
        if waits:
            return max(waits)
        for calls in counted:
            calls.append(now_ms)
        return 0

    def _counted(self, subject: Subject, now_ms: int, window_ms: int) -> deque[int]:
        """Return the moments of a subject's calls that are within the window."""
        calls = self._calls.get(subject)
        if calls is None:
            if len(self._calls) >= _MANY:
                self._forget_before(now_ms - self._longest_ms)
            calls = self._calls[subject] = deque()
        while calls and not now_ms - window_ms < calls[0] <= now_ms:
            calls.popleft()
        while calls and calls[-1] > now_ms:  # the clock went back
            calls.pop()
        return calls

    def _forget_before(self, moment_ms: int) -> None:
        self._calls = {subject: calls for subject, calls in self._calls.items() if calls and calls[-1] > moment_ms}
