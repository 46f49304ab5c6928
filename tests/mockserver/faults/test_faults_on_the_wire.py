"""Planned harm: what each fault does to bytes, and to the nonce, the order and the connection behind them."""

import json
import time

import pytest

from mockserver import FaultKind, MockExchange, Phase, SettingsError
from mockserver.core.fault_kinds import FAULT_KINDS
from tests.mockserver.raw_client import Caller, an_order, ask, signed, travelling


def answer_bytes(exchange, request):
    with Caller(exchange.port) as caller:
        return caller.send(travelling(request)).rest()


def is_reset(exchange, request):
    with Caller(exchange.port) as caller:
        caller.send(travelling(request))
        try:
            caller.rest()
        except ConnectionResetError:
            return True
    return False


def is_cut(exchange, request, *, by_reset):
    return is_reset(exchange, request) if by_reset else answer_bytes(exchange, request) == b""


def test_a_reset_after_the_handler_leaves_the_order_standing(exchange, key):
    fault = exchange.faults.add(key=key, operation="place_order", fault="reset")
    assert is_reset(exchange, an_order(exchange, key))
    assert fault.struck == 1
    assert len(exchange.orders(key)) == 1
    entry = exchange.journal.of(key)[-1]
    assert entry.fault is fault.fault
    assert entry.answer.status == 200
    assert [effect.kind for effect in entry.effects] == ["order_placed"]


@pytest.mark.parametrize("kind", ["reset", "close", "drop_answer"])
def test_before_the_handler_the_nonce_is_spent_and_nothing_ordered(exchange, key, kind):
    exchange.faults.add(key=key, fault=kind, at="before_handler")
    assert is_cut(exchange, an_order(exchange, key), by_reset=kind == "reset")
    assert exchange.orders(key) == ()
    assert exchange.last_nonce(key) > 0


@pytest.mark.parametrize("kind", ["reset", "close", "drop_answer"])
def test_before_the_gate_nothing_is_spent(exchange, key, kind):
    exchange.faults.add(key=key, fault=kind, at="before_gate")
    request = an_order(exchange, key)
    assert is_cut(exchange, request, by_reset=kind == "reset")
    assert exchange.last_nonce(key) == 0
    entry = exchange.journal.of(key)[-1]
    assert (entry.judged, entry.verdict, entry.answer) == (0, None, None)
    assert ask(exchange, request).status == 200


def test_a_dropped_answer_closes_in_order_and_says_nothing(exchange, key):
    exchange.faults.add(key=key, fault="drop_answer")
    assert answer_bytes(exchange, an_order(exchange, key)) == b""
    assert len(exchange.orders(key)) == 1


def test_a_truncated_answer_promises_more_than_it_holds(exchange, key):
    exchange.faults.add(key=key, fault="truncate")
    with Caller(exchange.port) as caller:
        head = caller.send(travelling(signed(exchange, key))).until(b"\r\n\r\n")
        body = caller.rest()
    promised = int(head.lower().split(b"content-length: ")[1].split(b"\r")[0])
    assert 0 < len(body) < promised
    assert exchange.journal.of(key)[-1].answer.body.startswith(body)


def test_a_truncated_chunked_answer_lacks_its_last_chunk(exchange, key):
    exchange.faults.add(key=key, fault="truncate", chunked=True)
    answer = answer_bytes(exchange, signed(exchange, key))
    assert b"Transfer-Encoding: chunked" in answer
    assert not answer.endswith(b"0\r\n\r\n")


def test_garbage_is_no_http(exchange, key):
    exchange.faults.add(key=key, fault="garbage")
    assert not answer_bytes(exchange, signed(exchange, key)).startswith(b"HTTP/")


@pytest.mark.parametrize(
    ("body", "content_type", "begins"),
    [
        ("json", "application/json", b"{"),
        ("html", "text/html; charset=UTF-8", b"<!DOCTYPE"),
        ("empty", "application/json", b""),
    ],
)
def test_a_status_comes_with_the_body_that_was_asked_for(exchange, key, body, content_type, begins):
    exchange.faults.add(key=key, fault="status", at="before_gate", status=503, body=body, retry_after=2)
    reply = ask(exchange, signed(exchange, key))
    assert (reply.status, reply.headers["content-type"], reply.headers["retry-after"]) == (503, content_type, "2")
    assert reply.body.startswith(begins)
    assert exchange.last_nonce(key) == 0


def test_a_redirect_names_its_location(exchange, key):
    exchange.faults.add(key=key, fault="redirect", status=307, location="http://127.0.0.1:9/there")
    reply = ask(exchange, signed(exchange, key))
    assert (reply.status, reply.headers["location"]) == (307, "http://127.0.0.1:9/there")


def test_early_hints_come_before_the_answer(exchange, key):
    exchange.faults.add(key=key, fault="early_hints", at="before_gate")
    with Caller(exchange.port) as caller:
        caller.send(travelling(signed(exchange, key)))
        assert caller.until(b"\r\n\r\n").startswith(b"HTTP/1.1 103 ")
        assert caller.reply().status == 200


def test_duplicate_keys_hold_a_wrong_value_before_the_right_one(exchange, key):
    exchange.faults.add(key=key, fault="duplicate_keys")
    pairs = json.loads(ask(exchange, signed(exchange, key)).body, object_pairs_hook=list)
    names = [name for name, _ in pairs]
    assert names == names[: len(names) // 2] * 2
    assert pairs[0][1] is None
    assert pairs[-1][1] is not None


@pytest.mark.parametrize("chunked", [False, True])
def test_a_slow_drip_is_whole_in_the_end(exchange, key, chunked):
    exchange.faults.add(key=key, fault="slow_drip", ms=0, piece=7, chunked=chunked)
    with Caller(exchange.port) as caller:
        caller.send(travelling(signed(exchange, key)))
        if chunked:
            answer = caller.until(b"\r\n0\r\n\r\n")
            assert b"Transfer-Encoding: chunked" in answer
            assert answer.endswith(b'"}}')
        else:
            assert caller.reply().json["BTC"]["available"] == "1.00000000"
        caller.send(travelling(signed(exchange, key)))
        assert caller.reply().status == 200


def test_a_body_is_replaced_byte_for_byte(exchange, key):
    exchange.faults.add(key=key, fault="body", body='{"a":NaN,"b":"\xff"}', status=207, content_type="text/x")
    reply = ask(exchange, signed(exchange, key))
    assert (reply.status, reply.headers["content-type"], reply.body) == (207, "text/x", b'{"a":NaN,"b":"\xff"}')


def test_a_body_fault_changes_only_what_it_names(exchange, key):
    exchange.faults.add(key=key, fault="body", content_type="text/plain")
    reply = ask(exchange, signed(exchange, key))
    assert (reply.status, reply.headers["content-type"]) == (200, "text/plain")
    assert reply.json["BTC"]["available"] == "1.00000000"


def test_a_time_to_come_back_may_be_a_date_of_the_servers_clock(exchange, key):
    exchange.clock.freeze(784111777000)
    try:
        exchange.faults.add(key=key, fault="status", at="before_gate", retry_after_date_ms=1500)
        reply = ask(exchange, signed(exchange, key))
    finally:
        exchange.clock.set_offset(ms=0)
    assert reply.headers["retry-after"] == "Sun, 06 Nov 1994 08:49:39 GMT"


def test_an_answer_may_be_cut_so_many_bytes_before_its_end(exchange, key):
    exchange.faults.add(key=key, fault="close", after=-3)
    answer = answer_bytes(exchange, signed(exchange, key))
    assert exchange.journal.of(key)[-1].answer.body[:-3] == answer.partition(b"\r\n\r\n")[2]


def test_a_refusal_is_said_in_the_dialects_words_and_consumes_nothing_before_the_gate(exchange, key):
    exchange.faults.add(key=key, fault="refuse", at="before_gate", refusal="nonce_not_increasing", last_nonce=77)
    reply = ask(exchange, signed(exchange, key))
    assert (reply.status, reply.code, reply.json["last_nonce"]) == (403, "nonce_not_increasing", "77")
    assert exchange.last_nonce(key) == 0
    assert exchange.journal.of(key)[-1].refused.refusal == "nonce_not_increasing"


def test_a_delay_holds_the_answer_back(exchange, key):
    exchange.faults.add(key=key, fault="delay", ms=80)
    started = time.monotonic()
    assert ask(exchange, signed(exchange, key)).status == 200
    assert time.monotonic() - started >= 0.08


@pytest.mark.parametrize("after", [None, 0, 40])
def test_a_stall_says_so_much_and_no_more(exchange, key, after):
    settings = {} if after is None else {"after": after}
    exchange.faults.add(key=key, fault="stall", **settings)
    with Caller(exchange.port, timeout_s=0.15) as caller:
        caller.send(travelling(signed(exchange, key)))
        with pytest.raises(TimeoutError):
            caller.rest()
        assert len(caller.buffer) == (after or 0)


def test_a_stall_with_an_end_goes_on_afterwards(exchange, key):
    exchange.faults.add(key=key, fault="stall", after=40, ms=30)
    assert ask(exchange, signed(exchange, key)).status == 200


def test_a_reset_in_the_middle_of_an_answer_lets_the_beginning_arrive(exchange, key):
    exchange.faults.add(key=key, fault="reset", after=60)
    with Caller(exchange.port) as caller:
        caller.send(travelling(signed(exchange, key)))
        with pytest.raises(ConnectionResetError):
            caller.rest()
        assert len(caller.buffer) == 60


def test_a_fault_skips_and_strikes_as_often_as_it_was_told(exchange, key):
    fault = exchange.faults.add(key=key, fault="status", status=500, skip=1, times=2)
    statuses = [ask(exchange, signed(exchange, key)).status for _ in range(5)]
    assert statuses == [200, 500, 500, 200, 200]
    assert (fault.seen, fault.struck) == (3, 2)


def test_a_fault_is_for_its_key_and_operation_alone(exchange, key):
    other = exchange.create_key()
    fault = exchange.faults.add(key=key, operation="place_order", fault="status")
    assert ask(exchange, signed(exchange, other)).status == 200
    assert ask(exchange, signed(exchange, key)).status == 200
    assert ask(exchange, an_order(exchange, other)).status == 200
    assert fault.struck == 0
    assert ask(exchange, an_order(exchange, key)).status == 503


def test_a_fault_for_nobody_meets_public_calls_of_its_operation(exchange):
    fault = exchange.faults.add(operation="ticker", fault="status")
    ticker = b"GET /v1/ticker?market=BTC%2FUSDT HTTP/1.1\r\nHost: x\r\n\r\n"
    assert ask(exchange, b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n").status == 200
    assert (ask(exchange, ticker).status, ask(exchange, ticker).status, fault.struck) == (503, 200, 1)


def test_a_fault_after_the_handler_does_not_strike_a_request_that_never_came_to_it(exchange, key):
    fault = exchange.faults.add(key=key, fault="reset")
    exchange.set_last_nonce(key, 10**9)
    assert ask(exchange, signed(exchange, key, nonce=5)).code == "nonce_not_increasing"
    assert fault.struck == 0


def test_a_fault_that_is_removed_strikes_no_more(exchange, key):
    fault = exchange.faults.add(key=key, fault="reset", times=None)
    fault.remove()
    assert ask(exchange, signed(exchange, key)).status == 200


def test_what_goes_on_its_way_and_what_ends_it_may_strike_together(exchange, key):
    delay = exchange.faults.add(key=key, fault="delay", ms=1)
    status = exchange.faults.add(key=key, fault="status")
    unused = exchange.faults.add(key=key, fault="garbage")
    assert ask(exchange, signed(exchange, key)).status == 503
    assert (delay.struck, status.struck, unused.struck) == (1, 1, 0)


def test_an_unknown_fault_or_place_is_refused_in_one_line(exchange):
    with pytest.raises(SettingsError, match="explode"):
        exchange.faults.add(fault="explode")
    with pytest.raises(SettingsError, match="nowhere"):
        exchange.faults.add(fault="reset", at="nowhere")


STRIKES = [
    (kind, place)
    for kind, described in FAULT_KINDS.items()
    for place in described.places
    if kind not in (FaultKind.HOLD, FaultKind.STALL) and place is not Phase.AT_CONNECT
]


@pytest.mark.parametrize(("kind", "place"), STRIKES)
def test_every_fault_strikes_at_every_place_without_a_fault_of_our_own(exchange, key, kind, place):
    takes_ms = "ms" in [setting.name for setting in FAULT_KINDS[kind].settings]
    fault = exchange.faults.add(key=key, fault=kind, at=place, **({"ms": 0} if takes_ms else {}))
    with Caller(exchange.port) as caller:
        try:
            caller.send(travelling(signed(exchange, key), b"Connection: close")).rest()
        except ConnectionResetError:
            assert kind is FaultKind.RESET
    assert fault.struck == 1


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_held_requests_are_judged_in_the_order_that_was_chosen(exchange, key, order):
    fault = exchange.faults.add(key=key, fault="hold", at="before_gate", count=3, ms=3000, order=order)
    callers = [Caller(exchange.port) for _ in range(3)]
    for number, caller in enumerate(callers):
        arrived = exchange.journal.last_number
        caller.send(travelling(signed(exchange, key, nonce=number + 1)))
        assert exchange.journal.wait_past(arrived, timeout_s=30)
    statuses = [caller.reply().status for caller in callers]
    for caller in callers:
        caller.__exit__()
    highest, expected = 0, {}
    for index in order:
        expected[index] = 200 if index + 1 > highest else 403
        highest = max(highest, index + 1)
    assert statuses == [expected[index] for index in range(3)]
    judged = sorted(exchange.journal.of(key), key=lambda entry: entry.judged)
    assert [int(entry.fields.nonce) - 1 for entry in judged] == list(order)
    assert (fault.struck, fault.batches) == (1, (3,))


def test_a_hold_lets_a_lone_request_go_when_its_patience_is_over(exchange, key):
    fault = exchange.faults.add(key=key, fault="hold", at="before_gate", count=2, ms=40)
    assert ask(exchange, signed(exchange, key)).status == 200
    assert fault.batches == (1,)
    assert ask(exchange, signed(exchange, key)).status == 200
    assert fault.batches == (1,)


def test_a_hold_that_is_removed_lets_its_requests_go(exchange, key):
    fault = exchange.faults.add(key=key, fault="hold", at="before_gate", count=2, ms=60_000)
    with Caller(exchange.port) as caller:
        arrived = exchange.journal.last_number
        caller.send(travelling(signed(exchange, key)))
        assert exchange.journal.wait_past(arrived, timeout_s=30)
        fault.remove()
        assert caller.reply().status == 200


def test_an_exchange_stops_at_once_while_requests_stall():
    with MockExchange() as running:
        key = running.create_key()
        running.faults.add(key=key, fault="stall")
        caller = Caller(running.port)
        arrived = running.journal.last_number
        caller.send(travelling(signed(running, key)))
        assert running.journal.wait_past(arrived, timeout_s=30)
        started = time.monotonic()
    assert time.monotonic() - started < 10
    caller.socket.close()
