"""How Bitunix signs: SHA-256 twice, no HMAC, a random nonce, a timestamp.

Sources: Bitunix's OpenAPI documentation ("sign" pages) and its official demo clients, as gathered on our page of
Bitunix facts, sections 1.1 to 1.6.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256

from signer.canonical import Part, joined, key, nonce, query, sorted_names_and_values, timestamp, unchanged
from signer.digest import LOWERCASE_HEX, hmac_with, sha256_hex, sha256_with_secret_behind
from signer.encoding import decoded_pairs, raw_pairs, utf8_secret
from signer.fields import JSON, fields_as_headers, headers_as_fields, with_content_type
from signer.freshness import NonceRule, TimeRule, alphanumeric_32, any_text, digits
from signer.message import Request
from signer.scheme import Fields, Kind, Misreading, Scheme

_HEADERS = {"key": "api-key", "nonce": "nonce", "timestamp": "timestamp", "signature": "sign"}
_place_headers = fields_as_headers(_HEADERS)


def place(request: Request, fields: Fields) -> Request:
    """Put fields into their headers; the documents ask for a JSON content type on every request, GET too (1.1)."""
    return with_content_type(_place_headers(request, fields), JSON)


def body_unless_get(request: Request, fields: Fields) -> bytes:
    """Return the body as sent; of a GET the body part is empty (1.2)."""
    return b"" if request.method == "GET" else request.body


#: Nonce, timestamp, key, query and body with nothing between them (1.2). Names and values of the query are decoded, as
#: in every official demo; no page says so (1.3). Method, path and host are not signed.
run_together = joined(nonce, timestamp, key, sorted_names_and_values, body_unless_get)


def first_hash(canonical_request: bytes, request: Request, fields: Fields) -> bytes:
    """Return the lowercase hex SHA-256 of the canonical request: 64 characters of text, not 32 bytes (1.2)."""
    return sha256_hex(canonical_request)


def _query(spell: Callable[[Sequence[tuple[bytes, bytes]]], bytes], *, decode: bool = True) -> Part:
    """Return the canonical request of a client that spells the query in its own way."""

    def spelled(request: Request, fields: Fields) -> bytes:
        return spell((decoded_pairs if decode else raw_pairs)(request.query))

    return joined(nonce, timestamp, key, spelled, body_unless_get)


def _raw_first_hash(canonical_request: bytes, request: Request, fields: Fields) -> bytes:
    return sha256(canonical_request).digest()


#: Wrong ways to sign that clients, samples and well-meant answers have spread (facts 1.3 and 2.2).
MISREADINGS = (
    Misreading(
        code="QUERY-WITH-EQUALS",
        canonical_request=_query(lambda pairs: b"".join(name + b"=" + value for name, value in sorted(pairs))),
    ),
    Misreading(
        code="QUERY-WITH-EQUALS-AND-AMPERSANDS",
        canonical_request=_query(lambda pairs: b"&".join(name + b"=" + value for name, value in sorted(pairs))),
    ),
    Misreading(
        code="QUERY-WITH-AMPERSANDS",
        canonical_request=_query(lambda pairs: b"&".join(name + value for name, value in sorted(pairs))),
    ),
    Misreading(code="QUERY-AS-SENT", canonical_request=joined(nonce, timestamp, key, query, body_unless_get)),
    Misreading(
        code="QUERY-NOT-SORTED",
        canonical_request=_query(lambda pairs: b"".join(name + value for name, value in pairs)),
    ),
    Misreading(
        code="VALUES-ONLY", canonical_request=_query(lambda pairs: b"".join(value for _, value in sorted(pairs)))
    ),
    Misreading(
        code="QUERY-SIGNED-ENCODED",
        canonical_request=_query(lambda pairs: b"".join(name + value for name, value in sorted(pairs)), decode=False),
    ),
    Misreading(code="HASHED-ONCE", string_to_sign=unchanged),
    Misreading(code="HMAC-INSTEAD-OF-HASH", string_to_sign=unchanged, digest=hmac_with("sha256")),
    Misreading(code="SECOND-HASH-OVER-RAW-DIGEST", string_to_sign=_raw_first_hash),
)

#: What the documents say: "32-bit", by which they mean 32 characters; the official demos use letters and digits (1.5).
STRICT_NONCE_RULE = NonceRule(parse=alphanumeric_32, rising=False, describe="32 random letters and digits")

#: What live servers take: 0, 8 and 44 characters were seen in working clients (1.5).
LENIENT_NONCE_RULE = NonceRule(parse=any_text, rising=False, describe="a random text")

#: What the documents say: within 60 seconds of the server's clock (1.6).
DOCUMENTED_TIME_RULE = TimeRule(
    parse=digits, past_ms=60_000, future_ms=60_000, unit="milliseconds since the Unix epoch in plain digits"
)

#: What a live server was seen to do: 61 seconds ahead passed, 61 seconds behind did not (1.6).
OBSERVED_TIME_RULE = replace(DOCUMENTED_TIME_RULE, future_ms=None)

SCHEME = Scheme(
    name="bitunix",
    source="Bitunix OpenAPI documentation, Sign; facts 1.1-1.6",
    kinds=frozenset({Kind.SINGLE_USE_NONCE, Kind.TIMESTAMP}),
    read=headers_as_fields(_HEADERS),
    place=place,
    canonical_request=run_together,
    string_to_sign=first_hash,
    # 1.2: the secret is text; it is appended, not decoded.
    secret_bytes=utf8_secret,
    digest=sha256_with_secret_behind,
    digest_name="SHA-256 with the secret appended",
    spelling=LOWERCASE_HEX,
    nonce_rule=LENIENT_NONCE_RULE,
    time_rule=DOCUMENTED_TIME_RULE,
    places={field: f"header {header}" for field, header in _HEADERS.items()},
    misreadings=MISREADINGS,
    hosts=("openapi.bitunix.com", "fapi.bitunix.com"),
)

#: The scheme of the profile `observed`.
OBSERVED_SCHEME = replace(SCHEME, time_rule=OBSERVED_TIME_RULE)
