"""Whatever a client returns for a success, the oracle says what is wrong with it and does not fall over."""

from __future__ import annotations

import pytest

from harness.drivers import ObjectClient
from harness.events import RequirementResult, Status
from harness.mutants import Adapter
from harness.run import RunSettings, run

LISTINGS = [
    [],
    {},
    None,
    "orders",
    [None],
    [{"order_id": None}],
    [{"order_id": [1], "price": "abc"}],
]
BOOKS = [
    None,
    {"bids": None, "asks": 5},
    {"bids": [[]], "asks": []},
    {"bids": [5], "asks": []},
    {"bids": [["NaN", "1"]], "asks": []},
    {"bids": [["1"]], "asks": {}},
]


class Odd(Adapter):
    """The right client, with one operation's result replaced."""

    def __init__(self, operation: str, result: object) -> None:
        super().__init__(name="odd")
        self._operation = operation
        self._result = result

    def open(self, target: object) -> object:
        session = super().open(target)  # type: ignore[arg-type]
        inner = session.call

        def call(operation: str, params: dict[str, object]) -> object:
            value = inner(operation, params)
            return self._result if operation == self._operation else value

        session.call = call  # type: ignore[method-assign]
        return session


def judged(operation: str, result: object, requirement: str) -> RequirementResult:
    client = ObjectClient(reference=lambda: Odd(operation, result))
    return run(RunSettings(dialect="reference", seed=6, requirements=(requirement,)), client, ()).results[0]


@pytest.mark.parametrize("listing", LISTINGS, ids=repr)
def test_a_listing_that_is_not_the_open_orders_is_convicted(listing: object) -> None:
    result = judged("open_orders", listing, "OPS-001")
    assert result.status is Status.FAILED
    assert "open_orders" in result.reason


@pytest.mark.parametrize("book", BOOKS, ids=repr)
def test_a_book_that_is_none_is_convicted(book: object) -> None:
    result = judged("order_book", book, "PUB-001")
    assert result.status is Status.FAILED
    assert "order_book" in result.reason
