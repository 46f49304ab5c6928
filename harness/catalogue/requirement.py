"""A requirement: one sentence about conforming clients, with its source and the property that tries it."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.cases import Case
from harness.events import Level
from harness.judging import Judgement
from harness.observation import Observation
from harness.setting import Setting
from signer import Kind

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from mockserver import Dialect

ALL_KINDS = frozenset(Kind)

#: What a dialect says of a requirement that does not bind its clients.
_VOID = "void"


#: What requests of a kind of scheme carry.
KIND_WORDS: Mapping[Kind, str] = {
    Kind.RISING_NONCE: "a nonce that rises",
    Kind.SINGLE_USE_NONCE: "a nonce that is used once",
    Kind.TIMESTAMP: "a timestamp",
}


def _carried(kinds: frozenset[Kind]) -> str:
    """Say that requests carry none of what a requirement is about."""
    words = [words for kind, words in KIND_WORDS.items() if kind in kinds]
    if len(words) == 1:
        return f"requests there carry no {words[0].removeprefix('a ')}"
    return f"requests there carry neither {' nor '.join(words)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """How a requirement binds the clients of one dialect: its level, or None where the dialect voids it."""

    level: Level | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """How a requirement is tried and judged.

    Attributes:
        cases: The strategy that draws cases; edges are written into it.
        judge: The oracle: pure, (case, observation) in, a judgement out.
        least: Evidence below which nothing can be said: name of a count to its least value over the whole search.
        fixed: Cases tried first, in this order, each once: what must not be left to chance.
        examples: How many cases are drawn unless the user says otherwise; 0 where `fixed` says it all.
        wanted: Counts that make a pass more telling; one that stays at zero is said beside the pass. The search goes
            on, up to `patience` times `examples`, until all are seen.
        patience: See `wanted`.
        confirmations: How often a failing case is tried again before it is called unstable.
        smaller: Makes a failing one of `fixed` a little smaller, in every way that there is; None where each of them
            says something only as a whole. What is drawn is made smaller by Hypothesis.
    """

    cases: Callable[[Setting], SearchStrategy[Case]] | None
    judge: Callable[[Case, Observation], Judgement]
    least: Mapping[str, int]
    fixed: Callable[[Setting], Sequence[Case]] | None = None
    examples: int = 20
    wanted: Mapping[str, str] = field(default_factory=dict)
    patience: int = 1
    confirmations: int = 8
    smaller: Callable[[Case], Iterable[Case]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One row of the catalogue.

    Attributes:
        id: Permanent: `NONCE-001`.
        level: How much it binds, where a dialect does not say otherwise.
        title: The client's side of the bargain, in one sentence.
        source: The sentence or page it rests on, or "Harness policy" with the decision record.
        consequence: What it costs a user when it is broken.
        remedy: What an author does about it.
        kinds: The kinds of schemes whose clients it binds; it applies where the dialect's scheme has one of them.
        operations: Operations that must be declared, all of them.
        one_of: Operations of which one must be declared.
        features: Features that must be declared.
        needs_key: Whether private calls are made; then a client of public calls alone is not asked.
        dialects: Where a dialect differs: its name to level or void, with the source.
        softened_without: A feature without which the row is SHOULD.
        needs_program: Whether the client must run as a program of its own (restarts).
        needs_watch: Whether it looks at what the client's program writes, starts and speaks to; then it runs as a
            program of its own, under a watch.
        needs_texts: Whether it looks at how the client's objects print: seen in the harness's own process, and on
            programs that promise the feature `texts`; skipped for others.
        needs_window: Whether it is about the window that a request names for itself; void where none does.
        waits: Whether most of its time passes in waiting, for an answer that is held back or for a pause to end; then
            it goes on beside others where the client can be had twice.
        property: How it is tried.
    """

    id: str
    level: Level
    title: str
    source: str
    consequence: str
    remedy: str
    property: Property
    kinds: frozenset[Kind] = ALL_KINDS
    operations: frozenset[str] = frozenset()
    one_of: frozenset[str] = frozenset()
    features: frozenset[str] = frozenset()
    needs_key: bool = True
    dialects: Mapping[str, Application] = field(default_factory=dict)
    softened_without: str | None = None
    needs_program: bool = False
    needs_watch: bool = False
    needs_texts: bool = False
    needs_window: bool = False
    waits: bool = False

    @builtins.property
    def family(self) -> str:
        """`NONCE` of `NONCE-001`."""
        return self.id.partition("-")[0]

    def application(self, dialect: Dialect) -> Application:
        """Tell how the requirement binds clients of a dialect: as it says itself, as we know of it, by its scheme."""
        if self.id in dialect.levels:
            level, source = dialect.levels[self.id]
            return Application(level=None if level == _VOID else Level(level), source=source)
        if dialect.name in self.dialects:
            return self.dialects[dialect.name]
        scheme = dialect.scheme
        if not self.kinds & scheme.kinds:
            return Application(level=None, source=_carried(self.kinds))
        if self.needs_window and (scheme.time_rule is None or scheme.time_rule.largest_past_ms is None):
            return Application(level=None, source="requests there name no window of their own")
        return Application(level=self.level, source=self.source)
