"""A load generator: closed loops on raw sockets, every request written out and signed before the clock starts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What came of one round.

    Attributes:
        rate: Answers per second.
        p50_ms: The median time from request to answer.
        p99_ms: What one in a hundred took longer than.
        refused: Answers whose status was not 200.
    """

    rate: float
    p50_ms: float
    p99_ms: float
    refused: int


class _Loop(asyncio.Protocol):
    """One connection: sends the next request when the answer to the last one is complete."""

    def __init__(self, requests: Sequence[bytes], done: asyncio.Future[None]) -> None:
        self._requests = iter(requests)
        self._done = done
        self._buffer = b""
        self._sent_ns = 0
        self._transport: asyncio.Transport | None = None
        self.times_ns: list[int] = []
        self.refused = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by name

    def send(self) -> None:
        request = next(self._requests, None)
        if request is None or self._transport is None:
            if not self._done.done():
                self._done.set_result(None)
            return
        self._sent_ns = time.perf_counter_ns()
        self._transport.write(request)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        answer = self._buffer + data if self._buffer else data
        end = answer.find(b"\r\n\r\n")
        at = answer.find(b"Content-Length: ")
        if end < 0 or at < 0 or len(answer) < end + 4 + int(answer[at + 16 : answer.index(b"\r", at)]):
            self._buffer = answer
            return
        self._buffer = b""
        self.times_ns.append(time.perf_counter_ns() - self._sent_ns)
        if not answer.startswith(b"HTTP/1.1 200"):
            self.refused += 1
        self.send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server hung up"))


async def press(port: int, batches: Sequence[Sequence[bytes]]) -> Load:
    """Send each batch on a connection of its own, all at once, and measure.

    Args:
        port: Where the server listens on loopback.
        batches: For each connection, its requests in order.
    """
    loop = asyncio.get_running_loop()
    running = []
    for requests in batches:
        done: asyncio.Future[None] = loop.create_future()
        _, protocol = await loop.create_connection(lambda r=requests, d=done: _Loop(r, d), "127.0.0.1", port)  # type: ignore[misc]
        running.append((protocol, done))
    started_ns = time.perf_counter_ns()
    for protocol, _ in running:
        protocol.send()
    await asyncio.gather(*(done for _, done in running))
    elapsed_s = (time.perf_counter_ns() - started_ns) / 1e9
    times = sorted(taken for protocol, _ in running for taken in protocol.times_ns)
    refused = sum(protocol.refused for protocol, _ in running)
    for protocol, _ in running:
        protocol.close()
    return Load(
        rate=len(times) / elapsed_s,
        p50_ms=times[len(times) // 2] / 1e6,
        p99_ms=times[len(times) * 99 // 100] / 1e6,
        refused=refused,
    )
