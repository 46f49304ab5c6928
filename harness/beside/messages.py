"""HTTP messages as far as a hop has to understand them."""

from __future__ import annotations

import socket
from dataclasses import dataclass

#: No head that passes here is longer.
LONGEST_HEAD = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A request or an answer.

    Attributes:
        first: The request line or the status line.
        headers: The other lines of the head.
        body: As it travelled; of an answer in chunks with the chunks' sizes.
    """

    first: bytes
    headers: tuple[bytes, ...]
    body: bytes = b""

    def value(self, name: bytes) -> bytes | None:
        """Return a header's value; of several the first."""
        for line in self.headers:
            own, colon, value = line.partition(b":")
            if colon and own.strip().lower() == name:
                return value.strip()
        return None

    def without(self, *names: bytes) -> Message:
        """Return it without some headers."""
        kept = tuple(line for line in self.headers if line.partition(b":")[0].strip().lower() not in names)
        return Message(first=self.first, headers=kept, body=self.body)

    def written(self) -> bytes:
        """Return it as it travels."""
        return b"\r\n".join((self.first, *self.headers, b"", b"")) + self.body


class Arriving:
    """Messages that arrive on a socket, one behind the other."""

    def __init__(self, source: socket.socket) -> None:
        self._source = source
        self._buffer = b""

    def head(self) -> Message | None:
        """Read a head; None where the connection ends before there is one."""
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > LONGEST_HEAD or not self._more():
                return None
        lines = self._buffer[:end].split(b"\r\n")
        self._buffer = self._buffer[end + 4 :]
        return Message(first=lines[0], headers=tuple(lines[1:]))

    def message(self) -> Message | None:
        """Read a head and the body that it announces by a length, or by chunks; None where it ends before."""
        head = self.head()
        return None if head is None else self.body_of(head)

    def body_of(self, head: Message) -> Message | None:
        """Read the body that a head announces; None where the connection ends before it does."""
        if b"chunked" in (head.value(b"transfer-encoding") or b"").lower():
            body = self._until(b"0\r\n\r\n")
        else:
            body = self._bytes(int(head.value(b"content-length") or 0))
        return None if body is None else Message(first=head.first, headers=head.headers, body=body)

    def rest(self) -> bytes:
        """Return what has been read and belongs to no message yet."""
        rest, self._buffer = self._buffer, b""
        return rest

    def _bytes(self, count: int) -> bytes | None:
        while len(self._buffer) < count:
            if not self._more():
                return None
        found, self._buffer = self._buffer[:count], self._buffer[count:]
        return found

    def _until(self, mark: bytes) -> bytes | None:
        while (end := self._buffer.find(mark)) < 0:
            if not self._more():
                return None
        return self._bytes(end + len(mark))

    def _more(self) -> bool:
        data = self._source.recv(65536)
        self._buffer += data
        return bool(data)
