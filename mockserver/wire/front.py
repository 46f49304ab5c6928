"""One address for several exchanges, which are told apart by the host that a request names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast

from aiohttp import web

from mockserver.core.answers import Answer
from mockserver.errors import SettingsError
from mockserver.wire.line import ENDS, Line, Spoken
from mockserver.wire.reading import authority_of, stand_in
from mockserver.wire.switchboard import Switchboard
from mockserver.wire.writing import write_answer

if TYPE_CHECKING:
    from aiohttp import StreamReader
    from aiohttp.http_parser import RawRequestMessage

    from mockserver.clock import Clock
    from mockserver.tls import Tls
    from mockserver.wire.app import Wire
    from mockserver.wire.limits import Limits


class Front:
    """Passes requests on to one of several exchanges.

    What names none of them is told so: an answer in the words of an exchange that nobody asked for would be worse.

    Args:
        limits: What a connection may ask for.
        clock: For the Date of what is said here.
    """

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._clock = clock
        self._wires: dict[bytes, Wire] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._switchboard = Switchboard(self._serve, self._complain, at_once=self._at_once, limits=limits)

    @property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """By which names each exchange is called."""
        return self._names

    def admit(self, wire: Wire, names: Iterable[str]) -> None:
        """Let an exchange be called by some names.

        Raises:
            SettingsError: Another one has one of them already.
        """
        names = tuple(names)
        for name in names:
            if name.encode("ascii") in self._wires:
                raise SettingsError(f"two exchanges cannot both be called {name}")
        self._names[wire.exchange.dialect.name] = names
        self._wires |= {name.encode("ascii"): wire for name in names}
        wire.exchange.faults.doorless = True

    async def listen(self, host: str, port: int, tls: Tls | None) -> int:
        """Listen, and return the port.

        Raises:
            OSError: The address cannot be had.
        """
        return await self._switchboard.listen(host, port, tls)

    async def close(self) -> None:
        """Stop listening and end every connection."""
        await self._switchboard.close()

    def _find(self, host: bytes) -> Wire | None:
        """Return whom a Host header's value names, in whatever letter case, with a port or a last dot or without."""
        name, _, port = host.lower().rpartition(b":") if b":" in host else (host.lower(), b"", b"")
        return self._wires.get(name.removesuffix(b".")) if not port or port.isdigit() else None

    async def _serve(self, request: web.BaseRequest) -> Spoken:
        line = cast("Line", request.protocol)
        wire = self._find(authority_of(request.raw_path) or request.headers.get("Host", "").encode("utf-8", "replace"))
        if line.withheld:
            await line.released()  # by the exchange that was asked before, perhaps another
        if wire is None:
            line.speak_for(None)
            keep_alive = request.keep_alive and request.content.is_eof()
            line.say(self._misdirected(bodiless=request.method == "HEAD", keep_alive=keep_alive))
            await line.drained()
            return line.stays if keep_alive else ENDS
        line.speak_for(wire.outbox)
        return await wire.serve(request)

    def _at_once(self, line: Line, head: RawRequestMessage, body: StreamReader) -> bool:
        wire = self._find(authority_of(head.path) or head.headers.get("Host", "").encode("utf-8", "replace"))
        if wire is None:
            return False
        line.speak_for(wire.outbox)
        return wire.take_at_once(line, head, body)

    def _complain(self, line: Line, data: bytes, too_large: bool, message: str, ours: Exception | None) -> bytes:
        """Answer what was no HTTP in the words of whom it seems to have been meant for, or else of the first."""
        hosts = stand_in(data).values(b"Host")
        wire = self._find(hosts[0]) if hosts else None
        wire = wire or next(iter(self._wires.values()))
        line.speak_for(wire.outbox)
        return wire.complain(line, data, too_large, message, ours)

    def _misdirected(self, *, bodiless: bool, keep_alive: bool) -> bytes:
        told = {"error": "the Host names none of the exchanges that are served here", "hosts": self._names}
        body = json.dumps(told, separators=(",", ":")).encode()
        answer = Answer(status=421, body=body, headers=(("Cache-Control", "no-store"),))
        return write_answer(answer, self._clock.now_ms(), keep_alive=keep_alive, old=False, bodiless=bodiless)
