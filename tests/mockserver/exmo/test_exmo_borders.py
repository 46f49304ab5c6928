"""Exactly as much as is allowed, and no more."""

import json
from decimal import Decimal, localcontext
from typing import Any

import pytest

from tests.mockserver.exmo.exmo_talk import Talk, body_of

RICH = {"USD": "2000000000", "BTC": "2000000", "USDT": "1000", "XRP": "1000"}


def order(talk: Talk, **changes: object) -> Any:
    given = {"pair": "BTC_USD", "quantity": "0.25", "price": "20000", "type": "buy", **changes}
    return talk.ask("order_create", **given)


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": "0.0001", "price": "10000"},
        {"quantity": "100", "price": "0.01"},
        {"quantity": "1000000", "price": "1000"},
        {"quantity": "0.0001", "price": "10000000", "type": "sell"},
        {"quantity": "0.12345678", "price": "20000.01"},
        {"quantity": "4", "price": "0", "type": "market_buy_total"},
        {"quantity": "4", "price": "0", "type": "market_sell_total"},
        {"quantity": "0.0001", "price": "0", "type": "market_sell"},
    ],
)
def test_an_order_at_the_border_is_taken(changes: dict[str, str]) -> None:
    assert order(Talk(balances=RICH), **changes)["result"] is True


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"quantity": "0.00009999"}, "50277"),
        ({"quantity": "100", "price": "0.00999"}, "50319"),
        ({"quantity": "0.0001", "price": "10000000.01"}, "50321"),
        ({"quantity": "1000000.00000001", "price": "0.01"}, "50277"),
        ({"quantity": "1000000", "price": "1000.01"}, "50277"),
        ({"quantity": "0.123456789"}, "50381"),
        ({"price": "20000.001"}, "50381"),
        ({"quantity": "0.99999999", "price": "0", "type": "market_buy_total"}, "50277"),
        ({"quantity": "1000000000.1", "price": "0", "type": "market_sell_total"}, "50277"),
        ({"quantity": "0", "price": "0", "type": "market_buy_total"}, "50277"),
        ({"quantity": "-1", "price": "0", "type": "market_buy"}, "50277"),
    ],
)
def test_an_order_beyond_the_border_is_refused(changes: dict[str, str], code: str) -> None:
    talk = Talk(balances=RICH)
    assert order(talk, **changes)["error"].startswith(f"Error {code}: ")
    assert talk.ask("user_open_orders") == {}


@pytest.mark.parametrize(
    ("method", "changes", "said"),
    [
        ("order_create", {"quantity": "0.0001", "price": "9999.99"}, "Amount by order is less"),
        ("order_create", {"quantity": "2", "price": "0", "type": "market_buy_total"}, "Quantity by order is less"),
        ("order_create", {"quantity": "0.5", "price": "0", "type": "market_buy_total"}, "Amount by order is less"),
        ("stop_market_order_create", {"quantity": "0.0001", "trigger_price": "9999"}, "Amount by order is less"),
    ],
)
def test_it_is_told_whether_the_quantity_or_the_amount_is_too_small(
    method: str, changes: dict[str, str], said: str
) -> None:
    given = {"pair": "BTC_USD", "type": "buy", **changes}
    assert said in json.dumps(Talk(balances=RICH).ask(method, **given))


def test_as_much_as_there_is_can_be_spent_and_not_a_grain_more() -> None:
    talk = Talk(balances={"USD": "5000", "BTC": "0.25"})
    assert order(talk, quantity="0.25000001")["error"] == "Error 50054: Insufficient funds"
    assert order(talk, quantity="0.25")["result"] is True
    assert order(talk, type="sell", price="40000", quantity="0.25000001")["error"] == "Error 50052: Insufficient funds"
    assert order(talk, type="sell", price="40000")["result"] is True


def test_three_thousand_candles_are_allowed() -> None:
    query = {"symbol": "BTC_USD", "resolution": "1", "from": 1_699_820_000, "to": 1_699_820_000 + 180_000}
    assert len(Talk().look("candles_history", **query)["candles"]) == 3001
    query["to"] = query["from"] + 180_060
    assert Talk().look("candles_history", **query)["s"] == "error"


def test_there_are_no_candles_of_the_future() -> None:
    query = {"symbol": "BTC_USD", "resolution": "1", "from": 1_699_999_980, "to": 1_700_003_600}
    assert [candle["t"] for candle in Talk().look("candles_history", **query)["candles"]] == [
        1_699_999_980_000,
        1_700_000_040_000,
    ]


def test_what_is_in_the_candles_is_what_was_traded() -> None:
    talk = Talk()
    order(talk, quantity="0.5", price="40000")
    deals = talk.look("trades", pair="BTC_USD")["BTC_USD"]
    query = {"symbol": "BTC_USD", "resolution": "1", "from": 1_699_990_000, "to": 1_700_000_060}
    candles = talk.look("candles_history", **query)["candles"]
    assert sum(Decimal(str(candle["v"])) for candle in candles) == sum(Decimal(deal["quantity"]) for deal in deals)
    assert candles[-1]["c"] == float(deals[0]["price"])
    ticker = talk.look("ticker")["BTC_USD"]
    assert max(candle["h"] for candle in candles) == float(ticker["high"])
    assert Decimal(ticker["avg"]) == (Decimal(ticker["high"]) + Decimal(ticker["low"])) / 2


def test_only_the_services_spell_signs_of_markup_as_escapes() -> None:
    talk = Talk()
    assert b"'#<&>'" in body_of(talk.serve(talk.signed("order_cancel", "order_id=<%26>")))
    talk.ask("user_info")
    assert rb"'#\u003c\u0026\u003e'" in body_of(talk.serve(talk.signed("margin/user/order/cancel", "order_id=<%26>")))


def test_amounts_are_exact_whatever_decimals_the_surroundings_have_set() -> None:
    def shown(talk: Talk) -> list[Any]:
        order(talk, quantity="1234.56789012", price="123456.78", type="sell")
        return [
            talk.look("order_book", pair="BTC_USD"),
            talk.look("ticker"),
            talk.look("trades", pair="BTC_USD"),
            talk.ask("user_open_orders"),
            talk.ask("margin/pair/list"),
        ]

    exact = shown(Talk(balances=RICH))
    assert exact[3]["BTC_USD"][0]["amount"] == "152415776.4056090136"
    with localcontext(prec=6):
        assert shown(Talk(balances=RICH)) == exact
