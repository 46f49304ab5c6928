"""The outbox: nothing leaves before what it tells of would survive a crash.

What is said while something is not kept yet waits here, on whatever line and in whatever way it is said: an answer, a
hint, a connection cut. Everything that happened in one sitting is kept by one commit at its end, and whatever else
happened in one turn of the loop at the beginning of the next; then all that waited goes out in its order. So a batch is
as large as the load makes it, and nobody waits for a clock.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from mockserver.core.log import Batch
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.visit import Visit
from mockserver.errors import StoreError
from mockserver.stores import open_store, restore, syncs_each_batch
from mockserver.stores.records import row_of
from mockserver.stores.store import ActionRecord, RequestRow, Store
from mockserver.wire.line import Leaving, let_go
from mockserver.wire.writing import write_answer

if TYPE_CHECKING:
    from mockserver.core.exchange import Exchange
    from mockserver.core.log import Log
    from mockserver.wire.line import Line

T = TypeVar("T")

_log = logging.getLogger("mockserver")

#: What is said to everybody while nothing can be kept.
UNABLE = Refused(refusal=Refusal.UNAVAILABLE, detail="What happens here cannot be kept at present.")

#: After how long it is tried again.
_AGAIN_S = 0.5

#: After so long without a commit, and so many commits, the store is given the time to put things in order.
_REST_AFTER_S = 0.25
_REST_AFTER = 64


@dataclass(slots=True)
class _Commit:
    """A commit under way in the other thread, and what waits for it."""

    batch: Batch
    leaving: Sequence[Leaving]
    kept: Future[None]


class Outbox:
    """Keeps batches in a store, and lets go what waits for them.

    Where a commit fails, its requests get no answer but UNAVAILABLE. What they did stands, in the memory and in a
    backlog; until the backlog is kept nothing else is judged, so that nobody hears of it either.

    Args:
        exchange: Whose log is kept; it has one.
        store: Where.
        in_thread: Whether commits take so long that they are made in a thread.
    """

    def __init__(self, exchange: Exchange, log: Log, store: Store, *, in_thread: bool) -> None:
        self._exchange = exchange
        self._log = log
        self._store = store
        self._seq = store.last_seq()
        self._leaving: list[Leaving] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._called = False
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="noncense-store") if in_thread else None
        self._commit: _Commit | None = None
        self._again: asyncio.TimerHandle | None = None
        self._resting: asyncio.TimerHandle | None = None
        self._kept_at_s = 0.0
        self._commits = 0
        log.wake = self._wake

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Commit in this loop's rhythm from now on."""
        self._loop = loop
        if not self._log.empty:
            self._wake()

    @property
    def holds_back(self) -> bool:
        """Whether what is said now has to wait. While nothing can be kept, nothing is said that would have to."""
        if self._exchange.unable is not None:
            return False
        return not self._log.empty or self._commit is not None or bool(self._leaving)

    def put(self, line: Line, data: bytes | None, visit: Visit | None = None) -> None:
        """Have bytes wait, or the end of a line.

        Args:
            line: By which they leave.
            data: The bytes; b"" to hang up, None to cut.
            visit: Whose answer they are, if they are one, so that another can be given.
        """
        self._leaving.append((line, data, visit))
        line.withheld += 1
        self._wake()

    def leave(self, letters: Iterable[Leaving]) -> None:
        """Commit what has happened, and let go what waits for it: these, too, which their lines count already."""
        self._leaving += letters
        self._turn()

    def _wake(self) -> None:
        if not self._called and self._loop is not None:
            self._called = True
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        """Commit what has happened since the last commit."""
        self._called = False
        if self._commit is not None or self._exchange.unable is not None:
            return  # the end of that commit, or the next attempt, goes on from here
        if self._log.empty and not self._leaving:
            return  # somebody did not wait for the next turn
        batch, leaving = self._log.take(), self._leaving
        self._leaving = []
        if self._pool is not None and self._loop is not None and (batch.deeds or batch.nonces):
            kept = self._pool.submit(self._store_batch, *self._recorded(batch))
            commit = self._commit = _Commit(batch, leaving, kept)
            loop = self._loop
            kept.add_done_callback(lambda _: loop.call_soon_threadsafe(self._finish, commit))
            return
        try:
            self._keep(batch)
        except StoreError as error:
            self._fail(batch, leaving, error)
        else:
            let_go(leaving)

    def _finish(self, commit: _Commit) -> None:
        """Let go what waited for a commit of the other thread, and begin the next one."""
        if self._commit is not commit:
            return  # somebody could not wait, and has done this already
        self._commit = None
        error = commit.kept.exception()
        if isinstance(error, StoreError):
            self._fail(commit.batch, commit.leaving, error)
            return
        if error is not None:
            raise error
        let_go(commit.leaving)
        if not self._log.empty or self._leaving:
            self._wake()

    def commit(self) -> None:
        """Commit at once, for somebody who shall not go on before.

        Raises:
            StoreError: It could not be kept. It is in the backlog.
        """
        if self._commit is not None:
            commit = self._commit
            commit.kept.exception()
            self._finish(commit)
        batch, leaving = self._log.take(), self._leaving
        self._leaving = []
        try:
            self._keep(batch)
        except StoreError as error:
            self._fail(batch, leaving, error)
            raise
        self._exchange.unable = None
        let_go(leaving)

    def kept(self, act: Callable[[], T]) -> T:
        """Do something, and return when what came of it is kept, even where it failed.

        Raises:
            StoreError: It could not be kept; or it was not even done, because what came before it could not.
        """
        if self._exchange.unable is not None:
            self.commit()
        try:
            return act()
        finally:
            if not self._log.empty:
                self.commit()

    def close(self) -> None:
        """Commit what is left, as far as that is possible, and let go of the store."""
        try:
            self.commit()
        except StoreError as error:
            _log.error("the last moments could not be kept: %s", error)
        finally:
            self._loop = None
            if self._resting is not None:
                self._resting.cancel()
            if self._pool is not None:
                self._pool.shutdown()
            self._store.close()

    def _keep(self, batch: Batch) -> None:
        if batch.deeds or batch.nonces:
            self._store_batch(*self._recorded(batch))
            self._commits += 1
            if self._pool is None and self._loop is not None:
                self._kept_at_s = self._loop.time()
                if self._resting is None and self._commits >= _REST_AFTER:
                    self._resting = self._loop.call_later(_REST_AFTER_S, self._rest)

    def _rest(self) -> None:
        """Let the store put things in order, if nothing has happened for a while."""
        self._resting = None
        if self._loop is None:
            return
        quiet_s = self._loop.time() - self._kept_at_s
        if quiet_s < _REST_AFTER_S:
            self._resting = self._loop.call_later(_REST_AFTER_S - quiet_s, self._rest)
            return
        self._commits = 0
        with suppress(StoreError):  # what was kept is safe without it, and who commits next hears of what is wrong
            self._store.rest()

    def _store_batch(
        self, requests: list[RequestRow], actions: list[ActionRecord], batch: Batch, pages_from: int
    ) -> None:
        try:
            self._store.keep(requests, actions, batch.nonces, pages_from=pages_from)
        except StoreError:
            raise
        except Exception as error:  # whatever went wrong there, nothing was kept, and it is not to be forgotten
            raise StoreError(f"the store is at fault: {type(error).__name__}: {error}") from error

    def _recorded(self, batch: Batch) -> tuple[list[RequestRow], list[ActionRecord], Batch, int]:
        requests: list[RequestRow] = []
        actions: list[ActionRecord] = []
        for deed in batch.deeds:
            if isinstance(deed, Visit):
                if not deed.seq:
                    self._seq += 1
                    deed.seq = self._seq
                requests.append(row_of(deed))
            else:
                self._seq += 1
                actions.append(ActionRecord(self._seq, deed.name, json.dumps(deed.arguments), deed.outcome))
        journal = self._exchange.journal
        return requests, actions, batch, self._seq - (journal.total - journal.dropped)

    def _fail(self, batch: Batch, leaving: Sequence[Leaving], error: StoreError) -> None:
        """Say to everybody who waits that nothing can be said, and try again after a while."""
        if self._exchange.unable is None:
            _log.error("nothing is answered until what happens can be kept: %s", error)
        self._exchange.unable = UNABLE
        self._log.give_back(batch)
        later, self._leaving = self._leaving, []
        for line, data, visit in (*leaving, *later):
            line.withheld -= 1
            if data is not None:
                if visit is not None:
                    line.let_out(self._instead(visit))
                line.let_out(b"")
            else:
                line.let_out(None)
            line.wake()
        if self._loop is not None and self._again is None:
            self._again = self._loop.call_later(_AGAIN_S, self._try_again)

    def _instead(self, visit: Visit) -> bytes:
        answer = self._exchange.refuse(visit, UNABLE)
        bodiless = visit.request.method == "HEAD"
        return write_answer(answer, visit.now_ms, keep_alive=False, old=False, bodiless=bodiless)

    def _try_again(self) -> None:
        self._again = None
        if self._loop is None or self._exchange.unable is None:
            return
        with suppress(StoreError):  # and once more, after a while
            self.commit()


def open_outbox(exchange: Exchange) -> Outbox | None:
    """Open the store that an exchange's settings name, and let the exchange become what it was; None for the memory.

    Raises:
        SettingsError: A key of the settings exists with another secret.
        StoreError: The store cannot be used, or was not written by an exchange like this one.
    """
    log, where = exchange.log, exchange.settings.store
    store = open_store(exchange.settings)
    if log is None or store is None:
        return None
    try:
        restore(exchange, store)
        outbox = Outbox(exchange, log, store, in_thread=syncs_each_batch(where))
        outbox.kept(lambda: exchange.hand_out(exchange.settings.credentials))
    except BaseException:
        store.close()
        raise
    return outbox
