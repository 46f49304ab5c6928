"""What is kept at once, and how it is written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

import orjson

from mockserver.core.log import NonceChange, NonceStep
from mockserver.errors import StoreError
from mockserver.stores.store import ActionRecord, RequestRecord, RequestRow

_FIELDS: Final = RequestRecord._fields
_SEQ: Final = itemgetter(_FIELDS.index("seq"))
_CHANGED: Final = itemgetter(_FIELDS.index("changed"))

_STEPS: Final = {step.value: step for step in NonceStep}  # an enum looks its members up slowly


class StoredBatch(NamedTuple):
    """What is kept at once.

    Attributes:
        last_seq: The highest place of its requests; 0 for none.
        changed: Whether one of them changed something.
        requests: Their rows, as JSON; empty for none.
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
        return cls(max(map(_SEQ, requests)), changed, as_json(requests), actions, nonces, pages_from)

    def packed(self) -> bytes:
        """Return the batch in one piece: a line of JSON for all but the requests, and these.

        Raises:
            StoreError: There is text in it that is none, and that no table takes.
        """
        actions = [tuple(action) for action in self.actions]
        try:
            line = orjson.dumps((self.last_seq, self.changed, actions, self.nonces, self.pages_from))
        except orjson.JSONEncodeError as error:
            raise StoreError(f"what happened cannot be written down: {error}") from None
        return b"\n".join((line, self.requests))

    @classmethod
    def unpacked(cls, packed: bytes) -> StoredBatch:
        """Return a batch from what `packed` made of it."""
        line, _, requests = packed.partition(b"\n")
        last_seq, changed, actions, nonces, pages_from = orjson.loads(line)
        return cls(
            last_seq,
            changed,
            requests,
            [ActionRecord._make(action) for action in actions],
            [(_STEPS[step], key, nonce, tolerance) for step, key, nonce, tolerance in nonces],
            pages_from,
        )


def as_json(requests: Sequence[RequestRow]) -> bytes:
    """Return rows as JSON."""
    try:
        return orjson.dumps(requests)
    except orjson.JSONEncodeError:  # half a character, which the standard library writes as an escape
        return json.dumps(requests).encode("ascii")


def from_json(requests: bytes) -> list[RequestRecord]:
    """Return records from what `as_json` made of their rows."""
    rows: list[list[Any]]
    try:
        rows = orjson.loads(requests)
    except orjson.JSONDecodeError:
        rows = json.loads(requests)
    return list(map(RequestRecord._make, rows))
