"""Secrets taken out of a text without a loss, and put back by who can draw them again.

A record is to be judged again, so a leak in it must stay a leak: each stretch of a secret is replaced by which secret
it was, how it was spelled, where it began and how long it was. What a leak is, `harness.leaks` says.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import quote

from harness.leaks import FRAGMENT, find_leak, fingerprint, redact


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of a secret that stood in a text.

    Attributes:
        secret: The secret's fingerprint.
        form: How it was spelled, one of the names of `spelled`.
        start: Where in that spelling it began.
        length: How many characters it took.
    """

    secret: str
    form: str
    start: int
    length: int


Part = str | Stretch


@lru_cache(maxsize=256)
def spelled(secret: str) -> Mapping[str, str]:
    """Return a secret in every form in which a leak is looked for; base64 at each alignment of its groups."""
    raw = secret.encode("utf-8", "surrogatepass")
    forms = {"clear": secret, "hex": raw.hex(), "HEX": raw.hex().upper(), "percent": quote(raw, safe="")}
    for offset in range(3):
        body = raw[offset:]
        text = base64.b64encode(body[: len(body) // 3 * 3]).decode()
        forms[f"base64+{offset}"] = text
        forms[f"base64url+{offset}"] = text.replace("+", "-").replace("/", "_")
    return MappingProxyType(forms)


def leaks(text: str, secrets: Iterable[str]) -> bool:
    """Tell whether one of the secrets stands in a text, in any form."""
    return any(secret and find_leak(secret, text) is not None for secret in secrets)


def parted(text: str, secrets: Sequence[str]) -> tuple[Part, ...]:
    """Return a text in parts, of which none holds a secret; joined by `joined` they are the text."""
    parts: list[Part] = [text] if text else []
    for secret in secrets:
        if secret:
            found: list[Part] = []
            for part in parts:
                found.extend(_without(part, secret) if isinstance(part, str) else [part])
            parts = found
    return tuple(parts)


def joined(parts: Sequence[Part], secrets: Mapping[str, str]) -> str:
    """Return the text that parts were made of.

    Args:
        parts: As `parted` made them.
        secrets: Fingerprint to secret. For one that is not among them its mark stands in, spelled as the secret was:
            a leak of it is still a leak, of the mark.
    """
    return "".join([part if isinstance(part, str) else _written(part, secrets) for part in parts])


def mark_of(name: str) -> str:
    """Return what stands in for a secret that cannot be drawn again."""
    return f"<{name}>"


def _written(stretch: Stretch, secrets: Mapping[str, str]) -> str:
    secret = secrets.get(stretch.secret)
    if secret is None:
        return spelled(mark_of(stretch.secret)).get(stretch.form, "")
    return spelled(secret)[stretch.form][stretch.start : stretch.start + stretch.length]


def _without(text: str, secret: str) -> list[Part]:
    leak = find_leak(secret, text) if text else None
    if leak is None:
        return [text] if text else []
    name = fingerprint(secret)
    stretches = [_longest(text, leak.position, form, whole, name) for form, whole in spelled(secret).items()]
    best = max(stretches, key=lambda stretch: stretch.length)
    if best.length < min(FRAGMENT, len(secret)):
        return [redact(text, [secret])]
    end = leak.position + best.length
    return [*_without(text[: leak.position], secret), best, *_without(text[end:], secret)]


def _longest(text: str, at: int, form: str, whole: str, name: str) -> Stretch:
    length = start = 0
    while at + length < len(text) and (found := whole.find(text[at : at + length + 1])) >= 0:
        length, start = length + 1, found
    return Stretch(secret=name, form=form, start=start, length=length)
