"""Stop orders: they wait for a trade at their trigger, with their money set aside, and then become orders."""

from decimal import Decimal

import pytest

from mockserver.core.account_desk import AccountDesk
from mockserver.core.orders import Order, OrderStatus, Side
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.stops import STOP_LIFE, StopEvent, StopOrder, StopStatus
from mockserver.core.venue import Venue
from tests.mockserver.trading.trading_setup import BTC_USDT, NOW, empty_venue, new_desk, place, spread_of


def stop(
    desk: AccountDesk, side: str, trigger: str, amount: str, limit: str | None = None, **others: object
) -> StopOrder:
    outcome = try_to_stop(desk, side, trigger, amount, limit, **others)
    assert isinstance(outcome, StopOrder), outcome
    return outcome


def try_to_stop(
    desk: AccountDesk, side: str, trigger: str, amount: str, limit: str | None = None, **others: object
) -> StopOrder | Refused:
    bound = None if limit is None else Decimal(limit)
    return desk.place_stop(BTC_USDT, Side(side), Decimal(trigger), Decimal(amount), limit=bound, **others)


def trade_at(venue: Venue, price: str, amount: str = "0.1") -> None:
    """Let two others trade at a price."""
    buyer, seller = new_desk(venue, {"USDT": "1000000"}), new_desk(venue, {"BTC": "100"})
    assert place(buyer, "buy", price, amount).is_open
    assert place(seller, "sell", price, amount).status is OrderStatus.FILLED


def become(desk: AccountDesk, waited: StopOrder) -> Order:
    """The order that a stop order became."""
    assert waited.order_id is not None
    order = desk.order(waited.order_id)
    assert order is not None
    return order


def test_a_stop_waits_with_its_money_set_aside_and_is_no_open_order():
    desk = new_desk(empty_venue(), {"USDT": "100000", "BTC": "1"})
    sell, buy = stop(desk, "sell", "20000", "0.5"), stop(desk, "buy", "40000", "1.5")
    assert spread_of(desk) == {"USDT": ("40000", "60000"), "BTC": ("0.5", "0.5")}
    assert (sell.status, buy.status) == (StopStatus.WAITING, StopStatus.WAITING)
    assert not desk.open_orders()
    assert list(desk.stops(open_only=True)) == [sell, buy]
    assert [effect.kind for effect in desk.effects] == ["stop_placed", "stop_placed"]


def test_numbers_of_stops_have_18_digits_and_rise():
    desk = new_desk(empty_venue())
    first, second = stop(desk, "sell", "20000", "0.1"), stop(desk, "sell", "20000", "0.1")
    assert len(str(first.stop_id)) == 18
    assert second.stop_id == first.stop_id + 1
    assert desk.stop(first.stop_id) is first


@pytest.mark.parametrize(
    ("side", "trigger", "no", "yes"), [("sell", "29000", "29000.01", "29000"), ("buy", "31000", "30999.99", "31000")]
)
def test_a_trade_at_the_trigger_sets_a_stop_off_and_one_before_it_does_not(side, trigger, no, yes):
    venue = empty_venue()
    desk = new_desk(venue, {"USDT": "100000", "BTC": "1"})
    waiting = stop(desk, side, trigger, "0.5")
    trade_at(venue, no)
    assert waiting.status is StopStatus.WAITING
    there = new_desk(venue, {"USDT": "1000000", "BTC": "10"})
    place(there, "buy" if side == "sell" else "sell", "28000" if side == "sell" else "31500", "2")
    trade_at(venue, yes)
    assert waiting.status is StopStatus.TRIGGERED
    order = become(desk, waiting)
    assert (order.status, order.filled, order.side) == (OrderStatus.FILLED, Decimal("0.5"), side)
    assert not waiting.held
    assert not any(balance.held for balance in desk.balances().values())


def test_a_take_profit_waits_on_the_other_side():
    venue = empty_venue()
    desk = new_desk(venue, {"BTC": "1"})
    place(new_desk(venue, {"USDT": "100000"}), "buy", "30500", "1")
    profit = stop(desk, "sell", "31000", "0.5", rising=True)
    trade_at(venue, "30600")
    assert profit.status is StopStatus.WAITING
    trade_at(venue, "31000.5")
    assert become(desk, profit).fills[0].price == 30500


def test_a_stop_with_a_limit_becomes_an_order_that_rests():
    venue = empty_venue()
    desk = new_desk(venue, {"BTC": "1"})
    limited = stop(desk, "sell", "29000", "0.5", "28900", client_order_id="mine")
    place(new_desk(venue, {"USDT": "100000"}), "buy", "28000", "2")
    trade_at(venue, "28950")
    order = become(desk, limited)
    assert (order.status, order.price, order.client_order_id) == (OrderStatus.OPEN, 28900, "mine")
    assert spread_of(desk) == {"BTC": ("0.5", "0.5")}
    assert desk.order_by_client_id("mine") is order


def test_a_stop_whose_trigger_is_reached_already_is_set_off_at_once():
    venue = empty_venue()
    place(new_desk(venue, {"USDT": "100000"}), "buy", "29000", "1")
    desk = new_desk(venue, {"BTC": "1"})
    assert BTC_USDT.opening_price == 30000
    assert stop(desk, "sell", "30000", "0.5").status is StopStatus.TRIGGERED


def test_a_buy_that_meets_higher_prices_than_its_trigger_gets_as_much_as_there_is_money_for():
    venue = empty_venue()
    desk = new_desk(venue, {"USDT": "31000"})
    waiting = stop(desk, "buy", "31000", "1")
    place(new_desk(venue, {"BTC": "10"}), "sell", "62000", "2")
    trade_at(venue, "31000")
    assert become(desk, waiting).filled == Decimal("0.5")
    assert spread_of(desk) == {"BTC": ("0.499", "0")}


def test_a_stop_that_meets_nobody_fails_and_gives_its_money_back():
    venue = empty_venue()
    desk = new_desk(venue, {"BTC": "1"})
    waiting = stop(desk, "sell", "29000", "0.5")
    trade_at(venue, "29000")
    assert waiting.status is StopStatus.FAILED
    assert waiting.refused is not None
    assert (waiting.refused.refusal, waiting.refused.variant) == (Refusal.REJECTED, "empty")
    assert spread_of(desk) == {"BTC": ("1", "0")}


def test_what_a_stop_trades_may_set_off_another_and_each_is_set_off_once():
    venue = empty_venue()
    first, second = new_desk(venue, {"BTC": "1"}), new_desk(venue, {"BTC": "1"})
    buyer = new_desk(venue, {"USDT": "1000000"})
    place(buyer, "buy", "28000", "1")
    place(buyer, "buy", "27000", "5")
    deep = stop(second, "sell", "28000", "0.4")
    near = stop(first, "sell", "29000", "1")
    trade_at(venue, "29000")
    assert [fill.price for fill in become(first, near).fills] == [28000]
    assert [fill.price for fill in become(second, deep).fills] == [27000]
    assert [trade.price for trade in first.trades(BTC_USDT)] == [29000, 28000, 27000]


def test_stops_at_one_trigger_are_set_off_in_the_order_they_came():
    venue = empty_venue()
    early, late = new_desk(venue, {"BTC": "1"}), new_desk(venue, {"BTC": "1"})
    stops = [stop(desk, "sell", "29000", "0.5") for desk in (early, late)]
    buyer = new_desk(venue, {"USDT": "1000000"})
    place(buyer, "buy", "28000", "0.5")
    place(buyer, "buy", "27000", "0.5")
    trade_at(venue, "29000")
    assert become(early, stops[0]).fills[0].price == 28000
    assert become(late, stops[1]).fills[0].price == 27000


def test_a_cancelled_stop_gives_its_money_back_and_is_set_off_no_more():
    venue = empty_venue()
    desk = new_desk(venue, {"BTC": "1"})
    kept, dropped = stop(desk, "sell", "29000", "0.3"), stop(desk, "sell", "29000", "0.5")
    assert desk.cancel_stop(dropped.stop_id) is dropped
    assert (dropped.status, spread_of(desk)) == (StopStatus.CANCELLED, {"BTC": ("0.7", "0.3")})
    place(new_desk(venue, {"USDT": "100000"}), "buy", "28000", "2")
    trade_at(venue, "29000")
    assert (kept.status, dropped.status) == (StopStatus.TRIGGERED, StopStatus.CANCELLED)
    again = desk.cancel_stop(dropped.stop_id)
    assert isinstance(again, Refused)
    assert (again.refusal, again.variant) == (Refusal.ORDER_NOT_FOUND, "stop")


def test_a_stop_of_another_account_is_not_found():
    venue = empty_venue()
    theirs = stop(new_desk(venue), "sell", "29000", "0.3")
    assert isinstance(new_desk(venue).cancel_stop(theirs.stop_id), Refused)
    assert theirs.status is StopStatus.WAITING


@pytest.mark.parametrize(
    ("side", "trigger", "amount", "limit", "refusal"),
    [
        ("sell", "20000", "1.1", None, Refusal.INSUFFICIENT_FUNDS),
        ("buy", "40000", "1", None, Refusal.INSUFFICIENT_FUNDS),
        ("buy", "40000", "0.5", "80000", Refusal.INSUFFICIENT_FUNDS),
        ("sell", "20000", "0.00001", None, Refusal.BELOW_MINIMUM),
    ],
)
def test_a_stop_is_refused_as_its_order_would_be(side, trigger, amount, limit, refusal):
    desk = new_desk(empty_venue(), {"BTC": "1", "USDT": "30000"})
    refused = try_to_stop(desk, side, trigger, amount, limit)
    assert isinstance(refused, Refused)
    assert refused.refusal is refusal
    assert spread_of(desk) == {"BTC": ("1", "0"), "USDT": ("30000", "0")}


def test_only_a_stop_that_waits_changes():
    assert {status for status, _ in STOP_LIFE} == {StopStatus.WAITING}
    assert {event for _, event in STOP_LIFE} == set(StopEvent)


def test_the_trigger_of_a_trailing_stop_follows_a_price_that_goes_away_and_never_comes_back():
    venue = empty_venue()
    desk = new_desk(venue, {"BTC": "1"})
    place(new_desk(venue, {"USDT": "100000"}), "buy", "20000", "2")
    trailing = stop(desk, "sell", "29500", "0.5", distance=Decimal(500))
    for price, trigger in (("29800", 29500), ("31000", 30500), ("30600", 30500), ("32000", 31500)):
        trade_at(venue, price)
        assert (trailing.status, trailing.trigger) == (StopStatus.WAITING, trigger)
    assert spread_of(desk) == {"BTC": ("0.5", "0.5")}
    trade_at(venue, "31500")
    assert become(desk, trailing).fills[0].price == 20000


def test_a_trailing_buy_follows_a_falling_price():
    venue = empty_venue()
    desk = new_desk(venue, {"USDT": "40000"})
    trailing = stop(desk, "buy", "31000", "1", distance=Decimal(1000))
    trade_at(venue, "25000")
    assert trailing.trigger == 26000
    place(new_desk(venue, {"BTC": "10"}), "sell", "26500", "2")
    trade_at(venue, "26000")
    assert become(desk, trailing).filled == 1
    assert spread_of(desk) == {"BTC": ("0.998", "0"), "USDT": ("13500", "0")}


def test_a_stop_is_replaced_with_its_money_counted_in_or_stays():
    venue = empty_venue()
    desk = new_desk(venue, {"BTC": "1"})
    old = stop(desk, "sell", "29000", "1", "28900", client_order_id="mine")
    new = desk.replace_stop(old.stop_id, Decimal(28000), Decimal("0.8"))
    assert isinstance(new, StopOrder)
    assert (old.status, new.trigger, new.limit, new.client_order_id) == (StopStatus.CANCELLED, 28000, None, "mine")
    assert spread_of(desk) == {"BTC": ("0.2", "0.8")}
    refused = desk.replace_stop(new.stop_id, Decimal(28000), Decimal("1.1"))
    assert isinstance(refused, Refused)
    assert refused.refusal is Refusal.INSUFFICIENT_FUNDS
    assert new.status is StopStatus.WAITING
    gone = desk.replace_stop(old.stop_id, Decimal(28000), Decimal("0.1"))
    assert isinstance(gone, Refused)
    assert gone.variant == "stop"
    assert [effect.kind for effect in desk.effects] == ["stop_placed", "stop_cancelled", "stop_placed"]


def test_orders_and_stops_end_at_the_time_they_were_given_and_not_before():
    venue = empty_venue()
    desk = new_desk(venue, {"BTC": "1"})
    order, kept = place(desk, "sell", "40000", "0.2"), place(desk, "sell", "40000", "0.1")
    waiting = stop(desk, "sell", "20000", "0.3")
    desk.end_at(waiting.stop_id, NOW + 2_000)
    desk.end_at(order.order_id, NOW + 1_000)
    venue.desk(desk.account_id, NOW + 999)
    assert (order.status, waiting.status) == (OrderStatus.OPEN, StopStatus.WAITING)
    changes = venue.tally.changes
    venue.desk(0, NOW + 1_000)
    assert venue.tally.changes > changes
    assert (order.status, waiting.status) == (OrderStatus.CANCELLED, StopStatus.WAITING)
    venue.desk(0, NOW + 9_000)
    assert (waiting.status, waiting.ended_ms) == (StopStatus.CANCELLED, NOW + 2_000)
    assert kept.is_open
    assert spread_of(desk) == {"BTC": ("0.9", "0.1")}


def test_what_has_ended_already_is_left_alone_when_its_time_comes():
    venue = empty_venue()
    desk = new_desk(venue, {"BTC": "1"})
    order = place(desk, "sell", "40000", "0.2")
    desk.end_at(order.order_id, NOW + 1_000)
    place(new_desk(venue, {"USDT": "100000"}), "buy", "40000", "0.2")
    venue.desk(0, NOW + 5_000)
    assert order.status is OrderStatus.FILLED
