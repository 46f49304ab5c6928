"""Answers that are compressed, in ways that are sound and in ways that are not."""

from __future__ import annotations

import gzip
import struct
import zlib
from dataclasses import replace
from functools import lru_cache

from mockserver.core.answers import Answer

_BOMB = 64 * 2**20
_PIECE = 2**20
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


def miscoded(answer: Answer, how: str, *, encoding: str = "gzip", size: int | None = None) -> Answer:
    """Return an answer compressed in one of the ways of `core/fault_kinds.py`.

    Args:
        answer: What is compressed.
        how: The way.
        encoding: `gzip` or `deflate` (which HTTP takes for zlib's format).
        size: What a bomb unpacks to, bytes.
    """
    label = (("Content-Encoding", encoding),)
    match how:
        case "mislabelled":
            return replace(answer, headers=answer.headers + label)
        case "bomb":
            body, label = bomb(size or _BOMB), (("Content-Encoding", "gzip"),)
        case "twice":
            body = _packed(_packed(answer.body, encoding), encoding)
        case "cut":
            whole = _packed(answer.body, encoding)
            body = whole[: len(whole) // 2]
        case "wrong_sum":
            whole = _packed(answer.body, encoding)
            at = len(whole) - (8 if encoding == "gzip" else 4)
            body = whole[:at] + bytes(byte ^ 0xFF for byte in whole[at : at + 4]) + whole[at + 4 :]
        case _:
            body = _packed(answer.body, encoding)
    return replace(answer, body=body, headers=answer.headers + (() if how == "unlabelled" else label))


def _packed(body: bytes, encoding: str) -> bytes:
    return gzip.compress(body, mtime=0) if encoding == "gzip" else zlib.compress(body)


@lru_cache(maxsize=2)
def bomb(size: int) -> bytes:
    """Return a JSON object of so many bytes as gzip, about a thousandth of that.

    The middle is one compressed mebibyte, again and again: after a full flush each piece unpacks by itself. So making
    a large one takes no longer than its checksum.
    """
    before, after = b'{"ok":true,"x":"', b'"}'
    filling = max(0, size - len(before) - len(after))
    pieces, rest = divmod(filling, _PIECE)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    parts = [packer.compress(before) + packer.flush(zlib.Z_FULL_FLUSH)]
    piece = packer.compress(b"a" * _PIECE) + packer.flush(zlib.Z_FULL_FLUSH)
    parts += [piece] * pieces
    parts.append(packer.compress(b"a" * rest + after) + packer.flush(zlib.Z_FINISH))
    check = zlib.crc32(before)
    for _ in range(pieces):
        check = zlib.crc32(_FILLING, check)
    check = zlib.crc32(b"a" * rest + after, check)
    length = len(before) + filling + len(after)
    return _GZIP_HEAD + b"".join(parts) + struct.pack("<II", check, length & 0xFFFFFFFF)


_FILLING = b"a" * _PIECE
