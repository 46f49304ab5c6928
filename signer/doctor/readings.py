"""What a received signature may be the text of, and what a secret may have been taken for."""

import hashlib
import re
from base64 import b64decode, b64encode, urlsafe_b64decode
from collections.abc import Callable, Sequence
from contextlib import suppress
from urllib.parse import unquote

from signer.credentials import Credentials
from signer.encoding import text_as_travelled
from signer.errors import BadSecret
from signer.scheme import Scheme, Spelling

#: Size of a digest in bytes to the hash functions that make one; the likeliest first.
HASHES: dict[int, tuple[str, ...]] = {
    64: ("sha512", "sha3_512", "blake2b"),
    48: ("sha384", "sha3_384"),
    32: ("sha256", "sha3_256", "blake2s"),
    28: ("sha224",),
    20: ("sha1",),
    16: ("md5",),
}

#: Texts longer than this are no signature in any spelling.
LONGEST_SIGNATURE = 1024

_PREFIX = re.compile(r"(?:(?:hmac[-_ ]?)?(?:sha|md)-?[0-9]+[=: ]|0x|hmac[=: ]|\(?stdin\)?= ?)", re.IGNORECASE)
_SECRET_PREFIX = re.compile(r"[A-Za-z]{1,4}[-_](.+)", re.DOTALL)
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]")


def digests_written(received: str, spelling: Spelling) -> dict[bytes, tuple[str, ...]]:
    """Return the raw digests that a received text may write, each with the mistakes of spelling that it takes.

    A text whose length is that of no digest yields nothing.
    """
    found: dict[bytes, tuple[str, ...]] = {}
    if len(received) > LONGEST_SIGNATURE:
        return found
    for text, before in _trimmed(received):
        for raw, codes in _decoded(text):
            if len(raw) not in HASHES:
                continue
            right = spelling.same(spelling.encode(raw), text)
            mistakes = (*before, *(() if right else codes or ("SIGNATURE-HEX",)))
            if raw not in found or len(mistakes) < len(found[raw]):
                found[raw] = mistakes
    return found


def mangled_spellings(raw: bytes, received: str) -> tuple[str, ...] | None:
    """Tell which mistake writes this digest as the received text where the text alone does not give it away."""
    text = received.lower()
    if text == "".join(f"{byte:x}" for byte in raw) != raw.hex():
        return ("SIGNATURE-BYTES-UNPADDED",)
    whole = raw.hex()
    if 16 <= len(text) < len(whole) and whole.startswith(text):
        return ("SIGNATURE-TRUNCATED",)
    encoded = b64encode(raw).decode("ascii")
    if 16 <= len(received) < len(encoded.rstrip("=")) and encoded.startswith(received):
        return ("SIGNATURE-TRUNCATED",)
    return None


def secrets_meant(
    scheme: Scheme, credentials: Credentials, other_secrets: Sequence[str]
) -> tuple[tuple[tuple[str, ...], bytes], ...]:
    """Return what the secret may have been taken for: mistakes and key bytes, the right reading first."""
    found: dict[bytes, tuple[str, ...]] = {}
    text = credentials.secret
    with suppress(BadSecret):
        found[scheme.secret_bytes(text)] = ()
    raw = text.encode("utf-8", "surrogatepass")

    def add(code: str, value: bytes | None, *before: str) -> None:
        if value is not None:
            found.setdefault(value, (*before, code))

    for other in other_secrets:
        with suppress(BadSecret):
            add("OTHER-SECRET", scheme.secret_bytes(other))
    prefixed = _SECRET_PREFIX.fullmatch(text)
    add("SECRET-NOT-DECODED", raw)
    number = raw[-len(prefixed[1].encode("utf-8", "surrogatepass")) :] if prefixed else raw
    if number.startswith(b"0"):
        add("SECRET-ZEROS-LOST", raw[: len(raw) - len(number)] + number.lstrip(b"0"))
    add("SECRET-TRIMMED", raw.strip() or None)
    add("SECRET-WITH-NEWLINE", raw + b"\n")
    add("SECRET-WITH-NEWLINE", raw + b"\r\n")
    for value in _lenient_base64(text):
        add("SECRET-BASE64-DECODED", value)
    add("SECRET-HEX-DECODED", _lenient_hex(text))
    add("KEY-AS-SECRET", credentials.key.encode("utf-8", "surrogatepass"))
    if prefixed:
        add("SECRET-PREFIX-STRIPPED", prefixed[1].encode("utf-8", "surrogatepass"))
        add("SECRET-HEX-DECODED", _lenient_hex(prefixed[1]), "SECRET-PREFIX-STRIPPED")
        for value in _lenient_base64(prefixed[1]):
            add("SECRET-BASE64-DECODED", value, "SECRET-PREFIX-STRIPPED")
    add("SECRET-WITH-BLANK", raw + b" ")
    add("SECRET-WITH-BLANK", b" " + raw)
    add("SECRET-IN-QUOTES", b'"' + raw + b'"')
    add("SECRET-IN-QUOTES", b"'" + raw + b"'")
    add("SECRET-UPPER-CASED", raw.upper())
    add("SECRET-LOWER-CASED", raw.lower())
    add("SECRET-BASE64-ENCODED", b64encode(raw))
    add("SECRET-AS-BYTES-REPR", repr(raw).encode("ascii"))
    add("SECRET-IN-UTF-16", text.encode("utf-16-le", "surrogatepass"))
    for name in ("sha512", "sha256"):
        add("SECRET-HASHED", hashlib.new(name, raw).digest())
        add("SECRET-HASHED", hashlib.new(name, raw).hexdigest().encode("ascii"))
    add("SECRET-EMPTY", b"")
    for placeholder in (b"None", b"null", b"undefined", b"secret", b"your-secret", b"YOUR_API_SECRET"):
        add("SECRET-PLACEHOLDER", placeholder)
    return tuple((codes, value) for value, codes in found.items())


def key_and_secret_swapped(key: str | None, credentials: Credentials) -> bool:
    """Tell whether the secret travelled where the key belongs."""
    return bool(key) and key == text_as_travelled(credentials.secret)


def _trimmed(received: str) -> list[tuple[str, tuple[str, ...]]]:
    found: list[tuple[str, tuple[str, ...]]] = [(received, ())]
    bare = received.strip().strip("\"'").strip()
    if bare != received:
        found.append((bare, ("SIGNATURE-WITH-BLANKS",)))
    match = _PREFIX.match(bare)
    if match:
        found.append((bare[match.end() :].strip(), ("SIGNATURE-WITH-PREFIX",)))
    if "%" in bare:
        found.append((unquote(bare), ("SIGNATURE-PERCENT-ENCODED",)))
    return found


def _decoded(text: str) -> list[tuple[bytes, tuple[str, ...]]]:
    """Return each way to read a text as bytes, with the mistakes it takes where the documented spelling is another."""
    if not text.isascii():
        return []
    found: list[tuple[bytes, tuple[str, ...]]] = []
    raw = _hex_bytes(text)
    if raw is not None:
        found.append((raw, ("SIGNATURE-UPPER-CASE",) if text != text.lower() else ()))
        found += [(inner, ("SIGNATURE-HEX-OF-BASE64",)) for inner in _base64_readings(raw.decode("latin-1"), b64decode)]
    if len(text) >= 24 and _hex_digits(text):
        found += [
            (bytes.fromhex(text.zfill(2 * size)), ("SIGNATURE-ZEROS-LOST",))
            for size in HASHES
            if 0 < 2 * size - len(text) <= 4
        ]
    for decode, code in ((b64decode, "SIGNATURE-BASE64"), (urlsafe_b64decode, "SIGNATURE-BASE64URL")):
        for inner in _base64_readings(text, decode):
            padded = len(text) % 4 == 0
            found.append((inner, (code,) if padded else ("SIGNATURE-PADDING-LOST",)))
            twice = _hex_bytes(inner.decode("latin-1"))
            if twice is not None:
                found.append((twice, ("SIGNATURE-BASE64-OF-HEX",)))
    return found


def _hex_digits(text: str) -> bool:
    return re.fullmatch(r"[0-9A-Fa-f]+", text) is not None


def _hex_bytes(text: str) -> bytes | None:
    return bytes.fromhex(text) if len(text) % 2 == 0 and _hex_digits(text) else None


def _base64_readings(text: str, decode: Callable[[str], bytes]) -> list[bytes]:
    try:
        return [decode(text + "=" * (-len(text) % 4))]
    except ValueError:
        return []


def _lenient_base64(text: str) -> list[bytes]:
    """Return what lenient decoders make of a text: some take - and _ for letters, others leave them out."""
    found = []
    for letters in (text.replace("-", "+").replace("_", "/"), text):
        kept = _NO_BASE64.sub("", letters)
        with suppress(ValueError):
            found.append(b64decode(kept + "=" * (-len(kept) % 4)))
    return [value for value in found if value]


def _lenient_hex(text: str) -> bytes | None:
    return _hex_bytes(text.strip())
