"""Mistakes of the transport, seen from a socket: each does what its summary says, and the right client does not."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from harness.adapter import ClientError
from harness.mutants import Adapter, adapter_with

GOOD = b'{"BTC":{"available":"0.50000000","held":"0"}}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
FULL = HEAD + b"Content-Length: %d\r\n\r\n" % len(GOOD) + GOOD


def told(client):
    """Return what the user of a client is told: a value, or the kind of a failure."""
    try:
        return client.call("balances", {})
    except ClientError as failure:
        return failure.kind


def in_two_packets(server, connection, number):
    server.read(connection)
    connection.sendall(FULL[:-10])
    connection.settimeout(0.1)
    with suppress(TimeoutError):  # whoever is content with the first packet goes away
        connection.recv(1)
    connection.sendall(FULL[-10:])


def cut(server, connection, number):
    server.read(connection)
    connection.sendall(FULL[:-10])
    connection.close()


def gone(server, connection, number):
    server.read(connection)
    connection.close()


def stalled(server, connection, number):
    server.read(connection)
    server.read(connection)


def too_fast(server, connection, number):
    while server.read(connection):
        connection.sendall(b"HTTP/1.1 429 Slow\r\nContent-Length: 2\r\n\r\n{}")


def good(server, connection, number):
    while server.read(connection):
        connection.sendall(FULL)


@pytest.mark.parametrize(
    ("mistake", "script", "wrong", "right"),
    [
        ("first-packet-is-the-answer", in_two_packets, "bad_response", {"BTC": "0.50000000"}),
        ("cut-answers-taken", cut, {}, "bad_response"),
        ("resets-are-empty-answers", gone, {}, "network"),
        ("stalls-are-empty-answers", stalled, {}, "timeout"),
        ("rate-refusal-is-empty", too_fast, {}, "rate_limit"),
    ],
)
def test_the_wrong_client_is_told_apart_from_the_right_one(scripted, session, mistake, script, wrong, right):
    options = {"retries": False}
    of = {"timeout_s": 0.4, "options": options}
    assert told(session(scripted(script).url, adapter=Adapter(), **of)) == right
    assert told(session(scripted(script).url, adapter=adapter_with(mistake), **of)) == wrong


def test_a_dead_connection_is_used_by_the_wrong_client_alone(scripted, session):
    for adapter, second in ((Adapter(), {"BTC": "0.50000000"}), (adapter_with("dead-connections-used"), "network")):
        ended = threading.Event()

        def once(server, connection, number, ended=ended):
            server.read(connection)
            connection.sendall(FULL)
            connection.close()
            ended.set()

        client = session(scripted(once).url, adapter=adapter, options={"retries": False})
        assert told(client) == {"BTC": "0.50000000"}
        assert ended.wait(30)
        assert told(client) == second


def test_the_host_header_of_the_wrong_client_names_another_host(scripted, session):
    server = scripted(good)
    told(session(server.url, adapter=adapter_with("another-host-named")))
    assert b"Host: api.exchange.example\r\n" in server.requests[0]


def test_the_wrong_client_does_not_wait_for_retry_after(scripted, session):
    def busy_once(server, connection, number):
        while server.read(connection):
            busy = b"HTTP/1.1 503 Busy\r\nRetry-After: 60\r\nContent-Length: 2\r\n\r\n{}"
            connection.sendall(busy if len(server.requests) == 1 else FULL)

    server = scripted(busy_once)
    assert told(session(server.url, adapter=adapter_with("retry-after-not-heard"))) == {"BTC": "0.50000000"}
    assert len(server.requests) == 2
