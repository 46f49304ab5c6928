"""How parameters are written: into a query, a form or a JSON body. Written once, so what is signed is what is sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

from harness.mutants.failures import Failure
from harness.mutants.messages import Json, Wanted
from signer import Request


def scalar_text(value: Json) -> str:
    """Return a parameter of a query or form as text: booleans as `true` and `false`, integers in plain digits."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case str() | int() | float():
            return str(value)
        case _:
            return json_text(value)


def percent_escaped(text: str) -> str:
    """Return a text with everything but the unreserved characters of RFC 3986 as upper-case escapes of its UTF-8."""
    return quote(text, safe="")


def json_text(value: Json) -> str:
    """Return a JSON value without blanks, in the order given; letters beyond ASCII stay letters."""
    match value:
        case Decimal():
            return format(value, "f")
        case Mapping():
            inner = (f"{json.dumps(name, ensure_ascii=False)}:{json_text(member)}" for name, member in value.items())
            return "{" + ",".join(inner) + "}"
        case str() | bool() | int() | float() | None:
            return json.dumps(value, ensure_ascii=False)
        case _:
            return "[" + ",".join(json_text(member) for member in value) + "]"


def utf8(text: str) -> bytes:
    """Return a text's UTF-8."""
    return text.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """How one client writes.

    Attributes:
        scalar: A value of a query or form as text.
        escape: That text, and a name, as it stands between `&` and `=`.
        document: A JSON body as text.
        encode: The text of a body as bytes.
    """

    scalar: Callable[[Json], str] = scalar_text
    escape: Callable[[str], str] = percent_escaped
    document: Callable[[Json], str] = json_text
    encode: Callable[[str], bytes] = utf8


def write(wanted: Wanted, spelling: Spelling) -> Request:
    """Return a request with its parameters in their place, neither stamped nor signed.

    A JSON body without parameters is no body at all.

    Raises:
        Failure: A text cannot be written (kind `invalid_request`).
    """
    try:
        target = wanted.path.encode("ascii")
        headers: tuple[tuple[bytes, bytes], ...] = ()
        body = b""
        if wanted.place == "json":
            if wanted.pairs:
                body = spelling.encode(spelling.document(dict(wanted.pairs)))
                headers = ((b"Content-Type", b"application/json"),)
        elif wanted.place == "form":
            body = spelling.encode(_joined(wanted.pairs, spelling))
            headers = ((b"Content-Type", b"application/x-www-form-urlencoded"),)
        elif wanted.pairs:
            target += b"?" + spelling.encode(_joined(wanted.pairs, spelling))
    except UnicodeError:
        raise Failure("invalid_request", "a parameter holds text that UTF-8 cannot spell") from None
    return Request(method=wanted.method, target=target, headers=headers, body=body)


def _joined(pairs: Sequence[tuple[str, Json]], spelling: Spelling) -> str:
    parts: list[str] = []
    for name, value in pairs:
        values = value if isinstance(value, list | tuple) else (value,)
        parts.extend(f"{spelling.escape(name)}={spelling.escape(spelling.scalar(single))}" for single in values)
    return "&".join(parts)
