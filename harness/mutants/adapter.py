"""The client behind the client-under-test contract: in the harness's own process, or as a program.

As a program it takes the folder for its nonces from `NONCENSE_STATE_DIR` where the contract's `open` names none.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Protocol

from harness.adapter import ClientError
from harness.mutants.client import Client
from harness.mutants.failures import Failure
from harness.mutants.keyring import Household
from harness.mutants.knobs import RIGHT, Knobs
from harness.mutants.messages import Account
from harness.mutants.own import ACME, at_hand
from harness.mutants.speakers import SPEAKERS, speaker_named
from mockserver import dialect_names
from signer import Credentials


class Opening(Protocol):
    """The fields of the contract's `open` that the client looks at."""

    dialect: str
    base_url: str
    key: str | None
    secret: str | None
    ca_file: str | None
    proxy_url: str | None
    timeout_s: float
    options: Mapping[str, object] | None
    state_dir: str | None


class Session:
    """One open session."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def __repr__(self) -> str:
        return f"Session({self.client!r})"

    def call(self, operation: str, params: Mapping[str, object]) -> object:
        """Make one call and return its `ok` value.

        Raises:
            ClientError: What the client reports.
            LookupError: The client has no such operation: a question to the adapter, not to the client.
        """
        if operation not in self.client.operations:
            raise LookupError(f"unknown operation {operation!r}")
        try:
            return self.client.call(operation, params)  # type: ignore[arg-type]
        except Failure as failure:
            reported = _reported(failure)
        # Outside of the except clause, so that what is printed of it holds nothing of ours.
        raise reported

    def close(self) -> None:
        """End the session."""
        self.client.close()


class Adapter:
    """The configurable client: right, unless it is given other knobs."""

    version = "1.0.0"
    language = "python"
    operations = tuple(SPEAKERS["reference"].operations)
    http_stack = "sockets, http.client for reading"

    def __init__(
        self,
        knobs: Knobs = RIGHT,
        *,
        name: str = "noncense-client",
        features: tuple[str, ...] = (
            "concurrent",
            "persistent_nonce",
            "shared_key",
            "retries",
            "idempotency",
            "tls",
            "proxy",
        ),
    ) -> None:
        self.name = name
        self.features = features
        self._knobs = knobs
        self._household = Household()

    @property
    def dialects(self) -> tuple[str, ...]:
        """What the client speaks: our dialects, that of our examples, and those of files that this process has read."""
        return tuple(dict.fromkeys((*dialect_names(), *((ACME,) if at_hand(ACME) else ()))))

    def open(self, target: Opening) -> Session:
        """Open a session.

        Raises:
            ClientError: The client refuses.
        """
        options = target.options or {}
        offset = options.get("clock_offset_ms", 0)
        credentials = None
        if target.key is not None and target.secret is not None:
            credentials = Credentials(key=target.key, secret=target.secret)
        account = Account(
            dialect=target.dialect,
            base_url=target.base_url,
            credentials=credentials,
            timeout_s=float(target.timeout_s),
            ca_file=target.ca_file,
            proxy_url=getattr(target, "proxy_url", None),
            state_dir=getattr(target, "state_dir", None) or os.environ.get("NONCENSE_STATE_DIR"),
            retries=options.get("retries") is not False,
            clock_offset_ms=offset if isinstance(offset, int) else 0,
            server_time="server_time" in self.features,
        )
        try:
            return Session(Client(account, speaker_named(target.dialect), self._knobs, self._household))
        except Failure as failure:
            reported = _reported(failure)
        raise reported


def _reported(failure: Failure) -> ClientError:
    return ClientError(failure.kind, failure.message, http_status=failure.status)
