"""Accounts: what they open with, how their orders are numbered, what comes in and what leaves."""

from decimal import Decimal

import pytest

from mockserver.core.desk import Withdrawal, WithdrawalStatus
from mockserver.core.journal import Effect
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.venue import ORDER_IDS_FROM, Venue
from mockserver.errors import LedgerError
from tests.mockserver.trading.trading_setup import (
    BTC_USDT,
    ETH_BTC,
    NOW,
    OPENING_BALANCES,
    empty_venue,
    new_desk,
    place,
    spread_of,
)


def test_an_account_opens_with_the_opening_balances_or_with_those_given_and_nothing_else():
    venue = empty_venue()
    assert spread_of(new_desk(venue)) == {"BTC": ("1", "0"), "ETH": ("10", "0"), "USDT": ("10000", "0")}
    assert spread_of(new_desk(venue, {"USDT": "5.5"})) == {"USDT": ("5.5", "0")}
    assert spread_of(new_desk(venue, {})) == {}
    assert venue.ledger.sums() == {"BTC": 0, "USDT": 0, "ETH": 0}


def test_balances_name_every_currency_zeros_too_in_the_markets_order():
    venue = Venue((ETH_BTC, BTC_USDT), {"XRP": "1"}, 0, currencies=("EUR", "BTC"))
    assert list(new_desk(venue).balances()) == ["ETH", "BTC", "USDT", "XRP", "EUR"]


@pytest.mark.parametrize("balances", [{"XYZ": "1"}, {"BTC": "-1"}, {"BTC": "lots"}, {"BTC": "NaN"}, {"BTC": "inf"}])
def test_an_account_cannot_open_with_what_is_no_money_here(balances):
    venue = empty_venue()
    with pytest.raises(LedgerError):
        venue.open_account(balances)
    assert venue.open_account({}) == 1


def test_orders_are_numbered_above_what_a_double_can_count():
    venue = empty_venue()
    first, second = place(new_desk(venue), "buy", "100", "1"), place(new_desk(venue), "buy", "100", "1")
    assert (first.order_id, second.order_id) == (ORDER_IDS_FROM, ORDER_IDS_FROM + 1)
    assert float(first.order_id) != first.order_id


def test_an_account_with_a_numbering_of_its_own_counts_from_there_past_ids_that_are_taken():
    venue = Venue((BTC_USDT,), OPENING_BALANCES, 3, id_start=100)
    plain = venue.desk(venue.open_account(), NOW)
    own = venue.desk(venue.open_account(order_id_start=101), NOW)
    ids = [place(desk, "buy", "100", "1").order_id for desk in (own, plain, plain, own, plain)]
    assert ids == [101, 100, 102, 103, 104]


def test_the_numbers_of_trades_and_withdrawals_rise():
    venue = empty_venue()
    desk = new_desk(venue)
    for _ in range(3):
        place(desk, "buy", "30000", "0.01")
        place(desk, "sell", "30000", "0.01")
    trade_ids = [fill.trade_id for fill in desk.trades(BTC_USDT)]
    assert trade_ids == sorted(set(trade_ids))
    paid = [desk.withdraw("USDT", Decimal(1), "somewhere") for _ in range(3)]
    numbers = [one.withdrawal_id for one in paid if isinstance(one, Withdrawal)]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == 3


def test_a_withdrawal_takes_money_out_and_is_listed_with_its_address():
    venue = empty_venue()
    desk = new_desk(venue, {"BTC": "1"})
    withdrawal = desk.withdraw("BTC", Decimal("0.4"), "bc1somewhere", "BTC")
    assert isinstance(withdrawal, Withdrawal)
    assert (withdrawal.currency, withdrawal.amount) == ("BTC", Decimal("0.4"))
    assert (withdrawal.address, withdrawal.network, withdrawal.at_ms) == ("bc1somewhere", "BTC", NOW)
    assert spread_of(desk) == {"BTC": ("0.6", "0")}
    assert list(desk.withdrawals()) == [withdrawal]
    assert venue.withdrawals_of(desk.account_id) == (withdrawal,)
    assert desk.effects == [Effect(kind="withdrawal", subject=str(withdrawal.withdrawal_id))]
    assert venue.ledger.sums()["BTC"] == 0


@pytest.mark.parametrize(
    ("currency", "amount", "refusal"),
    [
        ("BTC", "0.60000001", Refusal.INSUFFICIENT_FUNDS),
        ("BTC", "9" * 500, Refusal.INSUFFICIENT_FUNDS),
        ("btc", "0.1", Refusal.UNKNOWN_CURRENCY),
    ],
)
def test_a_withdrawal_of_what_is_not_available_changes_nothing(currency, amount, refusal):
    desk = new_desk(empty_venue(), {"BTC": "1"})
    place(desk, "sell", "100", "0.4")
    refused = desk.withdraw(currency, Decimal(amount), "somewhere")
    assert isinstance(refused, Refused)
    assert (refused.refusal, refused.facts) == (refusal, {"currency": currency})
    assert (list(desk.withdrawals()), spread_of(desk)) == ([], {"BTC": ("0.6", "0.4")})
    assert [effect.kind for effect in desk.effects] == ["order_placed"]


def test_a_deposit_address_is_the_same_each_time_and_another_for_each_account_currency_and_network():
    venue = empty_venue()
    desk, other = new_desk(venue), new_desk(venue)
    address = desk.deposit_address("BTC")
    assert isinstance(address, str)
    assert address == desk.deposit_address("BTC") == venue.desk(desk.account_id, NOW + 1).deposit_address("BTC")
    assert len(address) >= 34
    assert address.isascii()
    assert address.isalnum()
    others = (other.deposit_address("BTC"), desk.deposit_address("ETH"), desk.deposit_address("BTC", "TRC20"))
    assert len({address, *others}) == 4
    refused = desk.deposit_address("XYZ")
    assert isinstance(refused, Refused)
    assert refused.refusal is Refusal.UNKNOWN_CURRENCY


def test_a_deposit_comes_in_from_the_world():
    venue = empty_venue()
    desk = new_desk(venue, {})
    venue.deposit(desk.account_id, "ETH", Decimal("2.5"), NOW)
    assert spread_of(desk) == {"ETH": ("2.5", "0")}
    with pytest.raises(LedgerError):
        venue.deposit(desk.account_id, "ETH", Decimal(-1), NOW)
    with pytest.raises(LedgerError, match="no account 77"):
        venue.deposit(77, "ETH", Decimal(1), NOW)


def test_a_freeze_is_set_and_lifted_for_one_account():
    venue = empty_venue()
    one, other = venue.open_account(), venue.open_account()
    venue.freeze(one)
    assert (venue.is_frozen(one), venue.is_frozen(other)) == (True, False)
    venue.freeze(one, frozen=False)
    assert not venue.is_frozen(one)


def test_a_snapshot_of_orders_stays_as_it_was_taken():
    venue = empty_venue()
    desk = new_desk(venue)
    order = place(desk, "buy", "30000", "0.01")
    before = venue.orders_of(desk.account_id)
    place(desk, "sell", "30000", "0.004")
    assert (before[0].status, before[0].filled, before[0].fills) == ("open", 0, [])
    assert venue.orders_of(desk.account_id)[0] == order
    assert venue.balances_of(desk.account_id) == desk.balances()


def test_a_withdrawal_waits_until_it_arrives_or_is_taken_back():
    venue = empty_venue()
    desk = new_desk(venue, {"BTC": "1"})
    first, second = (desk.withdraw("BTC", Decimal("0.1"), "there", fee=Decimal("0.01"), tag="42") for _ in range(2))
    assert isinstance(first, Withdrawal)
    assert isinstance(second, Withdrawal)
    assert (first.status, first.txid, first.fee, first.tag) == (WithdrawalStatus.PENDING, None, Decimal("0.01"), "42")
    assert spread_of(desk) == {"BTC": ("0.78", "0")}
    arrived = venue.complete_withdrawal(desk.account_id, first.withdrawal_id, NOW + 5)
    assert (arrived.status, arrived.updated_ms) == (WithdrawalStatus.COMPLETE, NOW + 5)
    assert arrived.txid is not None
    assert len(bytes.fromhex(arrived.txid)) == 32
    taken_back = desk.cancel_withdrawal(second.withdrawal_id)
    assert isinstance(taken_back, Withdrawal)
    assert taken_back.status is WithdrawalStatus.CANCELLED
    assert spread_of(desk) == {"BTC": ("0.89", "0")}
    assert list(desk.withdrawals()) == [arrived, taken_back]
    assert venue.ledger.sums()["BTC"] == 0


def test_a_withdrawal_that_has_ended_changes_no_more_and_one_of_another_is_not_found():
    venue = empty_venue()
    desk = new_desk(venue, {"BTC": "1"})
    done = desk.withdraw("BTC", Decimal("0.1"), "there")
    assert isinstance(done, Withdrawal)
    stranger = new_desk(venue).cancel_withdrawal(done.withdrawal_id)
    venue.complete_withdrawal(desk.account_id, done.withdrawal_id, NOW)
    again = desk.cancel_withdrawal(done.withdrawal_id)
    for refused in (stranger, again):
        assert isinstance(refused, Refused)
        assert (refused.refusal, refused.variant) == (Refusal.ORDER_NOT_FOUND, "withdrawal")
    with pytest.raises(LedgerError, match="no pending withdrawal"):
        venue.complete_withdrawal(desk.account_id, done.withdrawal_id, NOW)
    assert spread_of(desk) == {"BTC": ("0.9", "0")}


def test_a_fee_must_be_there_besides_the_amount():
    desk = new_desk(empty_venue(), {"BTC": "1"})
    refused = desk.withdraw("BTC", Decimal(1), "there", fee=Decimal("0.00000001"))
    assert isinstance(refused, Refused)
    assert refused.refusal is Refusal.INSUFFICIENT_FUNDS
    assert spread_of(desk) == {"BTC": ("1", "0")}


def test_a_deposit_is_listed_with_the_accounts_own_address_and_an_opening_balance_is_none():
    venue = empty_venue()
    desk = new_desk(venue, {"BTC": "1"})
    assert list(desk.deposits()) == []
    deposit = venue.deposit(desk.account_id, "BTC", Decimal("0.5"), NOW, network="lightning")
    assert list(desk.deposits()) == [deposit] == list(venue.deposits_of(desk.account_id))
    assert deposit.address == desk.deposit_address("BTC", "lightning")
    assert (deposit.amount, deposit.at_ms, len(deposit.txid)) == (Decimal("0.5"), NOW, 64)
    other = venue.deposit(desk.account_id, "BTC", Decimal("0.5"), NOW)
    assert other.deposit_id > deposit.deposit_id
    assert other.txid != deposit.txid
