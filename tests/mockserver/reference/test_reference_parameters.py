"""Check 15: bodies, queries and the parameters in them."""

import json

import pytest

from tests.mockserver.reference.reference_setup import KEY, ORDER, Customer, problem_of, refusal_of

INVALID = (400, "invalid_request")
GOOD = json.dumps(ORDER)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"1",
        b"{}{}",
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.encode("utf-16"),
        GOOD.replace("buy", "\xe9").encode("latin-1"),
        GOOD.replace("{", '{"side":"sell",', 1).encode(),
        GOOD.replace("{", '{"\\u0073ide":"sell",', 1).encode(),
        GOOD.replace("{", '{"deep":{"a":1,"a":1},', 1).encode(),
        GOOD.replace("{", '{"n":NaN,', 1).encode(),
        GOOD.replace("{", '{"n":01,', 1).encode(),
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b"[" * 100_000,
    ],
    ids=range(16),
)
def test_a_body_that_is_no_json_object_without_duplicates_in_utf8_is_refused(body: bytes) -> None:
    entry = Customer().send("POST", "/v1/orders", body)
    assert refusal_of(entry) == INVALID
    assert problem_of(entry)["parameter"] is None


@pytest.mark.parametrize(
    "extra",
    [
        '"note":1',
        '"note":[1,{"a":null}]',
        '"note":12345678901234567890123',
        '"note":"\\"quoted\\""',
        '"price2":""',
        '"note":"' + "x" * 10_000 + '"',
        '"":true',
        '"ж":"ж"',
    ],
    ids=range(8),
)
def test_unknown_members_of_a_body_are_ignored(extra: str) -> None:
    body = GOOD.replace("{", "{" + extra + ",", 1)
    Customer().post("/v1/orders", body.encode())


@pytest.mark.parametrize("depth", [10, 500, 990, 1020, 2000])
def test_a_deep_body_is_taken_or_refused_and_never_our_fault(depth: int) -> None:
    customer = Customer()
    body = GOOD.replace("{", '{"deep":' + "[" * depth + "]" * depth + ",", 1)
    entry = customer.send("POST", "/v1/orders", body.encode())
    assert entry.answer is not None
    assert entry.answer.status in (200, 400)
    assert customer.exchange.own_faults == []


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_a_json_content_type_is_taken_with_or_without_a_charset(content_type: str) -> None:
    Customer().post("/v1/orders", GOOD.encode(), content_type=content_type)


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""]
)
def test_another_content_type_is_refused(content_type: str | None) -> None:
    entry = Customer().send("POST", "/v1/orders", GOOD.encode(), content_type=content_type)
    assert refusal_of(entry) == INVALID


def test_a_get_with_a_body_is_refused_once_its_signature_has_held() -> None:
    customer = Customer()
    assert refusal_of(customer.send("GET", "/v1/balances", b"{}")) == INVALID
    assert customer.exchange.nonces.last(KEY) == 1


def test_a_post_with_a_query_is_refused() -> None:
    assert refusal_of(Customer().send("POST", "/v1/orders?market=BTC%2FUSDT", GOOD.encode())) == INVALID


@pytest.mark.parametrize("body", [b"", b"{}"])
def test_a_post_without_parameters_has_no_body_or_an_empty_object(body: bytes) -> None:
    assert refusal_of(Customer().send("POST", "/v1/orders/1/cancel", body)) == (404, "order_not_found")


@pytest.mark.parametrize("name", ["market", "side", "price", "amount"])
def test_a_parameter_that_is_missing_is_named(name: str) -> None:
    entry = Customer().send("POST", "/v1/orders", {key: value for key, value in ORDER.items() if key != name})
    assert refusal_of(entry) == INVALID
    assert problem_of(entry)["parameter"] == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("price", text)
            for text in ["", "-1", "+1", "1e3", ".5", "5.", "1.123456789", " 1", "1,0", "0x1", "٣", "NaN"]
        ),
        *(("amount", text) for text in ["-0.1", "1E-3", "1" * 19, "Infinity", "1.0 "]),
        *(("price", value) for value in [20000, 20000.5, None, True, ["20000"], {"a": 1}]),
        ("market", 5),
        ("market", None),
        ("side", "BUY"),
        ("side", "hold"),
        ("time_in_force", "GTC"),
        ("client_order_id", ""),
        ("client_order_id", "x" * 37),
        ("client_order_id", "a b"),
        ("client_order_id", "é"),
        ("client_order_id", 7),
        ("price", "20000.001"),
    ],
)
def test_a_parameter_of_the_wrong_form_is_refused_by_name(name: str, value: object) -> None:
    entry = Customer().send("POST", "/v1/orders", ORDER | {name: value})
    assert refusal_of(entry) == INVALID
    assert problem_of(entry)["parameter"] == name


def test_an_amount_off_its_step_is_refused() -> None:
    order = {"market": "1INCH/USDT", "side": "buy", "price": "0.4001", "amount": "10.001"}
    entry = Customer().send("POST", "/v1/orders", order)
    assert refusal_of(entry) == INVALID
    assert problem_of(entry)["parameter"] == "amount"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "market=BTC%2FUSDT",
        "market=BTC/USDT",
        "&&market=BTC%2fUSDT&",
        "m%61rket=%42TC%2FUSDT",
        "market=BTC%2FUSDT&=1",
        "market=BTC%2FUSDT&x&y=%F0%9F%98%80&y=+&y=%20",
    ],
)
def test_a_query_is_read_percent_decoded(query: str) -> None:
    assert Customer().get(f"/v1/orders?{query}") == []


def test_plus_and_percent_twenty_are_both_a_space() -> None:
    customer = Customer()
    for spelled in ("BTC+USDT", "BTC%20USDT"):
        entry = customer.send("GET", f"/v1/orders?market={spelled}")
        assert refusal_of(entry) == (404, "unknown_market")
        assert entry.refused is not None
        assert entry.refused.facts["market"] == "BTC USDT"


@pytest.mark.parametrize("query", ["market=%", "market=%zz", "x=%C3%28", "x=\xff", "%f"])
def test_a_query_that_is_not_percent_encoded_utf8_is_refused(query: str) -> None:
    assert refusal_of(Customer().send("GET", f"/v1/orders?{query}")) == INVALID


def test_a_name_that_stands_twice_in_a_query_is_a_list_and_no_market() -> None:
    entry = Customer().send("GET", "/v1/orders?market=BTC%2FUSDT&market=ETH%2FUSDT")
    assert refusal_of(entry) == INVALID
    assert problem_of(entry)["parameter"] == "market"


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("/v1/ticker", "market"),
        ("/v1/order-book?market=BTC/USDT&depth=0", "depth"),
        ("/v1/order-book?market=BTC/USDT&depth=101", "depth"),
        ("/v1/order-book?market=BTC/USDT&depth=1.5", "depth"),
        ("/v1/order-book?market=BTC/USDT&depth=%D9%A3", "depth"),
        ("/v1/trades?market=BTC/USDT&limit=0", "limit"),
        ("/v1/fills?limit=501", "limit"),
        ("/v1/fills?after=-1", "after"),
        ("/v1/fills?after=" + "9" * 5000, "after"),
        ("/v1/deposit-address", "currency"),
        ("/v1/deposit-address?currency=XYZ", "currency"),
    ],
)
def test_a_query_parameter_of_the_wrong_form_is_refused_by_name(target: str, name: str) -> None:
    entry = Customer().send("GET", target)
    assert refusal_of(entry) == INVALID
    assert problem_of(entry)["parameter"] == name


@pytest.mark.parametrize("address", ["", "x" * 19, "x" * 129, "x" * 20 + " ", "é" * 20, "x" * 20 + "\n"])
def test_an_address_is_twenty_to_a_hundred_and_twenty_eight_printable_characters(address: str) -> None:
    customer = Customer(permissions=["withdraw"])
    entry = customer.send("POST", "/v1/withdrawals", {"currency": "BTC", "amount": "0.1", "address": address})
    assert refusal_of(entry) == INVALID
    assert problem_of(entry)["parameter"] == "address"
