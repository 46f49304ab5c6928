"""An event loop in a thread of its own, and the way across to it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from mockserver.errors import NotRunning

T = TypeVar("T")

_PATIENCE_S = 30.0


def new_event_loop(*, uvloop: bool) -> asyncio.AbstractEventLoop:
    """Return a new event loop, uvloop's where it is wanted and installed."""
    if uvloop:
        try:
            import uvloop as fast
        except ImportError:
            return asyncio.new_event_loop()
        loop: asyncio.AbstractEventLoop = fast.new_event_loop()
        return loop
    return asyncio.new_event_loop()


class Crossing:
    """A way to call into an event loop, from its own thread or from any other."""

    def __init__(self, loop: asyncio.AbstractEventLoop, thread_id: int) -> None:
        self._loop = loop
        self._thread_id = thread_id

    def call(self, function: Callable[[], T]) -> T:
        """Call a function on the loop's thread and return what it returns.

        Raises:
            NotRunning: The loop is closed.
        """
        if threading.get_ident() == self._thread_id:
            return function()
        result: concurrent.futures.Future[T] = concurrent.futures.Future()

        def cross() -> None:
            try:
                result.set_result(function())
            except BaseException as error:
                result.set_exception(error)

        try:
            self._loop.call_soon_threadsafe(cross)
        except RuntimeError:
            raise NotRunning("the exchange is not running any more") from None
        return result.result(_PATIENCE_S)


class LoopThread:
    """A daemon thread that runs an event loop until it is stopped."""

    def __init__(self, *, uvloop: bool, name: str) -> None:
        self._loop = new_event_loop(uvloop=uvloop)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def crossing(self) -> Crossing:
        """The way across to it."""
        return Crossing(self._loop, self._thread.ident or 0)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop and return its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(_PATIENCE_S)

    def stop(self) -> None:
        """Stop the loop and wait for the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE_S)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            _from_afar(self._loop.run_forever)
        finally:
            pending = asyncio.all_tasks(self._loop)
            for task in pending:
                task.cancel()
            if pending:
                self._loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()


def _from_afar(function: Callable[[], None], steps: int = 4) -> None:
    """Call a function from a few calls further down.

    freezegun leaves the real time to whoever has `threading` among his five nearest callers; our clock, read in this
    thread, shall be frozen with everybody else's.
    """
    if steps:
        _from_afar(function, steps - 1)
    else:
        function()
