"""Orders on margin: what they borrow, the positions they make, what a price does to those."""

from decimal import Decimal

import pytest

from mockserver.core.account_desk import AccountDesk
from mockserver.core.ledger import LENDER
from mockserver.core.orders import Order, OrderStatus, Side, TimeInForce
from mockserver.core.positions import MarginMode, MarginTerms, Position
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.venue import Venue
from mockserver.core.wallets import Wallet
from tests.mockserver.trading.invariants import check_everything
from tests.mockserver.trading.trading_setup import BTC_USDT, NOW, empty_venue, new_desk, place

TEN = MarginTerms(wallet=Wallet.FUTURES, leverage=Decimal(10))
ALONE = MarginTerms(wallet=Wallet.FUTURES, leverage=Decimal(10), mode=MarginMode.ISOLATED)
REDUCE = MarginTerms(wallet=Wallet.FUTURES, leverage=Decimal(10), reduce_only=True)


class Pit:
    """A trader with 1000 USDT in the futures wallet, and a dealer who takes the other side of everything."""

    def __init__(self) -> None:
        self.venue: Venue = empty_venue()
        self.dealer = new_desk(self.venue, {"BTC": "1000", "USDT": "10000000"})
        self.trader = new_desk(self.venue, {"USDT": "1000"})
        self.trader.transfer("USDT", Decimal(1000), Wallet.SPOT, Wallet.FUTURES)

    def trade(self, side: str, price: str, amount: str, terms: MarginTerms = TEN) -> Order:
        """Let the trader trade with the dealer at a price."""
        place(self.dealer, "sell" if side == "buy" else "buy", price, amount)
        order = self.order(side, price, amount, terms)
        assert isinstance(order, Order), order
        assert order.status is OrderStatus.FILLED
        return order

    def order(self, side: str, price: str, amount: str, terms: MarginTerms = TEN) -> Order | Refused:
        return self.trader.place_order(BTC_USDT, Side(side), Decimal(price), Decimal(amount), margin=terms)

    def offer(self, side: str, price: str, amount: str) -> None:
        """Let the dealer stand there."""
        place(self.dealer, side, price, amount)

    def mark(self, price: str) -> None:
        """Let the dealer trade with itself at a price."""
        place(self.dealer, "sell", price, "0.001")
        place(self.dealer, "buy", price, "0.001")

    @property
    def position(self) -> Position:
        (position,) = self.trader.positions()
        return position

    @property
    def purse(self) -> tuple[Decimal, Decimal]:
        """Free and set aside in the trader's futures wallet."""
        balance = self.trader.balances(Wallet.FUTURES)["USDT"]
        return balance.available, balance.held

    def agrees(self) -> None:
        check_everything(self.venue, [self.dealer.account_id, self.trader.account_id], NOW)


def test_a_long_position_is_bought_with_borrowed_money_against_a_tenth_of_its_worth():
    pit = Pit()
    order = pit.trade("buy", "10000", "0.2")
    position = pit.position
    assert (position.amount, position.base_price, position.cost) == (Decimal("0.2"), 10000, 2000)
    assert (position.margin, position.debts) == (200, {"USDT": Decimal(2000)})
    assert order.fills[0].fee_currency == "USDT"
    assert order.fills[0].fee == position.fees == 4
    assert pit.purse == (796, 200)
    assert not any(balance.available for balance in pit.trader.balances().values())
    assert position.unrealised(Decimal(11000)) == 200
    pit.agrees()


def test_a_short_position_is_sold_with_borrowed_goods():
    pit = Pit()
    pit.trade("sell", "10000", "0.2")
    position = pit.position
    assert (position.amount, position.base_price, position.debts) == (Decimal("-0.2"), 10000, {"BTC": Decimal("0.2")})
    assert position.unrealised(Decimal(9000)) == 200
    pit.agrees()


@pytest.mark.parametrize(("side", "close", "profit"), [("buy", "11000", 200), ("sell", "11000", -200)])
def test_a_closed_position_settles_its_profit_or_loss_and_everything_is_paid_back(side, close, profit):
    pit = Pit()
    pit.trade(side, "10000", "0.2")
    held = pit.position
    closing = pit.trade("sell" if side == "buy" else "buy", close, "0.2")
    assert pit.trader.positions() == []
    assert pit.trader.positions(open_only=False) == [held]
    assert held.realised == closing.realised == profit
    assert pit.purse == (1000 + profit - 4 - Decimal("4.4"), 0)
    assert pit.venue.ledger.available(LENDER, "USDT") == pit.venue.ledger.available(LENDER, "BTC") == 0
    pit.agrees()


def test_a_part_that_is_closed_takes_its_share_of_cost_and_margin_with_it():
    pit = Pit()
    pit.trade("buy", "10000", "0.2")
    pit.trade("sell", "12000", "0.05")
    assert (pit.position.amount, pit.position.cost, pit.position.margin) == (Decimal("0.15"), 1500, 150)
    assert (pit.position.realised, pit.position.base_price) == (100, 10000)
    pit.agrees()


def test_a_position_is_enlarged_at_the_average_price():
    pit = Pit()
    pit.trade("buy", "10000", "0.1")
    pit.trade("buy", "13000", "0.2")
    assert (pit.position.amount, pit.position.base_price, pit.position.margin) == (Decimal("0.3"), 12000, 360)
    pit.agrees()


def test_an_order_larger_than_the_position_turns_it_round():
    pit = Pit()
    pit.trade("buy", "10000", "0.1")
    pit.trade("sell", "11000", "0.3")
    assert (pit.position.amount, pit.position.base_price, pit.position.margin) == (Decimal("-0.2"), 11000, 220)
    assert pit.position.realised == 100
    pit.agrees()


def test_a_standing_order_sets_its_collateral_aside_and_gives_it_back_when_it_is_cancelled():
    pit = Pit()
    order = pit.order("buy", "10000", "0.2")
    assert isinstance(order, Order)
    assert pit.purse == (800, 200)
    assert list(pit.trader.open_orders()) == []
    assert list(pit.trader.open_orders(wallet=Wallet.FUTURES)) == [order]
    pit.agrees()
    pit.trader.cancel_order(order.order_id)
    assert pit.purse == (1000, 0)
    assert pit.venue.ledger.available(LENDER, "USDT") == 0
    pit.agrees()


def test_an_order_that_only_reduces_asks_for_no_collateral():
    pit = Pit()
    pit.trade("buy", "10000", "0.9")
    assert pit.purse == (82, 900)
    order = pit.order("sell", "11000", "0.9")
    assert isinstance(order, Order)
    assert order.collateral == 0
    assert pit.purse == (82, 900)
    over = pit.order("sell", "11000", "0.9")
    assert isinstance(over, Refused)
    assert (over.refusal, over.facts) == (Refusal.INSUFFICIENT_FUNDS, {"currency": "USDT"})


def test_more_than_leverage_allows_is_refused_and_changes_nothing():
    pit = Pit()
    refused = pit.order("buy", "10000", "1.00000001")
    assert isinstance(refused, Refused)
    assert refused.refusal is Refusal.INSUFFICIENT_FUNDS
    assert pit.purse == (1000, 0)
    assert isinstance(pit.order("buy", "10000", "1"), Order)


def test_another_wallet_has_a_position_and_collateral_of_its_own():
    pit = Pit()
    pit.trade("buy", "10000", "0.1")
    elsewhere = MarginTerms(wallet=Wallet.MARGIN)
    assert isinstance(pit.order("sell", "10000", "0.1", elsewhere), Refused)
    pit.trader.transfer("USDT", Decimal(500), Wallet.FUTURES, Wallet.MARGIN)
    pit.trade("sell", "10000", "0.1", elsewhere)
    assert [position.wallet for position in pit.trader.positions()] == [Wallet.FUTURES, Wallet.MARGIN]
    assert len(pit.trader.fills(wallet=Wallet.MARGIN)) == len(pit.trader.fills(wallet=Wallet.FUTURES)) == 1
    assert len(pit.trader.fills(wallet=None)) == 2
    pit.agrees()


def test_slots_keep_a_long_and_a_short_position_of_one_market_apart():
    pit = Pit()
    for side, slot in (("buy", "LONG"), ("sell", "SHORT")):
        terms = MarginTerms(wallet=Wallet.FUTURES, leverage=Decimal(10), slot=slot)
        pit.trade(side, "10000", "0.1", terms)
    amounts = {position.slot: position.amount for position in pit.trader.positions()}
    assert amounts == {"LONG": Decimal("0.1"), "SHORT": Decimal("-0.1")}
    pit.agrees()


def test_a_reduce_only_order_is_cut_to_the_position_and_refused_without_one():
    pit = Pit()
    nothing = pit.order("sell", "10000", "0.1", REDUCE)
    assert isinstance(nothing, Refused)
    assert (nothing.refusal, nothing.variant) == (Refusal.REJECTED, "reduce_only")
    pit.trade("buy", "10000", "0.1")
    wrong_way = pit.order("buy", "9000", "0.1", REDUCE)
    assert isinstance(wrong_way, Refused)
    cut = pit.order("sell", "11000", "5", REDUCE)
    assert isinstance(cut, Order)
    assert cut.amount == Decimal("0.1")
    assert isinstance(pit.order("sell", "11000", "0.1", REDUCE), Refused), "all of it is spoken for"


def test_a_reduce_only_order_goes_when_there_is_no_more_to_reduce():
    pit = Pit()
    pit.trade("buy", "10000", "0.1")
    waiting = pit.order("sell", "12000", "0.1", REDUCE)
    assert isinstance(waiting, Order)
    pit.trade("sell", "10000", "0.04")
    assert waiting.status is OrderStatus.CANCELLED
    assert pit.position.amount == Decimal("0.06")
    pit.agrees()


def test_reduce_only_orders_that_are_swept_together_do_not_turn_the_position():
    pit = Pit()
    pit.trade("buy", "10000", "0.1")
    assert isinstance(pit.order("sell", "11000", "0.1", REDUCE), Order)
    assert isinstance(pit.order("sell", "10900", "0.08"), Order)
    place(pit.dealer, "buy", "11000", "0.18", TimeInForce.IOC)
    assert pit.position.amount == Decimal("0.02")
    pit.agrees()


def test_a_position_is_closed_at_market_with_its_open_orders_cancelled_before():
    pit = Pit()
    pit.trade("sell", "10000", "0.1")
    waiting = pit.order("sell", "12000", "0.1")
    assert isinstance(waiting, Order)
    pit.offer("sell", "10100", "0.06")
    pit.offer("sell", "10200", "1")
    closing = pit.trader.close_position(BTC_USDT, wallet=Wallet.FUTURES, client_order_id="bye")
    assert isinstance(closing, Order)
    assert (closing.filled, closing.client_order_id) == (Decimal("0.1"), "bye")
    assert waiting.status is OrderStatus.CANCELLED
    assert pit.trader.position(BTC_USDT, wallet=Wallet.FUTURES) is None
    pit.agrees()
    again = pit.trader.close_position(BTC_USDT, wallet=Wallet.FUTURES)
    assert isinstance(again, Refused)
    assert (again.refusal, again.variant) == (Refusal.ORDER_NOT_FOUND, "position")


def test_a_position_without_anybody_to_close_it_with_stays():
    pit = Pit()
    pit.trade("buy", "10000", "0.1")
    refused = pit.trader.close_position(BTC_USDT, wallet=Wallet.FUTURES)
    assert isinstance(refused, Refused)
    assert refused.variant == "empty"
    assert pit.position.amount == Decimal("0.1")


@pytest.mark.parametrize(("side", "liquidation"), [("buy", "9473.68421052"), ("sell", "10476.19047619")])
def test_an_isolated_position_is_liquidated_at_its_liquidation_price_and_not_before(side, liquidation):
    pit = Pit()
    pit.trade(side, "10000", "0.2", ALONE)
    position = pit.position
    assert pit.trader.liquidation_price(position) == Decimal(liquidation)
    step = Decimal("0.01")
    away = step if side == "buy" else -step
    safe = (Decimal(liquidation) + away).quantize(step)
    pit.offer("buy" if side == "buy" else "sell", "8000" if side == "buy" else "12000", "1")
    pit.mark(format(safe, "f"))
    assert position.is_open
    pit.mark(format(safe - 2 * away, "f"))
    assert not position.is_open
    assert position.liquidated
    # The market was further away than the margin reaches: the wallet loses what was set aside, the lender the rest.
    assert position.realised == -400
    free, held = pit.purse
    assert held == 0
    assert free == 1000 - position.fees - 200
    pit.agrees()


def test_behind_a_cross_position_stands_the_whole_wallet():
    pit = Pit()
    pit.trade("buy", "10000", "0.2")
    price = pit.trader.liquidation_price(pit.position)
    assert price is not None
    assert price < 6000
    pit.mark("6000")
    assert pit.position.is_open
    assert not pit.position.liquidated
    pit.offer("buy", "100", "1")
    pit.mark("5000")
    assert pit.trader.positions() == []
    assert pit.purse == (0, 0)
    assert pit.venue.ledger.available(LENDER, "USDT") < 0, "what the wallet could not pay"
    pit.agrees()


def test_a_position_too_safe_to_be_liquidated_has_no_price_for_it():
    pit = Pit()
    pit.trade("buy", "1000", "0.2")
    assert pit.trader.liquidation_price(pit.position) is None


def test_margin_is_added_to_a_position_and_taken_from_it_down_to_what_its_leverage_asks_for():
    pit = Pit()
    pit.trade("buy", "10000", "0.2", ALONE)
    before = pit.trader.liquidation_price(pit.position)
    assert pit.trader.adjust_margin(pit.position, Decimal(300)) is None
    after = pit.trader.liquidation_price(pit.position)
    assert before is not None
    assert after is not None
    assert after < before
    assert pit.purse == (496, 500)
    assert pit.trader.adjust_margin(pit.position, Decimal(-300)) is None
    for amount in ("-0.01", "796.01"):
        assert isinstance(pit.trader.adjust_margin(pit.position, Decimal(amount)), Refused)
    assert pit.purse == (796, 200)
    with pytest.raises(ValueError, match="none of this account"):
        pit.dealer.adjust_margin(pit.position, Decimal(1))


def test_an_order_on_margin_is_replaced_with_its_collateral_counted_in():
    pit = Pit()
    old = pit.order("buy", "10000", "0.9")
    assert isinstance(old, Order)
    new = pit.trader.replace_order(old.order_id, Decimal(9000), Decimal(1))
    assert isinstance(new, Order)
    assert (new.margin, new.wallet, pit.purse) == (TEN, Wallet.FUTURES, (100, 900))
    assert isinstance(pit.trader.replace_order(new.order_id, Decimal(9000), Decimal(2)), Refused)
    assert new.is_open
    pit.agrees()


def test_a_stop_on_margin_holds_nothing_and_opens_a_position_when_it_is_set_off():
    pit = Pit()
    waiting = pit.trader.place_stop(BTC_USDT, Side.BUY, Decimal(31000), Decimal("0.1"), margin=TEN)
    assert not isinstance(waiting, Refused)
    assert waiting.held == 0
    assert pit.trader.stops() == []
    assert pit.trader.stops(wallet=Wallet.FUTURES) == [waiting]
    pit.offer("sell", "31001", "1")
    pit.mark("31000")
    assert pit.position.amount == Decimal("0.1")
    pit.agrees()


def test_positions_that_come_and_go_use_the_same_purse_again():
    pit = Pit()
    holders = set()
    for _ in range(3):
        pit.trade("buy", "10000", "0.1")
        holders.add(pit.position.holder)
        pit.trade("sell", "10000", "0.1")
    assert len(holders) == 1
    assert len({position.position_id for position in pit.trader.positions(open_only=False)}) == 3


@pytest.mark.parametrize("leverage", ["0.99", "0", "-1", "NaN", "Infinity"])
def test_leverage_is_at_least_one(leverage):
    with pytest.raises(ValueError, match="no margin at leverage"):
        MarginTerms(leverage=Decimal(leverage))
    with pytest.raises(ValueError, match="no margin"):
        MarginTerms(wallet=Wallet.SPOT)


def test_a_self_trade_on_margin_costs_the_fees_and_leaves_the_position_as_it_was():
    pit = Pit()
    desk: AccountDesk = pit.trader
    assert isinstance(pit.order("sell", "10000", "0.1"), Order)
    assert isinstance(pit.order("buy", "10000", "0.1"), Order)
    assert desk.positions() == []
    assert pit.purse == (997, 0)
    pit.agrees()
