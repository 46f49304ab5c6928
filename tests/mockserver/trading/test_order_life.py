"""An order's life: what the table allows, and nothing else."""

from decimal import Decimal

import pytest

from mockserver.core.orders import LIFE, Order, OrderEvent, OrderStatus, Side

CLOSED = (OrderStatus.FILLED, OrderStatus.CANCELLED, OrderStatus.REJECTED)


def new_order(status: OrderStatus = OrderStatus.OPEN) -> Order:
    return Order(
        order_id=1,
        account_id=1,
        market="BTC/USDT",
        side=Side.BUY,
        price=Decimal(10),
        amount=Decimal(3),
        remaining=Decimal(3),
        at_ms=0,
        status=status,
    )


def test_an_order_opens_trades_in_part_and_is_filled():
    order = new_order()
    lived = [order.status]
    for _ in range(3):
        order.trade(Decimal(1))
        lived.append(order.status)
    assert lived == ["open", "partially_filled", "partially_filled", "filled"]
    assert (order.filled, order.remaining, order.is_open) == (3, 0, False)


def test_an_order_cancelled_half_way_keeps_what_it_traded():
    order = new_order()
    order.trade(Decimal(2))
    order.cancel()
    assert (order.status, order.filled, order.remaining, order.is_open) == ("cancelled", 2, 1, False)


@pytest.mark.parametrize("status", CLOSED)
def test_a_closed_order_changes_no_more(status):
    order = new_order(status)
    with pytest.raises(KeyError):
        order.trade(Decimal(1))
    with pytest.raises(KeyError):
        order.cancel()
    assert (order.status, order.remaining) == (status, 3)


def test_the_table_knows_every_event_of_an_open_order_and_none_of_a_closed_one():
    assert set(LIFE) == {(status, event) for status in OrderStatus if status not in CLOSED for event in OrderEvent}
    assert set(LIFE.values()) == {OrderStatus.PARTIALLY_FILLED, OrderStatus.FILLED, OrderStatus.CANCELLED}
