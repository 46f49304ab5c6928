"""Proxies: what is said to them, and what of that is nobody else's business."""

from __future__ import annotations

import base64
import socket
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from harness.mutants.failures import Failure, Origin
from signer import Request

#: No proxy's answer to a CONNECT is longer.
LONGEST_ANSWER = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy that speaks HTTP, and the credentials for it.

    Attributes:
        host: Where it is.
        port: Likewise.
        authorization: The header that it asks for; empty where it asks for none.
    """

    host: str
    port: int
    authorization: bytes = b""

    @classmethod
    def of(cls, url: str) -> Proxy:
        """Read a proxy's URL.

        Raises:
            Failure: It is none of http (kind `invalid_request`).
        """
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise Failure("invalid_request", "the proxy's URL is none of http")
        authorization = b""
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            authorization = b"Proxy-Authorization: Basic " + base64.b64encode(pair) + b"\r\n"
        return cls(host=parts.hostname, port=parts.port or 80, authorization=authorization)

    def absolute(self, request: Request, authority: bytes) -> Request:
        """Return a request with its target as a proxy wants it: the whole URL."""
        return replace(request, target=b"http://" + authority + request.target)

    def head(self, head: bytes) -> bytes:
        """Return the head of a request with the proxy's own credentials in it."""
        line, end, rest = head.partition(b"\r\n")
        return line + end + self.authorization + rest


def tunnelled(sock: socket.socket, proxy: Proxy, authority: str) -> None:
    """Ask a proxy for a tunnel; from then on the socket leads to the exchange.

    Raises:
        Failure: It will not (kind `network`).
        OSError: The connection broke.
    """
    there = authority.encode("ascii")
    sock.sendall(b"CONNECT %b HTTP/1.1\r\nHost: %b\r\n%b\r\n" % (there, there, proxy.authorization))
    answer = b""
    while b"\r\n\r\n" not in answer:
        data = sock.recv(4096)
        if not data or len(answer) > LONGEST_ANSWER:
            raise Failure("network", "the proxy broke off", origin=Origin.TRANSPORT)
        answer += data
    status = answer.split(b" ", 2)[1:2]
    if status != [b"200"]:
        said = status[0].decode("latin-1") if status else "nothing"
        raise Failure("network", f"the proxy says {said}", origin=Origin.TRANSPORT)
