"""A second origin writes down whatever comes."""

import http.client

from mockserver import Canary, MockExchange
from tests.mockserver.raw_client import Caller, ask, signed


def port_of(url):
    return int(url.rsplit(":", 1)[1])


def test_a_canary_writes_down_every_request_as_it_travelled():
    with Canary() as canary:
        for number in range(2):
            connection = http.client.HTTPConnection("127.0.0.1", port_of(canary.url), timeout=30)
            connection.request("POST", f"/x?{number}", b"body", {"Sign": "abc"})
            assert connection.getresponse().read() == b'{"canary":true}'
            connection.close()
        first, second = canary.requests
    assert (first.method, first.target, first.body) == ("POST", b"/x?0", b"body")
    assert second.values(b"sign") == (b"abc",)


def test_a_canary_says_what_it_is_told_and_takes_rubbish():
    with Canary(body=b"<html>", status=404, content_type="text/html") as canary:
        with Caller(port_of(canary.url)) as caller:
            reply = caller.send(b"nonsense at all\r\n\r\n").reply()
        assert (reply.status, reply.body) == (404, b"<html>")
        canary.answer_with(b"{}")
        with Caller(port_of(canary.url)) as caller:
            assert caller.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").reply().body == b"{}"
        assert len(canary.requests) == 2


def test_a_redirect_leads_to_the_canary():
    with MockExchange() as exchange, Canary() as canary:
        key = exchange.create_key()
        exchange.faults.add(key=key, fault="redirect", status=308, location=canary.url + "/elsewhere")
        reply = ask(exchange, signed(exchange, key))
        assert reply.headers["location"] == canary.url + "/elsewhere"
        assert canary.requests == []
