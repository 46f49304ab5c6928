"""The book: best price first, then who came first, at the standing order's price."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.core.book import Book
from mockserver.core.orders import Order, OrderStatus, Side


def order_of(order_id: int, side: Side, price: int, amount: int) -> Order:
    return Order(
        order_id=order_id,
        account_id=1,
        market="BTC/USDT",
        side=side,
        price=Decimal(price),
        amount=Decimal(amount),
        remaining=Decimal(amount),
        at_ms=0,
    )


def send(book: Book, order: Order) -> list[tuple[int, int, int]]:
    """Match and put; the trades as (standing order, price, amount)."""
    trades = [(standing.order_id, int(standing.price), int(amount)) for standing, amount in book.match(order)]
    if order.remaining:
        book.put(order)
    return trades


class SlowBook:
    """The same rules over a list that is sorted anew for each trade: what the book is compared with."""

    def __init__(self) -> None:
        self.standing: list[list[int]] = []  # order id, +1 for a buy or -1, price, remaining

    def send(self, order_id: int, side: Side, price: int, amount: int) -> list[tuple[int, int, int]]:
        sign = 1 if side is Side.BUY else -1
        trades = []
        while amount:
            others = [row for row in self.standing if row[1] == -sign and sign * (price - row[2]) >= 0]
            if not others:
                self.standing.append([order_id, sign, price, amount])
                break
            best = min(others, key=lambda row: (sign * row[2], row[0]))
            traded = min(amount, best[3])
            amount -= traded
            best[3] -= traded
            trades.append((best[0], best[2], traded))
            self.standing = [row for row in self.standing if row[3]]
        return trades

    def depth(self, sign: int) -> list[tuple[int, int]]:
        prices = sorted({row[2] for row in self.standing if row[1] == sign}, reverse=sign > 0)
        return [(price, sum(row[3] for row in self.standing if row[1:3] == [sign, price])) for price in prices]


SIDES = st.sampled_from(Side)
ORDERS = st.lists(st.tuples(SIDES, st.integers(1, 6), st.integers(1, 5)), max_size=25)


@given(ORDERS, st.lists(st.integers(0, 30), max_size=8))
def test_the_book_trades_as_a_slow_and_plain_book_does(orders, cancelled):
    book, slow = Book(), SlowBook()
    placed: list[Order] = []
    for number, (side, price, amount) in enumerate(orders):
        order = order_of(number, side, price, amount)
        placed.append(order)
        assert send(book, order) == slow.send(number, side, price, amount)
        if number in cancelled and placed[number // 2].is_open:
            book.take_out(placed[number // 2])
            placed[number // 2].cancel()
            slow.standing = [row for row in slow.standing if row[0] != number // 2]
        bids, asks = book.depth(100)
        assert (bids, asks) == (slow.depth(1), slow.depth(-1))
        assert not (bids and asks and bids[0][0] >= asks[0][0])


@given(ORDERS, SIDES, st.integers(1, 6), st.integers(1, 12))
def test_the_book_foretells_whether_an_order_would_trade_and_whether_it_would_fill(orders, side, price, amount):
    book = Book()
    for number, (its_side, its_price, its_amount) in enumerate(orders):
        send(book, order_of(number, its_side, its_price, its_amount))
    would_trade = book.would_trade(side, Decimal(price))
    would_fill = book.would_fill(side, Decimal(price), Decimal(amount))
    order = order_of(99, side, price, amount)
    trades = list(book.match(order))
    assert would_trade == bool(trades)
    assert would_fill == (order.status is OrderStatus.FILLED)


def test_of_two_prices_the_better_one_trades_first():
    book = Book()
    send(book, order_of(1, Side.SELL, 11, 1))
    send(book, order_of(2, Side.SELL, 10, 1))
    assert send(book, order_of(3, Side.BUY, 12, 2)) == [(2, 10, 1), (1, 11, 1)]


def test_at_one_price_the_order_that_came_first_trades_first():
    book = Book()
    send(book, order_of(1, Side.BUY, 10, 1))
    send(book, order_of(2, Side.BUY, 10, 1))
    assert send(book, order_of(3, Side.SELL, 10, 1)) == [(1, 10, 1)]


def test_an_order_that_traded_in_part_keeps_its_place():
    book = Book()
    send(book, order_of(1, Side.BUY, 10, 3))
    send(book, order_of(2, Side.BUY, 10, 3))
    send(book, order_of(3, Side.SELL, 10, 1))
    assert send(book, order_of(4, Side.SELL, 10, 3)) == [(1, 10, 2), (2, 10, 1)]


def test_the_trade_is_at_the_standing_orders_price():
    book = Book()
    send(book, order_of(1, Side.BUY, 12, 1))
    assert send(book, order_of(2, Side.SELL, 10, 1)) == [(1, 12, 1)]


def test_equal_prices_spelled_differently_are_one_level():
    book = Book()
    for number, price in enumerate(("10", "10.00", "1E+1")):
        order = order_of(number, Side.BUY, 10, 1)
        order.price = Decimal(price)
        book.put(order)
    assert book.depth(5) == ([(Decimal(10), Decimal(3))], [])


@pytest.mark.parametrize("levels", [0, 1, 2, 5])
def test_a_depth_has_at_most_so_many_levels_a_side_best_first(levels):
    book = Book()
    for number in range(3):
        send(book, order_of(number, Side.BUY, 5 - number, 1))
        send(book, order_of(10 + number, Side.SELL, 7 + number, 1))
    bids, asks = book.depth(levels)
    assert [price for price, _ in bids] == [5, 4, 3][:levels]
    assert [price for price, _ in asks] == [7, 8, 9][:levels]


def test_an_order_that_does_not_stand_cannot_be_taken_out():
    book = Book()
    order = order_of(1, Side.BUY, 10, 1)
    with pytest.raises(KeyError):
        book.take_out(order)
    book.put(order)
    book.take_out(order)
    with pytest.raises(KeyError):
        book.take_out(order)
    assert book.best_bid() is None
