"""Bytes are carried as they come, ends as ends and resets as resets, and a shortage does not last."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Queue
from typing import Any

import pytest

from harness.beside.listening import Listening
from harness.redirecting.carrying import lead, reset
from tests.redirecting.talking import heard


class Way(Listening):
    """Leads everybody to one port."""

    def __init__(self, port: int, listening: socket.socket | None = None) -> None:
        self._there = port
        super().__init__("way", listening)

    def serve(self, client: socket.socket) -> None:
        lead(self, client, self._there, b"ahead ")


@contextmanager
def server(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Serve one connection in a thread."""

    def serve() -> None:
        line, _ = listening.accept()
        with line:
            answer(line)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(60)
        assert not thread.is_alive()


@contextmanager
def led(port: int, **more: Any) -> Iterator[socket.socket]:
    """Return a connection that is led to a port."""
    way = Way(port, **more)
    try:
        with socket.create_connection(("127.0.0.1", way.port), timeout=60) as line:
            yield line
    finally:
        way.close()


def until_the_end(line: socket.socket) -> bytes:
    return b"".join(iter(lambda: line.recv(65536), b""))


def test_who_has_said_everything_is_still_answered() -> None:
    def answer(line: socket.socket) -> None:
        line.sendall(until_the_end(line).upper())

    with server(answer) as port, led(port) as line:
        line.sendall(b"all")
        line.shutdown(socket.SHUT_WR)
        assert until_the_end(line) == b"AHEAD ALL"


def test_a_server_that_resets_has_reset_the_client() -> None:
    def answer(line: socket.socket) -> None:
        line.recv(65536)
        reset(line)

    with server(answer) as port, led(port) as line, pytest.raises(ConnectionResetError):
        heard(line, b"x")


def test_a_client_that_resets_has_reset_the_server() -> None:
    seen: Queue[str] = Queue()

    def answer(line: socket.socket) -> None:
        line.sendall(b"hello")
        try:
            seen.put(f"an end after {until_the_end(line)!r}")
        except ConnectionResetError:
            seen.put("a reset")

    with server(answer) as port, led(port) as line:
        assert line.recv(5) == b"hello"
        reset(line)
        line.close()
        assert seen.get(timeout=60) == "a reset"


def test_what_was_said_before_a_reset_arrives() -> None:
    def answer(line: socket.socket) -> None:
        assert line.recv(1, socket.MSG_PEEK)  # what has come and is not read: of that the system makes a reset
        line.sendall(b"last words")

    with server(answer) as port, led(port) as line:
        assert line.recv(10) == b"last words"
        with pytest.raises(ConnectionResetError):
            line.recv(1)


def test_more_than_fits_on_the_way_arrives_whole() -> None:
    much = bytes(range(256)) * 40_000

    def answer(line: socket.socket) -> None:
        line.sendall(until_the_end(line))

    with server(answer) as port, led(port) as line:
        sending = threading.Thread(target=lambda: (line.sendall(much), line.shutdown(socket.SHUT_WR)), daemon=True)
        sending.start()
        found = until_the_end(line)
        sending.join(60)
    assert found == b"ahead " + much


class Short(socket.socket):
    """A listening socket of a process that has too many files open, twice."""

    failures = 2

    def accept(self) -> Any:
        if self.failures:
            self.failures -= 1
            raise OSError(errno.EMFILE, "Too many open files")
        return super().accept()


def test_too_many_open_files_are_no_end() -> None:
    short = Short(socket.AF_INET, socket.SOCK_STREAM)
    short.bind(("127.0.0.1", 0))
    short.listen()
    with server(lambda line: line.sendall(line.recv(65536))) as port, led(port, listening=short) as line:
        assert until_the_end(line) == b"ahead "
    assert short.failures == 0
