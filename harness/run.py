"""The loop: every chosen requirement is tried on the client, and listeners hear of it in order."""

from __future__ import annotations

import shlex
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from harness.cases import Case, in_english
from harness.catalogue import Requirement, requirements
from harness.drivers import Client, Driver, ObjectClient, ProgramClient, make_driver, program_of
from harness.drivers.driver import Description
from harness.errors import AdapterFault, AdapterUnusable, HarnessError, UsageError
from harness.events import (
    CasePlayed,
    Level,
    Listener,
    RequirementEnded,
    RequirementResult,
    RequirementStarted,
    RunEnded,
    RunStarted,
    RunSummary,
    Status,
)
from harness.findings import finding_of, in_short
from harness.known_failures import KnownFailures
from harness.laboratory import Laboratory
from harness.observation import Observation
from harness.search import Outcome, search
from harness.seeds import row_seed
from harness.setting import Setting
from harness.smoke import smoke
from harness.status import exit_status, with_known_failures
from mockserver import MockExchange, Profile, dialect_named

#: After so many adapter faults in a row the run stops.
FAULTS_IN_A_ROW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """What a run is asked to do.

    Attributes:
        dialect: Which exchange.
        profile: "documented" or "observed".
        requirements: Ids or globs; empty for all.
        level: From which level on a broken requirement counts.
        examples: How many cases to draw for each requirement; None for each one's own number.
        seed: Where chance comes from.
        jobs: How many requirements are tried side by side.
        call_timeout_s: The limit of one call; None for the contract's default.
        known_failures: What is known to fail.
        trace: Whether listeners should show every conversation.
        timeout_s: The time limit that sessions are opened with.
    """

    dialect: str
    seed: int
    profile: str = "documented"
    requirements: tuple[str, ...] = ()
    level: Level = Level.MUST
    examples: int | None = None
    jobs: int = 1
    call_timeout_s: float | None = None
    known_failures: KnownFailures | None = None
    trace: bool = False
    timeout_s: float = 5.0


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


def run(settings: RunSettings, client: Client, listeners: Sequence[Listener]) -> RunSummary:
    """Judge a client.

    Args:
        settings: What to do.
        client: The client under test.
        listeners: Who hears of it, in order, from one thread.

    Returns:
        The summary that every listener was given last. An adapter that breaks is in it as `fault`, not raised.

    Raises:
        UsageError: The dialect, a requirement or the client's reference does not exist.
    """
    rows = chosen(settings.requirements)
    return _Run(settings, client, listeners, rows).go()


class _Worker:
    """One exchange and one client, for one requirement at a time."""

    def __init__(self, settings: RunSettings, client: Client) -> None:
        self.settings = settings
        self.client = client
        self.exchange = MockExchange(settings.dialect, profile=settings.profile, seed=settings.seed)
        self.exchange.__enter__()
        self.limit_s = settings.call_timeout_s or max(10.0, 3 * settings.timeout_s)
        self.driver = make_driver(client, limit_s=self.limit_s)
        self.program: Driver | None = None

    def description(self) -> Description:
        return smoke(self.driver, self.exchange)

    def program_driver(self) -> Driver | None:
        """Return a driver that runs the client as a program, for rows about restarts; None where there is no way."""
        if isinstance(self.client, ProgramClient):
            return self.driver
        if self.program is None:
            program = program_of(self.client)
            if program is None:
                return None
            self.program = make_driver(program, limit_s=self.limit_s)
            self.program.describe(self.settings.dialect)
        return self.program

    def close(self) -> None:
        self.driver.shutdown()
        if self.program is not None:
            self.program.shutdown()
        self.exchange.__exit__(None, None, None)


class _Run:
    def __init__(
        self, settings: RunSettings, client: Client, listeners: Sequence[Listener], rows: Sequence[Requirement]
    ) -> None:
        self.settings = settings
        self.client = client
        self.listeners = listeners
        self.rows = rows
        self.dialect = dialect_named(settings.dialect)
        self.workers: list[_Worker] = []
        self.local = threading.local()
        self.faults_in_a_row = 0
        self.played: dict[str, list[CasePlayed]] = {}
        self.broken_off: AdapterFault | None = None
        self.description = Description(
            name="unknown", version="", language="", dialects=(), operations=frozenset(), features=frozenset()
        )

    def tell(self, event: object) -> None:
        for listener in self.listeners:
            listener.hear(event)  # type: ignore[arg-type]

    def go(self) -> RunSummary:
        started = time.monotonic()
        results: list[RequirementResult] = []
        fault: AdapterFault | None = None
        try:
            first = self.worker()
            self.description = first.description()
            self.tell(
                RunStarted(
                    dialect=self.settings.dialect,
                    profile=self.settings.profile,
                    seed=self.settings.seed,
                    client=self.description,
                    form=first.driver.form,
                    requirements=tuple(row.id for row in self.rows),
                )
            )
            results = self.judge_all()
            fault = self.broken_off
            if fault is None:
                smoke(first.driver, first.exchange)
        except AdapterFault as broken:
            fault = broken
        finally:
            form = self.workers[0].driver.form if self.workers else ""
            exchanges = sum(worker.exchange.journal.last_number for worker in self.workers)
            for worker in self.workers:
                worker.close()
        known = self.settings.known_failures
        judged = tuple(with_known_failures(result, known) for result in results)
        picked = frozenset(row.id for row in self.rows) if self.settings.requirements else frozenset()
        summary = RunSummary(
            dialect=self.settings.dialect,
            profile=self.settings.profile,
            seed=self.settings.seed,
            client=self.description,
            form=form,
            results=judged,
            duration_s=time.monotonic() - started,
            exchanges=exchanges,
            exit_status=exit_status(
                judged, level=self.settings.level, chosen=picked, known=known, broke=fault is not None
            ),
            level=self.settings.level,
            chosen=picked,
            fault=str(fault) if fault else None,
            fault_stderr=fault.stderr if fault else "",
            unlisted=_unlisted(judged, known),
        )
        self.tell(RunEnded(summary=summary))
        return summary

    def tell_end(self, result: RequirementResult) -> None:
        for played in self.played.pop(result.id, ()):
            self.tell(played)
        self.tell(RequirementEnded(result=result))

    def worker(self) -> _Worker:
        """Return this thread's worker, made when it is first asked for."""
        worker: _Worker | None = getattr(self.local, "worker", None)
        if worker is None:
            worker = _Worker(self.settings, self.client)
            self.local.worker = worker
            self.workers.append(worker)
        return worker

    def judge_all(self) -> list[RequirementResult]:
        if self.settings.jobs <= 1:
            results = []
            for row in self.rows:
                self.tell(RequirementStarted(id=row.id, title=row.title))
                results.append(self.judge(row))
                self.tell_end(results[-1])
                if self.broken_off is not None:
                    break
            return results
        with ThreadPoolExecutor(max_workers=self.settings.jobs) as pool:
            futures: list[tuple[Requirement, Future[RequirementResult]]] = [
                (row, pool.submit(self.judge, row)) for row in self.rows
            ]
            results = []
            for row, future in futures:
                self.tell(RequirementStarted(id=row.id, title=row.title))
                results.append(future.result())
                self.tell_end(results[-1])
            return results

    def judge(self, row: Requirement) -> RequirementResult:
        """Try one requirement and say what came of it; an adapter fault is a result, three in a row end the run."""
        started = time.monotonic()
        application = row.application(self.settings.dialect, self.dialect.scheme.kinds)
        level = application.level or row.level
        if row.softened_without and row.softened_without not in self.description.features and level is Level.MUST:
            level = Level.SHOULD
        blank = RequirementResult(id=row.id, level=level, title=row.title, status=Status.SKIPPED)
        if application.level is None:
            return replace(blank, void=True, reason=f"void for {self.settings.dialect}: {application.source}")
        if missing := _missing(row, self.description):
            return replace(blank, reason=missing)
        if self.broken_off is not None:
            return replace(blank, status=Status.ERROR, reason="the run broke off before")
        worker = self.worker()
        if row.needs_in_process and worker.driver.form == "program":
            return replace(blank, reason="seen only on a client in the harness's own process")
        before = worker.exchange.journal.last_number
        try:
            result = self.tried(row, blank, worker)
        except AdapterFault as fault:
            result = replace(blank, status=Status.ERROR, reason=str(fault))
            self.recover(worker, fault)
        else:
            self.faults_in_a_row = 0
        return replace(
            result,
            duration_s=time.monotonic() - started,
            exchanges=worker.exchange.journal.last_number - before,
        )

    def recover(self, worker: _Worker, fault: AdapterFault) -> None:
        self.faults_in_a_row += 1
        if self.faults_in_a_row >= FAULTS_IN_A_ROW or isinstance(fault, AdapterUnusable):
            self.broken_off = fault
            return
        try:
            worker.driver.restart(kill=True)
            worker.driver.describe(self.settings.dialect)
        except AdapterFault as again:
            self.faults_in_a_row += 1
            if self.faults_in_a_row >= FAULTS_IN_A_ROW:
                self.broken_off = again

    def tried(self, row: Requirement, blank: RequirementResult, worker: _Worker) -> RequirementResult:
        driver: Driver | None = worker.driver
        if row.needs_program:
            driver = worker.program_driver()
            if driver is None:
                return replace(
                    blank,
                    status=Status.INCONCLUSIVE,
                    reason="not exercised: the adapter is an object that cannot be started as a program",
                )
        assert driver is not None  # noqa: S101
        setting = Setting(
            dialect=self.dialect,
            profile=Profile(self.settings.profile),
            client=self.description,
            form=driver.form,
            timeout_s=self.settings.timeout_s,
        )
        chance = row_seed(self.settings.seed, row.id)
        laboratory = Laboratory(setting, worker.exchange, driver, call_limit_s=worker.limit_s, seed=chance)

        def play(case: Case) -> Observation:
            observation = laboratory.play(case)
            if self.settings.trace:
                told = CasePlayed(id=row.id, steps=in_english(case), said=in_short(observation))
                self.played.setdefault(row.id, []).append(told)
            return observation

        try:
            outcome = search(
                row.property,
                setting,
                play,
                row_seed=chance,
                examples=self.settings.examples,
            )
        finally:
            laboratory.close()
        return self.concluded(row, blank, outcome)

    def concluded(self, row: Requirement, blank: RequirementResult, outcome: Outcome) -> RequirementResult:
        """Turn what a search found into a result."""
        told = replace(blank, examples=outcome.examples)
        if outcome.conviction is not None:
            finding = finding_of(row, outcome.conviction, reproduce=self.reproduce(row))
            return replace(told, status=Status.FAILED, reason=finding.summary, finding=finding)
        if outcome.unstable is not None:
            first, _ = outcome.unstable
            finding = finding_of(row, first, reproduce=self.reproduce(row))
            return replace(
                told,
                status=Status.INCONCLUSIVE,
                reason=f"unstable: it failed once and did not fail again. {finding.summary}",
                notes=tuple(str(page) for page in finding.transcript),
            )
        if outcome.untriable and outcome.untriable == sum(outcome.unseen.values()) and not outcome.seen:
            return replace(told, status=Status.SKIPPED, reason=outcome.unseen.most_common(1)[0][0])
        short = [
            f"{outcome.seen[name]} of {least} {name}"
            for name, least in row.property.least.items()
            if outcome.seen[name] < least
        ]
        if short:
            why = f" ({outcome.unseen.most_common(1)[0][0]})" if outcome.unseen else ""
            return replace(told, status=Status.INCONCLUSIVE, reason=f"too little was seen: {', '.join(short)}{why}")
        notes = [f"not covered: {words}" for name, words in row.property.wanted.items() if not outcome.seen[name]]
        notes.append("seen: " + ", ".join(f"{outcome.seen[name]} {name}" for name in row.property.least))
        return replace(told, status=Status.PASSED, notes=tuple(notes))

    def reproduce(self, row: Requirement) -> str:
        """Return the command that shows a finding again."""
        words = ["noncense", "test", "--dialect", self.settings.dialect]
        if self.settings.profile != "documented":
            words += ["--profile", self.settings.profile]
        words += ["--requirement", row.id, "--seed", str(self.settings.seed)]
        if self.settings.examples is not None:
            words += ["--examples", str(self.settings.examples)]
        match self.client:
            case ProgramClient(argv=argv):
                words += ["--", *argv]
            case ObjectClient(reference=reference):
                words.append(reference if isinstance(reference, str) else "path/to/adapter.py")
        return shlex.join(words)


def _missing(row: Requirement, client: Description) -> str:
    lacking = sorted(row.operations - client.operations)
    if lacking:
        return f"the client does not promise {', '.join(lacking)}"
    if row.one_of and not row.one_of & client.operations:
        return f"the client promises none of {', '.join(sorted(row.one_of))}"
    features = sorted(row.features - client.features)
    return f"the client does not promise the feature {', '.join(features)}" if features else ""


def _unlisted(results: Sequence[RequirementResult], known: KnownFailures | None) -> tuple[str, ...]:
    if known is None:
        return ()
    return tuple(
        f"{result.id} ({result.status.value})"
        for result in results
        if result.id in known and result.status in (Status.SKIPPED, Status.INCONCLUSIVE)
    )


__all__ = ["HarnessError", "RunSettings", "chosen", "run"]
