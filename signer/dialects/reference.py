"""How the `reference` dialect signs: every documented rule of the field at once.

Source: the project's own specification of the dialect, sections "A private request" and "Order of checks".
"""

from signer.canonical import body_sha512_hex, unchanged
from signer.digest import LOWERCASE_HEX, hmac_with
from signer.encoding import travelled_bytes, utf8_secret
from signer.fields import JSON, fields_as_headers, headers_as_fields, with_content_type
from signer.freshness import LARGEST_SIGNED_64, NonceRule, TimeRule, plain_integer, positive_integer
from signer.message import Request
from signer.scheme import Fields, Kind, Scheme

_HEADERS = {"key": "Api-Key", "nonce": "Nonce", "timestamp": "Timestamp", "signature": "Sign"}
_place_headers = fields_as_headers(_HEADERS)


def place(request: Request, fields: Fields) -> Request:
    """Put fields into their headers; a body says that it is JSON unless it says something else."""
    placed = _place_headers(request, fields)
    return with_content_type(placed, JSON) if placed.body else placed


def five_lines(request: Request, fields: Fields) -> bytes:
    """Return the canonical request.

    "METHOD · target · nonce · timestamp · lowercase hex SHA-512 of the body bytes", five lines joined by a newline, the
    target exactly as it stands in the request line, undecoded.
    """
    return b"\n".join(
        (
            request.method.encode("latin-1"),
            request.target,
            travelled_bytes(fields.nonce),
            travelled_bytes(fields.timestamp),
            body_sha512_hex(request, fields),
        )
    )


SCHEME = Scheme(
    name="reference",
    source="the reference dialect's specification, A private request",
    kinds=frozenset({Kind.RISING_NONCE, Kind.TIMESTAMP}),
    read=headers_as_fields(_HEADERS),
    place=place,
    canonical_request=five_lines,
    string_to_sign=unchanged,
    # "keyed with the secret's UTF-8 bytes"
    secret_bytes=utf8_secret,
    digest=hmac_with("sha512"),
    digest_name="HMAC-SHA512",
    # "A signature that is not 128 lowercase hex digits is bad_signature."
    spelling=LOWERCASE_HEX,
    # "a positive decimal integer, ASCII digits, no sign, no leading zero, at most 2^63-1, strictly greater"
    nonce_rule=NonceRule(
        parse=positive_integer,
        rising=True,
        maximum=LARGEST_SIGNED_64,
        describe="a decimal integer from 1 to 2^63-1 in plain digits without a leading zero",
    ),
    # "accepted while |server now - timestamp| <= 60 000 ms"; "the form of a nonce (0 allowed)"
    time_rule=TimeRule(
        parse=lambda text: value if (value := plain_integer(text)) is not None and value <= LARGEST_SIGNED_64 else None,
        past_ms=60_000,
        future_ms=60_000,
        unit="milliseconds since the Unix epoch in plain digits",
    ),
    places={field: f"header {header}" for field, header in _HEADERS.items()},
    # "a repeated or ill-formed one malformed_header"
    refuses_repeated=True,
    hosts=("exchange.example",),
)
