"""An answer before it is put on the wire."""

from dataclasses import dataclass


# One is made for each request; see `signer.Request`.
@dataclass(slots=True, unsafe_hash=True)
class Answer:
    """What the exchange says. Nobody writes to it once it is made.

    Attributes:
        status: The HTTP status.
        body: The exact bytes of the body.
        content_type: The Content-Type header's value.
        headers: Further headers.
        reason: The reason phrase; None for the usual one, "" for an empty one (Poloniex's 422).
    """

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    reason: str | None = None
