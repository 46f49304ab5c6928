"""ccxt 1.81.1's `exmo`, untouched, through the whole of what it offers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from harness.documents.exchange_words import WORDS
from mockserver import MockExchange
from mockserver.handles import KeyHandle

pytestmark = pytest.mark.sdk

PAIR = "BTC/USD"


@pytest.fixture(scope="module")
def exchange() -> Iterator[MockExchange]:
    with MockExchange("exmo", seed=7) as exchange:
        yield exchange
        assert exchange.own_faults == ()


@pytest.fixture
def key(exchange: MockExchange) -> KeyHandle:
    return exchange.create_key(permissions=["read", "trade", "withdraw"], private_venue=True)


@pytest.fixture
def client(exchange: MockExchange, key: KeyHandle, python_sdks: Path) -> Iterator[Any]:
    client = connected(exchange, key)
    yield client
    client.session.close()


def connected(exchange: MockExchange, key: KeyHandle, **more: Any) -> Any:
    import ccxt

    return ccxt.exmo(
        {
            "apiKey": key.key,
            "secret": key.secret,
            "enableRateLimit": False,
            "nonce": count(1).__next__,
            "urls": {"api": dict.fromkeys(("public", "private", "web"), exchange.url)},
            **more,
        }
    )


def error(name: str) -> type[Exception]:
    import ccxt

    found: type[Exception] = getattr(ccxt, name)
    return found


# What anybody may ask.


def test_markets_carry_their_limits_and_fees(client: Any) -> None:
    market = client.load_markets()[PAIR]
    assert (market["id"], market["precision"]["price"], market["taker"]) == ("BTC_USD", 2, 0.003)
    assert market["limits"]["amount"]["min"] == 0.0001
    assert market["limits"]["cost"] == {"min": 1.0, "max": 1_000_000_000.0}
    assert client.market("1INCH/USDT")["base"] == "1INCH"


def test_currencies_know_whether_they_can_come_and_go(client: Any) -> None:
    currencies = client.fetch_currencies()
    assert (currencies["BTC"]["deposit"], currencies["BTC"]["withdraw"], currencies["BTC"]["fee"]) == (
        True,
        True,
        0.0005,
    )
    assert (currencies["USD"]["type"], currencies["USD"]["active"]) == ("fiat", True)
    fees = client.fetch_funding_fees()
    assert fees["withdraw"]["USDT"] == 1.0  # the cheapest way
    assert fees["deposit"]["BTC"] == 0.0


def test_fees_are_read_from_both_places_that_tell_them(client: Any) -> None:
    for method in ("fetchPrivateTradingFees", "fetchPublicTradingFees"):
        fees = client.fetch_trading_fees({"method": method})
        assert fees[PAIR]["taker"] == fees[PAIR]["maker"] == 0.003


def test_tickers_stand_between_bid_and_ask(client: Any) -> None:
    ticker = client.fetch_ticker(PAIR)
    assert ticker["bid"] < ticker["last"] < ticker["ask"]
    assert ticker["low"] <= ticker["average"] <= ticker["high"]
    assert ticker["baseVolume"] > 0
    assert client.fetch_tickers(["ETH/BTC"])["ETH/BTC"]["symbol"] == "ETH/BTC"


def test_books_are_sorted_and_as_deep_as_asked(client: Any) -> None:
    book = client.fetch_order_book(PAIR, 3)
    assert [len(book[side]) for side in ("bids", "asks")] == [3, 3]
    assert book["bids"] == sorted(book["bids"], reverse=True)
    assert book["asks"] == sorted(book["asks"])
    assert set(client.fetch_order_books()) == set(client.markets)
    assert client.fetch_order_books([PAIR, "ETH/USD"], 1)[PAIR]["bids"] == book["bids"][:1]


def test_trades_and_candles_tell_of_the_same(client: Any) -> None:
    trades = client.fetch_trades(PAIR)
    assert {trade["symbol"] for trade in trades} == {PAIR}
    assert trades == sorted(trades, key=lambda trade: (trade["timestamp"], trade["id"]))
    candles = client.fetch_ohlcv(PAIR, "1m", None, 30)
    assert all(low <= min(first, last) <= max(first, last) <= high for _, first, high, low, last, _ in candles)
    assert sum(candle[5] for candle in candles) == pytest.approx(sum(trade["amount"] for trade in trades))
    assert candles[0][0] % 60_000 == 0
    since = trades[0]["timestamp"]
    assert client.fetch_ohlcv(PAIR, "5m", since, 2)
    assert client.fetch_ohlcv(PAIR, "1d", since - since % 86_400_000)[-1][4] == trades[-1]["price"]


def test_what_an_amount_would_cost_is_asked_and_bare_codes_are_listed(client: Any) -> None:
    price, amount = client.fetch_order_book(PAIR, 1)["asks"][0]
    answer = client.publicGetRequiredAmount({"pair": "BTC_USD", "quantity": amount})
    assert float(answer["avg_price"]) == price
    assert client.publicGetCurrency()[:2] == ["BTC", "USD"]


# Trading.


def test_an_order_rests_is_listed_and_is_cancelled(client: Any) -> None:
    order = client.create_order(PAIR, "limit", "buy", 0.1, 20000, {"clientOrderId": 77})
    assert (order["status"], order["clientOrderId"]) == ("open", 77)
    (resting,) = client.fetch_open_orders(PAIR)
    assert (resting["id"], resting["clientOrderId"], resting["side"]) == (order["id"], 77, "buy")
    assert (resting["price"], resting["amount"], resting["remaining"]) == (20000.0, 0.1, 0.1)
    assert client.fetch_open_orders("ETH/USD") == []
    balance = client.fetch_balance()
    assert (balance["USD"]["used"], balance["USD"]["free"]) == (2000.0, 8000.0)
    assert client.cancel_order(order["id"])["result"] is True
    assert client.fetch_open_orders() == []
    assert client.fetch_balance()["USD"]["used"] == 0
    (cancelled,) = client.privatePostUserCancelledOrders()
    assert cancelled["order_id"] == order["id"]


def test_an_order_that_trades_is_found_with_its_deals(client: Any) -> None:
    ask = client.fetch_order_book(PAIR, 1)["asks"][0][0]
    order = client.create_order(PAIR, "limit", "buy", 0.01, ask)
    (trade,) = client.fetch_order_trades(order["id"], PAIR)
    assert (trade["order"], trade["price"], trade["amount"], trade["takerOrMaker"]) == (order["id"], ask, 0.01, "taker")
    assert trade["fee"] == {"cost": 0.00003, "currency": "BTC", "rate": 0.0003}  # ccxt divides by another thousand
    assert [mine["id"] for mine in client.fetch_my_trades(PAIR)] == [trade["id"]]
    assert client.fetch_my_trades([PAIR, "ETH/USD"], None, 5)[0]["symbol"] == PAIR
    found = client.fetch_order(order["id"])
    assert (found["status"], found["filled"], found["symbol"]) == ("closed", 0.01, PAIR)
    assert client.fetch_balance()["BTC"]["free"] == pytest.approx(1.00997)


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_a_market_order_trades_at_once(client: Any, side: str) -> None:
    order = client.create_order(PAIR, "market", side, 0.02)
    (trade,) = client.fetch_my_trades(PAIR)
    assert (trade["order"], trade["side"], trade["amount"]) == (order["id"], side, 0.02)
    assert client.fetch_open_orders() == []


def test_money_can_be_spent_whole(client: Any) -> None:
    order = client.create_order(PAIR, "market", "buy", 100, None, {"type": "market_buy_total"})
    spent = Decimal(client.privatePostOrderTrades({"order_id": order["id"]})["out_amount"])
    assert 99 < spent <= 100


def test_an_order_that_must_not_trade_at_once_is_refused(client: Any) -> None:
    ask = client.fetch_order_book(PAIR, 1)["asks"][0][0]
    with pytest.raises(error("InvalidOrder"), match="50277"):
        client.create_order(PAIR, "limit", "buy", 0.01, ask, {"exec_type": "post_only"})


def test_a_stop_order_waits_and_is_cancelled(client: Any) -> None:
    wanted = {"pair": "BTC_USD", "quantity": "0.1", "trigger_price": "28000", "type": "sell"}
    stop = client.privatePostStopMarketOrderCreate(wanted)
    assert stop["parent_order_id"] == stop["parent_order_id_str"]  # ccxt reads numbers as text
    assert len(stop["parent_order_id_str"]) == 18
    (waiting,) = client.fetch_open_orders(PAIR)
    assert waiting["info"]["parent_order_id"] == stop["parent_order_id_str"]
    assert waiting["info"]["type"] == "stop_market_sell"
    cancel = {"parent_order_id": stop["parent_order_id_str"]}
    assert client.privatePostStopMarketOrderCancel(cancel) == {}
    assert client.fetch_open_orders() == []
    assert client.privatePostUserCancelledOrders()[0]["reason_status"] == "user_canceled"
    # The second shape of errors is none to this version of ccxt: it hands it out as an answer.
    assert client.privatePostStopMarketOrderCancel(cancel)["error"]["code"] == "191021"


def test_a_stop_order_of_the_unified_interface_goes_to_margin_trading(exchange: MockExchange, client: Any) -> None:
    params = {"stopPrice": 31000, "type": "stop_limit_buy", "leverage": 2}
    stop = client.create_order(PAIR, "stop_limit", "buy", 0.1, 31500, params)
    (waiting,) = client.privatePostMarginUserOrderList()["orders"]
    assert (waiting["order_id"], waiting["type"], waiting["price"]) == (stop["id"], "stop_limit_buy", "31500")
    assert client.privatePostMarginUserOrderCancel({"order_id": stop["id"]}) == {}
    # Without the type ccxt sends `buy`, which is none there, and takes the refusal for an order without a number.
    nothing = client.create_order(PAIR, "stop", "buy", 0.1, 30000, {"stopPrice": 31000})
    assert nothing["id"] is None
    assert nothing["info"]["error"]["msg"] == "Parameter 'type' is not valid"


# Money.


def test_withdrawals_leave_and_are_listed(exchange: MockExchange, key: KeyHandle, client: Any) -> None:
    client.fetch_funding_fees()  # ccxt keeps them, and falls over what it did not fetch
    sent = client.withdraw("BTC", 0.5, "1ExampleAddr", None, {"network": "BTC"})
    assert sent["id"] == str(exchange.withdrawals(key)[0].withdrawal_id)
    (listed,) = client.fetch_withdrawals("BTC")
    assert (listed["id"], listed["amount"], listed["status"]) == (sent["id"], 0.5005, "pending")
    assert listed["fee"] == {"cost": 0.0005, "currency": "BTC", "rate": None}
    (moved,) = client.fetch_transactions()
    assert (moved["type"], moved["address"], moved["currency"], moved["amount"]) == (
        "withdrawal",
        "1ExampleAddr",
        "BTC",
        pytest.approx(0.5),
    )
    assert client.privatePostWithdrawGetTxid({"task_id": sent["id"]})["status"] is False
    assert client.fetch_balance()["BTC"]["total"] == pytest.approx(0.4995)


def test_an_address_is_told_with_its_tag(client: Any) -> None:
    assert client.fetch_deposit_address("BTC")["tag"] is None
    address = client.fetch_deposit_address("XRP")
    assert address["address"]
    assert int(address["tag"]) > 100_000


def test_a_voucher_made_here_is_loaded_there(exchange: MockExchange, python_sdks: Path) -> None:
    keys = [exchange.create_key(permissions=["read", "withdraw"]) for _ in range(2)]
    giver, taker = (connected(exchange, key) for key in keys)
    code = giver.privatePostExcodeCreate({"currency": "USD", "amount": "25"})["code"]
    assert taker.privatePostCodeCheck({"code": code})["valid"] is True
    assert taker.privatePostExcodeLoad({"code": code})["amount"] == "25"
    assert [client.fetch_balance()["USD"]["free"] for client in (giver, taker)] == [9975.0, 10025.0]
    for client in (giver, taker):
        client.session.close()


@pytest.mark.parametrize(
    "method", ["MarginPairList", "MarginUserWalletList", "MarginUserOrderList", "MarginUserOrderHistory"]
)
def test_the_lists_of_margin_trading_are_there(client: Any, method: str) -> None:
    (listed,) = getattr(client, f"privatePost{method}")().values()
    assert isinstance(listed, list | dict)


# Refusals.


@pytest.mark.parametrize(
    ("order", "name"),
    [
        (("limit", "buy", 1, 20000), "InsufficientFunds"),
        (("limit", "sell", 2, 40000), "InsufficientFunds"),
        (("limit", "buy", 0.00001, 20000), "InvalidOrder"),
        (("limit", "buy", 0.1, 0.0), "InvalidOrder"),
        (("limit", "buy", 0.1, 20_000_000), "InvalidOrder"),
    ],
)
def test_a_bad_order_raises_what_it_is(client: Any, order: tuple[Any, ...], name: str) -> None:
    with pytest.raises(error(name)):
        client.create_order(PAIR, *order)


def test_an_order_that_is_not_there_is_not_found(client: Any) -> None:
    for method in (client.cancel_order, client.fetch_order):
        with pytest.raises(error("OrderNotFound")):
            method("12345")


def test_who_is_refused_at_the_gate_is_told_why(exchange: MockExchange, key: KeyHandle, client: Any) -> None:
    client.load_markets()
    spent = connected(exchange, key, nonce=lambda: 5)
    assert "uid" in spent.privatePostUserInfo()
    with pytest.raises(error("InvalidNonce"), match=r'used before \\"5\\"'):
        spent.privatePostUserInfo()
    stranger = KeyHandle(key=f"K-{'0' * 40}", secret=key.secret, permissions=key.permissions, account=0)
    with pytest.raises(error("AuthenticationError"), match="40017"):
        connected(exchange, stranger).privatePostUserInfo()
    wrong = KeyHandle(key=key.key, secret=f"S-{'0' * 40}", permissions=key.permissions, account=0)
    with pytest.raises(error("AuthenticationError"), match="40005"):
        connected(exchange, wrong).privatePostUserInfo()
    reader = exchange.create_key(permissions=["read"])
    with pytest.raises(error("PermissionDenied"), match="40032"):
        connected(exchange, reader).privatePostOrderCancel({"order_id": "1"})
    old = exchange.create_key(kind="v1")
    with pytest.raises(error("PermissionDenied"), match="40032"):
        connected(exchange, old).privatePostUserInfo()
    exchange.freeze_account(key)
    with pytest.raises(error("PermissionDenied"), match="40033"):
        connected(exchange, key, nonce=count(10).__next__).privatePostUserInfo()


def test_maintenance_and_limits_are_what_they_are(exchange: MockExchange, client: Any) -> None:
    exchange.maintenance = True
    try:
        with pytest.raises(error("OnMaintenance")):
            client.fetch_ticker(PAIR)
    finally:
        exchange.maintenance = False
    exchange.rate_limits = True
    try:
        with pytest.raises(error("RateLimitExceeded")):
            [client.publicGetCurrency() for _ in range(40)]
    finally:
        exchange.rate_limits = False


def test_candles_without_end_are_a_bad_request(client: Any) -> None:
    with pytest.raises(error("BadRequest"), match="range period is too long"):
        client.fetch_ohlcv(PAIR, "1m", 0)


def test_every_path_that_ccxt_knows_is_served_or_owned_to_be_missing(exchange: MockExchange, client: Any) -> None:
    missing = {name for gap in WORDS["exmo"].gaps for name in gap.names}
    unserved = set()
    for kind, calls in (("public", client.api["public"]["get"]), ("private", client.api["private"]["post"])):
        for path in calls:
            try:
                client.request(path, kind, "GET" if kind == "public" else "POST", {})
            except error("BaseError") as refused:
                if "40015" in str(refused):
                    unserved.add(path)
    assert unserved == missing
