"""The door: one address at which connections are taken, and the harm that is planned for them there.

While no such harm is planned, the event loop's own server takes connections and nothing here costs anything. While some
is, that server is closed (a second handle on its socket sees to it that nobody is turned away), and each connection is
looked at before it is handed on. It takes a loop that can watch a socket: on Windows, not the one that is usual there.
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

#: How many connections may be kept unread; beyond them the oldest goes.
_MOST_KEPT = 256

#: How long a connection that is closed in good order may take to agree.
_PARTING_S = 1.0

#: So many connections of our own fill a queue that has been told to hold none; Linux lets one or two in.
_FILLERS = 4

_NO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Door:
    """Watches over one address at which a server of the running loop takes connections.

    Args:
        plan: Where harm is planned.
        take: Makes the protocol of a connection.
        options: What the loop is told of each connection: `ssl` and its limits.
        server: The loop's server. It takes connections, and has its sockets, until harm is planned.
        turn: How many connections it takes in one turn of the loop.
    """

    def __init__(
        self,
        plan: FaultPlan,
        take: Callable[[], asyncio.BaseProtocol],
        options: Mapping[str, Any],
        server: Server,
        *,
        turn: int,
    ) -> None:
        self._plan = plan
        self._take = take
        self._options = dict(options)
        self._turn = turn
        self._servers = [server]
        self._sockets: list[socket.socket] = []
        self._fillers: list[socket.socket] = []
        self._watched: list[int] = []
        self._guard: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._kept: dict[socket.socket, None] = {}
        self._entering: dict[asyncio.Task[None], socket.socket] = {}
        self._shut_by: PlannedFault | None = None
        self._closed = False
        self._stop_watching = plan.watch_door(self._look)
        asyncio.get_running_loop().call_soon(self._look)  # whoever made the server may have to look at it first

    def close(self) -> None:
        """Listen no more, and let go of whatever is kept here."""
        self._closed = True
        self._stop_watching()
        self._dismiss()
        if self._guard is not None:
            self._unwatch(self._guard.get_loop())
            self._guard.cancel()
        for task in self._entering:
            task.cancel()
        for held in (*self._fillers, *self._sockets, *self._kept, *self._entering.values()):
            held.close()
        self._sockets.clear()
        self._kept.clear()

    def _look(self) -> None:
        """Put a guard at the door if harm is planned, shut it at once if that is; tell the guard of any change."""
        self._changed.set()
        if self._closed:
            return
        if self._plan.at_door and self._guard is None and self._servers:
            loop = asyncio.get_running_loop()
            self._sockets = [_second_handle(listening) for server in self._servers for listening in server.sockets]
            self._dismiss()
            self._guard = loop.create_task(self._watch(loop))
        shutting = self._plan.shutting()
        if shutting is not None and self._sockets and self._shut_by is None:
            self._shut(shutting)

    def _dismiss(self) -> None:
        for server in self._servers:
            server.close()
        self._servers.clear()

    async def _watch(self, loop: AbstractEventLoop) -> None:
        try:
            while self._plan.at_door or self._shut_by is not None:
                self._changed.clear()
                if self._shut_by is None:
                    await self._take_them(loop)
                else:
                    await self._stay_shut(self._shut_by)
            sockets, self._sockets = self._sockets, []
            for listening in sockets:
                server = await loop.create_server(self._take, sock=listening, backlog=self._turn, **self._options)
                listening.listen(BACKLOG)
                self._servers.append(server)
        except Exception as error:
            _log.error("the door cannot be opened again", exc_info=error)
        finally:
            self._guard = None
        self._look()  # harm may have been planned anew in the meantime

    async def _take_them(self, loop: AbstractEventLoop) -> None:
        """Take connections ourselves until something changes in the plan."""
        for listening in self._sockets:
            loop.add_reader(listening.fileno(), self._take_one, loop, listening)
            self._watched.append(listening.fileno())
        try:
            await self._changed.wait()
        finally:
            self._unwatch(loop)

    def _unwatch(self, loop: AbstractEventLoop) -> None:
        for number in self._watched:
            loop.remove_reader(number)
        self._watched.clear()

    def _take_one(self, loop: AbstractEventLoop, listening: socket.socket) -> None:
        with suppress(OSError):  # it went away, or there are no open files left; then it waits
            connected, _ = listening.accept()
            self._receive(loop, connected)

    def _receive(self, loop: AbstractEventLoop, connected: socket.socket) -> None:
        """Harm a connection as planned, or hand it on. What strikes is decided now, in the order of arrival."""
        connected.setblocking(False)
        striking = self._plan.meet_connection()
        task = loop.create_task(self._let_in(loop, connected, striking))
        self._entering[task] = connected
        task.add_done_callback(self._entering.pop)

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

    def _shut(self, planned: PlannedFault) -> None:
        """Refuse connections from now on; the address stays ours, for a socket that is bound alone refuses too."""
        self._shut_by = planned
        self._plan.begin(planned)
        self._unwatch(asyncio.get_running_loop())
        addresses = [(held.family, held.getsockname()) for held in self._sockets]
        for held in self._sockets:
            held.close()
        self._sockets = [_bound(family, address) for family, address in addresses]
        if planned.fault.settings.get("silent"):
            for held in self._sockets:
                self._fillers += _full(held)

    async def _stay_shut(self, planned: PlannedFault) -> None:
        """Wait until a SHUT is over, and listen again."""
        ms = planned.fault.settings.get("ms")
        with suppress(TimeoutError):
            async with asyncio.timeout(None if ms is None else float(str(ms)) / 1000):
                while self._plan.shutting() is planned:
                    self._changed.clear()
                    await self._changed.wait()
        for filler in self._fillers:
            filler.close()
        self._fillers.clear()
        for held in self._sockets:
            held.listen(BACKLOG)
        self._shut_by = None
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


def _full(held: socket.socket) -> list[socket.socket]:
    """Listen without room for anybody, and take what room there is: the system leaves the next ones without a word."""
    held.listen(0)
    fillers = []
    for _ in range(_FILLERS):
        filler = socket.socket(held.family, socket.SOCK_STREAM)
        filler.setblocking(False)
        filler.connect_ex(held.getsockname())
        fillers.append(filler)
    return fillers


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
