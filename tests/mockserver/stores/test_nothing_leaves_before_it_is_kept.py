"""Answers wait for their commit, and where it fails nobody is told that anything was done."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from mockserver import MockExchange
from mockserver.errors import StoreError
from mockserver.stores.sqlite import SqliteStore
from tests.mockserver.raw_client import Caller, an_order, ask, signed, travelling
from tests.mockserver.stores.store_setup import inside, kept, running


class Disk:
    """Stands between an exchange and its file: full when it is told so, or holding up a commit."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = False
        self.commits = 0
        self.open = threading.Event()
        self.open.set()
        self.asked = threading.Event()
        keep = SqliteStore.keep

        def kept_or_not(store: SqliteStore, *records, **more):
            self.asked.set()
            assert self.open.wait(10)
            if self.full:
                raise StoreError("exchange.db: database or disk is full")
            self.commits += 1
            keep(store, *records, **more)

        monkeypatch.setattr(SqliteStore, "keep", kept_or_not)


@pytest.fixture
def disk(monkeypatch):
    return Disk(monkeypatch)


@pytest.fixture(params=["", "?durable=full"])
def settings(tmp_path, request):
    return kept(tmp_path, durable=request.param)


def tried_again(exchange: MockExchange) -> None:
    """What the exchange does by itself after a while."""
    exchange.make_credentials()


def test_an_answer_waits_until_its_batch_is_kept(disk, settings):
    with running(settings) as exchange:
        key = exchange.create_key()
        disk.asked.clear()
        disk.open.clear()
        with Caller(exchange.port, timeout_s=0.05) as caller:
            caller.send(travelling(an_order(exchange, key)))
            assert disk.asked.wait(30)
            with pytest.raises(TimeoutError):
                caller.more()
            disk.open.set()
            caller.socket.settimeout(30)
            assert caller.reply().status == 200


def test_one_commit_keeps_all_that_came_at_once(disk, tmp_path):
    with running(kept(tmp_path, durable="?durable=full")) as exchange:
        keys = [exchange.create_key() for _ in range(20)]
        disk.open.clear()
        before = disk.commits
        callers = [Caller(exchange.port) for _ in keys]
        for caller, key in zip(callers, keys, strict=True):
            caller.send(travelling(signed(exchange, key)))
        while exchange.journal.last_number < len(keys):
            exchange.journal.wait_past(exchange.journal.last_number, timeout_s=1)
        disk.open.set()
        assert [caller.reply().status for caller in callers] == [200] * len(keys)
        for caller in callers:
            caller.socket.close()
        assert disk.commits - before <= 3


def test_while_nothing_can_be_kept_nothing_is_answered_and_nothing_more_is_done(disk, settings):
    with running(settings) as exchange:
        key = exchange.create_key()
        disk.full = True
        assert ask(exchange, an_order(exchange, key, nonce=1)).status == 503
        assert ask(exchange, an_order(exchange, key, nonce=2)).status == 503
        assert ask(exchange, signed(exchange, key, nonce=3)).status == 503
        with pytest.raises(StoreError, match="full"):
            exchange.create_key()
        assert list(inside(exchange).gate.keys) == [key.key]
        disk.full = False
        tried_again(exchange)
        assert exchange.last_nonce(key) == 1
        assert ask(exchange, an_order(exchange, key, nonce=4)).status == 200
        orders = exchange.orders(key)
        assert len(orders) == 2
    with running(settings) as exchange:
        assert exchange.orders(key) == orders
        assert exchange.last_nonce(key) == 4


def test_who_was_told_nothing_finds_in_the_journal_what_happened(disk, settings):
    with running(settings) as exchange:
        key = exchange.create_key()
        disk.full = True
        assert ask(exchange, an_order(exchange, key, nonce=1)).status == 503
        disk.full = False
        tried_again(exchange)
        before = exchange.journal.of(key)
        assert (before[0].answer.status, len(before[0].effects)) == (503, 1)
    with running(settings) as exchange:
        (entry,) = exchange.journal.of(key)
        assert replace(entry, weight=0) == replace(before[0], weight=0)  # it had both answers


def test_a_process_that_ends_while_nothing_can_be_kept_has_promised_nothing(disk, settings):
    with running(settings) as exchange:
        key = exchange.create_key()
        assert ask(exchange, an_order(exchange, key, nonce=1)).status == 200
        disk.full = True
        assert ask(exchange, an_order(exchange, key, nonce=2)).status == 503
    disk.full = False
    with running(settings) as exchange:
        assert len(exchange.orders(key)) == 1
        assert exchange.last_nonce(key) == 1


def test_it_tries_again_by_itself(disk, settings, monkeypatch):
    monkeypatch.setattr("mockserver.wire.outbox._AGAIN_S", 0.01)
    with running(settings) as exchange:
        key = exchange.create_key()
        disk.full = True
        assert ask(exchange, an_order(exchange, key, nonce=1)).status == 503
        disk.asked.clear()
        disk.full = False
        assert disk.asked.wait(30)
        assert exchange.last_nonce(key) == 1
        assert ask(exchange, an_order(exchange, key, nonce=2)).status == 200


def test_nothing_is_done_before_the_backlog_is_kept(disk, settings):
    with running(settings) as exchange:
        key = exchange.create_key()
        disk.full = True
        assert ask(exchange, an_order(exchange, key, nonce=1)).status == 503
        control = b"POST /_noncense/keys HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
        assert ask(exchange, control).status == 503
        assert list(inside(exchange).gate.keys) == [key.key]
        disk.full = False


def test_harm_that_is_planned_waits_too(disk, settings):
    with running(settings) as exchange:
        key = exchange.create_key()
        exchange.faults.add(fault="reset", key=key)
        disk.asked.clear()
        disk.open.clear()
        with Caller(exchange.port, timeout_s=0.05) as caller:
            caller.send(travelling(an_order(exchange, key)))
            assert disk.asked.wait(30)
            with pytest.raises(TimeoutError):
                caller.more()
            disk.open.set()
            caller.socket.settimeout(30)
            with pytest.raises(ConnectionError):
                caller.more()


def test_what_python_does_is_kept_when_it_returns(disk, settings):
    with running(settings) as exchange:
        before = disk.commits
        exchange.create_key()
        assert disk.commits == before + 1


def test_before_its_start_an_exchange_keeps_what_it_is_told_too(disk, settings):
    exchange = MockExchange(settings=settings)
    key = exchange.create_key()
    assert disk.commits == 1
    with exchange:
        assert ask(exchange, an_order(exchange, key)).status == 200


@pytest.mark.parametrize("fails", [False, True])
def test_after_a_rush_the_store_is_put_in_order_while_nobody_waits(tmp_path, monkeypatch, fails):
    rested = threading.Event()
    rest = SqliteStore.rest

    def rests(store: SqliteStore) -> None:
        rested.set()
        if fails:
            raise StoreError("exchange.db: database or disk is full")
        rest(store)

    monkeypatch.setattr(SqliteStore, "rest", rests)
    monkeypatch.setattr("mockserver.wire.outbox._REST_AFTER", 5)
    monkeypatch.setattr("mockserver.wire.outbox._REST_AFTER_S", 0.05)
    file = tmp_path / "exchange.db"
    with running(kept(tmp_path)) as exchange, Caller(exchange.port) as caller:
        key = exchange.create_key()
        before = file.stat().st_size
        for nonce in range(1, 9):
            assert caller.send(travelling(an_order(exchange, key, nonce=nonce))).reply().status == 200
        assert rested.wait(30)
        assert caller.send(travelling(an_order(exchange, key, nonce=9))).reply().status == 200
        assert (file.stat().st_size > before) is not fails
    with running(kept(tmp_path)) as exchange:
        assert len(exchange.orders(key)) == 9


def test_who_commits_in_a_thread_of_its_own_puts_things_in_order_there(tmp_path, monkeypatch):
    monkeypatch.setattr("mockserver.wire.outbox._REST_AFTER", 0)
    monkeypatch.setattr("mockserver.wire.outbox._REST_AFTER_S", 0.0)
    rested: list[SqliteStore] = []
    monkeypatch.setattr(SqliteStore, "rest", lambda store: rested.append(store))
    with running(kept(tmp_path, durable="?durable=full")) as exchange, Caller(exchange.port) as caller:
        key = exchange.create_key()
        for nonce in range(1, 9):
            assert caller.send(travelling(an_order(exchange, key, nonce=nonce))).reply().status == 200
    assert rested == []
