"""Answers in the coding that a client asks for, where the original does so; the journal keeps them plain."""

import gzip
import zlib

import pytest

from mockserver import MockExchange, Settings
from mockserver.core.answers import Answer
from mockserver.wire.coding import coded_for
from signer import Request
from tests.mockserver.raw_client import Caller, ask

TICKER = {
    "reference": b"/v1/order-book?market=BTC/USDT",
    "poloniex": b"/public?command=returnTicker",
    "exmo": b"/v1.1/ticker",
    "bitunix": b"/api/spot/v1/market/last_price?symbol=BTCUSDT",
}
LONG = Answer(status=200, body=b'{"a":"' + b"b" * 500 + b'"}', headers=(("X", "y"),))


def asking(path: bytes, *lines: bytes, method: bytes = b"GET") -> bytes:
    return method + b" " + path + b" HTTP/1.1\r\nHost: x\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


def chosen(*values: bytes) -> str | None:
    request = Request(method="GET", target=b"/", headers=tuple((b"accept-encoding", value) for value in values))
    return dict(coded_for(LONG, request).headers).get("Content-Encoding")


@pytest.mark.parametrize(
    ("name", "does"), [("reference", False), ("poloniex", True), ("exmo", True), ("bitunix", False)]
)
def test_an_exchange_compresses_if_the_original_does(name, does):
    with MockExchange(name) as exchange, Caller(exchange.port) as caller:
        plain = caller.send(asking(TICKER[name])).reply()
        reply = caller.send(asking(TICKER[name], b"Accept-Encoding: gzip, deflate, br")).reply()
        assert reply.headers.get("content-encoding") == ("gzip" if does else None)
        assert (gzip.decompress(reply.body) if does else reply.body).startswith(plain.body[:20])
        assert "content-encoding" not in plain.headers
        assert exchange.journal.all()[-1].answer.body.startswith(plain.body[:20])


def test_it_can_be_switched_on_and_off():
    for name, compress in (("exmo", False), ("reference", True)):
        with MockExchange(settings=Settings(dialect=name, compress=compress)) as exchange:
            reply = ask(exchange, asking(TICKER[name], b"Accept-Encoding: gzip"))
            assert ("content-encoding" in reply.headers) is compress


def test_a_head_is_told_of_a_coding_and_gets_no_body():
    with MockExchange(settings=Settings(compress=True)) as exchange, Caller(exchange.port) as caller:
        asked = asking(TICKER["reference"], b"Accept-Encoding: gzip", method=b"HEAD")
        for _ in range(2):
            reply = caller.send(asked).reply(bodiless=True)
            assert reply.headers["content-encoding"] == "gzip"
            assert int(reply.headers["content-length"]) > 0
        assert caller.send(asking(b"/v1/time")).reply().status == 200


def test_an_answer_that_was_only_late_is_compressed_too():
    with MockExchange("exmo") as exchange:
        exchange.faults.add(fault="delay", ms=1, at="before_gate")
        reply = ask(exchange, asking(TICKER["exmo"], b"Accept-Encoding: gzip"))
        assert gzip.decompress(reply.body).startswith(b"{")


@pytest.mark.parametrize(
    ("values", "coding"),
    [
        ([b"gzip"], "gzip"),
        ([b"GZIP"], "gzip"),
        ([b"deflate"], "deflate"),
        ([b"deflate", b"gzip"], "gzip"),
        ([b"br, zstd"], None),
        ([b"*"], None),
        ([b"gzip;q=0"], None),
        ([b"gzip; q=0.5, deflate"], "gzip"),
        ([b"gzip;q=0, deflate"], "deflate"),
        ([b"gzip;q=nan"], None),
        ([b"gzip;q=-1"], None),
        ([b"gzip;x=1"], None),
        ([b"gzip;q=\xff"], None),
        ([b""], None),
        ([b"," * 5000 + b"gzip"], None),
        ([], None),
    ],
)
def test_a_coding_is_used_that_is_named_and_not_refused(values, coding):
    assert chosen(*values) == coding


def test_what_is_compressed_unpacks_to_what_was_said():
    for coding, unpack in ((b"gzip", gzip.decompress), (b"deflate", zlib.decompress)):
        request = Request(method="GET", target=b"/", headers=((b"Accept-Encoding", coding),))
        answer = coded_for(LONG, request)
        assert unpack(answer.body) == LONG.body
        assert answer.headers == (("X", "y"), ("Content-Encoding", coding.decode()), ("Vary", "Accept-Encoding"))


def test_what_is_short_or_has_no_body_stays_as_it_is():
    request = Request(method="GET", target=b"/", headers=((b"Accept-Encoding", b"gzip"),))
    for answer in (Answer(status=200, body=b"{}"), Answer(status=204, body=LONG.body)):
        assert coded_for(answer, request) is answer
