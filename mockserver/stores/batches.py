"""What is kept at once, and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from operator import itemgetter
from typing import Any, Final, NamedTuple

from msgspec import MsgspecError, Raw, convert
from msgspec.msgpack import Decoder, Encoder

from mockserver.core.log import NonceChange
from mockserver.errors import StoreError
from mockserver.stores.store import ActionRecord, RequestRecord, RequestRow

_FIELDS: Final = RequestRecord._fields
_SEQ: Final = itemgetter(_FIELDS.index("seq"))
_CHANGED: Final = itemgetter(_FIELDS.index("changed"))

_ENCODE: Final = Encoder().encode
_DECODE: Final = Decoder().decode
_DECODE_REQUESTS: Final = Decoder(list[RequestRecord]).decode

#: What rows begin with in which text is spelled: no MessagePack does.
_SPELLED: Final = b"\xc1"


class StoredBatch(NamedTuple):
    """What is kept at once.

    Attributes:
        last_seq: The highest place of its requests; 0 for none.
        changed: Whether one of them changed something.
        requests: Their rows, packed; empty for none.
        actions: What control did.
        nonces: In the order in which they changed.
        pages_from: Requests of a lower place that changed nothing need not be kept any longer.
    """

    last_seq: int
    changed: bool
    requests: bytes
    actions: Sequence[ActionRecord]
    nonces: Sequence[NonceChange]
    pages_from: int

    @classmethod
    def of(
        cls,
        requests: Sequence[RequestRow],
        actions: Sequence[ActionRecord],
        nonces: Sequence[NonceChange],
        pages_from: int,
    ) -> StoredBatch:
        """Return a batch of all this."""
        if not requests:
            return cls(0, False, b"", actions, nonces, pages_from)
        changed = any(map(_CHANGED, requests))
        return cls(max(map(_SEQ, requests)), changed, packed_rows(requests), actions, nonces, pages_from)

    def packed(self) -> bytes:
        """Return the batch in one piece, as MessagePack.

        Raises:
            StoreError: There is text in it that is none, and that no table takes.
        """
        try:
            return _ENCODE(self)
        except UnicodeEncodeError as error:
            raise StoreError(f"what happened cannot be written down: {error}") from None

    @classmethod
    def unpacked(cls, packed: bytes) -> StoredBatch:
        """Return a batch from what `packed` made of it.

        Raises:
            StoreError: It was not `packed` of this version that made it.
        """
        try:
            return _DECODE_BATCH(packed)
        except MsgspecError as error:
            raise _not_ours(error) from None


_DECODE_BATCH: Final = Decoder(StoredBatch).decode


def packed_rows(requests: Sequence[RequestRow]) -> bytes:
    """Return rows in one piece, as MessagePack. That takes no half of a character: if there is one, text is spelled."""
    try:
        return _ENCODE(requests)
    except UnicodeEncodeError:
        return _SPELLED + _ENCODE(_with_texts(requests, _spelled))


def unpacked_rows(requests: bytes) -> list[RequestRecord]:
    """Return records from what `packed_rows` made of their rows.

    Raises:
        StoreError: It was not `packed_rows` of this version that made it.
    """
    try:
        if not requests.startswith(_SPELLED):
            return _DECODE_REQUESTS(requests)
        return convert(_with_texts(_DECODE(requests[len(_SPELLED) :]), _read), list[RequestRecord])
    except MsgspecError as error:
        raise _not_ours(error) from None


def _not_ours(error: MsgspecError) -> StoreError:
    return StoreError(f"written by other rules: {error}")


def _with_texts(value: Any, change: Callable[[str], str]) -> Any:
    """Return plain data with another text for each in it, however deep."""
    match value:
        case str():
            return change(value)
        case Raw():
            return _with_texts(_DECODE(value), change)
        case Mapping():
            return {name: _with_texts(member, change) for name, member in value.items()}
        case tuple() | list():
            return [_with_texts(member, change) for member in value]
        case bytes() | bytearray() | int() | float() | None:
            return value
        case _:
            return _with_texts({field.name: getattr(value, field.name) for field in fields(value)}, change)


def _spelled(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def _read(spelled: str) -> str:
    return spelled.encode("latin-1").decode("utf-8", "surrogatepass")
