"""ccxt 1.81.1's `poloniex`, untouched, through the whole of what it offers: once as it is, once for asyncio.

Where the server is, is one of its options (`urls`), and so are its nonces and its rate limit.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from mockserver import MockExchange
from mockserver.handles import KeyHandle

pytestmark = pytest.mark.sdk

PAIR = "ETH/BTC"


class InTurn:
    """An asyncio client whose coroutines are run to their end, so that one test serves both kinds."""

    def __init__(self, client: Any, runner: asyncio.Runner) -> None:
        vars(self).update(_client=client, _runner=runner)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if not callable(found):
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            outcome = found(*arguments, **named)
            return self._runner.run(outcome) if inspect.iscoroutine(outcome) else outcome

        return call

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._client, name, value)


@pytest.fixture(scope="module")
def exchange() -> Iterator[MockExchange]:
    with MockExchange("poloniex", seed=7) as exchange:
        yield exchange
        assert exchange.own_faults == ()


@pytest.fixture
def key(exchange: MockExchange) -> KeyHandle:
    return exchange.create_key(permissions=["read", "trade", "withdraw"], private_venue=True)


def options(exchange: MockExchange, key: KeyHandle, nonces: Iterator[int] | None = None) -> dict[str, Any]:
    return {
        "apiKey": key.key,
        "secret": key.secret,
        "enableRateLimit": False,
        "nonce": (nonces or count(1)).__next__,
        "urls": {"api": {"public": f"{exchange.url}/public", "private": f"{exchange.url}/tradingApi"}},
    }


@pytest.fixture(params=["as it is", "asyncio"])
def client(request: pytest.FixtureRequest, exchange: MockExchange, key: KeyHandle, python_sdks: Path) -> Iterator[Any]:
    import ccxt
    import ccxt.async_support

    if request.param == "as it is":
        client = ccxt.poloniex(options(exchange, key))
        yield client
        client.session.close()
        return
    with asyncio.Runner() as runner:

        async def made() -> Any:
            return ccxt.async_support.poloniex(options(exchange, key))

        concurrent = runner.run(made())
        yield InTurn(concurrent, runner)
        runner.run(concurrent.close())


def error(name: str) -> type[Exception]:
    import ccxt

    found: type[Exception] = getattr(ccxt, name)
    return found


# What anybody may ask.


def test_markets_and_currencies_are_read(client: Any) -> None:
    markets = client.load_markets()
    assert {PAIR, "BTC/USDT", "ETH/USDT"} <= set(markets)
    market = markets[PAIR]
    assert (market["id"], market["active"], market["limits"]["cost"]["min"]) == ("BTC_ETH", True, 0.0001)
    assert client.currencies["BTC"]["fee"] == 0.0005
    assert client.currencies["BTC"]["active"]
    assert client.options["currenciesByNumericId"][28]["code"] == "BTC"
    assert set(client.fetch_currencies()) >= {"BTC", "ETH", "USDT"}
    assert [market["id"] for market in client.fetch_markets() if market["symbol"] == PAIR] == ["BTC_ETH"]


def test_tickers_stand_between_bid_and_ask(client: Any) -> None:
    ticker = client.fetch_ticker(PAIR)
    assert ticker["bid"] < ticker["last"] < ticker["ask"]
    assert ticker["low"] <= ticker["last"] <= ticker["high"]
    assert ticker["percentage"] == 0.0
    assert ticker["baseVolume"] > 0
    assert ticker["quoteVolume"] == pytest.approx(ticker["baseVolume"] * ticker["last"], rel=0.01)
    assert client.fetch_tickers([PAIR])[PAIR]["ask"] == ticker["ask"]


def test_books_are_sorted_and_as_deep_as_asked(client: Any) -> None:
    book = client.fetch_order_book(PAIR, 3)
    assert [len(book[side]) for side in ("bids", "asks")] == [3, 3]
    assert book["bids"] == sorted(book["bids"], reverse=True)
    assert book["asks"] == sorted(book["asks"])
    assert book["nonce"] > 0
    books = client.fetch_order_books(None, 1)
    assert books[PAIR]["bids"] == book["bids"][:1]
    assert set(books) == set(client.markets)


def test_trades_and_candles_tell_of_the_same(client: Any) -> None:
    trades = client.fetch_trades(PAIR)
    assert trades == sorted(trades, key=lambda trade: (trade["timestamp"], trade["id"]))
    assert {trade["symbol"] for trade in trades} == {PAIR}
    assert trades[0]["cost"] == pytest.approx(trades[0]["price"] * trades[0]["amount"], abs=1e-8)
    assert client.fetch_trades(PAIR, trades[-1]["timestamp"])[-1]["id"] == trades[-1]["id"]
    candles = client.fetch_ohlcv(PAIR)
    assert all(low <= min(first, last) <= max(first, last) <= high for _, first, high, low, last, _ in candles)
    assert sum(candle[5] for candle in candles) == pytest.approx(sum(trade["amount"] for trade in trades))
    assert candles[0][0] % 300_000 == 0
    assert len(client.fetch_ohlcv(PAIR, "5m", None, 3)) <= 4


def test_every_other_public_command_is_reached(client: Any) -> None:
    volume = client.publicGetReturn24hVolume()
    assert set(volume["BTC_ETH"]) == {"BTC", "ETH"}
    assert isinstance(volume["totalBTC"], str)
    assert set(client.publicGetReturnLoanOrders({"currency": "BTC"})) == {"offers", "demands"}


# What an account has and does.


def test_a_balance_has_a_free_and_a_used_part(client: Any) -> None:
    client.create_order(PAIR, "limit", "buy", 1, 0.01)
    balance = client.fetch_balance()
    assert balance["BTC"] == {"free": 0.99, "used": 0.01, "total": 1.0}
    assert balance["ETH"]["total"] == 10.0


def test_fees_are_read(client: Any) -> None:
    fees = client.fetch_trading_fees()[PAIR]
    assert (fees["maker"], fees["taker"]) == (0.0015, 0.0025)


@pytest.mark.parametrize(("side", "price"), [("buy", 0.01), ("sell", 0.5)])
def test_an_order_that_rests_is_listed_until_it_is_cancelled(client: Any, side: str, price: float) -> None:
    placed = client.create_order(PAIR, "limit", side, 0.5, price)
    assert (placed["side"], placed["trades"], placed["symbol"]) == (side, [], PAIR)
    for listed in (client.fetch_open_orders(PAIR), client.fetch_open_orders()):
        (order,) = listed
        assert order["id"] == placed["id"]
        assert (order["side"], order["price"], order["amount"], order["remaining"]) == (side, price, 0.5, 0.5)
        assert order["status"] == "open"
    single = client.fetch_open_order(placed["id"])
    assert (single["id"], single["price"], single["status"]) == (placed["id"], price, "open")
    assert client.fetch_order_status(placed["id"], PAIR) == "open"
    assert client.cancel_order(placed["id"], PAIR)["message"] == f"Order #{placed['id']} canceled."
    assert client.fetch_open_orders(PAIR) == []
    assert client.fetch_order_status(placed["id"], PAIR) == "closed"


def test_an_order_that_trades_is_found_in_every_history(client: Any) -> None:
    ask = client.fetch_ticker(PAIR)["ask"]
    placed = client.create_order(PAIR, "limit", "buy", 0.5, 1, {"clientOrderId": "12345"})
    assert placed["clientOrderId"] == "12345"
    assert placed["filled"] == 0.5
    assert placed["average"] == pytest.approx(ask, rel=1e-6)
    assert {trade["takerOrMaker"] for trade in placed["trades"]} == {"taker"}
    (trade,) = client.fetch_my_trades(PAIR)
    assert (trade["order"], trade["side"], trade["amount"], trade["price"]) == (placed["id"], "buy", 0.5, ask)
    assert client.fetch_my_trades() == [trade]
    assert client.fetch_my_trades(PAIR, 1_000, 1) == [trade]
    (part,) = client.fetch_order_trades(placed["id"])
    assert (part["id"], part["amount"], part["symbol"]) == (trade["id"], 0.5, PAIR)
    closed = client.fetch_closed_order(placed["id"])
    assert (closed["status"], closed["filled"], closed["symbol"]) == ("closed", 0.5, PAIR)


def test_an_order_can_be_edited(client: Any) -> None:
    first = client.create_order(PAIR, "limit", "buy", 1, 0.01)
    second = client.edit_order(first["id"], PAIR, "limit", "buy", 2, 0.011)
    assert second["id"] != first["id"]
    assert second["trades"] == []
    (order,) = client.fetch_open_orders(PAIR)
    assert (order["id"], order["price"], order["amount"]) == (second["id"], 0.011, 2.0)


def test_an_order_is_cancelled_by_the_name_that_the_client_gave(client: Any) -> None:
    placed = client.create_order(PAIR, "limit", "buy", 1, 0.01, {"clientOrderId": "77"})
    (order,) = client.fetch_open_orders()
    assert order["clientOrderId"] == "77"
    answer = client.cancel_order(None, PAIR, {"clientOrderId": "77"})
    assert answer["message"] == f"Order #{placed['id']} canceled."


def test_all_orders_are_cancelled_at_once(client: Any) -> None:
    client.load_markets()
    numbers = [client.create_order(PAIR, "limit", "buy", 1, 0.01)["id"] for _ in range(2)]
    elsewhere = client.create_order("BTC/USDT", "limit", "buy", 0.1, 100)["id"]
    assert sorted(map(str, client.cancel_all_orders(PAIR)["orderNumbers"])) == sorted(numbers)
    assert list(map(str, client.cancel_all_orders()["orderNumbers"])) == [elsewhere]
    assert client.fetch_open_orders() == []


def test_an_address_is_given_out_once_and_stays(client: Any) -> None:
    made = client.create_deposit_address("BTC")
    assert client.fetch_deposit_address("BTC")["address"] == made["address"]


@pytest.mark.parametrize("method", ["fetch_transactions", "fetch_withdrawals"])
def test_money_leaves_and_is_listed_though_ccxt_stumbles_over_the_answer(client: Any, method: str) -> None:
    # The answer has no amount, as documented; ccxt subtracts a fee from it all the same.
    with pytest.raises(TypeError):
        client.withdraw("ETH", 2, "0x52f0a1")
    (gone,) = getattr(client, method)("ETH")
    assert (gone["type"], gone["amount"], gone["fee"]["cost"]) == ("withdrawal", 1.995, 0.005)
    assert (gone["address"], gone["status"]) == ("0x52f0a1", "ok")
    assert gone["txid"]
    assert client.fetch_balance()["ETH"]["free"] == 8.0


def test_money_that_came_in_is_listed(exchange: MockExchange, key: KeyHandle, client: Any) -> None:
    exchange.deposit(key, "ETH", "3")
    (came,) = client.fetch_deposits("ETH")
    assert (came["type"], came["amount"], came["status"]) == ("deposit", 3.0, "ok")
    assert came["address"] == client.fetch_deposit_address("ETH")["address"]
    assert [one["id"] for one in client.fetch_transactions()] == [came["id"]]
    assert client.fetch_balance()["ETH"]["free"] == 13.0


def test_a_currency_with_a_shared_address_has_a_tag(client: Any) -> None:
    found = client.fetch_deposit_address("XMR")
    assert found["address"].startswith("4")
    assert len(found["tag"]) == 64


def test_money_leaves_by_the_network_that_was_named(client: Any) -> None:
    with pytest.raises(TypeError):
        client.withdraw("USDT", 100, "TAddress", None, {"network": "TRC20"})
    (gone,) = client.fetch_withdrawals("USDT")
    assert (gone["info"]["currency"], gone["currency"], gone["amount"]) == ("USDTTRON", "USDT", 100.0)


def test_money_goes_from_account_to_account(client: Any) -> None:
    moved = client.transfer("BTC", 0.5, "spot", "lending")
    assert (moved["amount"], moved["fromAccount"], moved["toAccount"]) == (0.5, "spot", "lending")
    assert client.privatePostReturnAvailableAccountBalances({"account": "lending"}) == {
        "lending": {"BTC": "0.50000000"}
    }
    assert client.fetch_balance()["BTC"]["total"] == 1.0


def test_a_position_is_opened_and_closed(client: Any) -> None:
    client.transfer("BTC", 0.5, "spot", "margin")
    assert client.fetch_position(PAIR)["type"] == "none"
    order = {"currencyPair": "BTC_ETH", "rate": "0.07", "amount": "1.5", "lendingRate": "0.01"}
    assert list(client.privatePostMarginBuy(order)["resultingTrades"]) == ["BTC_ETH"]
    assert client.fetch_position(PAIR)["type"] == "long"
    assert float(client.privatePostReturnMarginAccountSummary()["totalBorrowedValue"]) > 0.09
    assert client.privatePostReturnActiveLoans()["used"][0]["currency"] == "BTC"
    assert float(client.privatePostReturnTradableBalances()["BTC_ETH"]["BTC"]) < 1.25
    small = order | {"rate": "0.06", "amount": "0.1"}
    assert client.privatePostMarginSell(small)["message"] == "Margin order placed."
    assert client.privatePostCloseMarginPosition({"currencyPair": "BTC_ETH"})["success"] == "1"
    assert client.privatePostGetMarginPosition({"currencyPair": "all"})["BTC_ETH"]["type"] == "none"


def test_a_loan_is_offered_taken_renewed_and_cancelled(client: Any) -> None:
    client.transfer("BTC", 0.5, "spot", "lending")
    terms = {"currency": "BTC", "amount": "0.1", "duration": 2, "autoRenew": 0, "lendingRate": "0.0003"}
    offer = client.privatePostCreateLoanOffer(terms)["orderID"]
    assert client.privatePostReturnOpenLoanOffers()["BTC"][0]["id"] == offer
    assert client.privatePostCancelLoanOffer({"orderNumber": offer})["amount"] == "0.10000000"
    loan = client.privatePostCreateLoanOffer(terms | {"lendingRate": "0.0001"})["orderID"]
    assert client.privatePostToggleAutoRenew({"orderNumber": loan})["message"] == "1"
    assert client.privatePostReturnActiveLoans()["provided"][0]["autoRenew"] == "1"
    assert client.privatePostReturnLendingHistory({"start": 0}) == []


# What is refused, and as what.


@pytest.mark.parametrize(
    ("name", "method", "arguments"),
    [
        ("InsufficientFunds", "create_order", (PAIR, "limit", "buy", 1_000, 0.01)),
        ("InsufficientFunds", "create_order", (PAIR, "limit", "sell", 11, 0.5)),
        ("InvalidOrder", "create_order", (PAIR, "limit", "buy", 0.001, 0.01)),
        ("OrderNotFound", "cancel_order", ("5",)),
        ("OrderNotFound", "cancel_order", ("abc",)),
        ("OrderNotFound", "fetch_open_order", ("5",)),
        ("OrderNotFound", "fetch_closed_order", ("5",)),
        ("OrderNotFound", "fetch_order_trades", ("5",)),
        ("OrderNotFound", "edit_order", ("5", PAIR, "limit", "buy", 1, 0.01)),
        ("BadSymbol", "publicGetReturnOrderBook", ({"currencyPair": "BTC_NONE"},)),
        ("BadSymbol", "privatePostReturnOpenOrders", ({"currencyPair": "BTC_NONE"},)),
    ],
)
def test_a_refusal_is_told_apart(client: Any, name: str, method: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(error(name)):
        getattr(client, method)(*arguments)


def test_a_nonce_that_falls_behind_is_an_invalid_nonce(exchange: MockExchange, key: KeyHandle, client: Any) -> None:
    exchange.set_last_nonce(key, 10**15)
    with pytest.raises(error("InvalidNonce"), match=r"Nonce must be greater than 1000000000000000\. You provided "):
        client.fetch_balance()


def test_a_wrong_secret_is_an_authentication_error(client: Any) -> None:
    client.secret = "another"
    with pytest.raises(error("AuthenticationError"), match="Invalid API key"):
        client.fetch_balance()


def test_a_key_that_may_only_read_is_denied(exchange: MockExchange, client: Any, key: KeyHandle) -> None:
    exchange.revoke(key)
    with pytest.raises(error("AuthenticationError")):
        client.fetch_open_orders()


def test_a_frozen_account_is_suspended(exchange: MockExchange, client: Any, key: KeyHandle) -> None:
    exchange.freeze_account(key)
    with pytest.raises(error("AccountSuspended")):
        client.fetch_balance()


def test_maintenance_and_hurry_are_told_apart(exchange: MockExchange, client: Any) -> None:
    client.load_markets()
    exchange.maintenance = True
    try:
        with pytest.raises(error("OnMaintenance")):
            client.fetch_balance()
    finally:
        exchange.maintenance = False
    exchange.rate_limits = True
    try:
        with pytest.raises(error("RateLimitExceeded")):
            [client.fetch_balance() for _ in range(50)]
    finally:
        exchange.rate_limits = False


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"refusal": "unavailable"}, "RequestTimeout"),
        ({"refusal": "internal_error"}, "ExchangeNotAvailable"),
        ({"refusal": "rejected", "variant": "bounds"}, "InvalidOrder"),
        ({"refusal": "rejected", "variant": "reduce"}, "InvalidOrder"),
        ({"refusal": "account_frozen", "variant": "closed"}, "AccountSuspended"),
        ({"refusal": "permission_denied"}, "PermissionDenied"),
        ({"refusal": "rate_limited", "variant": "throttled"}, "RateLimitExceeded"),
    ],
)
def test_a_planned_refusal_is_told_apart(
    exchange: MockExchange, key: KeyHandle, client: Any, settings: dict[str, str], name: str
) -> None:
    client.load_markets()
    exchange.faults.add(fault="refuse", at="before_handler", key=key, **settings)
    with pytest.raises(error(name)):
        client.create_order(PAIR, "limit", "buy", 1, 0.01)
    assert client.fetch_open_orders(PAIR) == []
