"""A campaign: round after round of schedules, until the budget is spent; listeners hear of it as of any other run."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial

from harness.campaign.budget import Budget
from harness.campaign.hunt import Caught, Evidence, Play, Round
from harness.campaign.invariants import Invariant
from harness.campaign.memory import Memory, Remembered, opened
from harness.campaign.overture import overture
from harness.campaign.watching import CampaignSettings, Watch, watched
from harness.cases import Case, Restart, in_english
from harness.concluding import before_trying
from harness.drivers import Client
from harness.drivers.driver import Description
from harness.errors import AdapterFault, AdapterUnusable
from harness.events import (
    CampaignProgress,
    CasePlayed,
    Event,
    Listener,
    RequirementEnded,
    RunEnded,
    RunStarted,
    RunSummary,
    Status,
)
from harness.findings import in_short
from harness.observation import Observation
from harness.run import FAULTS_IN_A_ROW, UNKNOWN
from harness.seeds import row_seed
from harness.setting import Setting
from harness.status import exit_status, unlisted, with_known_failures
from harness.worker import Worker
from mockserver import dialect_named

#: One of so many rounds starts the client's program anew now and then; a client in our own process is then made one.
RESTARTS_EVERY = 3
#: Progress is told so often, seconds.
PROGRESS_S = 0.2

_TEXTS_UNSEEN = "seen in the harness's own process, or on a program that promises `texts`"


def campaign(settings: CampaignSettings, client: Client, listeners: Sequence[Listener]) -> RunSummary:
    """Search for a schedule of calls, harm, clock steps and restarts in which a client breaks an invariant.

    Args:
        settings: What to do.
        client: The client under test.
        listeners: Who hears of it, in order, from one thread.

    Returns:
        The summary that every listener was given last. An adapter that breaks is in it as `fault`, not raised.

    Raises:
        KeyboardInterrupt: It was interrupted; the listeners were given the summary of what had been found.
        UsageError: The dialect, a requirement, the database or the client's reference does not exist.
    """
    return _Campaign(settings, client, listeners).go()


class _Campaign:
    def __init__(self, settings: CampaignSettings, client: Client, listeners: Sequence[Listener]) -> None:
        self.settings = settings
        self.run = settings.run
        self.dialect = dialect_named(settings.run.dialect).name
        self.client = client
        self.listeners = listeners
        self.chosen = watched(self.run.requirements)
        self.budget = Budget(settings.budget_s, schedules=self.run.examples)
        self.description: Description = UNKNOWN
        self.watches: dict[str, Watch] = {}
        self.evidence: dict[str, Evidence] = {}
        self.database = opened(settings.database) if settings.database is not None else None
        self.memory: Memory | None = None
        self.worker: Worker | None = None
        self.mended = 0
        self.faults_in_a_row = 0
        self.broken_off: AdapterFault | None = None
        self.interrupted = False
        self.told_s = 0.0

    def tell(self, event: Event) -> None:
        for listener in self.listeners:
            listener.hear(event)

    def go(self) -> RunSummary:
        started = time.monotonic()
        form, exchanges = "", 0
        try:
            with ExitStack() as stack:
                worker = self.worker = Worker(self.run, self.client)
                stack.callback(worker.close)
                form = worker.form
                self.description = worker.smoke()
                self.begin(form)
                if self.settings.schedule is not None:
                    self.replay(self.settings.schedule)
                else:
                    self.resume()
                    if self.settings.overture:
                        self.begin_playing()
                    self.search()
                if self.broken_off is None:
                    worker.smoke()
                exchanges = worker.exchanges
        except AdapterFault as broken:
            self.broken_off = broken
        except KeyboardInterrupt:
            self.interrupted = True
        if self.worker is not None:
            exchanges = max(exchanges, self.worker.exchanges)
        summary = self.summed_up(form=form, exchanges=exchanges, duration_s=time.monotonic() - started)
        for result in summary.results:
            self.tell(RequirementEnded(result=result))
        self.tell(RunEnded(summary=summary))
        if self.interrupted:
            raise KeyboardInterrupt
        return summary

    def begin(self, form: str) -> None:
        """Look at what the client promises, and say what will be done."""
        worker = self.worker
        assert worker is not None  # noqa: S101
        for row, invariant in self.chosen:
            blank = before_trying(row, worker.dialect, self.description)
            if not blank.reason and row.needs_texts and form == "program" and "texts" not in self.description.features:
                blank = replace(
                    blank, reason="seen in the harness's own process, or on a program that promises `texts`"
                )
            self.watches[row.id] = Watch(row=row, invariant=invariant, blank=blank)
            self.evidence[row.id] = Evidence()
        if self.database is not None:
            self.memory = Memory(
                self.database, client=self.description.name, dialect=worker.dialect.name, profile=self.run.profile
            )
        self.tell(
            RunStarted(
                dialect=worker.dialect.name,
                profile=self.run.profile,
                seed=self.run.seed,
                client=self.description,
                form=form,
                requirements=tuple(self.watches),
                budget_s=self.settings.budget_s,
            )
        )

    def invariants(self) -> list[Invariant]:
        """Return what schedules are judged by: what applies to this client."""
        return [watch.invariant for watch in self.watches.values() if not watch.blank.reason]

    def closed(self) -> frozenset[str]:
        """Return the requirements that nobody looks for any more."""
        return frozenset(name for name, watch in self.watches.items() if not watch.open)

    def round(self, play: Play) -> Round:
        return Round(self.invariants(), play, budget=self.budget, evidence=self.evidence, convicted=self.closed())

    def resume(self) -> None:
        """Play what failed before; what fails no more is forgotten."""
        failed_before = self.memory.failed_before() if self.memory is not None else ()
        for remembered in failed_before:
            watch = self.watches.get(remembered.requirement)
            if watch is None or watch.blank.reason or not watch.open:
                continue
            if self.replayed(remembered.case, watch) is None and self.broken_off is None and self.memory is not None:
                self.memory.forget(remembered)
                self.mended += 1

    def replay(self, case: Case) -> None:
        """Play the one schedule that was asked for, for every requirement in question."""
        for watch in self.watches.values():
            if not watch.blank.reason and watch.open:
                self.replayed(case, watch)

    def replayed(self, case: Case, watch: Watch) -> Caught | None:
        try:
            with self.playing(f"resumed:{watch.row.id}", as_program=needs_program(case)) as found:
                if found is None:
                    return None
                _, play = found
                self.budget.played += 1
                round_ = self.round(play)
                return self.catch_by(round_, partial(round_.again, case, watch.row.id))
        except AdapterFault as fault:
            self.recover(fault)
            return None

    def begin_playing(self) -> None:
        """Play the first schedules: each for as long as something that it provokes is looked for."""
        for as_program in (False, True) if self.invariants() else ():
            try:
                with self.playing(f"overture:{as_program}", as_program=as_program) as found:
                    if found is None:
                        return
                    setting, play = found
                    for opening in overture(setting):
                        if opening.needs_program is as_program and self.in_question(opening.provokes):
                            round_ = self.round(play)
                            self.catch_by(round_, partial(round_.look, opening.case))
            except AdapterFault as fault:
                self.recover(fault)

    def in_question(self, names: frozenset[str]) -> bool:
        """Tell whether any of these requirements is still looked for, and there is budget to do so."""
        looked_for = any(watch.open and not watch.blank.reason for name, watch in self.watches.items() if name in names)
        return looked_for and not self.budget.over and self.broken_off is None

    def search(self) -> None:
        """Go on round after round, until the budget is spent or nothing is left to be found."""
        for number in itertools.count():
            searching = any(watch.open and not watch.blank.reason for watch in self.watches.values())
            if self.budget.over or self.broken_off is not None or not searching:
                return
            self.one_round(number)

    def one_round(self, number: int) -> None:
        chance = row_seed(self.run.seed, f"campaign:{number}")
        looking = [watch.row for watch in self.watches.values() if watch.open and not watch.blank.reason]
        as_program = number % RESTARTS_EVERY == 1 or all(row.needs_program for row in looking)
        try:
            with self.playing(f"round:{number}", as_program=as_program) as found:
                if found is None:
                    return
                setting, play = found
                round_ = self.round(play)
                self.catch_by(round_, partial(round_.draw, setting, chance=chance, restarts=as_program))
                self.faults_in_a_row = 0
        except AdapterFault as fault:
            self.recover(fault)

    @contextmanager
    def playing(self, name: str, *, as_program: bool) -> Iterator[tuple[Setting, Play] | None]:
        """Lend a client to play with, and tell of every schedule that is played; None where there is no program."""
        worker = self.worker
        assert worker is not None  # noqa: S101
        with worker.playing(self.description, seed=row_seed(self.run.seed, name), as_program=as_program) as found:
            if found is None:
                yield None
                return
            setting, laboratory = found

            def play(case: Case) -> Observation:
                observation = laboratory.play(case)
                if self.run.trace:
                    self.tell(CasePlayed(id="campaign", steps=in_english(case), said=in_short(observation)))
                self.progress()
                return observation

            yield setting, play

    def progress(self) -> None:
        spent_s = self.budget.spent_s
        if spent_s - self.told_s < PROGRESS_S:
            return
        self.told_s = spent_s
        found = tuple(name for name, watch in self.watches.items() if watch.caught is not None)
        self.tell(
            CampaignProgress(
                spent_s=spent_s, budget_s=self.settings.budget_s, schedules=self.budget.played, found=found
            )
        )

    def catch_by(self, round_: Round, search: Callable[[], Caught | None]) -> Caught | None:
        """Take note of what a round catches, also when it is interrupted."""
        try:
            caught = search()
        except KeyboardInterrupt:
            interrupted = round_.cut_short()
            if interrupted is not None:
                self.catch(interrupted)
            raise
        if caught is not None:
            self.catch(caught)
        return caught

    def catch(self, caught: Caught) -> None:
        """Take note of what a round has caught, and keep it for the next campaign."""
        self.watches[caught.requirement].take(caught)
        if self.memory is not None:
            self.memory.remember(Remembered(requirement=caught.requirement, case=caught.conviction.case))

    def recover(self, fault: AdapterFault) -> None:
        """Start the client again after a fault, unless there were too many in a row."""
        assert self.worker is not None  # noqa: S101
        self.faults_in_a_row += 1
        if self.faults_in_a_row >= FAULTS_IN_A_ROW or isinstance(fault, AdapterUnusable):
            self.broken_off = fault
            return
        try:
            self.worker.revive()
        except AdapterFault as again:
            self.broken_off = again

    def summed_up(self, *, form: str, exchanges: int, duration_s: float) -> RunSummary:
        run, fault = self.run, self.broken_off
        broke = "it was interrupted" if self.interrupted else str(fault) if fault else None
        judged = [
            watch.result(run, self.client, self.evidence[name], schedules=self.budget.played)
            for name, watch in self.watches.items()
        ]
        # What a campaign has not come by is not mended: only what fails is held against the list.
        results = tuple(
            with_known_failures(result, run.known_failures) if result.status is Status.FAILED else result
            for result in judged
        )
        if self.settings.schedule is not None:
            results = tuple(result for result in results if result.status is Status.FAILED) or results
        picked = frozenset(self.watches) if run.requirements else frozenset()
        return RunSummary(
            dialect=self.dialect,
            profile=run.profile,
            seed=run.seed,
            client=self.description,
            form=form,
            results=results,
            duration_s=duration_s,
            exchanges=exchanges,
            exit_status=exit_status(results, level=run.level, chosen=picked, known=None, broke=broke is not None),
            level=run.level,
            chosen=picked,
            fault=broke,
            fault_stderr=fault.stderr if fault else "",
            unlisted=unlisted(results, run.known_failures),
        )


def needs_program(case: Case) -> bool:
    """Tell whether a schedule starts the client's program anew, so that it must be one."""
    return any(isinstance(step, Restart) for step in case.steps)
