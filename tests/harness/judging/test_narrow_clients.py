"""Clients that can do little are judged by that little: never with a crash, and never "too little was seen"."""

from __future__ import annotations

import pytest

from harness.drivers import ObjectClient
from harness.events import RunSummary, Status
from harness.mutants import Adapter
from harness.run import RunSettings, run


def judged(*operations: str, dialect: str = "reference", requirements: tuple[str, ...] = ()) -> RunSummary:
    adapter = Adapter(features=("concurrent",))
    adapter.operations = operations
    return run(RunSettings(dialect=dialect, seed=1, requirements=requirements), ObjectClient(reference=adapter), ())


@pytest.mark.parametrize("operation", ["ticker", "order_book"])
def test_a_client_of_public_calls_alone_is_asked_only_what_public_calls_can_show(operation: str) -> None:
    summary = judged(operation)
    passed = {result.id for result in summary.results if result.status is Status.PASSED}
    assert passed == {"PUB-001", "PUB-002", "PUB-004", "CONN-001", "CONN-009"}
    assert summary.exit_status == 0
    assert "the client promises no private operation" in next(
        result.reason for result in summary.results if result.id == "SIGN-001"
    )


def test_a_cancellation_alone_is_nothing_that_could_be_tried() -> None:
    summary = judged("cancel_order")
    assert {result.status for result in summary.results} == {Status.SKIPPED}
    assert summary.exit_status == 3


@pytest.mark.parametrize("operations", [("balances",), ("withdraw",), ("balances", "place_order")])
def test_few_operations_are_tried_until_the_evidence_suffices(operations: tuple[str, ...]) -> None:
    summary = judged(*operations, requirements=("SIGN-00*", "NONCE-004", "CONN-009"))
    undecided = {
        result.id: result.reason for result in summary.results if result.status not in (Status.PASSED, Status.SKIPPED)
    }
    assert undecided == {}
