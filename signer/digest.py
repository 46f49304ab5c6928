"""Keyed digests, the spellings they are written in, and the comparison that takes the same time whatever differs."""

import hashlib
import hmac
from collections.abc import Callable
from functools import lru_cache

from signer.encoding import base64_text, lowercase_hex
from signer.scheme import Spelling

#: A text to the raw digest, under one secret.
Digest = Callable[[bytes], bytes]

#: Secret bytes to the digest under that secret.
Keying = Callable[[bytes], Digest]

_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))

#: How many secrets a scheme's digest stays keyed with.
_SECRETS = 256


def keyed_hmac(name: str) -> Keying:
    """Return HMAC (RFC 2104) over a hash, with the secret's two blocks hashed once for all texts.

    Half the time of `hmac.digest`, which looks its hash up anew for every text.
    """

    def keyed(secret: bytes) -> Digest:
        size = hashlib.new(name).block_size
        block = (secret if len(secret) <= size else hashlib.new(name, secret).digest()).ljust(size, b"\0")
        inner = hashlib.new(name, block.translate(_INNER))
        outer = hashlib.new(name, block.translate(_OUTER))

        def digest(text: bytes) -> bytes:
            inside, outside = inner.copy(), outer.copy()
            inside.update(text)
            outside.update(inside.digest())
            return outside.digest()

        return digest

    return keyed


def hmac_with(algorithm: str) -> Callable[[bytes, bytes], bytes]:
    """Return HMAC (RFC 2104) over a hash by the name that hashlib gives it: (secret, text) to the raw digest.

    It stays keyed with the secrets it met last, so it remembers them.
    """
    under = lru_cache(maxsize=_SECRETS)(keyed_hmac(algorithm))

    def digest(secret: bytes, text: bytes) -> bytes:
        return under(secret)(text)

    return digest


def sha256_with_secret_behind(secret: bytes, text: bytes) -> bytes:
    """Return SHA-256 of the text with the secret appended. Not an HMAC; Bitunix signs so."""
    return hashlib.sha256(text + secret).digest()


def sha256_hex(text: bytes) -> bytes:
    """Return the lowercase hex SHA-256 of a text, as bytes."""
    return hashlib.sha256(text).hexdigest().encode("ascii")


def sha512_hex(text: bytes) -> bytes:
    """Return the lowercase hex SHA-512 of a text, as bytes."""
    return hashlib.sha512(text).hexdigest().encode("ascii")


def same_text(expected: str, received: str) -> bool:
    """Tell whether two texts are equal, in constant time. Text beyond ASCII is never a signature."""
    return received.isascii() and hmac.compare_digest(expected, received)


def same_text_in_any_case(expected: str, received: str) -> bool:
    """Tell whether two texts are equal but for the case of ASCII letters, in constant time."""
    return received.isascii() and hmac.compare_digest(expected.lower(), received.lower())


#: Two lowercase digits a byte, and nothing else counts.
LOWERCASE_HEX = Spelling(name="lowercase hex", encode=lowercase_hex, same=same_text)

#: Written in lowercase; uppercase counts as well.
HEX_IN_ANY_CASE = Spelling(name="hex in any case", encode=lowercase_hex, same=same_text_in_any_case)

#: RFC 4648, section 4, with padding.
BASE64 = Spelling(name="base64", encode=base64_text, same=same_text)
