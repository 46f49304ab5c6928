"""Wrong constructions of a digest."""

import hashlib
import hmac
from collections.abc import Callable, Iterable

from signer.doctor.readings import HASHES
from signer.scheme import Scheme

#: (secret bytes, text) to the raw digest.
Digest = Callable[[bytes, bytes], bytes]


def own_hash(scheme: Scheme) -> str | None:
    """Return the name of the hash whose HMAC the scheme uses; None where it is no HMAC of a hash we know."""
    probe = scheme.digest(b"key", b"text")
    for name in HASHES.get(len(probe), ()):
        if hmac.digest(b"key", b"text", name) == probe:
            return name
    return None


def constructions(scheme: Scheme, sizes: Iterable[int]) -> tuple[tuple[tuple[str, ...], Digest], ...]:
    """Return the constructions that make digests of these sizes: mistakes and function, the documented one first."""
    own = own_hash(scheme)
    found: list[tuple[tuple[str, ...], Digest]] = [((), scheme.digest)]
    for size in sizes:
        for name in HASHES.get(size, ()):
            other = () if name == own or (own is None and name == "sha256") else ("OTHER-HASH",)
            if own is None:
                found.append((("HMAC-INSTEAD-OF-HASH", *other), _hmac(name)))
            elif name != own:
                found.append((("OTHER-HASH",), _hmac(name)))
            found.append((("HMAC-ARGUMENTS-SWAPPED", *other), _swapped(name)))
            if own is not None:
                found.append((("PLAIN-HASH", *other), _hash_in_front(name)))
                found.append((("PLAIN-HASH", *other), _hash_behind(name)))
            found.append((("HASH-WITHOUT-SECRET", *other), _hash_alone(name)))
            found.append((("HASHED-AGAIN", *other), _again(scheme.digest, name)))
    return tuple(found)


def _hmac(name: str) -> Digest:
    return lambda secret, text: hmac.digest(secret, text, name)


def _swapped(name: str) -> Digest:
    return lambda secret, text: hmac.digest(text, secret, name)


def _hash_in_front(name: str) -> Digest:
    return lambda secret, text: hashlib.new(name, secret + text).digest()


def _hash_behind(name: str) -> Digest:
    return lambda secret, text: hashlib.new(name, text + secret).digest()


def _hash_alone(name: str) -> Digest:
    return lambda secret, text: hashlib.new(name, text).digest()


def _again(digest: Digest, name: str) -> Digest:
    return lambda secret, text: hashlib.new(name, digest(secret, text).hex().encode("ascii")).digest()
