"""The journal keeps the newest, counts what it dropped, and is read from other threads."""

import copy
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from mockserver.core import journal as journal_module
from mockserver.core.journal import Entry, Journal
from signer import Request


def filled(journal, keys, size=1):
    for key in keys:
        entry = Entry(
            number=journal.total + 1,
            connection=1,
            server_ms=0,
            arrived_ns=0,
            request=Request(method="GET", target=b"/"),
        )
        journal.append(entry, key, size)


def numbers(entries):
    return [entry.number for entry in entries]


def test_entries_are_found_by_key_and_by_number():
    journal = Journal(entries=10, size=1000)
    filled(journal, ["a", "b", None, "a"])
    assert numbers(journal.all()) == [1, 2, 3, 4]
    assert numbers(journal.of("a")) == [1, 4]
    assert numbers(journal.of("nobody")) == []
    assert numbers(journal.since(2)) == [3, 4]
    assert numbers(journal.since(4)) == []


def test_the_oldest_go_first_from_the_index_too():
    journal = Journal(entries=3, size=1000)
    filled(journal, ["a", "b", "a", "a", "c"])
    assert numbers(journal.all()) == [3, 4, 5]
    assert numbers(journal.of("a")) == [3, 4]
    assert journal.of("b") == ()
    assert (journal.total, journal.dropped) == (5, 2)
    assert numbers(journal.since(1)) == [3, 4, 5]


def test_large_entries_make_room_for_themselves():
    journal = Journal(entries=100, size=10)
    filled(journal, ["a", "a", "a"], size=6)
    assert numbers(journal.all()) == [3]


def test_one_entry_is_kept_whatever_it_weighs():
    journal = Journal(entries=100, size=10)
    filled(journal, ["a"], size=10**9)
    assert numbers(journal.of("a")) == [1]


def page(target=b"/a?b", headers=((b"Host", b"\xff"), (b"host", b"")), method="POST", body=b"\0"):
    request = Request(method=method, target=target, headers=headers, body=body)
    return Entry(number=1, connection=1, server_ms=0, arrived_ns=0, request=request)


@pytest.mark.parametrize("method", ["POST", "\ud800"])
def test_a_folded_page_is_the_same_page(method):
    plain, folded = page(method=method), page(method=method)
    folded.fold()
    assert bool(folded.folded) == (method == "POST")
    assert repr(folded) == repr(plain)
    folded.fold()
    assert folded == plain
    assert folded.request is folded.request
    assert not folded.folded
    for copied in (copy.deepcopy, copy.copy):
        folded.fold()
        assert copied(folded) == plain
    folded.fold()
    assert replace(folded, number=2) == replace(plain, number=2)
    with pytest.raises(AttributeError, match="requests"):
        _ = folded.requests


def test_who_looks_while_a_page_is_folded_or_unfolded_sees_the_request(monkeypatch):
    entry = page()
    wanted, seen = entry.request, []

    def somebody_looks_during(name):
        work = getattr(journal_module, name)

        def act(value):
            monkeypatch.undo()
            with ThreadPoolExecutor(1) as pool:
                seen.append(pool.submit(lambda: entry.request).result(30))
            return work(value)

        monkeypatch.setattr(journal_module, name, act)

    somebody_looks_during("_FOLDED")
    entry.fold()
    somebody_looks_during("_UNFOLDED")
    seen.append(entry.request)
    assert seen == [wanted] * 3


def test_it_is_read_while_it_is_written():
    journal = Journal(entries=500, size=10**9)
    stop, wrong = threading.Event(), []

    def read():
        while not stop.is_set():
            for entries in (journal.all(), journal.of("a"), journal.since(journal.total - 10)):
                if numbers(entries) != sorted(numbers(entries)):
                    wrong.append(entries)

    reader = threading.Thread(target=read)
    reader.start()
    filled(journal, ["a", "b"] * 3000)
    stop.set()
    reader.join()
    assert wrong == []
