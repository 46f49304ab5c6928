"""What a mock Poloniex needs to satisfy real clients, point by point on a socket. Facts 8."""

import json
from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import urlencode

import pytest

from mockserver import KeyHandle, MockExchange
from signer import Request
from tests.mockserver.poloniex.poloniex_setup import FORM, signature
from tests.mockserver.raw_client import Reply, ask

PAIR = "BTC_ETH"


@pytest.fixture(scope="module")
def exchange() -> Iterator[MockExchange]:
    with MockExchange("poloniex") as exchange:
        yield exchange


@pytest.fixture
def key(exchange: MockExchange) -> KeyHandle:
    return exchange.create_key(private_venue=True)


def public(exchange: MockExchange, command: str) -> Reply:
    return ask(exchange, Request(method="GET", target=f"/public?command={command}".encode()))


def private(
    exchange: MockExchange, key: KeyHandle, command: str, nonce: int, *, capitals: bool = False, **parameters: object
) -> Reply:
    body = urlencode({"command": command, **parameters, "nonce": nonce}).encode()
    sign = signature(body, key.secret)
    headers = {"Key": key.key, "Sign": sign.upper() if capitals else sign, "Content-Type": FORM}
    pairs = tuple((name.encode(), value.encode()) for name, value in headers.items())
    return ask(exchange, Request(method="POST", target=b"/tradingApi", headers=pairs, body=body))


# 1. Ticker and currencies.


def test_every_pair_is_of_two_known_currencies(exchange: MockExchange) -> None:
    ticker = json.loads(public(exchange, "returnTicker").body)
    currencies = json.loads(public(exchange, "returnCurrencies").body)
    assert len({pair["id"] for pair in ticker.values()}) == len(ticker)
    assert len({currency["id"] for currency in currencies.values()}) == len(currencies)
    assert {currency for pair in ticker for currency in pair.split("_")} <= set(currencies)


# 2. and 3. Signatures and nonces.


def test_signatures_are_taken_in_either_letter_case_and_nonces_of_any_size(
    exchange: MockExchange, key: KeyHandle
) -> None:
    assert private(exchange, key, "returnBalances", 1).status == 200
    assert private(exchange, key, "returnBalances", 9_020_150_321_878_175_800, capitals=True).status == 200
    refused = private(exchange, key, "returnBalances", 9_020_150_321_878_175_799)
    assert (refused.status, refused.reason) == (422, "")
    assert refused.body == (
        b'{"error":"Nonce must be greater than 9020150321878175800. You provided 9020150321878175799."}'
    )


# 4. and 5. Spelling, and the order of the checks.


def test_a_command_is_looked_for_before_the_key_and_the_key_before_the_parameters(
    exchange: MockExchange, key: KeyHandle
) -> None:
    stranger = exchange.make_credentials()
    someone = KeyHandle(key=stranger.key, secret=stranger.secret, permissions=frozenset(), account=0)
    assert private(exchange, someone, "returnEverything", 1).body == b'{"error":"Invalid command."}'
    assert private(exchange, someone, "returnOpenOrders", 1).status == 403
    assert private(exchange, key, "returnOpenOrders", 1).body == b'{"error":"Required parameter missing."}'


# 6. What can be planned.


def test_an_order_stands_although_the_connection_is_said_to_have_timed_out(
    exchange: MockExchange, key: KeyHandle
) -> None:
    exchange.faults.add(fault="refuse", at="after_handler", key=key, refusal="unavailable")
    order = {"currencyPair": PAIR, "rate": "0.01", "amount": 1}
    told = private(exchange, key, "buy", 1, **order)
    assert (told.status, told.body) == (200, b'{"error":"Connection timed out. Please try again."}')
    assert [placed.amount for placed in exchange.orders(key)] == [Decimal(1)]


@pytest.mark.parametrize(
    ("status", "page", "words"),
    [
        (502, "cloudflare", b"502"),
        (520, "cloudflare", b"520"),
        (403, "challenge", b"Please complete the security check to proceed."),
        (429, "throttled", b"1015"),
        (503, "maintenance", b"Maintenance Mode"),
    ],
)
def test_a_page_can_come_where_json_is_expected(
    exchange: MockExchange, key: KeyHandle, status: int, page: str, words: bytes
) -> None:
    exchange.faults.add(fault="status", at="before_gate", key=key, status=status, body=page)
    reply = private(exchange, key, "returnBalances", 1)
    assert reply.status == status
    assert words in reply.body
    assert reply.headers["content-type"].startswith("text/html")


def test_too_many_calls_are_told_as_the_server_told_them(exchange: MockExchange, key: KeyHandle) -> None:
    exchange.faults.add(fault="refuse", at="before_gate", key=key, refusal="rate_limited")
    told = private(exchange, key, "returnBalances", 1)
    assert (told.status, told.reason) == (429, "Too Many Requests")
    assert told.body == b'{"error":"Please do not make more than 8 API calls per second."}'
    assert "retry-after" not in told.headers
