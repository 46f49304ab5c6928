"""The loop: every chosen requirement is tried on the client, and listeners hear of it in order."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from harness.cases import Case, in_english
from harness.catalogue import Requirement, requirements
from harness.concluding import before_trying, concluded, reproduce_line
from harness.drivers import Client, ObjectClient, is_reloadable, program_of
from harness.drivers.driver import Description
from harness.errors import AdapterFault, AdapterUnusable, UsageError
from harness.events import (
    CasePlayed,
    CaseRecorded,
    Event,
    Listener,
    RequirementEnded,
    RequirementResult,
    RequirementStarted,
    RunEnded,
    RunStarted,
    RunSummary,
    Status,
)
from harness.findings import in_short
from harness.observation import Observation
from harness.run_settings import RunSettings
from harness.search import Stage
from harness.solitude import Solitude
from harness.status import exit_status, unlisted, with_known_failures
from harness.worker import Worker
from mockserver import Profile, dialect_named

#: After so many adapter faults in a row the run stops.
FAULTS_IN_A_ROW = 3

#: What is known of a client before it has said anything.
UNKNOWN = Description(
    name="unknown", version="", language="", dialects=(), operations=frozenset(), features=frozenset()
)


def chosen(patterns: Sequence[str]) -> tuple[Requirement, ...]:
    """Return the requirements that ids or globs name, in the catalogue's order; all of them for no pattern.

    Raises:
        UsageError: A pattern names none.
    """
    everything = requirements()
    if not patterns:
        return everything
    for pattern in patterns:
        if not any(fnmatchcase(row.id, pattern.upper()) for row in everything):
            raise UsageError(f"no requirement is called {pattern}; `noncense requirements` lists them")
    return tuple(row for row in everything if any(fnmatchcase(row.id, pattern.upper()) for pattern in patterns))


def run(
    settings: RunSettings,
    client: Client,
    listeners: Sequence[Listener],
    *,
    rows: Sequence[Requirement] | None = None,
) -> RunSummary:
    """Judge a client.

    Args:
        settings: What to do.
        client: The client under test.
        listeners: Who hears of it, in order, from one thread.
        rows: What to try instead of the catalogue's own; None for what the settings choose.

    Returns:
        The summary that every listener was given last. An adapter that breaks is in it as `fault`, not raised.

    Raises:
        KeyboardInterrupt: The run was interrupted; the listeners were given the summary of what had been judged.
        UsageError: The dialect, a requirement or the client's reference does not exist.
    """
    chosen_rows = chosen(settings.requirements) if rows is None else rows
    return _Run(settings, client, listeners, chosen_rows).go()


@dataclass(slots=True)
class _Lane:
    """One thread's worker, how many adapter faults in a row it met, and the one by which it broke."""

    worker: Worker
    faults_in_a_row: int = 0
    broken_by: AdapterFault | None = None


class _Run:
    def __init__(
        self, settings: RunSettings, client: Client, listeners: Sequence[Listener], rows: Sequence[Requirement]
    ) -> None:
        self.settings = settings
        self.client = client
        self.listeners = listeners
        self.rows = rows
        self.dialect = dialect_named(settings.dialect, Profile(settings.profile), **settings.habits)
        if gone := sorted(set(self.dialect.levels) - {row.id for row in requirements()}):
            raise UsageError(f"{self.dialect.name} speaks of {', '.join(gone)}, and there is no such requirement")
        self.lanes: list[_Lane] = []
        self.local = threading.local()
        self.solitude = Solitude()
        self.breaking: dict[str, AdapterFault] = {}
        self.played: dict[str, list[CasePlayed | CaseRecorded]] = {}
        self.broken_off: AdapterFault | None = None
        self.interrupted = self.stopped = False
        self.description = UNKNOWN

    def tell(self, event: Event) -> None:
        for listener in self.listeners:
            listener.hear(event)

    def go(self) -> RunSummary:
        started = time.monotonic()
        results: list[RequirementResult] = []
        form, exchanges = "", 0
        try:
            first = self.lane().worker
            form = first.form
            self.description = first.smoke()
            self.tell(
                RunStarted(
                    dialect=self.dialect.name,
                    profile=self.settings.profile,
                    seed=self.settings.seed,
                    client=self.description,
                    form=form,
                    requirements=tuple(row.id for row in self.rows),
                )
            )
            with closing(self.judge_all()) as coming:
                for result in coming:
                    results.append(result)
                    for played in self.played.pop(result.id, ()):
                        self.tell(played)
                    self.tell(RequirementEnded(result=result))
            if self.broken_off is None:
                first.smoke()
        except AdapterFault as broken:
            self.broken_off = broken
        except KeyboardInterrupt:
            self.interrupted = True
        finally:
            exchanges = sum(lane.worker.exchanges for lane in self.lanes)
            for lane in self.lanes:
                lane.worker.close()
        summary = self.summed_up(results, form=form, exchanges=exchanges, duration_s=time.monotonic() - started)
        self.tell(RunEnded(summary=summary))
        if self.interrupted:
            raise KeyboardInterrupt
        return summary

    def summed_up(
        self, results: Sequence[RequirementResult], *, form: str, exchanges: int, duration_s: float
    ) -> RunSummary:
        settings, fault = self.settings, self.broken_off
        broke = "it was interrupted" if self.interrupted else str(fault) if fault else None
        judged = tuple(with_known_failures(result, settings.known_failures) for result in results)
        picked = frozenset(row.id for row in self.rows) if settings.requirements else frozenset()
        return RunSummary(
            dialect=self.dialect.name,
            profile=settings.profile,
            seed=settings.seed,
            client=self.description,
            form=form,
            results=judged,
            duration_s=duration_s,
            exchanges=exchanges,
            exit_status=exit_status(
                judged, level=settings.level, chosen=picked, known=settings.known_failures, broke=broke is not None
            ),
            level=settings.level,
            chosen=picked,
            fault=broke,
            fault_stderr=fault.stderr if fault else "",
            unlisted=unlisted(judged, settings.known_failures),
        )

    def lane(self) -> _Lane:
        """Return this thread's lane, made when it is first asked for."""
        lane: _Lane | None = getattr(self.local, "lane", None)
        if lane is None:
            lane = self.local.lane = _Lane(Worker(self.settings, self.client, self.solitude))
            self.lanes.append(lane)
        return lane

    def aside(self) -> Sequence[Requirement]:
        """Return the rows that threads of their own judge: with several jobs all, with one those that mostly wait.

        A client in our own process is started as a program for some rows, most of which wait for it to start; the
        program has nothing to do with the client here, so they go on beside the others. Some wait for an answer that is
        held back. These go on beside the others with an adapter of their own, where one can be loaded and promises that
        its calls may overlap.
        """
        if self.settings.jobs > 1:
            return self.rows
        if not isinstance(self.client, ObjectClient):
            return ()
        startable = program_of(self.client) is not None
        twice = is_reloadable(self.client.reference) and "concurrent" in self.description.features
        waiting = [
            row for row in self.rows if (startable if row.needs_program or row.needs_watch else twice and row.waits)
        ]
        return waiting if len(waiting) < len(self.rows) else ()

    def judge_all(self) -> Generator[RequirementResult, None, None]:
        """Judge every row, some side by side; results come in the rows' order, up to the one that broke the run."""
        pool = ThreadPoolExecutor(max_workers=self.settings.jobs)
        try:
            coming = {row.id: pool.submit(self.judge, row) for row in self.aside()}
            left = deque(row for row in self.rows if row.id not in coming)
            done: dict[str, RequirementResult] = {}
            for row in self.rows:
                self.tell(RequirementStarted(id=row.id, title=row.title))
                # Nobody waits for a row that another thread is at, as long as there are others to judge.
                while left and not (coming[row.id].done() if row.id in coming else row.id in done):
                    following = left.popleft()
                    done[following.id] = self.judge(following)
                yield coming[row.id].result() if row.id in coming else done.pop(row.id)
                if (fault := self.breaking.get(row.id)) is not None:
                    self.broken_off = fault
                    break
        except BaseException:
            self.stopped = True
            raise
        finally:
            self.stopped = self.stopped or self.broken_off is not None
            pool.shutdown(cancel_futures=True)

    def judge(self, row: Requirement) -> RequirementResult:
        """Try one requirement and say what came of it; an adapter fault is a result, three in a row end the run."""
        started = time.monotonic()
        blank = before_trying(row, self.dialect, self.description)
        if blank.reason:
            return blank
        lane = self.lane()
        worker = lane.worker
        if lane.broken_by is not None:
            return replace(blank, status=Status.ERROR, reason="the run broke off before")
        if row.needs_texts and worker.form == "program" and "texts" not in self.description.features:
            return replace(blank, reason="seen in the harness's own process, or on a program that promises `texts`")
        before = worker.exchanges
        with self.solitude.among_others():
            try:
                result = self.tried(row, blank, worker)
            except AdapterFault as fault:
                result = replace(blank, status=Status.ERROR, reason=str(fault), stderr=fault.stderr)
                if (last := self.recovered(lane, fault)) is not None:
                    lane.broken_by = self.breaking[row.id] = last
            else:
                lane.faults_in_a_row = 0
        return replace(result, duration_s=time.monotonic() - started, exchanges=worker.exchanges - before)

    def tried(self, row: Requirement, blank: RequirementResult, worker: Worker) -> RequirementResult:
        def told(case: Case, observation: Observation, stage: Stage) -> None:
            if self.stopped:
                raise KeyboardInterrupt  # which Hypothesis lets pass, where it would shrink any other exception
            self.solitude.give_way()
            if self.settings.trace:
                played = CasePlayed(id=row.id, steps=in_english(case), said=in_short(observation))
                self.played.setdefault(row.id, []).append(played)
            if self.settings.record:
                recorded = CaseRecorded(id=row.id, stage=stage.value, case=case, observation=observation)
                self.played.setdefault(row.id, []).append(recorded)

        outcome = worker.search(row, self.description, told)
        if outcome is None:
            reason = "not exercised: the adapter is an object that cannot be started as a program"
            return replace(blank, status=Status.INCONCLUSIVE, reason=reason)
        return concluded(row, blank, outcome, reproduce_line(row, self.settings, self.client))

    @staticmethod
    def recovered(lane: _Lane, fault: AdapterFault) -> AdapterFault | None:
        """Start the client again after a fault; returns the last one where there were too many in a row."""
        lane.faults_in_a_row += 1
        if lane.faults_in_a_row >= FAULTS_IN_A_ROW or isinstance(fault, AdapterUnusable):
            return fault
        try:
            lane.worker.revive()
        except AdapterFault as again:
            lane.faults_in_a_row += 1
            return again if lane.faults_in_a_row >= FAULTS_IN_A_ROW else None
        return None


__all__ = ["RunSettings", "chosen", "run"]
