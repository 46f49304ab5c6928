"""poloniex-api-node 2.0.2, untouched, through every method that it has: by promise, and some by callback."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver import MockExchange
from mockserver.handles import KeyHandle

pytestmark = pytest.mark.sdk

PAIR = "BTC_ETH"


class SdkError(Exception):
    """What the SDK rejected with."""


class Client:
    """The SDK in its own process."""

    def __init__(self, sdks: Path, exchange: MockExchange, key: KeyHandle) -> None:
        node = shutil.which("node")
        if node is None or not (sdks / "node/node_modules/poloniex-api-node").is_dir():
            pytest.skip("there is no node, or no npm to fetch the SDK with")
        program = Path(__file__).with_name("poloniex_api_node.js")
        # Its `request` warns that `punycode` will leave Node one day; no word of ours depends on it.
        assert exchange.ca_file is not None
        where = [sdks / "node", str(exchange.port), exchange.ca_file]
        self.process = subprocess.Popen(
            [node, "--no-deprecation", program, *where, key.key, key.secret],
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


@pytest.fixture(scope="module")
def exchange() -> Iterator[MockExchange]:
    with MockExchange("poloniex", seed=7, tls=True) as exchange:
        yield exchange
        assert exchange.own_faults == ()


@pytest.fixture(scope="module")
def key(exchange: MockExchange) -> KeyHandle:
    return exchange.create_key(permissions=["read", "trade", "withdraw"], private_venue=True)


@pytest.fixture(scope="module")
def client(sdks: Path, exchange: MockExchange, key: KeyHandle) -> Iterator[Client]:
    client = Client(sdks, exchange, key)
    with client.process:
        yield client
        assert client.process.stdin is not None
        client.process.stdin.close()


def test_what_is_public_is_read(client: Client) -> None:
    ticker = client("returnTicker")
    assert float(ticker[PAIR]["highestBid"]) < float(ticker[PAIR]["lowestAsk"])
    assert client("callback:returnTicker") == ticker
    assert client("return24Volume")[PAIR].keys() == {"BTC", "ETH"}
    book = client("returnOrderBook", PAIR, 2)
    assert [len(book[side]) for side in ("asks", "bids")] == [2, 2]
    assert client("returnOrderBook", "all", None).keys() == ticker.keys()
    assert {trade["type"] for trade in client("returnTradeHistory", PAIR, None, None, None)} <= {"buy", "sell"}
    assert len(client("returnTradeHistory", PAIR, None, None, 2)) == 2
    (candle,) = client("returnChartData", PAIR, 86400, 1, 2)
    assert candle["date"] == 0
    assert client("returnCurrencies")["BTC"]["id"] == 28
    assert client("returnLoanOrders", "BTC", 1).keys() == {"offers", "demands"}


def test_an_order_lives_and_dies(client: Client) -> None:
    placed = client("buy", PAIR, 0.01, 1, None, None, 1)
    assert placed["resultingTrades"] == []
    number = placed["orderNumber"]
    assert [order["orderNumber"] for order in client("returnOpenOrders", PAIR)] == [number]
    assert [order["orderNumber"] for order in client("returnOpenOrders", "all")[PAIR]] == [number]
    assert client("returnOrderStatus", number)["result"][number]["status"] == "Open"
    moved = client("moveOrder", number, 0.011, 2, None, None)
    assert moved["resultingTrades"] == {PAIR: []}
    assert client("cancelOrder", moved["orderNumber"])["amount"] == "2.00000000"
    with pytest.raises(SdkError, match=r"^Invalid order number, or you are not the person who placed the order"):
        client("cancelOrder", number)


def test_a_trade_is_in_both_histories(client: Client) -> None:
    sold = client("sell", PAIR, 0.01, 0.5, None, 1, None)
    assert sold["amountUnfilled"] == "0.00000000"
    number = sold["orderNumber"]
    mine = client("returnMyTradeHistory", PAIR, None, None, 10)[0]
    assert mine["orderNumber"] == number
    assert client("returnMyTradeHistory", "all", None, None, None).keys() == {PAIR}
    (part,) = client("returnOrderTrades", number)
    assert part["globalTradeID"] == mine["globalTradeID"]
    assert str(part["tradeID"]) == mine["tradeID"]


def test_what_an_account_has_is_read(client: Client) -> None:
    balances = client("returnBalances")
    complete = client("returnCompleteBalances", "all")
    assert complete.keys() == balances.keys()
    assert complete["USDT"]["available"] == balances["USDT"] == "10000.00000000"
    assert client("returnCompleteBalances", None)["USDT"] == complete["USDT"]
    assert client("returnAvailableAccountBalances", "exchange")["exchange"]["USDT"] == "10000.00000000"
    assert client("generateNewAddress", "BTC")["response"] == client("returnDepositAddresses")["BTC"]
    assert client("returnFeeInfo")["makerFee"] == "0.00150000"


def test_money_leaves(client: Client) -> None:
    assert client("withdraw", "ETH", 2, "0x52f0a1", None)["response"] == "Withdrew 2.00000000 ETH."
    (gone,) = client("returnDepositsWithdrawals", 0, 9_999_999_999)["withdrawals"]
    assert (gone["currency"], gone["amount"], gone["address"]) == ("ETH", "2.00000000", "0x52f0a1")


def test_a_position_is_opened_and_closed(client: Client) -> None:
    assert client("transferBalance", "BTC", 0.3, "exchange", "margin")["success"] == 1
    assert client("returnTradableBalances")[PAIR]["BTC"] == "0.75000000"
    assert client("marginBuy", PAIR, 0.07, 1.5, 0.02)["resultingTrades"].keys() == {PAIR}
    assert client("getMarginPosition", PAIR)["type"] == "long"
    assert float(client("returnMarginAccountSummary")["totalBorrowedValue"]) > 0.09
    assert client("marginSell", PAIR, 0.06, 0.1, None)["message"] == "Margin order placed."
    assert client("closeMarginPosition", PAIR)["message"] == "Successfully closed margin position."


def test_a_loan_is_offered_taken_renewed_and_cancelled(client: Client) -> None:
    assert client("transferBalance", "BTC", 0.3, "exchange", "lending")["success"] == 1
    offer = client("createLoanOffer", "BTC", 0.1, 2, 0, 0.0003)["orderID"]
    assert client("returnOpenLoanOffers")["BTC"][0]["id"] == offer
    assert client("cancelLoanOffer", offer)["amount"] == "0.10000000"
    loan = client("createLoanOffer", "BTC", 0.1, 2, 0, 0.0001)["orderID"]
    assert client("toggleAutoRenew", loan)["message"] == 1
    assert client("returnActiveLoans")["provided"][0]["autoRenew"] == 1
    assert client("returnLendingHistory", 0, 9_999_999_999, 5) == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (("buy", PAIR, 0.01, 1_000, None, None, None), "Not enough BTC."),
        (("buy", PAIR, 0.00001, 1, None, None, None), "Poloniex error 422: . Total must be at least 0.0001."),
        (("buy", "BTC_NONE", 1, 1, None, None, None), "Poloniex error 422: . Invalid currencyPair parameter."),
        (("buy", PAIR, 0.01, 1, 1, None, None), "Unable to fill order completely."),
        (("returnOrderBook", "BTC_NONE", 1), "Invalid currency pair."),
        (("callback:cancelOrder", "abc"), "Poloniex error 422: . Invalid orderNumber parameter."),
    ],
)
def test_a_refusal_is_told_with_its_status(client: Client, call: tuple[Any, ...], message: str) -> None:
    with pytest.raises(SdkError) as refused:
        client(*call)
    assert str(refused.value) == message
