"""Checks 1 to 14 of the reference dialect, in their order, and what a refusal at each of them answers."""

import json
from dataclasses import replace

import pytest

from mockserver.core.keys import KeyState
from mockserver.dialects.reference import DIALECT
from signer import Request
from tests.mockserver.reference.reference_setup import (
    KEY,
    NOW,
    ORDER,
    Customer,
    new_exchange,
    problem_of,
    refusal_of,
    signature,
)


def test_a_signed_request_is_answered() -> None:
    assert Customer().get("/v1/balances")["BTC"] == {"available": "1.00000000", "held": "0.00000000"}


@pytest.mark.parametrize(
    ("method", "target", "nonce", "timestamp", "body", "sign"),
    [
        (
            "GET",
            "/v1/balances",
            1,
            1700000000000,
            b"",
            "8caa0f7615933b4a9fc80c79a3899a3bbb0f8c3d691d74929a3480c8b28fd820"
            "0d9c109e1659372ae08b82a7ef91f031da5f51e500b7c85905df386c4cfb0feb",
        ),
        (
            "GET",
            "/v1/orders?market=BTC%2FUSDT",
            2,
            1700000000001,
            b"",
            "680b83a72dd0fa0b7ff4da117f194ed7e9b92a276cf81d5e53d6bb34ac3016cf"
            "6829215dbdf0f34b9e0e96e7751e0d49c29eb7f5fc1845e418045f047c9719ed",
        ),
        (
            "POST",
            "/v1/orders",
            3,
            1700000000002,
            b'{"market":"BTC/USDT","side":"buy","price":"30000.01","amount":"0.00000001"}',
            "7848db45a8d8bb589b5b0fa30350962657b33e23e48d23996bfef3c0ded4b340"
            "706b478a447fe60834e0f35061b3f23c3a8d6bbaae21780fe74aad2cd56fc207",
        ),
        (
            "POST",
            "/v1/orders/9007199254740993/cancel",
            4,
            1700000000003,
            b"",
            "57a7e4bc99824aff8a4c2b282147abb5c2b5f66201fa93d9b550098e47d33113"
            "b37fa712167aa14e79cb2acd883076bfd08cb67eb5894eabe98855829e21ef0b",
        ),
    ],
)
def test_the_vectors_of_the_specification_pass_the_gate(
    method: str, target: str, nonce: int, timestamp: int, body: bytes, sign: str
) -> None:
    entry = Customer().send(method, target, body, nonce=nonce, timestamp=timestamp, sign=sign)
    assert entry.answer is not None
    assert entry.answer.status in (200, 400, 404)
    assert entry.refused is None or entry.refused.refusal.value in ("below_minimum", "order_not_found")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"api_key": None}, 400, "missing_header"),
        ({"nonce_header": None}, 400, "missing_header"),
        ({"timestamp_header": None}, 400, "missing_header"),
        ({"sign": None}, 400, "missing_header"),
        ({"api_key": ""}, 400, "missing_header"),
        ({"sign": ""}, 400, "missing_header"),
        ({"api_key": "f" * 32}, 403, "unknown_key"),
        ({"sign": "0" * 128}, 403, "bad_signature"),
        ({"sign": "0" * 127}, 403, "bad_signature"),
        ({"sign": "\xff" * 128}, 403, "bad_signature"),
    ],
)
def test_a_missing_or_wrong_header_is_refused(changes: dict[str, str | None], status: int, code: str) -> None:
    customer = Customer()
    request = customer.request("GET", "/v1/balances", **{k: v for k, v in changes.items() if not k.endswith("_header")})
    for name in changes:
        if name.endswith("_header"):
            gone = name.removesuffix("_header").encode().title()
            request = replace(request, headers=tuple(pair for pair in request.headers if pair[0] != gone))
    assert refusal_of(customer.exchange.handle(request, NOW)) == (status, code)
    assert customer.exchange.nonces.last(KEY) == 0


@pytest.mark.parametrize("nonce", ["0", "01", "+1", "-1", "1.0", "1e3", " 1", "1_0", str(2**63), "9" * 5000, "\xb9"])
def test_an_ill_formed_nonce_is_refused(nonce: str) -> None:
    assert refusal_of(Customer().send("GET", "/v1/balances", nonce=nonce)) == (400, "malformed_header")


@pytest.mark.parametrize("timestamp", ["01", "-1", "1.7e12", "now", str(2**63), "1700000000000.0"])
def test_an_ill_formed_timestamp_is_refused(timestamp: str) -> None:
    assert refusal_of(Customer().send("GET", "/v1/balances", timestamp=timestamp)) == (400, "malformed_header")


def test_the_largest_nonce_is_taken_and_nothing_after_it() -> None:
    customer = Customer()
    customer.get("/v1/balances", nonce=2**63 - 1)
    assert problem_of(customer.send("GET", "/v1/balances", nonce=5))["last_nonce"] == "9223372036854775807"


def test_a_repeated_header_is_malformed() -> None:
    customer = Customer()
    request = customer.request("GET", "/v1/balances")
    twice = replace(request, headers=(*request.headers, (b"api-key", KEY.encode())))
    assert refusal_of(customer.exchange.handle(twice, NOW)) == (400, "malformed_header")


def test_an_uppercase_signature_is_a_bad_one() -> None:
    sign = signature("GET", "/v1/balances", "1", str(NOW), b"").upper()
    assert refusal_of(Customer().send("GET", "/v1/balances", sign=sign)) == (403, "bad_signature")


@pytest.mark.parametrize("state", [KeyState.PENDING, KeyState.REVOKED])
def test_a_key_that_is_not_active_is_refused(state: KeyState) -> None:
    assert refusal_of(Customer(state=state.value).send("GET", "/v1/balances")) == (403, "inactive_key")


def test_another_address_than_the_listed_ones_is_refused() -> None:
    assert refusal_of(Customer(addresses=["192.0.2.0/24"]).send("GET", "/v1/balances")) == (403, "address_not_allowed")


@pytest.mark.parametrize("away_ms", [-60_000, 60_000])
def test_a_timestamp_exactly_at_the_edge_is_fresh(away_ms: int) -> None:
    Customer().get("/v1/balances", timestamp=NOW + away_ms)


@pytest.mark.parametrize("away_ms", [-60_001, 60_001])
def test_a_timestamp_beyond_the_edge_is_refused_and_told_the_time(away_ms: int) -> None:
    customer = Customer()
    entry = customer.send("GET", "/v1/balances", timestamp=NOW + away_ms)
    assert refusal_of(entry) == (403, "timestamp_outside_window")
    assert problem_of(entry)["server_time"] == NOW
    assert customer.exchange.nonces.last(KEY) == 0


def test_an_equal_nonce_is_refused_and_told_the_last_one() -> None:
    customer = Customer(last_nonce=2**53 + 1)
    entry = customer.send("GET", "/v1/balances", nonce=2**53 + 1)
    assert refusal_of(entry) == (403, "nonce_not_increasing")
    assert problem_of(entry)["last_nonce"] == "9007199254740993"


def test_the_rate_is_ten_calls_in_any_second_and_says_when_to_come_back() -> None:
    customer = Customer(new_exchange(rate_limits=True))
    for _ in range(10):
        customer.get("/v1/balances")
    entry = customer.send("GET", "/v1/balances")
    assert refusal_of(entry) == (429, "rate_limited")
    assert entry.answer is not None
    assert entry.answer.headers == (("Retry-After", "1"),)
    assert customer.exchange.nonces.last(KEY) == 11


@pytest.mark.parametrize(
    ("method", "target", "permissions"),
    [
        ("GET", "/v1/balances", {"trade"}),
        ("POST", "/v1/orders", {"read"}),
        ("POST", "/v1/withdrawals", {"read", "trade"}),
    ],
)
def test_a_permission_that_is_lacking_is_refused_before_parameters_are_read(
    method: str, target: str, permissions: set[str]
) -> None:
    body = b"" if method == "GET" else b"no JSON"
    entry = Customer(permissions=permissions).send(method, target, body)
    assert refusal_of(entry) == (403, "permission_denied")


def test_maintenance_comes_before_everything() -> None:
    customer = Customer()
    customer.exchange.gate.maintenance = 30
    entry = customer.send("GET", "/nowhere", api_key=None)
    assert refusal_of(entry) == (503, "maintenance")
    assert entry.answer is not None
    assert entry.answer.headers == (("Retry-After", "30"),)


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/v1",
        "/v1/balances/",
        "/v1//balances",
        "/V1/balances",
        "/v1/%62alances",
        "/v1/orders/",
        "/v1/orders//cancel",
        "/v1/orders/1/cancel/",
        "/v1/orders/1/2",
        "/v1/orders/{order_id}/x",
        "*",
        "/\xff",
    ],
)
def test_a_path_that_is_not_exactly_an_endpoints_is_unknown(target: str) -> None:
    assert refusal_of(Customer().send("GET", target)) == (404, "unknown_endpoint")


@pytest.mark.parametrize(
    ("method", "target", "allow"),
    [
        ("DELETE", "/v1/orders", "GET, POST"),
        ("POST", "/v1/balances", "GET"),
        ("GET", "/v1/orders/1/cancel", "POST"),
        ("HEAD", "/v1/time", "GET"),
        ("get", "/v1/time", "GET"),
    ],
)
def test_another_method_is_told_the_allowed_ones_before_the_key_is_looked_at(
    method: str, target: str, allow: str
) -> None:
    entry = Customer().send(method, target, api_key=None)
    assert refusal_of(entry) == (405, "method_not_allowed")
    assert entry.answer is not None
    assert entry.answer.headers == (("Allow", allow),)


def test_a_body_beyond_the_limit_is_too_large_even_without_a_key() -> None:
    exchange = new_exchange()
    visit = exchange.begin(Request(method="POST", target=b"/v1/orders"), NOW, oversized=True)
    exchange.judge(visit, NOW)
    exchange.perform(visit)
    assert refusal_of(visit.entry) == (413, "too_large")


def test_each_check_comes_after_the_one_before_it() -> None:
    """One request breaks every rule from 5 to 12; they are mended one by one, and each time the next one speaks."""
    customer = Customer(state="pending", addresses=["192.0.2.1"], last_nonce=10)
    wrong = {"api_key": "f" * 32, "nonce": "x", "timestamp": "1", "sign": None}
    seen = []

    def knock() -> None:
        fields = {name: value for name, value in wrong.items() if name not in ("nonce", "timestamp")}
        entry = customer.send(
            "POST", "/v1/orders", b"no JSON", nonce=wrong["nonce"], timestamp=wrong["timestamp"], **fields
        )
        seen.append(refusal_of(entry)[1])

    knock()
    wrong["sign"] = "0" * 128
    knock()
    wrong["nonce"] = "10"
    knock()
    del wrong["api_key"]
    knock()
    customer.exchange.registry.set_state(KEY, KeyState.ACTIVE)
    knock()
    customer.exchange.registry.key(KEY).addresses = ()
    knock()
    del wrong["sign"]
    knock()
    wrong["timestamp"] = str(NOW)
    knock()
    wrong["nonce"] = "11"
    knock()
    assert seen == [
        "missing_header",
        "malformed_header",
        "unknown_key",
        "inactive_key",
        "address_not_allowed",
        "bad_signature",
        "timestamp_outside_window",
        "nonce_not_increasing",
        "invalid_request",
    ]
    assert customer.exchange.nonces.last(KEY) == 11


def test_the_nonce_is_spent_whatever_follows() -> None:
    customer = Customer()
    customer.send("POST", "/v1/orders", ORDER | {"market": "XXX/YYY"}, nonce=7)
    assert refusal_of(customer.send("GET", "/v1/balances", nonce=7)) == (403, "nonce_not_increasing")


def test_a_refusal_is_compact_and_in_the_documented_order() -> None:
    entry = Customer().send("GET", "/v1/balances", api_key="f" * 32)
    assert entry.answer is not None
    assert list(json.loads(entry.answer.body)) == ["type", "title", "status", "code", "detail"]
    assert entry.answer.body.startswith(
        b'{"type":"about:blank","title":"Forbidden","status":403,"code":"unknown_key","detail":"'
    )


def test_no_refusal_shows_the_secret_or_the_expected_signature() -> None:
    customer = Customer()
    entry = customer.send("GET", "/v1/balances", sign="0" * 128)
    assert entry.answer is not None
    assert signature("GET", "/v1/balances", "1", str(NOW), b"").encode() not in entry.answer.body
    assert b"reference-secret" not in entry.answer.body
    assert problem_of(entry)["detail"].startswith("Sign is the lowercase hex HMAC-SHA512 of")


def test_credentials_on_a_public_endpoint_are_ignored() -> None:
    customer = Customer()
    assert customer.get("/v1/time", sign="0" * 128, nonce="x") == {"server_time": NOW}
    assert customer.exchange.nonces.last(KEY) == 0


def test_fresh_credentials_are_a_hex_key_and_a_secret_safe_in_urls() -> None:
    drawn = new_exchange().registry.make_credentials()
    assert len(drawn.key) == 32
    assert set(drawn.key) <= set("0123456789abcdef")
    assert len(drawn.secret) == 64
    assert drawn.secret.replace("-", "a").replace("_", "a").isalnum()


def test_every_refusal_has_a_title() -> None:
    from mockserver.dialects.reference.answers import TITLES

    assert {row.status for row in DIALECT.refusals} <= set(TITLES)
