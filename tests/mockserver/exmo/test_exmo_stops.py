"""Stop orders wait for their trigger, beside the orders and among them in every list."""

import json

import pytest

from mockserver.core.orders import Side
from tests.mockserver.exmo.exmo_talk import NOW, Talk, body_of


def stopped(talk: Talk, **changes: object) -> str:
    """Let a sale wait below the market, and return its number."""
    given = {"pair": "BTC_USD", "quantity": "0.1", "trigger_price": "28000", "type": "sell", **changes}
    answer = talk.ask("stop_market_order_create", **given)
    return str(answer["parent_order_id_str"])


def fallen(talk: Talk) -> None:
    """Let somebody else at the same venue sell until the price is below the trigger."""
    venue = talk.key.venue
    seller = venue.open_account({"BTC": "100000"})
    desk = venue.desk(seller, NOW)
    market = desk.market("BTC/USD")
    assert market is not None
    bids, _ = desk.book(market, 1000)
    wall = sum(amount for _, amount in bids[:-1])
    desk.place_market_order(market, Side.SELL, amount=wall)


def test_a_stop_order_is_answered_with_its_number_twice() -> None:
    talk = Talk()
    entry = talk.serve(
        talk.signed("stop_market_order_create", "pair=BTC_USD&quantity=0.1&trigger_price=28000&type=sell")
    )
    answer = json.loads(body_of(entry))
    assert list(answer) == ["client_id", "parent_order_id", "parent_order_id_str"]
    assert answer["client_id"] == 0
    assert answer["parent_order_id"] > 2**53
    assert str(answer["parent_order_id"]) == answer["parent_order_id_str"]
    assert len(answer["parent_order_id_str"]) == 18
    assert entry.effects


def test_it_waits_among_the_open_orders_and_holds_its_money() -> None:
    talk = Talk()
    talk.buy(price="20000", quantity="0.1")
    number = stopped(talk, client_id=9)
    assert talk.ask("user_open_orders")["BTC_USD"][1] == {
        "parent_order_id": number,
        "client_id": "9",
        "created": "1700000060",
        "type": "stop_market_sell",
        "pair": "BTC_USD",
        "quantity": "0.1",
        "trigger_price": "28000",
        "amount": "2800",
    }
    assert talk.ask("user_open_orders", pair="ETH_USD") == {}
    assert len(talk.ask("user_open_orders", version="v1")["BTC_USD"]) == 1
    assert talk.ask("user_info")["reserved"]["BTC"] == "0.1"


def test_nobody_s_name_for_it_is_nought() -> None:
    talk = Talk()
    stopped(talk)
    assert talk.ask("user_open_orders")["BTC_USD"][0]["client_id"] == "0"


def test_it_is_cancelled_once_and_then_not_found() -> None:
    talk = Talk()
    number = stopped(talk)
    entry = talk.serve(talk.signed("stop_market_order_cancel", f"parent_order_id={number}"))
    assert body_of(entry) == b"{}"
    assert talk.ask("stop_market_order_cancel", parent_order_id=number) == {
        "error": {"code": 191021, "msg": "complex order not found"}
    }
    assert talk.ask("user_open_orders") == {}
    (cancelled,) = talk.ask("user_cancelled_orders")
    assert list(cancelled)[-1] == "reason_status"
    assert (cancelled["parent_order_id"], cancelled["reason_status"]) == (number, "user_canceled")
    assert talk.ask("user_cancelled_orders", version="v1") == []
    assert talk.ask("user_info")["reserved"]["BTC"] == "0"


@pytest.mark.parametrize("body", ["", "parent_order_id=", "parent_order_id=x", "parent_order_id=36000000001"])
def test_what_is_no_stop_order_is_not_found_whatever_is_asked_for(body: str) -> None:
    talk = Talk()
    talk.buy()
    entry = talk.serve(talk.signed("stop_market_order_cancel", body))
    assert json.loads(body_of(entry)) == {"error": {"code": 191021, "msg": "complex order not found"}}


def test_an_order_in_the_book_and_one_that_waits_are_cancelled_each_by_its_own_method() -> None:
    talk = Talk()
    number, order_id = stopped(talk), talk.buy()
    assert talk.ask("order_cancel", order_id=number)["error"] == f"Error 50173: Order was not found '#{number}'"
    assert "error" in talk.ask("stop_market_order_cancel", parent_order_id=order_id)
    assert len(talk.ask("user_open_orders")["BTC_USD"]) == 2


def test_at_its_trigger_it_becomes_an_order_whose_deals_name_it() -> None:
    talk = Talk()
    trigger = talk.look("order_book", pair="BTC_USD", limit=9)["BTC_USD"]["bid"][-1][0]
    number = stopped(talk, trigger_price=trigger, client_id=4)
    fallen(talk)
    assert talk.ask("user_open_orders") == {}
    deals = talk.ask("user_trades", pair="BTC_USD")["BTC_USD"]
    assert {deal["parent_order_id"] for deal in deals} == {int(number)}
    assert {deal["client_id"] for deal in deals} == {4}
    assert list(deals[0])[8:10] == ["order_id", "parent_order_id"]
    (order_id,) = {deal["order_id"] for deal in deals}
    assert talk.ask("order_trades", order_id=order_id)["trades"] == deals[::-1]
    assert talk.ask("user_cancelled_orders") == []
    assert "parent_order_id" not in talk.ask("user_trades", pair="BTC_USD", version="v1")["BTC_USD"][0]


def test_deals_of_other_orders_name_none() -> None:
    talk = Talk()
    talk.ask("order_create", pair="BTC_USD", quantity="0.01", price="40000", type="buy")
    assert "parent_order_id" not in talk.ask("user_trades", pair="BTC_USD")["BTC_USD"][0]


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"pair": ""}, 190013, "Parameter 'pair' is not specified"),
        ({"pair": "NO_PAIR"}, 190013, "Parameter 'pair' is not valid"),
        ({"type": "market_buy"}, 190013, "Parameter 'type' is not valid"),
        ({"type": ""}, 190013, "Parameter 'type' is not specified"),
        ({"trigger_price": "x"}, 190049, "Parameter is not a number 'trigger_price'"),
        ({"client_id": "-1"}, 190049, "Parameter is not a number 'client_id'"),
        ({"quantity": "0.00001"}, 190277, "Quantity by order is less than permissible minimum for this pair"),
        ({"trigger_price": "0"}, 190319, "Price by order is less than permissible minimum for this pair"),
        ({"quantity": "2"}, 190052, "Insufficient funds"),
        (
            {"trigger_price": "28000.001"},
            140333,
            "The number of characters after the point in the price exceeds the maximum number '3>2'",
        ),
    ],
)
def test_what_cannot_wait_is_refused_by_the_service(changes: dict[str, str], code: int, said: str) -> None:
    given = {"pair": "BTC_USD", "quantity": "0.1", "trigger_price": "28000", "type": "sell", **changes}
    assert Talk().ask("stop_market_order_create", **given) == {"error": {"code": code, "msg": said}}
