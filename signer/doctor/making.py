"""Mistakes of signing, made on purpose on any request: the doctor's own tables, turned round."""

from __future__ import annotations

import base64
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from signer.credentials import Credentials
from signer.doctor.messages import Message, right_message, variations
from signer.doctor.readings import secrets_meant
from signer.doctor.ways import Ways
from signer.encoding import text_as_travelled
from signer.message import Request
from signer.scheme import Fields, Scheme

#: Sizes of the digests that a client may take for the documented one, in bytes.
_SIZES = (64, 32, 20, 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A mistake that was made.

    Attributes:
        code: Its diagnosis.
        request: The request, with what the mistake makes of its signature.
        signed: The text that was signed; None where the mistake is not in the text.
    """

    code: str
    request: Request
    signed: bytes | None = None


def mistaken(
    scheme: Scheme,
    code: str,
    request: Request,
    credentials: Credentials,
    *,
    previous: Request | None = None,
    other_secrets: Sequence[str] = (),
) -> Request | None:
    """Return a request as a client sends it that makes a mistake of signing; None where that makes no difference.

    Of several ways to make it, the first is taken that gives another signature than the right one. Mistakes in the
    nonce or the timestamp itself are none of signing, and cannot be made here.

    Args:
        scheme: How the exchange signs.
        code: The mistake.
        request: Ready to send: nonce, timestamp and key in place, and the right signature.
        credentials: Of its key.
        previous: The request before it, for mistakes that are about that.
        other_secrets: Of other sessions of the same client, likewise.

    Raises:
        BadSecret: The secret cannot be read as the scheme asks.
    """
    every = makings(scheme, request, credentials, previous=previous, other_secrets=other_secrets, wanted=(code,))
    return next((made.request for made in every), None)


def makings(
    scheme: Scheme,
    request: Request,
    credentials: Credentials,
    *,
    previous: Request | None = None,
    other_secrets: Sequence[str] = (),
    wanted: Container[str] | None = None,
) -> Iterator[Made]:
    """Yield every mistake of signing that makes a difference on a request, in each way in which it can be made.

    Args:
        scheme: How the exchange signs.
        request: Ready to send, with the right signature.
        credentials: Of its key.
        previous: The request before it.
        other_secrets: Of other sessions of the same client.
        wanted: The mistakes to make; None for all.

    Raises:
        BadSecret: The secret cannot be read as the scheme asks.
    """
    message = right_message(scheme, request, scheme.read(request))
    raw = scheme.digest(scheme.secret_bytes(credentials.secret), message.text)
    right = scheme.spelling.encode(raw)
    before = None if previous is None else scheme.read(previous)

    def found() -> Iterator[tuple[str, str, bytes | None]]:
        for wrong in variations(scheme, message, before, wanted):
            signature = _signature(scheme, wrong, credentials)
            if signature != right:
                yield wrong.codes[0], signature, None if wrong.text == message.text else wrong.text
        for way in Ways(scheme, secrets_meant(scheme, credentials, other_secrets), _SIZES).with_mistakes(
            1, common=False
        ):
            if wanted is None or way.codes[0] in wanted:
                signature = scheme.spelling.encode(way.digest(message.text))
                if signature != right:
                    yield way.codes[0], signature, None
        for code, signature in _misspelled(scheme, raw):
            if not scheme.spelling.same(right, signature):
                yield code, signature, None
        yield "SECRET-SENT-AS-SIGNATURE", text_as_travelled(credentials.secret), None
        if before is not None and before.signature is not None:
            yield "SIGNATURE-OF-PREVIOUS-REQUEST", before.signature, None

    for code, signature, signed in found():
        if wanted is None or code in wanted:
            yield Made(code=code, request=scheme.place(request, Fields(signature=signature)), signed=signed)
    if wanted is None or "KEY-AND-SECRET-SWAPPED" in wanted:
        swapped = scheme.place(request, Fields(key=text_as_travelled(credentials.secret)))
        yield Made(code="KEY-AND-SECRET-SWAPPED", request=swapped)


def _signature(scheme: Scheme, wrong: Message, credentials: Credentials) -> str:
    digest = scheme.digest if wrong.misread is None else wrong.misread.digest or scheme.digest
    return scheme.spelling.encode(digest(scheme.secret_bytes(credentials.secret), wrong.text))


def _misspelled(scheme: Scheme, raw: bytes) -> Iterator[tuple[str, str]]:
    right, plain, digits = scheme.spelling.encode(raw), base64.b64encode(raw).decode("ascii"), raw.hex()
    if right != digits:
        yield "SIGNATURE-HEX", digits
        return
    yield "SIGNATURE-UPPER-CASE", right.upper()
    yield "SIGNATURE-BASE64", plain
    if "+" in plain or "/" in plain:
        yield "SIGNATURE-BASE64URL", base64.urlsafe_b64encode(raw).decode("ascii")
    yield "SIGNATURE-PADDING-LOST", plain.rstrip("=")
    yield "SIGNATURE-BASE64-OF-HEX", base64.b64encode(right.encode("ascii")).decode("ascii")
    yield "SIGNATURE-HEX-OF-BASE64", plain.encode("ascii").hex()
    yield "SIGNATURE-TRUNCATED", right[:64] if len(right) > 64 else right[:40]
    yield "SIGNATURE-WITH-PREFIX", f"sha{512 if len(raw) == 64 else 256}={right}"
    yield "SIGNATURE-WITH-BLANKS", f'"{right}"'
    yield "SIGNATURE-PERCENT-ENCODED", quote(plain, safe="")
    yield "SIGNATURE-BYTES-UNPADDED", "".join(f"{byte:x}" for byte in raw)
    if right.startswith("0"):
        yield "SIGNATURE-ZEROS-LOST", right.lstrip("0")
