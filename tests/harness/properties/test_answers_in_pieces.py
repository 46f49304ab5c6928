"""What the transport makes of an answer, and where requests go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.cases import Call
from harness.drivers.driver import Succeeded
from harness.judging import Broken, Held, Unseen
from harness.observation import Record
from harness.properties import transport
from mockserver import Entry
from tests.harness.properties.observed import ORDER, READ, case_of, failed, observed, request

WHOLE = Succeeded(value={"BTC": "1"})


def control(reply: object, call: Call = READ, entries: tuple[Entry, ...] = ()) -> Record:
    before = replace(call, label=transport.CONTROL)
    return Record(call=before, reply=reply, started_ns=0, ended_ns=0, entries=entries)  # type: ignore[arg-type]


def test_the_same_answer_in_pieces_says_the_same() -> None:
    assert isinstance(transport.whole_answers(case_of(READ), observed(READ, WHOLE, before=[control(WHOLE)])), Held)


@pytest.mark.parametrize("reply", [Succeeded(value={}), failed("bad_response")])
def test_another_value_or_a_failure_convicts(reply: object) -> None:
    seen = observed(READ, reply, before=[control(WHOLE)])  # type: ignore[arg-type]
    assert isinstance(transport.whole_answers(case_of(READ), seen), Broken)


def test_a_call_that_fails_without_harm_proves_nothing() -> None:
    seen = observed(READ, failed("network"), before=[control(failed("network"))])
    assert isinstance(transport.whole_answers(case_of(READ), seen), Unseen)


def ordered(number: int) -> tuple[Entry, ...]:
    return (request(number, effect="order_placed"),)


@pytest.mark.parametrize(("order_id", "verdict"), [("7", Held), ("", Broken), ("6", Broken)])
def test_an_order_in_pieces_is_known_by_its_own_id(order_id: str, verdict: type) -> None:
    earlier = control(Succeeded(value={"order_id": "6"}), ORDER, ordered(6))
    seen = observed(ORDER, Succeeded(value={"order_id": order_id}), ordered(7), before=[earlier])
    assert isinstance(transport.whole_answers(case_of(ORDER), seen), verdict)


def test_ids_that_come_back_changed_without_harm_say_nothing_of_pieces() -> None:
    earlier = control(Succeeded(value={"order_id": "6.0"}), ORDER, ordered(6))
    seen = observed(ORDER, Succeeded(value={"order_id": "7.0"}), ordered(7), before=[earlier])
    assert isinstance(transport.whole_answers(case_of(ORDER), seen), Unseen)


def test_an_idle_connection_that_was_closed_costs_neither_an_error_nor_a_second_order() -> None:
    once, twice = [request(1, effect="order_placed")], [request(n, effect="order_placed") for n in (1, 2)]
    assert isinstance(transport.replaced_in_silence(case_of(ORDER), observed(ORDER, WHOLE, once)), Held)
    assert isinstance(transport.replaced_in_silence(case_of(ORDER), observed(ORDER, WHOLE, twice)), Broken)
    dead = observed(ORDER, failed("network"), [], before=[control(WHOLE, ORDER)])
    assert isinstance(transport.replaced_in_silence(case_of(ORDER), dead), Broken)


@pytest.mark.parametrize("host", ["api.example", "127.0.0.1", "127.0.0.1:81"])
def test_a_host_that_is_not_the_base_urls_convicts(host: str) -> None:
    judgement = transport.at_the_base_url(case_of(READ), observed(READ, WHOLE, [request(1, host=host)]))
    assert isinstance(judgement, Broken)
    assert host in judgement.summary


def test_the_letter_case_of_the_host_is_free() -> None:
    seen = observed(READ, WHOLE, [request(1, host="Localhost:80")], base_urls={"a": "http://LOCALHOST:80"})
    assert isinstance(transport.at_the_base_url(case_of(READ), seen), Held)


def test_a_session_whose_calls_succeed_without_a_request_went_elsewhere() -> None:
    judgement = transport.at_the_base_url(case_of(READ), observed(READ, WHOLE, []))
    assert isinstance(judgement, Broken)
    assert judgement.diagnosis == ("WENT-ELSEWHERE",)
