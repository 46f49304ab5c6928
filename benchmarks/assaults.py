"""What is sent by those who speak no HTTP, or speak it to the wrong room, or take their time."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from random import Random

#: The beginning of a TLS client's first message, and of records that make no sense.
_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
_ALERT = b"\x15\x03\x03\x00\x02\x02\x28"

#: Control paths, and bodies that no room obeys or that change nothing that another could notice.
_ROOMS = ("health", "keys", "clock", "faults", "journal", "market", "limits", "openapi.json", "", "x", "keys/nobody")
_BODIES = ('{"fault":%s}', '{"fault":"reset","at":%s}', '{"xyzzy":%s}', "%s", '{"state":%s}', '{"shift_ms":0,"x":%s}')
_HOSTS = (b"127.0.0.1", b"localhost", b"evil.example", b"127.0.0.1.evil.example", b"", b"[::1]", b"2130706433")


def tls_noise(chance: Random) -> bytes:
    """Return what a TLS client might say, whole or torn, with rubbish in it."""
    filling = chance.randbytes(chance.randrange(600))
    return chance.choice(
        (_HELLO + filling, _ALERT + filling, b"\x16\x03" + filling, filling, _HELLO + b"GET / HTTP/1.1\r\n\r\n")
    )


def control_call(nasty: Sequence[bytes], chance: Random) -> bytes:
    """Return a request below `/_noncense/` that cannot be obeyed, or that only looks."""
    room = chance.choice(_ROOMS)
    method = chance.choice((b"GET", b"GET", b"POST", b"PUT", b"HEAD", b"DELETE", b"PATCH"))
    body = b""
    query = b""
    if method == b"POST":
        room = "faults" if room in ("keys", "limits", "clock") else room
        body = chance.choice(_BODIES).encode().replace(b"%s", chance.choice(nasty)[:20_000])
    elif method == b"DELETE":
        room = "keys/nobody"  # nobody is revoked by chance, and no plan is cleared
    elif chance.random() < 0.5:
        value = bytes(byte if 0x21 <= byte <= 0x7E and byte != 0x23 else 0x2B for byte in chance.choice(nasty)[:3000])
        query = b"?" + chance.choice((b"limit", b"since", b"key", b"format")) + b"=" + value
    lines = [method + b" /_noncense/" + room.encode() + query + b" HTTP/1.1", b"Host: " + chance.choice(_HOSTS)]
    if chance.random() < 0.3:
        lines.append(b"Origin: " + chance.choice((b"https://evil.example", b"null", b"http://localhost", b"x")))
    if chance.random() < 0.2:
        lines.append(b"X-Noncense-Token: " + b"a" * chance.randrange(2000))
    lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


class Slowcoaches:
    """Connections that say a byte now and then, many at a time.

    Args:
        port: Where they call.
        most_s: How long the exchange may put up with one of them.

    Attributes:
        came: How many there were.
        overdue: What those had to say who were put up with for longer.
    """

    _MOST = 24

    def __init__(self, port: int, most_s: float) -> None:
        self._port = port
        self._most_s = most_s
        self._lines: list[tuple[socket.socket, float, bytes, bytearray]] = []
        self.came = 0
        self.overdue: list[bytes] = []

    def come(self, data: bytes) -> None:
        """Let one more connect, if there is room for it."""
        if len(self._lines) < self._MOST and data:
            line = socket.create_connection(("127.0.0.1", self._port), timeout=8)
            line.setblocking(False)
            self._lines.append((line, time.monotonic(), data, bytearray(data)))
            self.came += 1

    def dribble(self, chance: Random) -> None:
        """Let one of them say a little, and see whether it still may."""
        if not self._lines:
            return
        at = chance.randrange(len(self._lines))
        line, since, data, left = self._lines[at]
        piece = bytes(left[: chance.randrange(1, 4)])
        del left[: len(piece)]
        try:
            line.send(piece or b"\r\n")
            gone = line.recv(65536) == b""
        except BlockingIOError:
            gone = False
        except OSError:
            gone = True
        if not gone and time.monotonic() - since > self._most_s:
            self.overdue.append(data)
            gone = True
        if gone:
            line.close()
            del self._lines[at]

    def leave(self) -> None:
        """See all of them off: those that the exchange still waits for have to be let go in time."""
        for line, since, data, _ in self._lines:
            line.setblocking(True)
            line.settimeout(max(0.1, since + self._most_s - time.monotonic()))
            try:
                while line.recv(65536):
                    pass
            except TimeoutError:
                self.overdue.append(data)
            except OSError:
                pass
            line.close()
        self._lines.clear()
