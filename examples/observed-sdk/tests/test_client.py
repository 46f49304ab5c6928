"""The tests that the client's author wrote. They pass; one of them never looked closely."""

import pytest
from exmo_small import Client, ExmoError


def test_balances_are_texts(client: Client) -> None:
    balances = client.balances()
    assert all(isinstance(amount, str) for amount in balances.values())


def test_an_order_has_an_id(client: Client) -> None:
    assert client.order("BTC_USD", "buy", "0.01", "1000") > 0


def test_an_order_of_nothing_is_refused(client: Client) -> None:
    with pytest.raises(ExmoError):
        client.order("BTC_USD", "buy", "0", "1000")


def test_a_label_may_have_blanks(client: Client) -> None:
    assert client.deposit_addresses(label="rent in May")
