"""The answers that the laboratory's servers give: one that is plain, and odd ones."""

from __future__ import annotations

import gzip
from collections.abc import Mapping

#: With what a deed begins that leads elsewhere: `redirect-307-other`.
REDIRECT = "redirect-"
#: How many bytes a whole answer has that is cut, and how many of them come.
WHOLE, CUT = 1000, 400
#: What a compressed answer holds when it is unpacked.
UNPACKED = b"ok" * 500


def _answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = (f"HTTP/1.1 {status}", "Content-Type: text/plain", *headers, f"Content-Length: {len(body)}", "", "")
    return "\r\n".join(lines).encode() + body


def _early(first: str) -> bytes:
    return first.encode() + b"\r\n\r\n" + _answer(b"ok", "Connection: close")


def _cut(*headers: str, body: bytes) -> bytes:
    return "\r\n".join(("HTTP/1.1 200 OK", "Content-Type: text/plain", *headers, "", "")).encode() + body


OK = _answer(b"ok")
#: The compressed answer as it travels.
PACKED = gzip.compress(UNPACKED, mtime=0)

#: What a deed answers, and whether the connection goes on.
ANSWERS: Mapping[str, tuple[bytes, bool]] = {
    "hints": (_early("HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload"), False),
    "continue": (_early("HTTP/1.1 100 Continue"), False),
    "cut-length": (_cut(f"Content-Length: {WHOLE}", body=b"x" * CUT), False),
    "cut-chunks": (_cut("Transfer-Encoding: chunked", body=b"%x\r\n%b\r\n" % (CUT, b"x" * CUT)), False),
    "twice": (_answer(b"ok", "X-Twice: one", "X-Twice: two"), True),
    "blank": (_answer(b"ok", "X-Blank : one", "Connection: close"), False),
    "gzip": (_answer(PACKED, "Content-Encoding: gzip"), True),
    "busy": (_answer(b"busy", "Retry-After: 0", status="503 Service Unavailable"), True),
    "cookie": (_answer(b"ok", "Set-Cookie: session=1; Path=/"), True),
}


def redirect(code: int, location: str) -> bytes:
    """Return an answer that leads elsewhere."""
    return _answer(b"", f"Location: {location}", status=f"{code} Elsewhere")
