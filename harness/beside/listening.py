"""A listening socket in a thread, with a thread for each connection: for hops that carry bytes from side to side."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

#: How long a thread may take to leave once everything is closed.
_PARTING_S = 1.0
#: How long is waited where a connection cannot be taken.
_PAUSE_S = 0.01


class Listening:
    """Takes connections on loopback; what is done with each is for its heirs to say."""

    def __init__(self, name: str, listening: socket.socket | None = None) -> None:
        """Start to listen.

        Args:
            name: What its threads are called after.
            listening: Where, if somebody made the socket already; None for a free port.
        """
        self._socket = listening or socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = int(self._socket.getsockname()[1])
        self._name = name
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._closed = False
        self._thread = threading.Thread(target=self._take, name=f"noncense-{name}", daemon=True)
        self._thread.start()

    def serve(self, client: socket.socket) -> None:
        """Serve one connection to its end; it is closed afterwards."""
        raise NotImplementedError

    def _take(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                if self._closed:
                    return
                time.sleep(_PAUSE_S)  # no more files can be opened just now
                continue
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if not self.keep(client):
                client.close()
                return
            threading.Thread(target=self._serve, args=(client,), name=f"noncense-{self._name}", daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            with contextlib.suppress(OSError, ValueError):
                self.serve(client)
        finally:
            self.let_go(client)

    def keep(self, one: socket.socket) -> bool:
        """Remember a socket that has to be closed at the end; False where the end has come."""
        with self._lock:
            if not self._closed:
                self._open.add(one)
            return not self._closed

    def let_go(self, one: socket.socket) -> None:
        """Close a socket."""
        with self._lock:
            self._open.discard(one)
        one.close()

    def close(self) -> None:
        """Stop listening, and end every connection."""
        with self._lock:
            self._closed = True
            left, self._open = self._open, set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for one in left:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._thread.join(_PARTING_S)


def connected(port: int) -> socket.socket:
    """Return a connection to a port of this machine."""
    there = socket.create_connection(("127.0.0.1", port), timeout=10)
    there.settimeout(None)
    there.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return there


def carried(source: socket.socket, target: socket.socket) -> None:
    """Carry bytes from one socket to another until the source has no more, then tell the target so."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def both_ways(listening: Listening, client: socket.socket, there: socket.socket) -> None:
    """Carry bytes to and fro until both sides have ended."""
    if not listening.keep(there):
        there.close()
        return
    try:
        back = threading.Thread(target=carried, args=(there, client), daemon=True)
        back.start()
        carried(client, there)
        back.join()
    finally:
        listening.let_go(there)
