"""poloniexapi 0.5.7, untouched, through every method that it has.

It knows one host; its `session`, a public attribute, is led to ours. Its limiter (`coach`) is off, which is an option.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from mockserver import MockExchange
from mockserver.handles import KeyHandle

pytestmark = pytest.mark.sdk

PAIR = "BTC_ETH"
HARD_CODED = "https://poloniex.com"


class Elsewhere(requests.adapters.HTTPAdapter):
    """Sends requests for the host that the SDK knows to another one."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: requests.PreparedRequest, *arguments: Any, **named: Any) -> requests.Response:
        assert request.url is not None
        request.url = self._url + request.url.removeprefix(HARD_CODED)
        return super().send(request, *arguments, **named)


@pytest.fixture(scope="module")
def exchange() -> Iterator[MockExchange]:
    with MockExchange("poloniex", seed=7) as exchange:
        yield exchange
        assert exchange.own_faults == ()


@pytest.fixture
def key(exchange: MockExchange) -> KeyHandle:
    return exchange.create_key(permissions=["read", "trade", "withdraw"], private_venue=True)


@pytest.fixture
def client(python_sdks: Path, exchange: MockExchange, key: KeyHandle) -> Iterator[Any]:
    import poloniex

    client = poloniex.Poloniex(key.key, key.secret, timeout=5, coach=False)
    client.session.mount(HARD_CODED, Elsewhere(exchange.url))
    yield client
    client.session.close()


def refusal() -> type[Exception]:
    import poloniex

    found: type[Exception] = poloniex.PoloniexError
    return found


def test_what_is_public_is_read(client: Any) -> None:
    ticker = client.returnTicker()
    assert float(ticker[PAIR]["highestBid"]) < float(ticker[PAIR]["lowestAsk"])
    assert client.return24hVolume()[PAIR].keys() == {"BTC", "ETH"}
    assert client.returnOrderBook().keys() == ticker.keys()
    book = client.returnOrderBook(PAIR.lower(), 2)
    assert [len(book[side]) for side in ("asks", "bids")] == [2, 2]
    trades = client.marketTradeHist(PAIR)
    assert client.marketTradeHist(PAIR, start=1, end=2) == []
    assert {trade["type"] for trade in trades} <= {"buy", "sell"}
    candles = client.returnChartData(PAIR, 300)
    assert sum(float(candle["quoteVolume"]) for candle in candles) == pytest.approx(
        sum(float(trade["amount"]) for trade in trades)
    )
    assert client.returnCurrencies()["BTC"]["id"] == 28
    assert client.returnLoanOrders("btc").keys() == {"offers", "demands"}


def test_an_order_lives_and_dies(client: Any) -> None:
    number = client.buy(PAIR, 0.01, 1, "postOnly")["orderNumber"]
    assert [order["orderNumber"] for order in client.returnOpenOrders(PAIR)] == [number]
    assert [order["orderNumber"] for order in client.returnOpenOrders()[PAIR]] == [number]
    assert client.returnOrderStatus(number)["result"][number]["status"] == "Open"
    moved = client.moveOrder(number, 0.011, 2, "postOnly")
    assert moved["resultingTrades"] == {PAIR: []}
    assert client.cancelOrder(moved["orderNumber"])["amount"] == "2.00000000"
    with pytest.raises(refusal(), match="Invalid order number"):
        client.cancelOrder(number)
    number = client.sell(PAIR, 1, 1)["orderNumber"]
    assert client.cancelAllOrders(PAIR)["orderNumbers"] == [int(number)]
    assert client.cancelAllOrders()["orderNumbers"] == []


def test_a_trade_is_in_both_histories(client: Any) -> None:
    assert client.returnTradeHistory() == []
    sold = client.sell(PAIR, 0.01, 0.5, "immediateOrCancel")
    assert sold["amountUnfilled"] == "0.00000000"
    (mine,) = client.returnTradeHistory(PAIR)
    assert mine["orderNumber"] == sold["orderNumber"]
    assert client.returnTradeHistory("all", start=1, end=9_999_999_999, limit=5) == {PAIR: [mine]}
    (part,) = client.returnOrderTrades(sold["orderNumber"])
    assert part["globalTradeID"] == mine["globalTradeID"]


def test_what_an_account_has_is_read(client: Any) -> None:
    balances = client.returnBalances()
    assert client.returnCompleteBalances().keys() == balances.keys()
    assert client.returnAvailableAccountBalances()["exchange"]["ETH"] == balances["ETH"] == "10.00000000"
    assert client.returnAvailableAccountBalances("exchange").keys() == {"exchange"}
    assert client.generateNewAddress("BTC")["response"] == client.returnDepositAddresses()["BTC"]
    assert client.returnFeeInfo()["makerFee"] == "0.00150000"


def test_money_that_came_in_is_listed(exchange: MockExchange, key: KeyHandle, client: Any) -> None:
    exchange.deposit(key, "ETH", "3")
    (came,) = client.returnDepositsWithdrawals()["deposits"]
    assert (came["currency"], came["amount"], came["status"]) == ("ETH", "3.00000000", "COMPLETE")
    assert came["address"] == client.returnDepositAddresses()["ETH"]


def test_money_leaves(client: Any) -> None:
    assert client.withdraw("eth", 2, "0x52f0a1")["response"] == "Withdrew 2.00000000 ETH."
    (gone,) = client.returnDepositsWithdrawals()["withdrawals"]
    assert (gone["currency"], gone["amount"], gone["address"]) == ("ETH", "2.00000000", "0x52f0a1")


def test_a_position_is_opened_and_closed(client: Any) -> None:
    assert client.transferBalance("btc", 0.5, "exchange", "margin")["message"].startswith("Transferred 0.50000000 BTC")
    assert client.returnTradableBalances()[PAIR]["BTC"] == "1.25000000"
    with pytest.raises(refusal(), match=r"^Rate cannot be greater than 5%\.$"):
        client.marginBuy(PAIR, 0.07, 1.5)  # its own default for the rate of the loan is 2
    assert client.marginBuy(PAIR, 0.07, 1.5, lendingRate=0.02)["message"] == "Margin order placed."
    assert client.getMarginPosition(PAIR)["type"] == client.getMarginPosition()[PAIR]["type"] == "long"
    assert float(client.returnMarginAccountSummary()["totalBorrowedValue"]) > 0.09
    assert client.marginSell(PAIR, 0.06, 0.1, lendingRate=0.02)["resultingTrades"].keys() == {PAIR}
    assert client.closeMarginPosition(PAIR)["message"] == "Successfully closed margin position."
    assert client.closeMarginPosition(PAIR)["resultingTrades"] == []


def test_a_loan_is_offered_taken_renewed_and_cancelled(client: Any) -> None:
    client.transferBalance("btc", 0.5, "exchange", "lending", confirmed=True)
    offer = client.createLoanOffer("btc", 0.1, 0.0003)["orderID"]
    assert client.returnOpenLoanOffers()["BTC"][0]["id"] == offer
    assert client.cancelLoanOffer(offer)["amount"] == "0.10000000"
    assert client.returnOpenLoanOffers() == []
    loan = client.createLoanOffer("btc", 0.1, 0.0001)["orderID"]
    assert client.toggleAutoRenew(loan)["message"] == 1
    assert client.returnActiveLoans()["provided"][0]["autoRenew"] == 1
    assert client.returnLendingHistory() == []


def test_a_nonce_that_fell_behind_heals_itself(exchange: MockExchange, key: KeyHandle, client: Any) -> None:
    exchange.set_last_nonce(key, 4_000_000_000_000_000)
    assert client.returnBalances()["ETH"] == "10.00000000"
    assert exchange.last_nonce(key) == 4_000_000_000_000_042


@pytest.mark.parametrize(
    ("method", "arguments", "text"),
    [
        ("buy", (PAIR, 0.01, 1_000), "Not enough BTC."),
        ("sell", (PAIR, 1, 11), "Not enough ETH."),
        ("buy", (PAIR, 0.01, 1, "fillOrKill"), "Unable to fill order completely."),
        ("sell", (PAIR, 0.01, 1, "postOnly"), "Unable to place post-only order at this price."),
        ("buy", (PAIR, 0.00001, 1), "Total must be at least 0.0001."),
        ("returnOrderBook", ("BTC_NONE",), "Invalid currency pair."),
        ("returnOpenOrders", ("BTC_NONE",), "Invalid currencyPair parameter."),
        ("returnOrderStatus", ("x",), "Invalid orderNumber parameter."),
        ("returnOrderTrades", ("5",), "Order not found, or you are not the person who placed it."),
    ],
)
def test_a_refusal_is_told_in_the_words_of_the_server(
    client: Any, method: str, arguments: tuple[Any, ...], text: str
) -> None:
    with pytest.raises(refusal()) as refused:
        getattr(client, method)(*arguments)
    assert str(refused.value) == text


def test_a_wrong_secret_is_told(client: Any) -> None:
    client.secret = "another"
    with pytest.raises(refusal(), match=r"^Invalid API key/secret pair\.$"):
        client.returnBalances()
