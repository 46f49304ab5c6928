"""The secret, wherever it might have leaked to, and texts with it taken out.

A leak is the secret in clear, base64, hex or percent-encoding, whole or twelve consecutive characters of it
(docs/decisions/0007).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

#: So many consecutive characters of a secret are a leak.
FRAGMENT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A secret was found: in which form, and where in the text."""

    form: str
    position: int


@lru_cache(maxsize=256)
def _needles(secret: str) -> tuple[tuple[str, str], ...]:
    """Return (form, fragment) for every fragment that betrays the secret."""
    raw = secret.encode()
    if len(secret) < FRAGMENT:
        windows = [secret] if secret else []
    else:
        windows = [secret[start : start + FRAGMENT] for start in range(len(secret) - FRAGMENT + 1)]
    found: dict[str, str] = {}
    for window in windows:
        found.setdefault(window, "clear")
        found.setdefault(window.encode().hex(), "hex")
        found.setdefault(window.encode().hex().upper(), "hex")
        percent = quote(window, safe="")
        if percent != window:
            found.setdefault(percent, "percent-encoding")
    for offset in range(3):
        # At each alignment base64 spells whole groups of three bytes; twelve of them fill sixteen characters.
        body = raw[offset:]
        text = base64.b64encode(body[: len(body) // 3 * 3]).decode()
        size = FRAGMENT // 3 * 4
        for start in range(0, max(len(text) - size + 1, 0), 4):
            found.setdefault(text[start : start + size], "base64")
            found.setdefault(text[start : start + size].replace("+", "-").replace("/", "_"), "base64")
    return tuple((form, needle) for needle, form in found.items())


def find_leak(secret: str, text: str) -> Leak | None:
    """Look for the secret in a text.

    Returns:
        The first form found, or None. A secret of fewer than twelve characters is looked for whole.
    """
    for form, needle in _needles(secret):
        position = text.find(needle)
        if position >= 0:
            return Leak(form=form, position=position)
    return None


def fingerprint(secret: str) -> str:
    """Return a short name for a secret that tells nothing about it."""
    return "secret#" + hashlib.sha256(b"noncense fingerprint\n" + secret.encode()).hexdigest()[:8]


def redact(text: str, secrets: Iterable[str]) -> str:
    """Return the text with every form of the secrets, whole or in fragments, replaced by a fingerprint.

    A fingerprint stays what it is, even where a secret is so short that its letters stand in one.
    """
    for secret in secrets:
        if secret and (secret in text or find_leak(secret, text) is not None):
            text = _without(secret, text)
    return text


def _without(secret: str, text: str) -> str:
    mark = f"<{fingerprint(secret)}>"
    return _leaking(secret).sub(lambda found: found[1] or mark, text)


@lru_cache(maxsize=256)
def _leaking(secret: str) -> re.Pattern[str]:
    """Return what finds fingerprints, as a group, and leaks, the longest first."""
    needles = sorted({secret, *(needle for _, needle in _needles(secret))}, key=len, reverse=True)
    return re.compile("|".join((r"(<secret#[0-9a-f]{8}>)", *map(re.escape, needles))))
