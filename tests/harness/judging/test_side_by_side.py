"""What goes on side by side in one run, and who is alone meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.cases import Case, Together
from harness.catalogue import requirements
from harness.catalogue.requirement import Property
from harness.drivers import ObjectClient
from harness.events import Event, RequirementEnded, RequirementStarted, Status
from harness.judging import Held
from harness.mutants import Adapter, adapter_with
from harness.observation import Observation
from harness.properties.limits import waits
from harness.run import RunSettings, run
from harness.solitude import Solitude
from tests.harness.properties.observed import setting

RIGHT = str(Path(__file__).parents[2] / "clients" / "right.py")
PATIENCE_S = 60


class Ears:
    """Writes down what it hears of requirements."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    def hear(self, event: Event) -> None:
        if isinstance(event, RequirementStarted):
            self.heard.append(("begins", event.id))
        elif isinstance(event, RequirementEnded):
            self.heard.append(("ends", event.result.id))


def test_rows_on_programs_are_judged_beside_the_others_and_told_of_in_order() -> None:
    ears = Ears()
    settings = RunSettings(dialect="reference", seed=1, requirements=("NONCE-002", "PERS-003", "RETRY-003"))
    summary = run(settings, ObjectClient(reference=RIGHT), (ears,))
    assert [result.status for result in summary.results] == [Status.PASSED] * 3
    assert ears.heard == [(what, row) for row in ("NONCE-002", "PERS-003", "RETRY-003") for what in ("begins", "ends")]


BREAKS_AS_A_PROGRAM = """
import os
from harness.mutants import Adapter

class Homeless(Adapter):
    def open(self, target):
        if "NONCENSE_STATE_DIR" in os.environ:
            raise KeyError("no home")
        return super().open(target)

ADAPTER = Homeless()
"""


def test_a_run_whose_program_breaks_ends_at_the_row_that_broke_it(tmp_path: Path) -> None:
    broken = tmp_path / "homeless.py"
    broken.write_text(BREAKS_AS_A_PROGRAM)
    rows = ("NONCE-002", "PERS-001", "PERS-002", "PERS-003", "PERS-004", "RETRY-003")
    settings = RunSettings(dialect="reference", seed=1, requirements=rows)
    summary = run(settings, ObjectClient(reference=str(broken)), ())
    assert "no home" in (summary.fault or "")
    assert [result.id for result in summary.results] == ["NONCE-002", "PERS-001", "PERS-002", "PERS-003"]
    assert [result.status for result in summary.results] == [Status.PASSED, *[Status.ERROR] * 3]


def test_a_client_that_cannot_be_a_program_is_judged_in_one_lane() -> None:
    rows = ("NONCE-002", "PERS-003")
    client = ObjectClient(reference=lambda: adapter_with("exponents-sent"))
    summary = run(RunSettings(dialect="reference", seed=1, requirements=rows), client, ())
    assert [result.status for result in summary.results] == [Status.PASSED, Status.INCONCLUSIVE]


class Making:
    """Makes adapters of a right enough client, and counts them."""

    def __init__(self, *, concurrent: bool) -> None:
        self.concurrent = concurrent
        self.made = 0

    def __call__(self) -> Adapter:
        self.made += 1
        adapter = adapter_with("exponents-sent")
        adapter.features = tuple(name for name in adapter.features if self.concurrent or name != "concurrent")
        return adapter


WAITING = ("NONCE-002", "RETRY-003", "RETRY-010", "RATE-002")


@pytest.mark.parametrize(("making", "made"), [(Making(concurrent=True), 2), (Making(concurrent=False), 1)])
def test_rows_that_wait_have_an_adapter_of_their_own_where_calls_may_overlap(making: Making, made: int) -> None:
    ears = Ears()
    summary = run(
        RunSettings(dialect="reference", seed=1, requirements=WAITING), ObjectClient(reference=making), (ears,)
    )
    assert [result.status for result in summary.results] == [Status.PASSED] * len(WAITING)
    assert ears.heard == [(what, row) for row in WAITING for what in ("begins", "ends")]
    assert making.made == made


def test_rows_that_wait_stay_where_the_only_adapter_is() -> None:
    client = ObjectClient(reference=adapter_with("exponents-sent"))
    summary = run(RunSettings(dialect="reference", seed=1, requirements=WAITING), client, ())
    assert [result.status for result in summary.results] == [Status.PASSED] * len(WAITING)


def test_others_are_judged_while_a_row_waits() -> None:
    known = {row.id: row for row in requirements()}
    order: list[str] = []
    last_but_one = threading.Event()

    def judging(name: str) -> Property:
        def judge(case: Case, observation: Observation) -> Held:
            if known[name].waits:
                assert last_but_one.wait(PATIENCE_S)
            order.append(name)
            if name == "SIGN-001":
                last_but_one.set()
            return Held(seen={"looks": 1})

        return Property(cases=None, fixed=lambda _: [Case(steps=())], judge=judge, least={"looks": 1}, examples=0)

    rows = [replace(known[name], property=judging(name)) for name in ("TIME-002", "NONCE-002", "SIGN-001")]
    ears = Ears()
    summary = run(RunSettings(dialect="reference", seed=1), ObjectClient(reference=RIGHT), (ears,), rows=rows)
    assert [result.status for result in summary.results] == [Status.PASSED] * 3
    assert order == ["NONCE-002", "SIGN-001", "TIME-002"]
    assert [row for what, row in ears.heard if what == "ends"] == ["TIME-002", "NONCE-002", "SIGN-001"]


# --- being alone


def started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_who_wants_to_be_alone_waits_for_the_others() -> None:
    solitude, order = Solitude(), []
    inside, leave = threading.Event(), threading.Event()

    def other() -> None:
        with solitude.among_others():
            inside.set()
            leave.wait(PATIENCE_S)
            order.append("other")

    def hermit() -> None:
        with solitude.alone():
            order.append("hermit")

    first = started(other)
    assert inside.wait(PATIENCE_S)
    second = started(hermit)
    leave.set()
    first.join(PATIENCE_S)
    second.join(PATIENCE_S)
    assert order == ["other", "hermit"]


def test_nobody_joins_while_one_is_alone() -> None:
    solitude, order = Solitude(), []

    def other() -> None:
        with solitude.among_others():
            order.append("other")

    with solitude.alone():
        thread = started(other)
        thread.join(0.02)
        order.append("alone")
    thread.join(PATIENCE_S)
    assert order == ["alone", "other"]


def test_who_is_among_others_gives_way_and_comes_back() -> None:
    solitude, order = Solitude(), []
    asked = threading.Event()

    def hermit() -> None:
        asked.set()
        with solitude.alone():
            order.append("hermit")

    with solitude.among_others():
        solitude.give_way()  # nobody asks for it
        thread = started(hermit)
        assert asked.wait(PATIENCE_S)
        while not order:
            solitude.give_way()
        order.append("back")
    thread.join(PATIENCE_S)
    assert order == ["hermit", "back"]


def test_one_of_the_others_can_be_alone_himself() -> None:
    solitude = Solitude()
    with solitude.among_others():
        with solitude.alone():
            pass
        solitude.give_way()


# --- calls that wait


def test_calls_that_wait_are_made_at_once_where_the_client_promises_that() -> None:
    (case,) = waits(setting(features="concurrent"))
    (together,) = [step for step in case.steps if isinstance(step, Together)]
    assert [call.session for call in together.calls] == ["s1", "s2"]
    assert {arm.key for arm in case.faults()} == {"s1", "s2"}


def test_calls_that_wait_are_made_one_by_one_where_it_promises_nothing() -> None:
    assert [len(list(case.calls())) for case in waits(setting())] == [1, 1]
