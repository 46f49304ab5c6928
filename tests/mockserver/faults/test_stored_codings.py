"""Codings without compression: brotli and Zstandard in blocks that are stored, byte by byte as their RFCs have them."""

import shutil
import subprocess

import pytest

from mockserver.core.answers import Answer
from mockserver.wire.miscoding import miscoded

READERS = {
    "br": [
        "node",
        "-e",
        "const all = []; process.stdin.on('data', (one) => all.push(one)).on('end', () =>"
        " process.stdout.write(require('zlib').brotliDecompressSync(Buffer.concat(all))))",
    ],
    "zstd": ["zstd", "-dc"],
}


def coded(body: bytes, encoding: str) -> bytes:
    return miscoded(Answer(status=200, body=body), "sound", encoding=encoding).body


def test_a_small_body_in_brotli_is_one_stored_block_and_an_end() -> None:
    # WBITS 0, ISLAST 0, MNIBBLES 00, MLEN - 1 = 1, ISUNCOMPRESSED 1, then the bytes, then ISLAST 1 and ISLASTEMPTY 1.
    assert coded(b"{}", "br") == bytes([0b00010000, 0, 0b00010000]) + b"{}" + b"\x03"


def test_a_small_body_in_zstandard_is_one_raw_block() -> None:
    assert coded(b"{}", "zstd") == b"\x28\xb5\x2f\xfd" + b"\xa0" + b"\x02\0\0\0" + bytes([2 << 3 | 1, 0, 0]) + b"{}"


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, 200_000])
@pytest.mark.parametrize("encoding", READERS)
def test_readers_from_elsewhere_understand_them(encoding: str, size: int) -> None:
    if shutil.which(READERS[encoding][0]) is None:
        pytest.skip(f"there is no {READERS[encoding][0]}")
    body = (b'{"a":[1,2,3]}' * 16_000)[:size]
    read = subprocess.run(READERS[encoding], input=coded(body, encoding), capture_output=True, check=True)
    assert read.stdout == body
