"""Harm to connections as they are taken: before a byte is read, with TLS and without."""

import socket
import ssl
import sys
import time

import pytest

from mockserver import MockExchange, MockExchanges, SettingsError
from tests.mockserver.raw_client import Caller, ask, signed

TIME = b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n"


def is_served(exchange):
    return ask(exchange, TIME).status == 200


def fate(exchange, data=b""):
    """Return what becomes of a connection whose client listens: what it hears, or how it ends."""
    try:
        with Caller(exchange.port, timeout_s=0.15) as caller:
            return caller.send(data).rest() if data else caller.rest()
    except ConnectionResetError:
        return "reset"
    except TimeoutError:
        return "silence"


@pytest.fixture(autouse=True)
def nothing_stays_planned(exchange):
    yield
    exchange.faults.clear()
    assert is_served(exchange)


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ({"fault": "close"}, b""),
        ({"fault": "reset"}, "reset"),
        ({"fault": "stall"}, "silence"),
        ({"fault": "garbage", "body": "SSH-2.0-x\r\n"}, b"SSH-2.0-x\r\n"),
    ],
)
def test_a_connection_meets_its_end_before_anything_is_read(exchange, plan, expected):
    arrived = exchange.journal.last_number
    fault = exchange.faults.add(at="at_connect", **plan)
    assert fate(exchange, TIME) == expected
    assert (fault.seen, fault.struck) == (1, 1)
    assert exchange.journal.last_number == arrived
    assert is_served(exchange)


def test_a_close_is_in_good_order_although_something_came_unread(exchange):
    exchange.faults.add(fault="close", at="at_connect")
    assert fate(exchange, TIME * 100) == b""


def test_connections_are_counted_in_the_order_in_which_they_come(exchange):
    fault = exchange.faults.add(fault="reset", at="at_connect", skip=1, every=2, times=2)
    fates = [fate(exchange) for _ in range(6)]
    assert [number for number, how in enumerate(fates, 1) if how == "reset"] == [3, 5]
    assert (fault.seen, fault.struck) == (5, 2)


def test_rubbish_may_come_before_a_conversation(exchange):
    exchange.faults.add(fault="garbage", at="at_connect", body="banner\r\n", answer=True)
    with Caller(exchange.port) as caller:
        caller.until(b"banner\r\n")
        assert caller.send(TIME).reply().status == 200


def test_a_connection_is_let_in_late(exchange):
    exchange.faults.add(fault="delay", at="at_connect", ms=60)
    started = time.monotonic()
    assert is_served(exchange)
    assert time.monotonic() - started >= 0.06


def test_a_silence_may_end(exchange):
    exchange.faults.add(fault="stall", at="at_connect", ms=30)
    assert is_served(exchange)


def test_connections_that_stand_are_none_of_the_doors_business(exchange):
    with Caller(exchange.port) as caller:
        assert caller.send(TIME).reply().status == 200
        exchange.faults.add(fault="reset", at="at_connect", times=None)
        assert caller.send(TIME).reply().status == 200


def test_many_connections_pass_a_guarded_door_at_once(exchange):
    fault = exchange.faults.add(fault="reset", at="at_connect", skip=40)
    callers = [Caller(exchange.port) for _ in range(40)]
    assert {caller.send(TIME).reply().status for caller in callers} == {200}
    for caller in callers:
        caller.socket.close()
    assert fault.seen == 40


def test_a_shut_door_refuses_and_keeps_its_address(exchange):
    with Caller(exchange.port) as standing:
        assert standing.send(TIME).reply().status == 200
        shut = exchange.faults.add(fault="shut")
        refused = 0
        for _ in range(50):
            try:
                Caller(exchange.port).socket.close()
            except ConnectionError:
                refused += 1
        assert refused == 50
        assert standing.send(TIME).reply().status == 200
        assert (shut.struck, shut.spent) == (1, True)
        shut.remove()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            assert is_served(exchange)
            return
        except ConnectionError:
            continue
    pytest.fail("it was never opened again")


def test_a_door_is_shut_for_so_long(exchange):
    started = time.monotonic()
    exchange.faults.add(fault="shut", ms=80)
    while time.monotonic() < started + 5:
        try:
            assert is_served(exchange)
            break
        except ConnectionError:
            continue
    assert exchange.faults.all()[-1].spent


def test_a_fault_that_was_planned_before_the_start_is_met():
    planned = MockExchange()
    planned.faults.add(fault="reset", at="at_connect")
    with planned as running:
        assert fate(running) == "reset"
        assert is_served(running)


def test_an_exchange_ends_while_its_door_is_guarded_shut_or_keeps_connections():
    for plan in ({"fault": "stall", "at": "at_connect", "times": None}, {"fault": "shut"}):
        with MockExchange() as running:
            running.faults.add(**plan)
            caller = None
            if plan["fault"] == "stall":
                caller = socket.create_connection(("127.0.0.1", running.port), timeout=30)
            started = time.monotonic()
        assert time.monotonic() - started < 10
        if caller is not None:
            caller.close()


def test_a_handshake_that_is_never_answered_hangs_and_the_next_does_not():
    with MockExchange(tls=True) as running:
        context = ssl.create_default_context(cafile=running.ca_file)
        running.faults.add(fault="stall", at="at_connect")
        with (
            socket.create_connection(("127.0.0.1", running.port), timeout=0.15) as plain,
            pytest.raises(TimeoutError),
        ):
            context.wrap_socket(plain, server_hostname="127.0.0.1")
        for _ in range(2):  # through the guard, and past it
            with (
                socket.create_connection(("127.0.0.1", running.port), timeout=30) as plain,
                context.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
            ):
                secure.sendall(TIME)
                assert secure.recv(12) == b"HTTP/1.1 200"
            running.faults.add(fault="delay", at="at_connect", ms=0)


def test_a_request_of_a_guarded_door_is_served_like_any_other(exchange, key):
    exchange.faults.add(fault="reset", at="at_connect", skip=10)
    assert ask(exchange, signed(exchange, key)).status == 200


def test_a_door_that_is_guarded_already_is_shut_and_guarded_again(exchange):
    reset = exchange.faults.add(fault="reset", at="at_connect", skip=1)
    assert is_served(exchange)
    shut = exchange.faults.add(fault="shut")
    with pytest.raises(ConnectionRefusedError):
        Caller(exchange.port)
    shut.remove()
    outcomes = set()
    while "reset" not in outcomes:
        try:
            outcomes.add(fate(exchange))
        except ConnectionRefusedError:
            continue
    assert reset.struck == 1


@pytest.mark.skipif(sys.platform != "linux", reason="other systems answer whatever the queue")
def test_a_connect_may_be_left_without_an_answer(exchange):
    shut = exchange.faults.add(fault="shut", silent=True)
    with pytest.raises(TimeoutError):
        Caller(exchange.port, timeout_s=0.1)
    shut.remove()


def test_an_exchange_ends_while_connects_are_left_without_an_answer():
    with MockExchange() as running:
        running.faults.add(fault="shut", silent=True)
        started = time.monotonic()
    assert time.monotonic() - started < 10


def test_exchanges_that_share_an_address_refuse_harm_to_connections():
    with MockExchanges("poloniex", "exmo") as together:
        with pytest.raises(SettingsError, match="several exchanges"):
            together["exmo"].faults.add(fault="reset", at="at_connect")
        together["exmo"].faults.add(fault="reset").remove()
