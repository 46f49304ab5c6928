"""Mistakes of naming refusals of business: the families ERR and RETRY."""

from __future__ import annotations

from harness.mutants.failures import Failure, Origin
from harness.mutants.messages import Account, Wanted
from harness.mutants.mistakes.errors import reporting
from harness.mutants.mistakes.mistake import Mistake


def _refused(failure: Failure, kinds: frozenset[str]) -> bool:
    return failure.origin is Origin.REFUSAL and failure.kind in kinds


def _orders_are_routes(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
    if wanted.operation == "cancel_order" and _refused(failure, frozenset({"order_not_found", "invalid_request"})):
        failure.kind = "not_found"
    return failure


def _money_is_a_right(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
    if _refused(failure, frozenset({"insufficient_funds"})):
        failure.kind = "permission"
    return failure


def _parameters_are_an_outage(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
    if _refused(failure, frozenset({"invalid_request", "not_found"})):
        failure.kind = "unavailable"
    return failure


def _gone_is_an_outage(failure: Failure, wanted: Wanted, account: Account) -> Failure | None:
    if wanted.operation == "cancel_order" and _refused(failure, frozenset({"order_not_found", "invalid_request"})):
        failure.kind = "unavailable"
    return failure


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="unknown-orders-are-unknown-routes",
        kills="ERR-005",
        diagnoses=("ABSENCE-MISNAMED",),
        summary="An order that does not exist is reported like a route that does not.",
        knobs=reporting(_orders_are_routes),
        collateral=("ERR-*", "RETRY-011"),
    ),
    Mistake(
        name="want-of-money-is-a-missing-right",
        kills="ERR-006",
        diagnoses=("WANT-OF-MONEY-MISNAMED",),
        summary="An account without the money is reported as a key without the right.",
        knobs=reporting(_money_is_a_right),
        collateral=("ERR-*",),
    ),
    Mistake(
        name="bad-parameters-are-an-outage",
        kills="ERR-007",
        diagnoses=("PARAMETERS-MISNAMED",),
        summary="A refused parameter is reported as the exchange being away.",
        knobs=reporting(_parameters_are_an_outage),
        collateral=("ERR-*", "RETRY-*", "NUM-*"),
    ),
    Mistake(
        name="gone-orders-are-an-outage",
        kills="RETRY-011",
        diagnoses=("GONE-AS-FAILED",),
        summary="Cancelling what is gone already is reported as the exchange being away.",
        knobs=reporting(_gone_is_an_outage),
        collateral=("ERR-*",),
    ),
)
