"""Listening sockets and the lines that come in on them: all that aiohttp's low-level server is asked for."""

from __future__ import annotations

import asyncio
import itertools
import ssl
from collections.abc import Awaitable, Callable

from aiohttp import web

from mockserver.wire.line import Complain, Line, Spoken
from mockserver.wire.shortcut import AnswerAtOnce, never

#: The longest line of a head, and the most lines it may have.
LONGEST_LINE = 8190
MOST_HEADERS = 128

#: How long handlers may take to see that everything ends.
_PARTING_S = 0.2


class Switchboard:
    """Takes connections on any number of sockets of one event loop.

    Args:
        serve: Serves one request, and writes the answer to the line itself.
        complain: Finds the answer to bytes that are no HTTP request.
        at_once: Serves one request without awaiting anything, if that can be done.
        keep_alive_s: After how long an idle connection, or one that dribbles its head, is closed.
    """

    def __init__(
        self,
        serve: Callable[[web.BaseRequest], Awaitable[Spoken]],
        complain: Complain,
        *,
        at_once: AnswerAtOnce = never,
        keep_alive_s: float,
    ) -> None:
        self._serve = serve
        self._complain = complain
        self._at_once = at_once
        self._keep_alive_s = keep_alive_s
        self._numbers = itertools.count(1)
        self._lines: set[Line] = set()
        self._listeners: list[asyncio.Server] = []
        self._manager: web.Server | None = None

    async def listen(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> int:
        """Listen on one more socket of the running loop.

        Args:
            host: The address.
            port: The port; 0 for any free one.
            tls: The server's TLS context, if any.

        Returns:
            The port.

        Raises:
            OSError: The address cannot be had.
        """
        loop = asyncio.get_running_loop()
        manager = self._manager = self._manager or web.Server(self._serve)  # type: ignore[arg-type]  # see Spoken

        def take() -> Line:
            return Line(
                next(self._numbers),
                self._complain,
                self._at_once,
                self._lines,
                manager,
                loop=loop,
                access_log=None,
                auto_decompress=False,
                keepalive_timeout=self._keep_alive_s,
                lingering_time=2.0,
                max_line_size=LONGEST_LINE,
                max_field_size=LONGEST_LINE,
                max_headers=MOST_HEADERS,
            )

        listener = await loop.create_server(take, host, port, ssl=tls, backlog=512)
        self._listeners.append(listener)
        return int(listener.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and cut every line."""
        for listener in self._listeners:
            listener.close()
        self._listeners.clear()
        for line in tuple(self._lines):
            line.tear()
        if self._manager is not None:
            await self._manager.shutdown(_PARTING_S)
