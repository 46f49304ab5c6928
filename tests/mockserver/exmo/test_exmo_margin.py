"""Trading on margin: orders, positions, and the money behind them. Only some of its answers were ever written down."""

from decimal import Decimal
from typing import Any

import pytest

from mockserver.core.wallets import Wallet
from tests.mockserver.exmo.exmo_talk import NOW, Talk

LATER = NOW // 1000 + 3600


def funded(usd: str = "5000") -> Talk:
    """Return a customer with money in the margin wallet; it comes there on EXMO's site, not by a method."""
    talk = Talk()
    desk = talk.exchange.desk(talk.key.credentials.key, NOW)
    assert desk.transfer("USD", Decimal(usd), Wallet.SPOT, Wallet.MARGIN) is None
    return talk


def placed(talk: Talk, **changes: object) -> str:
    given = {"pair": "BTC_USD", "quantity": "0.1", "price": "20000", "type": "limit_buy", "leverage": "2", **changes}
    return str(talk.ask("margin/user/order/create", **given)["order_id"])


def wallet(talk: Talk) -> dict[str, str]:
    found: dict[str, str] = talk.ask("margin/user/wallet/list")["wallets"]["USD"]
    return found


def test_every_pair_is_listed_with_its_limits_and_levels() -> None:
    talk = Talk()
    pairs = talk.ask("margin/pair/list")["pairs"]
    assert [pair["name"] for pair in pairs] == list(talk.look("ticker"))
    first = pairs[0]
    ticker = talk.look("ticker")["BTC_USD"]
    assert first == {
        "name": "BTC_USD",
        "buy_price": ticker["buy_price"],
        "sell_price": ticker["sell_price"],
        "last_trade_price": ticker["last_trade"],
        "ticker_updated": "1700000060000000000",
        "is_fair_price": True,
        "max_price_precision": 2,
        "min_order_quantity": "0.0001",
        "max_order_quantity": "1000000",
        "min_order_price": "0.01",
        "max_order_price": "10000000",
        "max_position_quantity": "1000000",
        "trade_taker_fee": "0.3",
        "trade_maker_fee": "0.3",
        "liquidation_fee": "0",
        "max_leverage": "3",
        "default_leverage": "3",
        "liquidation_level": "16.66666666",
        "margin_call_level": "25",
        "position": 1,
        "updated": "1700000060000000000",
    }


def test_the_margin_wallet_is_another_than_the_spot_wallet() -> None:
    talk = funded()
    assert wallet(talk) == {"balance": "5000", "free": "5000", "used": "0"}
    assert talk.ask("user_info")["balances"]["USD"] == "5000"
    assert set(talk.ask("margin/user/wallet/list")["wallets"]) == set(talk.ask("user_info")["balances"])


def test_an_order_is_listed_with_what_was_said_of_it() -> None:
    talk = funded()
    order_id = placed(talk, client_id=5, comment="my order", expire=1_800_000_000)
    assert talk.ask("margin/user/order/list") == {
        "orders": [
            {
                "order_id": order_id,
                "client_id": "5",
                "comment": "my order",
                "created": "1700000060000000000",
                "updated": "1700000060000000000",
                "distance": "0",
                "expire": "1800000000",
                "funding_currency": "USD",
                "funding_quantity": "2000",
                "funding_rate": "0",
                "leverage": "2",
                "pair": "BTC_USD",
                "previous_type": "limit_buy",
                "price": "20000",
                "quantity": "0.1",
                "src": 1,
                "stop_price": "0",
                "trigger_price": "0",
                "type": "limit_buy",
            }
        ]
    }
    assert wallet(talk) == {"balance": "5000", "free": "4000", "used": "1000"}


def test_what_is_on_margin_is_in_no_list_of_the_spot_wallet() -> None:
    talk = funded()
    order_id = placed(talk)
    placed(talk, type="stop_sell", stop_price="25000")
    placed(talk, type="market_buy")
    assert talk.ask("user_open_orders") == {}
    assert talk.ask("user_trades", pair="BTC_USD") == {"BTC_USD": []}
    assert "was not found" in talk.ask("order_cancel", order_id=order_id)["error"]
    assert talk.ask("margin/user/order/cancel", order_id=order_id) == {}
    assert talk.ask("user_cancelled_orders") == []


def test_a_cancelled_order_gives_back_what_stood_behind_it_and_is_remembered() -> None:
    talk = funded()
    order_id = placed(talk)
    assert talk.ask("margin/user/order/cancel", order_id=order_id) == {}
    assert wallet(talk)["used"] == "0"
    assert talk.ask("margin/user/order/list") == {"orders": []}
    newest, oldest = talk.ask("margin/user/order/history")["items"]
    assert (newest["event_type"], newest["order_status"], newest["order_id"]) == (
        "OrderCancelStarted",
        "cancel_started",
        order_id,
    )
    assert int(newest["event_id"]) > int(oldest["event_id"])
    assert talk.ask("margin/user/order/history", limit=1, offset=1)["items"] == [oldest]


@pytest.mark.parametrize("method", ["cancel", "update"])
@pytest.mark.parametrize("order_id", ["x", "1", "36000000001"])
def test_only_orders_on_margin_are_found_there(method: str, order_id: str) -> None:
    talk = funded()
    talk.buy()
    answer = talk.ask(f"margin/user/order/{method}", order_id=order_id)
    assert answer == {"error": {"code": 140173, "msg": f"Order was not found '#{order_id}'"}}


def test_an_order_is_moved_and_keeps_what_is_not_said_anew() -> None:
    talk = funded()
    assert talk.ask("margin/user/order/update", order_id=placed(talk), quantity="0.05")["client_id"] == "0"
    talk = funded()
    moved = talk.ask(
        "margin/user/order/update", order_id=placed(talk, comment="mine", client_id=3), price="21000", expire=LATER
    )
    (order,) = talk.ask("margin/user/order/list")["orders"]
    assert (order["order_id"], order["client_id"]) == (moved["order_id"], moved["client_id"])
    assert (order["price"], order["quantity"], order["comment"], order["expire"]) == (
        "21000",
        "0.1",
        "mine",
        str(LATER),
    )
    assert wallet(talk)["used"] == "1050"
    refused = talk.ask("margin/user/order/update", order_id=order["order_id"], quantity="1")
    assert refused["error"]["code"] == 140434
    assert talk.ask("margin/user/order/list")["orders"] == [order]


def test_a_stop_order_is_moved_or_waits_on_as_it_was() -> None:
    talk = funded()
    stop = placed(talk, type="stop_limit_sell", stop_price="25000", price="24990")
    talk.ask("margin/user/order/update", order_id=stop, stop_price="26000", price="25990", quantity="0.2")
    (order,) = talk.ask("margin/user/order/list")["orders"]
    assert (order["type"], order["stop_price"], order["price"], order["quantity"]) == (
        "stop_limit_sell",
        "26000",
        "25990",
        "0.2",
    )
    assert (order["trigger_price"], order["client_id"], order["previous_type"]) == ("26000", "0", "stop_limit_sell")
    number = order["order_id"]
    assert "error" in talk.ask("margin/user/order/update", order_id=number, stop_price="x")
    assert talk.ask("margin/user/order/list")["orders"] == [order]
    assert talk.ask("margin/user/order/cancel", order_id=number) == {}
    assert "error" in talk.ask("margin/user/order/update", order_id=number, stop_price="26000")


def test_an_order_that_trails_behind_the_price_is_listed_with_its_distance_and_moved() -> None:
    talk = funded()
    last = Decimal(talk.look("ticker")["BTC_USD"]["last_trade"])
    stop = placed(talk, type="trailing_stop_sell", distance="500")
    (order,) = talk.ask("margin/user/order/list")["orders"]
    assert (order["order_id"], order["type"], order["distance"]) == (stop, "trailing_stop_sell", "500")
    assert Decimal(order["trigger_price"]) == last - 500
    talk.key.venue.move_price("BTC/USD", last + 700, NOW)
    (order,) = talk.ask("margin/user/order/list")["orders"]
    assert Decimal(order["trigger_price"]) == last + 200
    talk.ask("margin/user/order/update", order_id=stop, distance="300")
    (order,) = talk.ask("margin/user/order/list")["orders"]
    assert Decimal(order["trigger_price"]) == last + 400
    talk.key.venue.move_price("BTC/USD", last, NOW)
    assert talk.ask("margin/user/order/list")["orders"] == []
    (position,) = talk.ask("margin/user/position/list")["positions"]
    assert position["type"] == "short"


def test_an_order_ends_at_the_time_it_was_given() -> None:
    talk = funded()
    placed(talk, expire=LATER)
    placed(talk, type="stop_sell", stop_price="25000", expire=LATER)
    placed(talk, expire=0)
    assert len(talk.ask("margin/user/order/list")["orders"]) == 3
    talk.exchange.desk(talk.key.credentials.key, LATER * 1000)
    (left,) = talk.ask("margin/user/order/list")["orders"]
    assert left["expire"] == "0"
    ends = [item for item in talk.ask("margin/user/order/history")["items"] if item["order_status"] == "cancel_started"]
    assert [end["event_time"] for end in ends] == [f"{LATER}000000000"]


def test_a_position_is_opened_enlarged_and_closed() -> None:
    talk = funded()
    order_id = placed(talk, type="market_buy", leverage="3")
    (position,) = talk.ask("margin/user/position/list")["positions"]
    assert (position["pair"], position["type"], position["quantity"], position["leverage"]) == (
        "BTC_USD",
        "long",
        "0.1",
        "3",
    )
    deals = talk.ask("margin/user/order/trades", order_id=order_id)["trades"]
    cost = sum(Decimal(deal["price"]) * Decimal(deal["quantity"]) for deal in deals)
    assert Decimal(position["base_price"]) == pytest.approx(cost / Decimal("0.1"))
    assert wallet(talk)["used"] == position["margin"]
    assert Decimal(position["liquidation_price"]) < Decimal(position["margin_call_price"])
    assert Decimal(position["margin_call_price"]) < Decimal(position["base_price"])
    assert talk.ask("margin/user/trade/list")["trades"] == deals[::-1]
    placed(talk, type="market_buy", quantity="0.05", leverage="3")
    assert talk.ask("margin/user/position/list")["positions"][0]["quantity"] == "0.15"
    assert talk.ask("margin/user/position/close", position_id=position["position_id"]) == {}
    assert talk.ask("margin/user/position/list") == {"positions": []}
    assert wallet(talk)["used"] == "0"
    assert Decimal(wallet(talk)["balance"]) < 5000  # the spread, and fees


def test_an_executed_order_is_remembered_with_its_deals() -> None:
    talk = funded()
    order_id = placed(talk, type="market_buy", quantity="0.01")
    (deal,) = talk.ask("margin/user/order/trades", order_id=order_id)["trades"]
    assert talk.ask("margin/user/order/history")["items"][0] == {
        "event_id": f"{order_id}001",
        "event_time": "1700000060000000000",
        "event_type": "OrderExecuted",
        "order_id": order_id,
        "order_type": "market_buy",
        "order_status": "executed",
        "trade_id": deal["trade_id"],
        "trade_type": "buy",
        "trade_quantity": "0.01",
        "trade_price": deal["price"],
        "pair": "BTC_USD",
        "quantity": "0.01",
        "price": deal["price"],
        "stop_price": "0",
        "distance": "0",
    }
    assert talk.ask("margin/user/order/history")["items"][1]["trade_id"] == "0"


def test_a_position_at_a_leverage_of_one_stands_on_its_own_worth() -> None:
    talk = funded()
    placed(talk, type="market_buy", quantity="0.01", leverage="1")
    talk.ask("order_create", pair="BTC_USD", quantity="0.01", price="0", type="market_sell")
    (position,) = talk.ask("margin/user/position/list")["positions"]
    worth = Decimal(position["base_price"]) * Decimal("0.01")
    assert Decimal(position["margin"]) == worth
    assert position["liquidation_price"] == "0"
    assert Decimal(position["margin_level"]) == pytest.approx(100, abs=1)
    assert position["is_margin_call"] is False
    silent = ("take_profit", "stop_loss", "funding_rate", "funding_next_pay_dt", "funding_next_pay_quantity")
    assert {position[name] for name in silent} == {"0"}
    last = Decimal(talk.look("ticker")["BTC_USD"]["last_trade"])
    assert Decimal(position["unrealized_pnl"]) == last * Decimal("0.01") - worth
    assert Decimal(position["unrealized_pnl"]) < 0
    assert position["realized_pnl"] == "0"


def test_a_short_position_is_the_other_way_round() -> None:
    talk = funded()
    placed(talk, type="market_sell", leverage="3")
    (position,) = talk.ask("margin/user/position/list")["positions"]
    assert (position["type"], position["funding_currency"]) == ("short", "BTC")
    assert Decimal(position["liquidation_price"]) > Decimal(position["margin_call_price"])
    assert Decimal(position["margin_call_price"]) > Decimal(position["base_price"])
    assert Decimal(position["break_even_price"]) < Decimal(position["base_price"])


def test_margin_is_added_to_a_position_and_taken_away() -> None:
    talk = funded()
    placed(talk, type="market_buy")
    (before,) = talk.ask("margin/user/position/list")["positions"]
    assert talk.ask("margin/user/position/margin_add", position_id=before["position_id"], quantity="100") == {}
    assert talk.ask("margin/user/position/margin_remove", position_id="BTC_USD", quantity="30") == {}
    (after,) = talk.ask("margin/user/position/list")["positions"]
    assert Decimal(after["margin"]) - Decimal(before["margin"]) == 70
    assert Decimal(after["liquidation_price"]) < Decimal(before["liquidation_price"])


@pytest.mark.parametrize(
    ("method", "given", "code"),
    [
        ("margin_add", {"position_id": "BTC_USD", "quantity": "0"}, 140013),
        ("margin_add", {"position_id": "BTC_USD", "quantity": "x"}, 140049),
        ("margin_add", {"position_id": "BTC_USD", "quantity": "100000"}, 140052),
        ("margin_remove", {"position_id": "BTC_USD", "quantity": "100000"}, 140013),
        ("margin_remove", {"position_id": "ETH_USD", "quantity": "1"}, 140304),
        ("close", {"position_id": "1"}, 140304),
        ("close", {}, 140013),
    ],
)
def test_what_cannot_be_done_with_a_position_is_refused(method: str, given: dict[str, str], code: int) -> None:
    talk = funded()
    placed(talk, type="market_buy")
    before = talk.ask("margin/user/position/list")
    assert talk.ask(f"margin/user/position/{method}", **given)["error"]["code"] == code
    assert talk.ask("margin/user/position/list") == before


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"pair": "NO_PAIR"}, 140013, "Parameter 'pair' is not valid"),
        ({"type": "buy"}, 140013, "Parameter 'type' is not valid"),
        ({"type": "trailing_stop_buy"}, 140049, "Parameter is not a number 'distance'"),
        ({"type": "trailing_stop_sell", "distance": "40000"}, 140013, "Parameter 'distance' is not valid"),
        ({"type": ""}, 140013, "Parameter 'type' is not specified"),
        ({"leverage": ""}, 140049, "Parameter is not a number 'leverage'"),
        ({"leverage": "4"}, 140013, "Parameter 'leverage' is not valid"),
        ({"comment": "x" * 51}, 140013, "Parameter 'comment' is not valid"),
        ({"comment": "1"}, 140013, "Parameter 'comment' is not valid"),
        ({"expire": "soon"}, 140049, "Parameter is not a number 'expire'"),
        ({"client_id": "0"}, 140049, "Parameter is not a number 'client_id'"),
        ({"type": "stop_buy"}, 140049, "Parameter is not a number 'stop_price'"),
        ({"quantity": "0.00001"}, 140277, "Quantity by order is less than permissible minimum for this pair"),
        (
            {"price": "20000.123"},
            140333,
            "The number of characters after the point in the price exceeds the maximum number '3>2'",
        ),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(changes: dict[str, Any], code: int, said: str) -> None:
    talk = funded()
    given = {"pair": "BTC_USD", "quantity": "0.1", "price": "20000", "type": "limit_buy", "leverage": "2", **changes}
    assert talk.ask("margin/user/order/create", **given) == {"error": {"code": code, "msg": said}}
    assert talk.ask("margin/user/order/list") == {"orders": []}


def test_deals_on_margin_are_those_of_the_pair() -> None:
    talk = Talk()
    deals = talk.look("trades", pair="BTC_USD")["BTC_USD"]
    listed = talk.ask("margin/trades", pair_name="BTC_USD,NO_PAIR", limit=2, offset=1)["trades"]
    assert [deal["trade_id"] for deal in listed["BTC_USD"]] == [str(deal["trade_id"]) for deal in deals[1:3]]
    assert list(listed) == ["BTC_USD"]
    assert talk.ask("margin/user/order/trades", order_id="1") == {"trades": []}
