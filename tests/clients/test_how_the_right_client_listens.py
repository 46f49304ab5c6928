from __future__ import annotations

import socket
import struct
import threading

import pytest

from harness.adapter import ClientError
from mockserver import MockExchange

GOOD = b'{"BTC":{"available":"0.50000000","held":"0"}}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ORDER = {"market": "BTC/USDT", "side": "buy", "price": "100", "amount": "1"}


def answer(body=GOOD, head=HEAD, *, close=False):
    ending = b"Connection: close\r\n" if close else b""
    return head + ending + b"Content-Length: %d\r\n\r\n" % len(body) + body


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def always(reply):
    """Return a script that gives the same answer to every request."""

    def serve(server, connection, number):
        while server.read(connection):
            connection.sendall(reply)

    return serve


def balances(client):
    return client.call("balances", {})


@pytest.mark.parametrize(
    "reply",
    [
        answer(),
        HEAD + b"\r\n" + GOOD,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n10\r\n" + GOOD[:16] + b"\r\n1d\r\n" + GOOD[16:] + b"\r\n0\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + answer(),
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + answer(),
    ],
    ids=["length", "until the end", "chunks", "early hints", "interim"],
)
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_an_answer_is_read_however_it_is_cut(scripted, session, reply, size):
    def serve(server, connection, number):
        server.read(connection)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for begin in range(0, len(reply), size):
            connection.sendall(reply[begin : begin + size])
        connection.close()

    assert balances(session(scripted(serve).url)) == {"BTC": "0.50000000"}


@pytest.mark.parametrize(
    ("reply", "kinds"),
    [
        (HEAD + b"Content-Length: 400\r\n\r\n" + GOOD, {"bad_response"}),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(GOOD) + GOOD + b"\r\n", {"bad_response"}),
        (answer(b"<html>wait</html>"), {"bad_response"}),
        (answer(b""), {"bad_response"}),
        (answer(b"\xff\xfe{"), {"bad_response"}),
        (answer(b"[" * 100_000), {"bad_response"}),
        (answer(b"NaN"), {"bad_response"}),
        (answer(b'{"BTC": {"available": true}}'), {"bad_response"}),
        (answer(b'{"BTC": {"available": 1e999999999}}'), {"bad_response"}),
        (answer(b'{"BTC": {"available": "1e-999999999"}}'), {"bad_response"}),
        (answer(b'"text"'), {"bad_response"}),
        (b"SSH-2.0-OpenSSH_9.2\r\n", {"bad_response"}),
        (HEAD + b"Content-Length: 999999999999999999999\r\n\r\n", {"bad_response"}),
        (b"", {"network"}),
        (answer(head=b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n"), {"bad_response"}),
        (answer(b"<html>", b"HTTP/1.1 403 Forbidden\r\n"), {"permission", "authentication", "bad_response"}),
        (answer(b"<html>", b"HTTP/1.1 429 Slow\r\n"), {"rate_limit"}),
        (answer(b'{"code": null}', b"HTTP/1.1 404 Not Found\r\n"), {"not_found"}),
        (answer(b'{"code": [1], "detail": {}}', b"HTTP/1.1 400 Bad\r\n"), {"invalid_request"}),
        (answer(b'{"code": "unknown_market"}', b"HTTP/1.1 500 Oops\r\n"), {"unavailable"}),
    ],
)
def test_what_cannot_be_read_is_a_failure(scripted, session, reply, kinds):
    def serve(server, connection, number):
        server.read(connection)
        connection.sendall(reply)
        connection.close()

    server = scripted(serve)
    with pytest.raises(ClientError) as failed:
        balances(session(server.url, options={"retries": False}))
    assert failed.value.kind in kinds
    assert len(server.requests) == 1


@pytest.mark.parametrize("before", [b"", HEAD, HEAD + b"Content-Length: 45\r\n\r\n" + GOOD[:9]])
def test_a_stall_ends_with_the_time_limit(scripted, session, before):
    over = threading.Event()

    def serve(server, connection, number):
        server.read(connection)
        connection.sendall(before)
        over.wait(20)

    with pytest.raises(ClientError) as failed:
        balances(session(scripted(serve).url, timeout_s=0.2))
    over.set()
    assert failed.value.kind == "timeout"


def test_dripping_does_not_prolong_the_time_limit(scripted, session):
    over = threading.Event()

    def serve(server, connection, number):
        server.read(connection)
        connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
        while not over.wait(0.02):
            connection.sendall(b" ")

    with pytest.raises(ClientError) as failed:
        balances(session(scripted(serve).url, timeout_s=0.3))
    over.set()
    assert failed.value.kind == "timeout"


def test_a_read_survives_two_transient_failures_and_is_signed_anew(scripted, session):
    def serve(server, connection, number):
        server.read(connection)
        if len(server.requests) == 1:
            reset(connection)
        elif len(server.requests) == 2:
            connection.sendall(answer(b"<html>", b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\n", close=True))
        else:
            connection.sendall(answer(close=True))
        connection.close()

    server = scripted(serve)
    assert balances(session(server.url)) == {"BTC": "0.50000000"}
    nonces = [header(request, "Nonce") for request in server.requests]
    assert len(server.requests) == 3
    assert sorted(map(int, nonces)) == [int(nonce) for nonce in nonces]
    assert len({header(request, "Sign") for request in server.requests}) == 3


def header(request, name):
    lines = request.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    return next(line.partition(": ")[2] for line in lines if line.lower().startswith(name.lower() + ":"))


def test_reads_are_tried_three_times_and_no_more(scripted, session):
    server = scripted(always(answer(b"<html>", b"HTTP/1.1 502 Bad Gateway\r\n")))
    with pytest.raises(ClientError) as failed:
        balances(session(server.url))
    assert failed.value.kind == "unavailable"
    assert len(server.requests) == 3


@pytest.mark.parametrize("asked", ["60", "Fri, 31 Dec 2099 23:59:59 GMT", "9" * 40])
def test_a_pause_beyond_the_time_limit_is_not_begun(scripted, session, asked):
    head = b"HTTP/1.1 503 Busy\r\nRetry-After: " + asked.encode() + b"\r\n"
    server = scripted(always(answer(b"<html>", head)))
    with pytest.raises(ClientError) as failed:
        balances(session(server.url))
    assert failed.value.kind == "unavailable"
    assert len(server.requests) == 1


@pytest.mark.parametrize("reply", [None, answer(b"<html>", b"HTTP/1.1 503 Busy\r\n"), b"HTTP/1.1 200 OK\r\nConte"])
def test_an_order_is_never_sent_twice(scripted, session, reply):
    def serve(server, connection, number):
        server.read(connection)
        if reply is None:
            reset(connection)
        else:
            connection.sendall(reply)
            connection.close()

    server = scripted(serve)
    with pytest.raises(ClientError) as failed:
        session(server.url).call("place_order", ORDER)
    assert failed.value.kind in {"network", "unavailable", "bad_response"}
    assert len(server.requests) == 1


def test_an_order_gets_a_connection_of_its_own(scripted, session):
    connections = []

    def serve(server, connection, number):
        while request := server.read(connection):
            connections.append((number, request[:4]))
            connection.sendall(answer(b'{"order_id": "12"}' if request[:4] == b"POST" else GOOD))

    client = session(scripted(serve).url)
    balances(client)
    balances(client)
    client.call("place_order", ORDER)
    assert connections == [(0, b"GET "), (0, b"GET "), (1, b"POST")]


@pytest.mark.parametrize("stray", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"])
def test_a_connection_that_ended_or_babbles_is_replaced(scripted, session, stray):
    ended = threading.Event()

    def serve(server, connection, number):
        server.read(connection)
        connection.sendall(answer() + (stray if number == 0 else b""))
        if not stray:
            connection.close()
        ended.set()
        if stray:
            server.read(connection)

    server = scripted(serve)
    client = session(server.url, options={"retries": False})
    assert balances(client) == {"BTC": "0.50000000"}
    assert ended.wait(30)
    assert balances(client) == {"BTC": "0.50000000"}
    assert len(server.requests) == 2


def test_after_a_time_out_the_session_goes_on(scripted, session):
    over = threading.Event()

    def serve(server, connection, number):
        server.read(connection)
        if number == 0:
            connection.sendall(HEAD + b"Content-Length: 45\r\n\r\n{")
            over.wait(20)
        connection.sendall(answer())

    client = session(scripted(serve).url, timeout_s=0.3)
    with pytest.raises(ClientError):
        balances(client)
    assert balances(client) == {"BTC": "0.50000000"}
    over.set()


@pytest.mark.parametrize("key", ["k\r\nX-Evil: 1", "k\x00", "k\x7f"])
def test_a_control_character_reaches_no_header(scripted, session, key):
    server = scripted(always(answer()))
    with pytest.raises(ClientError) as refused:
        balances(session(server.url, key=key))
    assert refused.value.kind == "invalid_request"
    assert server.requests == []


@pytest.mark.parametrize("target", ["/v1/bal ances", "/v1\r\nX-Evil: 1", "/v1/é"])
def test_a_target_that_would_break_the_request_line_is_refused(scripted, session, target):
    server = scripted(always(answer()))
    with pytest.raises(ClientError) as refused:
        session(server.url).call("raw", {"method": "GET", "target": target, "params": {}})
    assert refused.value.kind == "invalid_request"
    assert server.requests == []


def test_the_host_is_the_configured_one(scripted, session):
    server = scripted(always(answer()))
    balances(session(server.url))
    assert f"http://{header(server.requests[0], 'Host')}" == server.url


def test_a_closed_port_is_a_network_failure(session):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(ClientError) as failed:
        balances(session(f"http://127.0.0.1:{port}"))
    assert failed.value.kind == "network"


def test_nothing_that_is_printed_shows_the_secret(scripted, session):
    secret = "a-secret-nobody-may-see"
    server = scripted(always(answer(b'{"code": "bad_signature"}', b"HTTP/1.1 403 Forbidden\r\n")))
    client = session(server.url, secret=secret)
    with pytest.raises(ClientError) as failed:
        balances(client)
    signature = header(server.requests[0], "Sign")
    shown = f"{client!r} {client.client!r} {failed.value!r} {failed.value} {failed.value.args} {vars(failed.value)}"
    assert secret not in shown
    assert signature not in shown
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None


def test_a_certificate_counts_when_its_authority_was_named(session):
    with MockExchange("reference", tls=True) as exchange:
        key = exchange.create_key()
        trusting = session(exchange.url, key=key.key, secret=key.secret, ca_file=exchange.ca_file)
        assert balances(trusting)
        assert balances(trusting)
        with pytest.raises(ClientError) as refused:
            balances(session(exchange.url, key=key.key, secret=key.secret))
        assert refused.value.kind == "tls"
        assert len(exchange.journal.of(key)) == 2


def test_a_file_of_certificates_that_is_not_there_is_told_at_once(session, tmp_path):
    with pytest.raises(ClientError) as refused:
        session("https://127.0.0.1:9", ca_file=str(tmp_path / "absent.pem"))
    assert refused.value.kind == "tls"
