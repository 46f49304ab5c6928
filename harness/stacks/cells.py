"""Results as tables for people, on the terminal and on the page: equal outcomes are said once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from harness.stacks.cures import cure_of
from harness.stacks.probes import CODES, METHODS, PLACES, Matter, Mode, Probe, of_matter
from harness.stacks.results import Results, Row
from harness.stacks.roster import stack_named
from harness.stacks.seeing import Kind, Outcome

#: How probes of dropped connections are told apart in a cell.
_WAYS = {"warm": "closed", "reset": "reset", "unread": "unread", "fresh": "fresh", "always": "each time"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table: a row for each stack.

    Attributes:
        matter: What it is about; None where it is about several things.
        title: Its title.
        columns: The heads of its columns, the stack's first.
        rows: Its rows; lines of a cell are parted by line ends.
    """

    matter: Matter | None
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sheets(results: Results) -> tuple[Sheet, ...]:
    """Return every table."""
    return (_dropped(results), _redirected(results), _answered(results), _slow(results))


def cure_sheet(results: Results) -> Sheet:
    """Return the table of cures, each with what was measured once it was applied."""
    rows = [
        (stack_named(row.name).title, _ABOUT[matter], cure, _tried(row, matter))
        for row in results.rows
        for matter in Matter
        if (cure := cure_of(row.name, matter))
    ]
    return Sheet(
        matter=None,
        title="Cures",
        columns=("stack", "about", "cure", "measured with the cure"),
        rows=tuple(rows),
    )


def said(outcomes: Sequence[Outcome]) -> str:
    """Return what came of a probe in words."""
    if not outcomes:
        return "not measured"
    if len(outcomes) == 1:
        return outcomes[0].words
    return f"varies: {' / '.join(one.words for one in outcomes)}"


_ABOUT = {
    Matter.DROPPED: "sent again",
    Matter.REDIRECTED: "redirects",
    Matter.ANSWERED: "odd answers",
    Matter.SLOW: "no answer",
}


def _table(
    results: Results, matter: Matter, title: str, columns: Sequence[str], cells: Callable[[Row], Iterable[str]]
) -> Sheet:
    return Sheet(
        matter=matter,
        title=title,
        columns=("stack", *columns),
        rows=tuple((stack_named(row.name).title, *cells(row)) for row in results.rows if _has(row, matter)),
    )


def _has(row: Row, matter: Matter) -> bool:
    return any(row.of(Mode.AS_IS, probe.name) for probe in of_matter(matter))


def _grouped(parts: Iterable[tuple[str, str]]) -> str:
    """Return (name, words) pairs with the names of equal words together, a line for each."""
    by_words: dict[str, list[str]] = {}
    for name, words in parts:
        by_words.setdefault(words, []).append(name)
    if len(by_words) == 1:
        return next(iter(by_words))
    return "\n".join(f"{', '.join(names)}: {words}" for words, names in by_words.items())


def _dropped(results: Results) -> Sheet:
    def cell(row: Row, method: str) -> str:
        return _grouped((words, said(row.of(Mode.AS_IS, f"{method.lower()}-{way}"))) for way, words in _WAYS.items())

    return _table(
        results,
        Matter.DROPPED,
        "A connection is lost under a request",
        METHODS,
        lambda row: (cell(row, method) for method in METHODS),
    )


def _redirected(results: Results) -> Sheet:
    def cell(row: Row, place: str) -> str:
        mode = _following(row)
        posts = [(str(code), said(row.of(mode, f"post-{code}-{place}"))) for code in CODES]
        return _grouped([*posts, ("302 of a GET", said(row.of(mode, f"get-302-{place}")))])

    rows = []
    for row in results.rows:
        if _has(row, Matter.REDIRECTED):
            places: dict[str, list[str]] = {}
            for place, words in PLACES.items():
                places.setdefault(cell(row, place), []).append(words)
            title = stack_named(row.name).title
            rows += [(title, _when(row), ", ".join(names), what) for what, names in places.items()]
    return Sheet(
        matter=Matter.REDIRECTED,
        title="A redirect",
        columns=("stack", "follows", "where to", "what arrives there"),
        rows=tuple(rows),
    )


def _following(row: Row) -> Mode:
    """Return the mode in which a stack follows redirects; as it comes where it never does."""
    return Mode.AS_IS if _follows(row, Mode.AS_IS) or not _follows(row, Mode.FOLLOW) else Mode.FOLLOW


def _follows(row: Row, mode: Mode) -> bool:
    kinds = {one.kind for probe in of_matter(Matter.REDIRECTED) for one in row.of(mode, probe.name)}
    return not kinds.isdisjoint({Kind.BARE, Kind.CARRIED, Kind.REPLAYED})


def _when(row: Row) -> str:
    if _follows(row, Mode.AS_IS):
        return "by itself"
    return "when told to" if _follows(row, Mode.FOLLOW) else "never"


def _answered(results: Results) -> Sheet:
    probes = of_matter(Matter.ANSWERED)
    return _table(
        results,
        Matter.ANSWERED,
        "An odd answer",
        tuple(probe.words for probe in probes),
        lambda row: (said(row.of(Mode.AS_IS, probe.name)) for probe in probes),
    )


def _slow(results: Results) -> Sheet:
    probes = of_matter(Matter.SLOW)
    return _table(
        results,
        Matter.SLOW,
        "No answer",
        tuple(probe.method for probe in probes),
        lambda row: (said(row.of(Mode.AS_IS, probe.name)) for probe in probes),
    )


def _tried(row: Row, matter: Matter) -> str:
    """Say what is left of a matter under the cures, by the kinds that are no longer, or still, harmful."""
    found = [(probe, row.of(Mode.CURED, probe.name)) for probe in of_matter(matter)]
    seen = [(probe, one) for probe, several in found for one in several]
    if not seen:
        return "not measured"
    if matter is Matter.SLOW:
        return _grouped((probe.method, one.words) for probe, one in seen)
    left = [(probe, one) for probe, one in seen if one.kind in _HARMFUL]
    if not left:
        return _CURED[matter]
    if matter is not Matter.DROPPED:
        return "\n".join(f"{probe.words}: {one.words}" for probe, one in left)
    ways = {method: [name.partition("-")[2] for name in _names(left, method)] for method in METHODS}
    told = [
        method if len(names) == len(_WAYS) else f"{method} {', '.join(_WAYS[name] for name in names)}"
        for method, names in ways.items()
        if names
    ]
    return f"still sent again: {'; '.join(told)}"


def _names(left: Iterable[tuple[Probe, Outcome]], method: str) -> list[str]:
    return [probe.name for probe, _ in left if probe.method == method]


_HARMFUL = frozenset({Kind.AGAIN, Kind.BARE, Kind.CARRIED, Kind.REPLAYED, Kind.UNNOTICED, Kind.UNHEARD})
_CURED = {
    Matter.DROPPED: "nothing is sent twice",
    Matter.REDIRECTED: "nothing is followed",
    Matter.ANSWERED: "nothing is taken for what it is not",
}
