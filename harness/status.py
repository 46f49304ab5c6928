"""The exit status of a run, and what a list of known failures makes of its results."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from harness.events import Level, RequirementResult, Status
from harness.known_failures import KnownFailures

_RANK = {Level.MAY: 0, Level.SHOULD: 1, Level.MUST: 2}


def with_known_failures(result: RequirementResult, known: KnownFailures | None) -> RequirementResult:
    """Mark a failure that the list expects, for the reason that it expects, and a pass that it did not expect."""
    if known is None or result.id not in known:
        return result
    if result.status is Status.PASSED:
        return replace(result, known_failure=True)
    if result.status is not Status.FAILED:
        return result
    codes = result.finding.diagnosis if result.finding is not None else ()
    if known.excuses(result.id, codes):
        return replace(result, known_failure=True)
    note = f"listed as a known failure for {known.entries[result.id]}, but it failed for another reason"
    return replace(result, notes=(*result.notes, note))


def exit_status(
    results: Sequence[RequirementResult],
    *,
    level: Level,
    chosen: Collection[str],
    known: KnownFailures | None,
    broke: bool,
) -> int:
    """Return the exit status of `noncense test`.

    Args:
        results: What was judged.
        level: From which level on a broken requirement counts.
        chosen: Ids that were asked for by name; they count whatever their level.
        known: What is known to fail.
        broke: Whether the adapter or the harness broke off the run.

    Returns:
        0, 1 or 3; 2 (wrong usage) is found before there are results.

    Source:
        docs/reports.md: precedence 2, 1, 3, 0.
    """
    counting = [result for result in results if result.id in chosen or _RANK[result.level] >= _RANK[level]]
    broken = any(result.status is Status.FAILED and not result.known_failure for result in counting)
    mended = known is not None and any(result.status is Status.PASSED and result.id in known for result in results)
    if broken or mended:
        return 1
    open_ = any(result.status in (Status.INCONCLUSIVE, Status.ERROR) for result in counting)
    applied = any(result.status in (Status.PASSED, Status.FAILED) for result in counting)
    if broke or open_ or not applied:
        return 3
    return 0


def unlisted(results: Sequence[RequirementResult], known: KnownFailures | None) -> tuple[str, ...]:
    """Name the known failures of which this run can say nothing, each with its status."""
    if known is None:
        return ()
    return tuple(
        f"{result.id} ({result.status.value})"
        for result in results
        if result.id in known and result.status in (Status.SKIPPED, Status.INCONCLUSIVE)
    )
