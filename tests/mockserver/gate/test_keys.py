"""Keys: whose they are, what they may, from where, until when, and what stands against them."""

import http.client
import json
from dataclasses import replace
from random import Random

import pytest

from mockserver import DIALECT_NAMES, MockExchange, Refusal, Settings, SettingsError, dialect_named
from mockserver.core.exchange import Exchange
from signer import Request, sign

NOW = 1_700_000_000_000
FORMS = {
    "reference": (r"[0-9a-f]{32}", r"[A-Za-z0-9_-]{64}"),
    "poloniex": (r"[A-Z0-9]{8}(-[A-Z0-9]{8}){3}", r"[0-9a-f]{128}"),
    "exmo": (r"K-[0-9a-f]{40}", r"S-[0-9a-f]{40}"),
    "bitunix": (r"[0-9a-f]{32}", r"[0-9a-f]{32}"),
}


@pytest.fixture
def exchange():
    return Exchange(dialect_named("reference"), Settings())


def call(exchange, key, target=b"/v1/balances", *, nonce=1, peer="127.0.0.1", method="GET"):
    request = Request(method=method, target=target)
    signed = sign(exchange.dialect.scheme, request, key.credentials, nonce=nonce, timestamp_ms=NOW).request
    return exchange.handle(signed, NOW, peer=peer)


def said(entry):
    return None if entry.refused is None else entry.refused.refusal


@pytest.mark.parametrize("name", DIALECT_NAMES)
def test_a_drawn_pair_has_the_documented_form_and_follows_from_the_seed(name):
    import re

    key, secret = FORMS[name]
    drawn = [dialect_named(name).new_credentials(Random(7)) for _ in range(2)]
    assert re.fullmatch(key, drawn[0].key)
    assert re.fullmatch(secret, drawn[0].secret)
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize("name", DIALECT_NAMES)
def test_a_new_key_may_not_withdraw(name):
    created = Exchange(dialect_named(name), Settings(dialect=name)).registry.create_key()
    assert created.permissions == {"read", "trade"}


# Nonces.


def test_keys_of_one_account_count_their_nonces_apart(exchange):
    first = exchange.registry.create_key()
    second = exchange.registry.create_key(account_of=first.credentials.key)
    assert first.account == second.account
    assert [said(call(exchange, key, nonce=9)) for key in (first, second)] == [None, None]
    assert said(call(exchange, first, nonce=9)) is Refusal.NONCE_NOT_INCREASING


def test_a_nonce_that_is_set_beforehand_counts_as_the_last(exchange):
    key = exchange.registry.create_key(last_nonce=2**62)
    assert said(call(exchange, key, nonce=2**62)) is Refusal.NONCE_NOT_INCREASING
    assert said(call(exchange, key, nonce=2**62 + 1)) is None


# From where.


@pytest.mark.parametrize(
    ("addresses", "peer", "allowed"),
    [
        (["10.0.0.0/8"], "10.255.255.255", True),
        (["10.0.0.0/8"], "11.0.0.0", False),
        (["10.1.2.3"], "10.1.2.3", True),
        (["10.1.2.3/8"], "10.9.9.9", True),
        (["10.1.2.3", "2001:db8::/32"], "2001:db8:ffff::1", True),
        (["2001:db8::/32"], "2001:db9::1", False),
        (["2001:db8::1"], "2001:0DB8:0:0:0:0:0:1", True),
        (["127.0.0.0/8"], "::ffff:127.0.0.1", True),
        (["::/0"], "::ffff:127.0.0.1", True),
        (["::/0"], "127.0.0.1", False),
        (["0.0.0.0/0"], "somewhere", False),
        ([], "somewhere", True),
    ],
)
def test_a_key_with_addresses_is_let_in_from_these_alone(exchange, addresses, peer, allowed):
    key = exchange.registry.create_key(addresses=addresses)
    assert said(call(exchange, key, peer=peer)) is (None if allowed else Refusal.ADDRESS_NOT_ALLOWED)


@pytest.mark.parametrize("address", ["10.0.0.0/33", "exchange.example", "10.0.0", "2001:db8::/129", ""])
def test_what_is_no_address_is_refused(exchange, address):
    with pytest.raises(SettingsError):
        exchange.registry.create_key(addresses=[address])


# Activation, revocation, deletion.


def test_a_pending_key_is_let_in_once_its_link_was_followed_and_the_link_is_good_for_once(exchange):
    key = exchange.registry.create_key(state="pending")
    assert said(call(exchange, key)) is Refusal.INACTIVE_KEY
    link = key.activation
    assert exchange.registry.activate(link) is key
    assert said(call(exchange, key)) is None
    with pytest.raises(SettingsError, match="no key waits"):
        exchange.registry.activate(link)


def test_an_active_key_has_no_link_and_nothing_is_nobodys_link(exchange):
    key = exchange.registry.create_key()
    assert key.activation == ""
    with pytest.raises(SettingsError, match="no key waits"):
        exchange.registry.activate("")


def test_links_of_two_keys_differ_and_no_repr_shows_one(exchange):
    first, second = (exchange.registry.create_key(state="pending") for _ in range(2))
    assert first.activation != second.activation
    assert first.activation not in repr(first)


def test_a_key_that_was_forgotten_is_as_unknown_as_any_and_its_name_is_free(exchange):
    key = exchange.registry.create_key(key="mine", secret="s", last_nonce=5)
    exchange.registry.forget("mine")
    assert said(call(exchange, key)) is Refusal.UNKNOWN_KEY
    again = exchange.registry.create_key(key="mine", secret="s")
    assert said(call(exchange, again)) is None


def test_what_a_key_may_can_be_changed_and_nothing_is_changed_by_half(exchange):
    key = exchange.registry.create_key()
    exchange.registry.change(key.credentials.key, permissions=["trade"], addresses=["10.0.0.0/8"])
    assert said(call(exchange, key)) is Refusal.ADDRESS_NOT_ALLOWED
    with pytest.raises(SettingsError):
        exchange.registry.change(key.credentials.key, permissions=["read"], addresses=["nowhere"])
    assert key.permissions == {"trade"}
    exchange.registry.change(key.credentials.key, addresses=[])
    assert said(call(exchange, key)) is Refusal.PERMISSION_DENIED


# Conditions: what has no cause here.


def test_a_condition_is_said_to_every_call_of_the_key_and_to_no_other_key(exchange):
    key = exchange.registry.create_key(conditions=["rejected"])
    other = exchange.registry.create_key(account_of=key.credentials.key)
    assert [said(call(exchange, one)) for one in (key, other)] == [Refusal.REJECTED, None]


def test_a_condition_of_one_endpoint_leaves_the_others_alone(exchange):
    key = exchange.registry.create_key(conditions=["rejected@GET /v1/balances"])
    assert said(call(exchange, key)) is Refusal.REJECTED
    assert said(call(exchange, key, b"/v1/orders", nonce=2)) is None


def test_a_condition_comes_after_the_nonce_is_spent_and_can_be_lifted(exchange):
    key = exchange.registry.create_key(conditions=["rejected"])
    call(exchange, key, nonce=5)
    exchange.registry.change(key.credentials.key, conditions=[])
    assert said(call(exchange, key, nonce=5)) is Refusal.NONCE_NOT_INCREASING
    assert said(call(exchange, key, nonce=6)) is None


@pytest.mark.parametrize("condition", ["moody", "rejected:never", "rejected@GET /v1/nowhere", "", "@GET /v1/balances"])
def test_a_condition_that_the_dialect_cannot_say_is_refused(exchange, condition):
    with pytest.raises(SettingsError):
        exchange.registry.create_key(conditions=[condition])


# Kinds of keys.


def test_a_key_of_another_kind_lacks_the_right_for_calls_that_are_not_for_it():
    plain = dialect_named("reference")
    endpoints = tuple(
        replace(known, key_kinds=("new",)) if known.name == "GET /v1/balances" else known for known in plain.endpoints
    )
    found = {known.path.encode(): known for known in endpoints}

    def route(request):
        where = plain.route(request)
        return replace(where, endpoint=found[request.path])

    exchange = Exchange(replace(plain, endpoints=endpoints, route=route, key_kinds=("new", "old")), Settings())
    new, old = (exchange.registry.create_key(kind=kind) for kind in ("", "old"))
    assert (new.kind, old.kind) == ("new", "old")
    assert [said(call(exchange, key)) for key in (new, old)] == [None, Refusal.PERMISSION_DENIED]
    assert said(call(exchange, old, b"/v1/orders", nonce=2)) is None
    with pytest.raises(SettingsError, match="new, old"):
        exchange.registry.create_key(kind="ancient")


# Over HTTP.


def control(exchange, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", exchange.port, timeout=30)
    connection.request(method, path, None if body is None else json.dumps(body))
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    return response.status, answer


def test_over_http_the_link_comes_with_the_secret_and_never_again():
    with MockExchange("exmo") as exchange:
        status, created = control(exchange, "POST", "/_noncense/keys", {"state": "pending"})
        name, link = created["key"], created["activation"]
        assert (status, created["state"]) == (201, "pending")
        assert exchange.activation_url(name) == f"{exchange.url}{link}"
        for path in ("/_noncense/keys", f"/_noncense/keys/{name}"):
            shown = json.dumps(control(exchange, "GET", path))
            assert link not in shown
            assert created["secret"] not in shown
        assert control(exchange, "GET", link)[1]["state"] == "active"
        assert control(exchange, "GET", link)[0] == 404
        assert exchange.activation_url(name) == ""


def test_over_http_a_key_is_changed_and_forgotten():
    with MockExchange("exmo") as exchange:
        name = control(exchange, "POST", "/_noncense/keys", {"conditions": ["account_frozen"]})[1]["key"]
        changed = {"permissions": ["read"], "addresses": ["2001:db8::/32"], "conditions": []}
        status, shown = control(exchange, "POST", f"/_noncense/keys/{name}", changed)
        assert status == 200
        assert {member: shown[member] for member in changed} == changed
        assert control(exchange, "POST", f"/_noncense/keys/{name}", {"conditions": ["moody"]})[0] == 400
        assert control(exchange, "DELETE", f"/_noncense/keys/{name}?forget=true")[0] == 200
        assert control(exchange, "GET", f"/_noncense/keys/{name}")[0] == 404
