"""Bytes carried between a client and the exchange; each side sees how the other one ended: an end, or a reset."""

from __future__ import annotations

import contextlib
import select
import socket
import struct

from harness.beside.listening import Listening, connected

#: The first byte of a TLS handshake.
_HANDSHAKE = 0x16
#: How long who has connected may say nothing; the exchange itself ends such a connection after thirty seconds.
_FIRST_BYTE_S = 40.0
_PIECE = 65536


def opened_with_tls(client: socket.socket) -> bool | None:
    """Tell whether a client begins with a TLS handshake; None where it says nothing. Nothing is taken from it."""
    client.settimeout(_FIRST_BYTE_S)
    try:
        first = client.recv(1, socket.MSG_PEEK)
    except OSError:
        return None
    client.settimeout(None)
    return first[0] == _HANDSHAKE if first else None


def lead(listening: Listening, client: socket.socket, port: int, ahead: bytes = b"") -> None:
    """Carry bytes between a client and a port of this machine until both have ended.

    One thread does both ways: a reset is told once to whoever touches the socket next, and must not be taken for an end
    by the other way.

    Args:
        listening: Who took the client in, and closes what is open at the end.
        client: The client.
        port: Where it is led.
        ahead: What has been read of it already.
    """
    there = connected(port)
    if not listening.keep(there):
        there.close()
        return
    try:
        _carry_both_ways(_Way(client, there, ahead), _Way(there, client))
    except OSError:
        reset(client)
        reset(there)
    finally:
        listening.let_go(there)


def _carry_both_ways(forth: _Way, back: _Way) -> None:
    """Carry until both ways are over.

    Raises:
        OSError: One side was reset; what it had said before has arrived.
    """
    while not (forth.over and back.over):
        ready = select.poll()
        for one, mask in _awaited((forth, back)).items():
            ready.register(one, mask)
        for number, event in ready.poll():
            for way in (forth, back):
                way.go_on(number, event)
        for way, other in ((forth, back), (back, forth)):
            if way.ended and not way.over:
                if other.broken:
                    raise ConnectionResetError
                way.over = True
                way.target.shutdown(socket.SHUT_WR)
    if forth.broken or back.broken:
        raise ConnectionResetError


class _Way:
    """One way, from a source to a target.

    Attributes:
        ended: Whether the source has said everything, and all of it was passed on.
        broken: Whether the target takes no more.
        over: Whether nothing is left to be done.
    """

    def __init__(self, source: socket.socket, target: socket.socket, waiting: bytes = b"") -> None:
        self.source = source
        self.target = target
        self.waiting = memoryview(waiting)
        self.ended = False
        self.broken = False
        self.over = False

    def go_on(self, number: int, event: int) -> None:
        """Do what a socket is ready for.

        Raises:
            OSError: The source was reset.
        """
        if self.waiting:
            if number == self.target.fileno() and event & ~select.POLLIN:
                try:
                    self.waiting = self.waiting[self.target.send(self.waiting, socket.MSG_DONTWAIT) :]
                except BlockingIOError:
                    return
                except OSError:  # it may have said something before, which the other way is still to find
                    self.waiting, self.broken, self.over = memoryview(b""), True, True
        elif not self.over and number == self.source.fileno() and event & ~select.POLLOUT:
            with contextlib.suppress(BlockingIOError):
                self.waiting = memoryview(self.source.recv(_PIECE, socket.MSG_DONTWAIT))
                self.ended = not self.waiting


def _awaited(ways: tuple[_Way, ...]) -> dict[socket.socket, int]:
    """Return what is awaited of which socket; one of which nothing is would only tell again and again that it ended."""
    found: dict[socket.socket, int] = {}
    for way in ways:
        if not way.over:
            one, mask = (way.target, select.POLLOUT) if way.waiting else (way.source, select.POLLIN)
            found[one] = found.get(one, 0) | mask
    return found


def carry(source: socket.socket, target: socket.socket) -> None:
    """Carry bytes one way until the source has ended, and let the target end in the same way."""
    try:
        while data := source.recv(_PIECE):
            target.sendall(data)
    except ConnectionResetError:
        reset(source)
        reset(target)
        return
    except OSError:
        pass
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def reset(one: socket.socket) -> None:
    """Have a connection end with a reset, and wake up whoever waits for it to say something."""
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.shutdown(socket.SHUT_RD)
