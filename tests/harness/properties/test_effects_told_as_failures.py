"""Calls that fail although nothing was wrong: whether the money moved all the same is what their users need to hear."""

from __future__ import annotations

from harness.cases import Case
from harness.drivers.driver import Failed
from harness.judging import Broken
from harness.properties.effects import effects_as_named
from tests.harness.properties.observed import WITHDRAWAL, observed, request

STUMBLED = Failed(kind="unknown", message="unsupported operand", type="TypeError")


def judged(*entries):
    judgement = effects_as_named(Case(steps=(WITHDRAWAL,)), observed(WITHDRAWAL, STUMBLED, entries))
    assert isinstance(judgement, Broken)
    return judgement


def test_money_that_left_in_a_call_that_failed_is_told():
    judgement = judged(request(1, operation="withdraw", effect="withdrawal"))
    assert judgement.summary == "withdraw took effect (withdrawal) and was reported as a failure (TypeError)."
    assert "done twice" in judgement.consequence


def test_a_call_that_failed_and_did_nothing_is_told_as_that():
    assert judged(request(1, operation="withdraw")).summary == "withdraw failed although nothing was wrong."
