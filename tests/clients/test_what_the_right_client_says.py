from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest

from harness.adapter import ClientError
from harness.mutants.speakers import SPEAKERS
from mockserver import MockExchange

ADDRESS = "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"
ORDER = {"market": "BTC/USDT", "side": "buy", "price": "1000.5", "amount": "0.0125"}
BOTH = pytest.mark.parametrize("profile", ["documented", "observed"])
EACH = pytest.mark.parametrize("dialect", list(SPEAKERS))


@pytest.fixture
def at(session):
    """Open a session of a rich key at a mock exchange."""
    running = []

    def opening(dialect, profile="documented", **settings):
        exchange = MockExchange(dialect, profile=profile)
        exchange.__enter__()
        running.append(exchange)
        key = exchange.create_key(permissions={"read", "trade", "withdraw"})
        return exchange, key, session(exchange.url, dialect=dialect, key=key.key, secret=key.secret, **settings)

    yield opening
    for exchange in running:
        exchange.__exit__(None, None, None)


@EACH
@BOTH
def test_an_order_lives_and_dies_as_it_was_asked_for(at, dialect, profile):
    exchange, key, client = at(dialect, profile)
    placed = client.call("place_order", {**ORDER, "client_order_id": "987654321012345678"})
    (order,) = exchange.orders(key)
    assert (order.market, order.side.value) == ("BTC/USDT", "buy")
    assert (order.price, order.amount) == (Decimal("1000.5"), Decimal("0.0125"))
    (row,) = client.call("open_orders", {"market": "BTC/USDT"})
    assert row["order_id"] == placed["order_id"]
    assert (row["side"], Decimal(row["price"]), Decimal(row["amount"])) == ("buy", order.price, order.amount)
    assert client.call("cancel_order", {"order_id": placed["order_id"], "market": "BTC/USDT"}) == {}
    assert client.call("open_orders", {"market": "BTC/USDT"}) == []


@EACH
@BOTH
def test_money_moves_and_is_seen(at, dialect, profile):
    exchange, key, client = at(dialect, profile)
    before = Decimal(client.call("balances", {})["BTC"])
    assert client.call("withdraw", {"currency": "BTC", "amount": "0.25", "address": ADDRESS}) == {}
    (withdrawal,) = exchange.withdrawals(key)
    assert withdrawal.address == ADDRESS
    assert Decimal(client.call("balances", {})["BTC"]) == before - Decimal("0.25") - withdrawal.fee
    assert client.call("deposit_address", {"currency": "BTC"})["address"]


@EACH
def test_public_calls_work_without_credentials(at, session, dialect):
    exchange, _, _ = at(dialect)
    client = session(exchange.url, dialect=dialect, key=None, secret=None)
    best = client.call("ticker", {"market": "BTC/USDT"})
    assert Decimal(best["bid"]) < Decimal(best["ask"])
    book = client.call("order_book", {"market": "1INCH/USDT", "depth": 2})
    assert len(book["bids"]) == len(book["asks"]) == 2
    assert Decimal(book["bids"][0][0]) > Decimal(book["bids"][1][0])
    assert Decimal(book["asks"][0][0]) < Decimal(book["asks"][1][0])


@EACH
def test_a_private_call_without_credentials_sends_nothing(at, session, dialect):
    exchange, _, _ = at(dialect)
    client = session(exchange.url, dialect=dialect, key="key", secret=" ")
    with pytest.raises(ClientError) as refused:
        client.call("balances", {})
    assert refused.value.kind == "authentication"
    assert len(exchange.journal.all()) == 0


@EACH
def test_raw_values_arrive_as_they_are(at, dialect):
    exchange, key, client = at(dialect)
    params = {"value": "a b&c=+%25 é☃😀/\\\"'", "yes": True, "list": ["1", "1", "2"], "empty": "", "none": []}
    for target in exchange.dialect.raw_targets:
        # Some of the reference dialect's targets are orders that do not exist: that refusal comes after the signature.
        with suppress(ClientError):
            client.call("raw", {"method": target.method, "target": target.target, "params": params})
    entries = exchange.journal.of(key)
    assert entries
    for entry in entries:
        assert entry.refused is None or entry.refused.refusal.value == "order_not_found"


@EACH
@BOTH
def test_every_refusal_is_told_by_a_kind_that_the_dialect_allows(at, dialect, profile):
    exchange, key, client = at(dialect, profile, options={"retries": False})
    for row in exchange.dialect.refusals:
        fault = exchange.faults.add(
            key=key,
            operation="place_order",
            at="before_gate",
            fault="refuse",
            refusal=row.refusal.value,
            variant=row.variant,
        )
        with pytest.raises(ClientError) as refused:
            client.call("place_order", ORDER)
        assert fault.struck == 1
        assert refused.value.kind in row.kinds | {"unknown"}, f"{row.refusal} {row.variant}: {refused.value}"


def test_what_the_exchange_says_survives_in_the_message(at):
    exchange, key, client = at("exmo")
    exchange.faults.add(key=key, operation="balances", at="before_gate", fault="refuse", refusal="permission_denied")
    with pytest.raises(ClientError) as refused:
        client.call("balances", {})
    assert "40032" in refused.value.message
    assert refused.value.http_status == 200


@pytest.mark.parametrize("status", [500, 502, 503, 520])
def test_an_order_answered_by_a_5xx_is_an_open_outcome(at, status):
    exchange, key, client = at("reference")
    exchange.faults.add(
        key=key, operation="place_order", at="after_handler", fault="status", status=status, body="html", times=1
    )
    with pytest.raises(ClientError) as failed:
        client.call("place_order", {**ORDER, "price": "100"})
    assert failed.value.kind == "unavailable"
    assert len(exchange.orders(key)) == 1


@pytest.mark.parametrize("value", ["1e-8", "NaN", "-1", "Infinity", "one", ""])
def test_an_amount_goes_out_in_full_or_not_at_all(at, value):
    exchange, key, client = at("reference")
    with pytest.raises(ClientError):
        client.call("place_order", {**ORDER, "amount": value})
    assert all(b"e-" not in entry.request.body for entry in exchange.journal.of(key))


def test_an_unknown_operation_is_the_adapters_affair(at):
    _, _, client = at("reference")
    with pytest.raises(LookupError):
        client.call("xyzzy_1", {})
