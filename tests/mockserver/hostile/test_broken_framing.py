"""Bytes that are no HTTP, or nearly: each gets a plain refusal at once, and nobody beside them notices."""

import pytest

from mockserver import MockExchange, Settings
from tests.mockserver.hostile.siege import HOST, public, quiet, statuses, told
from tests.mockserver.raw_client import Caller, signed, travelling

GET = b"GET /v1/time HTTP/1.1\r\n" + HOST
POST = b"POST /v1/orders HTTP/1.1\r\n" + HOST
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"

UNREADABLE = {
    "bare line feeds": b"GET /v1/time HTTP/1.1\nHost: x\n\n",
    "a NUL in the target": b"GET /\x00 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a NUL in a header": GET + b"X: \x00\r\n\r\n",
    "a carriage return in a header": GET + b"X: a\rb\r\n\r\n",
    "a header without a name": GET + b": a\r\n\r\n",
    "tabs for blanks": b"GET\t/v1/time\tHTTP/1.1\r\n" + HOST + b"\r\n",
    "no Host": b"GET /v1/time HTTP/1.1\r\n\r\n",
    "two Hosts": GET + b"Host: b\r\n\r\n",
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/0.9": b"GET /v1/time\r\n\r\n",
    "HTTP/2.0 as text": b"GET /v1/time HTTP/2.0\r\n" + HOST + b"\r\n",
    "HTTP/3.7": b"GET /v1/time HTTP/3.7\r\n" + HOST + b"\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    "a method in lower case": b"get /v1/time HTTP/1.1\r\n" + HOST + b"\r\n",
    "a method nobody knows": b"BREW /v1/time HTTP/1.1\r\n" + HOST + b"\r\n",
    "a method of 5000 letters": b"A" * 5000 + b" / HTTP/1.1\r\n" + HOST + b"\r\n",
    "an asterisk for a GET": b"GET * HTTP/1.1\r\n" + HOST + b"\r\n",
    "an authority for a GET": b"GET a.b:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "an absolute form with a broken address": b"GET http://[::1/v1/time HTTP/1.1\r\n" + HOST + b"\r\n",
    "a target that is not ASCII": b"GET /v1/t\xefme HTTP/1.1\r\n" + HOST + b"\r\n",
    "a negative length": POST + b"Content-Length: -5\r\n\r\n12345",
    "a length with a sign": POST + b"Content-Length: +5\r\n\r\n12345",
    "a length with an underscore": POST + b"Content-Length: 1_0\r\n\r\n1234567890",
    "an empty length": POST + b"Content-Length: \r\n\r\n",
    "a length of fifty digits": POST + b"Content-Length: " + b"9" * 50 + b"\r\n\r\n12345",
    "two equal lengths": POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\n12345",
    "two different lengths": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n123456",
    "a length and chunks": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a coding that is not chunked": POST + b"Transfer-Encoding: gzip\r\n\r\nabc",
    "chunked, but not last": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "chunks over HTTP/1.0": b"POST /v1/orders HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n\r\n",
    "a negative chunk": CHUNKED + b"-1\r\nab\r\n0\r\n\r\n",
    "a chunk of 2^68 bytes": CHUNKED + b"FFFFFFFFFFFFFFFFF\r\nab\r\n0\r\n\r\n",
    "a chunk in 0x": CHUNKED + b"0x2\r\nab\r\n0\r\n\r\n",
    "a chunk that is longer than it says": CHUNKED + b"2\r\nabXX0\r\n\r\n",
    "a bad chunk after a good one": CHUNKED + b"2\r\nab\r\nzz\r\n",
    "chunks with bare line feeds": CHUNKED + b"2\nab\n0\n\n",
    "a hundred thousand trailers": CHUNKED + b"2\r\nab\r\n0\r\n" + b"X: y\r\n" * 100_000 + b"\r\n",
    "fifty thousand headers": GET + b"X: a\r\n" * 50_000 + b"\r\n",
    "a CONNECT to nowhere": b"CONNECT \r\n\r\n",
    "a handshake of old web sockets": GET + b"Sec-WebSocket-Key1: x\r\n\r\n",
}

TOO_LONG = {
    "a target of 100 kB": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "a target without end": b"GET /" + b"a" * 100_000,
    "a header of 200 kB": GET + b"X: " + b"a" * 200_000 + b"\r\n\r\n",
    "the name of a header of 200 kB": GET + b"X" * 200_000 + b": a\r\n\r\n",
}

ODD = {
    "an absolute form": b"GET http://u:p@elsewhere/v1/time HTTP/1.1\r\n" + HOST + b"\r\n",
    "an asterisk for OPTIONS": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
    "CONNECT, and a tunnel's bytes": b"CONNECT a.b:1 HTTP/1.1\r\n" + HOST + b"\r\n" + b"x" * 100_000,
    "TRACE": b"TRACE /v1/time HTTP/1.1\r\n" + HOST + b"\r\n",
    "HEAD": b"HEAD /v1/time HTTP/1.1\r\n" + HOST + b"\r\n",
    "an upgrade, and rubbish": GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + bytes(100_000),
    "a fragment": b"GET /v1/time#x?y HTTP/1.1\r\n" + HOST + b"\r\n",
    "dots": b"GET /v1/../v1/time HTTP/1.1\r\n" + HOST + b"\r\n",
    "percent signs": b"GET /v1/%zz%00%ff%2f..%5c?%=%&&=&market=%ff HTTP/1.1\r\n" + HOST + b"\r\n",
    "ten thousand blank lines": b"\r\n" * 10_000 + GET + b"\r\n",
    "an expectation nobody knows": POST + b"Expect: 200-ok\r\nContent-Length: 2\r\n\r\nab",
    "a GET with a body": GET + b"Content-Length: 2\r\n\r\nab",
    "an extension of 300 kB": CHUNKED + b"2;" + b"a" * 300_000 + b"\r\nab\r\n0\r\n\r\n",
    "a gzip that is none": POST + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab",
    "a header beyond ASCII": GET + b"X: \xff\xfe\r\n\r\n",
    "a length of 2^64-1": POST + b"Content-Length: 18446744073709551615\r\n\r\n12345",
    "a length of 2^63": POST + b"Content-Length: 9223372036854775808\r\n\r\n12345",
    "a body that is cut": POST + b"Content-Length: 20\r\n\r\nab",
    "nothing": b"",
    "a byte": b"G",
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_refused_once_and_kept_in_the_journal(exchange, data):
    before = exchange.journal.last_number
    answer = told(exchange.port, data, last_word=False)
    assert statuses(answer) == [400]
    assert b'"code":"invalid_request"' in answer
    assert exchange.journal.wait_past(before, timeout_s=30)
    assert any(entry.unreadable for entry in exchange.journal.since(before))


@pytest.mark.parametrize("data", TOO_LONG.values(), ids=TOO_LONG)
def test_a_line_of_the_head_that_is_too_long_is_refused_as_too_large(exchange, data):
    answer = told(exchange.port, data)
    assert statuses(answer) in ([431], [])  # none where the line was cut before it could be heard
    assert statuses(told(exchange.port, public(exchange))) == [200]


def test_whatever_comes_no_dialect_fails_or_hangs_and_a_good_request_beside_it_is_served(besieged):
    key = besieged.create_key()
    with Caller(besieged.port) as beside:
        for data in (*UNREADABLE.values(), *TOO_LONG.values(), *ODD.values()):
            assert max(statuses(told(besieged.port, data)), default=0) < 500, data[:80]
            assert beside.send(quiet(besieged, key)).reply().status == 200
    assert besieged.own_faults == ()


@pytest.mark.parametrize("length", [b"18446744073709551615", b"9223372036854775808", b"1048577"])
def test_a_body_that_is_announced_too_large_is_not_taken_for_none(exchange, length):
    data = POST + b"Content-Length: " + length + b"\r\n\r\n12345"
    assert statuses(told(exchange.port, data)) == [413]
    assert statuses(told(exchange.port, data + b" ")) == [413]


def test_requests_that_come_in_the_same_bytes_as_rubbish_are_not_lost(exchange):
    key = exchange.create_key()
    good = [travelling(signed(exchange, key)) for _ in range(50)]
    answer = told(exchange.port, b"".join(good) + b"rubbish\r\n\r\n" + good[0], last_word=False)
    assert statuses(answer) == [200] * 50 + [400]
    assert len(exchange.journal.of(key)) == 50


def test_a_pipelined_burst_of_hundreds_is_answered_to_the_last(besieged):
    key = besieged.create_key()
    burst = b"".join(quiet(besieged, key) for _ in range(400))
    assert statuses(told(besieged.port, burst)) == [200] * 400
    assert all(entry.refused is None for entry in besieged.journal.of(key))


def test_a_body_that_looks_like_many_heads_is_still_one_body(exchange):
    key = exchange.create_key()
    body = b"\r\n\r\n" * 50_000
    request = signed(exchange, key, "POST", b"/v1/orders", body)
    assert statuses(told(exchange.port, travelling(request))) == [400]
    assert exchange.journal.of(key)[-1].request.body == body


def test_a_chunk_that_makes_no_sense_ends_the_waiting_for_the_rest():
    patient = MockExchange(settings=Settings(body_s=60))
    with patient, Caller(patient.port) as caller:
        caller.send(CHUNKED.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"))
        assert caller.until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue"
        caller.send(b"2\r\nab\r\n-1\r\n")
        assert caller.reply().status == 400
        assert caller.rest() == b""
