"""The small parts that canonical requests are made of, each a function of a request."""

from signer.encoding import decoded_pairs
from signer.message import Request
from signer.scheme import Fields


def method_bytes(request: Request) -> bytes:
    """Return the method as it stands in the request line."""
    return request.method.encode("latin-1")


def host(request: Request) -> bytes:
    """Return the Host header in lower case; nothing where there is none."""
    values = request.values(b"host")
    return values[0].lower() if values else b""


def question_and_query(request: Request) -> bytes:
    """Return `?` and the query as sent; nothing where the query is empty."""
    query = request.query
    return b"?" + query if query else b""


def path_and_query(request: Request) -> bytes:
    """Return the path and, where there is a query, `?` and the query as sent."""
    return request.path + question_and_query(request)


def body_alone(request: Request, fields: Fields) -> bytes:
    """Return the body as sent: the whole canonical request of form-signed exchanges."""
    return request.body


def unchanged(canonical_request: bytes, request: Request, fields: Fields) -> bytes:
    """Return the canonical request: where it is the string to sign itself."""
    return canonical_request


def sorted_names_and_values(query: bytes) -> bytes:
    """Return decoded names and values, sorted by name in byte order, joined by nothing at all.

    Equal names keep their order; no page says what becomes of them.
    """
    if not query:
        return b""
    return b"".join(name + value for name, value in sorted(decoded_pairs(query), key=lambda pair: pair[0]))
