"""The same seed gives the same report, whatever ran before and beside, once what may differ is masked."""

from __future__ import annotations

import importlib
import json
import random
import sys
import threading
import warnings
from pathlib import Path

import pytest
from hypothesis import strategies as st

from harness.cases import Case
from harness.catalogue.requirement import Property
from harness.drivers import Client, ObjectClient, ProgramClient
from harness.drivers.driver import Succeeded
from harness.events import RunSummary
from harness.judging import Held
from harness.mutants import adapter_with
from harness.observation import Observation
from harness.reports import json_report
from harness.reports.masking import masked
from harness.run import RunSettings, run
from harness.search import search
from tests.harness.properties.observed import READ, observed, setting

RIGHT = str(Path(__file__).parents[2] / "clients" / "right.py")
# SIGN-003 goes on until it has met digests of every shape, and digests follow the clock.
ROWS = ("SIGN-001", "SIGN-002", "SIGN-005", "SIGN-007", "ENC-*", "NUM-*", "OPS-001", "REDIR-*")


def told(summary: RunSummary) -> list[object]:
    """Return what a run says of each requirement, with ports, times, nonces, signatures and durations masked."""
    rows = masked(json.loads(json_report.render(summary)))["requirements"]
    assert isinstance(rows, list)
    return rows


def run_once(client: Client, *, dialect: str = "reference", rows: tuple[str, ...] = ROWS, jobs: int = 1) -> RunSummary:
    return run(RunSettings(dialect=dialect, seed=77, requirements=rows, jobs=jobs), client, ())


def test_two_runs_with_one_seed_give_equal_reports() -> None:
    wrong = ObjectClient(reference=lambda: adapter_with("exponents-sent"))
    assert told(run_once(wrong)) == told(run_once(wrong))


@pytest.mark.parametrize("dialect", ["poloniex", "exmo", "bitunix"])
def test_so_they_do_on_every_exchange(dialect: str) -> None:
    rows = ("SIGN-001", "NUM-001", "SECR-003")
    wrong = ObjectClient(reference=lambda: adapter_with("secret-in-messages"))
    first = told(run_once(wrong, dialect=dialect, rows=rows))
    assert '"failed"' in json.dumps(first)
    assert told(run_once(wrong, dialect=dialect, rows=rows)) == first


def test_so_they_do_of_a_program() -> None:
    program = ProgramClient(argv=(sys.executable, "-m", "harness.mutants", "--mistake", "nonce-in-seconds"))
    rows = ("NONCE-003", "CANON-001")
    first = told(run_once(program, rows=rows))
    assert '"failed"' in json.dumps(first)
    assert told(run_once(program, rows=rows)) == first


def test_a_row_alone_draws_what_it_drew_in_the_whole_run() -> None:
    wrong = ObjectClient(reference=lambda: adapter_with("exponents-sent"))
    whole = told(run_once(wrong))
    alone = told(run_once(wrong, rows=("NUM-001",)))
    assert len(alone) == 1
    assert alone[0] in whole


def test_what_other_code_is_loaded_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn() -> list[Case]:
        cases: list[Case] = []

        def play(case: Case) -> Observation:
            cases.append(case)
            return observed(READ, Succeeded(value={}))

        draws = st.lists(st.integers() | st.text(), max_size=8).map(
            lambda values: Case(steps=(), about={"drawn": values})
        )
        seen = Property(cases=lambda _: draws, judge=lambda *_: Held(seen={"x": 1}), least={"x": 1}, examples=60)
        search(seen, setting(), play, row_seed=5)
        return cases

    first = drawn()
    (tmp_path / "somebody_elses.py").write_text(
        "".join(f"A{n} = {n * 7919 + 1000}\nB{n} = 'word {n}'\n" for n in range(500))
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.import_module("somebody_elses")
    assert drawn() == first


def test_who_draws_from_the_random_module_meanwhile_is_no_concern_of_ours() -> None:
    over = threading.Event()

    def shake() -> None:
        while not over.is_set():
            random.random()

    draws = st.lists(st.integers()).map(lambda values: Case(steps=(), about={"drawn": values}))
    prop = Property(cases=lambda _: draws, judge=lambda *_: Held(seen={"x": 1}), least={"x": 1}, examples=60)
    beside = threading.Thread(target=shake, daemon=True)
    beside.start()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            outcome = search(prop, setting(), lambda _: observed(READ, Succeeded(value={})), row_seed=5)
    finally:
        over.set()
        beside.join()
    assert outcome.examples >= 60


def test_the_number_of_jobs_changes_nothing() -> None:
    client = ObjectClient(reference=RIGHT)
    assert told(run_once(client)) == told(run_once(client, jobs=2))


#: What hangs most on the machine and on other code: draws, a frozen clock, holds, kills, resets, pauses.
TELLING = (
    "CANON-001",
    "CRED-003",
    "NONCE-001",
    "NONCE-003",
    "CONC-002",
    "PERS-002",
    "RETRY-004",
    "CONN-004",
    "NUM-002",
)


def whole_report(dialect: str, rows: tuple[str, ...]) -> dict[str, object]:
    return masked(json.loads(json_report.render(run_once(ObjectClient(reference=RIGHT), dialect=dialect, rows=rows))))


@pytest.mark.parametrize("dialect", ["reference", "exmo"])
def test_a_right_client_gets_the_same_report_again(dialect: str) -> None:
    assert whole_report(dialect, TELLING) == whole_report(dialect, TELLING)


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["reference", "poloniex", "exmo", "bitunix"])
def test_a_right_client_gets_the_same_whole_report_again(dialect: str) -> None:
    first, second = whole_report(dialect, ()), whole_report(dialect, ())
    assert second["requirements"] == first["requirements"]
    assert second == first
