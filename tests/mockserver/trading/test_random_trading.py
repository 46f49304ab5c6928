"""Whatever clients do, the books balance: nothing is made, nothing is lost, nobody owes, no book is crossed."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.core.account_desk import AccountDesk
from mockserver.core.accounts import MARKET_MAKER
from mockserver.core.ledger import FEES
from mockserver.core.orders import Order, OrderStatus, Side, TimeInForce
from mockserver.core.seeding import opening_liquidity
from mockserver.core.venue import Venue
from tests.mockserver.trading.trading_setup import BTC_USDT, ETH_BTC, NOW, empty_venue

MARKETS = (BTC_USDT, ETH_BTC)

# Few prices, so that orders meet; odd digits, so that totals and fees need rounding.
PRICES = {
    BTC_USDT: st.sampled_from([Decimal(price) for price in ("30000", "30000.01", "30012.34")]),
    ETH_BTC: st.sampled_from([Decimal(price) for price in ("0.06", "0.06000001", "0.0613")]),
}
AMOUNTS = {
    BTC_USDT: st.decimals(min_value="0.00003", max_value="0.3", places=8),
    ETH_BTC: st.decimals(min_value="0.0005", max_value=5, places=8),
}
PLACING = st.sampled_from(MARKETS).flatmap(
    lambda market: st.tuples(
        st.just("place"),
        st.integers(0, 2),
        st.just(market),
        st.sampled_from(Side),
        PRICES[market],
        AMOUNTS[market],
        st.sampled_from((*TimeInForce, TimeInForce.GTC, TimeInForce.GTC, TimeInForce.GTC)),
    )
)
CANCELLING = st.tuples(st.just("cancel"), st.integers(0, 2), st.integers(0, 8))
WITHDRAWING = st.tuples(
    st.just("withdraw"),
    st.integers(0, 2),
    st.sampled_from(("BTC", "USDT")),
    st.decimals(min_value="0.00000001", max_value=200, places=8),
)
STEPS = st.lists(st.one_of(PLACING, PLACING, PLACING, CANCELLING, WITHDRAWING), min_size=10, max_size=30)


def take(step: tuple[object, ...], desks: list[AccountDesk]) -> object:
    """Take one step; what the desk said to it."""
    match step:
        case ("place", int(who), market, side, price, amount, time_in_force):
            return desks[who].place_order(market, side, price, amount, time_in_force=time_in_force)
        case ("cancel", int(who), int(which)):
            orders = desks[who].orders()
            return desks[who].cancel_order(orders[which].order_id if which < len(orders) else which)
        case ("withdraw", int(who), str(currency), amount):
            return desks[who].withdraw(currency, amount, "somewhere")
    raise AssertionError(step)


def check_the_ledger(venue: Venue, accounts: list[int]) -> None:
    assert not any(venue.ledger.sums().values())
    for holder in (FEES, MARKET_MAKER, *accounts):
        for currency in venue.currencies:
            assert venue.ledger.available(holder, currency) >= 0
            assert venue.ledger.held(holder, currency) >= 0


def check_that_orders_hold_what_is_held(venue: Venue, account: int) -> None:
    held = dict.fromkeys(venue.currencies, Decimal(0))
    for order in venue.orders_of(account):
        market = venue.floor.market(order.market)
        assert market is not None
        held[market.quote if order.side is Side.BUY else market.base] += order.held
        assert order.filled + order.remaining == order.amount
        assert order.filled == sum(fill.amount for fill in order.fills)
        assert (order.remaining == 0) == (order.status is OrderStatus.FILLED)
        assert order.is_open or order.held == 0
        assert all(fill.price <= order.price for fill in order.fills if order.side is Side.BUY)
        assert all(fill.price >= order.price for fill in order.fills if order.side is Side.SELL)
    assert held == {currency: balance.held for currency, balance in venue.balances_of(account).items()}


def check_the_books(venue: Venue, accounts: list[int]) -> None:
    for market in MARKETS:
        bids, asks = venue.desk(accounts[0], NOW).book(market, 1_000)
        assert not (bids and asks and bids[0][0] >= asks[0][0])
        standing: dict[tuple[Side, Decimal], Decimal] = {}
        for account in (MARKET_MAKER, *accounts):
            for order in venue.desk(account, NOW).open_orders(market):
                place = (order.side, order.price)
                standing[place] = standing.get(place, Decimal(0)) + order.remaining
        shown = {(Side.BUY, price): amount for price, amount in bids}
        shown |= {(Side.SELL, price): amount for price, amount in asks}
        assert shown == standing
        assert [price for price, _ in bids] == sorted((price for price, _ in bids), reverse=True)
        assert [price for price, _ in asks] == sorted(price for price, _ in asks)


@settings(deadline=None)
@given(STEPS, st.booleans())
def test_after_every_step_the_ledger_the_orders_and_the_books_agree(steps, seeded):
    venue = Venue(MARKETS, {"BTC": "1", "ETH": "10", "USDT": "10000"}, 5) if seeded else empty_venue()
    accounts = [venue.open_account() for _ in range(3)]
    desks = [venue.desk(account, NOW) for account in accounts]
    for step in steps:
        take(step, desks)
        check_the_ledger(venue, accounts)
        for account in (MARKET_MAKER, *accounts):
            check_that_orders_hold_what_is_held(venue, account)
        check_the_books(venue, accounts)


@settings(deadline=None)
@given(STEPS)
def test_what_is_refused_changes_nothing(steps):
    venue = empty_venue()
    desks = [venue.desk(venue.open_account(), NOW) for _ in range(3)]

    def state() -> list[object]:
        accounts = [desk.account_id for desk in desks]
        return [
            [(venue.orders_of(one), venue.balances_of(one), venue.withdrawals_of(one)) for one in accounts],
            [desks[0].book(market, 100) for market in MARKETS],
            [list(desk.effects) for desk in desks],
        ]

    for step in steps:
        before = state()
        outcome = take(step, desks)
        if not isinstance(outcome, Order) and step[0] != "withdraw":
            assert state() == before


@settings(deadline=None)
@given(STEPS, st.integers(0, 3))
def test_one_seed_and_the_same_steps_give_the_same_answers(steps, seed):
    def run() -> list[str]:
        venue = empty_venue(seed, opening_liquidity)
        desks = [venue.desk(venue.open_account(), NOW) for _ in range(3)]
        said = [repr(take(step, desks)) for step in steps]
        return [*said, *(repr((desk.balances(), desk.fills(), desk.book(BTC_USDT, 20))) for desk in desks)]

    assert run() == run()


@settings(deadline=None)
@given(STEPS)
def test_an_account_has_what_it_opened_with_and_what_its_trades_and_withdrawals_say(steps):
    venue = empty_venue(0, opening_liquidity)
    desks = [venue.desk(venue.open_account(), NOW) for _ in range(3)]
    for step in steps:
        take(step, desks)
    for desk in desks:
        expected = {"BTC": Decimal(1), "ETH": Decimal(10), "USDT": Decimal(10_000)}
        for fill in desk.fills():
            market = desk.market(fill.market)
            assert market is not None
            total = (fill.price * fill.amount).quantize(Decimal("1e-8"), "ROUND_DOWN")
            sign = 1 if fill.side is Side.BUY else -1
            expected[market.base] += sign * fill.amount
            expected[market.quote] -= sign * total
            expected[fill.fee_currency] -= fill.fee
        for withdrawal in desk.withdrawals():
            expected[withdrawal.currency] -= withdrawal.amount
        assert expected == {currency: one.available + one.held for currency, one in desk.balances().items()}
