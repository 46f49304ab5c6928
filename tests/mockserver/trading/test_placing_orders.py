"""Orders at a desk: what they cost, what they bring, what becomes of the rest, and what is refused."""

from decimal import Decimal, localcontext

import pytest

from mockserver.core.accounts import NOBODY
from mockserver.core.desk import Desk
from mockserver.core.journal import Effect
from mockserver.core.ledger import FEES
from mockserver.core.orders import OrderStatus, Side, TimeInForce
from mockserver.core.refusals import Refusal, Refused
from tests.mockserver.trading.trading_setup import (
    BTC_USDT,
    ETH_BTC,
    NOW,
    empty_venue,
    new_desk,
    place,
    spread_of,
    try_to_place,
)


def test_a_desk_keeps_the_promise_that_handlers_are_written_to():
    desk: Desk = new_desk(empty_venue())
    public = {name for name in dir(Desk) if not name.startswith("_")}
    assert public <= set(dir(desk))
    assert (desk.now_ms, desk.account_id) == (NOW, 1)
    assert list(desk.markets()) == [BTC_USDT, ETH_BTC]
    assert desk.market("ETH/BTC") is ETH_BTC
    assert desk.market("ETH_BTC") is None
    assert list(desk.currencies()) == ["BTC", "USDT", "ETH"]


def test_a_buy_sets_aside_its_price_times_its_amount_and_a_sell_its_amount():
    venue = empty_venue()
    buyer, seller = new_desk(venue, {"USDT": "100"}), new_desk(venue, {"BTC": "1"})
    place(buyer, "buy", "200", "0.25")
    place(seller, "sell", "300", "0.4")
    assert spread_of(buyer) == {"USDT": ("50", "50")}
    assert spread_of(seller) == {"BTC": ("0.6", "0.4")}


def test_what_a_buy_sets_aside_is_rounded_up_to_eight_decimals():
    desk = new_desk(empty_venue(), {"USDT": "100"})
    order = place(desk, "buy", "30000.01", "0.00010001")
    assert order.held == Decimal("3.00030101")  # 3.0003010001 exactly
    assert desk.balances()["USDT"].available == Decimal("96.99969899")


def test_a_trade_pays_the_standing_price_less_fees_to_each_side_and_gives_back_what_was_set_aside_for_more():
    venue = empty_venue()
    maker, taker = new_desk(venue, {"BTC": "1"}), new_desk(venue, {"USDT": "1000"})
    standing = place(maker, "sell", "100", "1")
    order = place(taker, "buy", "120", "1")
    assert spread_of(taker) == {"BTC": ("0.998", "0"), "USDT": ("900", "0")}
    assert spread_of(maker) == {"USDT": ("99.9", "0")}
    assert venue.ledger.available(FEES, "BTC") == Decimal("0.002")
    assert venue.ledger.available(FEES, "USDT") == Decimal("0.1")
    assert (order.status, standing.status) == (OrderStatus.FILLED, OrderStatus.FILLED)
    assert (order.held, standing.held) == (0, 0)
    [bought], [sold] = order.fills, standing.fills
    assert (bought.side, bought.price, bought.amount, bought.maker) == (Side.BUY, 100, 1, False)
    assert (bought.fee, bought.fee_currency) == (Decimal("0.002"), "BTC")
    assert (sold.side, sold.price, sold.amount, sold.maker) == (Side.SELL, 100, 1, True)
    assert (sold.fee, sold.fee_currency) == (Decimal("0.1"), "USDT")
    assert bought.trade_id == sold.trade_id
    assert list(taker.trades(BTC_USDT)) == list(taker.fills()) == [bought]
    assert list(maker.fills()) == [sold]


def test_a_total_is_rounded_down_and_a_fee_to_the_nearest_eighth_decimal():
    venue = empty_venue()
    maker, taker = new_desk(venue, {"USDT": "1000"}), new_desk(venue, {"BTC": "1"})
    place(maker, "buy", "33333.33", "0.00012347")
    place(taker, "sell", "33333.33", "0.00012347", TimeInForce.IOC)
    # Exactly 4.1156662551; the seller's fee of 0.2 % is 0.00823133250 and goes to the even neighbour.
    assert taker.fills()[0].fee == Decimal("0.00823133")
    assert taker.balances()["USDT"].available == Decimal("4.10743492")
    assert maker.balances()["USDT"].available == Decimal("995.88433375")
    assert [fill.side for fill in taker.trades(BTC_USDT)] == [Side.SELL]
    assert maker.balances()["BTC"].available == Decimal("0.00012335")  # fee 0.00000012347


def test_an_order_goes_through_several_levels_and_what_is_left_stands():
    venue = empty_venue()
    maker, taker = new_desk(venue, {"BTC": "3"}), new_desk(venue, {"USDT": "1000"})
    for price in ("100", "110", "130"):
        place(maker, "sell", price, "1")
    order = place(taker, "buy", "120", "3")
    assert [(fill.price, fill.amount) for fill in order.fills] == [(100, 1), (110, 1)]
    assert (order.status, order.filled, order.remaining) == (OrderStatus.PARTIALLY_FILLED, 2, 1)
    assert spread_of(taker) == {"BTC": ("1.996", "0"), "USDT": ("670", "120")}
    assert taker.book(BTC_USDT, 5) == ([(120, 1)], [(130, 1)])
    assert list(taker.open_orders()) == [order]
    assert [open_order.price for open_order in maker.open_orders()] == [130]


def test_an_account_may_trade_with_itself_and_loses_only_the_fees():
    desk = new_desk(empty_venue(), {"BTC": "1", "USDT": "100"})
    place(desk, "sell", "100", "1")
    place(desk, "buy", "100", "1")
    assert spread_of(desk) == {"BTC": ("0.998", "0"), "USDT": ("99.9", "0")}
    assert [fill.side for fill in desk.fills()] == [Side.BUY, Side.SELL]
    assert [fill.side for fill in desk.trades(BTC_USDT)] == [Side.BUY]


def test_what_an_immediate_order_leaves_is_cancelled_and_given_back():
    venue = empty_venue()
    place(new_desk(venue, {"BTC": "1"}), "sell", "100", "1")
    desk = new_desk(venue, {"USDT": "500"})
    order = place(desk, "buy", "100", "3", TimeInForce.IOC)
    assert (order.status, order.filled, order.remaining, order.held) == (OrderStatus.CANCELLED, 1, 2, 0)
    assert spread_of(desk) == {"BTC": ("0.998", "0"), "USDT": ("400", "0")}
    assert desk.book(BTC_USDT, 5) == ([], [])
    assert list(desk.open_orders()) == []
    assert [effect.kind for effect in desk.effects] == ["order_placed"]


@pytest.mark.parametrize(
    ("time_in_force", "price", "amount", "filled"),
    [
        (TimeInForce.FOK, "100", "1.5", None),
        (TimeInForce.FOK, "99", "1", None),
        (TimeInForce.FOK, "101", "1.5", "1.5"),
        (TimeInForce.FOK, "100", "1", "1"),
        (TimeInForce.POST_ONLY, "100", "0.1", None),
        (TimeInForce.POST_ONLY, "99.99", "0.1", "0"),
    ],
)
def test_all_or_nothing_and_never_at_once_create_nothing_when_they_cannot_have_it(time_in_force, price, amount, filled):
    venue = empty_venue()
    seller = new_desk(venue, {"BTC": "2"})
    place(seller, "sell", "100", "1")
    place(seller, "sell", "101", "1")
    desk = new_desk(venue, {"USDT": "500"})
    outcome = try_to_place(desk, "buy", price, amount, time_in_force)
    if filled is None:
        assert isinstance(outcome, Refused)
        assert (outcome.refusal, outcome.variant) == (Refusal.REJECTED, time_in_force.value)
        assert (list(desk.orders()), desk.effects, spread_of(desk)) == ([], [], {"USDT": ("500", "0")})
    else:
        assert not isinstance(outcome, Refused)
        assert outcome.filled == Decimal(filled)
        assert outcome.is_open == (filled == "0")


def test_an_order_for_all_that_is_available_is_accepted_and_one_grain_more_is_refused():
    desk = new_desk(empty_venue(), {"USDT": "100", "BTC": "1"})
    for side, price, amount, currency in (("buy", "100", "1.00000001", "USDT"), ("sell", "100", "1.00000001", "BTC")):
        refused = try_to_place(desk, side, price, amount)
        assert isinstance(refused, Refused)
        assert (refused.refusal, refused.facts) == (Refusal.INSUFFICIENT_FUNDS, {"currency": currency})
    assert (list(desk.orders()), desk.effects) == ([], [])
    place(desk, "buy", "100", "1")
    assert isinstance(try_to_place(desk, "buy", "100", "0.01"), Refused)


def test_the_least_total_and_the_least_amount_are_still_accepted():
    desk = new_desk(empty_venue(), {"USDT": "100", "BTC": "1"})
    place(desk, "buy", "100", "0.01")
    below = try_to_place(desk, "buy", "100", "0.00999999")
    assert isinstance(below, Refused)
    assert (below.refusal, below.variant, below.facts["minimum"]) == (Refusal.BELOW_MINIMUM, "", "1")
    place(desk, "buy", "0.1", "0.001", market=ETH_BTC)
    below = try_to_place(desk, "buy", "10", "0.00099999", market=ETH_BTC)
    assert isinstance(below, Refused)
    assert (below.refusal, below.variant, below.facts["minimum"]) == (Refusal.BELOW_MINIMUM, "amount", "0.001")
    assert "0.001 ETH" in below.detail


@pytest.mark.parametrize("digits", ["9" * 40, "9" * 4000, "1e999990", "0." + "1" * 200 + "e10"])
@pytest.mark.parametrize("side", ["buy", "sell"])
def test_sums_that_nobody_could_have_are_refused_for_want_of_funds(digits, side):
    desk = new_desk(empty_venue())
    for price, amount in ((digits, digits), ("100", digits)):
        refused = try_to_place(desk, side, price, amount)
        assert isinstance(refused, Refused)
        assert refused.refusal is Refusal.INSUFFICIENT_FUNDS


@pytest.mark.parametrize("bad", ["0", "-1", "NaN", "sNaN", "Infinity"])
def test_a_price_or_amount_that_no_dialect_should_have_let_through_is_an_error_of_ours(bad):
    desk = new_desk(empty_venue())
    for price, amount in ((bad, "1"), ("1", bad)):
        with pytest.raises(ValueError, match="above zero"):
            try_to_place(desk, "buy", price, amount)
    with pytest.raises(ValueError, match="above zero"):
        desk.withdraw("USDT", Decimal(bad), "somewhere")


def test_a_cancelled_order_gives_back_what_it_held_and_is_found_cancelled_the_second_time():
    desk = new_desk(empty_venue(), {"USDT": "100"})
    order = place(desk, "buy", "50", "1")
    assert desk.cancel_order(order.order_id) is order
    assert (order.status, order.held) == (OrderStatus.CANCELLED, 0)
    assert spread_of(desk) == {"USDT": ("100", "0")}
    assert desk.book(BTC_USDT, 1) == ([], [])
    again = desk.cancel_order(order.order_id)
    assert isinstance(again, Refused)
    assert (again.refusal, again.variant) == (Refusal.ORDER_NOT_FOUND, "cancelled")
    assert desk.effects == [
        Effect(kind="order_placed", subject=str(order.order_id)),
        Effect(kind="order_cancelled", subject=str(order.order_id)),
    ]


def test_an_order_that_traded_in_part_gives_back_the_rest_when_cancelled():
    venue = empty_venue()
    buyer = new_desk(venue, {"USDT": "100"})
    order = place(buyer, "buy", "50", "2")
    place(new_desk(venue, {"BTC": "1"}), "sell", "50", "0.5")
    buyer.cancel_order(order.order_id)
    assert spread_of(buyer) == {"BTC": ("0.4995", "0"), "USDT": ("75", "0")}


def test_filled_foreign_and_unknown_orders_cannot_be_cancelled_nor_be_told_apart():
    venue = empty_venue()
    owner, stranger = new_desk(venue), new_desk(venue)
    standing = place(owner, "sell", "40000", "0.1")
    filled = place(owner, "buy", "40000", "0.05")
    for desk, order_id in ((owner, filled.order_id), (stranger, standing.order_id), (owner, 12345), (owner, -1)):
        refused = desk.cancel_order(order_id)
        assert isinstance(refused, Refused)
        assert (refused.refusal, refused.variant) == (Refusal.ORDER_NOT_FOUND, "")
        assert refused.facts == {"order_id": order_id}
    assert stranger.order(standing.order_id) is None
    assert owner.order(standing.order_id) is standing
    assert (stranger.effects, standing.is_open) == ([], True)


def test_orders_are_listed_oldest_first_by_market_and_found_by_what_the_client_calls_them():
    desk = new_desk(empty_venue())
    first = desk.place_order(BTC_USDT, Side.BUY, Decimal(100), Decimal(1), client_order_id="7")
    second = desk.place_order(ETH_BTC, Side.BUY, Decimal("0.05"), Decimal(1), client_order_id="8")
    third = desk.place_order(BTC_USDT, Side.BUY, Decimal(100), Decimal(1), client_order_id="7")
    assert list(desk.orders()) == list(desk.open_orders()) == [first, second, third]
    assert list(desk.orders(BTC_USDT)) == list(desk.open_orders(BTC_USDT)) == [first, third]
    assert desk.order_by_client_id("7") is third
    assert desk.order_by_client_id("9") is None
    desk.cancel_order(third.order_id)
    assert desk.order_by_client_id("7") is third
    assert list(desk.open_orders()) == [first, second]
    assert list(desk.orders()) == [first, second, third]


def test_nobody_has_a_desk_at_which_nothing_can_be_bought():
    desk = empty_venue().desk(NOBODY, NOW)
    assert spread_of(desk) == {}
    assert isinstance(try_to_place(desk, "buy", "100", "1"), Refused)
    assert desk.book(BTC_USDT, 5) == ([], [])


def test_a_coarse_decimal_context_of_the_embedding_program_changes_no_trade():
    def traded() -> list[object]:
        venue = empty_venue()
        maker, taker = new_desk(venue, {"USDT": "1000"}), new_desk(venue, {"BTC": "1"})
        place(maker, "buy", "33333.33", "0.00912347")
        place(taker, "sell", "33333.32", "0.00812345")
        return [spread_of(maker), spread_of(taker), maker.open_orders()[0], maker.ticker(BTC_USDT)]

    expected = traded()
    with localcontext() as context:
        context.prec = 4
        observed = traded()
    assert [str(one) for one in observed[2:]] == [str(one) for one in expected[2:]]
    assert observed[2:] == expected[2:]
