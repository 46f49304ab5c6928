"""The servers that are compared, each a process of its own: `python -m benchmarks.candidates NAME LOOP`."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
from tempfile import TemporaryDirectory
from typing import Any

from mockserver.loop_thread import new_event_loop

#: The cores that the first of us could choose from, for those whom he starts.
_CORES = "NONCENSE_BENCHMARK_CORES"

BARE = "bare"
ALL = "all"

#: How an exchange is told to run, by the names that candidates have for it.
TOLD: dict[str, dict[str, Any]] = {
    "": {},
    "sqlite": {"store": "sqlite:{folder}/exchange.db"},
    "full": {"store": "sqlite:{folder}/exchange.db?durable=full"},
    "forgetful": {"journal_entries": 1},
    "explained": {"explain": True},
}

_CONSTANT = b'{"order_id":"9007199254740993","client_order_id":null,"status":"open","filled":"0.00000000","trades":[]}'


async def _bare() -> None:
    """Serve a constant from a bare aiohttp application that looks at nothing."""
    from aiohttp import web

    async def constant(request: web.Request) -> web.Response:
        return web.Response(body=_CONSTANT, content_type="application/json")

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", constant)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


async def _exchange(dialect: str, told: dict[str, Any]) -> None:
    from mockserver import MockExchange, Settings, serve
    from mockserver.serving import spare_collector

    def ready(exchange: MockExchange) -> None:
        print(exchange.port, flush=True)

    spare_collector()  # as `noncense serve` does
    with TemporaryDirectory() as folder:
        store = told.get("store", "memory").format(folder=folder)
        await serve(Settings(dialect=dialect, **{**told, "store": store}), ready)


#: Those that are attacked let nobody take his time: seconds for a head, a body, an idle line.
HASTE_S = 2.0


async def _besieged(dialect: str, *, tls: bool) -> None:
    """Serve an exchange, or all of them at one address, to somebody who means ill."""
    from mockserver import DIALECT_NAMES, MockExchanges, Settings
    from mockserver.certificates import Certificates
    from mockserver.serving import open_more_files, spare_collector

    logging.getLogger("asyncio").setLevel(logging.ERROR)  # as `noncense serve` does
    open_more_files()
    if not tls:
        spare_collector()
    certificates = Certificates() if tls else None
    told = [
        Settings(
            dialect=name,
            port=None,
            first_byte_s=HASTE_S,
            head_s=HASTE_S,
            body_s=HASTE_S,
            keep_alive_s=5 * HASTE_S,
            handshake_s=HASTE_S,
            tls=None if certificates is None else certificates.server_context(),
        )
        for name in (DIALECT_NAMES if dialect == ALL else (dialect,))
    ]
    async with MockExchanges(*told) as exchanges:
        print(exchanges.port, flush=True)
        await asyncio.Event().wait()


class Candidate:
    """A running server.

    Args:
        name: `bare`, or a dialect, perhaps told something (`reference/sqlite`, one of `TOLD`); before a dialect or
            `all`, `besieged:` makes it a hasty one that is called by name, and `besieged-tls:` one that speaks TLS
            besides.
        loop: `asyncio` or `uvloop`.

    Attributes:
        port: Where it listens on loopback.
        pid: Its process.
        keeps: Whether it keeps what happens.
    """

    def __init__(self, name: str, loop: str) -> None:
        self.keeps = "store" in TOLD.get(name.partition("/")[2], {})
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", "benchmarks.candidates", name, loop], stdout=subprocess.PIPE, text=True
        )
        if self._process.stdout is None:
            raise RuntimeError("no pipe")
        self.pid = self._process.pid
        self.port = int(self._process.stdout.readline())

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def pin(core: int) -> None:
    """Stay on one core, where the system lets a process choose and there are two.

    Whoever started us may have pinned himself, and what he chose from is written down for us.
    """
    if not hasattr(os, "sched_setaffinity"):
        return
    cores = [int(name) for name in os.environ.get(_CORES, "").split()] or sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.environ[_CORES] = " ".join(map(str, cores))
        os.sched_setaffinity(0, {cores[core]})


if __name__ == "__main__":
    _, chosen, wanted_loop = sys.argv
    pin(0)
    with asyncio.Runner(loop_factory=lambda: new_event_loop(uvloop=wanted_loop == "uvloop")) as runner_:
        siege, besieged, place = chosen.partition(":")
        if besieged:
            runner_.run(_besieged(place, tls=siege == "besieged-tls"))
        else:
            dialect_, _, way = chosen.partition("/")
            runner_.run(_bare() if chosen == BARE else _exchange(dialect_, TOLD[way]))
