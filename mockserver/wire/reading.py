"""Requests as they travelled, bytes untouched."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from aiohttp import web

from mockserver.wire.writing import CONTINUE
from signer import Request

if TYPE_CHECKING:
    from collections import deque

    from aiohttp import StreamReader
    from aiohttp.http_parser import RawRequestMessage

    from mockserver.wire.line import Line


class CutShort(Exception):
    """The body did not arrive: the connection was lost, its framing broke, or it took too long.

    Attributes:
        arrived: What had arrived of it.
        lost: Whether the connection is gone, so that there is nobody to answer.
    """

    def __init__(self, arrived: bytes, *, lost: bool) -> None:
        super().__init__()
        self.arrived = arrived
        self.lost = lost


def origin_form(path: str) -> bytes:
    """Return the request target in origin form, undecoded.

    A client that believes it talks to a proxy sends the absolute form; scheme and authority are taken off it.
    """
    target = path.encode("utf-8", "surrogateescape")
    if target.startswith(b"/"):
        return target
    scheme, found, rest = target.partition(b"://")
    if not found or not scheme.isalpha():
        return target
    for index, byte in enumerate(rest):
        if byte in b"/?#":
            return rest[index:] if byte in b"/" else b"/" + rest[index:]
    return b"/"


def authority_of(path: str) -> bytes:
    """Return host and port of a target in absolute form, which count more than the Host header; else nothing."""
    scheme, found, rest = path.partition("://")
    if not found or not scheme.isalpha():
        return b""
    return re.split("[/?#]", rest, maxsplit=1)[0].rpartition("@")[2].encode("utf-8", "surrogateescape")


def whole_body(content: StreamReader) -> bytes:
    """Return a body that has wholly arrived. The usual one is a single piece, which is taken as it is.

    aiohttp would look whether it may read on before it hands the piece over; here the request is over with it.
    """
    if not content.total_bytes:
        return b""
    pieces: deque[bytes] | None = getattr(content, "_buffer", None)
    if pieces is None or len(pieces) != 1 or len(pieces[0]) != content.total_bytes:
        return content.read_nowait()
    return pieces[0]


async def read_rest(request: web.BaseRequest, line: Line, *, limit: int, seconds: float) -> tuple[bytes, bool]:
    """Return a body that had not wholly arrived with its head, and whether it went beyond the limit.

    Args:
        request: Its head.
        line: The connection.
        limit: Bytes; a body beyond it is not read to its end.
        seconds: How long the body may take.

    Raises:
        CutShort: It did not arrive.
    """
    announced = request.content_length
    if announced is not None and announced > limit:
        return b"", True
    if line.silent:
        raise CutShort(request.content.read_nowait(), lost=True)
    if request.version >= (1, 1) and request.headers.get("Expect", "").lower() == "100-continue":
        line.say(CONTINUE)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            while chunk := await request.content.readany():
                body += chunk
                if len(body) > limit:
                    return bytes(body[:limit]), True
    except TimeoutError:
        raise CutShort(bytes(body), lost=False) from None
    except Exception as error:  # aiohttp's payload errors have no common public parent
        error.__traceback__ = None  # the stream keeps its error, whose frames would keep the stream
        lost = isinstance(error, ConnectionError) or line.lost.done()
        raise CutShort(bytes(body), lost=lost) from None
    return bytes(body), False


def as_travelled(head: web.BaseRequest | RawRequestMessage, target: str, body: bytes) -> Request:
    """Return a request with its target in origin form and its headers as they came."""
    return Request(head.method, origin_form(target), head.raw_headers, body)


def stand_in(data: bytes) -> Request:
    """Return a stand-in for bytes that were no HTTP request: whatever can be made out of them.

    It is never judged; but it tells whose request it was, and what somebody tried to ask for.
    """
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    words = first.split(b" ")
    method = words[0][:32].decode("latin-1") if words[0].isalpha() else "GET"
    target = words[1] if len(words) > 1 and words[1].startswith(b"/") else b"/"
    pairs = (line.partition(b":") for line in lines[:128])
    headers = tuple((name.strip(), value.strip()) for name, colon, value in pairs if colon and name)
    return Request(method=method, target=target[:8192], headers=headers, body=body)
