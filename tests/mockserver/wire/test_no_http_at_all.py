"""Bytes that are no HTTP request get a documented refusal and a page in the journal, never an error of our own."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver import DIALECT_NAMES, MockExchange
from tests.mockserver.raw_client import Caller, ask


@pytest.fixture(scope="module")
def exchange():
    with MockExchange("reference") as running:
        yield running


RUBBISH = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64) + b"\r\n\r\n",
    b"GET /v1/time HTTP/9.9x\r\n\r\n",
    b"GET /v1/ti me HTTP/1.1\r\n\r\n",
    b"GET /v1/time HTTP/1.1\r\nno colon\r\n\r\n",
    b"GET /v1/time HTTP/1.1\r\nHost : x\r\n\r\n",
    b"GET /v1/time HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n",
    b"GET /v1/time HTTP/1.1\r\nX: \x00\r\n\r\n",
    b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 2\r\n\r\nab",
    b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nab\r\n",
    b"\r\n\r\n\r\nnonsense\r\n\r\n",
]


@pytest.mark.parametrize("data", RUBBISH)
def test_rubbish_is_refused_in_the_dialects_words(exchange, data):
    before = exchange.journal.last_number
    with Caller(exchange.port) as caller:
        reply = caller.send(data).reply()
        assert (reply.status, reply.code) == (400, "invalid_request")
        assert caller.rest() == b""
    entry = exchange.journal.since(before)[0]
    assert entry.unreadable
    assert entry.answer.status == 400
    assert exchange.own_faults == ()


@pytest.mark.parametrize(
    "data",
    [
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /v1/time HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 20_000 + b"\r\n\r\n",
    ],
    ids=["target", "header"],
)
def test_a_line_too_long_for_a_head_is_refused_as_too_large(exchange, data):
    reply = ask(exchange, data)
    assert (reply.status, reply.code) == (431, "too_large")


def test_too_many_headers_are_refused_and_not_kept(exchange):
    data = b"GET /v1/time HTTP/1.1\r\n" + b"X: y\r\n" * 5000 + b"\r\n"
    assert ask(exchange, data).status in (400, 431)


@pytest.mark.parametrize("name", DIALECT_NAMES)
def test_no_dialect_answers_rubbish_with_a_5xx(name):
    with MockExchange(name) as running:
        for data in RUBBISH[:4]:
            assert ask(running, data).status < 500
        assert running.own_faults == ()


def test_the_exchange_serves_on_after_rubbish(exchange):
    ask(exchange, RUBBISH[0])
    assert ask(exchange, b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n").status == 200


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(
        st.binary(max_size=200),
        st.builds(
            lambda method, target, headers, body: (
                method + b" /" + target + b" HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n\r\n" + body
            ),
            st.sampled_from([b"GET", b"POST", b"HEAD", b"get", b"PO\x00T"]),
            st.binary(max_size=60),
            st.binary(max_size=60),
            st.binary(max_size=60),
        ),
    )
)
def test_no_bytes_make_the_exchange_fail(exchange, data):
    with Caller(exchange.port) as caller:
        caller.send(data + b"\r\n\r\n")
        caller.socket.shutdown(1)
        answer = caller.rest()
    assert b"HTTP/1.1 5" not in answer
    assert exchange.own_faults == ()
    assert ask(exchange, b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n").status == 200
