"""Ways to make a digest of a text: a reading of the secret and a construction, with the mistakes that both take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from signer.digest import Digest
from signer.doctor.codes import COMMON
from signer.doctor.digests import constructions
from signer.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Way:
    """One way.

    Attributes:
        codes: The mistakes that it takes.
        secret: The key's bytes.
        digest: A text to the raw digest.
        documented: Whether the construction is the documented one.
    """

    codes: tuple[str, ...]
    secret: bytes
    digest: Digest
    documented: bool


class Ways:
    """All ways, by the number of their mistakes. A secret is put to work when a way is first asked for.

    Args:
        scheme: How the exchange signs.
        secrets: What the secret may have been taken for, with the mistakes.
        sizes: Of the digests that are looked for, in bytes.
    """

    def __init__(self, scheme: Scheme, secrets: Sequence[tuple[tuple[str, ...], bytes]], sizes: Iterable[int]) -> None:
        self._secrets = secrets
        self._constructions = constructions(scheme, sizes)
        self._made: dict[tuple[int, bool], tuple[Way, ...]] = {}

    def with_mistakes(self, number: int, *, common: bool) -> tuple[Way, ...]:
        """Return the ways with so many mistakes: all of them, or those whose every mistake is common."""
        made = self._made.get((number, common))
        if made is None:
            made = self._made[number, common] = tuple(
                Way(codes, secret, keying(secret), not digest_codes)
                for secret_codes, secret in self._secrets
                for digest_codes, keying in self._constructions
                if len(codes := (*secret_codes, *digest_codes)) == number and (not common or COMMON.issuperset(codes))
            )
        return made
