"""Control is for who stands at the exchange's side: names, paths, bodies and settings that are meant to fool it."""

import json
import logging

import pytest

from mockserver import MockExchange, Settings, SettingsError
from tests.mockserver.hostile.siege import control, statuses, told
from tests.mockserver.raw_client import Caller, ask, signed

FOREIGN_HOSTS = [
    b"evil.example", b"127.0.0.1.nip.example", b"localhost.evil.example", b"localhost.", b".localhost",
    b"a.b.localhost", b"exmo.localhost.evil.example", b"-exmolocalhost", b"2130706433", b"0x7f.1",
    b"127.1", b"evil@127.0.0.1", b"127.0.0.1@evil", b"127.0.0.1#@evil", b"127.0.0.1/evil", b"evil?127.0.0.1",
    b"0.0.0.0", b"[", b"127.0.0.1:99999999", b"127.0.0.1:", b"127.0.0.1 evil", b"\xff", b"", b"[::2]", b"[::1",
    b"192.0.2.1",
]  # fmt: skip

PATHS = [
    b"//_noncense/keys", b"/_noncense%2fkeys", b"/%5Fnoncense/keys", b"/x/../_noncense/keys", b"/_NONCENSE/keys",
    b"/_noncense\\keys", b"/;/_noncense/keys", b"/_noncense", b"/_noncense;/keys",
]  # fmt: skip

NONSENSE = [
    ("POST", "keys", b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    ("POST", "keys", b"[" * 1_000_000),
    ("POST", "keys", b"{" + b'"a":1,' * 130_000 + b'"b":1}'),
    ("POST", "keys", b'{"balances":{"BTC":"1e400"}}'),
    ("POST", "keys", b'{"balances":{"BTC":{"a":1}}}'),
    ("POST", "keys", b'{"balances":{"BTC":NaN}}'),
    ("POST", "keys", b'{"key":"a\\r\\nX: y"}'),
    ("POST", "keys", b'{"key":"\\u20ac"}'),
    ("POST", "keys", b'{"key":""}'),
    ("POST", "keys", b'{"secret":"\\ud800"}'),
    ("POST", "keys", b'{"private_venue":"no"}'),
    ("POST", "keys", b'{"last_nonce":-5}'),
    ("POST", "keys", b'{"last_nonce":' + b"9" * 4000 + b"}"),
    ("POST", "keys", b'{"last_nonce":' + b"9" * 5000 + b"}"),
    ("POST", "keys", b'{"order_id_start":-5}'),
    ("POST", "keys", b'{"order_id_start":18446744073709551616}'),
    ("POST", "clock", b'{"freeze":' + b"9" * 4000 + b"}"),
    ("POST", "clock", b'{"freeze":[]}'),
    ("POST", "clock", b'{"freeze":false}'),
    ("POST", "clock", b'{"offset_ms":999999999999999999999}'),
    ("POST", "clock", b'{"run":1}'),
    ("POST", "limits", b'{"rate_limits":"no"}'),
    ("POST", "limits", b'{"maintenance":[]}'),
    ("POST", "faults", b'{"fault":"status","x":' + b"[" * 900 + b"]" * 900 + b"}"),
    ("POST", "faults", b'{"fault":"status","x":NaN}'),
    ("POST", "faults", b'{"fault":"delay","ms":"soon"}'),
    ("POST", "faults", b'{"fault":"delay","ms":1e400}'),
    ("POST", "faults", b'{"fault":"delay","ms":-5}'),
    ("POST", "faults", b'{"fault":"truncate","after":"x"}'),
    ("POST", "faults", b'{"fault":"status","status":99999}'),
    ("POST", "faults", b'{"fault":"status","status":true}'),
    ("POST", "faults", b'{"fault":"hold","count":0}'),
    ("POST", "faults", b'{"fault":"hold","order":["x"]}'),
    ("POST", "faults", b'{"fault":"slow_drip","piece":0}'),
    ("POST", "faults", b'{"fault":"refuse","refusal":"x"}'),
    ("POST", "faults", b'{"fault":"status","retry_after_date_ms":1e300}'),
    ("GET", "journal?since=" + "9" * 5000, b""),
    ("GET", "journal?since=-5", b""),
    ("GET", "journal?since=%EF%BC%91", b""),
    ("GET", "journal?limit=1_0", b""),
]


@pytest.fixture(scope="module")
def exchange():
    with MockExchange("reference") as running:
        yield running
        assert running.own_faults == ()


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_name_that_is_not_this_machines_own_is_turned_away(exchange, host):
    status, said = control(exchange.port, "GET", "keys", None, b"Host: " + host)
    assert (status, "keys" in said) in ((403, False), (400, False))


@pytest.mark.parametrize("host", [b"127.0.0.1", b"127.9.9.9:80", b"LocalHost:1", b"[::1]", b"[::1]:65535"])
def test_a_name_of_this_machine_is_let_in(exchange, host):
    assert control(exchange.port, "GET", "keys", None, b"Host: " + host)[0] == 200


@pytest.mark.parametrize("origin", [b"null", b"http://[", b"file://", b"http://localhost.evil", b"x://localhost", b""])
def test_a_page_of_another_origin_is_turned_away(exchange, origin):
    assert control(exchange.port, "GET", "keys", None, b"Host: 127.0.0.1", b"Origin: " + origin)[0] == 403


def test_two_hosts_or_none_are_not_let_in(exchange):
    assert statuses(told(exchange.port, b"GET /_noncense/keys HTTP/1.0\r\n\r\n")) == [403]
    both = b"GET /_noncense/keys HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil\r\n\r\n"
    assert statuses(told(exchange.port, both)) == [400]


@pytest.mark.parametrize("path", PATHS)
def test_no_other_spelling_of_the_path_leads_to_control(exchange, path):
    answer = told(exchange.port, b"GET " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert statuses(answer) == [404]
    assert b'"keys"' not in answer


@pytest.mark.parametrize("ending", [b"", b"Connection: close\r\n"], ids=["the short way", "the long way"])
def test_the_absolute_form_leads_where_its_path_leads_and_no_further(exchange, ending):
    before = exchange.journal.last_number
    for host, status in ((b"evil", 403), (b"127.0.0.1", 200)):
        data = b"GET http://elsewhere/_noncense/keys HTTP/1.1\r\nHost: " + host + b"\r\n" + ending + b"\r\n"
        assert statuses(told(exchange.port, data)) == [status]
    assert exchange.journal.last_number == before


@pytest.mark.parametrize(("method", "room", "body"), NONSENSE, ids=[f"{m} {r[:14]} {b[:40]!r}" for m, r, b in NONSENSE])
def test_nonsense_is_refused_in_one_line_and_leaves_nothing_behind(exchange, method, room, body):
    before = exchange.journal.last_number
    status, said = control(exchange.port, method, room, body or None)
    assert (status, list(said)) == (400, ["error"])
    assert control(exchange.port, "GET", "faults")[1] == {"faults": []}
    assert control(exchange.port, "GET", "clock")[1]["offset_ms"] == 0
    assert exchange.journal.last_number == before
    assert exchange.rate_limits is False
    assert ask(exchange, signed(exchange, exchange.create_key())).status == 200


def test_a_number_that_is_nearly_a_faults_leads_nowhere(exchange):
    number = control(exchange.port, "POST", "faults", {"fault": "reset", "key": "nobody"})[1]["id"]
    try:
        for name in (f"{number:018d}2", "9" * 5000, "%C2%B2", "-1", "+1", "1.0"):
            assert control(exchange.port, "GET", f"faults/{name}")[0] == 404
            assert control(exchange.port, "DELETE", f"faults/{name}")[0] == 404
        assert control(exchange.port, "GET", f"faults/{number}")[0] == 200
    finally:
        control(exchange.port, "DELETE", "faults")


def test_the_clock_can_be_frozen_at_the_very_beginning(exchange):
    try:
        assert control(exchange.port, "POST", "clock", {"freeze": 0})[1] == {
            "now_ms": 0,
            "offset_ms": exchange.clock.offset_ms,
            "drift_ppm": 0,
            "frozen": True,
            "keys": {},
        }
    finally:
        exchange.clock.set_offset(ms=0)


def test_a_body_too_large_to_be_read_is_not_taken_for_none(exchange):
    keys = control(exchange.port, "GET", "keys")[1]
    assert control(exchange.port, "POST", "keys", b"x" * 2_000_000)[0] == 413
    assert control(exchange.port, "GET", "keys")[1] == keys


def test_a_grant_out_of_all_bounds_does_not_close_the_books_for_others(exchange):
    assert control(exchange.port, "POST", "keys", {"balances": {"BTC": "1e400"}})[0] == 400
    assert control(exchange.port, "POST", "keys", {"balances": {"BTC": "1"}})[0] == 201


def test_what_is_said_to_control_is_not_kept_even_if_it_breaks_off(exchange):
    before = exchange.journal.last_number
    head = b"POST /_noncense/keys HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Noncense-Token: hush\r\nContent-Length: 99\r\n\r\n"
    with Caller(exchange.port) as caller:
        caller.send(head + b'{"secret":"whispered"')
    assert ask(exchange, b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n").status == 200
    assert all(b"whispered" not in entry.request.body for entry in exchange.journal.since(before))


def test_no_secret_is_shown_twice_or_logged(exchange, caplog):
    caplog.set_level(logging.DEBUG)
    created = control(exchange.port, "POST", "keys", {})[1]
    handle = exchange.create_key()
    for secret in (created["secret"], handle.secret):
        for room in (
            "keys",
            f"keys/{created['key']}",
            "journal?limit=1000",
            "health",
            "limits",
            "openapi.json",
            secret,
        ):
            said = control(exchange.port, "GET", room)
            assert secret not in json.dumps(said) or room == secret
        assert secret not in caplog.text
        assert secret not in repr(handle)


EVERYWHERE = "0.0.0.0"  # noqa: S104 - that is the point


def test_beyond_loopback_nothing_is_answered_without_the_token():
    with pytest.raises(SettingsError, match="token"):
        Settings(host=EVERYWHERE)
    settings = Settings(host=EVERYWHERE, control_token="let me in")
    assert "let me in" not in repr(settings)
    with MockExchange(settings=settings) as guarded:
        for headers in ((), (b"X-Noncense-Token: ",), (b"X-Noncense-Token: let me i",), (b"Authorization: Bearer",)):
            status, said = control(guarded.port, "POST", "keys", {}, b"Host: 127.0.0.1", *headers)
            assert (status, "secret" in said) == (403, False)
        for header in (b"X-Noncense-Token: let me in", b"Authorization: bearer let me in"):
            assert control(guarded.port, "GET", "health", None, b"Host: far.example", header)[0] == 200
        assert control(guarded.port, "GET", "health", None, b"Host: far.example", header, b"Origin: http://x")[0] == 403
        assert b"let me in" not in b"".join(str(entry).encode() for entry in guarded.journal.all())
