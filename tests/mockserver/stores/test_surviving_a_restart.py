"""What an exchange that is kept in a file still is when it is started anew."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from mockserver import MockExchange, SettingsError, dialect_named
from mockserver.core.exchange import Exchange
from mockserver.core.log import Log
from mockserver.core.nonces import MemoryNonces
from mockserver.errors import StoreError
from mockserver.handles import KeyHandle
from mockserver.stores import open_store, restore
from signer import Credentials
from tests.mockserver.raw_client import ORDER, Caller, an_order, ask, signed, travelling
from tests.mockserver.stores.store_setup import inside, kept, running, seen


@pytest.fixture(params=["", "?durable=full"])
def settings(tmp_path, request):
    return kept(tmp_path, durable=request.param)


def control(exchange: MockExchange, method: str, path: str, body: bytes = b"") -> int:
    head = f"{method} /_noncense/{path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    with Caller(exchange.port) as caller:
        return caller.send(head.encode() + body).reply().status


def busy(exchange: MockExchange, key: KeyHandle) -> None:
    """An order that trades, one that rests, one that was cancelled, and one that is refused."""
    with Caller(exchange.port) as caller:
        for nonce, price in ((1, "40000"), (2, "20000"), (3, "19000"), (4, "0.000001")):
            order = signed(exchange, key, "POST", b"/v1/orders", {**ORDER, "price": price}, nonce=nonce)
            reply = caller.send(travelling(order)).reply()
        assert reply.status == 400
        cancelled = exchange.orders(key)[-1].order_id
        cancel = signed(exchange, key, "POST", b"/v1/orders/%d/cancel" % cancelled, nonce=5)
        assert caller.send(travelling(cancel)).reply().status == 200
        assert caller.send(travelling(signed(exchange, key, nonce=6))).reply().status == 200


def test_orders_balances_nonces_and_the_journal_are_what_they_were(settings):
    with running(settings) as exchange:
        key = exchange.create_key(balances={"USDT": "100000", "BTC": "2"})
        busy(exchange, key)
        before = (exchange.orders(key), exchange.balances(key), exchange.last_nonce(key), exchange.journal.of(key))
    with running(settings) as exchange:
        assert (exchange.orders(key), exchange.balances(key), exchange.last_nonce(key)) == before[:3]
        assert exchange.journal.of(key) == before[3]
        assert exchange.journal.last_number == 6


def test_an_exchange_whose_nonces_nobody_would_keep_is_not_opened(settings):
    dialect = dialect_named(settings.dialect)
    for log, nonces in ((Log(), MemoryNonces()), (Log(), MemoryNonces(Log())), (None, None)):
        exchange = Exchange(dialect, settings, nonces=nonces, log=log)
        store = open_store(settings)
        assert store is not None
        with closing(store), pytest.raises(StoreError, match="without a log"):
            restore(exchange, store)


def test_it_goes_on_where_it_was(settings):
    with running(settings) as exchange:
        key = exchange.create_key()
        assert ask(exchange, an_order(exchange, key, nonce=1)).status == 200
        first = exchange.orders(key)[0]
    with running(settings) as exchange:
        assert ask(exchange, an_order(exchange, key, nonce=2)).status == 200
        cancel = signed(exchange, key, "POST", b"/v1/orders/%d/cancel" % first.order_id, nonce=3)
        assert ask(exchange, cancel).status == 200
        orders = exchange.orders(key)
        assert [order.order_id for order in orders] == [first.order_id, first.order_id + 1]
        assert [entry.number for entry in exchange.journal.all()] == [1, 2, 3]


def test_a_request_of_an_earlier_life_is_a_replay(settings):
    with running(settings) as exchange:
        key = exchange.create_key()
        order = an_order(exchange, key, nonce=7)
        assert ask(exchange, order).status == 200
    with running(settings) as exchange:
        assert ask(exchange, order).code == "nonce_not_increasing"
        assert len(exchange.orders(key)) == 1


@pytest.mark.parametrize("nonce", [2**53, 2**53 + 1, 2**63 - 2])
def test_a_nonce_is_kept_as_the_integer_it_is(settings, nonce):
    with running(settings) as exchange:
        key = exchange.create_key(last_nonce=nonce - 1)
        assert ask(exchange, signed(exchange, key, nonce=nonce)).status == 200
    with running(settings) as exchange:
        assert exchange.last_nonce(key) == nonce
        assert ask(exchange, signed(exchange, key, nonce=nonce)).code == "nonce_not_increasing"
        assert ask(exchange, signed(exchange, key, nonce=nonce + 1)).status == 200


def test_a_nonce_that_was_spent_on_a_refused_request_stays_spent(settings):
    with running(settings) as exchange:
        key = exchange.create_key(permissions=["read"])
        assert ask(exchange, an_order(exchange, key, nonce=5)).status == 403
    with running(settings) as exchange:
        assert exchange.last_nonce(key) == 5


def test_keys_are_what_was_made_of_them(settings):
    with running(settings) as exchange:
        revoked, forgotten, limited = (exchange.create_key() for _ in range(3))
        exchange.revoke(revoked)
        exchange.forget(forgotten)
        exchange.set_last_nonce(limited, 10**30)
        exchange.freeze_account(limited)
        pending = exchange.create_key(state="pending", addresses=["10.0.0.0/8"], permissions=["withdraw"])
        exchange.create_key(account_of=limited, key="second", secret="hidden")
        before = seen(inside(exchange))
    with running(settings) as exchange:
        assert seen(inside(exchange)) == before
        assert ask(exchange, signed(exchange, revoked)).code == "inactive_key"
        assert ask(exchange, signed(exchange, forgotten)).code == "unknown_key"
        exchange.activate(pending)
        assert exchange.create_key().key not in {revoked.key, limited.key, pending.key}


def test_what_control_did_over_http_is_kept_like_what_python_did(settings):
    with running(settings) as exchange:
        key = exchange.create_key()
        assert control(exchange, "GET", "market") == 200
        assert control(exchange, "POST", "keys", b'{"key":"mine","secret":"hidden","last_nonce":5}') == 201
        assert control(exchange, "POST", "keys/mine", b'{"frozen":true}') == 200
        assert control(exchange, "DELETE", f"keys/{key.key}") == 200
        before = seen(inside(exchange))
    with running(settings) as exchange:
        assert seen(inside(exchange)) == before
        assert exchange.last_nonce("mine") == 5


def test_an_effect_stands_when_the_connection_was_cut_before_the_answer(settings):
    with running(settings) as exchange:
        key = exchange.create_key()
        exchange.faults.add(fault="reset", key=key)
        with Caller(exchange.port) as caller, pytest.raises(ConnectionError):
            caller.send(travelling(an_order(exchange, key, nonce=1))).reply()
        exchange.faults.add(fault="status", at="before_handler", key=key, status=503)
        assert ask(exchange, an_order(exchange, key, nonce=2)).status == 503
    with running(settings) as exchange:
        assert len(exchange.orders(key)) == 1
        assert exchange.last_nonce(key) == 2
        assert [entry.fault.kind for entry in exchange.journal.of(key) if entry.fault] == ["reset", "status"]


def test_a_key_of_the_settings_is_there_each_time_and_keeps_what_it_has(tmp_path):
    settings = kept(tmp_path, credentials=(Credentials(key="mine", secret="hidden"),))
    handle = KeyHandle(key="mine", secret="hidden", permissions=frozenset(), account=1)
    with running(settings) as exchange:
        assert ask(exchange, an_order(exchange, handle, nonce=1)).status == 200
    with running(settings) as exchange:
        assert len(exchange.orders("mine")) == 1
    with pytest.raises(SettingsError, match="another secret"):
        MockExchange(settings=kept(tmp_path, credentials=(Credentials(key="mine", secret="else"),)))


def test_accounts_with_a_venue_of_their_own_come_back_with_it(settings):
    with running(settings) as exchange:
        alone = exchange.create_key(private_venue=True, order_id_start=77)
        other = exchange.create_key()
        assert ask(exchange, an_order(exchange, alone, nonce=1)).status == 200
        assert ask(exchange, an_order(exchange, other, nonce=1)).status == 200
        before = seen(inside(exchange))
    with running(settings) as exchange:
        assert seen(inside(exchange)) == before
        assert exchange.orders(alone)[0].order_id == 77


def test_what_was_no_http_and_what_led_nowhere_stays_in_the_journal(settings):
    with running(settings) as exchange:
        with Caller(exchange.port) as caller:
            caller.send(b"\x16\x03\x01rubbish\r\n\r\n").rest()
        assert ask(exchange, b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n").status == 404
        assert ask(exchange, b"POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}").status == 400
        before = exchange.journal.all()
        assert len(before) == 3
    with running(settings) as exchange:
        assert exchange.journal.all() == before


def test_the_journal_keeps_no_more_on_the_disk_than_in_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("mockserver.stores.sqlite._SWEEP_EVERY", 10)
    settings = kept(tmp_path, journal_entries=20)
    with running(settings) as exchange:
        key = exchange.create_key()
        assert ask(exchange, an_order(exchange, key, nonce=1)).status == 200
        with Caller(exchange.port) as caller:
            for nonce in range(2, 120):
                assert caller.send(travelling(signed(exchange, key, nonce=nonce))).reply().status == 200
        before = exchange.journal.all()
    with running(settings) as exchange:
        assert exchange.journal.all() == before
        assert len(exchange.orders(key)) == 1
    store = open_store(settings)
    assert len(store.pages(10_000)) < 45  # the order, which has to be done again, is among them
    store.close()


def test_when_much_has_come_together_it_is_put_away_in_the_middle_of_the_rush(tmp_path, monkeypatch):
    monkeypatch.setattr("mockserver.stores.sqlite._LARGEST_INTAKE", 2_000)
    sizes = set()
    with running(kept(tmp_path)) as exchange, Caller(exchange.port) as caller:
        key = exchange.create_key()
        for nonce in range(1, 30):
            assert caller.send(travelling(an_order(exchange, key, nonce=nonce))).reply().status == 200
            sizes.add((tmp_path / "exchange.db-intake").stat().st_size)
        assert max(sizes) < 5_000
        before = seen(inside(exchange))
    with running(kept(tmp_path)) as exchange:
        assert seen(inside(exchange)) == before
        assert len(exchange.orders(key)) == 29


def test_what_is_thrown_away_is_found_without_a_look_at_what_stays(tmp_path):
    def how(statement: str) -> str:
        file = sqlite3.connect(tmp_path / "exchange.db")
        try:
            return str(file.execute(f"explain query plan {statement}").fetchall())
        finally:
            file.close()

    sweep = "delete from batches where last_seq < 1 and not changed"
    with running(kept(tmp_path)):
        pass
    assert "USING INDEX passing_batches" in how(sweep)
    file = sqlite3.connect(tmp_path / "exchange.db")
    file.execute("drop index passing_batches")  # as a file of an earlier time is
    file.close()
    assert "SCAN" in how(sweep)
    with running(kept(tmp_path)):
        pass
    assert "USING INDEX passing_batches" in how(sweep)


def test_a_pipelined_line_and_one_that_closes_get_every_answer_in_its_order(settings):
    with running(settings) as exchange:
        key = exchange.create_key()
        requests = [travelling(signed(exchange, key, nonce=nonce)) for nonce in range(1, 6)]
        last = travelling(signed(exchange, key, nonce=6), b"Connection: close")
        with Caller(exchange.port) as caller:
            caller.send(requests[0]).send(b"".join(requests[1:]) + last)
            assert [caller.reply().status for _ in range(6)] == [200] * 6
            assert caller.rest() == b""
        assert [entry.fields.nonce for entry in exchange.journal.of(key)] == ["1", "2", "3", "4", "5", "6"]


def test_who_has_said_his_last_word_still_hears_the_answer_and_then_the_end(settings):
    import socket

    with running(settings) as exchange:
        key = exchange.create_key()
        with Caller(exchange.port) as caller:
            caller.send(travelling(signed(exchange, key, nonce=1)))
            caller.socket.shutdown(socket.SHUT_WR)
            assert caller.reply().status == 200
            assert caller.rest() == b""


def test_what_is_no_http_is_answered_after_what_came_before_it(settings):
    with running(settings) as exchange:
        key = exchange.create_key()
        with Caller(exchange.port) as caller:
            caller.send(travelling(signed(exchange, key, nonce=1)) + b"rubbish\r\n\r\n")
            assert [caller.reply().status, caller.reply().status] == [200, 400]


def test_the_same_exchange_in_memory_gives_the_same_answers(tmp_path):
    def answers(exchange: MockExchange) -> list[bytes]:
        exchange.clock.freeze(1_700_000_000_000)
        key = exchange.create_key()
        busy(exchange, key)
        return [entry.answer.body for entry in exchange.journal.of(key)]

    with running(kept(tmp_path)) as exchange, MockExchange("reference") as other:
        assert answers(exchange) == answers(other)
