"""The loop: every chosen requirement is tried on the client, and listeners hear of it in order."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from fnmatch import fnmatchcase

from harness.cases import Case, in_english
from harness.catalogue import Requirement, requirements
from harness.concluding import before_trying, concluded, reproduce_line
from harness.drivers import Client
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


class _Run:
    def __init__(
        self, settings: RunSettings, client: Client, listeners: Sequence[Listener], rows: Sequence[Requirement]
    ) -> None:
        self.settings = settings
        self.client = client
        self.listeners = listeners
        self.rows = rows
        self.dialect = dialect_named(settings.dialect, Profile(settings.profile), **settings.habits)
        self.workers: list[Worker] = []
        self.local = threading.local()
        self.faults_in_a_row = 0
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
            first = self.worker()
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
            exchanges = sum(worker.exchanges for worker in self.workers)
            for worker in self.workers:
                worker.close()
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

    def worker(self) -> Worker:
        """Return this thread's worker, made when it is first asked for."""
        worker: Worker | None = getattr(self.local, "worker", None)
        if worker is None:
            worker = Worker(self.settings, self.client)
            self.local.worker = worker
            self.workers.append(worker)
        return worker

    def judge_all(self) -> Generator[RequirementResult, None, None]:
        """Judge every row, side by side where that is asked for; results come in the rows' order."""
        if self.settings.jobs <= 1:
            for row in self.rows:
                self.tell(RequirementStarted(id=row.id, title=row.title))
                yield self.judge(row)
                if self.broken_off is not None:
                    return
            return
        pool = ThreadPoolExecutor(max_workers=self.settings.jobs)
        try:
            futures = [(row, pool.submit(self.judge, row)) for row in self.rows]
            for row, future in futures:
                self.tell(RequirementStarted(id=row.id, title=row.title))
                yield future.result()
        except BaseException:
            self.stopped = True
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    def judge(self, row: Requirement) -> RequirementResult:
        """Try one requirement and say what came of it; an adapter fault is a result, three in a row end the run."""
        started = time.monotonic()
        blank = before_trying(row, self.dialect, self.description)
        if blank.reason:
            return blank
        if self.broken_off is not None:
            return replace(blank, status=Status.ERROR, reason="the run broke off before")
        worker = self.worker()
        if row.needs_texts and worker.form == "program" and "texts" not in self.description.features:
            return replace(blank, reason="seen in the harness's own process, or on a program that promises `texts`")
        before = worker.exchanges
        try:
            result = self.tried(row, blank, worker)
        except AdapterFault as fault:
            result = replace(blank, status=Status.ERROR, reason=str(fault), stderr=fault.stderr)
            self.recover(worker, fault)
        else:
            self.faults_in_a_row = 0
        return replace(result, duration_s=time.monotonic() - started, exchanges=worker.exchanges - before)

    def tried(self, row: Requirement, blank: RequirementResult, worker: Worker) -> RequirementResult:
        def told(case: Case, observation: Observation, stage: Stage) -> None:
            if self.stopped:
                raise KeyboardInterrupt  # which Hypothesis lets pass, where it would shrink any other exception
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

    def recover(self, worker: Worker, fault: AdapterFault) -> None:
        """Start the client again after a fault, unless there were too many in a row."""
        self.faults_in_a_row += 1
        if self.faults_in_a_row >= FAULTS_IN_A_ROW or isinstance(fault, AdapterUnusable):
            self.broken_off = fault
            return
        try:
            worker.revive()
        except AdapterFault as again:
            self.faults_in_a_row += 1
            if self.faults_in_a_row >= FAULTS_IN_A_ROW:
                self.broken_off = again


__all__ = ["RunSettings", "chosen", "run"]
