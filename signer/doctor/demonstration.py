"""A mistake, made once so that it can be shown."""

from __future__ import annotations

from dataclasses import dataclass

from signer.credentials import Credentials
from signer.message import Request
from signer.scheme import Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """One mistake, made once.

    Attributes:
        code: Its diagnosis.
        scheme: Where it was made.
        request: The request as it arrives.
        credentials: Of its key.
        documented: The text that should have been signed.
        signed: The text that was signed; None where it is the documented one.
        right: The right signature.
        arrived: The one that arrives.
        other_secrets: Of other sessions of the same client.
        previous: The request before it, where the mistake is about that.
        last_nonce: The key's last nonce, where the mistake is in the nonce.
        now_ms: The server's clock, where the mistake is in the timestamp.
    """

    code: str
    scheme: Scheme
    request: Request
    credentials: Credentials
    documented: bytes
    signed: bytes | None
    right: str
    arrived: str
    other_secrets: tuple[str, ...] = ()
    previous: Request | None = None
    last_nonce: int | None = None
    now_ms: int | None = None

    @property
    def stale(self) -> bool:
        """Whether the signature is right, and the mistake lies in the nonce or the timestamp."""
        return self.last_nonce is not None or self.now_ms is not None
