"""An order is replaced by another, or nothing happens."""

from decimal import Decimal

import pytest

from mockserver.core.account_desk import AccountDesk
from mockserver.core.orders import Order, OrderStatus, TimeInForce
from mockserver.core.refusals import Refusal, Refused
from tests.mockserver.trading.trading_setup import empty_venue, new_desk, place, spread_of


def replace(
    desk: AccountDesk, order: Order, price: str, amount: str | None = None, **others: object
) -> Order | Refused:
    return desk.replace_order(order.order_id, Decimal(price), None if amount is None else Decimal(amount), **others)


def test_the_old_order_is_cancelled_and_the_new_one_holds_its_money():
    desk = new_desk(empty_venue(), {"USDT": "100"})
    old = place(desk, "buy", "100", "1")
    new = replace(desk, old, "50", "2")
    assert isinstance(new, Order)
    assert (old.status, new.status, new.price, new.amount) == (OrderStatus.CANCELLED, OrderStatus.OPEN, 50, 2)
    assert list(desk.open_orders()) == [new]
    assert spread_of(desk) == {"USDT": ("0", "100")}
    assert [effect.kind for effect in desk.effects] == ["order_placed", "order_cancelled", "order_placed"]


def test_without_an_amount_the_new_order_is_as_large_as_what_was_open():
    venue = empty_venue()
    desk, other = new_desk(venue), new_desk(venue)
    old = place(desk, "buy", "100", "1")
    place(other, "sell", "100", "0.25")
    new = replace(desk, old, "90")
    assert isinstance(new, Order)
    assert (old.filled, new.amount) == (Decimal("0.25"), Decimal("0.75"))


def test_the_new_order_may_trade_at_once_with_the_old_ones_money():
    venue = empty_venue()
    desk, other = new_desk(venue, {"USDT": "100"}), new_desk(venue)
    place(other, "sell", "100", "1")
    old = place(desk, "buy", "50", "2")
    new = replace(desk, old, "100", "1")
    assert isinstance(new, Order)
    assert new.status is OrderStatus.FILLED
    assert spread_of(desk) == {"BTC": ("0.998", "0")}


@pytest.mark.parametrize(
    ("price", "amount", "time_in_force", "refusal", "variant"),
    [
        ("100.01", "1", TimeInForce.GTC, Refusal.INSUFFICIENT_FUNDS, ""),
        ("1", "0.5", TimeInForce.GTC, Refusal.BELOW_MINIMUM, ""),
        ("99", "1", TimeInForce.POST_ONLY, Refusal.REJECTED, "post_only"),
        ("98", "1", TimeInForce.FOK, Refusal.REJECTED, "fok"),
    ],
)
def test_the_old_order_stands_as_it_stood_when_the_new_one_is_refused(price, amount, time_in_force, refusal, variant):
    venue = empty_venue()
    desk, other = new_desk(venue, {"USDT": "100"}), new_desk(venue)
    place(other, "sell", "99", "0.9")
    old = place(desk, "buy", "50", "2")
    refused = replace(desk, old, price, amount, time_in_force=time_in_force)
    assert isinstance(refused, Refused)
    assert (refused.refusal, refused.variant) == (refusal, variant)
    assert old.is_open
    assert list(desk.orders()) == [old]
    assert spread_of(desk) == {"USDT": ("0", "100")}


def test_an_order_that_is_not_open_or_anothers_cannot_be_replaced():
    venue = empty_venue()
    desk, other = new_desk(venue), new_desk(venue)
    old = place(desk, "buy", "50", "2")
    theirs = replace(other, old, "51")
    desk.cancel_order(old.order_id)
    mine = replace(desk, old, "51")
    assert isinstance(theirs, Refused)
    assert isinstance(mine, Refused)
    assert (theirs.refusal, theirs.variant) == (Refusal.ORDER_NOT_FOUND, "")
    assert (mine.refusal, mine.variant) == (Refusal.ORDER_NOT_FOUND, "cancelled")
