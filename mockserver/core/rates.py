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
class Ban:
    """What becomes of those who do not mind a limit.

    Attributes:
        after: So many refused calls ...
        within_ms: ... in any such stretch of time ...
        lasts_ms: ... are followed by so long a time without any call.
        variant: Of the row RATE_LIMITED, the variant that says it.
    """

    after: int
    within_ms: int
    lasts_ms: int
    variant: str


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
        bans: What else there is for those who go on, the mildest first.
    """

    calls: int
    per: str
    public_too: bool = False
    window_ms: int = 1000
    variant: str = ""
    bans: tuple[Ban, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """A call that may not be made now: in how many milliseconds it may, and which row says so."""

    ms: int
    variant: str


class RateLimiter:
    """A sliding window for each subject, by the server's clock."""

    def __init__(self) -> None:
        self._calls: dict[Subject, deque[int]] = {}
        self._refused: dict[Subject, deque[int]] = {}
        self._banned: dict[Subject, tuple[int, Ban]] = {}
        self._longest_ms = 0

    def __len__(self) -> int:
        """How many subjects it remembers."""
        return len(self._calls)

    def admit(self, subjects: Sequence[Subject], now_ms: int, rule: RateRule) -> Wait | None:
        """Count a call if it is within the limit of each of its subjects.

        Args:
            subjects: Whose calls are counted.
            now_ms: The server's clock.
            rule: How many calls any window may hold, and how long it is.

        Returns:
            None when the call is within the limit and was counted; else when one will be. A call that is refused does
            not count towards the limit; it counts towards a ban, where the rule has one.
        """
        self._longest_ms = max(self._longest_ms, rule.window_ms)
        counted = [self._counted(subject, now_ms, rule.window_ms) for subject in subjects]
        waits = [
            Wait(calls[0] + rule.window_ms - now_ms, rule.variant) for calls in counted if len(calls) >= rule.calls
        ]
        if rule.bans:
            waits += [wait for subject in subjects if (wait := self._ban(subject, now_ms)) is not None]
            if waits:
                waits += [wait for subject in subjects if (wait := self._noted(subject, now_ms, rule)) is not None]
        if waits:
            return max(waits, key=lambda wait: wait.ms)
        for calls in counted:
            calls.append(now_ms)
        return None

    def _counted(self, subject: Subject, now_ms: int, window_ms: int) -> deque[int]:
        """Return the moments of a subject's calls that are within the window."""
        calls = self._calls.get(subject)
        if calls is None:
            if len(self._calls) >= _MANY:
                self._forget_before(now_ms - self._longest_ms)
            calls = self._calls[subject] = deque()
        _drop(calls, now_ms, window_ms)
        return calls

    def _ban(self, subject: Subject, now_ms: int) -> Wait | None:
        """Return how long a subject is banned for, if it is."""
        since_ms, ban = self._banned.get(subject, (0, None))
        if ban is None:
            return None
        if not since_ms <= now_ms < since_ms + ban.lasts_ms:
            del self._banned[subject]
            return None
        return Wait(since_ms + ban.lasts_ms - now_ms, ban.variant)

    def _noted(self, subject: Subject, now_ms: int, rule: RateRule) -> Wait | None:
        """Note a refused call; return the ban that it brings, the hardest there is."""
        refused = self._refused.setdefault(subject, deque())
        refused.append(now_ms)
        _drop(refused, now_ms, max(ban.within_ms for ban in rule.bans))
        for ban in reversed(rule.bans):
            if sum(1 for moment in refused if moment > now_ms - ban.within_ms) >= ban.after:
                if self._banned.get(subject, (0, None))[1] != ban:
                    self._banned[subject] = (now_ms, ban)
                return self._ban(subject, now_ms)
        return None

    def _forget_before(self, moment_ms: int) -> None:
        self._calls = {subject: calls for subject, calls in self._calls.items() if calls and calls[-1] > moment_ms}


def _drop(moments: deque[int], now_ms: int, window_ms: int) -> None:
    """Take out what is before the window, and what is after now: the clock went back."""
    while moments and not now_ms - window_ms < moments[0] <= now_ms:
        moments.popleft()
    while moments and moments[-1] > now_ms:
        moments.pop()
