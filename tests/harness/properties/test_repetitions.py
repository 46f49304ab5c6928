"""What is sent again: which repetitions convict a client, and in what words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.beside import Beside
from harness.cases import Case, SessionPlan
from harness.drivers.driver import Hung, Succeeded
from harness.judging import Broken, Held, Unseen
from harness.properties import limits, rates, retries
from mockserver import Answer, Refusal
from tests.harness.properties.observed import (
    ARM,
    FAULT,
    ORDER,
    READ,
    WITHDRAWAL,
    case_of,
    failed,
    observed,
    request,
)

LOST = failed("network")


def test_two_effects_of_one_order_are_told_in_money() -> None:
    twice = [request(1, effect="order_placed", fault=FAULT), request(2, effect="order_placed")]
    judgement = retries.one_effect(case_of(ORDER), observed(ORDER, LOST, twice))
    assert isinstance(judgement, Broken)
    assert judgement.consequence == (
        "The user asked once to buy 0.5 BTC at 15000 USDT, and now has 2 such orders: 1.0 BTC."
    )


def test_two_effects_of_one_withdrawal_are_told_in_money() -> None:
    thrice = [request(number, operation="withdraw", effect="withdrawal") for number in (1, 2, 3)]
    judgement = retries.one_effect(case_of(WITHDRAWAL), observed(WITHDRAWAL, LOST, thrice))
    assert isinstance(judgement, Broken)
    assert judgement.consequence == "The user sent 0.5 BTC away, and 1.5 BTC have gone."


def test_as_many_effects_as_calls_are_right() -> None:
    case = Case(steps=(ORDER, ARM, ORDER))
    twice = [request(1, effect="order_placed"), request(2, effect="order_placed", fault=FAULT)]
    assert isinstance(retries.one_effect(case, observed(ORDER, LOST, twice)), Held)


def test_nothing_is_said_of_effects_when_no_answer_was_lost() -> None:
    assert isinstance(retries.one_effect(case_of(ORDER), observed(ORDER, LOST, struck=0)), Unseen)


def test_the_same_bytes_twice_are_a_replay_and_the_lie_is_told() -> None:
    copy = [
        request(1, nonce="5", signature="s", effect="order_placed", fault=FAULT),
        request(2, nonce="5", signature="s", refusal=Refusal.NONCE_NOT_INCREASING),
    ]
    judgement = retries.no_replay(case_of(ORDER), observed(ORDER, failed("nonce"), copy))
    assert isinstance(judgement, Broken)
    assert "nonce_not_increasing" in judgement.summary
    assert judgement.consequence == "The call took effect, and the user is told: nonce."


def test_a_new_nonce_is_no_replay() -> None:
    anew = [request(1, fault=FAULT), request(2)]
    assert isinstance(retries.no_replay(case_of(ORDER), observed(ORDER, LOST, anew)), Held)


@pytest.mark.parametrize(("connection", "warm"), [(1, 1), (2, 0)])
def test_only_a_connection_that_had_served_before_counts_as_warm(connection: int, warm: int) -> None:
    entries = [request(1), request(2, connection=connection, fault=FAULT)]
    judgement = retries.no_replay(case_of(ORDER), observed(ORDER, LOST, entries))
    assert judgement == Held(seen={"provocations": 1, "warm": warm})


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ({"nonce": "1"}, "RETRY-KEEPS-NONCE"),
        ({"signature": "s1"}, "RETRY-KEEPS-SIGNATURE"),
        ({"timestamp": "1001", "at_ms": 1043}, "RETRY-KEEPS-TIMESTAMP"),
    ],
)
def test_a_retry_that_keeps_something_is_convicted(second: dict[str, object], code: str) -> None:
    attempts = [request(1, fault=FAULT, at_ms=1003), request(2, **second)]
    judgement = retries.signed_anew(case_of(ORDER), observed(ORDER, LOST, attempts))
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == (code,)


@pytest.mark.parametrize("again_ms", [1001, 1500], ids=["at once", "on a machine that kept it waiting"])
def test_two_attempts_within_a_tick_may_share_a_timestamp(again_ms: int) -> None:
    attempts = [request(1, timestamp="1001", at_ms=1001), request(2, timestamp="1001", at_ms=again_ms)]
    judgement = retries.signed_anew(case_of(ORDER), observed(ORDER, LOST, attempts))
    assert judgement == Held(seen={"provocations": 1, "retries": 1})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(("101", 1003), ("101", 1043), id="of a clock that is behind"),
        pytest.param(("1000", 1300), ("1000", 1900), id="of a clock of whole seconds"),
    ],
)
def test_attempts_may_share_what_their_clock_cannot_tell_apart(first: tuple[str, int], second: tuple[str, int]) -> None:
    attempts = [request(n + 1, timestamp=stamp, at_ms=at) for n, (stamp, at) in enumerate((first, second))]
    judgement = retries.signed_anew(case_of(ORDER), observed(ORDER, LOST, attempts))
    assert judgement == Held(seen={"provocations": 1, "retries": 1})


def limited(what: str = "got no answer") -> Case:
    return Case(steps=(ARM, READ), sessions=(SessionPlan(timeout_s=1.0),), about={"what": what})


def test_twenty_requests_are_enough_for_one_call() -> None:
    many = [request(number, operation="balances") for number in range(21)]
    assert isinstance(limits.bounded(limited(), observed(READ, LOST, many[:20])), Held)
    judgement = limits.bounded(limited(), observed(READ, LOST, many))
    assert isinstance(judgement, Broken)
    assert "21 requests" in judgement.summary


def test_a_call_may_end_as_much_later_as_the_machine_was_late() -> None:
    late = observed(READ, LOST, lasted_s=3.4)
    assert isinstance(limits.ends_in_time(limited(), late), Broken)
    assert isinstance(limits.ends_in_time(limited(), replace(late, beside=Beside(worst_late_ms=1000))), Held)


def test_a_call_may_end_a_little_after_its_limit_and_no_later() -> None:
    assert isinstance(limits.ends_in_time(limited(), observed(READ, LOST, lasted_s=2.4)), Held)
    judgement = limits.ends_in_time(limited(), observed(READ, LOST, lasted_s=2.6))
    assert isinstance(judgement, Broken)
    assert judgement.summary == "balances with a limit of 1 s ended after 2.6 s: it got no answer."


def test_a_call_that_never_ends_exceeds_its_limit() -> None:
    judgement = limits.ends_in_time(limited(), observed(READ, Hung(limit_s=10.0), lasted_s=10.0))
    assert isinstance(judgement, Broken)
    assert "had not ended after 10 s" in judgement.summary


def test_a_refusal_is_final_the_first_time() -> None:
    refused = [request(number, refusal=Refusal.INSUFFICIENT_FUNDS) for number in (1, 2)]
    assert isinstance(limits.final_is_final(case_of(ORDER), observed(ORDER, LOST, refused[:1])), Held)
    assert isinstance(limits.final_is_final(case_of(ORDER), observed(ORDER, LOST, refused)), Broken)


@pytest.mark.parametrize("kind", ["nonce", "authentication"])
def test_the_refusal_of_a_repetition_does_not_hide_the_lost_answer(kind: str) -> None:
    replayed = [request(1, effect="order_placed", fault=FAULT), request(2, refusal=Refusal.NONCE_REUSED)]
    judgement = retries.cause_is_told(case_of(ORDER), observed(ORDER, failed(kind), replayed))
    assert isinstance(judgement, Broken)
    assert isinstance(retries.cause_is_told(case_of(ORDER), observed(ORDER, LOST, replayed)), Held)


def asking(retry_after: str) -> Answer:
    return Answer(status=503, body=b"{}", headers=(("Retry-After", retry_after),))


@pytest.mark.parametrize(
    ("retry_after", "again_ms", "kept"),
    [
        ("1", 999, True),
        ("1", 900, False),
        ("0", 1, True),
        ("100000", 5000, False),
        ("Thu, 01 Jan 1970 00:00:02 GMT", 2001, True),
        ("Thu, 01 Jan 1970 00:00:02 GMT", 1500, False),
    ],
)
def test_a_retry_comes_no_sooner_than_it_was_asked_to(retry_after: str, again_ms: int, kept: bool) -> None:
    attempts = [
        request(1, operation="balances", answer=asking(retry_after)),
        request(2, operation="balances", at_ms=again_ms),
    ]
    judgement = rates.delay_is_kept(case_of(READ), observed(READ, Succeeded(value={}), attempts))
    assert isinstance(judgement, Held if kept else Broken)


def test_a_client_that_does_not_come_back_keeps_every_delay() -> None:
    once = [request(1, operation="balances", answer=asking("100000"))]
    judgement = rates.delay_is_kept(case_of(READ), observed(READ, failed("unavailable"), once))
    assert judgement == Held(seen={"provocations": 1})
