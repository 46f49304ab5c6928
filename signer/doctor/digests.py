"""Wrong constructions of a digest.

Each is given its secret once and then many texts, so what depends on the secret alone is computed once.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from functools import partial

from signer.digest import Digest, Keying, keyed_hmac
from signer.doctor.readings import HASHES
from signer.scheme import Scheme

#: Longer than any block, so that a hash that stands for it is right for secrets of every length.
_LONG_SECRET = bytes(range(200))


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
