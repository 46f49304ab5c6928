"""Store: what a durable store has to be able to do, and the data that it keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol, TypeAlias

from msgspec import Raw

from mockserver.core.answers import Answer
from mockserver.core.log import NonceChange
from mockserver.core.nonces import UsedNonces
from signer import Request


class RequestRecord(NamedTuple):
    """One request, as it is kept: numbers, text and bytes.

    Attributes:
        seq: Its place among all records; those that changed something have it in the order of their effects.
        changed: Whether it changed the venue, so that it has to be done again.
        now_ms: The server's clock when it was judged.
        peer: The address it came from.
        request: As it travelled.
        answered: What its handler answered; None where none was asked.
        said: What was said instead, because of a fault; None where nothing else was.
        number: Of its page in the journal, as the rest is too.
        connection: The connection it came on.
        server_ms: The server's clock when it was complete.
        arrived_ns: The monotonic clock when it was complete.
        answered_ns: The monotonic clock when its answer was handed over.
        judged: The rank of its judgement.
        stopped_at: The check that refused it; empty where none did.
        last_nonce: The last nonce of its key when its own was looked at, as digits; None where it was not.
        verdict: "accepted", or why it was not believed, as JSON; None where nobody asked.
        effects: What it changed: `kind subject`, one a line; None for nothing.
        refused: Why the exchange said no, as JSON; None where it did not.
        fault: The last fault that struck it, as JSON.
        unreadable: The bytes, where they were no HTTP, else empty.
    """

    seq: int
    changed: bool
    now_ms: int
    peer: str
    request: Request
    answered: Answer | None
    said: Answer | None
    number: int
    connection: int
    server_ms: int
    arrived_ns: int
    answered_ns: int
    judged: int
    stopped_at: str
    last_nonce: str | None
    verdict: str | None
    effects: str | None
    refused: str | None
    fault: str | None
    unreadable: bytes


#: The values of a RequestRecord in their order, bare, and the request folded if it is: one is made for each request.
RequestRow: TypeAlias = "tuple[bool | int | str | bytes | Raw | Request | Answer | None, ...]"


class ActionRecord(NamedTuple):
    """Something that control did, as it is kept.

    Attributes:
        seq: Its place among all records.
        name: As `Action` has it.
        arguments: JSON.
        outcome: As `Action` has it.
    """

    seq: int
    name: str
    arguments: str
    outcome: str


class Store(Protocol):
    """Keeps records. What it has kept, it still has after its process was killed."""

    def keep(
        self,
        requests: Sequence[RequestRow],
        actions: Sequence[ActionRecord],
        nonces: Sequence[NonceChange],
        *,
        pages_from: int,
    ) -> None:
        """Keep all of this or none.

        Args:
            requests: Rows; one may have been kept before, under the same `seq`, and is then written anew.
            actions: What control did.
            nonces: In the order in which they changed.
            pages_from: Requests of a lower `seq` that changed nothing need not be kept any longer.

        Raises:
            StoreError: It could not be kept.
        """
        ...

    def rest(self) -> None:
        """Do what takes its time and can wait, while nobody waits for anything. What was kept is safe without it.

        Raises:
            StoreError: It could not be done.
        """
        ...

    def history(self) -> Iterator[RequestRecord | ActionRecord]:
        """Yield what has to be done again, in order: requests that changed something, and actions."""
        ...

    def pages(self, limit: int) -> Sequence[RequestRecord]:
        """Return the newest requests by their number, oldest first."""
        ...

    def nonces(self) -> UsedNonces:
        """Return what is known of every key's nonces."""
        ...

    def last_seq(self) -> int:
        """Return the place of the newest record; 0 where there is none."""
        ...

    def close(self) -> None:
        """Let go of the store; what was kept stays kept."""
        ...
