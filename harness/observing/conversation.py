"""A conversation: everything that a command and the exchange said to each other, and what was done to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from harness import arrivals
from harness.cases import Case, ShiftClock
from harness.observation import KeyView, Observation, refused_for
from harness.observing.command import Ending
from harness.observing.provoking import struck_by
from harness.redirecting import Stray
from mockserver import Entry
from signer import Kind, Reason
from signer.doctor import Diagnosis, diagnose

#: So many refused signatures are looked into; more of them tell little that is new.
MOST_ASKED = 12
#: The doctor looks longest where there is nothing to be found: he is asked no more after so many of those.
MOST_IN_VAIN = 2
#: Provocations that move a clock, and so what timestamps mean.
OF_THE_CLOCK = frozenset({"skew", "step"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Conversation:
    """What one run of a command looked like from the exchange.

    Attributes:
        observation: The requests by key, the others, those that reached another origin; there are no records, for
            nobody knows what the command was told.
        ending: How the command ended.
        strays: Whom else it tried to reach.
        planned: Provocations that were planned, and how often each struck.
        promises: What its user vouches for.
        origins: The authorities under which the exchange is known to the command.
        dropped: How many requests the journal could not keep.
        troubles: What went wrong on the way to the exchange, a line each.
    """

    observation: Observation
    ending: Ending
    strays: tuple[Stray, ...] = ()
    planned: Mapping[str, int] = field(default_factory=dict)
    promises: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    dropped: int = 0
    troubles: tuple[str, ...] = ()

    @cached_property
    def keys(self) -> tuple[KeyView, ...]:
        """The keys, each with its requests in the order of arrival."""
        return tuple(self.observation.keys.values())

    @cached_property
    def private(self) -> tuple[Entry, ...]:
        """The private requests of all keys, in the order of arrival."""
        return tuple(sorted((entry for view in self.keys for entry in view.private), key=lambda entry: entry.number))

    @cached_property
    def everything(self) -> tuple[Entry, ...]:
        """Every request there was, in the order of arrival."""
        entries = {entry.number: entry for view in self.keys for entry in view.entries}
        entries.update((entry.number, entry) for entry in self.observation.others)
        return tuple(entries[number] for number in sorted(entries))

    @cached_property
    def steady(self) -> Observation:
        """The observation up to where the exchange's clock was first moved."""
        moved = [entry.number for entry in self.private if struck_by(entry) in OF_THE_CLOCK]
        if not moved:
            return self.observation
        return only(self.observation, lambda entry: entry.number < min(moved))

    @cached_property
    def unverified(self) -> tuple[tuple[KeyView, Entry, tuple[str, ...]], ...]:
        """Requests whose signature was refused, each with its key and what may explain it, best first.

        The shortest ones, in the order of arrival: they tell as much as the others, and sooner.
        """
        scheme = self.observation.setting.dialect.scheme
        refused: list[tuple[KeyView, Entry, Entry | None]] = []
        for view in self.keys:
            for previous, entry in pairwise((None, *view.private)):
                if entry is not None and refused_for(entry) == Reason.BAD_SIGNATURE.value:
                    refused.append((view, entry, previous))
        asked = sorted(refused, key=lambda one: _length(one[1]))[:MOST_ASKED]
        found: list[tuple[KeyView, Entry, tuple[str, ...]]] = []
        for view, entry, previous in sorted(asked, key=lambda one: one[1].number):
            strangers = [other.credentials.secret for other in self.keys if other is not view]
            before = previous.request if previous is not None else None
            said: Sequence[Diagnosis] = ()
            if sum(not codes for _view, _entry, codes in found) < MOST_IN_VAIN:
                said = diagnose(scheme, entry.request, view.credentials, other_secrets=strangers, previous=before)
            found.append((view, entry, tuple(one.code for one in said)))
        return tuple(found)

    @property
    def case(self) -> Case:
        """A case that stands for the conversation where an oracle wants one: it has no calls that anybody knows of."""
        moved = any(struck_by(entry) in OF_THE_CLOCK for entry in self.private)
        return Case(steps=(ShiftClock(ms=0),) if moved else ())

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no word about the conversation may hold."""
        return tuple(view.credentials.secret for view in self.keys)

    @property
    def draws(self) -> bool:
        """Whether nonces of this exchange are drawn, so that no two clients ever have the same."""
        return Kind.SINGLE_USE_NONCE in self.observation.setting.dialect.scheme.kinds

    def struck(self, *names: str) -> tuple[tuple[KeyView, Entry], ...]:
        """Return the private requests that certain provocations struck, each with its key."""
        return tuple(
            (view, entry)
            for view in self.keys
            for entry in sorted(view.private, key=lambda entry: entry.number)
            if struck_by(entry) in names
        )

    def vouched(self, promise: str) -> bool:
        """Tell whether the user vouches for something."""
        return promise in self.promises


def only(observation: Observation, wanted: Callable[[Entry], bool]) -> Observation:
    """Return an observation with those requests alone that a function picks."""
    keys = {
        name: replace(view, entries=tuple(entry for entry in view.entries if wanted(entry)))
        for name, view in observation.keys.items()
    }
    return replace(observation, keys=keys, others=tuple(entry for entry in observation.others if wanted(entry)))


def _length(entry: Entry) -> int:
    return len(entry.request.target) + len(entry.request.body)


def authority(entry: Entry) -> str:
    """Return host and port that a request was meant for, in lower case; "" where it names none."""
    values = entry.request.values(b"host")
    return next(iter(values), b"").decode("latin-1").strip().lower()


def one_after_another(view: KeyView) -> Iterator[tuple[Entry, Entry]]:
    """Yield pairs of requests of which one client alone can have sent both: the later one came on the same connection.

    A connection belongs to one process, and carries one request at a time.
    """
    last: dict[int, Entry] = {}
    for entry in sorted(view.private, key=lambda entry: entry.number):
        if (earlier := last.get(entry.connection)) is not None:
            yield earlier, entry
        last[entry.connection] = entry


def overlap(one: Entry, other: Entry) -> bool:
    """Tell whether two requests were under way together."""
    first, second = sorted((one, other), key=lambda entry: entry.arrived_ns)
    return second.arrived_ns < max(first.answered_ns, first.arrived_ns)


def on_purpose(view: KeyView, entry: Entry, code: str) -> bool:
    """Tell whether a request may be somebody's test of wrong credentials.

    A client reads its key and its secret in one way. So where requests with that key verify besides, one that was made
    with a spoilt secret, or without a part of what it takes, may be meant to fail.

    Args:
        view: The key, with all its requests.
        entry: The request that was refused.
        code: What explains that: a diagnosis, or a reason of the signer's.
    """
    if code.startswith(("SECRET-", "KEY-")):
        return any(verified(other) for other in view.private)
    if code.startswith("missing_"):
        return any(verified(other) and other.endpoint == entry.endpoint for other in view.private)
    return False


def verified(entry: Entry) -> bool:
    """Tell whether a request's signature was looked at and is right."""
    return entry.verdict is not None and entry.verdict.stages is not None and refused_for(entry) != "bad_signature"


def same_call(one: Entry, other: Entry, freshness: frozenset[str]) -> bool:
    """Tell whether two requests ask for the same, whatever stands for their freshness and their signature.

    Args:
        one: A request.
        other: Another one.
        freshness: Names of parameters that are another each time.
    """
    if (one.request.method, one.request.path) != (other.request.method, other.request.path):
        return False
    return _asked(one, freshness) == _asked(other, freshness)


def _asked(entry: Entry, freshness: frozenset[str]) -> object:
    try:
        found = arrivals.parameters(entry.request)
    except arrivals.Unreadable:
        return entry.request.body
    return {name: list(values) for name, values in found.items() if name.lower() not in freshness}
