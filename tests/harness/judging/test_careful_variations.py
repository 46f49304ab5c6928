"""Clients that do otherwise than ours, and no worse: other codings, other connections, other pauses."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.drivers import ObjectClient
from harness.events import Level, Status
from harness.mutants import Adapter, adapter_with
from harness.mutants.attempt import Attempt
from harness.mutants.clock import pause
from harness.mutants.failures import Failure
from harness.mutants.knobs import Knobs
from harness.mutants.messages import Json
from harness.mutants.mistakes.odd_answers import asking_for, unpacking
from harness.mutants.retrying import is_transient
from harness.mutants.transport import LARGEST_ANSWER, Wiring
from harness.run import RunSettings, run


def from_nought(attempt: Attempt) -> Json:
    """Try again after a pause that is drawn from nought to its whole, and doubles."""
    for whole_s in (0.03, 0.06, 0.12) if not attempt.wanted.changes_state else ():
        try:
            return attempt.transmit()
        except Failure as failure:
            if not is_transient(failure):
                raise
            pause(random.uniform(0, whole_s))
    return attempt.transmit()


VARIATIONS = {
    "gzip": Knobs(outgoing=asking_for(b"gzip"), wiring=Wiring(read_body=unpacking(LARGEST_ANSWER))),
    "no-connection-twice": Knobs(wiring=Wiring(usable=lambda connection: False)),
    "pauses-from-nought": Knobs(attempts=from_nought),
}
ROWS = {
    "gzip": ("CONN-006", "CONN-007", "SIZE-001"),
    "no-connection-twice": ("CONN-008", "CONN-011", "TLS-005", "TLS-008"),
    "pauses-from-nought": ("RETRY-008",),
}


@pytest.mark.parametrize("dialect", ["poloniex", "bitunix"])
@pytest.mark.parametrize("name", VARIATIONS)
def test_a_careful_variation_breaks_nothing(name: str, dialect: str) -> None:
    client = ObjectClient(reference=lambda: Adapter(VARIATIONS[name]))
    settings = RunSettings(dialect=dialect, seed=5, requirements=ROWS[name], level=Level.SHOULD)
    summary = run(settings, client, ())
    assert [(row.id, row.reason) for row in summary.results if row.status is not Status.PASSED] == []


def test_files_of_an_object_that_is_no_program_are_seen_and_its_processes_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def statuses(make: Callable[[], Adapter]) -> list[Status]:
        settings = RunSettings(dialect="exmo", seed=5, requirements=("SECR-007", "SECR-008"))
        return [row.status for row in run(settings, ObjectClient(reference=lambda: make()), ()).results]

    assert statuses(Adapter) == [Status.PASSED, Status.INCONCLUSIVE]
    assert statuses(lambda: adapter_with("secret-kept-in-a-file")) == [Status.FAILED, Status.INCONCLUSIVE]


def test_what_a_client_asks_for_is_said_beside_its_pass() -> None:
    def notes(knobs: Knobs) -> str:
        client = ObjectClient(reference=lambda: Adapter(knobs))
        (row,) = run(RunSettings(dialect="reference", seed=5, requirements=("CONN-006",)), client, ()).results
        return "\n".join(row.notes)

    missing = "not covered: an answer in gzip"
    assert missing in notes(Knobs())
    assert missing not in notes(VARIATIONS["gzip"])
