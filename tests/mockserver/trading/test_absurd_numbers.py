"""Numbers of any size are refused, or served as far as there is anything; the exchange is never at fault for them."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.core.account_desk import AccountDesk
from mockserver.core.orders import Side
from mockserver.core.positions import MarginTerms
from mockserver.core.refusals import Refused
from mockserver.core.wallets import Wallet
from mockserver.errors import LedgerError
from tests.mockserver.trading.invariants import check_everything
from tests.mockserver.trading.trading_setup import BTC_USDT, NOW, empty_venue, new_desk, place

# That nothing is finer than the eighth decimal is the dialects' to see to.
NUMBERS = st.one_of(
    st.sampled_from([Decimal(text) for text in ("1e-8", "0.5", "1e40", "1e88", "1e96", "1e300", "9" * 97 + ".1")]),
    st.decimals(min_value="1e-8", max_value="1e10", places=8),
    st.decimals(min_value="1e10", max_value="1e120", places=0),
)
SIDES = st.sampled_from(Side)
TERMS = st.none() | st.builds(MarginTerms, leverage=st.sampled_from((Decimal(1), Decimal("2.5"), Decimal(10**9))))

CALLS: list[Callable[[AccountDesk, Side, Decimal, Decimal, MarginTerms | None], object]] = [
    lambda desk, side, one, two, terms: desk.place_order(BTC_USDT, side, one, two, margin=terms),
    lambda desk, side, one, _, terms: desk.place_market_order(BTC_USDT, side, amount=one, margin=terms),
    lambda desk, side, one, _, terms: desk.place_market_order(BTC_USDT, side, total=one, margin=terms),
    lambda desk, side, one, two, terms: desk.place_market_order(BTC_USDT, side, amount=one, total=two, margin=terms),
    lambda desk, side, one, two, terms: desk.place_stop(BTC_USDT, side, one, two, margin=terms),
    lambda desk, side, one, two, terms: desk.place_stop(BTC_USDT, side, Decimal(20), one, limit=two, margin=terms),
    lambda desk, _, one, two, __: desk.replace_order(desk.open_orders()[0].order_id, one, two),
    lambda desk, _, one, two, __: desk.withdraw("BTC", one, "somewhere", fee=two),
    lambda desk, _, one, __, ___: desk.transfer("BTC", one, Wallet.SPOT, Wallet.MARGIN),
    lambda desk, _, one, __, ___: desk.escrow("BTC", one),
]


@settings(deadline=None)
@given(st.sampled_from(CALLS), SIDES, NUMBERS, NUMBERS, TERMS)
def test_whatever_the_numbers_are_the_desk_answers(call, side, one, two, terms):
    venue = empty_venue()
    desk, other = new_desk(venue), new_desk(venue)
    desk.transfer("USDT", Decimal(5_000), Wallet.SPOT, Wallet.MARGIN)
    place(other, "buy", "100", "1")
    place(other, "sell", "200", "0.7")
    place(desk, "buy", "20", "1")
    call(desk, side, one, two, terms)
    check_everything(venue, [desk.account_id, other.account_id], NOW)


@pytest.mark.parametrize("amount", ["1e30", "1e500", "Infinity"])
def test_nobody_is_given_more_than_anybody_has(amount):
    venue = empty_venue()
    desk = new_desk(venue)
    with pytest.raises(LedgerError):
        venue.deposit(desk.account_id, "BTC", Decimal(amount), NOW)
    assert list(desk.deposits()) == []


def test_a_countless_market_buy_takes_what_is_there():
    venue = empty_venue()
    buyer, seller = new_desk(venue), new_desk(venue)
    place(seller, "sell", "200", "0.7")
    order = buyer.place_market_order(BTC_USDT, Side.BUY, amount=Decimal("1e300"))
    assert not isinstance(order, Refused)
    assert order.filled == Decimal("0.7")
