"""The intake: a file in which batches lie until there is time to put them away.

To write over bytes that the system has at hand costs a tenth of what it costs to make a file longer, and a database
asks for several pages where one run of bytes would do. So a batch is written here, behind the one before, in one go;
and once all have been put away, the next one is written over the first again. A process that is killed loses nothing
by it: what was written is with the operating system.

A frame is a head and a payload. The head says to whom the frame belongs, which one it is, how long it is, and what all
that adds up to. So a torn frame is told from a whole one, and a frame of an earlier round from one of this: numbers
only rise, and each is one more than the one before.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from io import FileIO
from pathlib import Path
from struct import Struct
from typing import Final, NamedTuple

from mockserver.errors import StoreError
from mockserver.stores.private import make_private

#: To whom a frame belongs, its number, how many bytes its payload has; and the sum of these and the payload.
_HEAD: Final = Struct("<8sQI")
_SUM: Final = Struct("<I")
_HEAD_BYTES: Final = _HEAD.size + _SUM.size

#: How long the name of an owner is, bytes.
OWNER_BYTES: Final = 8


class Frame(NamedTuple):
    """One batch, as it lies here.

    Attributes:
        number: One more than that of the frame before; the very first is 1.
        payload: Whatever its owner wrote.
    """

    number: int
    payload: bytes


class Intake:
    """Frames in a file that belongs to one process.

    Args:
        path: The file; made where there is none, for its owner alone.
        owner: Whose frames these are, 8 bytes. Frames of somebody else are none.
        put_away: The number of the last frame that was put away before. If those that lie here do not begin with the
            next one, they were put away themselves, or some between are missing; then none of them counts.

    Attributes:
        newest: The number of the newest frame, put away or not.
        size: How many bytes lie here.

    Raises:
        StoreError: The file cannot be used.
    """

    def __init__(self, path: Path, owner: bytes, put_away: int) -> None:
        self._path = path
        self._owner = owner
        make_private(path)
        try:
            self._file = FileIO(path, "r+b")
            left = list(_frames(self._file.read(), owner))
        except OSError as error:
            raise _unusable(path, error) from None
        if left and left[0].number != put_away + 1:
            left = []
        self.newest = put_away + len(left)
        self.size = _size(left)

    def write(self, payload: bytes) -> None:
        """Keep a batch, or nothing of it.

        Raises:
            StoreError: It could not be written.
        """
        head = _HEAD.pack(self._owner, self.newest + 1, len(payload))
        frame = b"".join((head, _SUM.pack(zlib.crc32(payload, zlib.crc32(head))), payload))
        rest = memoryview(frame)
        try:
            self._file.seek(self.size)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise _unusable(self._path, error) from None
        self.newest += 1
        self.size += len(frame)

    def frames(self) -> Sequence[Frame]:
        """Return what lies here, oldest first.

        Raises:
            StoreError: It cannot be read, or is not what was written.
        """
        try:
            self._file.seek(0)
            lying = list(_frames(self._file.read(self.size), self._owner))
        except OSError as error:
            raise _unusable(self._path, error) from None
        if _size(lying) != self.size:
            raise StoreError(f"{self._path}: somebody else has written here")
        return lying

    def clear(self) -> None:
        """Begin at the top again: all that lie here have been put away."""
        self.size = 0

    def close(self) -> None:
        """Let go of the file; it goes away if nothing lies here."""
        self._file.close()
        if not self.size:
            self._path.unlink(missing_ok=True)


def _size(frames: Sequence[Frame]) -> int:
    """Return how many bytes frames take."""
    return sum(_HEAD_BYTES + len(frame.payload) for frame in frames)


def _frames(lying: bytes, owner: bytes) -> Iterator[Frame]:
    """Yield whole frames of one round, up to the first that is torn, of another round, or another owner's."""
    position, before = 0, None
    while position + _HEAD_BYTES <= len(lying):
        whose, number, length = _HEAD.unpack_from(lying, position)
        (total,) = _SUM.unpack_from(lying, position + _HEAD.size)
        head = lying[position : position + _HEAD.size]
        payload = lying[position + _HEAD_BYTES : position + _HEAD_BYTES + length]
        follows = before is None or number == before + 1
        if whose != owner or not follows or len(payload) < length or zlib.crc32(payload, zlib.crc32(head)) != total:
            return
        yield Frame(number, payload)
        position, before = position + _HEAD_BYTES + length, number


def _unusable(path: Path, error: OSError) -> StoreError:
    return StoreError(f"{path}: {error.strerror or error}")
