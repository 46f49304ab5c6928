"""Authentication at Poloniex: every refusal to the byte, and which of two comes first."""

import pytest

from mockserver.core.exchange import Exchange
from mockserver.core.keys import KeyState
from signer import Request
from tests.mockserver.poloniex.poloniex_setup import (
    FORM,
    KEY,
    NOW,
    SECRET,
    Customer,
    new_exchange,
    public,
    said,
    signature,
)

BAD_PAIR = (403, rb'{"error":"Invalid API key\/secret pair."}')
BAD_NONCE = (422, b'{"error":"Invalid nonce parameter."}')
NO_COMMAND = (200, b'{"error":"Invalid command."}')
DENIED = (403, b'{"error":"Permission denied."}')


@pytest.mark.parametrize(
    ("body", "sign"),
    [
        (
            "command=returnBalances&nonce=154264078495300",
            "eed2186d51a9e23aae6b60ba41f76ca3b4c5a2cb620e6f52c351c804660887e2"
            "8b1a7c9f9a01e2daf77f8103bcd966e1f501de2d062eefb3213da2f47ac06cdc",
        ),
        (
            "nonce=154264078495300&command=returnBalances",
            "e35dce66dc672454e78347230e902b93d86aa76c511369d536f76d19f3a89477"
            "7f9444593eca8d227839f53a94bca33b70621b3dcc7e16a8f298807f8ea07d6a",
        ),
    ],
)
def test_the_published_vectors_are_let_in(body: str, sign: str) -> None:
    customer = Customer()
    customer.exchange.registry.create_key(key="VECTOR", secret="my-secret")
    assert said(customer.post(body, headers={"Key": "VECTOR", "Sign": sign}))[0] == 200


def test_the_balances_come_back_compact() -> None:
    customer = Customer()
    entry = customer.call("returnBalances")
    assert said(entry) == (
        200,
        b'{"BTC":"1.00000000","USDT":"10000.00000000","ETH":"10.00000000","1INCH":"0.00000000","XMR":"0.00000000",'
        b'"WBTC":"0.00000000"}',
    )
    assert entry.answer is not None
    assert entry.answer.headers == (("Cache-Control", "private"),)


@pytest.mark.parametrize(
    "headers",
    [
        {"Key": None},
        {"Sign": None},
        {"Key": ""},
        {"Sign": ""},
        {"Key": "AAAAAAAA-BBBBBBBB-CCCCCCCC-DDDDDDDD"},
        {"Key": KEY.lower()},
        {"Sign": "0" * 128},
        {"Sign": "\xe9" * 128},
        {"Sign": "short"},
    ],
)
def test_bad_credentials_all_read_the_same(headers: dict[str, str | None]) -> None:
    customer = Customer()
    assert said(customer.post("command=returnBalances&nonce=1", headers=headers)) == BAD_PAIR
    assert customer.exchange.nonces.last(KEY) == 0


@pytest.mark.parametrize("state", [KeyState.PENDING, KeyState.REVOKED])
def test_a_key_that_is_not_active_is_like_an_unknown_one(state: KeyState) -> None:
    assert said(Customer(state=state.value).call("returnBalances")) == BAD_PAIR


def test_an_uppercase_signature_is_taken() -> None:
    body = "command=returnBalances&nonce=5"
    assert said(Customer().post(body, headers={"Sign": signature(body.encode()).upper()}))[0] == 200


def test_header_names_are_taken_in_any_letter_case() -> None:
    body = "command=returnBalances&nonce=5"
    headers = {"Key": None, "Sign": None, "key": KEY, "SIGN": signature(body.encode())}
    assert said(Customer().post(body, headers=headers))[0] == 200


def test_the_secret_is_text_and_not_the_hex_that_it_looks_like() -> None:
    import hashlib
    import hmac

    body = b"command=returnBalances&nonce=5"
    decoded = hmac.new(bytes.fromhex(SECRET), body, hashlib.sha512).hexdigest()
    assert said(Customer().post(body, headers={"Sign": decoded})) == BAD_PAIR


@pytest.mark.parametrize(
    "body",
    [
        "nonce=5&command=returnBalances",
        "command=returnBalances&&nonce=5",
        "&command=returnBalances&nonce=5&",
        "command=returnBalances&nonce=5&currencyPair=%zz&x=+&y=%20",
        "command=%72eturnBalances&n%6Fnce=5",
        "command=sell&command=returnBalances&nonce=9&nonce=5",
        "command=returnBalances&nonce=5&x=\xff&ж=1",
    ],
)
def test_a_form_is_read_in_whatever_order_and_spelling_it_was_signed(body: str) -> None:
    customer = Customer()
    assert said(customer.post(body))[0] == 200
    assert customer.exchange.nonces.last(KEY) == 5


@pytest.mark.parametrize("target", ["/tradingApi", "/tradingApi?", "/tradingApi?command=sell&nonce=1"])
def test_the_query_of_a_private_call_does_not_matter(target: str) -> None:
    assert said(Customer().post("command=returnBalances&nonce=5", target=target))[0] == 200


@pytest.mark.parametrize(
    "nonce", ["", "abc", "-1", "+1", "1.0", "1e5", "0x10", " 1", "1_0", str(2**63), "9" * 5000, "%D9%A3", "5%0A"]
)
def test_a_nonce_that_is_no_integer_is_refused_with_an_empty_reason_phrase(nonce: str) -> None:
    customer = Customer()
    entry = customer.call("returnBalances", nonce=nonce)
    assert said(entry) == BAD_NONCE
    assert entry.answer is not None
    assert entry.answer.reason == ""
    assert customer.exchange.nonces.last(KEY) == 0


def test_a_missing_nonce_is_an_invalid_one() -> None:
    assert said(Customer().post("command=returnBalances")) == BAD_NONCE


def test_a_nonce_in_a_header_does_not_count() -> None:
    assert said(Customer().post("command=returnBalances", headers={"nonce": "5"})) == BAD_NONCE


@pytest.mark.parametrize(
    ("last", "given", "quoted"),
    [
        (100, "100", "100"),
        (100, "99", "99"),
        (9_020_150_321_878_175_800, "154264078495300", "154264078495300"),
        (2**63 - 1, str(2**63 - 1), "9223372036854775807"),
        (100, "007", "7"),
        (100, "0", "0"),
    ],
)
def test_a_nonce_that_does_not_rise_is_refused_with_both_numbers(last: int, given: str, quoted: str) -> None:
    entry = Customer(last_nonce=last).call("returnBalances", nonce=given)
    text = f'{{"error":"Nonce must be greater than {last}. You provided {quoted}."}}'
    assert said(entry) == (422, text.encode())
    assert entry.answer is not None
    assert entry.answer.reason == ""


@pytest.mark.parametrize("nonce", ["1546398245", "154639824567800", "9223372036854775807"])
def test_a_nonce_of_any_width_is_taken(nonce: str) -> None:
    assert said(Customer().call("returnBalances", nonce=nonce))[0] == 200


def test_the_nonce_is_spent_although_the_command_fails() -> None:
    customer = Customer()
    customer.call("buy", nonce=7)
    assert said(customer.call("returnBalances", nonce=7))[1] == (
        b'{"error":"Nonce must be greater than 7. You provided 7."}'
    )


@pytest.mark.parametrize(
    "body",
    ["", "nonce=5", "command=&nonce=5", "command=returnbalances&nonce=5", "command=returnTicker&nonce=5", "command"],
)
def test_a_command_that_is_not_there_is_told_before_the_signature_is_looked_at(body: str) -> None:
    assert said(Customer().post(body, headers={"Key": None, "Sign": "0"})) == NO_COMMAND


@pytest.mark.parametrize(
    "content_type", [None, "application/json", "text/plain", "multipart/form-data; boundary=x", ""]
)
def test_of_a_body_that_is_no_form_nothing_is_seen(content_type: str | None) -> None:
    assert said(Customer().post("command=returnBalances&nonce=5", content_type=content_type)) == NO_COMMAND


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded; charset=UTF-8", "Application/X-WWW-Form-URLencoded", f"{FORM} ;charset=x"],
)
def test_a_form_may_name_its_charset_and_itself_in_any_letter_case(content_type: str) -> None:
    assert said(Customer().post("command=returnBalances&nonce=5", content_type=content_type))[0] == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "OPTIONS", "post"])
def test_another_method_than_post_sees_no_parameters(method: str) -> None:
    assert said(Customer().post("command=returnBalances&nonce=5", method=method)) == NO_COMMAND
    target = "/tradingApi?command=returnBalances&nonce=5"
    assert said(Customer().post(b"", method=method, target=target)) == NO_COMMAND


def test_public_commands_are_refused_alike() -> None:
    exchange = new_exchange()
    for query in ("", "command=", "command=returnBalances", "command=returnticker"):
        entry = public(exchange, query)
        assert said(entry) == NO_COMMAND
        assert entry.answer is not None
        assert entry.answer.headers[0] == ("Access-Control-Allow-Origin", "*")


def test_another_path_is_not_found() -> None:
    exchange = new_exchange()
    for target in (b"/", b"/tradingapi", b"/tradingApi/", b"/public/x", b"/\xff"):
        entry = exchange.handle(Request(method="GET", target=target), NOW)
        assert said(entry) == (404, b'{"error":"Invalid command."}')


def test_a_key_that_may_not_trade_is_told_so() -> None:
    customer = Customer(permissions=["read"])
    refused = (403, b'{"error":"This API key does not have permission to trade."}')
    assert said(customer.call("buy")) == refused
    assert said(customer.call("cancelOrder")) == refused


def test_a_new_key_may_not_withdraw() -> None:
    assert said(Customer().call("withdraw")) == DENIED


def test_an_address_that_is_not_on_the_list_is_denied() -> None:
    assert said(Customer(addresses=["192.0.2.1"]).call("returnBalances")) == DENIED


def test_permission_comes_before_the_nonce_and_the_signature_before_both() -> None:
    customer = Customer(permissions=["read"], last_nonce=9)
    assert said(customer.post("command=buy&nonce=x", headers={"Sign": "0"})) == BAD_PAIR
    assert said(customer.call("buy", nonce=9))[0] == 403
    assert customer.exchange.nonces.last(KEY) == 9


def test_a_frozen_account_is_told_after_the_nonce_is_spent() -> None:
    customer = Customer()
    owner = customer.exchange.registry.key(KEY)
    owner.venue.freeze(owner.account)
    assert said(customer.call("buy", nonce=5)) == (200, b'{"error":"This account is frozen."}')
    assert customer.exchange.nonces.last(KEY) == 5


def test_six_calls_a_second_are_allowed_whoever_makes_them() -> None:
    customer = Customer(new_exchange(rate_limits=True))
    for _ in range(3):
        assert said(customer.call("returnBalances"))[0] == 200
        assert said(public(customer.exchange, "command=returnTicker"))[0] == 200
    refused = (429, b'{"error":"Please do not make more than 8 API calls per second."}')
    assert said(customer.call("returnBalances", nonce=2**60)) == refused
    assert said(public(customer.exchange, "command=returnTicker")) == refused
    assert customer.exchange.nonces.last(KEY) < 2**60


def test_maintenance_comes_first() -> None:
    customer = Customer()
    customer.exchange.gate.maintenance = 60
    assert said(customer.post("")) == (503, b'{"error":"Currently in maintenance mode."}')


def test_a_body_beyond_the_limit_is_refused_unread() -> None:
    exchange = new_exchange()
    visit = exchange.begin(Request(method="POST", target=b"/tradingApi"), NOW, oversized=True)
    exchange.judge(visit, NOW)
    exchange.perform(visit)
    assert said(visit.entry) == (413, b'{"error":"Invalid command."}')


def test_credentials_are_drawn_in_the_documented_form() -> None:
    drawn = new_exchange().registry.make_credentials()
    groups = drawn.key.split("-")
    assert [len(group) for group in groups] == [8, 8, 8, 8]
    assert all(group.isalnum() and group == group.upper() for group in groups)
    assert len(drawn.secret) == 128
    assert set(drawn.secret) <= set("0123456789abcdef")


def test_a_hostile_form_is_refused_and_never_our_fault() -> None:
    exchange: Exchange = new_exchange()
    customer = Customer(exchange)
    for body in (
        b"&" * 100_000,
        b"=" * 1000,
        b"%" * 1000,
        b"\x00\xff" * 500,
        b"command=returnBalances" + b"&a=1" * 5000,
    ):
        assert said(customer.post(body))[0] in (200, 422)
    assert exchange.own_faults == []
