"""Questions for names as they travel (RFC 1035), and the only answers given here: this machine, or no such name."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass

#: The type of a question for an address of IPv4.
ADDRESS = 1
_NAME_ERROR = 3
_ANSWER, _AUTHORITATIVE, _WANTED_RECURSION, _OPERATION = 0x8000, 0x0400, 0x0100, 0x7800
_HEAD = struct.Struct("!HHHHHH")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked.

    Attributes:
        number: By which an answer is known.
        flags: As they came.
        name: The name that is asked for, in lower case, without a last dot.
        kind: The type of record that is wanted.
        raw: The question as it travelled; the answer repeats it.
    """

    number: int
    flags: int
    name: str
    kind: int
    raw: bytes


def read(data: bytes) -> Question | None:
    """Read a datagram; None for what is no single question."""
    if len(data) < _HEAD.size:
        return None
    number, flags, questions, _, _, _ = _HEAD.unpack_from(data)
    if flags & (_ANSWER | _OPERATION) or questions != 1:
        return None
    labels, place = [], _HEAD.size
    while place < len(data) and (length := data[place]):
        if length > 63 or place + 1 + length > len(data) or place > 270:
            return None
        labels.append(data[place + 1 : place + 1 + length].decode("latin-1"))
        place += 1 + length
    if place + 5 > len(data):
        return None
    kind = int.from_bytes(data[place + 1 : place + 3], "big")
    raw = data[_HEAD.size : place + 5]
    return Question(number=number, flags=flags, name=".".join(labels).lower(), kind=kind, raw=raw)


def answer(question: Question, *, here: bool) -> bytes:
    """Return an answer.

    Args:
        question: What was asked.
        here: Whether the name is this machine's; where it is not, nobody has that name.
    """
    records = b""
    if here and question.kind == ADDRESS:
        records = b"\xc0\x0c" + struct.pack("!HHIH", ADDRESS, 1, 0, 4) + socket.inet_aton("127.0.0.1")
    flags = _ANSWER | _AUTHORITATIVE | (question.flags & _WANTED_RECURSION) | 0x80 | (0 if here else _NAME_ERROR)
    return _HEAD.pack(question.number, flags, 1, 1 if records else 0, 0, 0) + question.raw + records
