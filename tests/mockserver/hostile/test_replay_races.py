"""The same signed request on many connections at once is accepted on one of them."""

import socket

import pytest

from mockserver import DIALECT_NAMES, MockExchange, Settings
from signer import Request, sign
from tests.mockserver.hostile.siege import QUIET, quiet
from tests.mockserver.raw_client import ORDER, an_order, signed, travelling

CONNECTIONS = 32


def shout(port: int, data: bytes, held_back: int = 1) -> list[bytes]:
    """Send the same bytes on every connection, all but the last few first, and return what each heard."""
    lines = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(CONNECTIONS)]
    try:
        for line in lines:
            line.sendall(data[:-held_back])
        for line in lines:
            line.sendall(data[-held_back:])
        return [line.recv(65536) for line in lines]
    finally:
        for line in lines:
            line.close()


@pytest.mark.parametrize("name", DIALECT_NAMES)
def test_a_request_that_comes_on_32_connections_is_accepted_once(name):
    with MockExchange(settings=Settings(dialect=name, single_use_nonces=True)) as exchange:
        key = exchange.create_key()
        heard = shout(exchange.port, quiet(exchange, key))
        assert all(answer.startswith(b"HTTP/1.1 ") for answer in heard)
        entries = exchange.journal.of(key)
        assert len(entries) == CONNECTIONS
        assert [entry.refused is None for entry in entries].count(True) == 1


@pytest.mark.parametrize("held_back", [1, 20, 200])
def test_an_order_that_comes_on_32_connections_is_placed_once(exchange, held_back):
    key = exchange.create_key(private_venue=True)
    heard = shout(exchange.port, travelling(an_order(exchange, key)), held_back)
    assert sum(answer.startswith(b"HTTP/1.1 200 ") for answer in heard) == 1
    assert len(exchange.orders(key)) == 1


def test_an_order_in_chunks_and_one_with_a_length_share_their_nonce(exchange):
    key = exchange.create_key(private_venue=True)
    request = an_order(exchange, key)
    head = travelling(request, b"Transfer-Encoding: chunked", framing=False)[: -len(request.body)]
    chunked = head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(request.body), request.body)
    heard = [*shout(exchange.port, chunked, 5), *shout(exchange.port, travelling(request))]
    assert sum(answer.startswith(b"HTTP/1.1 200 ") for answer in heard) == 1
    assert len(exchange.orders(key)) == 1


def test_a_nonce_spent_by_one_request_is_spent_for_another(exchange):
    key = exchange.create_key(private_venue=True)
    nonce = 10**15
    first = travelling(signed(exchange, key, nonce=nonce))
    second = travelling(signed(exchange, key, "POST", b"/v1/orders", ORDER, nonce=nonce))
    heard = [*shout(exchange.port, first), *shout(exchange.port, second)]
    assert sum(answer.startswith(b"HTTP/1.1 200 ") for answer in heard) == 1
    assert exchange.orders(key) == ()


def test_a_target_that_is_respelled_on_the_way_is_not_what_was_signed(exchange):
    key = exchange.create_key()
    request = signed(exchange, key, target=b"/v1/orders?market=BTC%2FUSDT")
    for target in (b"/v1/orders?market=BTC/USDT", b"/v1/orders?market=BTC%2fUSDT", b"/v1/orders?market=BTC%2FUSDT&"):
        respelled = Request(method="GET", target=target, headers=request.headers)
        assert shout(exchange.port, travelling(respelled))[0].startswith(b"HTTP/1.1 403 ")
    assert shout(exchange.port, travelling(request))[0].startswith(b"HTTP/1.1 ")
    assert [entry.refused is None for entry in exchange.journal.of(key)].count(True) == 1


def test_the_single_use_of_random_nonces_is_a_setting(besieged):
    """Bitunix documents no such check; whoever asks for it gets it, and the others do not."""
    scheme = besieged.dialect.scheme
    if scheme.nonce_rule.rising:
        return
    key = besieged.create_key()
    request = sign(
        scheme, QUIET["bitunix"], key.credentials, nonce="a" * 32, timestamp_ms=besieged.clock.now_ms()
    ).request
    shout(besieged.port, travelling(request))
    assert all(entry.refused is None for entry in besieged.journal.of(key))
