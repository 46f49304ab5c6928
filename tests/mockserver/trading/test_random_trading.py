"""Whatever clients do, the books balance: nothing is made, nothing is lost, nobody owes, no book is crossed."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.core.account_desk import AccountDesk
from mockserver.core.orders import Order, Side, TimeInForce
from mockserver.core.positions import MarginMode, MarginTerms
from mockserver.core.seeding import opening_liquidity
from mockserver.core.stops import StopOrder
from mockserver.core.venue import Venue
from mockserver.core.wallets import Wallet
from tests.mockserver.trading.invariants import check_everything, everything_of
from tests.mockserver.trading.trading_setup import BTC_USDT, ETH_BTC, NOW, empty_venue

MARKETS = (BTC_USDT, ETH_BTC)

# Few prices, so that orders meet; odd digits, so that totals and fees need rounding.
PRICES = {
    BTC_USDT: st.sampled_from([Decimal(price) for price in ("30000", "30000.01", "30012.34")]),
    ETH_BTC: st.sampled_from([Decimal(price) for price in ("0.06", "0.06000001", "0.0613")]),
}
# Prices that leave positions without margin.
STEEP = st.sampled_from([Decimal(price) for price in ("10000", "28000", "30000", "30012.34", "33000", "70000")])
AMOUNTS = {
    BTC_USDT: st.decimals(min_value="0.00003", max_value="0.3", places=8),
    ETH_BTC: st.decimals(min_value="0.0005", max_value=5, places=8),
}
TERMS = st.builds(
    MarginTerms,
    wallet=st.sampled_from((Wallet.MARGIN, Wallet.MARGIN, Wallet.FUTURES)),
    leverage=st.sampled_from((Decimal(1), Decimal("2.5"), Decimal(20))),
    mode=st.sampled_from(MarginMode),
    reduce_only=st.sampled_from((False, False, True)),
    slot=st.sampled_from(("", "", "LONG")),
)
WHO = st.integers(0, 2)
TIMES = st.sampled_from((*TimeInForce, TimeInForce.GTC, TimeInForce.GTC, TimeInForce.GTC))
PLACING = st.sampled_from(MARKETS).flatmap(
    lambda market: st.tuples(
        st.just("place"),
        WHO,
        st.just(market),
        st.sampled_from(Side),
        PRICES[market],
        AMOUNTS[market],
        TIMES,
        st.none(),
    )
)
ON_MARGIN = st.tuples(
    st.just("place"), WHO, st.just(BTC_USDT), st.sampled_from(Side), STEEP, AMOUNTS[BTC_USDT], TIMES, TERMS
)
AT_MARKET = st.tuples(
    st.just("market"),
    WHO,
    st.sampled_from(Side),
    st.none() | AMOUNTS[BTC_USDT],
    st.decimals(min_value="0.5", max_value=9_000, places=8),
    st.none() | TERMS,
)
STOPPING = st.tuples(
    st.just("stop"),
    WHO,
    st.sampled_from(Side),
    STEEP,
    AMOUNTS[BTC_USDT],
    st.none() | STEEP,
    st.sampled_from((None, None, True, False)),
    st.sampled_from((None, None, Decimal(300))),
    st.none() | TERMS,
)
CANCELLING = st.tuples(st.sampled_from(("cancel", "cancel stop", "close", "cancel withdrawal")), WHO, st.integers(0, 8))
REPLACING = st.tuples(
    st.just("replace"), WHO, st.integers(0, 8), PRICES[BTC_USDT], st.none() | AMOUNTS[BTC_USDT], TIMES
)
SUMS = st.decimals(min_value="0.00000001", max_value=2_000, places=8)
CURRENCIES = st.sampled_from(("BTC", "USDT"))
WITHDRAWING = st.tuples(st.just("withdraw"), WHO, CURRENCIES, SUMS, st.sampled_from((Decimal(0), Decimal("0.5"))))
TRANSFERRING = st.tuples(
    st.just("transfer"), WHO, CURRENCIES, SUMS, st.sampled_from(Wallet), st.sampled_from((*Wallet, Wallet.MARGIN))
)
KEEPING = st.tuples(st.sampled_from(("escrow", "redeem", "pay", "adjust")), WHO, CURRENCIES, SUMS)
SPOT_STEPS = st.lists(st.one_of(PLACING, PLACING, PLACING, CANCELLING, WITHDRAWING), min_size=10, max_size=30)
STEPS = st.lists(
    st.one_of(
        PLACING, ON_MARGIN, ON_MARGIN, AT_MARKET, STOPPING, CANCELLING, REPLACING, WITHDRAWING, TRANSFERRING, KEEPING
    ),
    min_size=10,
    max_size=40,
)
BREATHING_STEP = st.one_of(ON_MARGIN, AT_MARKET, STOPPING, CANCELLING, REPLACING)


def take(step: tuple[object, ...], desks: list[AccountDesk]) -> object:
    """Take one step; what the desk said to it."""
    desk = desks[step[1]]
    match step:
        case ("place", _, market, side, price, amount, time_in_force, margin):
            return desk.place_order(market, side, price, amount, time_in_force=time_in_force, margin=margin)
        case ("market", _, side, amount, total, margin):
            return desk.place_market_order(BTC_USDT, side, amount=amount, total=total, margin=margin)
        case ("stop", _, side, trigger, amount, limit, rising, distance, margin):
            return desk.place_stop(
                BTC_USDT, side, trigger, amount, limit=limit, rising=rising, distance=distance, margin=margin
            )
        case ("replace stop", _, int(which), trigger, amount):
            stops = desk.stops(open_only=True, wallet=None)
            return desk.replace_stop(stops[which].stop_id if which < len(stops) else which, trigger, amount)
        case ("cancel", _, int(which)):
            orders = desk.orders(wallet=None)
            return desk.cancel_order(orders[which].order_id if which < len(orders) else which)
        case ("replace", _, int(which), price, amount, time_in_force):
            orders = [order for order in desk.open_orders(wallet=None) if order.market == BTC_USDT.name]
            order_id = orders[which].order_id if which < len(orders) else which
            return desk.replace_order(order_id, price, amount, time_in_force=time_in_force)
        case ("cancel stop", _, int(which)):
            stops = desk.stops(wallet=None)
            return desk.cancel_stop(stops[which].stop_id if which < len(stops) else which)
        case ("close", _, int(which)):
            positions = desk.positions()
            chosen = positions[which] if which < len(positions) else None
            wallet, slot = (chosen.wallet, chosen.slot) if chosen else (Wallet.MARGIN, "")
            return desk.close_position(BTC_USDT, wallet=wallet, slot=slot)
        case ("adjust", _, _, amount):
            positions = desk.positions()
            return desk.adjust_margin(positions[0], amount - 1_000) if positions else None
        case ("withdraw", _, str(currency), amount, fee):
            return desk.withdraw(currency, amount, "somewhere", fee=fee)
        case ("cancel withdrawal", _, int(which)):
            paid = desk.withdrawals()
            return desk.cancel_withdrawal(paid[which].withdrawal_id if which < len(paid) else which)
        case ("transfer", _, str(currency), amount, source, target):
            return desk.transfer(currency, amount, source, target)
        case ("escrow", _, str(currency), amount):
            return desk.escrow(currency, amount)
        case ("redeem", _, _, amount):
            return desk.redeem(8_000_001, amount)
        case ("pay", int(who), str(currency), amount):
            return desk.pay(currency, amount, desks[who - 1].account_id)
    raise AssertionError(step)


def three_desks(venue: Venue) -> list[AccountDesk]:
    """Three customers with something in each wallet that they may trade from."""
    desks = [venue.desk(venue.open_account(), NOW) for _ in range(3)]
    for desk in desks:
        desk.transfer("USDT", Decimal(2_000), Wallet.SPOT, Wallet.MARGIN)
        desk.transfer("USDT", Decimal(1_000), Wallet.SPOT, Wallet.FUTURES)
    return desks


@settings(deadline=None)
@given(STEPS, st.booleans())
def test_after_every_step_the_ledger_the_orders_the_positions_and_the_books_agree(steps, seeded):
    venue = Venue(MARKETS, {"BTC": "1", "ETH": "10", "USDT": "10000"}, 5) if seeded else empty_venue()
    desks = three_desks(venue)
    for step in steps:
        take(step, desks)
        check_everything(venue, [desk.account_id for desk in desks], NOW)


@settings(deadline=None)
@given(STEPS)
def test_what_is_refused_changes_nothing_and_what_changes_something_is_counted(steps):
    venue = empty_venue()
    desks = three_desks(venue)
    for market in MARKETS:
        desks[0].book(market, 1)

    def state() -> list[object]:
        accounts = [desk.account_id for desk in desks]
        return [everything_of(venue, accounts), [repr(desks[0].book(market, 100)) for market in MARKETS]]

    for step in steps:
        before, changes = state(), venue.tally.changes
        take(step, desks)
        assert (state() == before) == (venue.tally.changes == changes), step


@settings(deadline=None)
@given(STEPS, st.integers(0, 3))
def test_one_seed_and_the_same_steps_give_the_same_answers(steps, seed):
    def run() -> list[str]:
        venue = empty_venue(seed, opening_liquidity)
        desks = three_desks(venue)
        said = [repr(take(step, desks)) for step in steps]
        return [*said, *(repr((desk.balances(), desk.fills(wallet=None), desk.book(BTC_USDT, 20))) for desk in desks)]

    assert run() == run()


@settings(deadline=None, max_examples=15)
@given(
    st.lists(st.tuples(st.sampled_from((0, 1, 1, 5, 70)), BREATHING_STEP), min_size=8, max_size=25), st.integers(0, 9)
)
def test_in_a_market_that_breathes_the_books_agree_and_nobody_changes_them_by_looking(steps, seed):
    def run(*, looks: bool) -> list[object]:
        venue = Venue((BTC_USDT,), {"BTC": "1", "USDT": "10000"}, seed, breathing=True)
        desks = three_desks(venue)
        accounts = [desk.account_id for desk in desks]
        desks[0].ticker(BTC_USDT)
        now_ms = NOW
        for pause, step in steps:
            for second in range(pause if looks else 0):
                venue.desk(0, now_ms + second * 1_000).ticker(BTC_USDT)
            now_ms += pause * 1_000
            take(step, [venue.desk(account, now_ms) for account in accounts])
            if not looks:
                check_everything(venue, accounts, now_ms)
        public = venue.desk(0, now_ms)
        trades = [(fill.trade_id, fill.price, fill.amount, fill.at_ms) for fill in public.trades(BTC_USDT)]
        return [everything_of(venue, accounts), trades, public.book(BTC_USDT, 50), public.ticker(BTC_USDT)]

    assert run(looks=True) == run(looks=False)


@settings(deadline=None)
@given(SPOT_STEPS)
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
            if withdrawal.status != "cancelled":
                expected[withdrawal.currency] -= withdrawal.amount + withdrawal.fee
        assert expected == {currency: one.available + one.held for currency, one in desk.balances().items()}


def test_the_steps_that_these_tests_take_reach_every_corner_at_least_once():
    """Not a property: a look at the mill itself, so that it does not grind nothing."""
    desks = three_desks(empty_venue())
    terms = MarginTerms(leverage=Decimal(20))
    lend = ("place", 0, BTC_USDT, Side.SELL, Decimal(30_000), Decimal("0.3"), TimeInForce.GTC, None)
    borrow = ("place", 1, BTC_USDT, Side.BUY, Decimal(30_000), Decimal("0.3"), TimeInForce.GTC, terms)
    stop = ("stop", 2, Side.SELL, Decimal(30_000), Decimal("0.1"), None, True, None, None)
    outcomes = [take(step, desks) for step in (lend, stop, borrow)]
    assert [type(outcome) for outcome in outcomes] == [Order, StopOrder, Order]
    assert desks[1].positions()[0].amount == Decimal("0.3")
