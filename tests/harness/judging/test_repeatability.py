"""The same seed gives the same report, whatever ran before and beside, once what may differ is masked."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

from harness.drivers import ObjectClient
from harness.events import RunSummary
from harness.mutants import adapter_with
from harness.run import RunSettings, run

RIGHT = str(Path(__file__).parents[2] / "clients" / "right.py")
# SIGN-003 goes on until it has met digests of every shape, and digests follow the clock.
ROWS = ("SIGN-001", "SIGN-002", "SIGN-005", "SIGN-007", "ENC-*", "NUM-*", "OPS-001", "REDIR-*")


def masked(summary: RunSummary) -> list[str]:
    """Mask what may differ: ports, times, nonces, signatures, durations."""
    lines = []
    for result in summary.results:
        fields = asdict(result)
        fields.pop("duration_s")
        text = re.sub(r"127\.0\.0\.\d+:\d+", "<host>", repr(fields))
        text = re.sub(r"\b[0-9a-f]{64,128}\b", "<signature>", text)
        lines.append(re.sub(r"\b1[0-9]{12}\b", "<moment>", text))
    return lines


def run_once(
    client: ObjectClient, *, dialect: str = "reference", rows: tuple[str, ...] = ROWS, jobs: int = 1
) -> RunSummary:
    return run(RunSettings(dialect=dialect, seed=77, requirements=rows, jobs=jobs), client, ())


def test_two_runs_with_one_seed_give_equal_reports() -> None:
    wrong = ObjectClient(reference=lambda: adapter_with("exponents-sent"))
    assert masked(run_once(wrong)) == masked(run_once(wrong))


def test_a_row_alone_draws_what_it_drew_in_the_whole_run() -> None:
    wrong = ObjectClient(reference=lambda: adapter_with("exponents-sent"))
    whole = set(masked(run_once(wrong)))
    alone = masked(run_once(wrong, rows=("NUM-001",)))
    assert len(alone) == 1
    assert set(alone) <= whole


def test_the_number_of_jobs_changes_nothing() -> None:
    client = ObjectClient(reference=RIGHT)
    assert masked(run_once(client)) == masked(run_once(client, jobs=2))
