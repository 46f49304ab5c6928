"""A proxy on the way to the exchange that rewrites what RFC 9110, section 7.6, lets intermediaries rewrite.

Method, target, the values of end-to-end fields and the body's bytes go through as they came.
"""

from __future__ import annotations

import contextlib
import socket
import threading

from harness.beside.listening import Listening, carried, connected
from harness.beside.messages import Arriving, Message

#: What concerns one connection alone and is not passed on; RFC 9110, section 7.6.1.
_OF_THE_CONNECTION = frozenset(
    {b"connection", b"keep-alive", b"proxy-connection", b"te", b"upgrade", b"transfer-encoding", b"expect"}
)
#: What a proxy leaves behind.
_MARKS = (
    (b"forwarded", b"for=192.0.2.7;proto=https"),
    (b"via", b"1.1 hop.example"),
    (b"x-forwarded-for", b"192.0.2.7"),
    (b"x-forwarded-proto", b"https"),
    (b"x-request-id", b"5f0c1b7e"),
)


def passed_on(request: Message, host: bytes) -> Message:
    """Return a request as it leaves a proxy.

    Names of fields are in lower case and in the order of the alphabet, the host is the next one's, what belongs to the
    connection is gone, a body in chunks has a length, and the proxy has left its marks.

    Args:
        request: As it came.
        host: What the next one is called.

    Raises:
        ValueError: Its chunks are none.
    """
    split = [line.partition(b":") for line in request.headers]
    fields = [(name.strip().lower(), value.strip()) for name, _, value in split]
    named = {word.strip().lower() for name, value in fields if name == b"connection" for word in value.split(b",")}
    gone = _OF_THE_CONNECTION | named | {b"host", b"content-length"}
    kept = [(name, value) for name, value in fields if name not in gone]
    chunked = b"chunked" in (request.value(b"transfer-encoding") or b"").lower()
    body = unchunked(request.body) if chunked else request.body
    if chunked or request.value(b"content-length") is not None:
        kept.append((b"content-length", str(len(body)).encode()))
    lines = [b"host: " + host, *(name + b": " + value for name, value in sorted([*kept, *_MARKS], key=_name))]
    return Message(first=request.first, headers=tuple(lines), body=body)


def _name(field: tuple[bytes, bytes]) -> bytes:
    return field[0]


def unchunked(body: bytes) -> bytes:
    """Return a body in chunks in one piece; extensions and trailers are dropped.

    Raises:
        ValueError: The chunks are none.
    """
    pieces: list[bytes] = []
    while True:
        size, _, body = body.partition(b"\r\n")
        length = int(size.partition(b";")[0], 16)
        if length <= 0:
            return b"".join(pieces)
        pieces.append(body[:length])
        body = body[length + 2 :]


class Rewriter(Listening):
    """Passes requests on, rewritten; answers come back untouched."""

    def __init__(self, exchange_port: int) -> None:
        """Start to listen.

        Args:
            exchange_port: Where the exchange listens without TLS.
        """
        self._exchange_port = exchange_port
        super().__init__("rewriter")

    def serve(self, client: socket.socket) -> None:
        """Serve one connection."""
        there = connected(self._exchange_port)
        if not self.keep(there):
            there.close()
            return
        back = threading.Thread(target=carried, args=(there, client), daemon=True)
        back.start()
        try:
            arriving = Arriving(client)
            while (request := arriving.message()) is not None:
                there.sendall(passed_on(request, f"127.0.0.1:{self._exchange_port}".encode()).written())
        finally:
            with contextlib.suppress(OSError):
                there.shutdown(socket.SHUT_WR)
            back.join()
            self.let_go(there)
