"""Several exchanges at one address, told apart by the host that a request names, and by one clock."""

import asyncio
import json
import ssl

import pytest

from mockserver import MockExchange, MockExchanges, NotRunning, Settings, SettingsError
from signer import Request, sign
from tests.mockserver.raw_client import Caller, Reply, travelling

FORM = ((b"Content-Type", b"application/x-www-form-urlencoded"),)
MINE = {
    "poloniex": Request(method="POST", target=b"/tradingApi", headers=FORM, body=b"command=returnBalances"),
    "exmo": Request(method="POST", target=b"/v1.1/user_info", headers=FORM),
}


@pytest.fixture(scope="module")
def exchanges():
    with MockExchanges("poloniex", "exmo@0", "reference") as running:
        yield running
        assert all(exchange.own_faults == () for exchange in running.values())


def asked(port: int, host: bytes, target: bytes = b"/v1/time") -> Reply:
    with Caller(port) as caller:
        return caller.send(b"GET " + target + b" HTTP/1.1\r\nHost: " + host + b"\r\n\r\n").reply()


def balances(exchange: MockExchange, key, nonce: int) -> bytes:
    request = sign(exchange.dialect.scheme, MINE[exchange.dialect.name], key.credentials, nonce=nonce).request
    return travelling(request).replace(b"Host: 127.0.0.1", b"Host: " + exchange.dialect.hosts[0].encode())


@pytest.mark.parametrize(
    ("host", "name"),
    [
        (b"poloniex.com", "poloniex"),
        (b"POLONIEX.com:443", "poloniex"),
        (b"poloniex", "poloniex"),
        (b"poloniex.localhost:80", "poloniex"),
        (b"api.exmo.com", "exmo"),
        (b"api.exmo.me.", "exmo"),
        (b"reference.localhost", "reference"),
    ],
)
def test_a_request_goes_to_the_exchange_that_its_host_names(exchanges, host, name):
    before = {each: exchange.journal.last_number for each, exchange in exchanges.items()}
    assert asked(exchanges.port, host).status != 421
    after = {each: exchange.journal.last_number for each, exchange in exchanges.items()}
    assert {each for each in after if after[each] > before[each]} == {name}


@pytest.mark.parametrize(
    "host",
    [b"127.0.0.1", b"", b"elsewhere.example", b"poloniex.com.evil", b"poloniex.com:x", b":80", b"[::1]", b"\xff"],
)
def test_a_request_that_names_none_of_them_is_told_so_and_reaches_none(exchanges, host):
    before = [exchange.journal.last_number for exchange in exchanges.values()]
    reply = asked(exchanges.port, host)
    assert reply.status == 421
    assert json.loads(reply.body)["hosts"]["exmo"] == ["exmo.localhost", "exmo", "api.exmo.com", "api.exmo.me"]
    assert [exchange.journal.last_number for exchange in exchanges.values()] == before


def test_the_authority_of_an_absolute_target_counts_more_than_the_host(exchanges):
    before = exchanges["reference"].journal.last_number
    reply = asked(exchanges.port, b"poloniex.com", b"http://u@reference.localhost:80/v1/time?x=1")
    assert reply.status == 200
    assert exchanges["reference"].journal.last_number == before + 1
    assert asked(exchanges.port, b"poloniex.com", b"http://elsewhere.example/v1/time").status == 421


def test_one_connection_may_speak_with_all_of_them_one_after_the_other(exchanges):
    keys = {name: exchanges[name].create_key() for name in MINE}
    with Caller(exchanges.port) as caller:
        for nonce in range(1, 4):
            for name, key in keys.items():
                assert caller.send(balances(exchanges[name], key, nonce)).reply().status == 200
        burst = b"".join(balances(exchanges[name], key, 9) for name, key in keys.items())
        caller.send(burst + b"GET /v1/time HTTP/1.1\r\nHost: nobody\r\n\r\n" + burst)
        assert [caller.reply().status for _ in range(5)] == [200, 200, 421, 422, 200]
    for name, key in keys.items():
        refused = [entry.refused is not None for entry in exchanges[name].journal.of(key)]
        assert refused == [False] * 4 + [True]


def test_a_body_for_nobody_is_not_waited_for(exchanges):
    with Caller(exchanges.port) as caller:
        caller.send(b"POST / HTTP/1.1\r\nHost: nobody\r\nContent-Length: 1000\r\n\r\nab")
        assert caller.reply().status == 421
        caller.socket.shutdown(1)
        assert caller.rest() == b""


def test_rubbish_is_answered_by_whom_it_names_and_else_by_the_first(exchanges):
    for host, name in ((b"api.exmo.com", "exmo"), (b"nobody", "poloniex")):
        before = exchanges[name].journal.last_number
        with Caller(exchanges.port) as caller:
            caller.send(b"GET / HTTP/1.1\r\nHost: " + host + b"\r\nno colon\r\n\r\n")
            assert caller.reply().status in (200, 400)
            assert caller.rest() == b""
        assert exchanges[name].journal.since(before)[0].unreadable


def test_an_exchange_with_a_port_of_its_own_answers_there_whatever_the_host(exchanges):
    port = exchanges["exmo"].port
    assert port != exchanges.port
    assert exchanges["exmo"].url == f"http://127.0.0.1:{port}"
    before = exchanges["exmo"].journal.last_number
    assert asked(port, b"poloniex.com", b"/v1.1/ticker").status == 200
    assert exchanges["exmo"].journal.last_number == before + 1


def test_one_without_is_called_by_a_name_below_localhost(exchanges):
    assert exchanges["poloniex"].url == f"http://poloniex.localhost:{exchanges.port}"
    assert exchanges.url == f"http://127.0.0.1:{exchanges.port}"
    assert list(exchanges) == ["poloniex", "exmo", "reference"]
    assert len(exchanges) == 3


def test_each_is_controlled_below_its_own_name(exchanges):
    for name in exchanges:
        reply = asked(exchanges.port, f"{name}.localhost:{exchanges.port}".encode(), b"/_noncense/health")
        assert (reply.status, json.loads(reply.body)["dialect"]) == (200, name)
    assert asked(exchanges.port, b"poloniex.com", b"/_noncense/health").status == 403
    assert asked(exchanges.port, b"127.0.0.1", b"/_noncense/health").status == 421


def test_they_live_by_one_clock(exchanges):
    try:
        exchanges["exmo"].clock.freeze(1_700_000_000_000)
        for name in exchanges:
            assert exchanges[name].clock.now_ms() == 1_700_000_000_000
            reply = asked(exchanges.port, name.encode())
            assert reply.headers["date"] == "Tue, 14 Nov 2023 22:13:20 GMT"
        assert asked(exchanges.port, b"nobody").headers["date"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    finally:
        exchanges["exmo"].clock.set_offset(ms=0)


def test_a_fault_planned_at_one_strikes_that_one_alone(exchanges):
    exchanges["exmo"].faults.add(fault="status", status=503, at="before_gate")
    assert asked(exchanges.port, b"poloniex.com", b"/public?command=returnTicker").status == 200
    assert asked(exchanges.port, b"api.exmo.com", b"/v1.1/ticker").status == 503
    assert asked(exchanges.port, b"api.exmo.com", b"/v1.1/ticker").status == 200


def test_one_certificate_is_for_every_name_of_all_of_them():
    with MockExchanges("poloniex", "exmo@0", tls=True) as exchanges:
        context = ssl.create_default_context(cafile=exchanges.ca_file)
        for host in ("poloniex.com", "api.exmo.me", "exmo.localhost", "127.0.0.1"):
            plain = Caller(exchanges.port)
            with plain.socket, context.wrap_socket(plain.socket, server_hostname=host) as line:
                line.sendall(f"GET /v1.1/ticker HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                status = line.recv(100)[:12]
                assert status.startswith(b"HTTP/1.1 421" if host == "127.0.0.1" else b"HTTP/1.1 ")
        assert exchanges["exmo"].url.startswith("https://127.0.0.1:")
        assert exchanges["poloniex"].url.startswith("https://poloniex.localhost:")


def test_what_one_of_them_keeps_outlives_it_and_the_others_do_not_wait_for_it(tmp_path):
    told = [
        Settings(dialect="poloniex", port=None, store=f"sqlite:{tmp_path / 'poloniex.db'}"),
        Settings(dialect="exmo", port=None),
    ]
    with MockExchanges(*told) as exchanges, Caller(exchanges.port) as caller:
        keys = {name: exchanges[name].create_key() for name in exchanges}
        for nonce in range(1, 4):
            caller.send(b"".join(balances(exchanges[name], key, nonce) for name, key in keys.items()))
            assert [caller.reply().status for _ in keys] == [200, 200]
    with MockExchanges(*told) as exchanges:
        assert exchanges["poloniex"].last_nonce(keys["poloniex"]) == 3
        assert exchanges["exmo"].last_nonce(keys["exmo"]) == 0


def test_they_run_in_a_loop_too_and_end_there():
    async def main() -> int:
        async with MockExchanges("reference", "exmo@0") as exchanges:
            reader, writer = await asyncio.open_connection("127.0.0.1", exchanges.port)
            writer.write(b"GET /v1/time HTTP/1.1\r\nHost: reference\r\n\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.1 200")
            writer.close()
            return exchanges.port

    port = asyncio.run(main())
    with pytest.raises(ConnectionRefusedError):
        Caller(port)


@pytest.mark.parametrize("names", [(), ("exmo", "exmo"), ("mtgox",), ("exmo@x",), ("exmo@70000",), ("exmo@-1",)])
def test_what_makes_no_sense_is_refused(names):
    with pytest.raises(SettingsError):
        MockExchanges(*names)


def test_where_one_port_is_taken_none_of_them_is_left_behind(exchanges):
    with pytest.raises(OSError, match="in use"):
        MockExchanges("poloniex", f"exmo@{exchanges.port}").__enter__()
    stopped = MockExchanges("poloniex")
    with pytest.raises(NotRunning):
        _ = stopped.port


def test_an_exchange_by_itself_needs_a_port():
    with pytest.raises(SettingsError, match="needs a port"):
        MockExchange(settings=Settings(port=None))
