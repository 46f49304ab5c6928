"""Failing cases that nobody drew are made smaller too."""

from __future__ import annotations

from harness.cases import Call, Case, Together
from harness.drivers import ObjectClient
from harness.lessening import fewer_steps
from harness.mutants import adapter_with
from harness.run import RunSettings, run

A, B, C, D = (Call(operation=name) for name in ("balances", "open_orders", "deposit_address", "ticker"))


def test_half_of_the_steps_is_left_out_first_and_each_by_itself_last() -> None:
    smaller = [case.steps for case in fewer_steps(Case(steps=(A, B, C, D)))]
    assert smaller == [(A, B), (C, D), (A, B, C), (A, B, D), (A, C, D), (B, C, D)]


def test_calls_of_a_batch_are_left_out_down_to_a_call_by_itself() -> None:
    smaller = [case.steps for case in fewer_steps(Case(steps=(Together(calls=(A, B)),)))]
    assert smaller == [(A,), (B,)]


def test_of_one_step_nothing_can_be_left_out() -> None:
    assert list(fewer_steps(Case(steps=(A,)))) == []


def test_a_burst_of_a_hundred_calls_is_told_by_a_few() -> None:
    wrong = ObjectClient(reference=lambda: adapter_with("nonce-in-seconds"))
    (result,) = run(RunSettings(dialect="exmo", seed=1, requirements=("NONCE-003",)), wrong, ()).results
    assert result.finding is not None
    assert len(result.finding.minimal_example) == 2
