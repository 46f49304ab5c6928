"""A market that breathes: its price is where the seed has it at each second, whoever looks when."""

from collections.abc import Iterable
from decimal import Decimal

import pytest

from mockserver.core.account_desk import AccountDesk
from mockserver.core.exchange import Exchange
from mockserver.core.orders import Fill, Order, OrderStatus, Side
from mockserver.core.seeding import no_liquidity
from mockserver.core.stops import StopOrder, StopStatus
from mockserver.core.venue import Venue
from mockserver.core.walk import moment, price_at, quotes
from mockserver.dialects.reference import DIALECT
from mockserver.errors import LedgerError
from mockserver.settings import Settings
from tests.mockserver.trading.invariants import check_everything, everything_of
from tests.mockserver.trading.trading_setup import BTC_USDT, ETH_BTC, NOW, OPENING_BALANCES, empty_venue, place

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
MARKETS = (BTC_USDT, ETH_BTC)


def breathing_venue(seed: int = 1) -> Venue:
    return Venue(MARKETS, OPENING_BALANCES, seed, breathing=True)


def shown(fills: Iterable[Fill]) -> list[tuple[object, ...]]:
    return [(fill.trade_id, fill.side, fill.price, fill.amount, fill.at_ms) for fill in fills]


def everything_public(desk: AccountDesk) -> list[object]:
    return [(shown(desk.trades(market)), desk.book(market, 50), desk.ticker(market)) for market in desk.markets()]


def orders_around(desk: AccountDesk, away: str = "0.001") -> tuple[Order, Order]:
    """A buy and a sell at a distance from the middle of BTC/USDT."""
    (bid, _), *_ = desk.book(BTC_USDT, 1)[0]
    buy = place(desk, "buy", format((bid * (1 - Decimal(away))).quantize(Decimal("0.01")), "f"), "0.02")
    sell = place(desk, "sell", format((bid * (1 + Decimal(away))).quantize(Decimal("0.01")), "f"), "0.02")
    return buy, sell


def test_one_seed_gives_one_market_whatever_the_times_of_looking():
    seen = []
    for step in (SECOND, 7 * SECOND, 10 * MINUTE):
        venue = breathing_venue()
        everything_public(venue.desk(0, NOW))
        customer = venue.open_account()
        orders_around(venue.desk(customer, NOW))
        for now_ms in range(NOW, NOW + 10 * MINUTE, step):
            venue.desk(0, now_ms)
        seen.append([everything_public(venue.desk(0, NOW + 10 * MINUTE)), venue.balances_of(customer)])
    assert seen[0] == seen[1] == seen[2]


def test_another_seed_gives_another_market():
    one, other = (breathing_venue(seed).desk(0, NOW) for seed in (1, 2))
    assert one.ticker(BTC_USDT).last != other.ticker(BTC_USDT).last


def test_the_price_moves_and_the_market_trades_while_nobody_does_anything():
    venue = breathing_venue()
    lasts = [venue.desk(0, NOW + minute * MINUTE).ticker(BTC_USDT).last for minute in range(20)]
    assert len(set(lasts)) > 15
    trades = [trade for trade in venue.desk(0, NOW + 20 * MINUTE).trades(BTC_USDT) if trade.at_ms > NOW]
    assert len(trades) > 200
    assert {trade.side for trade in trades} == set(Side)
    assert [trade.at_ms for trade in trades] == sorted(trade.at_ms for trade in trades)


def test_without_a_market_maker_the_price_stands_still():
    venue = Venue(MARKETS, OPENING_BALANCES, 1)
    before = everything_public(venue.desk(0, NOW))
    assert everything_public(venue.desk(0, NOW + HOUR)) == before


def test_a_market_opens_with_a_day_behind_it():
    desk = breathing_venue().desk(0, NOW)
    ages = [NOW - trade.at_ms for trade in desk.trades(BTC_USDT)]
    assert max(ages) < 24 * HOUR
    assert max(ages) > 23 * HOUR
    assert min(ages) < MINUTE
    ticker = desk.ticker(BTC_USDT)
    assert ticker.low < ticker.last < ticker.high
    assert ticker.bid is not None
    assert ticker.ask is not None
    assert ticker.bid < ticker.ask


def test_quotes_are_on_the_markets_steps_and_stand_around_the_price():
    desk = breathing_venue().desk(0, NOW)
    for market in MARKETS:
        bids, asks = desk.book(market, 50)
        assert len(bids) == len(asks) == 10
        for price, amount in (*bids, *asks):
            assert price % market.price_step == 0
            assert amount % market.amount_step == 0
            assert price * amount >= market.minimum_total
        assert bids[0][0] < price_at(market, 1, NOW // SECOND) < asks[0][0]


@pytest.mark.parametrize("seed", range(3))
def test_the_price_stays_within_a_fifth_of_where_the_market_opened(seed):
    for at in range(NOW // SECOND, NOW // SECOND + 10_000_000, 99_991):
        away = price_at(BTC_USDT, seed, at) / BTC_USDT.opening_price - 1
        assert abs(away) < Decimal("0.21")


def test_resting_orders_are_filled_when_the_price_comes_to_them_at_their_price_and_its_time():
    venue = breathing_venue()
    customer = venue.open_account()
    buy, sell = orders_around(venue.desk(customer, NOW))
    venue.desk(customer, NOW + 3 * HOUR)
    for order in (buy, sell):
        assert order.status is OrderStatus.FILLED
        assert all(fill.maker and fill.price == order.price for fill in order.fills)
        assert all(NOW < fill.at_ms <= NOW + 3 * HOUR and fill.at_ms % SECOND == 0 for fill in order.fills)
    check_everything(venue, [customer], NOW + 3 * HOUR)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("away", ["0.0001", "0.001"])
def test_an_order_trades_first_when_the_quotes_reach_it_or_somebody_finds_it_better_than_them(seed, away):
    venue = Venue((BTC_USDT,), OPENING_BALANCES, seed, breathing=True)
    customer = venue.open_account()
    desk = venue.desk(customer, NOW)
    middle, step = price_at(BTC_USDT, seed, NOW // SECOND), Decimal("0.01")
    buy = place(desk, "buy", format((middle * (1 - Decimal(away))).quantize(step), "f"), "0.00021")
    sell = place(desk, "sell", format((middle * (1 + Decimal(away))).quantize(step), "f"), "0.00021")
    venue.desk(customer, NOW + HOUR)
    for order in (buy, sell):
        expected = next(
            (at * SECOND for at in range(NOW // SECOND + 1, (NOW + HOUR) // SECOND + 1) if met(order, at, seed)), None
        )
        assert (order.fills[0].at_ms if order.fills else None) == expected


def met(order: Order, at: int, seed: int) -> bool:
    """Whether somebody trades with a resting order at a moment."""
    brings = moment(BTC_USDT, seed, at)
    if order.side is Side.BUY:
        return brings.ask <= order.price or (brings.side is Side.SELL and brings.bid <= order.price)
    return brings.bid >= order.price or (brings.side is Side.BUY and brings.ask >= order.price)


@pytest.mark.parametrize("side", Side)
def test_an_order_that_the_quotes_have_come_to_trades_with_all_of_them_that_reach_it(side):
    reached = 0
    for seed in range(6):
        venue = Venue((BTC_USDT,), {"BTC": "50", "USDT": "2000000"}, seed, breathing=True)
        customer = venue.open_account()
        desk = venue.desk(customer, NOW)
        away = Decimal("1.002" if side is Side.SELL else "0.998")
        price = (price_at(BTC_USDT, seed, NOW // SECOND) * away).quantize(Decimal("0.01"))
        order = place(desk, side, format(price, "f"), "30")
        for at in range(NOW // SECOND + 1, NOW // SECOND + 3_600):
            offers = quotes(BTC_USDT, seed, at)[1 if side is Side.BUY else 0]
            reach = [amount for offer, amount in offers if (offer <= price if side is Side.BUY else offer >= price)]
            if reach:
                venue.desk(customer, at * SECOND)
                then = [fill.amount for fill in order.fills if fill.at_ms == at * SECOND]
                assert sum(then) >= sum(reach)
                reached += 1
                break
    assert reached > 1


def test_a_stop_is_set_off_while_nobody_looks():
    venue = breathing_venue()
    customer = venue.open_account()
    desk = venue.desk(customer, NOW)
    last = desk.ticker(BTC_USDT).last
    trigger = (last * Decimal("0.999")).quantize(Decimal("0.01"))
    stop = desk.place_stop(BTC_USDT, Side.SELL, trigger, Decimal("0.01"))
    assert isinstance(stop, StopOrder)
    assert stop.status is StopStatus.WAITING
    venue.desk(0, NOW + HOUR)
    assert stop.status is StopStatus.TRIGGERED
    assert stop.order_id is not None
    assert stop.ended_ms is not None
    assert NOW < stop.ended_ms < NOW + HOUR
    order = venue.desk(customer, NOW).order(stop.order_id)
    assert order is not None
    assert (order.status, order.at_ms) == (OrderStatus.FILLED, stop.ended_ms)
    check_everything(venue, [customer], NOW + HOUR)


def test_after_any_silence_the_books_balance_and_a_long_one_costs_no_more_than_a_day():
    venue = breathing_venue()
    customer = venue.open_account()
    now_ms = NOW
    for pause in (0, SECOND, 61 * MINUTE, 3 * HOUR, 400 * 24 * HOUR):
        now_ms += pause
        desk = venue.desk(customer, now_ms)
        before = len(desk.trades(BTC_USDT))
        orders_around(desk, "0.002")
        check_everything(venue, [customer], now_ms)
    assert before < 20_000
    assert desk.trades(BTC_USDT)[-1].at_ms > now_ms - MINUTE
    assert len([trade for trade in desk.trades(BTC_USDT) if trade.at_ms > now_ms - 24 * HOUR]) < 3_000


def test_a_clock_that_is_set_back_lets_nothing_happen():
    venue = breathing_venue()
    before = everything_public(venue.desk(0, NOW))
    changes = venue.tally.changes
    venue.desk(0, NOW - HOUR)
    assert venue.tally.changes == changes
    assert everything_public(venue.desk(0, NOW)) == before


def test_moments_that_pass_are_counted_as_changes_and_looking_twice_is_not():
    venue = breathing_venue()
    venue.desk(0, NOW).ticker(BTC_USDT)
    changes = venue.tally.changes
    venue.desk(0, NOW + 999 - NOW % SECOND).ticker(BTC_USDT)
    assert venue.tally.changes == changes
    venue.desk(0, NOW + SECOND)
    assert venue.tally.changes > changes


def test_the_market_maker_keeps_no_account_of_its_endless_trades():
    venue = breathing_venue()
    customer = venue.open_account({"USDT": "100000", "BTC": "10"})
    for second in range(120):
        desk = venue.desk(customer, NOW + second * SECOND)
        desk.place_market_order(BTC_USDT, Side.BUY, total=Decimal(100))
        desk.place_market_order(BTC_USDT, Side.SELL, amount=Decimal("0.003"))
    maker = venue.account(-3)
    assert len(maker.orders) == len(maker.open) == 20
    assert maker.fills == []


def test_the_market_maker_is_turned_on_and_off_while_the_venue_is_open():
    venue = Venue(MARKETS, OPENING_BALANCES, 1)
    customer = venue.open_account()
    still = venue.desk(0, NOW).ticker(BTC_USDT).last
    buy, _ = orders_around(venue.desk(customer, NOW), "0.3")
    venue.breathe(NOW, breathing=True)
    assert venue.breathing
    assert venue.desk(0, NOW + MINUTE).ticker(BTC_USDT).last != still
    check_everything(venue, [customer], NOW + MINUTE)
    venue.breathe(NOW + MINUTE, breathing=False)
    stopped, changes = venue.desk(0, NOW + MINUTE).ticker(BTC_USDT), venue.tally.changes
    later = venue.desk(0, NOW + HOUR).ticker(BTC_USDT)
    assert (later.last, later.bid, later.ask) == (stopped.last, stopped.bid, stopped.ask)
    assert venue.tally.changes == changes
    assert buy.is_open
    check_everything(venue, [customer], NOW + HOUR)


@pytest.mark.parametrize("breathing", [False, True])
def test_a_price_that_is_moved_fills_those_on_its_way_and_sets_stops_off(breathing):
    venue = Venue(MARKETS, OPENING_BALANCES, 1, breathing=breathing)
    customer = venue.open_account()
    desk = venue.desk(customer, NOW)
    passed, beyond = place(desk, "buy", "25000", "0.1"), place(desk, "buy", "19000", "0.1")
    stop = desk.place_stop(BTC_USDT, Side.SELL, Decimal(21000), Decimal("0.1"))
    assert isinstance(stop, StopOrder)
    venue.move_price("BTC/USDT", Decimal(20000), NOW)
    assert (passed.status, beyond.status) == (OrderStatus.FILLED, OrderStatus.OPEN)
    assert passed.fills[0].price == 25000
    assert stop.status is StopStatus.TRIGGERED
    bids, asks = desk.book(BTC_USDT, 5)
    assert bids[0][0] < 20000 < asks[0][0]
    check_everything(venue, [customer], NOW)


@pytest.mark.parametrize(
    ("market", "price"), [("XYZ/USDT", "1"), ("BTC/USDT", "0"), ("BTC/USDT", "1.001"), ("BTC/USDT", "NaN")]
)
def test_a_price_is_moved_only_to_what_is_a_price(market, price):
    with pytest.raises(LedgerError, match="no market here"):
        empty_venue().move_price(market, Decimal(price), NOW)


def test_a_market_moved_up_sells_nothing_to_those_below():
    venue = empty_venue(liquidity=no_liquidity)
    customer = venue.open_account()
    desk = venue.desk(customer, NOW)
    buy, sell = place(desk, "buy", "29000", "0.1"), place(desk, "sell", "31000", "0.1")
    venue.move_price("BTC/USDT", Decimal(31000), NOW)
    assert (buy.status, sell.status) == (OrderStatus.OPEN, OrderStatus.FILLED)
    assert desk.ticker(BTC_USDT).last == 31000


def test_an_exchange_is_told_by_its_settings_and_its_private_venues_breathe_too():
    exchange = Exchange(DIALECT, Settings(market_maker=True, seed=3))
    assert exchange.venue.breathing
    assert exchange.registry.create_key(private_venue=True).venue.breathing
    assert not Exchange(DIALECT, Settings()).venue.breathing


def test_an_account_forgets_what_ended_long_ago_and_nothing_else(monkeypatch):
    for module in ("accounts", "floor", "triggers"):
        monkeypatch.setattr(f"mockserver.core.{module}.KEPT", 3)
    venue = empty_venue()
    desk = venue.desk(venue.open_account(), NOW)
    standing = place(desk, "buy", "1", "2")
    waiting = desk.place_stop(BTC_USDT, Side.SELL, Decimal(2), Decimal("0.5"))
    for number in range(20):
        named = desk.place_order(BTC_USDT, Side.BUY, Decimal(2), Decimal(2), client_order_id=str(number))
        assert isinstance(named, Order)
        desk.cancel_order(named.order_id)
        stop = desk.place_stop(BTC_USDT, Side.BUY, Decimal(50_000), Decimal("0.01"))
        assert isinstance(stop, StopOrder)
        desk.cancel_stop(stop.stop_id)
        place(desk, "sell", "3", "0.4")
        place(desk, "buy", "3", "0.4")
    assert isinstance(waiting, StopOrder)
    assert desk.order(standing.order_id) is standing
    assert desk.stop(waiting.stop_id) is waiting
    assert len(desk.orders()) <= 2 * 3 + 2
    assert len(desk.stops()) <= 2 * 3 + 2
    assert len(desk.fills()) <= 2 * 3 + 2
    assert desk.order_by_client_id("19") is named
    assert desk.order_by_client_id("0") is None
    check_everything(venue, [desk.account_id], NOW)
    assert everything_of(venue, [desk.account_id])
