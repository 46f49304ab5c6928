"""A worker: one exchange and one client, for one requirement at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from harness.beside import Watch
from harness.cases import Case
from harness.catalogue import Requirement
from harness.discriminating import witnesses_of
from harness.drivers import Client, Driver, ProgramClient, make_driver, program_of
from harness.drivers.driver import Description
from harness.errors import AdapterFault
from harness.laboratory import Laboratory
from harness.leaks import redact
from harness.observation import Observation
from harness.run_settings import RunSettings
from harness.search import Conviction, Outcome, Stage, Told, search
from harness.seeds import row_seed
from harness.setting import Setting
from harness.smoke import smoke
from harness.solitude import Solitude
from mockserver import Dialect, MockExchange, Profile


class Worker:
    """An exchange of its own, and the client at the end of a rein of its own."""

    def __init__(self, settings: RunSettings, client: Client, solitude: Solitude | None = None) -> None:
        """Open the exchange and take up the rein; the client is not started yet.

        Args:
            settings: What a run is asked to do.
            client: The client under test.
            solitude: What is shared with workers beside this one; None where there are none.
        """
        self._solitude = solitude
        self._settings = settings
        self._client = client
        self._exchange = MockExchange(
            settings.dialect, profile=settings.profile, habits=settings.habits, seed=settings.seed
        )
        self._exchange.__enter__()
        self._driver = make_driver(client, limit_s=settings.limit_s)
        self._program: Driver | None = None
        self._watch: Watch | None = None
        self._watched: Driver | None = None
        self._retired: set[str] = set()
        self._left_to_chance = 0

    @property
    def form(self) -> str:
        """How the client is driven, "program" or "in-process"."""
        return self._driver.form

    @property
    def exchanges(self) -> int:
        """How many requests the exchange has seen; those of calls that a kill cut short apart."""
        return self._exchange.journal.last_number - self._left_to_chance

    def smoke(self) -> Description:
        """See that the adapter is wired right.

        Raises:
            AdapterFault: It is not.
        """
        with self._discreetly():
            return smoke(self._driver, self._exchange, limit_s=self._settings.limit_s)

    def search(self, row: Requirement, client: Description, told: Told) -> Outcome | None:
        """Look for a case that breaks a requirement.

        Args:
            row: The requirement.
            client: What the client says it is.
            told: Hears of every case that is played.

        Returns:
            What was found; None where the row needs a program and the client cannot be started as one.

        Raises:
            AdapterFault: The adapter broke.
        """
        driver: Driver | None = self._driver
        if row.needs_watch:
            driver = self._watched_driver()
        elif row.needs_program:
            driver = self._program_driver()
        if driver is None:
            return None
        settings = self._settings
        setting = Setting(
            dialect=self._exchange.dialect,
            profile=Profile(settings.profile),
            client=client,
            form=driver.form,
            timeout_s=settings.timeout_s,
        )
        chance = row_seed(settings.seed, row.id)
        laboratory = Laboratory(
            setting,
            self._exchange,
            driver,
            call_limit_s=settings.limit_s,
            seed=chance,
            retired=self._retired,
            watch=self._watch if row.needs_watch else None,
            solitude=self._solitude,
        )

        try:
            with self._discreetly():
                prop, examples = row.property, settings.examples
                outcome = search(prop, setting, laboratory.play, row_seed=chance, examples=examples, told=told)
                if outcome.conviction is not None:
                    outcome.witnesses = self._witnesses(outcome.conviction, setting, laboratory, told)
                return outcome
        finally:
            self._left_to_chance += laboratory.left_to_chance
            laboratory.close()

    @property
    def dialect(self) -> Dialect:
        """The exchange that is played."""
        return self._exchange.dialect

    @contextmanager
    def playing(
        self, client: Description, *, seed: int, as_program: bool
    ) -> Iterator[tuple[Setting, Laboratory] | None]:
        """Lend a laboratory for cases that belong to no single requirement.

        Args:
            client: What the client says it is.
            seed: Where keys and secrets come from.
            as_program: Whether the client must run as a program of its own; then None is lent where it cannot.

        Raises:
            AdapterFault: The adapter broke, inside of the context too.
        """
        settings = self._settings
        with self._discreetly():
            driver = self._program_driver() if as_program else self._driver
            if driver is None:
                yield None
                return
            setting = Setting(
                dialect=self._exchange.dialect,
                profile=Profile(settings.profile),
                client=client,
                form=driver.form,
                timeout_s=settings.timeout_s,
            )
            laboratory = Laboratory(
                setting, self._exchange, driver, call_limit_s=settings.limit_s, seed=seed, retired=self._retired
            )
            try:
                yield setting, laboratory
            finally:
                laboratory.close()

    def _witnesses(
        self, conviction: Conviction, setting: Setting, laboratory: Laboratory, told: Told
    ) -> tuple[Observation, ...]:
        """Play what tells apart the explanations of a failure; an adapter that breaks on it takes nothing back."""

        def play(case: Case) -> Observation:
            observation = laboratory.play(case)
            told(case, observation, Stage.EXPLAIN)
            return observation

        try:
            return witnesses_of(conviction, setting, play)
        except AdapterFault:
            laboratory.driver.restart(kill=True)
            laboratory.driver.describe(self._exchange.dialect.name)
            return ()

    def revive(self) -> None:
        """Start the client anew after it broke.

        Raises:
            AdapterFault: It broke again.
        """
        with self._discreetly():
            self._driver.restart(kill=True)
            self._driver.describe(self._exchange.dialect.name)

    def close(self) -> None:
        """End the client and close the exchange."""
        self._driver.shutdown()
        if self._program is not None:
            self._program.shutdown()
        if self._watched is not None:
            self._watched.shutdown()
        if self._watch is not None:
            self._watch.close()
        self._exchange.__exit__(None, None, None)

    @contextmanager
    def _discreetly(self) -> Iterator[None]:
        """Take the secrets out of what an adapter says when it breaks."""
        try:
            yield
        except AdapterFault as fault:
            drivers = (self._driver, self._program, self._watched)
            secrets = [secret for driver in drivers if driver is not None for secret in driver.secrets]
            fault.detail, fault.stderr = redact(fault.detail, secrets), redact(fault.stderr, secrets)
            fault.args = (f"adapter {fault.kind}: {fault.detail}",)
            raise

    def _watched_driver(self) -> Driver:
        """Return a driver of a program that is watched from outside.

        An object that cannot be started as a program stays where it is; then its files alone are seen.
        """
        self._watch = self._watch or Watch()
        if self._watched is None:
            program = self._client if isinstance(self._client, ProgramClient) else program_of(self._client)
            if program is None:
                return self._driver
            self._watched = make_driver(program, limit_s=self._settings.limit_s, additions=self._watch.environment)
            self._watched.describe(self._exchange.dialect.name)
        return self._watched

    def _program_driver(self) -> Driver | None:
        """Return a driver that runs the client as a program, for rows about restarts; None where there is no way."""
        if isinstance(self._client, ProgramClient):
            return self._driver
        if self._program is None:
            program = program_of(self._client)
            if program is None:
                return None
            self._program = make_driver(program, limit_s=self._settings.limit_s)
            self._program.describe(self._exchange.dialect.name)
        return self._program
