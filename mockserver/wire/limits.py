"""How long, how much and how many: what one connection may ask of the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from mockserver.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a connection may ask of the server.

    Attributes:
        handshake_s: How long a TLS handshake may take.
        first_byte_s: How long a new connection may say nothing.
        head_s: How long a head may take from its first byte to its last.
        keep_alive_s: How long a connection may idle between two requests, and how long it may leave an answer unread.
        line_bytes: The longest line of a head.
        head_lines: The most header lines.
        requests: How many requests a connection is good for; None for any number.
        connections: How many connections there may be; None for what the limit on open files leaves room for.
    """

    handshake_s: float = 10.0
    first_byte_s: float = 30.0
    head_s: float = 20.0
    keep_alive_s: float = 75.0
    line_bytes: int = 8190
    head_lines: int = 128
    requests: int | None = None
    connections: int | None = None

    @classmethod
    def told(cls, settings: Settings) -> Limits:
        """Return what somebody set."""
        return cls(
            handshake_s=settings.handshake_s,
            first_byte_s=settings.first_byte_s,
            head_s=settings.head_s,
            keep_alive_s=settings.keep_alive_s,
            line_bytes=settings.line_bytes,
            head_lines=settings.head_lines,
            requests=settings.connection_requests,
            connections=settings.connections,
        )


class Patience:
    """How long a connection is waited for that has to say something: first its first byte, then the rest of a head.

    Attributes:
        waits: Whether it is waited for; whoever reads from it tells when a head is whole.
    """

    __slots__ = ("_give_up", "_in_a_head", "_limits", "_loop", "_timer", "waits")

    def __init__(self, loop: asyncio.AbstractEventLoop, limits: Limits, give_up: Callable[[], object]) -> None:
        self._loop = loop
        self._limits = limits
        self._give_up = give_up
        self._in_a_head = False
        self.waits = True
        self._timer: asyncio.TimerHandle | None = loop.call_later(limits.first_byte_s, give_up)

    def part(self) -> None:
        """Hear a part of a head: the first one begins its time, the others change nothing."""
        if self._in_a_head:
            return
        self.end()
        self._in_a_head = self.waits = True
        self._timer = self._loop.call_later(self._limits.head_s, self._give_up)

    def end(self) -> None:
        """Stop to wait: a head is whole, or the connection is gone."""
        self._in_a_head = self.waits = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
