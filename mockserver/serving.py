"""The exchange by itself, until it is told to stop: what `noncense serve` runs."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable
from contextlib import suppress

from mockserver.loop_thread import new_event_loop
from mockserver.mock_exchange import MockExchange
from mockserver.settings import Settings


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
    async with MockExchange(settings=settings) as exchange:
        if on_ready is not None:
            on_ready(exchange)
        await (stop or asyncio.Event()).wait()


def spare_collector() -> None:
    """Have the garbage collector look less often, in a process that does nothing but serve.

    What a request leaves behind stays in the journal for a while and holds no cycles, so looking through it again and
    again finds nothing and costs a tenth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def run(settings: Settings, on_ready: Callable[[MockExchange], None] | None = None) -> None:
    """Serve an exchange on the main thread until SIGINT or SIGTERM.

    Raises:
        OSError: The address cannot be had.
    """

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):  # no such handlers on Windows
                loop.add_signal_handler(number, stop.set)
        await serve(settings, on_ready, stop=stop)

    spare_collector()
    with (
        asyncio.Runner(loop_factory=lambda: new_event_loop(uvloop=settings.uvloop)) as runner,
        suppress(KeyboardInterrupt),
    ):
        runner.run(main())
