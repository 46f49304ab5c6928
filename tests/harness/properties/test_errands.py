"""What a call may do besides: public requests, pages of its own list, what the exchange's pages ask for; no more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.cases import Call
from harness.drivers.driver import Succeeded
from harness.judging import Broken, Held, Unseen
from harness.properties import errands
from harness.properties.reporting import JUDGED
from mockserver import Entry
from tests.harness.properties.observed import ORDER, READ, case_of, failed, observed, request, setting

ADDRESS = Call(operation="deposit_address", params={"currency": "BTC"}, label=JUDGED)


def judged(call: Call, *entries: Entry, dialect: str = "reference") -> object:
    return errands.no_errands(case_of(call), observed(call, Succeeded(value={}), entries, where=setting(dialect)))


def public(number: int) -> Entry:
    return replace(request(number, operation="ticker"), fields=None)


@pytest.mark.parametrize(
    ("call", "entries"),
    [
        (READ, (request(1, operation="balances"),)),
        (READ, (public(1), request(2, operation="balances"))),
        (READ, (request(1, operation="balances"), request(2, operation="balances"))),
        (ORDER, (public(1), public(2), request(3))),
    ],
)
def test_its_own_requests_and_public_ones_are_no_errands(call: Call, entries: tuple[Entry, ...]) -> None:
    assert judged(call, *entries) == Held(seen={"calls": 1})


@pytest.mark.parametrize("entries", [(request(1, operation="balances"), request(2)), (request(1), request(2))])
def test_another_private_request_is_one_and_so_is_a_second_change(entries: tuple[Entry, ...]) -> None:
    judgement = judged(ORDER, *entries)
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("HIDDEN-CALLS",)


def test_what_the_exchange_s_pages_ask_for_is_none() -> None:
    asked = request(1, operation="deposit_address")
    made = replace(request(2, operation="none"), endpoint="generateNewAddress", operation=None)
    assert isinstance(judged(ADDRESS, asked, made, dialect="poloniex"), Held)
    assert isinstance(judged(ADDRESS, asked, made, dialect="exmo"), Broken)


def test_a_call_that_failed_says_nothing() -> None:
    assert isinstance(errands.no_errands(case_of(READ), observed(READ, failed("network"))), Unseen)
