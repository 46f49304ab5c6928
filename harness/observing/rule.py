"""A rule: what the wire alone can say of one requirement, and what it takes to say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from harness.cases import Case
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation
from harness.observing.conversation import Conversation
from mockserver import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspected:
    """It looks like a mistake, and may as well be what the command was told to do: nobody is convicted of it.

    Attributes:
        summary: One sentence.
        unless: What its user would have to vouch for; "" where nothing could tell.
        culprits: The requests.
        grave: Whether nothing good can be said either while the doubt stands; else it weighs as a SHOULD does.
    """

    summary: str
    unless: str = ""
    culprits: tuple[Entry, ...] = ()
    grave: bool = False


Word = Judgement | Suspected
Oracle = Callable[[Conversation], Word]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How a requirement is judged by the wire alone.

    Attributes:
        requirement: Its id.
        looks_at: What is looked at, for people: the page on rows is made of it.
        judge: The oracle.
        least: Evidence below which nothing can be said, by the names of what `Held` counts.
        provoked_by: Provocations of which one must have struck; none where plain traffic will do.
        acquits: Whether the wire can say that it holds; else it can only convict.
        vouched: What the user has to vouch for before anybody is convicted; "" for nothing.
    """

    requirement: str
    looks_at: str
    judge: Oracle
    least: Mapping[str, int] = field(default_factory=lambda: {"requests": 1})
    provoked_by: tuple[str, ...] = ()
    acquits: bool = True
    vouched: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beyond:
    """A requirement that the wire alone does not decide.

    Attributes:
        requirement: Its id.
        why: What would be needed.
    """

    requirement: str
    why: str


def of_observation(oracle: Callable[[Case, Observation], Judgement]) -> Oracle:
    """Return an oracle of `noncense test` as one of a conversation; it looks at requests alone."""
    return lambda conversation: oracle(conversation.case, conversation.observation)


def of_steady_time(oracle: Callable[[Case, Observation], Judgement]) -> Oracle:
    """Return the same for one that compares with the exchange's clock, up to where that was first moved."""
    return lambda conversation: oracle(conversation.case, conversation.steady)


def held(seen: Mapping[str, int], otherwise: str) -> Held | Unseen:
    """Return Held where anything was seen, else the reason why nothing was."""
    return Held(seen=Counter(seen)) if any(seen.values()) else Unseen(reason=otherwise)


__all__ = [
    "Beyond",
    "Broken",
    "Held",
    "Oracle",
    "Rule",
    "Suspected",
    "Unseen",
    "Word",
    "held",
    "of_observation",
    "of_steady_time",
]
