"""Wallets, payments between accounts, swaps, and money in the exchange's keeping."""

from decimal import Decimal

import pytest

from mockserver.core.refusals import Refusal, Refused
from mockserver.core.wallets import Wallet
from tests.mockserver.trading.trading_setup import BTC_USDT, NOW, empty_venue, new_desk, place, spread_of


def test_an_accounts_money_is_in_its_spot_wallet_and_the_others_are_empty():
    desk = new_desk(empty_venue(), {"BTC": "1"})
    for wallet in (Wallet.MARGIN, Wallet.LENDING, Wallet.FUTURES):
        balances = desk.balances(wallet)
        assert list(balances) == list(desk.currencies())
        assert not any(balance.available or balance.held for balance in balances.values())


def test_to_look_into_a_wallet_changes_nothing():
    venue = empty_venue()
    desk = new_desk(venue)
    before, holders = venue.tally.changes, venue.ledger.holders()
    desk.balances(Wallet.MARGIN)
    assert (venue.tally.changes, venue.ledger.holders()) == (before, holders)


def test_a_transfer_moves_money_from_wallet_to_wallet_and_back():
    venue = empty_venue()
    desk = new_desk(venue, {"BTC": "1"})
    assert desk.transfer("BTC", Decimal("0.4"), Wallet.SPOT, Wallet.MARGIN) is None
    assert desk.transfer("BTC", Decimal("0.1"), Wallet.MARGIN, Wallet.LENDING) is None
    assert desk.transfer("BTC", Decimal("0.05"), Wallet.LENDING, Wallet.SPOT) is None
    shown = [desk.balances(wallet)["BTC"].available for wallet in (Wallet.SPOT, Wallet.MARGIN, Wallet.LENDING)]
    assert shown == [Decimal("0.65"), Decimal("0.3"), Decimal("0.05")]
    assert venue.balances_of(desk.account_id, Wallet.MARGIN)["BTC"].available == Decimal("0.3")
    assert not any(venue.ledger.sums().values())
    assert desk.effects[0].kind == "transfer"


def test_what_stands_in_orders_cannot_be_transferred():
    desk = new_desk(empty_venue(), {"BTC": "1"})
    place(desk, "sell", "100", "0.4")
    refused = desk.transfer("BTC", Decimal("0.7"), Wallet.SPOT, Wallet.MARGIN)
    assert isinstance(refused, Refused)
    assert refused.refusal is Refusal.INSUFFICIENT_FUNDS
    assert spread_of(desk) == {"BTC": ("0.6", "0.4")}


def test_money_in_another_wallet_pays_no_order_and_no_withdrawal():
    desk = new_desk(empty_venue(), {"BTC": "1"})
    desk.transfer("BTC", Decimal(1), Wallet.SPOT, Wallet.MARGIN)
    assert isinstance(desk.withdraw("BTC", Decimal("0.1"), "somewhere"), Refused)
    assert isinstance(desk.transfer("XYZ", Decimal(1), Wallet.SPOT, Wallet.MARGIN), Refused)


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity"])
def test_an_amount_that_is_none_is_our_own_fault(amount):
    desk = new_desk(empty_venue())
    with pytest.raises(ValueError, match="must be above zero"):
        desk.transfer("BTC", Decimal(amount), Wallet.SPOT, Wallet.MARGIN)


def test_an_account_pays_another_of_the_same_venue():
    venue = empty_venue()
    payer, payee = new_desk(venue, {"BTC": "1"}), new_desk(venue, {})
    assert payer.pay("BTC", Decimal("0.25"), payee.account_id, target=Wallet.LENDING) is None
    assert spread_of(payer) == {"BTC": ("0.75", "0")}
    assert payee.balances(Wallet.LENDING)["BTC"].available == Decimal("0.25")


@pytest.mark.parametrize("account_id", [0, -1, -3, 77])
def test_the_system_and_nobody_cannot_be_paid(account_id):
    desk = new_desk(empty_venue())
    refused = desk.pay("BTC", Decimal("0.1"), account_id)
    assert isinstance(refused, Refused)
    assert (refused.refusal, refused.variant) == (Refusal.INVALID_PARAMETER, "account")


def test_a_swap_gives_one_currency_for_another_outside_of_any_market():
    venue = empty_venue()
    desk = new_desk(venue, {"BTC": "1"})
    assert desk.swap("BTC", Decimal("0.5"), "ETH", Decimal(8)) is None
    assert spread_of(desk) == {"BTC": ("0.5", "0"), "ETH": ("8", "0")}
    assert not any(venue.ledger.sums().values())
    for currency, into in (("XYZ", "ETH"), ("BTC", "XYZ")):
        refused = desk.swap(currency, Decimal("0.1"), into, Decimal(1))
        assert isinstance(refused, Refused)
        assert refused.refusal is Refusal.UNKNOWN_CURRENCY
    assert isinstance(desk.swap("BTC", Decimal("0.6"), "ETH", Decimal(1)), Refused)
    assert spread_of(desk) == {"BTC": ("0.5", "0"), "ETH": ("8", "0")}


def test_what_is_in_the_exchanges_keeping_belongs_to_nobody_until_somebody_takes_it():
    venue = empty_venue()
    giver, taker = new_desk(venue, {"BTC": "1"}), new_desk(venue, {})
    number = giver.escrow("BTC", Decimal("0.4"))
    assert isinstance(number, int)
    assert (spread_of(giver), spread_of(taker)) == ({"BTC": ("0.6", "0")}, {})
    assert taker.in_escrow(number) == Decimal("0.4")
    assert taker.redeem(number, Decimal("0.1")) == Decimal("0.1")
    assert giver.redeem(number) == Decimal("0.3")
    assert (spread_of(giver), spread_of(taker)) == ({"BTC": ("0.9", "0")}, {"BTC": ("0.1", "0")})
    assert taker.redeem(number) == 0
    assert taker.in_escrow(number) == 0
    assert not any(venue.ledger.sums().values())


def test_nobody_takes_more_than_there_is():
    venue = empty_venue()
    giver, taker = new_desk(venue, {"BTC": "1"}), new_desk(venue, {})
    number = giver.escrow("BTC", Decimal("0.4"))
    assert isinstance(number, int)
    assert taker.redeem(number, Decimal(5)) == Decimal("0.4")
    assert isinstance(giver.escrow("BTC", Decimal(1)), Refused)


class Notes:
    def __init__(self) -> None:
        self.written: list[str] = []


def test_a_dialect_keeps_what_it_likes_for_an_account_and_for_a_venue():
    venue = empty_venue()
    one, other = new_desk(venue), new_desk(venue)
    one.annex(Notes).written.append("mine")
    one.venue_annex(Notes).written.append("ours")
    later = venue.desk(one.account_id, NOW + 1)
    assert later.annex(Notes).written == ["mine"]
    assert other.annex(Notes).written == []
    assert other.venue_annex(Notes).written == ["ours"]
    assert empty_venue().desk(0, NOW).venue_annex(Notes).written == []


def test_a_change_in_an_annex_counts_when_it_is_marked():
    venue = empty_venue()
    desk = new_desk(venue)
    before = venue.tally.changes
    desk.annex(Notes)
    assert venue.tally.changes == before
    desk.mark_changed()
    assert venue.tally.changes > before


def test_everything_that_changes_a_venue_is_counted():
    venue = empty_venue()
    counts = [venue.tally.changes]

    def counted() -> bool:
        counts.append(venue.tally.changes)
        return counts[-1] > counts[-2]

    desk = new_desk(venue)
    assert counted()
    desk.book(BTC_USDT, 1)
    assert counted(), "a market opened"
    desk.book(BTC_USDT, 1)
    desk.balances()
    desk.ticker(BTC_USDT)
    desk.order(1)
    assert not counted()
    order = place(desk, "buy", "100", "1")
    assert counted()
    desk.cancel_order(order.order_id)
    assert counted()
    desk.cancel_order(order.order_id)
    assert not counted()
    venue.deposit(desk.account_id, "BTC", Decimal(1), NOW)
    assert counted()
    venue.freeze(desk.account_id)
    assert counted()
