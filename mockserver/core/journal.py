"""What the server saw, decided and answered: append-only, bounded."""

from dataclasses import dataclass

from mockserver.core.answers import Answer
from mockserver.core.faults import Fault
from mockserver.core.refusals import Refused
from signer import Fields, Request, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Something a request changed: `order_placed`, `order_cancelled`, `withdrawal`; with the id that it concerns."""

    kind: str
    subject: str


@dataclass(slots=True, kw_only=True)
class Entry:
    """One request's page in the journal. Written by the conductor while the request is served, then only read.

    Attributes:
        number: Rises by one for each request of this exchange.
        connection: Which TCP connection it came on; a number that rises by one for each.
        server_ms: The server's clock when the request was complete.
        arrived_ns: Monotonic clock when the request was complete; `answered_ns` when the answer was handed over.
        request: As it travelled.
        fields: What it said about itself, for private endpoints; None for public ones and unknown routes.
        endpoint: The endpoint's name, or None.
        operation: The operation of the contract, or None.
        verdict: The gate's decision on signature and freshness; None where it was not asked.
        refused: Why the exchange said no, at whatever step; None for a success.
        effects: What it changed.
        answer: What was answered, or would have been if no fault had struck; None when nothing was.
        fault: The last fault that struck it.
        unreadable: The bytes of a request that was no HTTP, else empty.
    """

    number: int
    connection: int
    server_ms: int
    arrived_ns: int
    request: Request
    answered_ns: int = 0
    fields: Fields | None = None
    endpoint: str | None = None
    operation: str | None = None
    verdict: Verdict | None = None
    refused: Refused | None = None
    effects: tuple[Effect, ...] = ()
    answer: Answer | None = None
    fault: Fault | None = None
    unreadable: bytes = b""
