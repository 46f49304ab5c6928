"""The operator moves money between the wallets of an account, where its exchange has no method for it."""

from decimal import Decimal

import pytest

from mockserver import MockExchange
from mockserver.core.wallets import Wallet
from mockserver.errors import LedgerError


def test_money_is_moved_to_the_margin_wallet_and_back() -> None:
    with MockExchange("exmo") as exchange:
        key = exchange.create_key()
        exchange.transfer(key, "USD", "2500.5")
        assert exchange.balances(key)["USD"].available == Decimal("7499.5")
        exchange.transfer(key, "USD", Decimal(500), source="margin", target="spot")
        venue = exchange._exchange.registry.key(key.key).venue  # noqa: SLF001
        assert venue.balances_of(key.account, Wallet.MARGIN)["USD"].available == Decimal("2000.5")
        assert exchange.balances(key)["USD"].available == Decimal("7999.5")


@pytest.mark.parametrize(
    ("currency", "amount", "source"),
    [
        ("USD", "10000.01", "spot"),
        ("USD", "1", "margin"),
        ("XXX", "1", "spot"),
        ("USD", "1", "attic"),
        ("USD", "x", "spot"),
    ],
)
def test_what_is_not_there_cannot_be_moved(currency: str, amount: str, source: str) -> None:
    with MockExchange("exmo") as exchange:
        key = exchange.create_key()
        with pytest.raises(LedgerError):
            exchange.transfer(key, currency, amount, source=source)
        assert exchange.balances(key)["USD"].available == 10_000


@pytest.mark.parametrize("amount", ["0", "-1", "NaN"])
def test_nothing_and_less_cannot_be_moved(amount: str) -> None:
    with MockExchange("exmo") as exchange:
        key = exchange.create_key()
        with pytest.raises(LedgerError):
            exchange.transfer(key, "USD", amount)
