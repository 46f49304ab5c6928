"""Answers as bytes. We write heads ourselves: an empty reason phrase, a shifted date, a broken length are ours."""

from __future__ import annotations

from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

from mockserver.core.answers import Answer

_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_BODILESS = frozenset({204, 304})

EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@lru_cache(maxsize=512)
def _opening(status: int, reason: str | None, content_type: str, headers: tuple[tuple[str, str], ...]) -> bytes:
    phrase = _PHRASES.get(status, "") if reason is None else reason
    lines = [f"HTTP/1.1 {status} {phrase}"]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    lines.extend(f"{name}: {value}" for name, value in headers)
    return "\r\n".join(_one_line(line) for line in lines).encode("latin-1", "replace")


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


@lru_cache(maxsize=4)
def _date(second: int) -> bytes:
    """Return the Date header for a second since the Unix epoch, or nothing where no calendar reaches that far."""
    try:
        return b"\r\nDate: " + formatdate(second, usegmt=True).encode("ascii")
    except (ValueError, OverflowError, OSError):
        return b""


def write_head(
    answer: Answer, now_ms: int, *, keep_alive: bool = True, old: bool = False, framing: bytes = b""
) -> bytes:
    """Return status line and headers with the blank line behind them.

    Args:
        answer: What is said.
        now_ms: The server's clock, for the Date header.
        keep_alive: Whether the connection stays open.
        old: Whether the client speaks HTTP/1.0, which has to be told that the connection stays.
        framing: The header line that says where the body ends; empty for the usual Content-Length.
    """
    head = _opening(answer.status, answer.reason, answer.content_type, answer.headers) + _date(now_ms // 1000)
    if answer.status not in _BODILESS:
        head += framing or b"\r\nContent-Length: %d" % len(answer.body)
    if not keep_alive:
        head += b"\r\nConnection: close"
    elif old:
        head += b"\r\nConnection: keep-alive"
    return head + b"\r\n\r\n"


def write_answer(answer: Answer, now_ms: int, *, keep_alive: bool, old: bool, bodiless: bool) -> bytes:
    """Return an answer as it travels.

    Args:
        answer: What is said.
        now_ms: The server's clock.
        keep_alive: Whether the connection stays open.
        old: Whether the client speaks HTTP/1.0.
        bodiless: Whether the request was a HEAD, which is told the length of a body that it does not get.
    """
    if keep_alive and not old and not bodiless and answer.status not in _BODILESS:  # nearly all of them
        opening = _opening(answer.status, answer.reason, answer.content_type, answer.headers)
        body = answer.body
        return b"%b%b\r\nContent-Length: %d\r\n\r\n%b" % (opening, _date(now_ms // 1000), len(body), body)
    head = write_head(answer, now_ms, keep_alive=keep_alive, old=old)
    return head if bodiless or answer.status in _BODILESS else head + answer.body


def write_chunked(answer: Answer, now_ms: int, *, keep_alive: bool, complete: bool) -> bytes:
    """Return an answer in two chunks (one for a body of one byte), with or without the last, empty chunk."""
    head = write_head(answer, now_ms, keep_alive=keep_alive, framing=b"\r\nTransfer-Encoding: chunked")
    half = len(answer.body) // 2
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (answer.body[:half], answer.body[half:]) if part)
    return head + chunks + (b"0\r\n\r\n" if complete else b"")
