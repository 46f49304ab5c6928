"""One round of a campaign: schedules are drawn and played until one breaks an invariant, which is then made smaller.

A round looks for one requirement that is not convicted yet; the next round looks for another. So one loud mistake does
not drown the others, and each is shrunk by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import HypothesisException
from hypothesis.stateful import run_state_machine_as_test

from harness.campaign.budget import Budget
from harness.campaign.invariants import Invariant
from harness.campaign.machine import STEPS, machine_for
from harness.campaign.paring import pared
from harness.cases import Case
from harness.errors import AdapterFault
from harness.judging import Broken, Held, Unseen
from harness.observation import Observation
from harness.search import Conviction
from harness.setting import Setting
from harness.steadying import steadily

#: So many schedules are drawn in a round, each round with a seed of its own.
ROUND = 40
#: Making a schedule smaller costs so many playings, or so many seconds, and no more: by Hypothesis, and by omissions.
SHRINK_PLAYINGS = 150
PARING_PLAYINGS = 100
SHRINK_S = 15.0
#: A smallest schedule is played so often before it is called unstable.
CONFIRMATIONS = 8

Play = Callable[[Case], Observation]


@dataclass(slots=True, kw_only=True)
class Evidence:
    """What was seen of one requirement over a whole campaign."""

    seen: Counter[str] = field(default_factory=Counter)
    unseen: Counter[str] = field(default_factory=Counter)
    untriable: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """What a round has caught.

    Attributes:
        requirement: Which requirement the schedule breaks.
        conviction: The smallest schedule, with what was observed when it was last played.
        confirmed: Whether it failed again when it was played again; if not it is unstable.
        last: What was observed of the last try.
    """

    requirement: str
    conviction: Conviction
    confirmed: bool
    last: Observation


class _Found(Exception):
    """Carries a broken schedule through Hypothesis."""


class _Over(KeyboardInterrupt):
    """Ends a round at once: Hypothesis lets an interruption pass, where it would shrink any other exception."""


class Round:
    """One search over schedules."""

    def __init__(
        self,
        invariants: Collection[Invariant],
        play: Play,
        *,
        budget: Budget,
        evidence: dict[str, Evidence],
        convicted: Collection[str],
    ) -> None:
        """Prepare.

        Args:
            invariants: What every schedule is judged by.
            play: Plays a schedule.
            budget: When it is over nothing more is drawn.
            evidence: Added to, by requirement.
            convicted: Requirements that nobody looks for any more.
        """
        self._invariants = invariants
        self._play = play
        self._budget = budget
        self._evidence = evidence
        self._convicted = convicted
        self._target: str | None = None
        self._failing: dict[str, Conviction] = {}
        self._first: Conviction | None = None
        self._smallest: Conviction | None = None
        self._shrinking_since = 0.0
        self._playings = 0
        self._patience = SHRINK_PLAYINGS
        self._fault: AdapterFault | None = None

    def draw(self, setting: Setting, *, chance: int, restarts: bool) -> Caught | None:
        """Draw schedules, and return what was caught.

        Args:
            setting: What schedules are drawn for.
            chance: The seed.
            restarts: Whether the client's program may be started anew.

        Raises:
            AdapterFault: The adapter broke.
        """
        machine = seed(chance)(machine_for(setting, self._played, restarts=restarts))
        rules = settings(
            max_examples=ROUND,
            stateful_step_count=STEPS,
            database=None,
            deadline=None,
            derandomize=False,
            report_multiple_bugs=False,
            print_blob=False,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        try:
            with steadily():
                run_state_machine_as_test(machine, settings=rules)
        except (_Found, _Over):
            pass
        except HypothesisException:
            if self._smallest is None:
                raise
        if self._fault is not None:
            raise self._fault
        return self._concluded()

    def again(self, case: Case, requirement: str) -> Caught | None:
        """Play a schedule that failed before, and return what it shows: a conviction, or None where it fails no more.

        Raises:
            AdapterFault: The adapter broke.
        """
        self._target = requirement
        for _ in range(CONFIRMATIONS):
            conviction = self._tried(case)
            if conviction is not None:
                self._first = self._smallest = conviction
                return self._concluded()
        return None

    def look(self, case: Case) -> Caught | None:
        """Play one schedule that nobody drew, and return what it shows.

        Raises:
            AdapterFault: The adapter broke.
        """
        conviction = self._tried(case)
        if conviction is None:
            return None
        self._first = self._smallest = conviction
        return self._concluded()

    def cut_short(self) -> Caught | None:
        """Return what had been caught when somebody interrupted; played once more, and not made smaller."""
        smallest = self._smallest
        if smallest is None or self._target is None:
            return None
        try:
            again = self._tried(smallest.case)
        except AdapterFault:
            again = None
        return Caught(
            requirement=self._target,
            conviction=again or smallest,
            confirmed=again is not None,
            last=smallest.observation,
        )

    def _played(self, case: Case) -> None:
        """Judge one drawn schedule; raises for a broken one."""
        known = self._failing.get(_identity(case))
        if known is not None:
            self._smallest = known
            raise _Found
        if (self._smallest is None and self._budget.over) or self._out_of_patience():
            raise _Over
        try:
            conviction = self._tried(case)
        except AdapterFault as fault:
            self._fault = fault
            raise _Over from fault
        if conviction is None:
            return
        if self._smallest is None:
            self._first = conviction
            self._shrinking_since = self._budget.spent_s
        self._failing[_identity(case)] = self._smallest = conviction
        raise _Found

    def _out_of_patience(self) -> bool:
        if self._smallest is None:
            return False
        self._playings += 1
        return self._playings > self._patience or self._budget.spent_s - self._shrinking_since > SHRINK_S

    def _tried(self, case: Case) -> Conviction | None:
        """Play a schedule and judge it by every invariant; return what breaks the one that is looked for."""
        observation = self._play(case)
        searching = self._target is None
        if searching:
            self._budget.played += 1
        found: Conviction | None = None
        for invariant in self._invariants:
            name = invariant.requirement
            if name in self._convicted or (not searching and name != self._target):
                continue
            match invariant.judge(case, observation):
                case Held(seen=seen) if searching:
                    self._evidence[name].seen.update(seen)
                case Unseen(reason=reason, cannot_try=cannot_try) if searching:
                    self._evidence[name].unseen[reason] += 1
                    self._evidence[name].untriable += cannot_try
                case Broken() as judgement if found is None:
                    self._target = name
                    found = Conviction(case=case, observation=observation, judgement=judgement)
                case _:
                    pass
        return found

    def _concluded(self) -> Caught | None:
        """Make the smallest schedule smaller still, and play it again."""
        smallest, first, target = self._smallest, self._first, self._target
        if smallest is None or first is None or target is None:
            return None
        failing = {_identity(smallest.case): smallest}
        self._patience = self._playings + PARING_PLAYINGS
        self._shrinking_since = self._budget.spent_s

        def fails(candidate: Case) -> bool:
            if self._out_of_patience():
                return False
            conviction = self._tried(candidate)
            if conviction is not None:
                failing[_identity(candidate)] = conviction
            return conviction is not None

        least = failing[_identity(pared(smallest.case, fails))]
        last = least.observation
        for suspect in {_identity(one.case): one for one in (least, smallest, first)}.values():
            for _ in range(CONFIRMATIONS):
                again = self._tried(suspect.case)
                if again is not None:
                    return Caught(requirement=target, conviction=again, confirmed=True, last=again.observation)
        return Caught(requirement=target, conviction=first, confirmed=False, last=last)


def _identity(case: Case) -> str:
    """Return a text that two schedules share only when they are equal."""
    return repr(case)
