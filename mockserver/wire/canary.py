"""A second origin: it takes whatever comes, writes it down, and gives one and the same answer."""

from __future__ import annotations

from typing import cast

from aiohttp import web

from mockserver.core.answers import Answer
from mockserver.wire.limits import Limits
from mockserver.wire.line import ENDS, Line, Spoken
from mockserver.wire.reading import CutShort, as_travelled, read_rest, stand_in
from mockserver.wire.switchboard import Switchboard
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
        self._switchboard = Switchboard(self._serve, self._complaint, limits=Limits(keep_alive_s=10))

    async def listen(self, host: str, port: int) -> int:
        """Start listening and return the port."""
        return await self._switchboard.listen(host, port)

    async def close(self) -> None:
        """Stop listening and end every connection."""
        await self._switchboard.close()

    async def _serve(self, request: web.BaseRequest) -> Spoken:
        line = cast("Line", request.protocol)
        try:
            body, _ = await read_rest(request, line, limit=_LIMIT, seconds=10)
        except CutShort as cut:
            body = cut.arrived
        self.requests.append(as_travelled(request, request.raw_path, body))
        line.say(self._written(bodiless=request.method == "HEAD"))
        return ENDS

    def _complaint(self, line: Line, data: bytes, too_large: bool, message: str, ours: Exception | None) -> bytes:
        self.requests.append(stand_in(data))
        return self._written(bodiless=False)

    def _written(self, *, bodiless: bool) -> bytes:
        return write_answer(self.answer, 0, keep_alive=False, old=False, bodiless=bodiless)
