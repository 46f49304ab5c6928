"""What the cases of ERR, RETRY, CONN and RATE cover, and what is left of them for a client of few words."""

from __future__ import annotations

import pytest

from harness.cases import Arm, Case
from harness.catalogue import conn, err, rate, retry
from harness.catalogue.requirement import Requirement
from harness.properties import errors, refusals, retries
from harness.strategies import bodies, calls
from tests.harness.properties.observed import setting

DIALECTS = ("reference", "poloniex", "exmo", "bitunix")
ROWS = [*err.ROWS, *retry.ROWS, *conn.ROWS, *rate.ROWS]
#: Refusals of endpoints that no operation of the contract uses.
OUT_OF_REACH = {
    *("candles_integer", "candles_range", "trades", "status", "address_per_day"),
    *("move", "move_amount", "move_flags", "loan", "loan_rate"),
}


def planned(cases: list[Case]) -> set[tuple[str, str]]:
    arms = [arm for case in cases for arm in case.faults() if arm.fault == "refuse"]
    return {(str(arm.settings["refusal"]), str(arm.settings.get("variant", ""))) for arm in arms}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_refusal_of_a_dialect_is_said_to_somebody(dialect: str) -> None:
    where = setting(dialect)
    rows = {(row.refusal.value, row.variant) for row in where.dialect.refusals if row.variant not in OUT_OF_REACH}
    assert rows - planned(list(refusals.every_refusal(where))) == set()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_orders_and_reads_and_other_changes_are_all_refused(dialect: str) -> None:
    labelled = {call.operation for case in refusals.every_refusal(setting(dialect)) for call in case.calls()}
    assert labelled >= {"balances", "open_orders", "deposit_address", "place_order", "cancel_order", "withdraw"}


def for_clients_of_one_thing() -> list[object]:
    """Return every row with every single operation that it applies to."""
    return [
        pytest.param(row, operation, id=f"{row.id}-{operation}")
        for row in ROWS
        for operation in ("balances", "raw", "place_order", "withdraw")
        if row.operations <= {operation} and (not row.one_of or operation in row.one_of)
    ]


@pytest.mark.parametrize(("row", "operation"), for_clients_of_one_thing())
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_client_that_can_do_one_thing_can_give_the_evidence_that_a_row_asks_for(
    row: Requirement, operation: str, dialect: str
) -> None:
    where = setting(dialect, frozenset({operation}))
    if row.application(where.dialect).level is None:
        return
    assert row.property.fixed is not None
    cases = row.property.fixed(where)
    assert {call.operation for case in cases for call in case.calls()} == {operation}
    drawn = row.property.examples if row.property.cases is not None else 0
    assert len(cases) + drawn >= row.property.least.get("provocations", 1)


def test_a_changing_call_is_lost_cold_and_warm() -> None:
    cases = [case for case in retries.lost_answers(setting()) if case.calls()[-2].operation == "place_order"]
    assert {case.calls()[0].operation for case in cases} == {"place_order", "balances"}


def test_harm_that_would_let_a_retry_succeed_lasts() -> None:
    arms = [step for case in errors.unreadable_answers(setting()) for step in case.steps if isinstance(step, Arm)]
    assert {arm.times for arm in arms} == {None}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_odd_error_is_a_refusal_by_status_or_by_its_own_mark(dialect: str) -> None:
    for value in bodies.ODD:
        for status, body in bodies.odd_errors(dialect, value):
            assert status >= 400 or '"success": 0' in body or '"result": false' in body or '"success": false' in body


def test_only_real_bodies_of_errors_come_with_200() -> None:
    assert "reference" not in bodies.REFUSED_WITH_200
    assert [call.operation for call in calls.reads(setting())] == ["balances", "open_orders", "deposit_address"]
