"""Listening sockets and the lines that come in on them: all that aiohttp's low-level server is asked for."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from mockserver.core.faults import FaultPlan
from mockserver.tls import STALLED, Tls
from mockserver.wire.crowd import Crowd
from mockserver.wire.door import BACKLOG, Door
from mockserver.wire.limits import Limits
from mockserver.wire.line import Complain, Line, Spoken
from mockserver.wire.shortcut import TakeAtOnce, never

if TYPE_CHECKING:
    import ssl

    from mockserver.wire.outbox import Outbox

#: How long handlers may take to see that everything ends.
_PARTING_S = 0.2

#: So many connections are kept that are never answered.
_MOST_MUTES = 64

#: So many turns of the loop are given to connections without a handler, and to those that come in just then, to end.
_TURNS = 5

#: How long a client may take to say goodbye under TLS.
_GOODBYE_S = 1.0


#: So many are taken in one turn of the loop, so that in each turn some can be let go before more open files are needed.
_A_TURN = 16


class Switchboard:
    """Takes connections on any number of sockets of one event loop.

    Args:
        serve: Serves one request, and writes the answer to the line itself.
        complain: Finds the answer to bytes that are no HTTP request.
        at_once: Takes one request that is whole, if it can be served without awaiting anything.
        limits: What a connection may ask for.
        outbox: Where waits what may not leave yet; None where everything may.
        faults: Where harm to connections is planned, if anywhere.
    """

    def __init__(
        self,
        serve: Callable[[web.BaseRequest], Awaitable[Spoken]],
        complain: Complain,
        *,
        at_once: TakeAtOnce = never,
        limits: Limits,
        outbox: Outbox | None = None,
        faults: FaultPlan | None = None,
    ) -> None:
        self._serve = serve
        self._complain = complain
        self._at_once = at_once
        self._limits = limits
        self._faults = faults or FaultPlan()
        self._outbox = outbox
        self._numbers = itertools.count(1)
        self._lines = Crowd(limits.connections)
        self._mutes = _Mutes()
        self._listeners: list[asyncio.Server] = []
        self._doors: list[Door] = []
        self._manager: web.Server | None = None

    async def listen(self, host: str, port: int, tls: Tls | None = None) -> int:
        """Listen on one more socket of the running loop.

        Args:
            host: The address.
            port: The port; 0 for any free one.
            tls: What is known of TLS there, if anything.

        Returns:
            The port.

        Raises:
            OSError: The address cannot be had.
        """
        loop = asyncio.get_running_loop()
        if tls is STALLED:
            listener = await loop.create_server(lambda: _Mute(self._mutes), host, port, backlog=_A_TURN)
        else:
            listener = await self._take_calls(loop, host, port, tls)
        self._listeners.append(listener)
        for listening in listener.sockets:
            # The loop takes its backlog for both numbers; the system is told the larger one afterwards.
            with listening.dup() as same:
                same.listen(BACKLOG)
        return int(listener.sockets[0].getsockname()[1])

    async def _take_calls(
        self, loop: asyncio.AbstractEventLoop, host: str, port: int, tls: ssl.SSLContext | None
    ) -> asyncio.Server:
        limits = self._limits
        manager = self._manager = self._manager or web.Server(self._serve)  # type: ignore[arg-type]  # see Spoken

        def take() -> Line:
            return Line(
                next(self._numbers),
                self._complain,
                self._at_once,
                self._lines,
                limits,
                self._outbox,
                manager,
                loop=loop,
                access_log=None,
                auto_decompress=False,
                keepalive_timeout=limits.keep_alive_s,
                lingering_time=2.0,
                max_line_size=limits.line_bytes,
                max_field_size=limits.line_bytes,
                max_headers=limits.head_lines,
            )

        options: dict[str, Any] = {}
        if tls is not None:
            options = {
                "ssl": tls,
                "ssl_handshake_timeout": limits.handshake_s,
                "ssl_shutdown_timeout": _GOODBYE_S,
            }
        server = await loop.create_server(take, host, port, backlog=_A_TURN, **options)
        self._doors.append(Door(self._faults, take, options, server, turn=_A_TURN))
        return server

    async def close(self) -> None:
        """Stop listening and cut every line."""
        for listener in self._listeners:
            listener.close()
        self._listeners.clear()
        for door in self._doors:
            door.close()
        self._doors.clear()
        self._lines.close()
        self._mutes.close()
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        if self._manager is not None:
            await self._manager.shutdown(_PARTING_S)


class _Mutes:
    """Connections that are taken and never answered, until the client or the server goes, or too many come after."""

    def __init__(self) -> None:
        self._transports: dict[asyncio.BaseTransport, None] = {}
        self._closed = False

    def add(self, transport: asyncio.BaseTransport) -> None:
        """Keep one, if need be in the place of the oldest."""
        if self._closed:
            transport.close()
            return
        if len(self._transports) >= _MOST_MUTES:
            oldest = next(iter(self._transports))
            del self._transports[oldest]
            oldest.close()
        self._transports[transport] = None

    def discard(self, transport: asyncio.BaseTransport) -> None:
        """Let one go."""
        self._transports.pop(transport, None)

    def close(self) -> None:
        """Let all of them go, and keep no more."""
        self._closed = True
        for transport in self._transports:
            transport.close()


class _Mute(asyncio.Protocol):
    """One of them."""

    def __init__(self, mutes: _Mutes) -> None:
        self._mutes = mutes
        self._transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note."""
        self._transport = transport
        self._mutes.add(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget it."""
        if self._transport is not None:
            self._mutes.discard(self._transport)
