"""Amounts with digits too many, and amounts that are none: they arrive as they were given, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.cases import Call
from harness.drivers.driver import Hung, Succeeded
from harness.judging import Broken, Held, Unseen
from harness.properties import precision
from harness.properties.reporting import JUDGED
from tests.harness.properties.observed import ORDER, case_of, failed, observed, request, setting

ENTRY = replace(request(1), endpoint="POST /v1/orders")


def order(**given: str) -> Call:
    return Call(operation="place_order", params={**ORDER.params, **given}, label=JUDGED)


def judged(call: Call, sent: bytes | None) -> object:
    entries = [] if sent is None else [replace(ENTRY, request=replace(ENTRY.request, body=sent))]
    return precision.nothing_rounded(case_of(call), observed(call, failed("invalid_request"), entries))


@pytest.mark.parametrize(
    "sent",
    [
        b'{"price":"15000","amount":"0.123456789"}',
        b'{"price":15000.0,"amount":0.123456789}',
        b'{"amount":"0.1234567890","price":"1.5E+4"}',
        b'{"price":"15000"}',
        b'{"price":"15000","amount":null}',
        b"no parameters at all",
        None,
    ],
)
def test_what_arrives_as_it_was_given_or_not_at_all_is_well(sent: bytes | None) -> None:
    assert judged(order(amount="0.123456789"), sent) == Held(seen={"provocations": 1})


@pytest.mark.parametrize(
    "sent",
    [b'{"price":"15000","amount":"0.12345678"}', b'{"price":"15000","amount":"0.12345679"}', b"price=15000&amount=0.1"],
)
def test_an_amount_that_arrives_rounded_convicts(sent: bytes) -> None:
    judgement = judged(order(amount="0.123456789"), sent)
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("AMOUNT-ROUNDED-SILENTLY",)
    assert judgement.summary.startswith("amount '0.123456789' was asked, and 0.1")


@pytest.mark.parametrize(
    ("given", "sent", "mended"),
    [
        ("abc", b'{"price":"15000","amount":"abc"}', False),
        ("NaN", b'{"price":"15000","amount":NaN}', False),
        ("-1", b'{"price":"15000","amount":"-1"}', False),
        ("0", b'{"price":"15000","amount":"0.00000000"}', False),
        ("-1", b'{"price":"15000","amount":"1"}', True),
        ("1,5", b'{"price":"15000","amount":"1"}', True),
        ("1,5", b'{"price":"15000","amount":1.5}', True),
        ("0", b'{"price":"15000","amount":"0.00000001"}', True),
        ("abc", b'{"price":"15000","amount":0}', True),
    ],
)
def test_nonsense_may_be_passed_on_and_not_be_mended(given: str, sent: bytes, mended: bool) -> None:
    call = order(amount=given)
    seen = observed(call, Succeeded(value={}), [replace(ENTRY, request=replace(ENTRY.request, body=sent))])
    judgement = precision.nonsense_not_mended(case_of(call), seen)
    assert isinstance(judgement, Broken) is mended


def test_a_call_that_hangs_says_nothing_of_its_digits() -> None:
    call = order(amount="0.123456789")
    seen = observed(call, Hung(limit_s=10.0), [])
    assert precision.nothing_rounded(case_of(call), seen) == Unseen(reason="the call hung")


@pytest.mark.parametrize("dialect", ["reference", "poloniex", "exmo", "bitunix"])
def test_every_market_is_asked_for_more_digits_than_it_has(dialect: str) -> None:
    where = setting(dialect)
    asked = [case.calls()[0].params for case in precision.digits_too_many(where)]
    assert {params["market"] for params in asked} == {market.name for market in where.dialect.markets}


def test_only_what_every_language_reads_alike_counts_as_within_the_contract() -> None:
    beyond = {
        call.params["amount"]: call.beyond_contract for case in precision.nonsense(setting()) for call in case.calls()
    }
    assert not beyond["0"]
    assert beyond["NaN"]
    assert beyond["-1"]
