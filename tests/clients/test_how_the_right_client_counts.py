from __future__ import annotations

import json
import os
import threading

import pytest

from harness.mutants import MISTAKES, Adapter, adapter_with, mistake_named
from harness.mutants.clock import Clock, Deadline
from harness.mutants.failures import Failure
from harness.mutants.keyring import JUMP_MS, NotedNonces, Notes
from mockserver import MockExchange
from signer import Credentials

OWNER = Credentials(key="key-1", secret="s")


def notes(folder, owner=OWNER):
    return Notes(str(folder), owner, Clock())


def nonces(exchange, key):
    return [int(entry.fields.nonce) for entry in exchange.journal.of(key)]


def test_a_noted_nonce_is_found_again(tmp_path):
    notes(tmp_path).store(1_800_000_000_000)
    assert notes(tmp_path).load() == 1_800_000_000_000


def test_nothing_noted_is_zero(tmp_path):
    assert notes(tmp_path).load() == 0


def test_two_keys_have_two_notes(tmp_path):
    notes(tmp_path).store(7)
    assert notes(tmp_path, Credentials(key="key-2", secret="s")).load() == 0


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"\xff\x00\xfe",
        b"null",
        b"[]",
        b"{}",
        b'{"key": "other", "last": 5, "check": "0"}',
        b"[" * 100_000,
        "changed",
    ],
)
def test_a_damaged_note_leads_far_ahead(tmp_path, damage):
    kept = notes(tmp_path)
    kept.store(1_800_000_000_000)
    if damage == "changed":
        note = json.loads(kept.path.read_text())
        kept.path.write_text(json.dumps({**note, "last": 3}))
    else:
        kept.path.write_bytes(damage)
    assert kept.load() >= Clock().now_ms() + JUMP_MS - 60_000


def test_another_keys_note_leads_far_ahead(tmp_path):
    stranger = notes(tmp_path, Credentials(key="key-2", secret="s"))
    stranger.store(7)
    os.rename(stranger.path, notes(tmp_path).path)
    assert notes(tmp_path).load() > JUMP_MS


def test_a_nonce_that_cannot_be_noted_is_not_used(tmp_path):
    kept = notes(tmp_path)
    kept.path.mkdir()
    (kept.path / "file").touch()
    with pytest.raises(Failure):
        kept.store(5)
    assert os.listdir(tmp_path) == [kept.path.name]


@pytest.mark.parametrize("dialect", ["reference", "poloniex", "exmo"])
def test_a_client_with_its_clock_set_back_goes_on_above_its_last_nonce(session, tmp_path, dialect):
    with MockExchange(dialect) as exchange:
        key = exchange.create_key()
        for offset in (20_000, 0, -20_000):
            client = session(
                exchange.url,
                dialect=dialect,
                key=key.key,
                secret=key.secret,
                state_dir=str(tmp_path),
                options={"clock_offset_ms": offset},
            )
            client.call("balances", {})
            client.call("balances", {})
            client.close()
        sent = nonces(exchange, key)
        assert sent == sorted(set(sent))
        assert len(sent) == 6


@pytest.mark.parametrize("dialect", ["reference", "poloniex", "exmo", "bitunix"])
def test_calls_of_two_sessions_together_are_all_accepted(session, dialect):
    adapter = Adapter()
    with MockExchange(dialect) as exchange:
        key = exchange.create_key()
        open_one = {"dialect": dialect, "key": key.key, "secret": key.secret, "adapter": adapter}
        clients = [session(exchange.url, **open_one) for _ in range(2)]
        failures = []

        def work(client):
            try:
                for _ in range(5):
                    client.call("balances", {})
            except Exception as failure:
                failures.append(failure)

        threads = [threading.Thread(target=work, args=(client,)) for client in clients * 4]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        assert len({entry.fields.nonce for entry in exchange.journal.of(key)}) == 40


def test_the_random_nonce_has_32_letters_and_digits(session):
    with MockExchange("bitunix") as exchange:
        key = exchange.create_key()
        session(exchange.url, dialect="bitunix", key=key.key, secret=key.secret).call("balances", {})
        (entry,) = exchange.journal.of(key)
        assert len(entry.fields.nonce) == 32
        assert entry.fields.nonce.isalnum()


def test_mistakes_have_names_of_their_own():
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_says_what_it_is(mistake):
    assert mistake.summary.endswith(".")
    assert mistake.allows(mistake.kills)
    assert mistake.dialects
    assert set(mistake.dialects) <= set(Adapter().dialects)
    assert mistake.knobs() != Adapter()  # made anew each time
    assert adapter_with(mistake).name == f"wrong: {mistake.name}"


def test_an_unknown_mistake_is_told_with_those_there_are():
    with pytest.raises(LookupError, match="orders-sent-again"):
        mistake_named("no-such-mistake")


def test_two_programs_with_one_folder_draw_from_one_counter(tmp_path):
    frozen = 1_800_000_000_000
    one, other = (NotedNonces(lambda: frozen, load=notes(tmp_path).load, store=notes(tmp_path).store) for _ in range(2))
    assert [one(), other(), other(), one()] == [frozen, frozen + 1, frozen + 2, frozen + 3]


def test_one_program_waits_for_the_turn_of_another(tmp_path):
    with notes(tmp_path).turn(Deadline(5)), pytest.raises(Failure) as failure, notes(tmp_path).turn(Deadline(0.02)):
        pytest.fail("both had the turn")
    assert failure.value.kind == "timeout"


def test_keys_have_turns_of_their_own(tmp_path):
    had = []
    with notes(tmp_path).turn(Deadline(5)), notes(tmp_path, Credentials(key="key-2", secret="s")).turn(Deadline(0.02)):
        had.append("both")
    assert had == ["both"]


def test_without_a_folder_that_can_be_had_there_is_no_turn(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Failure), notes(tmp_path / "file").turn(Deadline(1)):
        pytest.fail("a turn was given")
