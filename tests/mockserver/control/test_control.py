"""Control over HTTP: what can be steered below /_noncense/, and who is let in."""

import http.client
import json

import pytest

from mockserver import MockExchange, Settings, SettingsError
from tests.mockserver.raw_client import an_order, ask, signed


@pytest.fixture(scope="module")
def exchange():
    with MockExchange("reference") as running:
        yield running
        assert running.own_faults == ()


def control(exchange, method, room, body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", exchange.port, timeout=30)
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body)
    connection.request(
        method, f"/_noncense/{room}", data, {name.replace("_", "-"): value for name, value in headers.items()}
    )
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    return response.status, json.loads(answer) if answer else None


def test_health_says_what_is_played(exchange):
    status, health = control(exchange, "GET", "health")
    assert status == 200
    assert (health["status"], health["dialect"], health["profile"]) == ("ok", "reference", "documented")


def test_a_secret_is_shown_once(exchange):
    status, created = control(exchange, "POST", "keys", {"permissions": ["read"], "balances": {"BTC": "7"}})
    assert status == 201
    secret = created["secret"]
    for room in ("keys", f"keys/{created['key']}", "journal?limit=1000", "health", "market"):
        assert secret not in json.dumps(control(exchange, "GET", room))
    described = control(exchange, "GET", f"keys/{created['key']}")[1]
    assert (described["state"], described["permissions"], described["last_nonce"]) == ("active", ["read"], "0")


def test_a_key_made_over_http_works(exchange):
    created = control(exchange, "POST", "keys", {"balances": {"BTC": "7"}, "last_nonce": "99"})[1]
    from mockserver import KeyHandle

    key = KeyHandle(key=created["key"], secret=created["secret"], permissions=frozenset({"read"}), account=1)
    assert ask(exchange, signed(exchange, key, nonce=99)).status == 403
    assert ask(exchange, signed(exchange, key, nonce=100)).json["BTC"]["available"] == "7.00000000"


def test_a_key_is_changed_and_revoked(exchange):
    name = control(exchange, "POST", "keys", {})[1]["key"]
    assert control(exchange, "POST", f"keys/{name}", {"state": "pending", "last_nonce": 5})[1]["state"] == "pending"
    assert exchange.last_nonce(name) == 5
    assert control(exchange, "POST", f"keys/{name}", {"frozen": True})[1]["frozen"] is True
    assert control(exchange, "DELETE", f"keys/{name}")[1]["state"] == "revoked"
    assert control(exchange, "GET", "keys/nobody")[0] == 404


def test_the_clock_is_shifted_stepped_frozen_and_set_going(exchange):
    try:
        assert control(exchange, "POST", "clock", {"freeze": 1_000_000})[1]["now_ms"] == 1_000_000
        assert control(exchange, "POST", "clock", {"shift_ms": -500})[1]["now_ms"] == 999_500
        assert control(exchange, "POST", "clock", {"step_to_ms": 5_000})[1] == control(exchange, "GET", "clock")[1]
        assert control(exchange, "GET", "clock")[1]["frozen"] is True
        assert control(exchange, "POST", "clock", {"run": True})[1]["frozen"] is False
        assert control(exchange, "POST", "clock", {"offset_ms": 60_000})[1]["offset_ms"] == 60_000
    finally:
        exchange.clock.set_offset(ms=0)


def test_a_fault_is_planned_counted_and_removed(exchange):
    key = exchange.create_key()
    asked = {"fault": "status", "at": "before_gate", "key": key.key, "operation": "place_order", "status": 502}
    status, planned = control(exchange, "POST", "faults", asked)
    assert (status, planned["struck"]) == (201, 0)
    assert ask(exchange, an_order(exchange, key)).status == 502
    assert control(exchange, "GET", f"faults/{planned['id']}")[1]["struck"] == 1
    assert planned["id"] in [fault["id"] for fault in control(exchange, "GET", "faults")[1]["faults"]]
    assert control(exchange, "DELETE", f"faults/{planned['id']}")[0] == 200
    assert control(exchange, "GET", f"faults/{planned['id']}")[0] == 404


def test_all_faults_are_cleared_at_once(exchange):
    key = exchange.create_key()
    control(exchange, "POST", "faults", {"fault": "status", "at": "before_gate", "times": None})
    assert ask(exchange, signed(exchange, key)).status == 503
    control(exchange, "DELETE", "faults")
    assert ask(exchange, signed(exchange, key)).status == 200


def test_the_journal_tells_the_stages_of_one_key(exchange):
    key = exchange.create_key()
    ask(exchange, signed(exchange, key))
    ask(exchange, an_order(exchange, key))
    told = control(exchange, "GET", f"journal?key={key.key}")[1]
    first, second = told["entries"]
    assert first["verdict"]["accepted"] is True
    assert first["verdict"]["stages"]["string_to_sign"].startswith("GET\n/v1/balances\n")
    assert second["effects"][0]["kind"] == "order_placed"
    later = control(exchange, "GET", f"journal?since={first['number']}&limit=1")[1]
    assert [entry["number"] for entry in later["entries"]] == [first["number"] + 1]


def test_the_market_and_the_limits_are_shown_and_switched(exchange):
    names = [market["market"] for market in control(exchange, "GET", "market")[1]["markets"]]
    assert "BTC/USDT" in names
    try:
        assert control(exchange, "POST", "limits", {"maintenance": True, "rate_limits": True})[1]["maintenance"] is True
        assert ask(exchange, b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n").status == 503
        assert exchange.rate_limits is True
    finally:
        control(exchange, "POST", "limits", {"maintenance": False, "rate_limits": False})
    assert ask(exchange, b"GET /v1/time HTTP/1.1\r\nHost: x\r\n\r\n").status == 200


def test_everything_is_described(exchange):
    described = control(exchange, "GET", "openapi.json")[1]
    for room in ("keys", "clock", "faults", "journal", "market", "limits", "health", "openapi.json"):
        assert f"/_noncense/{room}" in described["paths"]
    lobby = control(exchange, "GET", "")[1]
    assert lobby["described"] in described["paths"]
    assert set(lobby["rooms"]) == {path.split("/")[2] for path in described["paths"]} - {""}


@pytest.mark.parametrize(
    ("method", "room", "body", "status"),
    [
        ("GET", "nowhere", None, 404),
        ("GET", "keys/", None, 404),
        ("GET", "health?colour=red", None, 400),
        ("POST", "keys/nobody/deposits", {"currency": "BTC", "amount": "1"}, 404),
        ("GET", "journal?refusal=nonsense", None, 400),
        ("GET", "journal?wait=-1", None, 400),
        ("GET", "market/NO-SUCH", None, 404),
        ("POST", "faults", {"fault": "status", "endpoint": "nowhere"}, 400),
        ("POST", "clock", {"drift_ppm": -2000000}, 400),
        ("POST", "clock", {"forget": True}, 400),
        ("POST", "clock", {"run": True, "key": "nobody"}, 404),
        ("POST", "limits", {"rules": {"nowhere": False}}, 400),
        ("POST", "profile", {"habits": {"no": "such"}}, 400),
        ("PUT", "keys", {}, 405),
        ("DELETE", "clock", None, 405),
        ("POST", "keys", b"{", 400),
        ("POST", "keys", b"[]", 400),
        ("POST", "keys", b"\xff", 400),
        ("POST", "keys", {"permissions": ["fly"]}, 400),
        ("POST", "keys", {"permissions": "read"}, 400),
        ("POST", "keys", {"balances": {"XXX": "1"}}, 400),
        ("POST", "keys", {"balances": {"BTC": "-1"}}, 400),
        ("POST", "keys", {"addresses": ["here"]}, 400),
        ("POST", "keys", {"last_nonce": "x"}, 400),
        ("POST", "keys", {"colour": "red"}, 400),
        ("POST", "clock", {}, 400),
        ("POST", "clock", {"shift_ms": 1, "run": True}, 400),
        ("POST", "clock", {"shift_ms": "soon"}, 400),
        ("POST", "faults", {"fault": "explode"}, 400),
        ("POST", "faults", {"fault": "reset", "times": "often"}, 400),
        ("GET", "faults/x", None, 404),
        ("GET", "journal?since=x", None, 400),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(exchange, method, room, body, status):
    answered, said = control(exchange, method, room, body)
    assert answered == status
    assert isinstance(said["error"], str)


def test_control_is_not_an_exchange_request(exchange):
    before = exchange.journal.last_number
    control(exchange, "GET", "health")
    assert exchange.journal.last_number == before


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1:80", "", "[::2]"])
def test_a_host_that_is_not_local_is_turned_away(exchange, host):
    assert control(exchange, "GET", "keys", Host=host)[0] == 403


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1234", "[::1]:99", "LOCALHOST"])
def test_a_local_host_is_let_in(exchange, host):
    assert control(exchange, "GET", "keys", Host=host)[0] == 200


def test_web_pages_of_other_places_are_turned_away(exchange):
    assert control(exchange, "POST", "keys", {}, Origin="https://evil.example")[0] == 403
    assert control(exchange, "POST", "keys", {}, Origin="http://localhost:3000")[0] == 201


def test_a_token_is_required_once_there_is_one():
    with MockExchange(settings=Settings(control_token="let me in")) as guarded:
        assert control(guarded, "GET", "health")[0] == 403
        assert control(guarded, "GET", "health", X_Noncense_Token="let me out")[0] == 403
        assert control(guarded, "GET", "health", X_Noncense_Token="let me in")[0] == 200
        assert control(guarded, "GET", "health", Authorization="Bearer let me in", Host="far.example")[0] == 200


def test_beyond_loopback_there_is_no_exchange_without_a_token():
    with pytest.raises(SettingsError, match="token"):
        Settings(host="192.0.2.1")
    assert Settings(host="192.0.2.1", control_token="x").on_loopback is False
