"""Other ways to the exchange than its own address, and what is noted on them."""

from __future__ import annotations

import base64
import json
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from harness.beside import Surroundings
from harness.beside.hop import MOST_SENT
from harness.beside.messages import Message
from harness.beside.proxy import PASSWORD, USER
from harness.beside.surroundings import NoSuchDoor
from harness.beside.swelling import CROWD, PADDING, crowded, padded
from mockserver import MockExchange
from tests.harness.beside.conversing import BELIEVABLE, asking, said


@pytest.fixture(scope="module")
def exchange() -> Iterator[MockExchange]:
    with MockExchange() as running:
        yield running


@pytest.fixture
def beside(exchange: MockExchange) -> Iterator[Surroundings]:
    made = Surroundings(exchange, BELIEVABLE)
    made.begin()
    yield made
    made.close()


def port_of(beside: Surroundings, door: str) -> int:
    return int(beside.way(door).base_url.rpartition(":")[2])


def trusting(beside: Surroundings, door: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=beside.way(door).ca_file)
    context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)  # as some Pythons have it
    return context


@pytest.mark.parametrize("door", ["tls", "chained"])
def test_a_door_with_nothing_wrong_leads_to_the_exchange(beside: Surroundings, door: str) -> None:
    assert b" 200 " in said(port_of(beside, door), asking(), tls=trusting(beside, door))


def test_a_door_with_a_flaw_is_refused_by_who_verifies(beside: Surroundings) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        said(port_of(beside, "expired"), asking(), tls=trusting(beside, "expired"))


def test_a_door_that_cannot_be_made_says_so(beside: Surroundings) -> None:
    with pytest.raises(NoSuchDoor):
        beside.way("rusty")


def test_a_hop_counts_connections_and_who_leaves_them_open(beside: Surroundings) -> None:
    port = port_of(beside, "hop:counted")
    assert b" 200 " in said(port, asking())
    with socket.create_connection(("127.0.0.1", port)) as idle:
        idle.sendall(asking().replace(b"Connection: close\r\n", b""))
        assert idle.recv(65536).startswith(b"HTTP/1.1 200")
        seen = beside.seen()
        assert (seen.connections, seen.left_open) == (2, 1)
    beside.begin()
    assert (beside.seen().connections, beside.seen().left_open) == (0, 0)


def test_an_answer_that_ends_with_its_connection_ends_properly_or_not(beside: Surroundings) -> None:
    proper, abrupt = "hop:closed_properly+tls", "hop:closed_abruptly+tls"
    answer = said(port_of(beside, proper), asking(), tls=trusting(beside, proper))
    assert b"Content-Length" not in answer
    assert answer.endswith(b"}")
    with pytest.raises(ssl.SSLError, match=r"(?i)eof"):
        said(port_of(beside, abrupt), asking(), tls=trusting(beside, abrupt))


def test_an_answer_without_end_is_counted_and_ends_after_all(beside: Surroundings) -> None:
    with socket.create_connection(("127.0.0.1", port_of(beside, "hop:endless"))) as line:
        line.sendall(asking())
        assert b"chunked" in line.recv(65536)
    assert 0 < beside.seen().most_taken < MOST_SENT


def test_behind_each_answer_comes_a_copy_of_the_first(beside: Surroundings) -> None:
    with socket.create_connection(("127.0.0.1", port_of(beside, "hop:stray")), timeout=30) as line:
        line.sendall(asking().replace(b"Connection: close\r\n", b""))
        found = b""
        while found.count(b"HTTP/1.1 200") < 2:
            found += line.recv(65536)


@pytest.mark.parametrize("how", ["alert", "reset", "stranger"])
def test_a_trap_fails_handshakes_and_hears_what_comes_in_clear(beside: Surroundings, how: str) -> None:
    door = f"trap:{how}"
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        said(port_of(beside, door), asking(), tls=trusting(beside, door))
    assert beside.seen().in_clear == ()
    assert said(port_of(beside, door), asking()).endswith(BELIEVABLE)
    seen = beside.seen()
    assert seen.handshakes == 2
    assert seen.in_clear[0].startswith(b"GET /v1/time")


def test_a_proxy_asks_for_credentials_and_keeps_them(beside: Surroundings, exchange: MockExchange) -> None:
    proxy = urlsplit(beside.proxy_url())
    assert proxy.port is not None
    wanted = exchange.url + "/v1/time"
    assert b" 407 " in said(proxy.port, asking(wanted))
    pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    before = exchange.journal.last_number
    assert b" 200 " in said(proxy.port, asking(wanted, f"Proxy-Authorization: Basic {pair}"))
    (entry,) = exchange.journal.since(before)
    assert entry.request.values(b"proxy-authorization") == ()
    assert [(one.authorized, one.known) for one in beside.seen().passed] == [(False, True), (True, True)]


def test_a_proxy_leads_to_nobody_but_the_exchange_and_notes_who_was_asked_for(beside: Surroundings) -> None:
    pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    proxy = urlsplit(beside.proxy_url())
    assert proxy.port is not None
    allowed = f"Proxy-Authorization: Basic {pair}"
    assert b" 502 " in said(proxy.port, asking("http://metrics.example/a", allowed))
    assert b" 502 " in said(proxy.port, asking("metrics.example:443", allowed, method="CONNECT"))
    noted = [(one.target, one.tunnel, one.known) for one in beside.seen().passed]
    assert noted == [("http://metrics.example/a", False, False), ("metrics.example:443", True, False)]


def answer(body: bytes) -> Message:
    return Message(first=b"HTTP/1.1 200 OK", headers=(b"Content-Length: %d" % len(body),), body=body)


def test_a_padded_answer_is_five_mebibytes_longer_and_says_the_same() -> None:
    made = padded(answer(b'{"a":[1]}'))
    assert json.loads(made.body) == {"a": [1]}
    assert made.value(b"content-length") == b"%d" % (PADDING + 9)


@pytest.mark.parametrize("wrapped", [b"[%b]", b'{"BTC_USD":[%b]}', b'{"data":{"resultList":[%b]}}'])
def test_a_list_of_one_becomes_a_crowd_of_different_ones(wrapped: bytes) -> None:
    one = b'{"order_id":"7","orderNumber":8,"market":"BTC/USDT","price":"1.5"}'
    whole = json.loads(crowded(answer(wrapped % one)).body)
    while not isinstance(whole, list):
        (whole,) = whole.values()
    assert len(whole) == CROWD
    assert whole[2] == {"order_id": "9", "orderNumber": 10, "market": "BTC/USDT", "price": "1.5"}


@pytest.mark.parametrize("body", [b"[]", b"not json", b'{"a":1}', b"[{},{}]"])
def test_what_is_no_list_of_one_stays_as_it_is(body: bytes) -> None:
    assert crowded(answer(body)).body == body
