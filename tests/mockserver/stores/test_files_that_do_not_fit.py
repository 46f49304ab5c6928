"""A file that is not what it should be is refused in one clear line, and left as it is."""

import os
import sqlite3
import stat

import pytest

from mockserver import MockExchange, Settings, SettingsError
from mockserver.errors import StoreError
from tests.harness.cli.command_line import run_noncense
from tests.mockserver.raw_client import an_order, ask
from tests.mockserver.stores.store_setup import kept, running


def refused(settings: Settings) -> str:
    with pytest.raises(StoreError) as caught:
        MockExchange(settings=settings)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_file_is_for_its_owner_alone(tmp_path):
    (tmp_path / "exchange.db").touch(mode=0o644)
    with running(kept(tmp_path)) as exchange:
        exchange.create_key()
        for path in tmp_path.iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_no_database(tmp_path):
    (tmp_path / "exchange.db").write_bytes(b"something else altogether" * 100)
    assert "no SQLite database" in refused(kept(tmp_path))
    assert (tmp_path / "exchange.db").read_bytes().startswith(b"something else")


def test_a_database_of_somebody_else(tmp_path):
    other = sqlite3.connect(tmp_path / "exchange.db")
    other.execute("create table theirs (a)")
    other.commit()
    other.close()
    assert "database of something else" in refused(kept(tmp_path))


def test_a_file_of_another_version(tmp_path):
    with running(kept(tmp_path)):
        pass
    file = sqlite3.connect(tmp_path / "exchange.db")
    file.execute("pragma user_version = 99")
    file.close()
    assert "version 99" in refused(kept(tmp_path))


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"dialect": "exmo"}, "dialect reference"),
        ({"seed": 5}, "seed 0"),
        ({"market_maker": True}, "market_maker off"),
        ({"single_use_nonces": True}, "single_use_nonces off"),
    ],
)
def test_a_file_that_was_written_under_other_settings(tmp_path, other, named):
    with running(kept(tmp_path)):
        pass
    assert named in refused(kept(tmp_path, **other))


def test_a_file_that_somebody_else_has_open(tmp_path):
    with running(kept(tmp_path)) as exchange:
        assert "another process has it open" in refused(kept(tmp_path))
        exchange.create_key()
    with running(kept(tmp_path)):
        pass


def test_a_folder_that_is_none(tmp_path):
    (tmp_path / "file").touch()
    assert "file" in refused(kept(tmp_path / "file"))
    assert "No such file" in refused(kept(tmp_path / "nowhere"))


def test_a_file_that_is_a_folder(tmp_path):
    (tmp_path / "exchange.db").mkdir(mode=0o755)
    assert "is no file" in refused(kept(tmp_path))
    assert stat.S_IMODE((tmp_path / "exchange.db").stat().st_mode) == 0o755


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is closed to this user")
def test_a_folder_that_cannot_be_written(tmp_path):
    tmp_path.chmod(0o500)
    assert "denied" in refused(kept(tmp_path))
    tmp_path.chmod(0o700)


def test_a_file_written_by_other_rules(tmp_path):
    with running(kept(tmp_path)) as exchange:
        key = exchange.create_key()
        assert ask(exchange, an_order(exchange, key, nonce=1)).status == 200
    file = sqlite3.connect(tmp_path / "exchange.db")
    file.execute("update batches set requests = cast(replace(cast(requests as text), 'open', 'shut') as blob)")
    file.commit()
    file.close()
    assert "written by other rules: request 1 (POST /v1/orders)" in refused(kept(tmp_path))


def test_a_key_that_would_be_drawn_differently_today(tmp_path):
    with running(kept(tmp_path)) as exchange:
        exchange.create_key()
    file = sqlite3.connect(tmp_path / "exchange.db")
    file.execute("update actions set outcome = 'another one'")
    file.commit()
    file.close()
    assert "written by other rules: registry.create_key" in refused(kept(tmp_path))


def test_an_action_that_nobody_knows_any_more(tmp_path):
    with running(kept(tmp_path)) as exchange:
        exchange.create_key()
    for name in ("registry.dance", "registry.key", "nobody.create_key"):
        file = sqlite3.connect(tmp_path / "exchange.db")
        file.execute("update actions set name = ?", (name,))
        file.commit()
        file.close()
        assert f"there is no {name} here" in refused(kept(tmp_path))


@pytest.mark.parametrize("store", ["", "sqlite", "sqlite:", "redis://x", "sqlite:x.db?durable=half", "sqlite:x.db?a=b"])
def test_a_store_that_there_is_not(store):
    with pytest.raises(SettingsError, match="a store is memory, sqlite:FILE"):
        MockExchange(settings=Settings(store=store))


def test_the_command_says_so_too(tmp_path, capsys):
    (tmp_path / "exchange.db").write_bytes(b"something else altogether" * 100)
    where = f"sqlite:{tmp_path / 'exchange.db'}"
    said = run_noncense(capsys, "serve --dialect reference --port 0 --store", where)
    assert said.status != 0
    assert "no SQLite database" in said.err
    assert said.err.count("\n") == 1
