"""Nonces in a file: whatever happens to them, the file knows what the memory knows."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockserver.core.log import Log, NonceStep
from mockserver.core.nonces import MemoryNonces
from mockserver.errors import StoreError
from mockserver.stores.intake import Intake
from mockserver.stores.rising import Rising
from mockserver.stores.sqlite import SqliteStore
from tests.mockserver.stores.store_setup import full_disk, killed

KEYS = st.sampled_from(["a", "b"])
SMALL = st.integers(1, 40)
HUGE = st.integers(2**53 - 2, 2**53 + 2) | st.integers(2**63 - 2, 2**64 + 2) | st.integers(10**40, 10**40 + 3)
STEPS = st.lists(
    st.tuples(st.sampled_from(["advance", "advance", "preset", "forget", "use"]), KEYS, SMALL | HUGE), max_size=30
)


def commit(store: SqliteStore, log: Log) -> None:
    store.keep([], [], log.take().nonces, pages_from=0)


@settings(max_examples=60)
@given(steps=STEPS, tolerance=st.sampled_from([0, 0, 5]), batch=st.integers(1, 7), full=st.booleans())
@example(steps=[("advance", "a", 1), ("preset", "a", 1), ("preset", "a", 1)], tolerance=5, batch=7, full=True)
@example(steps=[("advance", "a", 9), ("preset", "a", 7), ("preset", "a", 8)], tolerance=5, batch=7, full=True)
def test_a_file_knows_every_nonce_that_the_memory_knows(tmp_path_factory, steps, tolerance, batch, full):
    path = tmp_path_factory.mktemp("nonces") / "exchange.db"
    store, log = SqliteStore(path, {}, full=full), Log()
    nonces = MemoryNonces(log)
    for number, (step, key, nonce) in enumerate(steps):
        if step == "advance":
            nonces.advance(key, nonce, tolerance)
        elif step == "use":
            nonces.use(key, str(nonce))
        elif step == "preset":
            nonces.preset(key, nonce)
        else:
            nonces.forget(key)
        if number % batch == 0:
            commit(store, log)
    commit(store, log)
    store.close()
    again = MemoryNonces(Log())
    store = SqliteStore(path, {})
    again.load(store.nonces())
    store.close()
    for key in "ab":
        assert again.last(key) == nonces.last(key)
        for _, _, nonce in steps:
            assert again.use(key, str(nonce)) == nonces.use(key, str(nonce))
            assert again.advance(key, nonce, tolerance) == nonces.advance(key, nonce, tolerance)


@pytest.mark.parametrize("full", [False, True])
def test_a_nonce_that_is_not_greater_than_the_last_one_is_never_kept(tmp_path, full):
    store, log = SqliteStore(tmp_path / "exchange.db", {}, full=full), Log()
    for _ in range(2):
        for nonces in ((10**30,), (9 * 10**29,), (2,), (10**31, 10**31), (10**31, 10**30 + 1)):
            for nonce in nonces:
                assert MemoryNonces(log).advance("a", nonce)  # a memory that does not know what the file knows
            if nonces == (10**30,) and not store.nonces().last:
                commit(store, log)
                continue
            with pytest.raises(StoreError, match="not greater"):
                commit(store, log)
        assert store.nonces().last == {"a": 10**30}
        store.close()
        store = SqliteStore(tmp_path / "exchange.db", {}, full=full)
    store.close()


@pytest.mark.parametrize("full", [False, True])
def test_a_batch_that_could_not_be_kept_may_be_tried_again_with_more(tmp_path, monkeypatch, full):
    store, log = SqliteStore(tmp_path / "exchange.db", {}, full=full), Log()
    nonces = MemoryNonces(log)
    assert nonces.advance("a", 5)
    batch = log.take()
    with monkeypatch.context() as patch:
        patch.setattr(SqliteStore, "_write", full_disk)
        patch.setattr(Intake, "write", full_disk)
        with pytest.raises(StoreError, match="full"):
            store.keep([], [], batch.nonces, pages_from=0)
    assert nonces.advance("a", 6)
    log.give_back(batch)
    commit(store, log)
    assert store.nonces().last == {"a": 6}
    store.close()


def test_where_nonces_may_lie_below_the_last_one_the_highest_counts():
    rising = Rising({"a": "9"})
    newest = rising.after([(NonceStep.ADVANCE, "a", "100", 5), (NonceStep.ADVANCE, "a", "97", 5)])
    assert newest == {"a": "100"}
    rising.settle(newest)
    assert rising.after([(NonceStep.ADVANCE, "a", "50", 0)]) is None
    assert rising.after([(NonceStep.FORGET, "a", "", 0), (NonceStep.ADVANCE, "a", "1", 0)]) == {"a": "1"}
    rising.settle({"a": ""})
    assert rising.after([(NonceStep.ADVANCE, "a", "1", 0)]) == {"a": "1"}


def test_a_file_that_somebody_changed_behind_what_lies_in_its_intake_is_refused(tmp_path):
    path = tmp_path / "exchange.db"
    store, log = SqliteStore(path, {}), Log()
    assert MemoryNonces(log).advance("a", 5)
    commit(store, log)
    left = killed(tmp_path) / "exchange.db"
    store.close()
    with closing(sqlite3.connect(left)) as file:
        file.execute("insert into last_nonces values ('a', '7')")
        file.commit()
    for _ in range(2):
        with pytest.raises(StoreError, match="not greater"):
            SqliteStore(left, {})


ODD_KEYS = ("a", "", '"', "\\", "\\u0061", "Schlüssel", "鍵", "🔑", "a.b", "$", "[0]", "0", "true", "a\0b")


@pytest.mark.parametrize("full", [False, True])
def test_many_keys_in_one_batch_are_kept_whatever_they_are_called(tmp_path, full):
    store, log = SqliteStore(tmp_path / "exchange.db", {}, full=full), Log()
    nonces = MemoryNonces(log)
    for last in (9, 10, 10**25):
        for key in ODD_KEYS:
            assert nonces.advance(key, last)
        commit(store, log)
        assert store.nonces().last == dict.fromkeys(ODD_KEYS, last)
    forgetful = MemoryNonces(log)
    assert forgetful.advance("a", 10**25)
    assert forgetful.advance("fresh", 1)
    with pytest.raises(StoreError, match="not greater"):
        commit(store, log)
    assert store.nonces().last == dict.fromkeys(ODD_KEYS, 10**25)
    store.close()


def test_nonces_without_a_log_are_the_same_nonces():
    logged, plain = MemoryNonces(Log()), MemoryNonces()
    for nonces in (logged, plain):
        assert nonces.advance("a", 5)
        nonces.preset("a", 2)
        assert nonces.advance("a", 3)
        nonces.forget("a")
    assert logged.last("a") == plain.last("a") == 0
