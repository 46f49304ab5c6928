"""Exchanges by themselves, until they are told to stop: what `noncense serve` runs."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from mockserver.loop_thread import new_event_loop
from mockserver.mock_exchange import MockExchange
from mockserver.mock_exchanges import MockExchanges
from mockserver.settings import Settings

Served = TypeVar("Served", MockExchange, MockExchanges)

#: Open files beyond which nobody needs more.
_ENOUGH_FILES = 16_384


async def serve(
    settings: Settings,
    on_ready: Callable[[MockExchange], None] | None = None,
    *,
    stop: asyncio.Event | None = None,
) -> None:
    """Serve an exchange in the running loop until it is stopped or cancelled.

    Args:
        settings: What it is told.
        on_ready: Called once it listens.
        stop: Set by somebody to end it; None to serve until cancelled.

    Raises:
        OSError: The address cannot be had.
    """
    await _serve(MockExchange(settings=settings), on_ready, stop or asyncio.Event())


async def _serve(served: Served, on_ready: Callable[[Served], None] | None, stop: asyncio.Event) -> None:
    async with served:
        if on_ready is not None:
            on_ready(served)
        await stop.wait()


def spare_collector() -> None:
    """Have the garbage collector look less often, in a process that does nothing but serve.

    What a request leaves behind stays in the journal for a while and holds no cycles, so looking through it again and
    again finds nothing and costs a tenth of the time. Under TLS that is not so: each handshake that failed leaves a
    cycle in asyncio that holds a quarter of a mebibyte.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def open_more_files() -> None:
    """Let this process have as many open files as it may, up to what is enough: a connection is one."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _ENOUGH_FILES if hard == resource.RLIM_INFINITY else min(_ENOUGH_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(ValueError, OSError):  # macOS says that there is no limit, and has one
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def run(settings: Settings, on_ready: Callable[[MockExchange], None] | None = None) -> None:
    """Serve an exchange on the main thread until SIGINT or SIGTERM; a second one ends it at once.

    Raises:
        OSError: The address cannot be had.
    """
    open_more_files()
    _run(MockExchange(settings=settings), on_ready, uvloop=settings.uvloop, tls=settings.tls is not None)


def run_several(
    settings: Sequence[Settings], *, port: int = 0, on_ready: Callable[[MockExchanges], None] | None = None
) -> None:
    """Serve several exchanges, as `run` serves one.

    Args:
        settings: What each is told.
        port: The port that all share.
        on_ready: Called once all of them listen.

    Raises:
        OSError: An address cannot be had.
    """
    open_more_files()
    exchanges = MockExchanges(*settings, port=port)
    uvloop = all(each.uvloop for each in settings)
    _run(exchanges, on_ready, uvloop=uvloop, tls=any(each.tls is not None for each in settings))


def _run(served: Served, on_ready: Callable[[Served], None] | None, *, uvloop: bool, tls: bool) -> None:
    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()

        def end(number: int) -> None:
            stop.set()
            loop.remove_signal_handler(number)

        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):  # no such handlers on Windows
                loop.add_signal_handler(number, end, number)
        await _serve(served, on_ready, stop)

    if not tls:
        spare_collector()
    # That somebody hung up before his answer came is no news to whoever runs a server.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    with (
        asyncio.Runner(loop_factory=lambda: new_event_loop(uvloop=uvloop)) as runner,
        suppress(KeyboardInterrupt),
    ):
        runner.run(main())
