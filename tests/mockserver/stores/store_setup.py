"""What the tests of the stores share: exchanges that are kept in a file, and everything that can be seen of one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mockserver import MockExchange, Settings, dialect_named
from mockserver.core.accounts import MARKET_MAKER, NOBODY
from mockserver.core.exchange import Exchange
from mockserver.core.log import Log
from mockserver.core.venue import Venue
from mockserver.errors import StoreError
from mockserver.wire.outbox import Outbox, open_outbox

NOW = 1_700_000_000_000


def kept(folder: Path, dialect: str = "reference", *, durable: str = "", **settings: Any) -> Settings:
    where = f"sqlite:{folder / 'exchange.db'}{durable}"
    return Settings(dialect=dialect, store=where, uvloop=False, **settings)


@contextmanager
def running(settings: Settings) -> Iterator[MockExchange]:
    with MockExchange(settings=settings) as exchange:
        yield exchange
        assert exchange.own_faults == ()


def inside(exchange: MockExchange) -> Exchange:
    return exchange._exchange  # noqa: SLF001 - no client sees it, and the tests have to


def opened(settings: Settings) -> tuple[Exchange, Outbox]:
    """An exchange without a socket, as it comes back from its file."""
    dialect = dialect_named(settings.dialect, settings.profile, **settings.habits)
    exchange = Exchange(dialect, settings, log=Log())
    outbox = open_outbox(exchange)
    assert outbox is not None
    return exchange, outbox


def killed(folder: Path, name: str = "killed") -> Path:
    """What a process leaves that is killed now: a copy of its file, and of all that lies beside it."""
    copy = folder / name
    copy.mkdir()
    for path in folder.glob("exchange.db*"):
        shutil.copy(path, copy / path.name)
    return copy


def full_disk(*told: object, **named: object) -> None:
    """Stand for whatever needs room."""
    raise StoreError("the disk is full")


def seen(exchange: Exchange, now_ms: int = NOW) -> object:
    """Everything that clients and operators can see of an exchange, except its journal."""
    keys = {
        name: (key.credentials, key.account, key.permissions, key.addresses, key.state, key.activation, key.conditions)
        for name, key in exchange.gate.keys.items()
    }
    nonces = {name: exchange.nonces.last(name) for name in keys}
    accounts: dict[Venue, list[int]] = {exchange.venue: []}
    for key in exchange.gate.keys.values():
        accounts.setdefault(key.venue, []).append(key.account)
    return keys, nonces, [seen_of(venue, numbers, now_ms) for venue, numbers in accounts.items()]


def seen_of(venue: Venue, accounts: list[int], now_ms: int) -> object:
    held = {}
    for number in (MARKET_MAKER, NOBODY, *accounts):
        desk = venue.desk(number, now_ms)
        held[number] = (
            dict(venue.balances_of(number)),
            venue.orders_of(number),
            list(desk.fills()),
            venue.withdrawals_of(number),
            venue.deposits_of(number),
            venue.is_frozen(number),
        )
    desk = venue.desk(NOBODY, now_ms)
    markets = {
        market.name: (desk.book(market, 1000), list(desk.trades(market)), desk.ticker(market))
        for market in desk.markets()
    }
    return held, dict(venue.ledger.sums()), markets
