"""One request of a call, as those see it who decide how often it is tried."""

from __future__ import annotations

from typing import Protocol

from harness.mutants.clock import Deadline
from harness.mutants.messages import Account, Json, Wanted
from signer import Request


class Attempt(Protocol):
    """One request that an operation wants, ready to be sent, once or again.

    Attributes:
        account: Whose session it is.
        wanted: What is asked for.
        deadline: The end of the call.
        signed: The request as it was sent last.
        nonce: The nonce of the last transmission.
        timestamp: The timestamp of the last transmission.
    """

    account: Account
    wanted: Wanted
    deadline: Deadline
    signed: Request | None
    nonce: int | str | None
    timestamp: int | str | None

    def transmit(
        self,
        *,
        again: Request | None = None,
        nonce: int | str | None = None,
        timestamp: int | str | None = None,
        wanted: Wanted | None = None,
    ) -> Json:
        """Stamp, sign, send, read and judge.

        Args:
            again: A request to send as it is, instead of a new one.
            nonce: A nonce to use instead of a new one.
            timestamp: A timestamp to use instead of a new one.
            wanted: Something else to ask for.

        Raises:
            Failure: No answer, an unreadable one, or a refusal.
        """
        ...
