"""The door: one address at which connections are taken, and the harm that is planned for them there.

While no such harm is planned, the event loop's own server takes connections and nothing here costs anything. While some
is, that server is closed (a second handle on its socket sees to it that nobody is turned away), and each connection is
looked at before it is handed on.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from mockserver.core.faults import FaultKind, FaultPlan, PlannedFault
from mockserver.wire.striking import rubbish

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Server

_log = logging.getLogger("mockserver")

#: Connections that wait to be taken.
BACKLOG = 512

#: How long we wait after the system refused us a connection.
_BREATH_S = 0.05

#: How many connections may be kept unread; beyond them the oldest goes.
_MOST_KEPT = 256

#: How long a connection that is closed in good order may take to agree.
_PARTING_S = 1.0

_NO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Door:
    """Takes connections at one address.

    Args:
        plan: Where harm is planned.
        take: Makes the protocol of a connection.
        options: What the loop is told of each connection: `ssl` and its limits.
    """

    def __init__(
        self, plan: FaultPlan, take: Callable[[], asyncio.BaseProtocol], options: Mapping[str, Any] | None = None
    ) -> None:
        self._plan = plan
        self._take = take
        self._options = dict(options or {})
        self._servers: list[Server] = []
        self._sockets: list[socket.socket] = []
        self._guard: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._kept: dict[socket.socket, None] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop_watching: Callable[[], None] | None = None
        self._closed = False

    async def open(self, host: str, port: int) -> int:
        """Listen in the running loop; return the port.

        Raises:
            OSError: The address cannot be had.
        """
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._take, host, port, backlog=BACKLOG, **self._options)
        self._servers = [server]
        self._stop_watching = self._plan.watch_door(self._look)
        port = int(server.sockets[0].getsockname()[1])
        self._look()
        return port

    def close(self) -> None:
        """Listen no more, and let go of whatever is kept here."""
        self._closed = True
        if self._stop_watching is not None:
            self._stop_watching()
        self._dismiss()
        if self._guard is not None:
            self._guard.cancel()
        for task in tuple(self._tasks):
            task.cancel()
        for held in (*self._sockets, *self._kept):
            held.close()
        self._sockets.clear()
        self._kept.clear()

    def _look(self) -> None:
        """Put a guard at the door if harm is planned and there is none; tell him of the change if there is."""
        self._changed.set()
        if self._plan.at_door and self._guard is None and not self._closed and self._servers:
            loop = asyncio.get_running_loop()
            self._sockets = [_second_handle(listening) for server in self._servers for listening in server.sockets]
            self._dismiss()
            self._guard = loop.create_task(self._watch(loop))

    def _dismiss(self) -> None:
        for server in self._servers:
            server.close()
        self._servers.clear()

    async def _watch(self, loop: AbstractEventLoop) -> None:
        try:
            while self._plan.at_door:
                self._changed.clear()
                shutting = self._plan.shutting()
                if shutting is None:
                    await self._take_some(loop)
                else:
                    await self._stay_shut(shutting)
            for listening in self._sockets:
                server = await loop.create_server(self._take, sock=listening, backlog=BACKLOG, **self._options)
                self._servers.append(server)
            self._sockets = []
        except Exception as error:
            _log.error("the door cannot be opened again", exc_info=error)
        finally:
            self._guard = None
        self._look()  # harm may have been planned anew in the meantime

    async def _take_some(self, loop: AbstractEventLoop) -> None:
        """Take connections until something changes in the plan."""

        async def take(listening: socket.socket) -> None:
            while True:
                connected, _ = await loop.sock_accept(listening)
                self._receive(loop, connected)

        takers = [loop.create_task(take(listening)) for listening in self._sockets]
        changed = loop.create_task(self._changed.wait())
        await asyncio.wait({changed, *takers}, return_when=asyncio.FIRST_COMPLETED)
        for task in (changed, *takers):
            task.cancel()
        for outcome in await asyncio.gather(changed, *takers, return_exceptions=True):
            if isinstance(outcome, OSError):
                await asyncio.sleep(_BREATH_S)  # out of descriptors, say; the connection waits

    def _receive(self, loop: AbstractEventLoop, connected: socket.socket) -> None:
        """Harm a connection as planned, or hand it on. What strikes is decided now, in the order of arrival."""
        connected.setblocking(False)
        striking = self._plan.meet_connection()
        task = loop.create_task(self._let_in(loop, connected, striking))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _let_in(
        self, loop: AbstractEventLoop, connected: socket.socket, striking: tuple[PlannedFault, ...]
    ) -> None:
        try:
            for planned in striking:
                if not await self._strike(loop, connected, planned):
                    return
            await loop.connect_accepted_socket(self._take, connected, **self._options)
        except OSError:  # it went away, or could not agree on TLS
            connected.close()

    async def _strike(self, loop: AbstractEventLoop, connected: socket.socket, planned: PlannedFault) -> bool:
        """Harm a connection; tell whether it may come in all the same."""
        fault = planned.fault
        ms = fault.settings.get("ms")
        match fault.kind:
            case FaultKind.DELAY:
                await asyncio.sleep(float(str(ms or 0)) / 1000)
                return True
            case FaultKind.RESET:
                connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
                connected.close()
            case FaultKind.STALL:
                self._keep(connected)
                if ms is None:
                    return False
                await asyncio.sleep(float(str(ms)) / 1000)
                if connected in self._kept:
                    del self._kept[connected]
                    return True
            case FaultKind.GARBAGE:
                await loop.sock_sendall(connected, rubbish(fault))
                if fault.settings.get("answer"):
                    return True
                await _part(loop, connected)
            case _:
                await _part(loop, connected)
        return False

    def _keep(self, connected: socket.socket) -> None:
        self._kept[connected] = None
        if len(self._kept) > _MOST_KEPT:
            oldest = next(iter(self._kept))
            del self._kept[oldest]
            oldest.close()

    async def _stay_shut(self, planned: PlannedFault) -> None:
        """Refuse connections until the fault is over; the address stays ours, for a bound socket refuses too."""
        self._plan.begin(planned)
        addresses = [(held.family, held.getsockname()) for held in self._sockets]
        for held in self._sockets:
            held.close()
        self._sockets = [_bound(family, address) for family, address in addresses]
        ms = planned.fault.settings.get("ms")
        with suppress(TimeoutError):
            async with asyncio.timeout(None if ms is None else float(str(ms)) / 1000):
                while self._plan.shutting() is planned:
                    self._changed.clear()
                    await self._changed.wait()
        for held in self._sockets:
            held.listen(BACKLOG)
        self._plan.end(planned)


def _second_handle(listening: Any) -> socket.socket:
    """Return a socket of our own on what a server of the loop listens on."""
    handle = socket.fromfd(listening.fileno(), listening.family, listening.type)
    handle.setblocking(False)
    return handle


def _bound(family: int, address: object) -> socket.socket:
    held = socket.socket(family, socket.SOCK_STREAM)
    held.setblocking(False)
    if sys.platform != "win32":
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        held.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    held.bind(address)  # type: ignore[arg-type]  # as getsockname gave it
    return held


async def _part(loop: AbstractEventLoop, connected: socket.socket) -> None:
    """Close a connection in good order: what came unread would turn the end into a reset."""
    try:
        connected.shutdown(socket.SHUT_WR)
        async with asyncio.timeout(_PARTING_S):
            while await loop.sock_recv(connected, 65536):
                pass
    except (OSError, TimeoutError):
        pass
    finally:
        connected.close()
