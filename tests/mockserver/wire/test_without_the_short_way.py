"""Where aiohttp's inside is not as we know it, every request takes aiohttp's own way and is served all the same."""

import pytest

from mockserver import MockExchange
from mockserver.wire import line
from tests.mockserver.raw_client import Caller, an_order, ask, signed, travelling


@pytest.fixture(scope="module")
def exchange():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line, "_KNOWN_INSIDE", ("_something_else",))
        with MockExchange("reference") as running:
            yield running
            assert running.own_faults == ()


def test_private_and_public_requests_are_served_on_one_line(exchange):
    key = exchange.create_key(private_venue=True)
    with Caller(exchange.port) as caller:
        for request in (signed(exchange, key), an_order(exchange, key), signed(exchange, key)):
            assert caller.send(travelling(request)).reply().status == 200
        assert caller.send(b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n").reply().status == 200
    assert len(exchange.orders(key)) == 1


def test_what_is_no_http_is_refused(exchange):
    reply = ask(exchange, b"nonsense at all\r\n\r\n")
    assert (reply.status, reply.code) == (400, "invalid_request")


def test_faults_strike(exchange):
    key = exchange.create_key()
    fault = exchange.faults.add(key=key, fault="status", status=502)
    assert ask(exchange, signed(exchange, key)).status == 502
    assert fault.struck == 1
