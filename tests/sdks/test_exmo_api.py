"""exmo-api 0.1.0, EXMO's own sample of 2016 for version 1, untouched: it hands out the text of whatever is answered."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver import KeyHandle, MockExchange

pytestmark = pytest.mark.sdk


class Client:
    """The SDK in its own process."""

    def __init__(self, sdks: Path, exchange: MockExchange, key: KeyHandle) -> None:
        node = shutil.which("node")
        if node is None or not (sdks / "node/node_modules/exmo-api").is_dir():
            pytest.skip("there is no node, or no npm to fetch the SDK with")
        assert exchange.ca_file is not None
        where = [sdks / "node", str(exchange.port), exchange.ca_file, key.key, key.secret]
        # Its `request` warns of what will leave Node one day; no word of ours depends on it.
        self.process = subprocess.Popen(
            [node, "--no-deprecation", Path(__file__).with_name("exmo_api.js"), *where],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, method: str, **parameters: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([method, parameters]) + "\n")
        self.process.stdin.flush()
        return json.loads(json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        self.process.communicate(timeout=10)


@pytest.fixture(scope="module")
def exchange() -> Iterator[MockExchange]:
    with MockExchange("exmo", seed=7, tls=True) as exchange:
        yield exchange
        assert exchange.own_faults == ()


@pytest.fixture(scope="module")
def client(sdks: Path, exchange: MockExchange) -> Iterator[Client]:
    client = Client(sdks, exchange, exchange.create_key(permissions=["read", "trade", "withdraw"], kind="v1"))
    yield client
    client.close()


def test_public_methods_are_asked_by_post_and_with_a_nonce(client: Client) -> None:
    assert client("ticker")["BTC_USD"]["last_trade"]
    assert len(client("order_book", pair="BTC_USD,ETH_USD", limit=2)["ETH_USD"]["bid"]) == 2
    assert client("trades", pair="BTC_USD")["BTC_USD"]
    assert client("currency")[0] == "BTC"
    assert "price_precision" not in client("pair_settings")["BTC_USD"]
    assert client("required_amount", pair="BTC_USD", quantity=0.1)["quantity"] == "0.1"


def test_an_order_goes_its_way(client: Client) -> None:
    placed = client("order_create", pair="BTC_USD", quantity=0.1, price=20000, type="buy")
    assert placed["result"] is True
    (listed,) = client("user_open_orders")["BTC_USD"]
    assert listed["order_id"] == str(placed["order_id"])
    assert client("user_info")["reserved"]["USD"] == "2000"
    assert client("order_cancel", order_id=placed["order_id"]) == {"result": True, "error": ""}
    assert client("user_cancelled_orders", limit=100, offset=0)[0]["order_type"] == "buy"


def test_deals_are_numbers(client: Client) -> None:
    placed = client("order_create", pair="BTC_USD", quantity=0.01, price=0, type="market_buy")
    deal = client("user_trades", pair="BTC_USD,ETH_USD", limit=5, offset=0)["BTC_USD"][0]
    assert (deal["order_id"], deal["quantity"]) == (placed["order_id"], 0.01)
    assert client("order_trades", order_id=placed["order_id"])["trades"] == [deal]


def test_money_goes_out_and_is_remembered(client: Client) -> None:
    assert set(client("deposit_address")) >= {"BTC", "USDTERC20"}
    task = client("withdraw_crypt", amount=0.1, currency="BTC", address="1ExampleAddr")["task_id"]
    assert client("withdraw_get_txid", task_id=task)["status"] is False
    code = client("excode_create", currency="USD", amount=10)["code"]
    assert client("excode_load", code=code)["amount"] == "10"
    assert len(client("wallet_history")["history"]) == 3


def test_a_refusal_is_an_answer_like_any_other(client: Client) -> None:
    assert client("order_cancel", order_id=1) == {"result": False, "error": "Error 50173: Order was not found '#1'"}
    assert client("stop_market_order_create")["error"].startswith("Error 40015: ")
