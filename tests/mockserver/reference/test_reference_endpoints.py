"""Every endpoint of the reference dialect: what it answers, and what business rules it refuses by."""

import pytest

from tests.mockserver.reference.reference_setup import NOW, Customer, new_exchange, problem_of, public, refusal_of

ADDRESS = "bc1qexampleexampleexample"


def test_the_server_tells_its_time() -> None:
    assert public(new_exchange(), "/v1/time") == {"server_time": NOW}


def test_the_markets_have_the_steps_of_the_specification() -> None:
    markets = {row["market"]: row for row in public(new_exchange(), "/v1/markets")}
    assert list(markets) == ["BTC/USDT", "ETH/USDT", "ETH/BTC", "1INCH/USDT"]
    assert markets["1INCH/USDT"] == {
        "market": "1INCH/USDT",
        "base": "1INCH",
        "quote": "USDT",
        "min_amount": "0.01",
        "price_step": "0.0001",
        "amount_step": "0.01",
    }
    assert markets["ETH/BTC"]["price_step"] == "0.00000001"


def test_the_ticker_stands_between_bid_and_ask() -> None:
    ticker = public(new_exchange(), "/v1/ticker?market=BTC%2FUSDT")
    assert list(ticker) == ["market", "last", "bid", "ask", "time"]
    assert float(ticker["bid"]) < float(ticker["ask"])
    assert ticker["time"] == NOW


def test_the_order_book_has_the_best_price_first_on_either_side() -> None:
    book = public(new_exchange(), "/v1/order-book?market=BTC%2FUSDT&depth=3")
    assert list(book) == ["bids", "asks", "time"]
    assert len(book["bids"]) == len(book["asks"]) == 3
    prices = [float(price) for price, _ in book["bids"]]
    assert prices == sorted(prices, reverse=True)


@pytest.mark.parametrize("target", ["/v1/ticker", "/v1/order-book", "/v1/trades"])
def test_an_unknown_market_is_not_found(target: str) -> None:
    entry = Customer().send("GET", f"{target}?market=BTC%2Fusdt")
    assert refusal_of(entry) == (404, "unknown_market")


def test_balances_show_what_an_order_holds() -> None:
    customer = Customer()
    customer.place()
    assert customer.get("/v1/balances") == {
        "BTC": {"available": "1.00000000", "held": "0.00000000"},
        "USDT": {"available": "8000.00000000", "held": "2000.00000000"},
        "ETH": {"available": "10.00000000", "held": "0.00000000"},
        "1INCH": {"available": "0.00000000", "held": "0.00000000"},
    }


def test_an_order_that_rests_is_open() -> None:
    customer = Customer()
    placed = customer.place(client_order_id="mine-1")
    assert placed == {
        "order_id": placed["order_id"],
        "client_order_id": "mine-1",
        "status": "open",
        "filled": "0.00000000",
        "trades": [],
    }
    assert int(placed["order_id"]) > 2**53
    row = {
        "order_id": placed["order_id"],
        "client_order_id": "mine-1",
        "market": "BTC/USDT",
        "side": "buy",
        "price": "20000.00000000",
        "amount": "0.10000000",
        "remaining": "0.10000000",
        "time": NOW,
    }
    assert customer.get("/v1/orders") == [row]
    assert customer.get("/v1/orders?market=ETH%2FUSDT") == []
    one = customer.get(f"/v1/orders/{placed['order_id']}")
    assert one == row | {"status": "open", "filled": "0.00000000", "trades": []}


def test_an_order_that_trades_shows_its_trades_and_the_account_its_fills() -> None:
    customer = Customer()
    placed = customer.place(price="40000", amount="0.001", client_order_id="t")
    assert placed["status"] == "filled"
    assert placed["filled"] == "0.00100000"
    trade = placed["trades"][0]
    assert list(trade) == ["trade_id", "price", "amount", "fee"]
    assert trade["fee"] == "0.00000200"
    (fill,) = customer.get("/v1/fills")
    assert fill == {
        "trade_id": trade["trade_id"],
        "order_id": placed["order_id"],
        "market": "BTC/USDT",
        "side": "buy",
        "price": trade["price"],
        "amount": "0.00100000",
        "fee": "0.00000200",
        "fee_currency": "BTC",
        "time": NOW,
    }
    printed = public(customer.exchange, "/v1/trades?market=BTC%2FUSDT&limit=1")
    assert printed[0] == {name: fill[name] for name in ("trade_id", "price", "amount", "side", "time")}


def test_fills_are_paged_by_the_last_trade_seen() -> None:
    customer = Customer()
    for _ in range(3):
        customer.place(price="40000", amount="0.001")
    fills = customer.get("/v1/fills?market=BTC%2FUSDT")
    assert len(fills) == 3
    assert customer.get(f"/v1/fills?after={fills[0]['trade_id']}&limit=1") == [fills[1]]
    assert customer.get(f"/v1/fills?after={fills[2]['trade_id']}") == []


def test_the_same_client_order_id_with_the_same_parameters_answers_with_the_first_order() -> None:
    customer = Customer()
    first = customer.place(client_order_id="once", price="20000.0")
    assert customer.place(client_order_id="once", price="20000.00") == first
    assert len(customer.get("/v1/orders")) == 1


def test_a_client_order_id_keeps_its_order_after_it_was_cancelled() -> None:
    customer = Customer()
    first = customer.place(client_order_id="once")
    customer.post(f"/v1/orders/{first['order_id']}/cancel")
    assert customer.place(client_order_id="once") == first | {"status": "cancelled"}


@pytest.mark.parametrize("change", [{"side": "sell"}, {"amount": "0.2"}, {"time_in_force": "ioc"}, {"price": "20001"}])
def test_the_same_client_order_id_with_other_parameters_is_refused(change: dict[str, str]) -> None:
    customer = Customer()
    customer.place(client_order_id="once")
    entry = customer.send(
        "POST",
        "/v1/orders",
        {"market": "BTC/USDT", "side": "buy", "price": "20000", "amount": "0.1", "client_order_id": "once"} | change,
    )
    assert refusal_of(entry) == (400, "invalid_request")
    assert problem_of(entry)["parameter"] == "client_order_id"


def test_the_client_order_ids_of_two_customers_do_not_meet() -> None:
    exchange = new_exchange()
    first, second = Customer(exchange), Customer(exchange, key="f" * 32)
    assert first.place(client_order_id="1")["order_id"] != second.place(client_order_id="1")["order_id"]


def test_an_order_cancelled_again_gives_the_same_answer() -> None:
    customer = Customer()
    order_id = customer.place()["order_id"]
    cancelled = customer.post(f"/v1/orders/{order_id}/cancel")
    assert cancelled == {"order_id": order_id, "status": "cancelled"}
    assert customer.post(f"/v1/orders/{order_id}/cancel") == cancelled
    assert customer.get(f"/v1/orders/{order_id}")["status"] == "cancelled"
    assert customer.get("/v1/balances")["USDT"]["held"] == "0.00000000"


def test_an_order_that_was_filled_cannot_be_cancelled() -> None:
    customer = Customer()
    order_id = customer.place(price="40000", amount="0.001")["order_id"]
    assert refusal_of(customer.send("POST", f"/v1/orders/{order_id}/cancel")) == (404, "order_not_found")


def test_an_order_of_somebody_else_is_not_found() -> None:
    exchange = new_exchange()
    order_id = Customer(exchange).place()["order_id"]
    other = Customer(exchange, key="f" * 32)
    assert refusal_of(other.send("POST", f"/v1/orders/{order_id}/cancel")) == (404, "order_not_found")
    assert refusal_of(other.send("GET", f"/v1/orders/{order_id}")) == (404, "order_not_found")


@pytest.mark.parametrize("order_id", ["1", "x", "-1", "%39", "0", "9" * 5000, "\xb9", "{order_id}"])
def test_an_order_id_is_matched_as_it_was_sent(order_id: str) -> None:
    entry = Customer().send("POST", f"/v1/orders/{order_id}/cancel")
    assert refusal_of(entry) == (404, "order_not_found")


def test_a_padded_or_escaped_order_id_is_not_the_orders() -> None:
    customer = Customer()
    order_id = customer.place()["order_id"]
    for spelled in (f"0{order_id}", f"%3{order_id[0]}{order_id[1:]}"):
        assert refusal_of(customer.send("GET", f"/v1/orders/{spelled}")) == (404, "order_not_found")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": "0.6"}, "insufficient_funds"),
        ({"amount": "1" * 18}, "insufficient_funds"),
        ({"side": "sell", "price": "90000", "amount": "1.00000001"}, "insufficient_funds"),
        ({"amount": "0.00000001"}, "below_minimum"),
        ({"amount": "0"}, "below_minimum"),
        ({"price": "0.00"}, "below_minimum"),
        ({"price": "40000", "time_in_force": "post_only"}, "rejected"),
        ({"time_in_force": "fok"}, "rejected"),
    ],
)
def test_an_order_against_a_business_rule_creates_nothing(change: dict[str, str], code: str) -> None:
    customer = Customer()
    before = customer.get("/v1/balances")
    body = {"market": "BTC/USDT", "side": "buy", "price": "20000", "amount": "0.1"} | change
    assert refusal_of(customer.send("POST", "/v1/orders", body)) == (400, code)
    assert customer.get("/v1/balances") == before
    assert customer.get("/v1/orders") == []


def test_what_an_immediate_order_leaves_is_cancelled() -> None:
    assert Customer().place(time_in_force="ioc")["status"] == "cancelled"


def test_a_post_only_order_that_would_not_trade_rests() -> None:
    assert Customer().place(time_in_force="post_only")["status"] == "open"


def test_a_deposit_address_stays_the_same() -> None:
    customer = Customer()
    first = customer.get("/v1/deposit-address?currency=BTC")
    assert first["currency"] == "BTC"
    assert 20 <= len(first["address"]) <= 128
    assert customer.get("/v1/deposit-address?currency=BTC") == first


def test_a_withdrawal_takes_the_money_out() -> None:
    customer = Customer(permissions=["read", "withdraw"])
    done = customer.post("/v1/withdrawals", {"currency": "BTC", "amount": "0.25", "address": ADDRESS})
    assert list(done) == ["withdrawal_id", "status"]
    assert customer.get("/v1/balances")["BTC"]["available"] == "0.75000000"


@pytest.mark.parametrize(
    ("currency", "amount", "refusal"),
    [
        ("BTC", "1.00000001", (400, "insufficient_funds")),
        ("BTC", "0", (400, "below_minimum")),
        ("btc", "1", (400, "invalid_request")),
        ("BTC", "0.000000001", (400, "invalid_request")),
        ("BTC", "1" * 19, (400, "invalid_request")),
    ],
)
def test_a_withdrawal_against_a_rule_takes_nothing(currency: str, amount: str, refusal: tuple[int, str]) -> None:
    customer = Customer(permissions=["read", "withdraw"])
    entry = customer.send("POST", "/v1/withdrawals", {"currency": currency, "amount": amount, "address": ADDRESS})
    assert refusal_of(entry) == refusal
    assert customer.get("/v1/balances")["BTC"]["available"] == "1.00000000"
