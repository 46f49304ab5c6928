"""Bytes carried between a client and the exchange; each side sees how the other one ended: an end, or a reset."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading

from harness.beside.listening import Listening, connected

#: The first byte of a TLS handshake.
_HANDSHAKE = 0x16
#: How long who has connected may say nothing; the exchange itself ends such a connection after thirty seconds.
_FIRST_BYTE_S = 40.0


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
        if ahead:
            there.sendall(ahead)
        back = threading.Thread(target=carry, args=(there, client), name="noncense-back", daemon=True)
        back.start()
        carry(client, there)
        back.join()
    finally:
        listening.let_go(there)


def carry(source: socket.socket, target: socket.socket) -> None:
    """Carry bytes from one socket to another until the source has ended, and let the target end in the same way."""
    try:
        while data := source.recv(65536):
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
