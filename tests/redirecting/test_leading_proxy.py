"""The proxy leads the exchange's hosts, passes on what is on this machine, and names and refuses all else."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.redirecting.doors import Doors, doors_of
from harness.redirecting.proxy import LeadingProxy, loopback
from harness.redirecting.strays import Strays
from mockserver import MockExchange
from tests.redirecting.talking import heard

HOSTS = ("poloniex.com",)
ASKED = b"GET /public?command=return24hVolume HTTP/1.1\r\nHost: poloniex.com\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def doors(exchange: MockExchange) -> Doors:
    return doors_of(exchange)


@pytest.fixture
def strays(tmp_path: Path) -> Strays:
    return Strays(tmp_path / "strays")


@pytest.fixture
def proxy(doors: Doors, strays: Strays) -> Iterator[LeadingProxy]:
    running = LeadingProxy(doors, HOSTS, strays)
    yield running
    running.close()


def tunnel(proxy: LeadingProxy, target: str) -> socket.socket:
    """Return a tunnel that the proxy has opened."""
    line = socket.create_connection(("127.0.0.1", proxy.port), timeout=60)
    line.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += line.recv(1)
    assert answer.startswith(b"HTTP/1.1 200 ")
    return line


def trusting(doors: Doors) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=doors.ca_file)


@pytest.mark.parametrize("target", ["poloniex.com:443", "POLONIEX.com.:443", "poloniex.com:8443", "poloniex.com"])
def test_a_host_of_the_exchange_shows_its_own_certificate(target: str, proxy: LeadingProxy, doors: Doors) -> None:
    with trusting(doors).wrap_socket(tunnel(proxy, target), server_hostname="poloniex.com") as line:
        assert heard(line, ASKED).startswith(b"HTTP/1.1 200 OK")


def test_a_tunnel_without_tls_leads_there_as_well(proxy: LeadingProxy) -> None:
    with tunnel(proxy, "poloniex.com:80") as line:
        assert heard(line, ASKED).startswith(b"HTTP/1.1 200 OK")


def test_what_is_asked_for_in_clear_arrives_as_it_would_have_without_a_proxy(
    proxy: LeadingProxy, exchange: MockExchange
) -> None:
    before = exchange.journal.last_number
    head = b"GET http://poloniex.com/public?command=%s HTTP/1.1\r\nHost: poloniex.com\r\nX-Odd:  kept \r\n"
    first = head % b"return24hVolume" + b"Proxy-Connection: keep-alive\r\n\r\n"
    last = head % b"returnTicker" + b"Connection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=60) as line:
        assert heard(line, first + last).count(b"HTTP/1.1 200 OK") == 2
    entries = exchange.journal.since(before)
    assert [entry.request.target for entry in entries] == [
        b"/public?command=return24hVolume",
        b"/public?command=returnTicker",
    ]
    assert entries[0].request.headers == ((b"Host", b"poloniex.com"), (b"X-Odd", b"kept"))
    assert entries[0].connection == entries[1].connection


def test_a_body_goes_along(proxy: LeadingProxy, exchange: MockExchange) -> None:
    before = exchange.journal.last_number
    asked = b"POST http://poloniex.com/tradingApi HTTP/1.1\r\nHost: poloniex.com\r\nExpect: 100-continue\r\n"
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=60) as line:
        said = heard(line, asked + b"Connection: close\r\nContent-Length: 7\r\n\r\nnonce=1")
    assert said.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200")
    assert [entry.request.body for entry in exchange.journal.since(before)] == [b"nonce=1"]


@pytest.mark.parametrize(
    ("asked", "stray"),
    [
        (b"CONNECT api.example.org:443 HTTP/1.1\r\n\r\n", "api.example.org:443 (asked the proxy)"),
        (b"CONNECT [2001:db8::1]:8443 HTTP/1.1\r\n\r\n", "2001:db8::1:8443 (asked the proxy)"),
        (b"GET http://example.org/a HTTP/1.1\r\n\r\n", "example.org:80 (asked the proxy)"),
        (b"GET http://user:pass@example.org:81/ HTTP/1.1\r\n\r\n", "example.org:81 (asked the proxy)"),
        (b"CONNECT poloniex.com.example.org:443 HTTP/1.1\r\n\r\n", "poloniex.com.example.org:443 (asked the proxy)"),
    ],
)
def test_whoever_else_is_asked_for_is_refused_and_named(
    asked: bytes, stray: str, proxy: LeadingProxy, strays: Strays
) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=60) as line:
        said = heard(line, asked)
    assert said.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert said.endswith(b"poloniex.com would be.\n")
    assert [str(one) for one in strays.all()] == [stray]


@pytest.mark.parametrize(
    "asked",
    [
        b"CONNECT : HTTP/1.1\r\n\r\n",
        b"CONNECT x:99999 HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET ftp://poloniex.com/ HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x00\r\n\r\n",
        b"\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\n\r\n",
    ],
)
def test_what_nobody_can_read_is_no_stray(asked: bytes, proxy: LeadingProxy, strays: Strays) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=60) as line:
        assert heard(line, asked)[:12] in (b"HTTP/1.1 403", b"")
    assert strays.all() == ()


def test_another_host_on_the_same_connection_is_named_too(proxy: LeadingProxy, strays: Strays) -> None:
    asked = b"GET http://poloniex.com/public?command=x HTTP/1.1\r\nHost: poloniex.com\r\n\r\n"
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=60) as line:
        said = heard(line, asked + b"GET http://example.org/ HTTP/1.1\r\n\r\n")
    assert said.count(b"HTTP/1.1 ") == 1
    assert [str(one) for one in strays.all()] == ["example.org:80 (asked the proxy)"]


def test_what_is_on_this_machine_is_reached(proxy: LeadingProxy, exchange: MockExchange, strays: Strays) -> None:
    with tunnel(proxy, f"127.0.0.1:{exchange.port}") as line:
        assert heard(line, ASKED).startswith(b"HTTP/1.1 200 OK")
    assert strays.all() == ()


@pytest.mark.parametrize(
    ("host", "is_near"),
    [("localhost", True), ("a.localhost", True), ("127.9.9.9", True), ("::1", True), ("10.0.0.1", False), ("", False)],
)
def test_which_names_are_this_machine_s(host: str, is_near: bool) -> None:
    assert loopback(host) is is_near


def test_a_proxy_with_nobody_to_lead_refuses_even_the_exchange_s_own_hosts(doors: Doors, strays: Strays) -> None:
    proxy = LeadingProxy(doors, (), strays)
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=60) as line:
        assert heard(line, b"CONNECT poloniex.com:443 HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 403 ")
    proxy.close()
    assert [one.host for one in strays.all()] == ["poloniex.com"]


def test_a_reset_stays_a_reset(proxy: LeadingProxy, exchange: MockExchange) -> None:
    exchange.faults.add(fault="reset")
    with tunnel(proxy, "poloniex.com:80") as line, pytest.raises(ConnectionResetError):
        heard(line, ASKED)
    exchange.faults.clear()


def test_an_answer_that_is_cut_short_arrives_as_far_as_it_was_sent(proxy: LeadingProxy, exchange: MockExchange) -> None:
    exchange.faults.add(fault="truncate", after=20)
    asked = ASKED.replace(b"GET /", b"GET http://poloniex.com/")
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=60) as line:
        head, _, body = heard(line, asked).partition(b"\r\n\r\n")
    exchange.faults.clear()
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert len(body) == 20
