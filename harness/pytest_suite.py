"""`conformance_suite`: the whole catalogue as pytest cases, in a client's own test suite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.errors import UsageError
from harness.events import Level, RequirementResult, RunSummary, Status
from harness.reports.prose import finding_as_text
from harness.reports.reading import Weight, explain, weigh

if TYPE_CHECKING:
    from harness.drivers import Client
    from harness.run import RunSettings


def conformance_suite(
    adapter: object,
    *,
    dialect: str,
    requirements: Sequence[str] = (),
    level: str = "must",
    known_failures: str | Path | None = None,
    profile: str = "documented",
    seed: int = 0,
    examples: int | None = None,
    call_timeout_s: float | None = None,
) -> type:
    """Return a class to inherit a test class from; it has one test case for each requirement.

    A broken requirement fails its case with the finding. One below `level`, or one that is listed as a known failure,
    is an expected failure; one that does not apply is skipped with the reason; one that cannot be decided fails, for
    nothing may pass for green because nothing happened. Each case is judged by itself, in whatever worker runs it.

    Args:
        adapter: An adapter object; or a path or `package.module:NAME` as text; or a program with its arguments.
        dialect: The exchange that the client is written for: its name, or the path of the file that describes it.
        requirements: Ids or globs; empty for the whole catalogue.
        level: From which level on a broken requirement fails its case: "must", "should" or "may".
        known_failures: The list of known failures.
        profile: "documented" or "observed".
        seed: Where chance comes from.
        examples: How many cases are drawn for each requirement; None for its own number.
        call_timeout_s: The limit of one call, seconds.

    Raises:
        UsageError: A name is unknown, or the list cannot be read.
    """
    from harness.catalogue import requirements as catalogue
    from harness.cli.choices import known_dialect
    from harness.known_failures import read
    from harness.run import RunSettings, chosen

    known_dialect(dialect)
    try:
        least = Level(level.upper())
    except ValueError:
        raise UsageError(f"there is no level {level!r}; there are must, should and may") from None
    known = None
    if known_failures is not None:
        known = read(Path(known_failures), ids=[row.id for row in catalogue()])
    client = _client(adapter)
    ids = [row.id for row in chosen(requirements)]

    def settings_for(requirement: str) -> RunSettings:
        return RunSettings(
            dialect=dialect,
            seed=seed,
            profile=profile,
            requirements=(requirement,),
            examples=examples,
            call_timeout_s=call_timeout_s,
            known_failures=known,
        )

    class ConformanceSuite:
        """One case for each requirement."""

        @pytest.mark.parametrize("requirement", ids)
        def test_requirement(self, requirement: str) -> None:
            """The client keeps this requirement."""
            __tracebackhide__ = True
            judge(settings_for(requirement), client, level=least)

    return ConformanceSuite


def judge(settings: RunSettings, client: Client, *, level: Level) -> None:
    """Judge a client by one requirement and end the test case accordingly."""
    __tracebackhide__ = True
    from harness.run import run

    # The requirement was asked for by name only because each case is a run of its own; here its level decides.
    summary = replace(run(settings, client, ()), level=level, chosen=frozenset())
    if summary.fault is not None:
        pytest.fail(f"{summary.fault}\n{summary.fault_stderr}".rstrip(), pytrace=False)
    for result in summary.results:
        conclude(result, summary)


def conclude(result: RequirementResult, summary: RunSummary) -> None:
    """End the test case as its result deserves; a requirement that holds lets it pass."""
    __tracebackhide__ = True
    headline = f"{result.id} ({result.level.value}) {result.title}"
    words = explain(result)
    match weigh(result, summary):
        case Weight.GOOD:
            return
        case Weight.FAILURE | Weight.DOUBT:
            details = words if result.finding is None else finding_as_text(result.finding)
            pytest.fail(f"{headline}\n{result.status.value}: {details}", pytrace=False)
        case Weight.REMARK if result.status is Status.FAILED:
            pytest.xfail(f"{headline}: {words}")
        case Weight.REMARK:
            pytest.skip(f"{result.status.value}: {words}")


def _client(adapter: object) -> Client:
    from harness.drivers import ObjectClient, ProgramClient

    if isinstance(adapter, list | tuple):
        return ProgramClient(argv=tuple(str(word) for word in adapter))
    return ObjectClient(reference=adapter)
