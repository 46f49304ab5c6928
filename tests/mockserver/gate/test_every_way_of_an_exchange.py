"""However an exchange is played, it answers every call in the shape that its endpoint describes, and never fails.

That an answer has its shape is asked after each test of the exchange (conftest.py).
"""

import pytest

from mockserver import DIALECT_NAMES, Access, Profile, Side, dialect_named
from tests.mockserver.gate.test_descriptions_hold import NOW, Caller

WAYS = [
    pytest.param(name, {habit.name: choice}, id=f"{name} {habit.name}={choice}")
    for name in DIALECT_NAMES
    for habit in dialect_named(name).habits
    for choice in habit.choices[1:]
]


def with_a_history(caller):
    """Return a key whose account has an order that rests, one that was cancelled, and trades."""
    key = caller.key()
    desk = key.venue.desk(key.account, NOW)
    market = desk.markets()[0]
    low = market.opening_price / 2 // market.price_step * market.price_step
    least = max(market.minimum_total * 2 / low, market.minimum_amount)
    amount = (least // market.amount_step + 1) * market.amount_step
    desk.place_order(market, Side.BUY, low, amount)
    desk.cancel_order(desk.place_order(market, Side.BUY, low, amount).order_id)
    asks = desk.book(market, 1)[1]
    desk.place_order(market, Side.BUY, asks[0][0], asks[0][1] / 2 // market.amount_step * market.amount_step)
    desk.withdraw(market.quote, market.minimum_total, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy")
    return key


def answered(caller):
    """Call every endpoint, reads first; return the names of those that succeeded."""
    key = with_a_history(caller)
    changing = (Access.TRADE, Access.WITHDRAW)
    ordered = sorted(caller.endpoints.values(), key=lambda endpoint: endpoint.access in changing)
    entries = {endpoint.name: caller.ask(endpoint, caller.base(endpoint), key) for endpoint in ordered}
    assert caller.exchange.own_faults == []
    return {name for name, entry in entries.items() if entry.refused is None}


@pytest.mark.parametrize(("name", "habits"), WAYS)
def test_in_every_way_every_endpoint_answers_in_its_shape(name, habits):
    usual, otherwise = answered(Caller(name)), answered(Caller(name, **habits))
    assert len(otherwise) > len(usual) / 2


@pytest.mark.parametrize("name", DIALECT_NAMES)
def test_as_observed_every_endpoint_answers_in_its_shape(name):
    usual, observed = answered(Caller(name)), answered(Caller(name, Profile.OBSERVED))
    assert usual == observed
