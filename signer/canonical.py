"""The small parts that canonical requests are made of, each a function of a request and its fields.

`joined` makes one canonical request of several parts. A part takes the fields even where it has no use for them, so
that every part fits everywhere.
"""

from collections.abc import Callable

from signer.digest import sha512_hex
from signer.encoding import decoded_pairs, travelled_bytes
from signer.message import Request
from signer.scheme import Fields

#: One part of a canonical request.
Part = Callable[[Request, Fields], bytes]

_SHA512_HEX_OF_NOTHING = sha512_hex(b"")


def joined(*parts: Part, by: bytes = b"") -> Part:
    """Return the parts in this order, joined by a separator."""

    def join(request: Request, fields: Fields) -> bytes:
        return by.join([part(request, fields) for part in parts])

    return join


def fixed(text: bytes) -> Part:
    """Return a text that is the same in every request."""

    def same(request: Request, fields: Fields) -> bytes:
        return text

    return same


def without_last(part: Part, name: str) -> Part:
    """Return a part that is a query or a form without the parameter of this name, where that is its last one.

    Anywhere else it stays: a signature that is documented to come last is signed text where it does not.
    """
    raw_name = name.encode("ascii")

    def rest(request: Request, fields: Fields) -> bytes:
        text = part(request, fields)
        before, _, pair = text.rpartition(b"&")
        return before if pair.partition(b"=")[0] == raw_name else text

    return rest


def method(request: Request, fields: Fields) -> bytes:
    """Return the method as it stands in the request line."""
    return request.method.encode("latin-1")


def target(request: Request, fields: Fields) -> bytes:
    """Return path and query exactly as they stand in the request line."""
    return request.target


def path(request: Request, fields: Fields) -> bytes:
    """Return the path as sent."""
    return request.path


def query(request: Request, fields: Fields) -> bytes:
    """Return the query as sent, without its question mark."""
    return request.query


def host(request: Request, fields: Fields) -> bytes:
    """Return the Host header in lower case; nothing where there is none."""
    values = request.values(b"host")
    return values[0].lower() if values else b""


def content_type(request: Request, fields: Fields) -> bytes:
    """Return the Content-Type header as sent; nothing where there is none."""
    values = request.values(b"content-type")
    return values[0] if values else b""


def body(request: Request, fields: Fields) -> bytes:
    """Return the body as sent: the whole canonical request of form-signed exchanges."""
    return request.body


def body_sha512_hex(request: Request, fields: Fields) -> bytes:
    """Return the lowercase hex SHA-512 of the body; of nothing, for no body."""
    return sha512_hex(request.body) if request.body else _SHA512_HEX_OF_NOTHING


def key(request: Request, fields: Fields) -> bytes:
    """Return the API key as it travelled."""
    return travelled_bytes(fields.key)


def nonce(request: Request, fields: Fields) -> bytes:
    """Return the nonce as it travelled."""
    return travelled_bytes(fields.nonce)


def timestamp(request: Request, fields: Fields) -> bytes:
    """Return the timestamp as it travelled."""
    return travelled_bytes(fields.timestamp)


def sorted_names_and_values(request: Request, fields: Fields) -> bytes:
    """Return the query's decoded names and values, sorted by name in byte order, joined by nothing at all.

    Equal names keep their order; no page says what becomes of them.
    """
    text = request.query
    if not text:
        return b""
    return b"".join(name + value for name, value in sorted(decoded_pairs(text), key=lambda pair: pair[0]))


def unchanged(canonical_request: bytes, request: Request, fields: Fields) -> bytes:
    """Return the canonical request: where it is the string to sign itself."""
    return canonical_request
