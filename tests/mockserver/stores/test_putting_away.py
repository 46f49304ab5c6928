"""Batches are put away once, whatever comes between; and whose intake it is, nobody else takes away."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from mockserver import SettingsError
from mockserver.core.log import NonceStep
from mockserver.errors import StoreError
from mockserver.stores.intake import Intake
from mockserver.stores.sqlite import SqliteStore
from mockserver.stores.store import ActionRecord
from tests.mockserver.raw_client import an_order, ask
from tests.mockserver.stores.store_setup import full_disk, inside, kept, killed, running, seen

NO_NONCES = (-5, True, 5.5, "5")


def keep(store: SqliteStore, number: int) -> None:
    """One batch: an action, and a nonce."""
    store.keep([], [ActionRecord(number, "act", "{}", "")], [(NonceStep.ADVANCE, "a", str(number), 0)], pages_from=0)


def what_is_there(folder: Path) -> list[int]:
    """The actions that a process finds, which are also the nonces that it knows."""
    store = SqliteStore(folder / "exchange.db", {})
    try:
        actions = [record.seq for record in store.history()]
        assert store.nonces().last == ({"a": actions[-1]} if actions else {})
        return actions
    finally:
        store.close()


@pytest.fixture
def store(tmp_path):
    opened = SqliteStore(tmp_path / "exchange.db", {})
    yield opened
    opened.close()


def test_who_is_killed_in_the_middle_of_it_puts_nothing_away_twice(tmp_path, store, monkeypatch):
    for number in (1, 2, 3):
        keep(store, number)

    def cut(intake: Intake, round_name: bytes) -> None:
        killed(tmp_path)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Intake, "begin", cut)
        with pytest.raises(KeyboardInterrupt):
            store.rest()
    keep(store, 4)  # for who goes on all the same
    assert what_is_there(killed(tmp_path, "later")) == [1, 2, 3, 4]
    assert what_is_there(tmp_path / "killed") == [1, 2, 3]


def test_who_is_cut_off_before_it_is_done_puts_it_away_the_next_time(tmp_path, store, monkeypatch):
    keep(store, 1)
    with monkeypatch.context() as patch:
        patch.setattr(SqliteStore, "_sweep", cut_off)
        with pytest.raises(KeyboardInterrupt):
            store.rest()
    keep(store, 2)
    assert what_is_there(killed(tmp_path)) == [1, 2]


def cut_off(*told: object) -> None:
    raise KeyboardInterrupt


def test_what_lies_behind_a_torn_batch_is_gone_for_good(tmp_path, store):
    for number in range(1, 10):
        keep(store, number)
    folder = killed(tmp_path)
    with (folder / "exchange.db-intake").open("r+b") as file:
        file.write(bytes(16))
    after = SqliteStore(folder / "exchange.db", {})
    keep(after, 1)  # as long as the one that was torn, so that the old ones follow it
    again = killed(folder, "again")
    after.close()
    assert what_is_there(again) == [1]


def test_an_older_copy_of_the_file_has_no_use_for_a_newer_intake(tmp_path, store):
    keep(store, 1)
    store.rest()
    older = killed(tmp_path, "older")
    keep(store, 2)
    store.rest()
    keep(store, 3)
    shutil.copy(tmp_path / "exchange.db-intake", older / "exchange.db-intake")
    assert what_is_there(older) == [1]


def test_an_ordinary_end_leaves_the_file_alone(tmp_path):
    store = SqliteStore(tmp_path / "exchange.db", {})
    keep(store, 1)
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["exchange.db"]
    assert what_is_there(tmp_path) == [1]


def test_who_closes_twice_does_not_touch_what_is_somebody_elses_by_then(tmp_path):
    first = SqliteStore(tmp_path / "exchange.db", {})
    keep(first, 1)
    first.close()
    second = SqliteStore(tmp_path / "exchange.db", {})
    keep(second, 2)
    first.close()
    with pytest.raises(StoreError):
        keep(first, 3)
    assert what_is_there(killed(tmp_path)) == [1, 2]
    second.close()


def test_the_intake_goes_away_while_the_file_is_still_ours(tmp_path, store, monkeypatch):
    close = Intake.close
    refused = []

    def closed(intake: Intake) -> None:
        with pytest.raises(StoreError, match="another process has it open"):
            SqliteStore(tmp_path / "exchange.db", {})
        refused.append(intake)
        close(intake)

    monkeypatch.setattr(Intake, "close", closed)
    store.close()
    assert len(refused) == 1


def test_an_intake_that_will_not_go_away_locks_nobody_out(tmp_path, monkeypatch):
    def refuse(*told: object, **named: object) -> None:
        raise PermissionError(13, "no")

    store = SqliteStore(tmp_path / "exchange.db", {})
    keep(store, 1)
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.unlink", refuse)
        store.close()
    assert (tmp_path / "exchange.db-intake").exists()
    assert what_is_there(tmp_path) == [1]


def test_what_cannot_be_put_away_at_the_end_is_said_and_lies_there_still(tmp_path, monkeypatch, caplog):
    store = SqliteStore(tmp_path / "exchange.db", {})
    keep(store, 1)
    with monkeypatch.context() as patch:
        patch.setattr(SqliteStore, "_put_away", full_disk)
        store.close()
    assert "exchange.db-intake will be put away by who opens the file next: the disk is full" in caplog.text
    assert what_is_there(tmp_path) == [1]


def test_a_relative_path_is_the_same_file_wherever_one_goes(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    here = SqliteStore(Path("exchange.db"), {})
    keep(here, 1)
    monkeypatch.chdir(tmp_path / "there")
    there = SqliteStore(Path("exchange.db"), {})
    keep(there, 2)
    here.close()
    assert what_is_there(killed(tmp_path / "there")) == [2]
    there.close()
    assert what_is_there(tmp_path / "here") == [1]


@pytest.mark.skipif(os.name == "nt", reason="links are another thing there")
def test_a_file_has_one_intake_whatever_it_is_called_by(tmp_path):
    (tmp_path / "by").mkdir()
    (tmp_path / "by" / "link.db").symlink_to(tmp_path / "exchange.db")
    store = SqliteStore(tmp_path / "by" / "link.db", {})
    keep(store, 1)
    assert what_is_there(killed(tmp_path)) == [1]
    store.close()


def test_who_was_refused_in_our_own_process_lets_nobody_else_in(tmp_path, store):
    path = tmp_path / "exchange.db"
    with pytest.raises(StoreError, match="another process has it open"):
        SqliteStore(path, {})
    attempt = (
        "import sys; from pathlib import Path; from mockserver.stores.sqlite import SqliteStore;"
        " SqliteStore(Path(sys.argv[1]), {})"
    )
    other = subprocess.run([sys.executable, "-c", attempt, path], capture_output=True, text=True, check=False)
    assert "another process has it open" in other.stderr


@pytest.mark.parametrize("durable", ["", "?durable=full"])
def test_what_is_no_text_or_no_nonce_is_refused_and_nothing_is_stuck(tmp_path, durable):
    half = "\ud800"
    with running(kept(tmp_path, durable=durable)) as exchange:
        key = exchange.create_key()
        for attempt in (
            lambda: exchange.activate(half),
            lambda: exchange.set_last_nonce(half, 5),
            lambda: exchange.create_key(key=half),
            lambda: exchange.create_key(secret=half),
            lambda: exchange.create_key(kind=half),
            *(partial(exchange.set_last_nonce, key, nonce) for nonce in NO_NONCES),
            *(partial(exchange.create_key, last_nonce=nonce) for nonce in NO_NONCES),
        ):
            with pytest.raises(SettingsError):
                attempt()
        assert ask(exchange, an_order(exchange, key, nonce=1)).status == 200
        before = seen(inside(exchange))
    with running(kept(tmp_path, durable=durable)) as exchange:
        assert seen(inside(exchange)) == before


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("step", list(NonceStep))
def test_what_no_table_takes_is_refused_before_anybody_hears_of_it(tmp_path, full, step):
    store = SqliteStore(tmp_path / "exchange.db", {}, full=full)
    with pytest.raises(StoreError, match="surrogates"):
        store.keep([], [], [(step, "\ud800", "1", 0)], pages_from=0)
    keep(store, 1)
    assert store.nonces().last == {"a": 1}
    store.close()


def test_who_could_not_put_things_away_says_so_to_who_commits_next(tmp_path, store, monkeypatch):
    keep(store, 1)
    with monkeypatch.context() as patch:
        patch.setattr(SqliteStore, "_put_away", full_disk)
        with pytest.raises(StoreError, match="full"):
            store.rest()
        with pytest.raises(StoreError, match="full"):
            keep(store, 2)
    keep(store, 2)
    assert what_is_there(killed(tmp_path)) == [1, 2]


def test_while_nothing_can_be_put_away_nothing_is_answered(tmp_path, monkeypatch):
    monkeypatch.setattr("mockserver.wire.outbox._AGAIN_S", 60)
    monkeypatch.setattr("mockserver.stores.sqlite._LARGEST_INTAKE", 1)
    with running(kept(tmp_path)) as exchange:
        key = exchange.create_key()
        assert ask(exchange, an_order(exchange, key, nonce=1)).status == 200
        with monkeypatch.context() as patch:
            patch.setattr(SqliteStore, "_put_away", full_disk)
            assert ask(exchange, an_order(exchange, key, nonce=2)).status == 503
        exchange.make_credentials()  # is kept, and so is what came before it
        assert ask(exchange, an_order(exchange, key, nonce=3)).status == 200
        orders = exchange.orders(key)
    with running(kept(tmp_path)) as exchange:
        assert exchange.orders(key) == orders
        assert len(orders) == 3


def test_what_goes_wrong_in_the_store_is_not_forgotten(tmp_path, monkeypatch):
    monkeypatch.setattr("mockserver.wire.outbox._AGAIN_S", 60)
    with running(kept(tmp_path)) as exchange:
        key = exchange.create_key()
        with monkeypatch.context() as patch:
            patch.setattr(Intake, "write", at_fault)
            assert ask(exchange, an_order(exchange, key, nonce=1)).status == 503
            assert ask(exchange, an_order(exchange, key, nonce=2)).status == 503
        exchange.make_credentials()
        assert ask(exchange, an_order(exchange, key, nonce=3)).status == 200
        orders = exchange.orders(key)
    with running(kept(tmp_path)) as exchange:
        assert exchange.orders(key) == orders
        assert len(orders) == 2


def at_fault(*told: object) -> None:
    raise ZeroDivisionError("ours")


def test_what_sqlite_cannot_open_is_named(tmp_path, monkeypatch):
    def refuse(*told: object, **named: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr("sqlite3.connect", refuse)
    with pytest.raises(StoreError, match=r"exchange\.db: unable to open"):
        SqliteStore(tmp_path / "exchange.db", {})


@pytest.mark.parametrize("full", [False, True])
def test_what_was_put_away_is_on_the_disk(tmp_path, full):
    store = SqliteStore(tmp_path / "exchange.db", {}, full=full)
    (durable,) = store._connection.execute("pragma synchronous").fetchone()  # noqa: SLF001 - no power cut can be had
    store.close()
    assert durable == 2


@pytest.mark.skipif(os.name == "nt", reason="modes are another thing there")
def test_new_files_are_for_their_owner_alone_whatever_is_usual(tmp_path):
    usual = os.umask(0)
    try:
        store = SqliteStore(tmp_path / "exchange.db", {})
    finally:
        os.umask(usual)
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir() if "-wal" not in path.name} == {
        "exchange.db": 0o600,
        "exchange.db-intake": 0o600,
    }
    store.close()


@pytest.mark.parametrize("full", [False, True])
def test_nonces_that_nobody_can_use_again_are_not_kept_for_ever(tmp_path, full):
    store = SqliteStore(tmp_path / "exchange.db", {}, full=full)
    for number in range(1, 40):
        store.keep([], [], [(NonceStep.ADVANCE, "a", str(number), 5)], pages_from=0)
    assert store.nonces().recent == {"a": {35, 36, 37, 38, 39}}
    store.close()
