"""Whatever is asked of an exchange that it describes, doing it again from the log gives the same exchange."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from benchmarks.described import described
from mockserver import DIALECT_NAMES, MockServerError, Settings
from mockserver.core.exchange import Exchange
from mockserver.wire.outbox import Outbox
from signer import sign
from tests.mockserver.stores.store_setup import NOW, kept, opened, seen

NASTY = (b"", b"-1", b"0", b"\x00", b"BTC_USD;", "\u00e9".encode(), b"9" * 40)


class Customers:
    """Some keys, two of one account, and what they ask: anything that the exchange describes."""

    def __init__(self, exchange: Exchange, chance: Random) -> None:
        self.exchange = exchange
        self.chance = chance
        self.now_ms = NOW
        self.nonce = 0
        all_of_it = ("read", "trade", "withdraw")
        create = exchange.registry.create_key
        first = create(permissions=all_of_it)
        self.keys = [
            first,
            create(permissions=all_of_it, account_of=first.credentials.key),
            create(permissions=all_of_it, private_venue=True, order_id_start=500),
        ]

    def act(self) -> None:
        self.now_ms += self.chance.choice((0, 1, 250, 900))
        if self.chance.random() < 0.15:
            self.control()
        else:
            self.ask()

    def ask(self) -> None:
        request, private = described(self.exchange.dialect, NASTY, self.chance)
        if private:
            self.nonce += 1
            scheme = self.exchange.dialect.scheme
            rule = scheme.nonce_rule
            nonce: int | str = self.nonce if rule is None or rule.rising else f"{self.nonce:032d}"
            timestamp = None if scheme.time_rule is None else self.now_ms
            credentials = self.chance.choice(self.keys).credentials
            request = sign(scheme, request, credentials, nonce=nonce, timestamp_ms=timestamp).request
        self.exchange.handle(request, self.now_ms)

    def control(self) -> None:
        operator, key = self.exchange.operator, self.chance.choice(self.keys)
        name = key.credentials.key
        market = self.chance.choice(self.exchange.dialect.markets)
        deeds = (
            lambda: operator.look(self.now_ms, key=name),
            lambda: operator.deposit(name, self.chance.choice(key.venue.currencies), "12.5", self.now_ms),
            lambda: operator.freeze(name, frozen=False),
            lambda: operator.preset_nonce(name, self.nonce),
            lambda: operator.breathe(self.now_ms, breathing=False, key=name),
            lambda: operator.move_price(market.name, market.opening_price, self.now_ms, key=name),
            lambda: operator.complete_withdrawal(name, self.chance.randrange(5), self.now_ms),
            self.exchange.registry.make_credentials,
        )
        with suppress(MockServerError):
            self.chance.choice(deeds)()


def lived(exchange: Exchange, outbox: Outbox, seed: int, deeds: int, batch: int) -> Customers:
    customers = Customers(exchange, Random(seed))
    for number in range(deeds):
        customers.act()
        if number % batch == 0:
            outbox.commit()
    assert exchange.own_faults == []
    outbox.commit()
    return customers


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
@hypothesis_settings(max_examples=8)
@given(seed=st.integers(0, 2**32), batch=st.sampled_from([1, 7, 1000]))
def test_from_its_log_an_exchange_becomes_what_it_was(tmp_path_factory, dialect, seed, batch):
    becomes_what_it_was(kept(tmp_path_factory.mktemp("again"), dialect), seed, batch)


@pytest.mark.parametrize("seed", [1, 2])
def test_prices_that_move_by_themselves_come_back_too(tmp_path, seed):
    becomes_what_it_was(kept(tmp_path, market_maker=True), seed, batch=5)


def becomes_what_it_was(told: Settings, seed: int, batch: int) -> None:
    exchange, outbox = opened(told)
    customers = lived(exchange, outbox, seed, 60, batch)
    pages = exchange.journal.all()
    outbox.close()
    again, outbox = opened(told)
    outbox.close()
    assert again.journal.all() == pages
    assert seen(again, customers.now_ms) == seen(exchange, customers.now_ms)


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_an_exchange_goes_on_as_if_it_had_never_ended(tmp_path, dialect):
    told = kept(tmp_path, dialect)
    exchange, outbox = opened(told)
    customers = lived(exchange, outbox, 5, 60, 10)
    outbox.close()
    again, outbox = opened(told)
    other = Customers.__new__(Customers)
    other.__dict__.update(customers.__dict__, exchange=again, chance=Random(1))
    other.keys = [again.registry.key(key.credentials.key) for key in customers.keys]
    customers.chance = Random(1)
    for _ in range(40):
        for each in (customers, other):
            each.act()
    answers = [[entry.answer for entry in one.journal.all()[-30:]] for one in (exchange, again)]
    outbox.close()
    assert answers[0] == answers[1]
