"""`bitunix` 0.1.2, untouched, through the whole of what it offers: all thirteen calls, which are spot calls."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mockserver import MockExchange

pytestmark = pytest.mark.sdk

SELL, BUY = 1, 2
LIMIT, MARKET = 1, 2
SYMBOL = "BTCUSDT"


@pytest.fixture(scope="module")
def exchange() -> Iterator[MockExchange]:
    with MockExchange("bitunix", seed=7) as exchange:
        yield exchange
        assert exchange.own_faults == ()


@pytest.fixture
def client(exchange: MockExchange, python_sdks: Path) -> Iterator[Any]:
    import bitunix

    key = exchange.create_key(private_venue=True)
    client = bitunix.BitunixClient(key.key, key.secret)
    client.BASE_URL = exchange.url
    yield client
    client.session.close()


def data(answer: dict[str, Any]) -> Any:
    assert (answer["code"], answer["msg"], answer["success"]) == ("0", "result.success", True)
    return answer["data"]


def balances(client: Any) -> dict[str, float]:
    return {row["coin"]: row["balance"] for row in data(client.get_account_balance()) or ()}


def test_everybody_may_look_at_the_market(client: Any) -> None:
    price = Decimal(data(client.get_latest_price(SYMBOL)))
    pairs = data(client.get_trading_pairs())
    step = next(row["precisions"][0] for row in pairs if row["symbol"] == SYMBOL.lower())
    book = data(client.get_depth_data(SYMBOL, step))
    assert Decimal(book["bids"][0]["price"]) < price < Decimal(book["asks"][0]["price"])
    assert {row["baseSymbol"] for row in data(client.get_rate_data())} >= {"BTC", "ETH"}
    assert {row["name"] for row in data(client.get_token_data())} >= {"BTC", "USDT"}


@pytest.mark.parametrize("interval", ["1", "3", "5", "15", "30", "60", "120", "240", "360", "720", "D", "M", "W"])
def test_every_documented_candle_can_be_had(client: Any, interval: str) -> None:
    candle = data(client.get_kline_data(SYMBOL, interval))
    assert candle["symbol"] == SYMBOL.lower()
    assert Decimal(candle["low"]) <= Decimal(candle["close"]) <= Decimal(candle["high"])


def test_a_precision_may_be_a_number_of_python(client: Any) -> None:
    assert len(data(client.get_depth_data(SYMBOL, 0.01))["asks"]) > 1
    assert len(data(client.get_depth_data(SYMBOL, 100))["asks"]) >= 1


def test_a_limit_order_rests_and_is_cancelled(client: Any) -> None:
    before = balances(client)
    placed = data(client.place_order(BUY, LIMIT, "0.01", SYMBOL, "60000"))
    assert (placed["placeStatus"], placed["price"]) == (1, "60000")
    (open_order,) = data(client.query_current_orders(SYMBOL))
    assert (open_order["orderId"], open_order["status"], open_order["leftVolume"]) == (placed["orderId"], "1", "0.01")
    assert balances(client)["USDT"] == before["USDT"] - 600
    assert data(client.cancel_orders([{"orderId": placed["orderId"], "symbol": SYMBOL}])) is None
    assert data(client.query_current_orders(SYMBOL)) is None
    assert balances(client) == before


def test_market_orders_trade_and_their_deals_are_told(client: Any) -> None:
    bought = data(client.place_order(BUY, MARKET, "100", SYMBOL))
    sold = data(client.place_order(SELL, MARKET, "0.001", SYMBOL))
    (row, *_) = data(client.query_matching_orders(sold["orderId"], SYMBOL))
    assert (row["volume"], row["role"], row["feeCoin"]) == ("0.001", 2, "USDT")
    deals = data(client.query_matching_orders(bought["orderId"], SYMBOL))
    spent = sum(Decimal(deal["price"]) * Decimal(deal["volume"]) for deal in deals)
    assert 99 < spent <= 100


def test_a_batch_has_a_result_for_each_order(client: Any) -> None:
    good = {"side": BUY, "type": LIMIT, "volume": "0.001", "price": "60000", "symbol": SYMBOL}
    results = data(client.place_batch_orders([good, {**good, "volume": "100"}]))
    assert [(result["placeStatus"], result.get("placeCode")) for result in results] == [(1, None), (0, 10034)]


def test_the_history_is_paged_and_filtered(client: Any) -> None:
    placed = [data(client.place_order(BUY, LIMIT, "0.001", SYMBOL, "60000"))["orderId"] for _ in range(3)]
    client.cancel_orders([{"orderId": placed[0], "symbol": SYMBOL}])
    page = data(client.query_order_history(SYMBOL, page=1, page_size=2))
    assert (page["total"], [row["orderId"] for row in page["data"]]) == (3, [placed[2], placed[1]])
    cancelled = data(
        client.query_order_history(
            SYMBOL,
            start_time="2020-01-01T00:00:00Z",
            end_time="2099-01-01T00:00:00Z",
            status="4",
            side="2",
            order_type="1",
        )
    )
    assert [row["orderId"] for row in cancelled["data"]] == [placed[0]]


def test_an_order_that_cannot_be_paid_is_a_success_that_says_so(client: Any) -> None:
    refused = data(client.place_order(BUY, LIMIT, "100", SYMBOL, "60000"))
    assert refused == {"orderId": None, "placeStatus": 0, "placeCode": 10034, "placeMsg": "余额不足"}


def test_a_secret_that_is_wrong_is_told(exchange: MockExchange, python_sdks: Path) -> None:
    import bitunix
    import requests

    key = exchange.create_key(private_venue=True)
    client = bitunix.BitunixClient(key.key, key.secret[::-1])
    client.BASE_URL = exchange.url
    with pytest.raises(requests.HTTPError) as failure:
        client.get_account_balance()
    assert failure.value.response.json()["code"] == "100005"
    client.session.close()
