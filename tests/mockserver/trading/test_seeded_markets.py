"""Seeded liquidity: the same for the same seed, on the market's steps, and only once somebody looks."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from mockserver.core.accounts import MARKET_MAKER
from mockserver.core.markets import Market
from mockserver.core.seeding import opening_liquidity
from mockserver.core.venue import Venue
from tests.mockserver.trading.trading_setup import BTC_USDT, ETH_BTC, NOW, OPENING_BALANCES, new_desk, place

STEPS = st.sampled_from([Decimal(step) for step in ("0.00000001", "0.0001", "0.01", "0.5", "1", "4", "25")])


@st.composite
def markets(draw: st.DrawFn) -> Market:
    price_step, amount_step = draw(STEPS), draw(STEPS)
    return Market(
        base="AAA",
        quote="BBB",
        price_step=price_step,
        amount_step=amount_step,
        minimum_total=draw(st.sampled_from((Decimal(0), Decimal("0.0001"), Decimal(10)))),
        minimum_amount=draw(st.sampled_from((Decimal(0), Decimal("0.003"), Decimal(7)))),
        opening_price=price_step * draw(st.integers(1, 10**9)),
    )


@given(markets(), st.integers(0, 2**32))
def test_any_market_opens_uncrossed_on_its_steps_and_above_its_minimums(market, seed):
    liquidity = opening_liquidity(market, seed)
    prices = [price for price, _ in (*reversed(liquidity.bids), *liquidity.asks)]
    assert prices == sorted(set(prices))
    assert len(liquidity.asks) == 10
    assert all(bid < market.opening_price for bid, _ in liquidity.bids)
    assert all(ask > market.opening_price for ask, _ in liquidity.asks)
    past = [(trade.price, trade.amount) for trade in liquidity.trades]
    for price, amount in (*liquidity.bids, *liquidity.asks, *past):
        assert price > 0
        assert price % market.price_step == 0
        assert amount > 0
        assert amount % market.amount_step == 0
        assert amount >= market.minimum_amount


def test_levels_are_worth_an_order_and_the_last_is_a_wall_that_no_account_eats_up():
    for market, purse in ((BTC_USDT, 10_000), (ETH_BTC, 1)):
        liquidity = opening_liquidity(market, 1)
        assert all(price * amount > 100 * market.minimum_total for price, amount in liquidity.asks)
        assert liquidity.asks[-1][0] * liquidity.asks[-1][1] > 50 * purse
        assert liquidity.bids[-1][0] * liquidity.bids[-1][1] > 50 * purse


def test_one_seed_opens_the_same_market_and_another_seed_another():
    def opened(seed: int) -> str:
        opening_liquidity.cache_clear()
        desk = new_desk(Venue((BTC_USDT, ETH_BTC), OPENING_BALANCES, seed))
        return repr([(desk.book(m, 50), desk.trades(m), desk.ticker(m)) for m in (BTC_USDT, ETH_BTC)])

    assert opened(1) == opened(1)
    assert opened(1) != opened(2)


def test_a_market_opens_the_same_whichever_was_looked_at_first():
    one, other = (new_desk(Venue((BTC_USDT, ETH_BTC), OPENING_BALANCES, 4)) for _ in range(2))
    books = [one.book(BTC_USDT, 50), one.book(ETH_BTC, 50)]
    assert [other.book(ETH_BTC, 50), other.book(BTC_USDT, 50)] == [books[1], books[0]]


def test_nothing_stands_before_a_market_is_looked_at_and_only_that_market_opens():
    venue = Venue((BTC_USDT, ETH_BTC), OPENING_BALANCES, 0)
    desk = new_desk(venue)
    assert venue.orders_of(MARKET_MAKER) == ()
    desk.ticker(ETH_BTC)
    assert {order.market for order in venue.orders_of(MARKET_MAKER)} == {"ETH/BTC"}
    assert not any(venue.ledger.sums().values())


def test_the_past_ends_with_a_trade_at_the_opening_price_before_anybody_looked():
    desk = new_desk(Venue((BTC_USDT,), OPENING_BALANCES, 0))
    times = [fill.at_ms for fill in desk.trades(BTC_USDT)]
    assert times == sorted(times)
    assert NOW - 600_000 <= times[0] < times[-1] < NOW
    ticker = desk.ticker(BTC_USDT)
    assert ticker.last == desk.trades(BTC_USDT)[-1].price == 30_000
    assert ticker.bid is not None
    assert ticker.ask is not None
    assert ticker.bid < ticker.last < ticker.ask


def test_clients_can_trade_with_what_is_seeded_and_their_order_ids_do_not_tell():
    venue = Venue((BTC_USDT,), OPENING_BALANCES, 0, id_start=50)
    desk = new_desk(venue)
    order = place(desk, "buy", "31000", "0.3")
    assert (order.order_id, order.status) == (50, "filled")
    assert all(0 < fill.order_id <= 50 for fill in desk.trades(BTC_USDT))
    assert not any(venue.ledger.sums().values())
