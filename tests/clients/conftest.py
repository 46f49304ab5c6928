"""A client wired to whatever a test wants to answer, and to the mock exchange."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace

import pytest

from harness.mutants import Adapter
from harness.mutants.adapter import Session

#: Serves one connection: the socket, and the number of the connection, from 0.
Serve = Callable[[socket.socket, int], None]


SECRET = "a-secret-nobody-may-see"


class Scripted:
    """A server on loopback that answers as a test says, and keeps what it read."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.requests: list[bytes] = []
        self._open: list[socket.socket] = []
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        number = 0
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._guarded, args=(connection, number), daemon=True).start()
            number += 1

    def _guarded(self, connection: socket.socket, number: int) -> None:
        try:
            self._serve(connection, number)
        except OSError:
            return

    def read(self, connection: socket.socket) -> bytes:
        """Read one request and keep it; empty at the connection's end."""
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return b""
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        while len(body) < length:
            body += connection.recv(65536)
        self.requests.append(head + b"\r\n\r\n" + body)
        return self.requests[-1]

    def close(self) -> None:
        self._listening.close()
        for connection in self._open:
            connection.close()


@pytest.fixture
def scripted() -> Iterator[Callable[[Callable[[Scripted, socket.socket, int], None]], Scripted]]:
    """Make scripted servers; they are closed when the test is over."""
    made: list[Scripted] = []

    def make(serve: Callable[[Scripted, socket.socket, int], None]) -> Scripted:
        server = Scripted(lambda connection, number: serve(server, connection, number))
        made.append(server)
        return server

    yield make
    for server in made:
        server.close()


@pytest.fixture
def session() -> Iterator[Callable[..., Session]]:
    """Open sessions of the right client; they are closed when the test is over."""
    opened: list[Session] = []

    def opening(
        url: str,
        *,
        dialect: str = "reference",
        key: str | None = "key-1",
        secret: str | None = SECRET,
        timeout_s: float = 5.0,
        ca_file: str | None = None,
        options: Mapping[str, object] | None = None,
        state_dir: str | None = None,
        adapter: Adapter | None = None,
    ) -> Session:
        target = SimpleNamespace(
            dialect=dialect,
            base_url=url,
            key=key,
            secret=secret,
            ca_file=ca_file,
            timeout_s=timeout_s,
            options=options or {},
            state_dir=state_dir,
        )
        opened.append((adapter or Adapter()).open(target))
        return opened[-1]

    yield opening
    for one in opened:
        one.close()
