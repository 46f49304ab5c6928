"""Plays a case: opens the sessions, makes the calls, plans the harm, and brings back the observation."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.beside import Surroundings, Watch
from harness.beside.program import Growth
from harness.cases import Case, Fork, Zone
from harness.client_side import ClientSide
from harness.drivers.driver import Driver
from harness.observation import Observation
from harness.playing import Playing
from harness.setting import Setting
from harness.solitude import Solitude
from mockserver import Canary, MockExchange
from signer import Request

#: What the second origin answers: a success in every dialect's words, so that a gullible client believes it.
BELIEVABLE = (
    b'{"result":true,"error":"","success":1,"code":"0","msg":"result.success","order_id":"77","orderNumber":"77",'
    b'"status":"open","filled":"0","trades":[],"resultingTrades":[],"data":{"orderId":"77","placeStatus":1}}'
)


class Laboratory:
    """One client, one exchange, one case at a time.

    A fresh key per case is the thread that ties traffic to case, so nothing is ever reset; what outlives a key (the
    clock, faults for everybody) is put back when the case is over.

    Raises:
        AdapterFault: From every method, when the adapter breaks.
    """

    def __init__(
        self,
        setting: Setting,
        exchange: MockExchange,
        driver: Driver,
        *,
        call_limit_s: float,
        seed: int = 0,
        retired: set[str] | None = None,
        watch: Watch | None = None,
        solitude: Solitude | None = None,
    ) -> None:
        """Prepare to play.

        Args:
            setting: What cases are drawn for.
            exchange: Where the client is led.
            driver: The rein.
            call_limit_s: How long to wait for one call.
            seed: Where keys and secrets come from: the same row and seed meet the same ones, whatever ran before.
            retired: The keys of cases that are over on this exchange; added to with each case.
            watch: Who watches the client's program; None where nobody does.
            solitude: What is shared with those who play in this process meanwhile.
        """
        self.setting = setting
        self.seed = seed
        self.retired = set() if retired is None else retired
        self.exchange = exchange
        self.driver = driver
        self.call_limit_s = call_limit_s
        self.watch = watch
        self.solitude = solitude or Solitude()
        self.growth = Growth()
        #: Requests of calls during which the client was killed: whether they were sent hangs on the moment.
        self.left_to_chance = 0
        self.surroundings = Surroundings(exchange, BELIEVABLE)
        self.client_side = ClientSide(driver, exchange)
        self._canary: Canary | None = None
        self._numbers = itertools.count(1)
        self._states = tempfile.TemporaryDirectory(prefix="noncense-state-", dir=_in_memory())

    def close(self) -> None:
        """Close what the laboratory itself opened; the exchange and the driver belong to others."""
        if self._canary is not None:
            self._canary.__exit__(None, None, None)
            self._canary = None
        self.surroundings.close()
        self.client_side.close()
        self._states.cleanup()

    @property
    def canary(self) -> Canary:
        """The second origin, started when it is first needed."""
        if self._canary is None:
            self._canary = Canary(body=BELIEVABLE)
            self._canary.__enter__()
        return self._canary

    def strayed(self) -> tuple[Request, ...]:
        """Return every request that has come to the second origin so far; none where it was never needed."""
        return () if self._canary is None else tuple(self._canary.requests)

    def play(self, case: Case) -> Observation:
        """Play one case from beginning to end."""
        playing = Playing(self, case, next(self._numbers), Path(self._states.name))
        with self._alone_for(case), _clock_of(case):
            try:
                playing.begin()
                for step in case.steps:
                    playing.step(step)
                playing.sessions.close_all()
                return playing.observation()
            finally:
                playing.tidy()

    @contextmanager
    def _alone_for(self, case: Case) -> Iterator[None]:
        """Be alone in the process for a case that touches all of it, or asks for it."""
        here = self.driver.form == "in-process"
        touched = bool(case.about.get("frozen")) or any(isinstance(step, Zone | Fork) for step in case.steps)
        if (here and touched) or case.about.get("alone"):
            with self.solitude.alone():
                yield
        else:
            yield


def _in_memory() -> Path | None:
    """Return a folder whose files never touch a disk, where the system has one: clients write notes at each call."""
    folder = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it, which nobody else may read
    return folder if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK) else None


@contextmanager
def _clock_of(case: Case) -> Iterator[None]:
    """Freeze the process's clock for a case that asks for it; only a client in this very process is touched by it."""
    if not case.about.get("frozen"):
        yield
        return
    from freezegun import freeze_time

    with freeze_time(real_asyncio=True):
        yield
