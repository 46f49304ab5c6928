"""What is decided on a request: accepted, or refused for one of a closed list of reasons."""

from dataclasses import dataclass
from enum import StrEnum

from signer.scheme import Fields


class Reason(StrEnum):
    """Why a request is refused. The list is closed: dialects map it to their own codes and texts."""

    MISSING_KEY = "missing_key"
    MISSING_SIGNATURE = "missing_signature"
    MISSING_NONCE = "missing_nonce"
    MISSING_TIMESTAMP = "missing_timestamp"
    MISSING_PASSPHRASE = "missing_passphrase"  # noqa: S105
    REPEATED_FIELD = "repeated_field"
    MALFORMED_NONCE = "malformed_nonce"
    MALFORMED_TIMESTAMP = "malformed_timestamp"
    UNKNOWN_KEY = "unknown_key"
    BAD_PASSPHRASE = "bad_passphrase"  # noqa: S105
    BAD_SIGNATURE = "bad_signature"
    TIMESTAMP_TOO_OLD = "timestamp_too_old"
    TIMESTAMP_AHEAD = "timestamp_ahead"
    NONCE_NOT_INCREASING = "nonce_not_increasing"
    NONCE_REUSED = "nonce_reused"


@dataclass(slots=True, unsafe_hash=True)  # see Request
class Stages:
    """Every stage of one computation of the signature, kept so that a difference can be shown where it begins.

    Nobody writes to it once it is made.
    """

    canonical_request: bytes
    string_to_sign: bytes
    signature: str


@dataclass(slots=True, unsafe_hash=True)  # see Request
class Accepted:
    """The request is genuine and fresh. Nobody writes to it once it is made."""

    fields: Fields
    stages: Stages


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The request is not to be believed.

    Attributes:
        reason: Which rule it broke.
        fields: What it said about itself.
        stages: Our computation, where the rule is the signature or comes after it.
        first_difference: Index of the first character at which the signature that arrived leaves the expected one.
        detail: The rule in one sentence with the two values that clash; never the secret, never the expected signature.
    """

    reason: Reason
    fields: Fields
    detail: str
    stages: Stages | None = None
    first_difference: int | None = None


Verdict = Accepted | Refused
