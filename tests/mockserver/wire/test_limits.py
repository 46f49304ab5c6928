"""What one connection may ask for: how long, how much, how often; and how many connections there may be."""

import resource
import socket
import subprocess
import sys
from contextlib import suppress

import pytest

from mockserver import MockExchange, Settings, SettingsError
from mockserver.certificates import Certificates
from tests.mockserver.raw_client import Caller, ask

TIME = b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n"


def limited(**limits) -> MockExchange:
    return MockExchange(settings=Settings(**limits))


def test_a_connection_that_says_nothing_is_let_go():
    with limited(first_byte_s=0.1) as exchange, Caller(exchange.port) as caller:
        assert caller.rest() == b""


def test_a_connection_that_has_asked_once_may_idle_for_longer():
    with (
        limited(first_byte_s=0.1, head_s=0.1) as exchange,
        Caller(exchange.port) as early,
        Caller(exchange.port) as late,
    ):
        assert early.send(TIME).reply().status == 200
        assert late.rest() == b""
        assert early.send(TIME).reply().status == 200


def test_a_head_has_its_own_time_even_where_idling_is_short():
    with limited(keep_alive_s=0.1) as exchange, Caller(exchange.port) as caller, Caller(exchange.port) as idle:
        caller.send(TIME[:20])
        assert idle.send(TIME).reply().status == 200
        assert idle.rest() == b""
        assert caller.send(TIME[20:]).reply().status == 200


def test_a_head_that_comes_in_parts_is_whole_in_the_end_and_then_nobody_waits_for_it():
    with limited(head_s=0.2) as exchange, Caller(exchange.port) as caller, Caller(exchange.port) as dribbling:
        for _ in range(3):
            caller.send(TIME[:10]).send(TIME[10:30])
            assert caller.send(TIME[30:]).reply().status == 200
        assert dribbling.send(TIME[:20]).rest() == b""
        assert caller.send(TIME).reply().status == 200


def test_a_pipelined_request_behind_a_whole_one_has_its_own_time_too():
    with limited(head_s=0.2) as exchange, Caller(exchange.port) as caller:
        caller.send(TIME + TIME[:8])
        assert caller.reply().status == 200
        assert caller.send(TIME[8:10]).rest() == b""


def test_a_body_has_its_own_time():
    with limited(head_s=0.1, body_s=30) as exchange, Caller(exchange.port) as caller, Caller(exchange.port) as silent:
        caller.send(b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{")
        assert silent.send(b"GET").rest() == b""
        assert caller.send(b"}").reply().status in (400, 401, 403)


@pytest.mark.parametrize("uvloop", [True, False])
def test_a_tls_handshake_that_never_comes_is_not_waited_for(uvloop):
    certificates = Certificates()
    certificates.close()
    with (
        limited(tls=certificates.server_context(), handshake_s=0.1, uvloop=uvloop) as exchange,
        Caller(exchange.port) as silent,
        Caller(exchange.port) as half,
    ):
        half.send(b"\x16\x03\x01\x02\x00\x01\x00")
        assert silent.rest() == b""
        assert half.rest() == b""
        assert exchange.journal.last_number == 0


@pytest.mark.parametrize(("line_bytes", "head_lines"), [(100, 128), (8190, 3)])
def test_a_head_may_be_so_large_and_no_larger(line_bytes, head_lines):
    with limited(line_bytes=line_bytes, head_lines=head_lines) as exchange:
        assert ask(exchange, TIME).status == 200
        long = TIME[:-2] + b"X: " + b"a" * 200 + b"\r\n\r\n"
        many = TIME[:-2] + b"X: y\r\n" * 3 + b"\r\n"
        assert ask(exchange, long).status == (431 if line_bytes == 100 else 200)
        assert ask(exchange, many).status == (400 if head_lines == 3 else 200)


def test_a_body_may_be_so_large_and_no_larger():
    with limited(body_bytes=5) as exchange:
        for size, status in ((5, 400), (6, 413)):
            whole = b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s" % (size, b"a" * size)
            reply = ask(exchange, whole)
            assert (reply.status == 413) is (status == 413)


def test_a_connection_is_good_for_so_many_requests():
    with limited(connection_requests=2) as exchange:
        with Caller(exchange.port) as caller:
            assert caller.send(TIME).reply().headers.get("connection") is None
            assert caller.send(TIME).reply().headers["connection"] == "close"
            assert caller.rest() == b""
        with Caller(exchange.port) as caller:
            assert caller.send(TIME * 3).reply().status == 200
            assert caller.reply().status == 200
            assert caller.rest() == b""


def test_who_idles_makes_room_for_who_comes():
    with limited(connections=4) as exchange, Caller(exchange.port) as regular:
        assert regular.send(TIME).reply().status == 200
        idle = [Caller(exchange.port) for _ in range(10)]
        for caller in idle[:-3]:
            with suppress(ConnectionResetError):
                assert caller.rest() == b""
        assert regular.send(TIME).reply().status == 200  # who has asked before is spared as long as others idle
        assert idle[-1].send(TIME).reply().status == 200
        for caller in idle:
            caller.socket.close()


def test_where_everybody_is_busy_the_newcomer_has_to_go():
    with limited(connections=2) as exchange:
        exchange.faults.add(fault="stall", after=1, at="before_gate", times=2)
        busy = [Caller(exchange.port).send(TIME) for _ in range(2)]
        assert all(caller.more() for caller in busy)
        with suppress(ConnectionResetError, BrokenPipeError), Caller(exchange.port) as late:
            assert late.send(TIME).rest() == b""
        busy.pop().socket.close()
        for _ in range(100):  # until the exchange has noticed
            try:
                assert ask(exchange, TIME).status == 200
                break
            except (OSError, EOFError, AssertionError, IndexError):
                continue
        else:
            pytest.fail("the place was not given on")
        busy.pop().socket.close()


@pytest.mark.parametrize(
    "limits",
    [
        {"head_s": 0},
        {"first_byte_s": -1},
        {"handshake_s": 0},
        {"body_s": 0},
        {"line_bytes": 0},
        {"head_lines": 0},
        {"connections": 0},
        {"connection_requests": 0},
        {"body_bytes": -1},
    ],
)
def test_limits_that_leave_no_room_are_refused(limits):
    with pytest.raises(SettingsError):
        Settings(**limits)


FEW_FILES = """
import resource, sys
from mockserver import Settings, serve
import asyncio
resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
asyncio.run(serve(Settings(), lambda exchange: print(exchange.port, flush=True)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
def test_a_flood_of_connections_does_not_use_up_the_open_files():
    server = subprocess.Popen([sys.executable, "-c", FEW_FILES], stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline())
        most = min(300, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 100)
        idle = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(most)]
        with Caller(port, timeout_s=10) as caller:
            assert caller.send(TIME).reply().status == 200
        for line in idle:
            line.close()
    finally:
        server.kill()
        server.communicate()
