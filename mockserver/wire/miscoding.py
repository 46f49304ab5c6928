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
        encoding: `gzip`, `deflate` (which HTTP takes for zlib's format), `br` or `zstd`. The last two are written
            without any compression, in blocks that are stored: that is as good a test of who reads them.
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
            at = max(0, len(whole) - (8 if encoding == "gzip" else 4))
            body = whole[:at] + bytes(byte ^ 0xFF for byte in whole[at : at + 4]) + whole[at + 4 :]
        case _:
            body = _packed(answer.body, encoding)
    return replace(answer, body=body, headers=answer.headers + (() if how == "unlabelled" else label))


def _packed(body: bytes, encoding: str) -> bytes:
    match encoding:
        case "gzip":
            return gzip.compress(body, mtime=0)
        case "br":
            return _stored_brotli(body)
        case "zstd":
            return _stored_zstd(body)
        case _:
            return zlib.compress(body)


def _stored_brotli(body: bytes) -> bytes:
    """Return a body in the format of RFC 7932, in metablocks that are not compressed (section 9.2)."""
    parts = []
    for start in range(0, len(body), 65536):
        block = body[start : start + 65536]
        # From the lowest bit: ISLAST 0, MNIBBLES 00 for four, MLEN - 1, ISUNCOMPRESSED 1; WBITS 0 before the first one.
        bits = (len(block) - 1) << 3 | 1 << 19
        parts.append((bits << (start == 0)).to_bytes(3, "little") + block)
    # ISLAST 1, ISLASTEMPTY 1.
    return b"".join(parts) + (b"\x03" if parts else b"\x06")


def _stored_zstd(body: bytes) -> bytes:
    """Return a body in the format of RFC 8878: one frame of raw blocks, with its size in front (section 3.1.1)."""
    blocks = [body[start : start + 65536] for start in range(0, len(body), 65536)] or [b""]
    parts = [b"\x28\xb5\x2f\xfd\xa0", len(body).to_bytes(4, "little")]
    for number, block in enumerate(blocks, 1):
        parts.append((len(block) << 3 | (number == len(blocks))).to_bytes(3, "little") + block)
    return b"".join(parts)


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
