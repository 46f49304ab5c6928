"""What became of a client between two runs: what is new, what is mended, what fails for another reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.errors import UsageError
from harness.events import RequirementResult, RunSummary, Status
from harness.reports.reading import binds


class Turn(StrEnum):
    """What became of one requirement."""

    BROKEN = "broken"
    DOUBTFUL = "doubtful"
    MENDED = "mended"
    DECIDED = "decided"
    UNSEEN = "unseen"
    OTHER_REASON = "other reason"
    ADDED = "added"
    GONE = "gone"


#: What each turn means, in the order in which they are told.
TURNS: dict[Turn, str] = {
    Turn.BROKEN: "held, or was not judged, and fails now",
    Turn.DOUBTFUL: "held, and cannot be decided now",
    Turn.OTHER_REASON: "fails for another reason",
    Turn.UNSEEN: "failed, and is not judged now",
    Turn.MENDED: "failed, and holds now",
    Turn.DECIDED: "was not judged, and holds now",
    Turn.ADDED: "was not in the first run",
    Turn.GONE: "is not in the second run",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of one requirement.

    Attributes:
        id: The requirement.
        turn: In one word.
        before: Its result in the first run; None where it has none.
        after: In the second.
        worse: Whether the client has got worse by it: it binds, it is no known failure, and it holds no longer.
    """

    id: str
    turn: Turn
    before: RequirementResult | None
    after: RequirementResult | None
    worse: bool


def changes(before: RunSummary, after: RunSummary) -> tuple[Change, ...]:
    """Return what changed, in the order of `TURNS` and of the runs.

    Raises:
        UsageError: The runs are of different exchanges.
    """
    if before.dialect != after.dialect:
        raise UsageError(f"one run is on {before.dialect}, the other on {after.dialect}: there is nothing to compare")
    first = {result.id: result for result in before.results}
    second = {result.id: result for result in after.results}
    found = []
    for name in dict.fromkeys((*first, *second)):
        was, is_ = first.get(name), second.get(name)
        turn = _turn(was, is_)
        if turn is not None:
            worse = turn in (Turn.BROKEN, Turn.DOUBTFUL) and is_ is not None and binds(is_, after)
            worse = worse and not (is_ is not None and is_.known_failure)
            found.append(Change(id=name, turn=turn, before=was, after=is_, worse=worse))
    order = list(TURNS)
    return tuple(sorted(found, key=lambda change: order.index(change.turn)))


def differences(before: RunSummary, after: RunSummary) -> tuple[str, ...]:
    """Say in what else the runs differ, so that a change may not be the client's."""
    told = []
    for name, one, other in (
        ("profile", before.profile, after.profile),
        ("form", before.form, after.form),
        ("seed", str(before.seed), str(after.seed)),
    ):
        if one != other:
            told.append(f"{name} {one} then, {other} now")
    return tuple(told)


def _turn(was: RequirementResult | None, is_: RequirementResult | None) -> Turn | None:
    if was is None:
        return Turn.ADDED
    if is_ is None:
        return Turn.GONE
    failed, fails = was.status is Status.FAILED, is_.status is Status.FAILED
    if fails and not failed:
        return Turn.BROKEN
    if failed and fails:
        return None if _reasons(was)[:1] == _reasons(is_)[:1] else Turn.OTHER_REASON
    if failed:
        return Turn.MENDED if is_.status is Status.PASSED else Turn.UNSEEN
    if was.status is Status.PASSED and is_.status is not Status.PASSED:
        return Turn.DOUBTFUL
    return Turn.DECIDED if is_.status is Status.PASSED and was.status is not Status.PASSED else None


def _reasons(result: RequirementResult) -> Sequence[str]:
    return () if result.finding is None else result.finding.diagnosis
