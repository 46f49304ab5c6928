"""Runs that do not come to their end: what is told of them, and what is not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from harness.adapter import Target
from harness.drivers import ObjectClient
from harness.events import CasePlayed, Event, RunEnded, RunSummary, Status
from harness.mutants import Adapter
from harness.run import RunSettings, run


class Ears:
    """Hears a run, and can interrupt it as Ctrl-C would."""

    def __init__(self, *, patience: int) -> None:
        self.patience = patience
        self.summary: RunSummary | None = None

    def hear(self, event: Event) -> None:
        if isinstance(event, RunEnded):
            self.summary = event.summary
        elif isinstance(event, CasePlayed):
            self.patience -= 1
            if self.patience == 0:
                raise KeyboardInterrupt


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_run_still_reports_what_it_had_judged(jobs: int) -> None:
    ears = Ears(patience=3)
    wanted = ("SIGN-001", "SIGN-002", "NONCE-001")
    settings = RunSettings(dialect="reference", seed=1, requirements=wanted, jobs=jobs, trace=True)
    with pytest.raises(KeyboardInterrupt):
        run(settings, ObjectClient(reference=Adapter()), (ears,))
    assert ears.summary is not None
    assert ears.summary.fault == "it was interrupted"
    assert [result.id for result in ears.summary.results] == ["SIGN-001"]
    assert ears.summary.exit_status == 3


class _Babbler:
    def __init__(self, target: Target) -> None:
        self.secret = target.secret

    def call(self, operation: str, params: Mapping[str, object]) -> object:
        if operation == "balances":
            raise KeyError(f"cannot sign with {self.secret}")
        raise NotImplementedError(operation)

    def close(self) -> None:
        """Nothing to close."""


class Babbling:
    """An adapter that breaks, and quotes the secret in its last words."""

    name, version, language = "babbling", "1", "python"
    dialects, operations, features = ("reference",), ("balances",), ()

    def open(self, target: Target) -> _Babbler:
        return _Babbler(target)


def test_the_last_words_of_a_broken_adapter_tell_no_secret() -> None:
    summary = run(RunSettings(dialect="reference", seed=1), ObjectClient(reference=Babbling()), ())
    assert summary.fault is not None
    told = summary.fault + summary.fault_stderr
    assert "cannot sign with <secret#" in told
    assert Status.PASSED not in {result.status for result in summary.results}
