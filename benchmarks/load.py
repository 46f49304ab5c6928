"""A load generator: closed loops on raw sockets, every request written out and signed before the clock starts.

It has to be faster than the fastest server it measures, or it measures itself; so it does without an event loop.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass


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


class _Connection:
    """Sends the next request when the answer to the last one is complete."""

    __slots__ = ("buffer", "receive", "requests", "send", "sent_ns", "socket")

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.send = self.socket.send
        self.receive = self.socket.recv
        self.requests = iter(requests)
        self.buffer = b""
        self.sent_ns = 0

    def go_on(self) -> bool:
        """Send the next request; tell whether there was one."""
        request = next(self.requests, None)
        if request is None:
            return False
        self.sent_ns = time.perf_counter_ns()
        self.send(request)
        return True


def press(port: int, batches: Sequence[Sequence[bytes]]) -> Load:
    """Send each batch on a connection of its own, all at once, and measure.

    Args:
        port: Where the server listens on loopback.
        batches: For each connection, its requests in order.

    Raises:
        ConnectionError: The server hung up.
    """
    connections = [_Connection(port, requests) for requests in batches]
    times: list[int] = []
    refused = 0
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        started_ns = time.perf_counter_ns()
        busy = sum(connection.go_on() for connection in connections)
        while busy:
            for ready, _ in selector.select():
                connection = ready.data
                data = connection.receive(65536)
                if not data:
                    raise ConnectionError("the server hung up")
                answer = connection.buffer + data
                if not _complete(answer):
                    connection.buffer = answer
                    continue
                connection.buffer = b""
                times.append(time.perf_counter_ns() - connection.sent_ns)
                refused += answer[9:12] != b"200"
                if not connection.go_on():
                    busy -= 1
        elapsed_s = (time.perf_counter_ns() - started_ns) / 1e9
    for connection in connections:
        connection.socket.close()
    times.sort()
    return Load(
        rate=len(times) / elapsed_s,
        p50_ms=times[len(times) // 2] / 1e6,
        p99_ms=times[len(times) * 99 // 100] / 1e6,
        refused=refused,
    )


def _complete(answer: bytes) -> bool:
    at = answer.find(b"Content-Length: ")
    end = answer.find(b"\r\n\r\n", at)
    return at > 0 and end > 0 and len(answer) >= end + 4 + int(answer[at + 16 : answer.index(b"\r", at)])
