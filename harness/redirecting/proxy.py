"""A proxy that leads an exchange's hosts to the mock exchange, and names whoever asks for anybody else.

It never looks a name up and never connects to anything but loopback.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Collection
from urllib.parse import urlsplit

from harness.beside.listening import Listening, connected
from harness.beside.messages import Arriving, Message
from harness.redirecting.carrying import carry, lead, opened_with_tls, reset
from harness.redirecting.doors import Doors
from harness.redirecting.strays import Strays

_OWN = (b"proxy-authorization", b"proxy-connection", b"expect")
_TUNNEL = b"HTTP/1.1 200 Connection established\r\n\r\n"
_GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
_HOW = "asked the proxy"


class LeadingProxy(Listening):
    """Takes `http` in absolute form, and anything else through CONNECT."""

    def __init__(self, doors: Doors, hosts: Collection[str], strays: Strays) -> None:
        """Start to listen.

        Args:
            doors: Where the exchange is.
            hosts: Who is led there; lower case, without a last dot.
            strays: Where others are noted.
        """
        self._doors = doors
        self._hosts = frozenset(hosts)
        self._strays = strays
        super().__init__("leading-proxy")

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def serve(self, client: socket.socket) -> None:
        """Serve one connection: requests in clear one after the other, or one tunnel."""
        arriving = Arriving(client)
        head = arriving.head()
        if head is None:
            return
        method, _, rest = head.first.partition(b" ")
        target, _, version = rest.rpartition(b" ")
        if method == b"CONNECT":
            self._tunnel(client, arriving, target.decode("latin-1"))
        else:
            self._in_clear(client, arriving, head, (method, target, version))

    def _tunnel(self, client: socket.socket, arriving: Arriving, target: str) -> None:
        host, port = _authority(target, 443)
        if not self._admitted(host, port):
            client.sendall(self._refusal(host))
            return
        client.sendall(_TUNNEL)
        ahead = arriving.rest()
        secure = ahead[:1] == b"\x16" if ahead else opened_with_tls(client)
        if secure is not None:
            lead(self, client, self._door(host, port, secure=secure), ahead)

    def _in_clear(
        self, client: socket.socket, arriving: Arriving, head: Message, first: tuple[bytes, bytes, bytes]
    ) -> None:
        """Pass requests on with the target that they would have had without a proxy; what is answered is not looked at.

        The connection behind is the first request's; a client that goes on with another host is refused.
        """
        method, target, version = first
        parts = urlsplit(target.decode("latin-1"))
        host, port = _authority(parts.netloc.rpartition("@")[2], 80)
        if parts.scheme != "http" or not self._admitted(host, port):
            client.sendall(self._refusal(host))
            return
        there = connected(self._door(host, port, secure=False))
        if not self.keep(there):
            there.close()
            return
        back = threading.Thread(target=carry, args=(there, client), name="noncense-back", daemon=True)
        back.start()
        try:
            while True:
                path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                if head.value(b"expect"):
                    client.sendall(_GO_ON)
                whole = arriving.body_of(head)
                if whole is None:
                    break
                line = b" ".join((method, path.encode("latin-1"), version))
                there.sendall(Message(first=line, headers=whole.headers, body=whole.body).without(*_OWN).written())
                following = arriving.head()
                if following is None:
                    break
                head = following
                method, _, rest = head.first.partition(b" ")
                target, _, version = rest.rpartition(b" ")
                parts = urlsplit(target.decode("latin-1"))
                again = _authority(parts.netloc.rpartition("@")[2], 80)
                if again != (host, port):
                    self._admitted(*again)
                    break
            there.shutdown(socket.SHUT_WR)
            back.join()
        except OSError:
            reset(client)
        finally:
            self.let_go(there)

    def _admitted(self, host: str, port: int) -> bool:
        """Tell whether a host may be reached: the exchange's, and whatever is on this machine. Others are noted."""
        if host in self._hosts or loopback(host):
            return True
        if host:
            self._strays.note(host, port, _HOW)
        return False

    def _door(self, host: str, port: int, *, secure: bool) -> int:
        """Return the port at which a host is served; on this machine that is its own."""
        if host not in self._hosts or port in self._doors.ports:
            return port
        return self._doors.tls_port if secure else self._doors.plain_port

    def _refusal(self, host: str) -> bytes:
        names = ", ".join(sorted(self._hosts)) or "the mock exchange"
        said = f"noncense: nothing leaves this machine. {host!r} is not served here; {names} would be.\n".encode()
        head = b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
        return head + b"Content-Length: %d\r\n\r\n" % len(said) + said


def loopback(host: str) -> bool:
    """Tell whether a name or an address means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _authority(text: str, usual: int) -> tuple[str, int]:
    """Return host and port of an authority; ("", 0) for what is none."""
    try:
        parts = urlsplit(f"//{text}")
        return (parts.hostname or "").removesuffix("."), parts.port or usual
    except ValueError:
        return "", 0
