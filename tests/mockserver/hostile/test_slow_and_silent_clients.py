"""Clients that dribble, stop half-way, never read, or hang up too early: each is given its time, and no more."""

import socket
import time

import pytest

from mockserver import MockExchange, Settings
from tests.mockserver.hostile.siege import HOST, public, quiet, statuses, told
from tests.mockserver.raw_client import Caller, an_order, ask, signed, travelling


@pytest.fixture(scope="module")
def hasty():
    with MockExchange(settings=Settings(body_s=0.3, head_s=0.3, keep_alive_s=0.3)) as running:
        yield running
        assert running.own_faults == ()


def test_a_client_that_has_said_its_last_word_is_still_answered(besieged):
    key = besieged.create_key()
    assert statuses(told(besieged.port, quiet(besieged, key))) == [200]
    assert statuses(told(besieged.port, quiet(besieged, key) * 3)) in ([200] * 3, [200, 403, 403], [200, 422, 422])
    assert statuses(told(besieged.port, b"rubbish\r\n\r\n")) == [400]


def test_a_client_that_closes_at_once_is_judged_all_the_same(exchange):
    key = exchange.create_key(private_venue=True)
    before = exchange.journal.last_number
    with Caller(exchange.port) as caller:
        caller.send(travelling(an_order(exchange, key)))
    assert exchange.journal.wait_past(before, timeout_s=30)
    assert exchange.journal.of(key)[0].refused is None
    assert len(exchange.orders(key)) == 1


def test_a_line_that_is_closed_before_it_was_used_is_let_go(exchange):
    with Caller(exchange.port) as caller:
        caller.socket.shutdown(socket.SHUT_WR)
        assert caller.rest() == b""


@pytest.mark.parametrize("opening", [b"GET /v1/ti", b"GET /v1/time HTTP/1.1\r\n" + HOST, b"\r\n"])
def test_a_head_that_dribbles_is_cut_when_its_time_is_over(hasty, opening):
    started = time.monotonic()
    with Caller(hasty.port) as caller:
        caller.send(opening)
        caller.socket.settimeout(0.05)
        while time.monotonic() - started < 5:
            try:
                caller.send(b"\r\n" if opening == b"\r\n" else b"x")
                if not caller.socket.recv(1):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        else:
            pytest.fail("still open")


def test_a_body_that_dribbles_is_refused_when_its_time_is_over(hasty):
    with Caller(hasty.port) as caller:
        caller.send(b"POST /v1/orders HTTP/1.1\r\n" + HOST + b"Content-Length: 1000\r\n\r\n")
        caller.socket.settimeout(0.05)
        for _ in range(100):
            try:
                caller.send(b"x")
                if caller.more():
                    break
            except TimeoutError:
                continue
        caller.socket.settimeout(30)
        assert caller.reply().status == 400


def test_a_client_that_never_reads_is_cut_and_holds_nothing_up(hasty):
    with Caller(hasty.port) as greedy, Caller(hasty.port) as beside:
        greedy.socket.setblocking(False)
        burst = b"GET /v1/order-book?market=BTC/USDT HTTP/1.1\r\n" + HOST + b"\r\n"
        stuck = 0
        while stuck < 5:  # as many bytes as fit in between
            try:
                greedy.socket.send(burst * 200)
            except BlockingIOError:
                stuck += 1
                assert beside.send(public(hasty)).reply().status == 200
            except OSError:
                break
        greedy.socket.setblocking(True)
        greedy.socket.settimeout(30)
        with pytest.raises(OSError, match=r"reset|Broken pipe"):
            greedy.socket.sendall(burst * 1_000_000)


def test_a_flood_of_idle_connections_keeps_nobody_out_and_is_let_go(hasty):
    idle = [socket.create_connection(("127.0.0.1", hasty.port), timeout=30) for _ in range(500)]
    try:
        assert ask(hasty, public(hasty)).status == 200
        assert all(line.recv(1) == b"" for line in idle)
    finally:
        for line in idle:
            line.close()


def test_an_order_whose_client_was_killed_half_way_leaves_no_trace_in_the_books(exchange):
    key = exchange.create_key(private_venue=True)
    data = travelling(an_order(exchange, key))
    for cut in range(0, len(data), 40):
        with Caller(exchange.port) as caller:
            caller.send(data[:cut])
            caller.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    assert ask(exchange, signed(exchange, key)).status == 200
    assert exchange.orders(key) == ()
