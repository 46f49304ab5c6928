"""Wrong constructions of a digest.

Each is given its secret once and then many texts, so what depends on the secret alone is computed once.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from functools import partial

from signer.doctor.readings import HASHES
from signer.scheme import Scheme

#: A text to the raw digest, under one secret.
Digest = Callable[[bytes], bytes]

#: Secret bytes to the digest under that secret.
Keying = Callable[[bytes], Digest]

#: Longer than any block, so that a hash that stands for it is right for secrets of every length.
_LONG_SECRET = bytes(range(200))

_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))


def own_hash(scheme: Scheme) -> str | None:
    """Return the name of the hash whose HMAC the scheme uses; None where it is no HMAC of a hash we know."""
    probe = scheme.digest(_LONG_SECRET, b"text")
    for name in HASHES.get(len(probe), ()):
        if hmac.digest(_LONG_SECRET, b"text", name) == probe:
            return name
    return None


def constructions(scheme: Scheme, sizes: Iterable[int]) -> tuple[tuple[tuple[str, ...], Keying], ...]:
    """Return the constructions that make digests of these sizes: mistakes and function, the documented one first."""
    own = own_hash(scheme)
    documented = under(scheme.digest) if own is None else keyed_hmac(own)
    found: list[tuple[tuple[str, ...], Keying]] = [((), documented)]
    for size in sizes:
        for name in HASHES.get(size, ()):
            other = () if name == own or (own is None and name == "sha256") else ("OTHER-HASH",)
            if own is None:
                found.append((("HMAC-INSTEAD-OF-HASH", *other), keyed_hmac(name)))
            elif name != own:
                found.append((("OTHER-HASH",), keyed_hmac(name)))
            found.append((("HMAC-ARGUMENTS-SWAPPED", *other), _swapped(name)))
            if own is not None:
                found.append((("PLAIN-HASH", *other), _hash_in_front(name)))
                found.append((("PLAIN-HASH", *other), _hash_behind(name)))
            found.append((("HASH-WITHOUT-SECRET", *other), _hash_alone(name)))
            found.append((("HASHED-AGAIN", *other), _again(documented, name)))
    return tuple(found)


def under(digest: Callable[[bytes, bytes], bytes]) -> Keying:
    """Return a function of (secret, text) as one that is given its secret first."""
    return lambda secret: partial(digest, secret)


def keyed_hmac(name: str) -> Keying:
    """Return HMAC (RFC 2104) over a hash, with the secret's two blocks hashed once for all texts.

    Half the time of `hmac.digest`, and the search does little else.
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


def _swapped(name: str) -> Keying:
    return under(lambda secret, text: hmac.digest(text, secret, name))


def _hash_in_front(name: str) -> Keying:
    return under(lambda secret, text: hashlib.new(name, secret + text).digest())


def _hash_behind(name: str) -> Keying:
    return under(lambda secret, text: hashlib.new(name, text + secret).digest())


def _hash_alone(name: str) -> Keying:
    return under(lambda secret, text: hashlib.new(name, text).digest())


def _again(documented: Keying, name: str) -> Keying:
    def keyed(secret: bytes) -> Digest:
        digest = documented(secret)
        return lambda text: hashlib.new(name, digest(text).hex().encode("ascii")).digest()

    return keyed
