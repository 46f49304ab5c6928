"""A port that speaks TLS and lets no handshake succeed, and hears whoever comes back without TLS."""

from __future__ import annotations

import socket
import ssl
import struct

from harness.beside.listening import Listening
from harness.beside.messages import Arriving

#: The first byte of a TLS handshake.
HANDSHAKE = 0x16
#: A fatal alert: handshake_failure.
ALERT = b"\x15\x03\x03\x00\x02\x02\x28"


class Trap(Listening):
    """Fails handshakes by an alert, by a reset, or by a certificate of a stranger; answers what comes in clear.

    Attributes:
        in_clear: What came without TLS, a connection each.
        handshakes: How many connections came in all.
    """

    def __init__(self, how: str, stranger: ssl.SSLContext, answer: bytes) -> None:
        """Start to listen.

        Args:
            how: "alert", "reset" or "stranger".
            stranger: What a stranger speaks TLS with.
            answer: What is answered to a request in clear, so that a gullible client believes it.
        """
        self._how = how
        self._stranger = stranger
        self._answer = answer
        self.in_clear: list[bytes] = []
        self.handshakes = 0
        super().__init__(f"trap-{how}")

    def serve(self, client: socket.socket) -> None:
        """Serve one connection."""
        client.settimeout(10)
        first = client.recv(1, socket.MSG_PEEK)
        if not first:
            return
        self.handshakes += 1
        if first[0] == HANDSHAKE:
            self._refuse(client)
            return
        request = Arriving(client).message()
        self.in_clear.append(first if request is None else request.written())
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
        client.sendall(head % len(self._answer) + self._answer)

    def _refuse(self, client: socket.socket) -> None:
        match self._how:
            case "alert":
                client.recv(65536)
                client.sendall(ALERT)
            case "reset":
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            case _:
                with self._stranger.wrap_socket(client, server_side=True) as line:
                    line.recv(1)
