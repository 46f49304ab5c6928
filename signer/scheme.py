"""A scheme: one frozen value that says how an exchange signs.

A scheme is made of small functions and two rules. Nothing is inherited and nothing overridden: an exchange with a
habit of its own brings a function of its own, and two exchanges with one habit share it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from signer.credentials import Credentials
from signer.freshness import NonceRule, TimeRule
from signer.message import Request


class Kind(StrEnum):
    """What makes a signed request fresh."""

    RISING_NONCE = "MN"
    SINGLE_USE_NONCE = "UN"
    TIMESTAMP = "TS"


@dataclass(slots=True, unsafe_hash=True)  # see Request
class Fields:
    """What a request says about itself: the fields of authentication as text, exactly as they travelled.

    None means absent. A header that stands twice is reported in `repeated` (by field name) and its first value kept.
    Nobody writes to it once it is made.
    """

    key: str | None = None
    signature: str | None = None
    nonce: str | None = None
    timestamp: str | None = None
    passphrase: str | None = None
    window: str | None = None
    repeated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """How the digest is written.

    Attributes:
        name: For people: "lowercase hex", "base64".
        encode: Raw digest in, the documented text out.
        same: (expected, received) in, constant time: whether the text that arrived counts as the expected one.
    """

    name: str
    encode: Callable[[bytes], str]
    same: Callable[[str, str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Misreading:
    """A wrong way to sign that clients of one exchange really took.

    Attributes:
        code: The diagnosis, a code of `signer.doctor.codes`.
        canonical_request: Takes the place of the scheme's own; None where that one stays.
        string_to_sign: Likewise.
        digest: Likewise.
    """

    code: str
    canonical_request: Callable[[Request, Fields], bytes] | None = None
    string_to_sign: Callable[[bytes, Request, Fields], bytes] | None = None
    digest: Callable[[bytes, bytes], bytes] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """How one exchange signs its private requests.

    Signing runs: `place` (key, nonce, timestamp) → `canonical_request` → `string_to_sign` → `digest` → `spelling`
    → `place` (signature). Verifying runs: `read` → `canonical_request` → `string_to_sign` → `digest` → `spelling`.

    Attributes:
        name: The dialect's name.
        source: Where the exchange documents it.
        kinds: What makes a request fresh.
        read: The fields that a request carries.
        place: The request with every field that is not None put where it belongs.
        canonical_request: The agreed spelling of the request.
        string_to_sign: The exact bytes given to the digest, from the canonical request.
        secret_bytes: The secret's text as key bytes; raises `signer.errors.BadSecret` if it cannot be read.
        digest: (secret bytes, string to sign) to the raw digest.
        digest_name: For people: "HMAC-SHA512".
        spelling: How the digest is written.
        nonce_rule: What a nonce looks like and when it is fresh; None where the scheme has none.
        time_rule: How a timestamp reads and when it is fresh; None where the scheme has none.
        passphrase: What travels as the passphrase.
        places: For people: field name to the place where it travels, such as `{"key": "header Key"}`.
        wants_passphrase: Whether a request must carry the passphrase.
        refuses_repeated: Whether a header of authentication that stands twice is refused. Where no page says so, the
            first one counts.
        misreadings: Wrong ways to sign that this exchange's clients are known for; the doctor tries them by name.
        hosts: Names under which the exchange is reached, besides the one that a request was sent to.
    """

    name: str
    source: str
    kinds: frozenset[Kind]
    read: Callable[[Request], Fields]
    place: Callable[[Request, Fields], Request]
    canonical_request: Callable[[Request, Fields], bytes]
    string_to_sign: Callable[[bytes, Request, Fields], bytes]
    secret_bytes: Callable[[str], bytes]
    digest: Callable[[bytes, bytes], bytes]
    digest_name: str
    spelling: Spelling
    nonce_rule: NonceRule | None = None
    time_rule: TimeRule | None = None
    passphrase: Callable[[Credentials], str | None] = lambda credentials: credentials.passphrase
    places: Mapping[str, str] = field(default_factory=dict)
    wants_passphrase: bool = False
    refuses_repeated: bool = False
    misreadings: tuple[Misreading, ...] = ()
    hosts: tuple[str, ...] = ()
