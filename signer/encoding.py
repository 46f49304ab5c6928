"""Spellings of bytes: each function is named for what it produces, and none tidies what it reads."""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from urllib.parse import quote_from_bytes, unquote_to_bytes

from signer.errors import BadSecret

_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}")
_SOMETHING_ENCODED_IN_A_NAME = re.compile(rb"(?:\A|&)[^=&%+]*[%+]")


def text_as_travelled(text: str) -> str:
    """Return a text as `Fields` hold it: one character for each byte of its UTF-8 spelling."""
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("latin-1")


def travelled_bytes(text: str | None) -> bytes:
    """Return the bytes of a text that `Fields` hold; nothing for an absent one."""
    return b"" if text is None else text.encode("latin-1")


def lowercase_hex(raw: bytes) -> str:
    """Return two lowercase hex digits a byte."""
    return raw.hex()


def base64_text(raw: bytes) -> str:
    """Return base64 with padding (RFC 4648, section 4)."""
    return b64encode(raw).decode("ascii")


def utf8_secret(secret: str) -> bytes:
    """Return a secret's own characters as bytes.

    Raises:
        BadSecret: It holds a lone surrogate.
    """
    try:
        return secret.encode()
    except UnicodeEncodeError:
        raise BadSecret("the secret is not text that UTF-8 can spell") from None


def base64_secret(secret: str) -> bytes:
    """Return the bytes that a secret writes in base64.

    Raises:
        BadSecret: It is not base64.
    """
    try:
        return b64decode(secret, validate=True)
    except ValueError:
        raise BadSecret("the secret is not base64, and this exchange hands out base64") from None


def form_decoded(text: bytes) -> bytes:
    """Return a form's name or value: a plus is a space, and an escape that is none stays as it stands."""
    if b"+" in text:
        text = text.replace(b"+", b" ")
    # A megabyte of percent signs takes the library a third of a second, so it is asked only where there is an escape.
    return unquote_to_bytes(text) if b"%" in text and _ESCAPE.search(text) else text


def percent_encoded(raw: bytes, *, safe: str = "") -> bytes:
    """Return bytes with everything but the unreserved characters (RFC 3986, 2.3) and `safe` as uppercase escapes."""
    return quote_from_bytes(raw, safe=safe).encode("ascii")


def raw_pairs(form: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """Return the pairs of a form or query in their order, undecoded; empty pairs (`&&`) are skipped."""
    pairs = []
    for pair in form.split(b"&"):
        if pair:
            name, _, value = pair.partition(b"=")
            pairs.append((name, value))
    return tuple(pairs)


def decoded_pairs(form: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """Return the pairs of a form or query in their order, decoded; empty pairs are skipped."""
    return tuple((form_decoded(name), form_decoded(value)) for name, value in raw_pairs(form))


def form_value_named(name: bytes) -> Callable[[bytes], bytes | None]:
    """Return a reader of one value of a form: decoded, the last one of its name, None when absent.

    The name is plain letters. PHP, which stood behind the form-signed exchanges, reads forms this way.
    """
    with_value, without_value = b"&" + name + b"=", b"&" + name + b"&"
    spelled = b"".join(b"(?:%c|%%(?i:%02x))" % (letter, letter) for letter in name)
    in_any_spelling = re.compile(rb"&" + spelled + rb"(?:=([^&]*))?(?=&)")

    def read(form: bytes) -> bytes | None:
        pairs = b"&" + form + b"&"
        if (b"%" in form or b"+" in form) and _SOMETHING_ENCODED_IN_A_NAME.search(form):
            values = in_any_spelling.findall(pairs)
            return form_decoded(values[-1]) if values else None
        at = pairs.rfind(with_value)
        if pairs.rfind(without_value) > at:
            return b""
        start = at + len(with_value)
        return None if at < 0 else form_decoded(pairs[start : pairs.index(b"&", start)])

    return read


def form_without(form: bytes, name: bytes) -> bytes:
    """Return a form without the pairs of a name; every other byte stays as it is."""
    if not form:
        return form
    return b"&".join(pair for pair in form.split(b"&") if form_decoded(pair.partition(b"=")[0]) != name)


def form_with(form: bytes, name: bytes, value: bytes) -> bytes:
    """Return a form in which a name has this one value: where it stood last, else at the end.

    Every other byte stays as it is; earlier pairs of the name stay too, since the last one counts.
    """
    pairs = form.split(b"&")
    for index in range(len(pairs) - 1, -1, -1):
        if form_decoded(pairs[index].partition(b"=")[0]) == name:
            pairs[index] = name + b"=" + value
            return b"&".join(pairs)
    return (form + b"&" if form else b"") + name + b"=" + value
