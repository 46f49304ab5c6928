"""Bytes untouched: whatever form a request comes in, what was sent is what is judged."""

import json
import time

import pytest

from mockserver import MockExchange
from tests.mockserver.raw_client import ORDER, Caller, an_order, ask, signed, travelling


@pytest.fixture(scope="module")
def exchange():
    with MockExchange("reference") as running:
        yield running


@pytest.fixture
def key(exchange):
    return exchange.create_key(private_venue=True)


def test_a_signed_request_is_answered(exchange, key):
    reply = ask(exchange, signed(exchange, key))
    assert reply.status == 200
    assert reply.json["BTC"] == {"available": "1.00000000", "held": "0.00000000"}


def test_the_journal_holds_target_headers_and_body_as_they_travelled(exchange, key):
    request = signed(exchange, key, target=b"/v1/orders?market=BTC%2fUSDT&x=%c3%A4+%20~")
    ask(exchange, travelling(request, b"X-ODD:\t two  words "))
    entry = exchange.journal.of(key)[-1]
    assert entry.request.target == b"/v1/orders?market=BTC%2fUSDT&x=%c3%A4+%20~"
    assert (b"X-ODD", b"two  words") in entry.request.headers
    assert entry.answer.status == 200


def test_a_target_beyond_ascii_is_refused_and_kept_byte_for_byte(exchange, key):
    target = b"/v1/orders?market=BTC%2FUSDT&x=\xc3\xa9"
    reply = ask(exchange, signed(exchange, key, target=target))
    assert (reply.status, reply.code) == (400, "invalid_request")
    entry = exchange.journal.of(key)[-1]
    assert entry.request.target == target
    assert target in entry.unreadable
    assert exchange.last_nonce(key) == 0


def test_an_absolute_form_is_judged_by_its_origin_form(exchange, key):
    request = travelling(signed(exchange, key, target=b"/v1/orders?market=BTC%2FUSDT"))
    absolute = request.replace(b"GET /v1", b"GET http://127.0.0.1:1/v1", 1)
    assert ask(exchange, absolute).status == 200
    assert exchange.journal.of(key)[-1].request.target == b"/v1/orders?market=BTC%2FUSDT"


def test_a_body_that_comes_byte_by_byte_is_whole_when_it_is_judged(exchange, key):
    data = travelling(an_order(exchange, key))
    with Caller(exchange.port) as caller:
        for byte in data:
            caller.send(bytes([byte]))
        assert caller.reply().status == 200


def test_a_chunked_body_is_put_together(exchange, key):
    request = an_order(exchange, key)
    head = travelling(request, b"Transfer-Encoding: chunked", framing=False)[: -len(request.body)]
    body = b"%x\r\n%b\r\n%x;ext=1\r\n%b\r\n0\r\nTrailer: 1\r\n\r\n" % (
        5, request.body[:5], len(request.body) - 5, request.body[5:]
    )  # fmt: skip
    assert ask(exchange, head + body).status == 200
    assert exchange.journal.of(key)[-1].request.body == request.body


def test_a_compressed_body_is_judged_as_it_travelled(exchange, key):
    request = signed(exchange, key, "POST", b"/v1/orders", b"\x1f\x8b\x08 no gzip at all")
    reply = ask(exchange, travelling(request, b"Content-Encoding: gzip"))
    assert (reply.status, reply.code) == (400, "invalid_request")
    assert exchange.journal.of(key)[-1].request.body == request.body


def test_expect_continue_is_answered_before_the_body_is_sent(exchange, key):
    data = travelling(an_order(exchange, key), b"Expect: 100-continue")
    head, mark, body = data.partition(b"\r\n\r\n")
    with Caller(exchange.port) as caller:
        caller.send(head + mark)
        assert caller.until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue"
        assert caller.send(body).reply().status == 200


def test_pipelined_requests_are_judged_and_answered_in_their_order(exchange, key):
    first, second = exchange.last_nonce(key) + 10**6, exchange.last_nonce(key) + 10**6 + 1
    both = travelling(signed(exchange, key, nonce=first)) + travelling(signed(exchange, key, nonce=second))
    with Caller(exchange.port) as caller:
        caller.send(both)
        assert [caller.reply().status, caller.reply().status] == [200, 200]
    assert [entry.fields.nonce for entry in exchange.journal.of(key)] == [str(first), str(second)]


def test_requests_of_one_connection_bear_its_number(exchange, key):
    with Caller(exchange.port) as caller:
        for _ in range(2):
            caller.send(travelling(signed(exchange, key))).reply()
    ask(exchange, signed(exchange, key))
    first, second, third = (entry.connection for entry in exchange.journal.of(key))
    assert first == second != third


def test_a_head_request_is_told_the_length_and_nothing_else(exchange):
    with Caller(exchange.port) as caller:
        caller.send(b"HEAD /v1/time HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        reply = caller.reply(bodiless=True)
        assert reply.status == 405
        assert int(reply.headers["content-length"]) > 0
        assert caller.rest() == b""


@pytest.mark.parametrize("line", [b"OPTIONS * HTTP/1.1", b"PATCH /v1/time HTTP/1.1", b"CONNECT a.b:443 HTTP/1.1"])
def test_a_strange_method_gets_a_documented_refusal(exchange, line):
    reply = ask(exchange, line + b"\r\nHost: x\r\n\r\n")
    assert reply.status in (404, 405)
    assert reply.headers["content-type"] == "application/problem+json"


def test_an_upgrade_is_declined_and_the_request_served(exchange):
    asked = b"GET /v1/time HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    with Caller(exchange.port) as caller:
        assert caller.send(asked).reply().status == 200


def test_http_1_0_is_told_whether_the_connection_stays(exchange):
    with Caller(exchange.port) as caller:
        caller.send(b"GET /v1/time HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        assert caller.reply().headers["connection"] == "keep-alive"
        caller.send(b"GET /v1/time HTTP/1.0\r\n\r\n")
        assert caller.reply().headers["connection"] == "close"
        assert caller.rest() == b""


def test_connection_close_is_obeyed(exchange):
    with Caller(exchange.port) as caller:
        caller.send(b"GET /v1/time HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert caller.reply().headers["connection"] == "close"
        assert caller.rest() == b""


def test_the_date_follows_the_servers_clock(exchange):
    asked = b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n"
    exchange.clock.freeze(784111777000)
    try:
        reply = ask(exchange, asked)
    finally:
        exchange.clock.set_offset(ms=0)
    assert reply.headers["date"] == "Sun, 06 Nov 1994 08:49:37 GMT"
    assert reply.json == {"server_time": 784111777000}


def test_a_body_of_exactly_the_limit_is_read_and_one_byte_more_is_refused(exchange, key):
    limit = exchange.dialect.body_limit
    padded = json.dumps(ORDER).encode().ljust(limit)
    assert ask(exchange, signed(exchange, key, "POST", b"/v1/orders", padded)).status == 200
    reply = ask(exchange, signed(exchange, key, "POST", b"/v1/orders", padded + b" "))
    assert (reply.status, reply.code) == (413, "too_large")
    assert reply.headers["connection"] == "close"


def test_a_body_announced_too_large_is_refused_before_it_is_sent(exchange):
    head = b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n"
    reply = ask(exchange, head)
    assert (reply.status, reply.code) == (413, "too_large")


def test_a_chunked_body_without_end_is_refused_at_the_limit(exchange):
    head = b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    reply = ask(exchange, head + chunk * 17)
    assert (reply.status, reply.code) == (413, "too_large")


def test_a_client_that_goes_away_in_the_middle_of_its_body_leaves_a_page_and_no_effect(exchange, key):
    data = travelling(an_order(exchange, key))
    before = exchange.journal.last_number
    with Caller(exchange.port) as caller:
        caller.send(data[:-5])
    assert exchange.journal.wait_past(before, timeout_s=30)
    entry = exchange.journal.since(before)[0]
    assert (entry.unreadable, entry.answer, entry.judged) == (entry.request.body, None, 0)
    assert exchange.orders(key) == ()
    assert exchange.own_faults == ()


def test_a_body_that_never_comes_is_not_waited_for_for_ever():
    from mockserver import Settings

    with MockExchange(settings=Settings(body_s=0.05)) as impatient:
        head = b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
        reply = ask(impatient, head + b"123")
        assert (reply.status, reply.code) == (400, "invalid_request")


def test_a_head_that_never_ends_is_not_waited_for_for_ever():
    from mockserver import Settings

    with MockExchange(settings=Settings(keep_alive_s=0.2, head_s=0.2)) as impatient, Caller(impatient.port) as caller:
        started = time.monotonic()
        caller.send(b"GET /v1/time HTTP/1.1\r\nHost: x\r\n")
        assert caller.rest() == b""
        assert time.monotonic() - started < 5
