"""What tests say to hops, proxies and traps, and what comes back."""

from __future__ import annotations

import socket
import ssl

BELIEVABLE = b'{"ok":true}'


def said(port: int, data: bytes, *, tls: ssl.SSLContext | None = None) -> bytes:
    """Send bytes to a port of this machine, and return what comes until the connection ends."""
    line = socket.create_connection(("127.0.0.1", port), timeout=30)
    with (
        line if tls is None else tls.wrap_socket(line, server_hostname="127.0.0.1", suppress_ragged_eofs=False) as there
    ):
        there.sendall(data)
        found = b""
        while piece := there.recv(65536):
            found += piece
        return found


def asking(target: str = "/v1/time", *headers: str, method: str = "GET") -> bytes:
    """Return a request that wants its connection to end behind the answer."""
    lines = (f"{method} {target} HTTP/1.1", "Host: x", "Connection: close", *headers, "", "")
    return "\r\n".join(lines).encode()
