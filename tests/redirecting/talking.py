"""What tests say on a connection, and what comes back."""

from __future__ import annotations

import socket


def heard(line: socket.socket, data: bytes) -> bytes:
    """Send bytes, and return what comes until the connection ends."""
    line.sendall(data)
    found = b""
    while piece := line.recv(65536):
        found += piece
    return found
