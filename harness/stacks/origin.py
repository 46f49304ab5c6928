"""A server that does what a request's path asks for, and takes every request down.

A path is `/PROBE/DEED`. What a deed does it does to the first request that asks for it; a copy gets a plain answer,
unless the deed says otherwise: so a copy can be told from a first attempt, and whoever sends one sees it succeed.
"""

from __future__ import annotations

import socket
import ssl
import struct
import time
from collections.abc import Mapping

from harness.beside.listening import Listening
from harness.beside.messages import Arriving, Message
from harness.stacks.answers import ANSWERS, OK, REDIRECT, redirect
from harness.stacks.arrivals import Arrival, Book

#: What a deed that ends every copy ends at most.
MOST_DROPPED = 12
#: How long a connection that is no longer read may bring something.
_PATIENCE_S = 60.0
#: Closing resets the connection.
_ABRUPTLY = struct.pack("ii", 1, 0)


class Origin(Listening):
    """Serves one run of one program.

    Attributes:
        places: Where redirects lead, by the names that their deeds give: an address each.
    """

    def __init__(self, name: str, book: Book, tls: ssl.SSLContext | None = None) -> None:
        """Start to listen.

        Args:
            name: How arrivals say that they came here.
            book: Where they are taken down.
            tls: How it speaks TLS; None where it does not.
        """
        self._origin = name
        self._book = book
        self._tls = tls
        self._connections = 0
        self.places: Mapping[str, str] = {}
        super().__init__(f"origin-{name}")

    def serve(self, client: socket.socket) -> None:
        """Serve one connection: request after request, until a deed or the client ends it."""
        with self._lock:
            self._connections += 1
            number = self._connections
        line = client
        try:
            line = client if self._tls is None else self._tls.wrap_socket(client, server_side=True)
            if line is client or self.keep(line):
                self._converse(line, number)
        finally:
            self.let_go(line)

    def _converse(self, line: socket.socket, connection: int) -> None:
        requests = Arriving(line)
        while (head := requests.head()) is not None:
            if (head.value(b"expect") or b"").lower() == b"100-continue":
                line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            request = requests.body_of(head)
            if request is None:
                return
            arrival = self._arrival(request, connection)
            nth = self._book.enter(arrival)
            if not self._do(arrival, nth, line) or arrival.last:
                return

    def _do(self, arrival: Arrival, nth: int, line: socket.socket) -> bool:
        """Do what a request's path asks for, and tell whether its connection goes on."""
        deed = arrival.deed
        if deed == "drop-always" and nth <= MOST_DROPPED:
            return False
        if deed.startswith(REDIRECT):
            _, code, place = deed.split("-", 2)
            line.sendall(redirect(int(code), f"{self.places[place]}/{arrival.probe}/landed"))
            return True
        if nth > 1 or deed not in (*ANSWERS, "drop", "reset", "deaf", "never"):
            line.sendall(OK)
            return True
        match deed:
            case "drop":
                return False
            case "reset":
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABRUPTLY)
                return False
            case "deaf":
                line.sendall(OK)
                if not arrival.last:
                    self._turn_away(line, arrival.connection)
                return False
            case "never":
                line.settimeout(None)
                line.recv(1)
                return False
            case _:
                answer, goes_on = ANSWERS[deed]
                line.sendall(answer)
                return goes_on

    def _turn_away(self, line: socket.socket, connection: int) -> None:
        """Wait until a request has come, and leave it unread: the connection ends with a reset."""
        line.settimeout(_PATIENCE_S)
        seen = line.recv(65536, socket.MSG_PEEK)
        first = seen.split(b"\r\n", 1)[0]
        if first.count(b" ") == 2:
            self._book.enter(self._arrival(Message(first=first, headers=()), connection))

    def _arrival(self, request: Message, connection: int) -> Arrival:
        method, target, _ = request.first.decode("latin-1").split(" ", 2)
        _, probe, deed = f"{target}//".split("/", 3)[:3]
        pairs = (line.decode("latin-1").partition(":") for line in request.headers)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        return Arrival(
            probe=probe,
            deed=deed,
            origin=self._origin,
            connection=connection,
            method=method,
            headers=headers,
            size=len(request.body),
            at_s=time.monotonic(),
        )
