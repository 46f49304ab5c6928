"""What a call of the client may end in, other than well."""

from __future__ import annotations

from enum import StrEnum

from signer import Request


class Origin(StrEnum):
    """Where a failure comes from."""

    LOCAL = "local"
    TRANSPORT = "transport"
    UNREADABLE = "unreadable"
    REFUSAL = "refusal"


class Failure(Exception):
    """A call failed, and this is what the client's user is told.

    Attributes:
        kind: One of the kinds of the client contract.
        message: For people; never a secret, a key or a signature.
        origin: Where it comes from.
        status: The HTTP status, where there was an answer.
        code: The exchange's own code, where it gave one.
        body: The answer's body as parsed, where there was one.
        retry_after_s: What the exchange asks for, in seconds.
        dropped: Whether a connection that had served before ended without an answer.
        sent: The request as it was sent, for those who want to look; it is not part of the message.
    """

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        origin: Origin = Origin.LOCAL,
        status: int | None = None,
        code: str = "",
        body: object = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.origin = origin
        self.status = status
        self.code = code
        self.body = body
        self.retry_after_s: float | None = None
        self.dropped = False
        self.sent: Request | None = None


def unreadable(message: str, status: int | None = None) -> Failure:
    """Return the failure for an answer that cannot be read; its kind fits the status."""
    return Failure(kind_of_status(status), message, origin=Origin.UNREADABLE, status=status)


def kind_of_status(status: int | None) -> str:
    """Return the kind that an HTTP status alone speaks for."""
    match status:
        case None:
            return "bad_response"
        case 400 | 413 | 414 | 422 | 431:
            return "invalid_request"
        case 401:
            return "authentication"
        case 403:
            return "permission"
        case 404:
            return "not_found"
        case 408:
            return "timeout"
        case 418 | 429:
            return "rate_limit"
        case _:
            return "unavailable" if status >= 500 else "bad_response"
