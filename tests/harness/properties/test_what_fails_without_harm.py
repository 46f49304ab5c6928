"""What goes wrong without any harm convicts nobody of what a harm is meant to show, and equal nonces of no replay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.cases import Case, SessionPlan
from harness.drivers.driver import Hung, Succeeded
from harness.judging import Broken, Held, Unseen
from harness.observation import Record
from harness.properties import concurrency, limits, nonces, sizes, transport
from tests.harness.properties.observed import ARM, ORDER, READ, failed, observed, request

STUMBLED, OK = failed("unknown", "no attribute"), Succeeded(value={})
STALLED = replace(READ, label=concurrency.STALLED)


def record(call, reply, *entries):
    return Record(call=call, reply=reply, started_ns=0, ended_ns=0, entries=entries)


def after_a_stall(order_before, order_after):
    before = [record(READ, OK), record(ORDER, order_before), record(STALLED, failed("timeout"))]
    return concurrency.still_usable(Case(steps=()), observed(ORDER, order_after, before=before))


def test_an_order_that_always_fails_does_not_make_a_session_unusable():
    assert isinstance(after_a_stall(STUMBLED, STUMBLED), Unseen)


def test_an_order_that_fails_after_the_stall_alone_does():
    judgement = after_a_stall(OK, STUMBLED)
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("SESSION-UNUSABLE-AFTER-TIMEOUT",)


def test_where_no_order_was_placed_no_crowd_of_them_was_missed():
    control = record(replace(READ, label=sizes.CONTROL), Succeeded(value=[]))
    seen = observed(READ, Succeeded(value=[]), before=[control])
    assert isinstance(sizes.large_ones_read(Case(steps=(), about={"crowd": True, "what": "holds many"}), seen), Unseen)


SIDE_BY_SIDE = Case(
    steps=(),
    sessions=(SessionPlan(name="s1", key="s1", timeout_s=0.5), SessionPlan(name="s2", key="s2", timeout_s=0.5)),
)


def one_was_not_struck(reply):
    """A read that met its harm, and an order that never got as far as meeting its own."""
    order = Record(call=replace(ORDER, session="s2"), reply=STUMBLED, started_ns=0, ended_ns=0, entries=())
    seen = observed(replace(READ, session="s1"), reply, [request(1, operation="balances")], before=[order])
    return replace(seen, struck=((replace(ARM, key="s1"), 1), (replace(ARM, key="s2"), 0)))


@pytest.mark.parametrize("judge", [limits.ends_in_time, transport.stall_is_a_failure])
def test_a_call_that_met_no_harm_does_not_hide_the_one_beside_it(judge):
    assert isinstance(judge(SIDE_BY_SIDE, one_was_not_struck(Hung(limit_s=15.0))), Broken)
    kept = judge(SIDE_BY_SIDE, one_was_not_struck(failed("timeout")))
    assert kept == Held(seen={"provocations": 1})


@pytest.mark.parametrize("judge", [limits.ends_in_time, transport.stall_is_a_failure])
def test_where_no_harm_was_met_nothing_is_said(judge):
    seen = replace(one_was_not_struck(OK), struck=((replace(ARM, key="s1"), 0), (replace(ARM, key="s2"), 0)))
    assert judge(SIDE_BY_SIDE, seen) == Unseen(reason="fault not struck")


def after_an_idle_close(order_before, order_after):
    order = replace(ORDER, label=transport.CONTROL)
    return transport.replaced_in_silence(
        Case(steps=()),
        observed(ORDER, order_after, before=[record(order, order_before), record(replace(READ, label=""), OK)]),
    )


def test_an_order_that_always_fails_says_nothing_about_dead_connections():
    assert isinstance(after_an_idle_close(STUMBLED, STUMBLED), Unseen)


def test_an_order_that_fails_behind_a_closed_connection_alone_does():
    judgement = after_an_idle_close(OK, failed("network"))
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("DEAD-CONNECTION-USED",)


def together(*replies):
    *before, last = [Record(call=READ, reply=reply, started_ns=0, ended_ns=0, entries=()) for reply in replies]
    return concurrency.others_are_served(Case(steps=()), observed(READ, last.reply, before=before))


def test_a_call_that_never_ends_for_its_own_unreadable_answer_blocks_nobody():
    assert isinstance(together(Hung(limit_s=15.0), OK, OK), Held)


@pytest.mark.parametrize("first", [Hung(limit_s=15.0), failed("bad_response")])
def test_a_call_that_never_ends_for_another_one_s_is_blocked(first):
    judgement = together(first, OK, Hung(limit_s=15.0))
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("QUEUE-BLOCKED",)


ALIKE = tuple(request(number, operation="balances", nonce="7", signature="s") for number in (1, 2))
SIGNED_ANEW = tuple(request(number, operation="balances", nonce="7") for number in (1, 2))


def twice(*shares, together=False, every=ALIKE):
    """One nonce was sent twice; each call made its share of the requests."""
    records = [
        Record(call=READ, reply=OK, started_ns=0, ended_ns=0, entries=share, together=together) for share in shares
    ]
    observation = observed(READ, OK, every)
    return nonces.never_twice(Case(steps=()), replace(observation, records=tuple(records)))


@pytest.mark.parametrize(
    ("judgement", "names"),
    [
        pytest.param(twice(ALIKE[:1], ALIKE[1:]), ("NONCE-REPEATED",), id="by two calls"),
        pytest.param(twice(ALIKE[:1], ALIKE[1:], ()), ("NONCE-REPEATED",), id="by two of three calls"),
        pytest.param(twice(ALIKE, together=True), ("NONCE-REPEATED",), id="by calls made together"),
        pytest.param(twice(SIGNED_ANEW, every=SIGNED_ANEW), ("NONCE-REPEATED",), id="by one call that signs anew"),
        pytest.param(twice(ALIKE), ("REQUEST-REPLAYED", "NONCE-REPEATED"), id="by one call"),
        pytest.param(twice((), ALIKE), ("REQUEST-REPLAYED", "NONCE-REPEATED"), id="by one of two calls"),
    ],
)
def test_a_request_was_replayed_where_one_call_made_both(judgement, names):
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == names


@pytest.mark.parametrize(
    ("nonce", "name"),
    [
        ("1.7e+15", "NONCE-IN-SCIENTIFIC-NOTATION"),
        ("1E15", "NONCE-IN-SCIENTIFIC-NOTATION"),
        ("19e53087815", "NONCE-MISWRITTEN"),
        ("1a200c30871", "NONCE-MISWRITTEN"),
        ("190030871e5", "NONCE-MISWRITTEN"),
        ("1700000000000.5", "NONCE-HAS-FRACTION"),
        ("01", "NONCE-MISWRITTEN"),
    ],
)
def test_hex_is_not_taken_for_an_exponent(nonce, name):
    judgement = nonces.written_as_digits(Case(steps=()), observed(READ, OK, [request(1, nonce=nonce)]))
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == (name,)
