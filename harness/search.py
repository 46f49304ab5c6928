"""Looks for a case in which the client breaks a requirement, and shrinks it.

Hypothesis draws and shrinks; a case is plain data and is played by the laboratory. A case that failed is remembered
by its text, so that shrinking never depends on a client being wrong twice in the same way; whether it is, is found out
afterwards by playing the smallest case again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import HypothesisException
from hypothesis.strategies import SearchStrategy

from harness.cases import Case
from harness.catalogue.requirement import Property
from harness.errors import AdapterFault
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation
from harness.provoked import provoked_by
from harness.setting import Setting
from harness.steadying import steadily

#: Shrinking stops after so many playings of a failing requirement: each costs a conversation.
SHRINK_LIMIT = 300
#: A failing case that was not drawn is made smaller by so many playings at most.
LESSEN_LIMIT = 60
#: A client with few operations has few different cases; they are played over so often, until the evidence suffices.
MOST_TURNS = 8
#: A case whose oracle reads a span of time is played again where the machine was too busy to tell, so often in all.
MOST_LOOKS = 3


class Stage(StrEnum):
    """Why a case is played: to find one that fails, to make it smaller, to see it fail again, to tell why it fails."""

    SEARCH = "search"
    SHRINK = "shrink"
    CONFIRM = "confirm"
    EXPLAIN = "explain"


#: Hears of every case that was played.
Told = Callable[[Case, Observation, Stage], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conviction:
    """A case, what was observed when it was last played, and the oracle's words."""

    case: Case
    observation: Observation
    judgement: Broken


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a search has found.

    Attributes:
        examples: Cases played before any shrinking.
        seen: The evidence, added up.
        provoked: What was done to the client before any shrinking, and in how many cases it happened.
        conviction: The smallest failing case, confirmed by playing it again; None where nothing failed.
        unstable: A failing case that did not fail again, with the observation of the time it did and of the last try.
        unseen: Why cases said nothing, with counts.
        witnesses: What was observed of cases that were played to tell apart what the failure may mean.
        untriable: How many cases the client had no way to try.
        share: How much of the property's own number of cases was asked for, at most 1: who asks for fewer cases is owed
            evidence in proportion.
    """

    examples: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    provoked: Counter[str] = field(default_factory=Counter)
    conviction: Conviction | None = None
    unstable: tuple[Conviction, Observation] | None = None
    witnesses: tuple[Observation, ...] = ()
    unseen: Counter[str] = field(default_factory=Counter)
    untriable: int = 0
    share: float = 1.0


class _Caught(Exception):
    """Carries a broken case through Hypothesis."""


class _Search:
    def __init__(self, prop: Property, play: Callable[[Case], Observation], told: Told | None) -> None:
        self.prop = prop
        self.play = play
        self.told = told
        self.outcome = Outcome()
        self.failing: dict[str, Conviction] = {}
        self.smallest: Conviction | None = None
        self.playings_after_failure = 0
        self.fault: AdapterFault | None = None

    def look(self, case: Case) -> Judgement:
        """Play a case and take note of what it says."""
        observation = self.play(case)
        if self.told is not None:
            self.told(case, observation, Stage.SEARCH if self.smallest is None else Stage.SHRINK)
        judgement = self.prop.judge(case, observation)
        if self.smallest is None:
            self.outcome.examples += 1
            self.outcome.provoked.update(provoked_by(case, observation))
        match judgement:
            case Held(seen=seen):
                self.outcome.seen.update(seen)
            case Unseen(reason=reason, cannot_try=cannot_try):
                self.outcome.unseen[reason] += 1
                self.outcome.untriable += cannot_try
            case Broken():
                conviction = Conviction(case=case, observation=observation, judgement=judgement)
                self.failing[_identity(case)] = conviction
                self.smallest = conviction
        return judgement

    def body(self, case: Case) -> None:
        """Judge one drawn case; raises for a broken one."""
        known = self.failing.get(_identity(case))
        if known is not None:
            self.smallest = known
            raise _Caught
        if self.fault is not None:
            return
        if self.smallest is not None:
            self.playings_after_failure += 1
            if self.playings_after_failure > SHRINK_LIMIT:
                return
        try:
            judgement = self.look(case)
        except AdapterFault as fault:
            self.fault = fault
            return
        if isinstance(judgement, Broken):
            raise _Caught

    def draw(
        self, strategy_of: Callable[[Setting], SearchStrategy[Case]], setting: Setting, row_seed: int, examples: int
    ) -> None:
        """Draw, judge and shrink."""
        strategy = strategy_of(setting)

        def property_under_test(case: Case) -> None:
            self.body(case)

        run = settings(
            max_examples=examples,
            database=None,
            deadline=None,
            derandomize=False,
            report_multiple_bugs=False,
            print_blob=False,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )(seed(row_seed)(given(case=strategy)(property_under_test)))
        try:
            with steadily():
                run()
        except _Caught:
            pass
        except HypothesisException:
            if self.smallest is None:
                raise
        if self.fault is not None:
            raise self.fault

    def lessen(self) -> None:
        """Make a failing case smaller that was not drawn, as long as something can be left out."""
        left = LESSEN_LIMIT
        lessened = self.prop.smaller is not None
        while lessened and left and self.prop.smaller is not None and self.smallest is not None:
            lessened = False
            for candidate in self.prop.smaller(self.smallest.case):
                left -= 1
                if lessened := isinstance(self.look(candidate), Broken):
                    break
                if not left:
                    break

    def confirm(self) -> None:
        """Play the smallest failing case again: a client that errs now and then is called unstable, not wrong."""
        smallest = self.smallest
        if smallest is None:
            return
        last = smallest.observation
        # What chance shrank to may be too small to show again: then the case that failed first is tried as well.
        for suspect in {
            _identity(found.case): found for found in (smallest, next(iter(self.failing.values())))
        }.values():
            for _ in range(max(self.prop.confirmations, 1)):
                last = self.play(suspect.case)
                if self.told is not None:
                    self.told(suspect.case, last, Stage.CONFIRM)
                judgement = self.prop.judge(suspect.case, last)
                if isinstance(judgement, Broken):
                    self.outcome.conviction = Conviction(case=suspect.case, observation=last, judgement=judgement)
                    return
        self.outcome.unstable = (smallest, last)


def search(
    prop: Property,
    setting: Setting,
    play: Callable[[Case], Observation],
    *,
    row_seed: int,
    examples: int | None = None,
    told: Told | None = None,
) -> Outcome:
    """Try a property on a client.

    Args:
        prop: The strategy, the oracle and the evidence that is asked for.
        setting: What cases are drawn for.
        play: Plays a case.
        row_seed: Where chance comes from.
        examples: How many cases to draw instead of the property's own number.
        told: Hears of every case that was played, before it is judged.

    Returns:
        What was found.

    Raises:
        AdapterFault: The adapter broke; nothing can be said.
    """
    hunt = _Search(prop, play, told)
    fixed: Sequence[Case] = prop.fixed(setting) if prop.fixed is not None else ()
    for case in fixed:
        judgement = hunt.look(case)
        for _ in range(MOST_LOOKS - 1 if case.about.get("timed") else 0):
            if not isinstance(judgement, Unseen):
                break
            judgement = hunt.look(case)
        if isinstance(judgement, Broken):
            hunt.lessen()
            break
    budget = prop.examples if examples is None or prop.examples == 0 else examples
    if budget and not fixed:
        hunt.outcome.share = min(budget / prop.examples, 1.0)
    if prop.cases is not None and hunt.smallest is None and budget:
        for turn in range(max(prop.patience, MOST_TURNS)):
            before = hunt.outcome.seen.total()
            hunt.draw(prop.cases, setting, row_seed + turn, budget)
            if hunt.smallest is not None or hunt.outcome.seen.total() == before:
                break
            curious = turn + 1 < prop.patience and _lacking(prop, hunt.outcome.seen)
            if not (curious or (examples is None and _short(prop, hunt.outcome.seen))):
                break
    hunt.confirm()
    return hunt.outcome


def _identity(case: Case) -> str:
    """Return a text that two cases share only when they are equal; it holds drawn secrets and is never shown."""
    return repr((case, [key.secret for key in case.keys]))


def _lacking(prop: Property, seen: Counter[str]) -> bool:
    return any(not seen[name] for name in prop.wanted)


def _short(prop: Property, seen: Counter[str]) -> bool:
    return any(seen[name] < least for name, least in prop.least.items())
