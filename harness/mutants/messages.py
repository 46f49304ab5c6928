"""What a client wants from an exchange, and what it got."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from signer import Credentials

#: A JSON value: numbers are `int` or `Decimal`, never a float.
Json: TypeAlias = "bool | int | str | Decimal | Sequence[Json] | Mapping[str, Json] | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a client is opened with.

    Attributes:
        dialect: The exchange's dialect.
        base_url: Scheme, host and port.
        credentials: None for a client of public calls alone.
        timeout_s: For a whole call, retries included.
        ca_file: Certificates to trust instead of the system's.
        proxy_url: A proxy to use, with its credentials.
        state_dir: Where nonces are written down; None to keep them in memory.
        retries: Whether reads are tried again after a transient failure.
        clock_offset_ms: What the client's clock is wrong by.
        server_time: Whether the client goes by the exchange's clock where its own is refused.
    """

    dialect: str
    base_url: str
    credentials: Credentials | None
    timeout_s: float = 5.0
    ca_file: str | None = None
    proxy_url: str | None = None
    state_dir: str | None = None
    retries: bool = True
    clock_offset_ms: int = 0
    server_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One request that an operation needs, before it is spelled, stamped and signed.

    Attributes:
        operation: Which operation of the contract wants it.
        method: As it stands in the request line.
        path: Likewise, undecoded.
        pairs: Parameters in their order. A list in a query or a form is its name repeated.
        place: Where they travel: "query", "form" or "json".
        private: Whether it is signed.
        changes_state: Whether it may have an effect on orders or balances.
    """

    operation: str
    method: str
    path: str
    pairs: tuple[tuple[str, Json], ...] = ()
    place: str = "query"
    private: bool = True
    changes_state: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, complete.

    Attributes:
        status: The HTTP status.
        headers: Names in lower case; of a repeated one the last value.
        body: The body after transfer coding.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
