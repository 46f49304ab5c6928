"""The ledger: every movement has two sides, nobody but the world owes, and what is refused leaves no trace."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.core.ledger import FEES, WORLD, Ledger
from mockserver.errors import LedgerError

ALICE, BOB = 1, 2


def open_ledger() -> Ledger:
    ledger = Ledger(("BTC", "USDT"))
    ledger.open(ALICE)
    ledger.open(BOB)
    ledger.move("BTC", Decimal(5), WORLD, ALICE)
    return ledger


def state_of(ledger: Ledger) -> list[tuple[Decimal, Decimal]]:
    return [
        (ledger.available(holder, currency), ledger.held(holder, currency))
        for holder in ledger.holders()
        for currency in ledger.currencies
    ]


AMOUNTS = st.decimals(min_value=-1, max_value=8, places=8)
HOLDERS = st.sampled_from((WORLD, FEES, ALICE, BOB))
MOVEMENTS = st.one_of(
    st.tuples(st.just("move"), AMOUNTS, HOLDERS, HOLDERS),
    st.tuples(st.just("settle"), AMOUNTS, HOLDERS, HOLDERS),
    st.tuples(st.just("hold"), AMOUNTS, st.sampled_from((FEES, ALICE, BOB))),
    st.tuples(st.just("release"), AMOUNTS, st.sampled_from((FEES, ALICE, BOB))),
)


@given(st.lists(MOVEMENTS, max_size=30))
def test_whatever_moves_the_sum_stays_and_only_the_world_owes(movements):
    ledger = open_ledger()
    for name, amount, *holders in movements:
        before = state_of(ledger)
        try:
            getattr(ledger, name)("BTC", amount, *holders)
        except LedgerError:
            assert state_of(ledger) == before
        assert ledger.sums() == {"BTC": 0, "USDT": 0}
        for holder in (FEES, ALICE, BOB):
            assert ledger.available(holder, "BTC") >= 0
            assert ledger.held(holder, "BTC") >= 0


@given(st.lists(MOVEMENTS, max_size=15))
def test_the_balances_shown_are_those_of_the_books_after_every_movement(movements):
    ledger = open_ledger()
    for name, amount, *holders in movements:
        if amount >= 0:
            try:
                getattr(ledger, name)("BTC", amount, *holders)
            except LedgerError:
                continue
        for holder in (ALICE, BOB):
            shown = ledger.balances(holder)
            assert list(shown) == ["BTC", "USDT"]
            for currency, balance in shown.items():
                assert balance.available == ledger.available(holder, currency)
                assert balance.held == ledger.held(holder, currency)


def test_a_movement_leaves_the_payer_and_reaches_the_payee():
    ledger = open_ledger()
    ledger.move("BTC", Decimal("1.5"), ALICE, BOB)
    assert ledger.available(ALICE, "BTC") == Decimal("3.5")
    assert ledger.available(BOB, "BTC") == Decimal("1.5")


def test_what_is_held_cannot_be_spent_until_it_is_released():
    ledger = open_ledger()
    ledger.hold("BTC", Decimal(4), ALICE)
    with pytest.raises(LedgerError, match="cannot move 2 BTC"):
        ledger.move("BTC", Decimal(2), ALICE, BOB)
    ledger.release("BTC", Decimal(4), ALICE)
    ledger.move("BTC", Decimal(2), ALICE, BOB)


def test_a_settlement_is_paid_from_what_is_held_alone():
    ledger = open_ledger()
    ledger.hold("BTC", Decimal(1), ALICE)
    with pytest.raises(LedgerError):
        ledger.settle("BTC", Decimal(2), ALICE, BOB)
    ledger.settle("BTC", Decimal(1), ALICE, BOB)
    assert (ledger.available(ALICE, "BTC"), ledger.held(ALICE, "BTC")) == (4, 0)
    assert ledger.available(BOB, "BTC") == 1


def test_an_account_may_pay_out_all_it_has_and_not_a_grain_more():
    ledger = open_ledger()
    with pytest.raises(LedgerError):
        ledger.move("BTC", Decimal("5.00000001"), ALICE, BOB)
    ledger.move("BTC", Decimal("5.00000000"), ALICE, BOB)
    assert ledger.available(ALICE, "BTC") == 0


@pytest.mark.parametrize("amount", ["-1", "NaN", "sNaN", "Infinity", "-Infinity", "1e-200", "1e200"])
def test_what_is_no_sum_of_money_cannot_move_even_from_the_world(amount):
    ledger = open_ledger()
    before = state_of(ledger)
    with pytest.raises(LedgerError):
        ledger.move("BTC", Decimal(amount), WORLD, BOB)
    assert state_of(ledger) == before


def test_an_unknown_holder_or_currency_is_an_error_of_ours():
    ledger = open_ledger()
    with pytest.raises(LedgerError, match="holder 9"):
        ledger.move("BTC", Decimal(1), ALICE, 9)
    with pytest.raises(LedgerError, match="'XYZ'"):
        ledger.move("XYZ", Decimal(1), ALICE, BOB)
    with pytest.raises(LedgerError, match="'XYZ'"):
        ledger.available(ALICE, "XYZ")
    with pytest.raises(LedgerError, match="already"):
        ledger.open(ALICE)


def test_a_coarse_decimal_context_of_the_caller_loses_no_digit():
    ledger = open_ledger()
    with localcontext() as context:
        context.prec = 3
        ledger.move("BTC", Decimal("1.23456789"), ALICE, BOB)
        ledger.move("BTC", Decimal("0.00000001"), ALICE, BOB)
    assert ledger.available(BOB, "BTC") == Decimal("1.23456790")
    assert ledger.available(ALICE, "BTC") == Decimal("3.76543210")


def test_what_the_ledger_hands_out_is_nobodys_way_in():
    ledger = open_ledger()
    ledger.balances(ALICE).clear()
    assert ledger.balances(ALICE)["BTC"].available == 5
