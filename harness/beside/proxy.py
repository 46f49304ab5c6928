"""A proxy: it passes on what is for the exchange, and notes who else was asked for."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from harness.beside.facts import Passed
from harness.beside.listening import Listening, both_ways, connected
from harness.beside.messages import Arriving, Message

#: Who may use it, where it asks.
USER, PASSWORD = "hop-user", "hop-p4ssw0rd-7391"
_OWN = (b"proxy-authorization", b"proxy-connection")
_CHALLENGE = (
    b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="noncense"\r\n'
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)
_NOBODY = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Proxy(Listening):
    """Takes `http` in absolute form and anything else through CONNECT.

    Attributes:
        passed: What it was given, in order.
    """

    def __init__(self, *, guarded: bool, ports: Iterable[int]) -> None:
        """Start to listen.

        Args:
            guarded: Whether it asks for credentials.
            ports: The exchange's ports; more may be added to `ports` later.
        """
        self.ports = set(ports)
        self._guarded = guarded
        self.passed: list[Passed] = []
        super().__init__("proxy")

    @property
    def url(self) -> str:
        """Where it is, with the credentials that it asks for."""
        return f"http://{f'{USER}:{PASSWORD}@' if self._guarded else ''}127.0.0.1:{self.port}"

    def serve(self, client: socket.socket) -> None:
        """Serve one connection: requests in clear one after the other, or one tunnel."""
        arriving = Arriving(client)
        there: socket.socket | None = None
        try:
            while (message := arriving.message()) is not None:
                method, _, rest = message.first.partition(b" ")
                target, _, version = rest.rpartition(b" ")
                tunnel = method == b"CONNECT"
                port = self._noted(target.decode("latin-1"), message, tunnel=tunnel)
                if port is None:
                    client.sendall(_CHALLENGE if self._guarded and not _authorized(message) else _NOBODY)
                    return
                if tunnel:
                    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    ahead = connected(port)
                    ahead.sendall(arriving.rest())
                    both_ways(self, client, ahead)
                    return
                if there is None:
                    there = connected(port)
                    self.keep(there)
                parts = urlsplit(target.decode("latin-1"))
                path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                first = b" ".join((method, path.encode("latin-1"), version))
                onward = Message(first=first, headers=message.headers, body=message.body).without(*_OWN)
                there.sendall(onward.written())
                if not _answered(Arriving(there), client):
                    return
        finally:
            if there is not None:
                self.let_go(there)

    def _noted(self, target: str, message: Message, *, tunnel: bool) -> int | None:
        """Note a request, and return the exchange's port where it may pass."""
        parts = urlsplit(f"//{target}" if tunnel else target)
        try:
            port = parts.port or 80
        except ValueError:
            port = 0
        known = parts.hostname in ("127.0.0.1", "localhost") and port in self.ports
        authorized = _authorized(message)
        self.passed.append(Passed(target=target, tunnel=tunnel, authorized=authorized, known=known))
        return port if known and (authorized or not self._guarded) else None


def _authorized(message: Message) -> bool:
    wanted = b"Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode())
    return message.value(b"proxy-authorization") == wanted


def _answered(arriving: Arriving, client: socket.socket) -> bool:
    """Carry one answer back, with those that come before it; False where the connection is at its end."""
    while (answer := arriving.message()) is not None:
        client.sendall(answer.written())
        status = answer.first.split(b" ", 2)[1]
        if not status.startswith(b"1"):
            return b"close" not in (answer.value(b"connection") or b"").lower()
    return False
