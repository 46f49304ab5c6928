"""What attackers leave behind has a bound: the journal weighs heads, bodies and answers alike."""

from mockserver import MockExchange, Settings
from mockserver.core.exchange import Exchange
from mockserver.dialects import dialect_named
from signer import Request
from tests.mockserver.hostile.siege import HOST, told
from tests.mockserver.raw_client import Caller

NOW = 1_700_000_000_000


def weight(journal):
    return sum(
        len(entry.request.body)
        + sum(len(name) + len(value) for name, value in entry.request.headers)
        + len(entry.unreadable)
        + (len(entry.answer.body) if entry.answer else 0)
        for entry in journal.all()
    )


def test_answers_are_weighed():
    exchange = Exchange(dialect_named("poloniex"), Settings(dialect="poloniex", journal_bytes=100_000))
    asked = Request(method="GET", target=b"/public?command=returnOrderBook&currencyPair=all&depth=100")
    for _ in range(200):
        assert len(exchange.handle(asked, NOW).answer.body) > 1000
    assert exchange.journal.total == 200
    assert 1 < len(exchange.journal.all()) < 100
    assert weight(exchange.journal) < 110_000


def test_heads_of_a_megabyte_push_one_another_out():
    head = b"GET /v1/time HTTP/1.1\r\n" + HOST + (b"X: " + b"a" * 8000 + b"\r\n") * 120 + b"\r\n"
    with MockExchange(settings=Settings(journal_bytes=5_000_000)) as exchange, Caller(exchange.port) as caller:
        for _ in range(30):
            assert caller.send(head).reply().status == 200
        assert exchange.journal.dropped >= 24
        assert weight(exchange.journal) <= 6_000_000


def test_bodies_and_rubbish_push_one_another_out():
    with MockExchange(settings=Settings(journal_bytes=2_000_000)) as exchange:
        for _ in range(20):
            told(exchange.port, b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 500000\r\n\r\n" + b"x" * 500_000)
            told(exchange.port, b"\x00" * 300_000 + b"\r\n\r\n")
        assert weight(exchange.journal) <= 2_600_000


def test_keys_that_nobody_has_are_forgotten_with_their_entries():
    exchange = Exchange(dialect_named("reference"), Settings(journal_entries=50, rate_limits=True))
    for number in range(500):
        headers = ((b"Api-Key", b"%d" % number), (b"Nonce", b"1"), (b"Timestamp", b"1"), (b"Sign", b"x"))
        exchange.handle(Request(method="GET", target=b"/v1/balances", headers=headers), NOW)
    assert len(exchange.journal.all()) == 50
    assert exchange.journal.of("0") == ()
    assert len(exchange.journal.of("499")) == 1
    assert exchange.nonces.last("499") == 0
