"""Heads that are odd and frames that do not fit, byte for byte."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mockserver.core.answers import Answer
from mockserver.wire.writing import write_head

#: By how much a wrong length is wrong.
_OFF = 5
_LONG = 100_000
_MANY = 500
_COOKIES = b"\r\n".join(
    (
        b"Set-Cookie: __cf_bm=9f1c; path=/; expires=Thu, 01 Jan 2037 00:00:00 GMT; HttpOnly; Secure",
        b"Set-Cookie: lb=a=b; path=/",
        b"Set-Cookie: nonce=1",
    )
)
_RUBBISH = b"noncense\x00\xff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Framed:
    """What goes out, and what becomes of the connection.

    Attributes:
        data: The bytes.
        ends: Whether the connection ends behind them.
        waits: Whether it stays open although the client is owed more, until the client gives up.
    """

    data: bytes
    ends: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """How an answer would be framed unharmed: its head in parts, and whether a body follows."""

    answer: Answer
    now_ms: int
    keep_alive: bool
    old: bool
    bodiless: bool

    def head(self, framing: bytes = b"") -> bytes:
        """Return the head, with another line in place of its Content-Length."""
        return write_head(self.answer, self.now_ms, keep_alive=self.keep_alive, old=self.old, framing=framing)

    @property
    def body(self) -> bytes:
        """The body, where one follows."""
        return b"" if self.bodiless else self.answer.body


def odd_head(frame: Frame, how: str) -> Framed:
    """Return an answer behind an odd head, in one of the ways of `core/fault_kinds.py`."""
    if how == "http10":
        head = _without(frame.head(b"\r\nX-Length: none"), b"X-Length").replace(b"HTTP/1.1 ", b"HTTP/1.0 ", 1)
        return Framed(data=_without(head, b"Connection") + frame.body, ends=True)
    return Framed(data=_HEADS[how](frame.head()) + frame.body)


def _first_line(head: bytes) -> tuple[bytes, bytes]:
    line, _, rest = head.partition(b"\r\n")
    return line, rest


def _without(head: bytes, name: bytes) -> bytes:
    return b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(name.lower() + b":"))


def _instead(head: bytes, name: bytes, value: bytes) -> bytes:
    return _with(_without(head, name), name + b": " + value)


def _with(head: bytes, lines: bytes) -> bytes:
    first, rest = _first_line(head)
    return first + b"\r\n" + lines + b"\r\n" + rest


def _renamed(head: bytes, spell: Callable[[bytes], bytes]) -> bytes:
    first, rest = _first_line(head)
    parts = [line.partition(b":") for line in rest.split(b"\r\n")]
    lines = [spell(name) + colon + value for name, colon, value in parts]
    return b"\r\n".join([first, *lines])


def _bare(head: bytes) -> bytes:
    first, rest = _first_line(head)
    return b" ".join(first.split(b" ")[:2]) + b"\r\n" + rest


def _misspelt(head: bytes) -> bytes:
    first, rest = _first_line(head)
    version, status, *reason = first.split(b" ")
    return b" ".join([version, status[:1] + b"OO", *reason]) + b"\r\n" + rest


_HEADS: Mapping[str, Callable[[bytes], bytes]] = {
    "lf_only": lambda head: head.replace(b"\r\n", b"\n"),
    "unknown_version": lambda head: head.replace(b"HTTP/1.1", b"HTTP/9.9", 1),
    "bad_status": _misspelt,
    "no_reason": _bare,
    "lower_case": lambda head: _renamed(head, bytes.lower),
    "upper_case": lambda head: _renamed(head, bytes.upper),
    "no_content_type": lambda head: _without(head, b"Content-Type"),
    "html_type": lambda head: _instead(head, b"Content-Type", b"text/html; charset=UTF-8"),
    "odd_charset": lambda head: _instead(head, b"Content-Type", b"application/json; charset=utf-16"),
    "no_date": lambda head: _without(head, b"Date"),
    "bad_date": lambda head: _instead(head, b"Date", b"yesterday, about noon"),
    "folded": lambda head: _with(head, b"X-Folded: begins here\r\n and goes on here"),
    "no_colon": lambda head: _with(head, b"this line has none"),
    "space_before_colon": lambda head: _with(head, b"X-Blank : before the colon"),
    "long_header": lambda head: _with(head, b"X-Long: " + b"x" * (_LONG - len(b"X-Long: "))),
    "many_headers": lambda head: _with(head, b"\r\n".join(b"X-%d: one of many" % number for number in range(_MANY))),
    "cookies": lambda head: _with(head, _COOKIES),
    "nul": lambda head: _with(head, b"X-Nul: a\x00b"),
}


def wrong_length(frame: Frame, how: str) -> Framed:
    """Return an answer whose head is wrong about its length, in one of the ways of `core/fault_kinds.py`."""
    body, length = frame.body, len(frame.answer.body)
    if how == "with_chunks":
        head = frame.head(b"\r\nContent-Length: %d\r\nTransfer-Encoding: chunked" % length)
        return Framed(data=head + _chunked(frame, "sound"))
    if how == "missing":
        head = _without(_without(frame.head(b"\r\nX-Length: none"), b"X-Length"), b"Connection")
        return Framed(data=head + body, ends=True)
    lines: Mapping[str, bytes] = {
        "short": b"%d" % max(0, length - _OFF),
        "long": b"%d" % (length + _OFF),
        "twice": b"%d\r\nContent-Length: %d" % (length, length + _OFF),
        "twice_the_same": b"%d\r\nContent-Length: %d" % (length, length),
        "listed": b"%d, %d" % (length, length),
        "negative": b"-1",
        "text": b"plenty",
        "huge": b"%d" % 2**64,
    }
    return Framed(
        data=frame.head(b"\r\nContent-Length: " + lines[how]) + body,
        ends=how not in ("long", "twice_the_same", "listed", "short"),
        waits=how == "long",
    )


def odd_chunks(frame: Frame, how: str) -> Framed:
    """Return an answer in chunks, in one of the ways of `core/fault_kinds.py`."""
    framing = b"\r\nTransfer-Encoding: chunked" + (b"\r\nTrailer: X-Sum" if how == "trailers" else b"")
    data = frame.head(framing) + _chunked(frame, how)
    return Framed(data=data, ends=how not in ("many", "extension", "trailers", "leading_zeros"))


def _chunked(frame: Frame, how: str) -> bytes:
    body = frame.body
    if frame.bodiless:
        return b""
    half = max(1, len(body) // 2)
    parts = [body[at : at + 1] for at in range(len(body))] if how == "many" else [body[:half], body[half:]]
    chunks = [_chunk(part, how, first=index == 0) for index, part in enumerate(parts) if part]
    if how == "garbage":
        chunks.insert(1, _RUBBISH)
    trailers = b"X-Sum: none\r\n" if how == "trailers" else b""
    end = b"" if how == "no_end" else b"0\r\n" + trailers + b"\r\n"
    return b"".join(chunks) + end


def _chunk(part: bytes, how: str, *, first: bool) -> bytes:
    size = b"%x" % len(part)
    match how:
        case "bad_size" if first:
            size = b"ZZ"
        case "negative_size" if first:
            size = b"-1"
        case "huge_size" if first:
            size = b"f" * 16
        case "short_size" if first:
            size = b"%x" % max(1, len(part) - _OFF)
        case "leading_zeros":
            size = size.rjust(12, b"0")
        case "extension":
            size += b';noncense="odd"'
        case _:
            pass
    return size + b"\r\n" + part + b"\r\n"
