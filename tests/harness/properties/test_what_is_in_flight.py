"""Requests that are under way at the same time: what waits for what, and how many there are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.cases import Case
from harness.drivers.driver import Succeeded
from harness.judging import Broken, Held, Unseen
from harness.properties import in_flight
from tests.harness.properties.observed import FAULT, READ, observed, request, setting

OK = Succeeded(value={})
MS = 1_000_000


def lived(number, arrived_ms, answered_ms, **given):
    entry = request(number, **{"operation": "balances", **given})
    return replace(entry, arrived_ns=arrived_ms * MS, answered_ns=answered_ms * MS)


def public(number, arrived_ms):
    return replace(lived(number, arrived_ms, arrived_ms + 1, operation="ticker"), fields=None)


def judged(oracle, *entries, struck=1, calls=1, dialect="bitunix"):
    before = [replace(record, entries=()) for record in observed(READ, OK).records] * (calls - 1)
    return oracle(Case(steps=()), observed(READ, OK, entries, struck=struck, before=before, where=setting(dialect)))


def test_two_requests_are_together_when_the_second_arrives_before_the_first_is_answered():
    assert isinstance(judged(in_flight.really_together, lived(1, 0, 9), lived(2, 8, 10)), Held)


def test_requests_that_follow_one_another_are_told():
    judgement = judged(in_flight.really_together, lived(1, 0, 9), lived(2, 9, 12))
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("SENT-ONE-BY-ONE",)


@pytest.mark.parametrize("entries", [(), (lived(1, 0, 9),)])
def test_one_request_alone_says_nothing(entries):
    assert isinstance(judged(in_flight.really_together, *entries), Unseen)


PRIVATE = lived(1, 10, 260, fault=FAULT)


def test_a_public_request_between_a_private_one_and_its_answer_is_right():
    assert isinstance(judged(in_flight.public_goes_ahead, PRIVATE, public(2, 259)), Held)


def test_a_public_request_that_comes_after_the_answer_is_told():
    judgement = judged(in_flight.public_goes_ahead, PRIVATE, public(2, 5), public(3, 261))
    assert isinstance(judgement, Broken)
    assert "251 ms" in judgement.summary


@pytest.mark.parametrize("others", [(), (public(2, 9),)])
def test_public_requests_before_the_private_one_say_nothing(others):
    assert isinstance(judged(in_flight.public_goes_ahead, PRIVATE, *others), Unseen)


def refused(count, within_ms):
    return [lived(n, n * within_ms // count, n * within_ms // count, fault=FAULT) for n in range(1, count + 1)]


@pytest.mark.parametrize(
    ("count", "within_ms", "verdict"),
    [(8, 10, Held), (40, 900, Held), (41, 900, Broken), (80, 4000, Held), (300, 2000, Broken)],
)
def test_five_requests_for_each_call_within_a_second_are_allowed(count, within_ms, verdict):
    assert isinstance(judged(in_flight.no_more_traffic, *refused(count, within_ms), calls=8), verdict)


def test_traffic_without_a_refusal_says_nothing():
    assert isinstance(judged(in_flight.no_more_traffic, lived(1, 0, 1)), Unseen)


@pytest.mark.parametrize(("age_ms", "verdict"), [(0, Held), (1_500, Held), (1_501, Broken)])
def test_an_old_timestamp_is_told_whatever_the_burst(age_ms, verdict):
    entry = lived(1, 0, 1, timestamp=str(1_795_276_800_000 - age_ms), at_ms=1_795_276_800_000)
    assert isinstance(judged(in_flight.limiter_keeps_order_and_age, entry), verdict)
