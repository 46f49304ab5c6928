"""The proxy that rewrites: what it changes, what it leaves alone, and that answers come back whole."""

from __future__ import annotations

import http.client

import pytest

from harness.beside.messages import Message
from harness.beside.rewriter import Rewriter, passed_on, unchunked
from mockserver import MockExchange


def request(*headers: bytes, body: bytes = b"") -> Message:
    return Message(first=b"POST /a%2fb?x=1&x=%7e HTTP/1.1", headers=headers, body=body)


def test_line_values_and_body_go_through_as_they_came() -> None:
    left = passed_on(request(b"Sign:  aB=\xff ", b"Content-Length: 3", body=b"\x00\r\n"), b"there:1")
    assert left.first == b"POST /a%2fb?x=1&x=%7e HTTP/1.1"
    assert left.body == b"\x00\r\n"
    assert left.value(b"sign") == b"aB=\xff"
    assert left.value(b"content-length") == b"3"


def test_names_are_in_lower_case_and_in_order_and_the_host_is_the_next_one_s() -> None:
    left = passed_on(request(b"Sign: s", b"Host: here", b"Api-Key: k"), b"there:1")
    names = [line.partition(b":")[0] for line in left.headers]
    assert left.headers[0] == b"host: there:1"
    assert names[1:] == sorted(name.lower() for name in names[1:])
    assert left.value(b"via") is not None


def test_what_belongs_to_the_connection_is_gone_and_what_it_names_too() -> None:
    left = passed_on(request(b"Connection: keep-alive, Sign", b"Sign: s", b"TE: trailers", b"Keep-Alive: 5"), b"h")
    assert {line.partition(b":")[0] for line in left.headers}.isdisjoint({b"connection", b"sign", b"te", b"keep-alive"})


def test_a_body_in_chunks_gets_a_length() -> None:
    left = passed_on(request(b"Transfer-Encoding: chunked", body=b"3;a=b\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), b"h")
    assert left.body == b"abcde"
    assert left.value(b"content-length") == b"5"
    assert left.value(b"transfer-encoding") is None


def test_a_request_without_a_body_is_given_no_length() -> None:
    assert passed_on(request(), b"h").value(b"content-length") is None


def test_what_is_no_chunk_is_refused() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        unchunked(b"zz\r\n")


def test_several_requests_of_one_connection_are_answered_through_it() -> None:
    with MockExchange("reference") as exchange:
        rewriter = Rewriter(exchange.port)
        try:
            line = http.client.HTTPConnection("127.0.0.1", rewriter.port, timeout=10)
            for _ in range(2):
                line.request("GET", "/v1/time", headers={"X-Mine": "1"})
                assert b"server_time" in line.getresponse().read()
            line.close()
        finally:
            rewriter.close()
        arrived = exchange.journal.since(0)
        assert len(arrived) == 2
        assert {name for entry in arrived for name, _ in entry.request.headers} >= {b"x-mine", b"via"}
