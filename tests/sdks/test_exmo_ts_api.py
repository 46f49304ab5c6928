"""exmo-ts-api 0.1.0, untouched, through every method that it has."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver import MockExchange
from mockserver.handles import KeyHandle

pytestmark = pytest.mark.sdk

PAIR = "BTC_USD"


class SdkError(Exception):
    """What the SDK rejected with."""


class Client:
    """The SDK in its own process."""

    def __init__(self, sdks: Path, exchange: MockExchange, key: KeyHandle) -> None:
        node = shutil.which("node")
        if node is None or not (sdks / "node/node_modules/exmo-ts-api").is_dir():
            pytest.skip("there is no node, or no npm to fetch the SDK with")
        program = Path(__file__).with_name("exmo_ts_api.js")
        self.process = subprocess.Popen(
            [node, program, sdks / "node", exchange.url, key.key, key.secret],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, method: str, *arguments: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([method, *arguments]) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise SdkError(answer["error"])
        return answer["value"]

    def close(self) -> None:
        self.process.communicate(timeout=10)


@pytest.fixture(scope="module")
def exchange() -> Iterator[MockExchange]:
    with MockExchange("exmo", seed=7) as exchange:
        yield exchange
        assert exchange.own_faults == ()


@pytest.fixture(scope="module")
def key(exchange: MockExchange) -> KeyHandle:
    return exchange.create_key(permissions=["read", "trade", "withdraw"])


@pytest.fixture(scope="module")
def client(sdks: Path, exchange: MockExchange, key: KeyHandle) -> Iterator[Client]:
    client = Client(sdks, exchange, key)
    yield client
    client.close()


def test_the_public_methods_return_what_their_types_say(client: Client) -> None:
    both = client("trades", [PAIR, "ETH_USD"])
    assert list(both) == [PAIR, "ETH_USD"]
    assert list(client("trades", PAIR)[PAIR][0]) == ["trade_id", "date", "type", "quantity", "price", "amount"]
    book = client("orderBook", [PAIR], 2)[PAIR]
    assert [len(book["ask"]), len(book["bid"])] == [2, 2]
    assert list(client("ticker")) == list(client("pairSettings"))
    assert list(client("ticker", [PAIR, "ETH_BTC"])) == [PAIR, "ETH_BTC"]
    assert client("pairSettings", PAIR)[PAIR]["price_precision"] == 2
    assert client("currency")[0] == "BTC"
    assert client("currencyListExtended")[0] == {"name": "BTC", "description": "Bitcoin"}
    top, quantity, _ = book["ask"][0]
    assert client("requiredAmount", PAIR, quantity)["avg_price"] == top
    assert {row["type"] for row in client("paymentProviderCryptoList")["BTC"]} == {"deposit", "withdraw"}


def test_candles_are_asked_for_in_seconds(client: Client) -> None:
    now = int(time.time())
    (candle, *_) = client("candlesHistory", PAIR, str(now - 7200), str(now), "60")["candles"]
    assert list(candle) == ["t", "o", "c", "h", "l", "v"]
    assert client("candlesHistory", "NO_PAIR", str(now - 60), str(now))["s"] == "no_data"
    assert client("candlesHistory", PAIR, "0", str(now), "1")["s"] == "error"  # which it hands out as an answer


def test_an_order_is_placed_listed_and_cancelled(client: Client) -> None:
    order = {"pair": PAIR, "quantity": "0.1", "price": "20000", "type": "buy", "client_id": 100500}
    placed = client("orderCreate", order)
    assert (placed["result"], placed["client_id"]) == (True, 100500)
    (listed,) = client("userOpenOrders", PAIR)[PAIR]
    assert (listed["order_id"], listed["client_id"]) == (str(placed["order_id"]), "100500")
    assert client("userInfo")["reserved"]["USD"] == "2000"
    assert client("orderCancel", placed["order_id"]) == {"result": True, "error": ""}
    assert client("userOpenOrders", PAIR) == {}
    assert client("userCancelledOrders")[0]["order_id"] == str(placed["order_id"])
    assert client("userCancelledOrders", 1, 1) == []
    with pytest.raises(SdkError, match="Error 50173: Order was not found"):
        client("orderCancel", placed["order_id"])


def test_a_market_order_trades_and_its_deals_are_listed(client: Client) -> None:
    placed = client("orderCreate", {"pair": PAIR, "quantity": "0.01", "price": 0, "type": "market_buy"})
    deal = client("userTrades", PAIR)[PAIR][0]
    assert (deal["order_id"], deal["exec_type"], deal["commission_currency"]) == (placed["order_id"], "taker", "BTC")
    assert client("orderTrades", placed["order_id"])["trades"] == [deal]
    assert client("userTrades", PAIR, 1, 1) == {PAIR: []}


def test_a_stop_order_keeps_its_number_as_text_alone(client: Client) -> None:
    stop = client("stopMarketOrderCreate", {"pair": PAIR, "quantity": "0.1", "trigger_price": "28000", "type": "sell"})
    number = stop["parent_order_id_str"]
    assert stop["parent_order_id"] == int(float(number))  # a double, since JavaScript has nothing else
    (waiting,) = client("userOpenOrders", PAIR)[PAIR]
    assert (waiting["parent_order_id"], waiting["trigger_price"]) == (number, "28000")
    assert client("stopMarketOrderCancel", number) == {}
    with pytest.raises(SdkError, match="object Object"):  # the second shape of errors, as the SDK tells it
        client("stopMarketOrderCancel", number)


def test_a_refusal_is_told_in_the_words_of_the_exchange(client: Client) -> None:
    with pytest.raises(SdkError, match="Error 50054: Insufficient funds"):
        client("orderCreate", {"pair": PAIR, "quantity": "100", "price": "20000", "type": "buy"})
    with pytest.raises(SdkError, match="Error 50013: Parameter 'pair' is not specified"):
        client("trades", "")
