"""SQLite as the durable store: one database, one process; batches lie in an intake before they are put away in it."""

from __future__ import annotations

import heapq
import json
import logging
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from mockserver.core.log import NonceChange, NonceStep
from mockserver.core.nonces import UsedNonces
from mockserver.errors import StoreError
from mockserver.stores.batches import StoredBatch, unpacked_rows
from mockserver.stores.files import make_private
from mockserver.stores.intake import ROUND_BYTES, Intake
from mockserver.stores.rising import Rising
from mockserver.stores.store import ActionRecord, RequestRecord, RequestRow

_log = logging.getLogger("mockserver")

#: `noncense` in the head of the file, and the version of the tables below and of what lies in them.
_APPLICATION_ID: Final = 0x6E6F6E63
_VERSION: Final = 3

_TABLES: Final = """
create table settings (name text primary key, value text not null) without rowid;
create table intake (round_name blob not null);
create table batches (
    batch integer primary key, last_seq integer not null, changed integer not null, requests blob not null
);
create table actions (seq integer primary key, name text not null, arguments text not null, outcome text not null);
create table last_nonces (key text primary key, nonce text not null) without rowid;
create table recent_nonces (key text, nonce text, primary key (key, nonce)) without rowid;
create table used_nonces (key text, nonce text, primary key (key, nonce)) without rowid;
"""

_KEEP_BATCH: Final = "insert into batches (last_seq, changed, requests) values (?, ?, ?)"
_KEEP_ACTION: Final = "insert into actions values (?, ?, ?, ?)"

#: Looking and keeping in one statement: what `Rising` thinks is not believed without it. Nonces have any number of
#: digits and no zeros before them: the longer one is greater, and of two that are as long the one that is greater as
#: text.
_ADVANCE: Final = """
insert into last_nonces values (?1, ?2) on conflict (key) do update set nonce = excluded.nonce
where length(excluded.nonce) > length(nonce) or (length(excluded.nonce) = length(nonce) and excluded.nonce > nonce)
"""
#: The same for many keys at once, each of which has one: an object of JSON, key to nonce.
_ADVANCE_ALL: Final = _ADVANCE.replace("values (?1, ?2)", "select key, value from json_each(?1) where true")
_PRESET: Final = "insert or replace into last_nonces values (?, ?)"
_USE_RECENT: Final = "insert or ignore into recent_nonces values (?, ?)"
_USE: Final = "insert or ignore into used_nonces values (?, ?)"

#: Batches that are thrown away in time, so that they are found without a look at all others.
_PASSING: Final = "create index if not exists passing_batches on batches (last_seq) where not changed"

#: Pages that may wait in the write-ahead log before somebody who commits moves them into the database, which takes its
#: time. Who commits in a loop does it while nobody waits, and so only after a long rush without a pause.
_LARGEST_BACKLOG: Final = 2_000
_LARGEST_BACKLOG_IN_THE_LOOP: Final = 8_000

#: So many requests come in before those are thrown away that nobody needs any more.
_SWEEP_EVERY: Final = 2_000

#: So many bytes may lie in the intake before somebody who commits puts them away. In a rush that is a second's worth.
_LARGEST_INTAKE: Final = 8 * 1024 * 1024


class SqliteStore:
    """A store in a file of SQLite's, which belongs to this process alone for as long as it is open.

    What was kept lies in an intake beside it first (`FILE-intake`). It is put away in the tables while nobody waits for
    anything, or when so much has come together that somebody has to wait; before anything is read; when the store is
    closed; and, where a process was killed, when it is opened again. Where every batch has to be on the disk there is
    no intake: the disk is what everybody waits for.

    Args:
        path: The file; made where there is none, for its owner alone, since it holds secrets.
        settings: What the file has to have been written under: name to value.
        full: Whether a batch is on the disk when `keep` returns. Otherwise it is with the operating system: a killed
            process loses nothing, a power cut the last moments, and neither leaves half a batch.

    Raises:
        StoreError: The file is none of ours, of another version, written under other settings, or held by somebody.
    """

    def __init__(self, path: Path, settings: Mapping[str, str], *, full: bool = False) -> None:
        try:
            self._path = path = path.resolve()  # or the way to it may lead elsewhere tomorrow
        except (OSError, RuntimeError) as error:
            raise StoreError(f"{path}: {error}") from None
        self._next_sweep = _SWEEP_EVERY
        self._intake: Intake | None = None
        self._overdue = False
        self._intake_path = path.with_name(f"{path.name}-intake")
        self._refuse_leftovers()
        make_private(path)
        try:
            self._connection = sqlite3.connect(path, timeout=0.2, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise StoreError(f"{path}: {_explained(error)}") from None
        try:
            self._open(settings, full=full)
            self._take_in(full=full)
            self._rising = Rising(dict(self._connection.execute("select key, nonce from last_nonces")))
        except sqlite3.Error as error:
            self.close()
            raise StoreError(f"{path}: {_explained(error)}") from None
        except BaseException:
            self.close()
            raise

    def _refuse_leftovers(self) -> None:
        """Where the file is missing, touch nothing of what was kept beside it."""
        if _size_of(self._path):
            return
        for left in (self._intake_path, self._path.with_name(f"{self._path.name}-wal")):
            if _size_of(left):
                raise StoreError(f"{self._path} is missing, but {left.name} is not: put it back, or delete that too")

    def _open(self, settings: Mapping[str, str], *, full: bool) -> None:
        execute = self._connection.execute
        execute("pragma locking_mode = exclusive")
        (application,) = execute("pragma application_id").fetchone()
        (version,) = execute("pragma user_version").fetchone()
        (tables,) = execute("select count(*) from sqlite_master").fetchone()
        new = not tables and not application and not version
        if not new and application != _APPLICATION_ID:
            raise StoreError(f"{self._path} is a database of something else")
        if not new and version != _VERSION:
            raise StoreError(f"{self._path} is of version {version}; this noncense reads version {_VERSION}")
        if new:
            execute("pragma page_size = 8192")
        execute("pragma journal_mode = wal")
        execute("pragma synchronous = full")  # what was put away is written over in the intake, so it has to be safe
        execute(f"pragma wal_autocheckpoint = {_LARGEST_BACKLOG if full else _LARGEST_BACKLOG_IN_THE_LOOP}")
        execute("begin exclusive")
        if new:
            for statement in filter(None, map(str.strip, _TABLES.split(";"))):
                execute(statement)
            execute(f"pragma application_id = {_APPLICATION_ID}")
            execute(f"pragma user_version = {_VERSION}")
            self._connection.executemany("insert into settings values (?, ?)", settings.items())
            execute("insert into intake values (randomblob(?))", (ROUND_BYTES,))
        else:
            self._compare(dict(execute("select name, value from settings").fetchall()), settings)
        execute(_PASSING)
        execute("commit")

    def _compare(self, written: Mapping[str, str], wanted: Mapping[str, str]) -> None:
        for name in {**written, **wanted}:
            then, now = written.get(name, ""), wanted.get(name, "")
            if then != now:
                raise StoreError(f"{self._path} was written with {name} {then or 'unset'}, not {now or 'unset'}")

    def _take_in(self, *, full: bool) -> None:
        """Put away what a process before this one left in its intake, and begin a new round in it."""
        intake = Intake(self._intake_path, self._round_name())
        try:
            self._put_away_intake(intake)
        except BaseException:
            intake.close()
            raise
        if full:
            intake.close()
        else:
            self._intake = intake

    def _round_name(self) -> bytes:
        (name,) = self._connection.execute("select round_name from intake").fetchone()
        return bytes(name)

    def keep(
        self,
        requests: Sequence[RequestRow],
        actions: Sequence[ActionRecord],
        nonces: Sequence[NonceChange],
        *,
        pages_from: int,
    ) -> None:
        """Keep all of this or none, as `Store.keep` says."""
        newest = self._rising.after(nonces)
        if newest is None:
            raise self._not_rising()
        batch = StoredBatch.of(requests, actions, nonces, pages_from)
        intake = self._intake
        if intake is None:
            self._put_away([batch])
        else:
            if self._overdue or intake.size >= _LARGEST_INTAKE:
                self._put_away_intake(intake)
            intake.write(batch.packed())
        self._rising.settle(newest)

    def _put_away_intake(self, intake: Intake) -> None:
        """Put away all that lies there. Where that fails, it is tried again before anything else is kept."""
        self._overdue = True
        batches = map(StoredBatch.unpacked, intake.payloads())
        intake.begin(self._put_away(batches, round_name=intake.round_name))
        self._overdue = False

    def _put_away(self, batches: Iterable[StoredBatch], *, round_name: bytes | None = None) -> bytes:
        """Write batches into the tables, all of them or none.

        Args:
            batches: Oldest first.
            round_name: Of the round of the intake that they lay in. The tables name the current one: of any other they
                have everything.

        Returns:
            The name of the round that is the current one now: the next one, if they lay in a round.
        """
        connection = self._connection
        try:
            connection.execute("begin immediate")
            if round_name in (None, self._round_name()):
                self._write(list(batches))
            if round_name is not None:
                connection.execute("update intake set round_name = randomblob(?)", (ROUND_BYTES,))
            current = self._round_name()
            connection.execute("commit")
            return current
        except (sqlite3.Error, UnicodeError) as error:
            self._roll_back()
            raise StoreError(f"{self._path}: {_explained(error)}") from None
        except BaseException:
            self._roll_back()
            raise

    def _write(self, batches: Sequence[StoredBatch]) -> None:
        many = self._connection.executemany
        many(_KEEP_BATCH, [batch[:3] for batch in batches if batch.requests])
        many(_KEEP_ACTION, chain.from_iterable(batch.actions for batch in batches))
        nonces = chain.from_iterable(batch.nonces for batch in batches)
        for (step, tolerance), changes in groupby(nonces, itemgetter(0, 3)):
            self._keep_nonces(step, tolerance, [(key, nonce) for _, key, nonce, _ in changes])
        self._sweep(max((batch.pages_from for batch in batches), default=0))

    def _put_away_waiting(self) -> None:
        if self._intake is not None and self._intake.size:
            self._put_away_intake(self._intake)

    def _not_rising(self) -> StoreError:
        return StoreError(f"{self._path}: a nonce was accepted that is not greater than the last one kept here")

    def rest(self) -> None:
        """Put what was kept to where it stays, as `Store.rest` says."""
        self._put_away_waiting()
        try:
            self._connection.execute("pragma wal_checkpoint(passive)").fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {_explained(error)}") from None

    def _roll_back(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("rollback")
        except sqlite3.Error:
            pass  # nothing was kept, and the next attempt will say so too

    def _keep_nonces(self, step: NonceStep, tolerance: int, changes: list[tuple[str, str]]) -> None:
        many = self._connection.executemany
        if step is NonceStep.ADVANCE and not tolerance:
            self._advance(changes)
        elif step is NonceStep.ADVANCE:
            many(_ADVANCE, changes)
            many(_USE_RECENT, changes)
            self._drop_old(tolerance, {key for key, _ in changes})
        elif step is NonceStep.USE:
            many(_USE, changes)
        else:
            names = [(key,) for key, _ in changes]
            many("delete from recent_nonces where key = ?", names)
            if step is NonceStep.PRESET:
                settled = tuple(dict(changes).items())  # of several for one key in a row, the last one holds
                many(_PRESET, settled)
                many(_USE_RECENT, settled)
            else:
                many("delete from last_nonces where key = ?", names)
                many("delete from used_nonces where key = ?", names)

    def _advance(self, changes: list[tuple[str, str]]) -> None:
        """Keep the newest of nonces that have to rise, each of which has to be greater than the one in the file."""
        newest = dict(changes)
        if any("\0" in key for key in newest):  # JSON of SQLite's ends a name there
            advanced = self._connection.executemany(_ADVANCE, newest.items()).rowcount
        else:  # unescaped, or half a character would be taken
            advanced = self._connection.execute(_ADVANCE_ALL, (json.dumps(newest, ensure_ascii=False),)).rowcount
        if advanced != len(newest):
            raise self._not_rising()

    def _drop_old(self, tolerance: int, keys: Iterable[str]) -> None:
        """Drop the nonces that lie so far below the last one that nobody can use them again."""
        execute = self._connection.execute
        for key in keys:
            (last,) = execute("select nonce from last_nonces where key = ?", (key,)).fetchone()
            nonces = execute("select nonce from recent_nonces where key = ?", (key,)).fetchall()
            old = [(key, nonce) for (nonce,) in nonces if int(nonce) <= int(last) - tolerance]
            self._connection.executemany("delete from recent_nonces where key = ? and nonce = ?", old)

    def _sweep(self, pages_from: int) -> None:
        """Throw away the pages of the journal that nobody needs any more."""
        if pages_from < self._next_sweep:
            return
        self._connection.execute("delete from batches where last_seq < ? and not changed", (pages_from,))
        self._next_sweep = pages_from + _SWEEP_EVERY

    def history(self) -> Iterator[RequestRecord | ActionRecord]:
        """Yield what has to be done again, in order, as `Store.history` says."""
        actions = map(ActionRecord._make, self._rows("select * from actions order by seq"))
        return heapq.merge(self._changes(), actions, key=lambda record: record[0])

    def _changes(self) -> Iterator[RequestRecord]:
        last_seq = 0
        for (requests,) in self._rows("select requests from batches where changed order by batch"):
            for record in unpacked_rows(requests):
                if record.changed and record.seq > last_seq:  # else it was kept a second time
                    last_seq = record.seq
                    yield record

    def pages(self, limit: int) -> Sequence[RequestRecord]:
        """Return the newest requests by their number, oldest first."""
        newest: dict[int, RequestRecord] = {}
        for (requests,) in self._rows("select requests from batches order by batch desc"):
            for record in reversed(unpacked_rows(requests)):
                newest.setdefault(record.seq, record)
            if len(newest) >= limit:
                break
        return sorted(newest.values(), key=lambda record: record.number)[-limit:]

    def nonces(self) -> UsedNonces:
        """Return what is known of every key's nonces."""
        recent: dict[str, set[int]] = defaultdict(set)
        used: dict[str, set[str]] = defaultdict(set)
        for key, nonce in self._rows("select key, nonce from recent_nonces"):
            recent[key].add(int(nonce))
        for key, nonce in self._rows("select key, nonce from used_nonces"):
            used[key].add(nonce)
        last = {key: int(nonce) for key, nonce in self._rows("select key, nonce from last_nonces")}
        return UsedNonces(last=last, recent=recent, used=used)

    def last_seq(self) -> int:
        """Return the place of the newest record; 0 where there is none."""
        places = self._rows("select max(last_seq) from batches union all select max(seq) from actions")
        return max(seq or 0 for (seq,) in places)

    def _rows(self, statement: str) -> Iterator[tuple[Any, ...]]:
        self._put_away_waiting()
        try:
            yield from self._connection.execute(statement)
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: {_explained(error)}") from None

    def close(self) -> None:
        """Let go of the file; what was kept stays kept."""
        intake, self._intake = self._intake, None
        try:
            if intake is not None:
                self._leave(intake)
        finally:
            self._connection.close()

    def _leave(self, intake: Intake) -> None:
        """Put away what lies in the intake, if that can be done, and let go of it while the file is still ours."""
        try:
            if intake.size:
                self._put_away_intake(intake)
        except StoreError as error:
            _log.error("what lies in %s will be put away by who opens the file next: %s", intake.path, error)
        finally:
            intake.close()


def _size_of(path: Path) -> int:
    """Return how many bytes a file has; 0 where there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _explained(error: sqlite3.Error | UnicodeError) -> str:
    """Return what SQLite says, and where it says little, what it means."""
    said = str(error)
    if said in ("database is locked", "database table is locked"):
        return "another process has it open"
    if "not a database" in said:
        return "the file is no SQLite database"
    return said
