"""Orders at any price: how far they get, what they hold meanwhile, what they are refused for."""

from decimal import Decimal

import pytest

from mockserver.core.account_desk import AccountDesk
from mockserver.core.orders import Order, OrderStatus, Side
from mockserver.core.refusals import Refusal, Refused
from tests.mockserver.trading.trading_setup import BTC_USDT, ETH_BTC, empty_venue, new_desk, place, spread_of


def market_with_asks() -> tuple[AccountDesk, AccountDesk]:
    """A seller with two asks at one price and one above, and a buyer."""
    venue = empty_venue()
    seller, buyer = new_desk(venue, {"BTC": "3"}), new_desk(venue, {"USDT": "1000"})
    for price, amount in (("100", "0.4"), ("100", "0.6"), ("200", "2")):
        place(seller, "sell", price, amount)
    return seller, buyer


def at_market(desk: AccountDesk, side: str, **bounds: str) -> Order:
    order = try_at_market(desk, side, **bounds)
    assert isinstance(order, Order), order
    return order


def try_at_market(desk: AccountDesk, side: str, **bounds: str) -> Order | Refused:
    amounts = {name: Decimal(text) for name, text in bounds.items()}
    return desk.place_market_order(BTC_USDT, Side(side), **amounts)


def test_a_market_buy_of_an_amount_walks_up_the_book_and_pays_what_stands_there():
    seller, buyer = market_with_asks()
    order = at_market(buyer, "buy", amount="1.5")
    assert [(fill.price, fill.amount) for fill in order.fills] == [
        (100, Decimal("0.4")),
        (100, Decimal("0.6")),
        (200, Decimal("0.5")),
    ]
    assert (order.status, order.price, order.at_market) == (OrderStatus.FILLED, 200, True)
    assert spread_of(buyer) == {"BTC": ("1.497", "0"), "USDT": ("800", "0")}
    assert spread_of(seller)["USDT"] == ("199.8", "0")


def test_a_market_buy_needs_no_more_money_than_it_spends():
    _, buyer = market_with_asks()
    buyer.withdraw("USDT", Decimal(800), "somewhere")
    assert at_market(buyer, "buy", amount="1.5").status is OrderStatus.FILLED
    assert spread_of(buyer)["BTC"] == ("1.497", "0")
    assert "USDT" not in spread_of(buyer)


def test_a_market_buy_for_a_total_spends_no_more_than_that():
    _, buyer = market_with_asks()
    order = at_market(buyer, "buy", total="150")
    assert (order.amount, order.filled) == (Decimal("1.25"), Decimal("1.25"))
    assert spread_of(buyer)["USDT"] == ("850", "0")


def test_of_an_amount_and_a_total_the_lesser_counts():
    _, buyer = market_with_asks()
    assert at_market(buyer, "buy", amount="0.5", total="150").filled == Decimal("0.5")
    assert at_market(buyer, "buy", amount="9", total="20").filled == Decimal("0.2")


def test_what_the_book_cannot_give_is_cancelled():
    _, buyer = market_with_asks()
    order = at_market(buyer, "buy", amount="50")
    assert (order.status, order.filled, order.remaining) == (OrderStatus.CANCELLED, 3, 47)
    assert spread_of(buyer) == {"BTC": ("2.994", "0"), "USDT": ("500", "0")}
    assert not buyer.open_orders()


def test_a_market_sell_brings_what_the_bids_offer():
    venue = empty_venue()
    buyer, seller = new_desk(venue, {"USDT": "1000"}), new_desk(venue, {"BTC": "2"})
    place(buyer, "buy", "300", "1")
    place(buyer, "buy", "200", "1")
    order = at_market(seller, "sell", amount="1.5")
    assert (order.price, order.filled) == (200, Decimal("1.5"))
    assert spread_of(seller) == {"BTC": ("0.5", "0"), "USDT": ("399.2", "0")}


def test_a_market_sell_for_a_total_sells_no_more_than_brings_it():
    venue = empty_venue()
    buyer, seller = new_desk(venue, {"USDT": "1000"}), new_desk(venue, {"BTC": "2"})
    place(buyer, "buy", "300", "1")
    assert at_market(seller, "sell", total="30").filled == Decimal("0.1")


def test_the_amount_that_a_total_pays_for_is_on_the_markets_step():
    venue = empty_venue()
    seller, buyer = new_desk(venue, {"BTC": "3"}), new_desk(venue, {"USDT": "1000"})
    place(seller, "sell", "3", "1")
    assert at_market(buyer, "buy", total="1").filled == Decimal("0.33333333")


@pytest.mark.parametrize(
    ("side", "bounds", "refusal", "variant"),
    [
        ("sell", {"amount": "1"}, Refusal.REJECTED, "empty"),
        ("buy", {"amount": "0.009"}, Refusal.BELOW_MINIMUM, ""),
        ("buy", {"amount": "0.001", "total": "900"}, Refusal.BELOW_MINIMUM, ""),
        ("buy", {"amount": "9" * 60}, Refusal.INSUFFICIENT_FUNDS, ""),
    ],
)
def test_a_market_order_is_refused_for_want_of_others_of_worth_and_of_money(side, bounds, refusal, variant):
    seller, buyer = market_with_asks()
    if refusal is Refusal.INSUFFICIENT_FUNDS:
        buyer.withdraw("USDT", Decimal(900), "somewhere")
    before = spread_of(buyer), spread_of(seller)
    refused = try_at_market(buyer, side, **bounds)
    assert isinstance(refused, Refused)
    assert (refused.refusal, refused.variant) == (refusal, variant)
    assert (spread_of(buyer), spread_of(seller)) == before


def test_the_least_amount_counts_for_market_orders_too():
    venue = empty_venue()
    seller, buyer = new_desk(venue, {"ETH": "3"}), new_desk(venue, {"BTC": "10"})
    place(seller, "sell", "1", "1", market=ETH_BTC)
    refused = buyer.place_market_order(ETH_BTC, Side.BUY, amount=Decimal("0.0009"))
    assert isinstance(refused, Refused)
    assert (refused.refusal, refused.variant) == (Refusal.BELOW_MINIMUM, "amount")


@pytest.mark.parametrize("bounds", [{}, {"amount": "0"}, {"total": "-1"}, {"amount": "NaN"}, {"total": "Infinity"}])
def test_an_amount_or_a_total_above_zero_must_be_given(bounds):
    _, buyer = market_with_asks()
    with pytest.raises(ValueError, match="must be given"):
        try_at_market(buyer, "buy", **bounds)
