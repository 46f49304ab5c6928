"""What users do who are told that a call failed."""

from __future__ import annotations

import pytest

from harness import users
from harness.cases import Call
from harness.drivers.driver import Reply, Succeeded
from tests.harness.properties.observed import ORDER, failed

NAMED = Call(operation="place_order", params={**ORDER.params, "client_order_id": "77"})
SHOWN = {"order_id": "1", "market": "BTC/USDT", "side": "buy", "price": "15000.00", "amount": "0.50"}


@pytest.mark.parametrize("kind", ["network", "timeout", "unavailable", "bad_response", "unknown", "tls"])
def test_a_failure_that_is_no_refusal_leaves_the_outcome_open(kind: str) -> None:
    assert users.is_open(failed(kind))


@pytest.mark.parametrize("kind", sorted(users.SAYS_NO))
def test_who_is_told_no_has_nothing_to_look_for(kind: str) -> None:
    assert not users.is_open(failed(kind))


@pytest.mark.parametrize(
    ("order", "listing", "found"),
    [
        (ORDER, [SHOWN], True),
        (ORDER, [{**SHOWN, "amount": "0.4"}], False),
        (ORDER, [{**SHOWN, "side": "sell"}], False),
        (ORDER, [], False),
        (ORDER, [None, 7], False),
        (NAMED, [{**SHOWN, "client_order_id": "77"}], True),
        (NAMED, [{**SHOWN, "client_order_id": "78"}], False),
        (NAMED, [SHOWN], True),
        (ORDER, [{**SHOWN, "client_order_id": "78"}], True),
    ],
)
def test_an_order_is_known_by_its_own_id_or_by_what_it_is(order: Call, listing: object, found: bool) -> None:
    assert users.found(order, Succeeded(value=listing)) is found


@pytest.mark.parametrize("reply", [failed("network"), Succeeded(value=None), Succeeded(value={})])
def test_who_cannot_look_places_nothing_again(reply: Reply) -> None:
    assert users.found(ORDER, reply)
