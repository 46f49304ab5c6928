"""Judges a recorded run without its client: oracles are pure, so a newer one can be tried on an old conversation.

What no oracle decided (rows that were skipped, adapters that broke, cases that no record can hold) stays as it was
recorded. What a row would have asked besides cannot be asked any more: a case that fails for the first time now has
been played once, and its result says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.catalogue import Requirement, requirements
from harness.concluding import before_trying, concluded, reproduce_line
from harness.errors import UsageError
from harness.events import RequirementResult, RunSummary, Status
from harness.judging import Broken, Held, Judgement, Unseen
from harness.provoked import provoked_by
from harness.recording.recording import Playing, Recording
from harness.run import chosen
from harness.search import Conviction, Outcome, Stage
from harness.status import exit_status, unlisted, with_known_failures

ONCE = "judged on one playing: the record has no other of this case"
INCOMPLETE = "told as it was recorded: some of its cases are such as no record can hold"
GONE = "this version has no such requirement; told as it was recorded"


def judge_again(recording: Recording, *, only: Sequence[str] = ()) -> RunSummary:
    """Judge a recorded run.

    Args:
        recording: The record.
        only: Ids or globs of what shall be judged; all that was recorded for none.

    Returns:
        A summary as the run itself would have had it, with durations and counts as recorded.

    Raises:
        UsageError: A line of the record is none of ours, or a pattern names nothing.
    """
    settings, recorded = recording.head.settings, recording.summary
    catalogue = {row.id: row for row in requirements()}
    wanted = {row.id for row in chosen(only)} if only else None
    judged = tuple(
        with_known_failures(_judged(recording, result, catalogue.get(result.id)), settings.known_failures)
        for result in recorded.results
        if wanted is None or result.id in wanted
    )
    by_name = _by_name(settings.requirements) | (wanted or frozenset())
    status = exit_status(
        judged,
        level=settings.level,
        chosen=by_name,
        known=settings.known_failures,
        broke=recorded.fault is not None,
    )
    return replace(
        recorded,
        results=judged,
        chosen=frozenset(by_name),
        exit_status=status,
        unlisted=unlisted(judged, settings.known_failures),
    )


def _by_name(patterns: Sequence[str]) -> frozenset[str]:
    """Return what a run had chosen by name; nothing of what is no longer there."""
    try:
        return frozenset(row.id for row in chosen(patterns)) if patterns else frozenset()
    except UsageError:
        return frozenset()


def _judged(recording: Recording, recorded: RequirementResult, row: Requirement | None) -> RequirementResult:
    was = replace(recorded, known_failure=False)
    if row is None:
        return replace(was, notes=(*was.notes, GONE))
    blank = before_trying(row, recording.dialect, recording.head.description)
    if blank.reason:
        return blank
    if recorded.status is Status.ERROR:
        return was
    found = list(recording.playings(row.id))
    playings = [playing for playing in found if playing is not None]
    if len(playings) < len(found):
        return replace(was, notes=(*was.notes, INCOMPLETE))
    if not playings:
        return was
    settings = recording.head.settings
    outcome = _outcome(row, playings, recording)
    result = concluded(row, blank, outcome, reproduce_line(row, settings, recording.head.client))
    result = replace(result, duration_s=recorded.duration_s, exchanges=recorded.exchanges)
    if outcome.conviction is not None and not any(playing.stage is Stage.CONFIRM for playing in playings):
        result = replace(result, notes=(*result.notes, ONCE))
    return result if all(playing.whole for playing in playings) else _with_old_case(result, recorded)


def _with_old_case(result: RequirementResult, recorded: RequirementResult) -> RequirementResult:
    """Keep of a recorded finding what it took a secret to say, where that secret could not be drawn again."""
    now, was = result.finding, recorded.finding
    if now is None or was is None:
        return result
    finding = replace(now, diagnosis=was.diagnosis, minimal_example=was.minimal_example, case=was.case)
    return replace(result, finding=finding)


def _outcome(row: Requirement, playings: Sequence[Playing], recording: Recording) -> Outcome:
    """Come from recorded playings to what the search would have found."""
    outcome = Outcome(share=_share(row, playings, recording))
    outcome.witnesses = tuple(playing.observation for playing in playings if playing.stage is Stage.EXPLAIN)
    playings = [playing for playing in playings if playing.stage is not Stage.EXPLAIN]
    hunted: list[Conviction] = []
    again: list[Conviction] = []
    for playing in playings:
        judgement: Judgement = row.property.judge(playing.case, playing.observation)
        if playing.stage is Stage.SEARCH:
            outcome.examples += 1
            outcome.provoked.update(provoked_by(playing.case, playing.observation))
        match judgement:
            case Broken():
                conviction = Conviction(case=playing.case, observation=playing.observation, judgement=judgement)
                (again if playing.stage is Stage.CONFIRM else hunted).append(conviction)
            case Held(seen=seen) if playing.stage is not Stage.CONFIRM:
                outcome.seen.update(seen)
            case Unseen(reason=reason, cannot_try=cannot_try) if playing.stage is not Stage.CONFIRM:
                outcome.unseen[reason] += 1
                outcome.untriable += cannot_try
            case _:
                pass
    confirmed = [playing for playing in playings if playing.stage is Stage.CONFIRM]
    if again:
        outcome.conviction = again[0]
    elif hunted and confirmed:
        smallest = next((one for one in reversed(hunted) if one.case == confirmed[0].case), hunted[-1])
        outcome.unstable = (smallest, confirmed[-1].observation)
    elif hunted:
        outcome.conviction = min(hunted, key=lambda one: len(one.case.steps))
    return outcome


def _share(row: Requirement, playings: Sequence[Playing], recording: Recording) -> float:
    """Return which share of a row's own cases was asked for, as the search reckons it."""
    examples, prop = recording.head.settings.examples, row.property
    if examples is None or not prop.examples:
        return 1.0
    fixed = prop.fixed is not None and prop.fixed(playings[0].observation.setting)
    return 1.0 if fixed else min(examples / prop.examples, 1.0)
