"""A second origin: it takes whatever comes, writes it down, and gives one and the same answer."""

from __future__ import annotations

import asyncio
from typing import cast

from aiohttp import web
from mockserver.core.answers import Answer
from mockserver.wire.line import ENDS, Line, Spoken
from mockserver.wire.reading import CutShort, as_travelled, read_rest, stand_in
from mockserver.wire.writing import write_answer
from signer import Request

_LIMIT = 1_048_576


class CanaryWire:
    """Listens on a port of its own.

    Attributes:
        requests: What came, in order, as it travelled.
        answer: What is answered; every answer ends its connection.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[Request] = []
        self._listener: asyncio.Server | None = None
        self._manager: web.Server | None = None
        self._lines = 0

    async def listen(self, host: str, port: int) -> int:
        """Start listening and return the port."""
        loop = asyncio.get_running_loop()
        self._manager = web.Server(self._serve)  # type: ignore[arg-type]  # see Spoken
        self._listener = await loop.create_server(self._new_line, host, port)
        return int(self._listener.sockets[0].getsockname()[1])

    def _new_line(self) -> Line:
        assert self._manager is not None
        self._lines += 1
        return Line(
            self._lines,
            self._complaint,
            self._manager,
            loop=asyncio.get_running_loop(),
            access_log=None,
            auto_decompress=False,
        )

    async def close(self) -> None:
        """Stop listening and end every connection."""
        if self._listener is not None:
            self._listener.close()
        if self._manager is not None:
            for line in self._manager.connections:
                cast("Line", line).tear()
            await self._manager.shutdown(0.2)

    async def _serve(self, request: web.BaseRequest) -> Spoken:
        line = cast("Line", request.protocol)
        try:
            body, _ = await read_rest(request, line, limit=_LIMIT, seconds=10)
        except CutShort as cut:
            body = cut.arrived
        self.requests.append(as_travelled(request, body))
        line.say(self._written(bodiless=request.method == "HEAD"))
        return ENDS

    def _complaint(self, line: Line, data: bytes, too_large: bool, message: str) -> bytes:
        self.requests.append(stand_in(data))
        return self._written(bodiless=False)

    def _written(self, *, bodiless: bool) -> bytes:
        return write_answer(self.answer, 0, keep_alive=False, old=False, bodiless=bodiless)
