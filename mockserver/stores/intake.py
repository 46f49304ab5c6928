"""The intake: a file in which batches lie until there is time to put them away.

To write over bytes that the system has at hand costs a tenth of what it costs to make a file longer, and a database
asks for several pages where one run of bytes would do. So a batch is written here, behind the one before, in one go;
and once all have been put away, a new round begins, and the next batch is written over the first. A process that is
killed loses nothing by it: what was written is with the operating system.

A frame is a head and a payload. The head says of which round the frame is, how long it is, and what that adds up to. So
a torn frame is told from a whole one; and since every round has a name of its own, drawn by chance, nothing that an
earlier round left behind is ever taken for a frame of this one, wherever it lies.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import FileIO
from pathlib import Path
from struct import Struct
from typing import Final

from mockserver.errors import StoreError
from mockserver.stores.files import open_private, unusable

#: The name of its round, and how many bytes its payload has.
_HEAD: Final = Struct("<8sI")
#: The checksum of these and of the payload.
_SUM: Final = Struct("<I")
_HEAD_BYTES: Final = _HEAD.size + _SUM.size

#: How long the name of a round is, bytes.
ROUND_BYTES: Final = 8


class Intake:
    """The batches of one round, in a file that belongs to one process.

    Args:
        path: The file; made where there is none, for its owner alone.
        round_name: Which round it is, 8 bytes. What was written in another one does not count.

    Attributes:
        path: As given.
        round_name: Which round it is.
        size: How many bytes of this round lie here.

    Raises:
        StoreError: The file cannot be used.
    """

    def __init__(self, path: Path, round_name: bytes) -> None:
        self.path = path
        self.round_name = round_name
        try:
            self._file = FileIO(path, "r+b", opener=open_private)
        except OSError as error:
            raise unusable(path, error) from None
        try:
            self.size = _size(list(_payloads(self._file.read(), round_name)))
        except OSError as error:
            self._file.close()
            raise unusable(path, error) from None
        except BaseException:
            self._file.close()
            raise

    def write(self, payload: bytes) -> None:
        """Keep a batch, or nothing of it.

        Raises:
            StoreError: It could not be written.
        """
        head = _HEAD.pack(self.round_name, len(payload))
        frame = b"".join((head, _SUM.pack(zlib.crc32(payload, zlib.crc32(head))), payload))
        rest = memoryview(frame)
        try:
            self._file.seek(self.size)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise unusable(self.path, error) from None
        self.size += len(frame)

    def payloads(self) -> Sequence[bytes]:
        """Return the batches of this round, oldest first.

        Raises:
            StoreError: They cannot be read, or are not what was written.
        """
        try:
            self._file.seek(0)
            found = list(_payloads(self._file.read(self.size), self.round_name))
        except OSError as error:
            raise unusable(self.path, error) from None
        if _size(found) != self.size:
            raise StoreError(f"{self.path}: somebody else has written here")
        return found

    def begin(self, round_name: bytes) -> None:
        """Begin a new round at the top: what lay here has been put away."""
        self.size = 0
        self.round_name = round_name

    def close(self) -> None:
        """Let go of the file; it goes away if nothing lies here."""
        self._file.close()
        if not self.size:
            with suppress(OSError):  # an empty round is as good as none
                self.path.unlink(missing_ok=True)


def _size(payloads: Sequence[bytes]) -> int:
    """Return how many bytes payloads take with their heads."""
    return sum(_HEAD_BYTES + len(payload) for payload in payloads)


def _payloads(lying: bytes, round_name: bytes) -> Iterator[bytes]:
    """Yield what whole frames of a round hold, from the first up to one that is torn or of another round."""
    position = 0
    while (begins := position + _HEAD_BYTES) <= len(lying):
        head = lying[position : position + _HEAD.size]
        name, length = _HEAD.unpack(head)
        (total,) = _SUM.unpack_from(lying, position + _HEAD.size)
        payload = lying[begins : begins + length]
        if name != round_name or zlib.crc32(payload, zlib.crc32(head)) != total:
            return
        yield payload
        position = begins + length
