"""Secrets and keys inside the formats that the dialects document, with the edges that break the reading of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.setting import Setting

_HEX = "0123456789abcdef"


def _hexadecimal(length: int, prefix: str = "") -> SearchStrategy[str]:
    """Draw hex text; edges: all digits, leading zeros, only letters."""
    edges = ["0" * length, "0" + "a" * (length - 1), "00" + "7" * (length - 2), "1" * length, "f" * length]
    drawn = st.integers(0, 16**length - 1).map(lambda number: format(number, f"0{length}x"))
    return st.one_of(st.sampled_from(edges), drawn).map(lambda text: prefix + text)


def _printable() -> SearchStrategy[str]:
    """Draw free printable text; edges around the block size of SHA-512, base64 and hex look-alikes."""
    edges = [
        "noncense-secret-1",
        "c2VjcmV0LWluLWJhc2U2NC1mb3Jt",
        "c2VjcmV0LXdpdGgtcGFkZGluZw==",
        "a+b/c=d+e/f=g+h/i=",
        "deadbeefdeadbeefdeadbeefdeadbeef",
        "0012345678901234567890",
        "S-prefixed-secret-0123456789",
        *("k" * size for size in (63, 64, 65, 127, 128, 129)),
    ]
    drawn = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=_-", min_size=16, max_size=129)
    return st.one_of(st.sampled_from(edges), drawn)


_SECRETS: Mapping[str, Callable[[], SearchStrategy[str]]] = {
    "reference": _printable,
    "poloniex": lambda: _hexadecimal(128),
    "exmo": lambda: _hexadecimal(40, "S-"),
    "bitunix": lambda: _hexadecimal(32),
}


def secrets(setting: Setting) -> SearchStrategy[str]:
    """Draw a secret in the dialect's documented format; for a dialect that documents none, as it makes its own."""
    if setting.dialect.name in _SECRETS:
        return _SECRETS[setting.dialect.name]()
    return st.integers(0, 2**32).map(lambda number: setting.dialect.new_credentials(Random(number)).secret)


def keys(setting: Setting) -> SearchStrategy[str]:
    """Draw an API key in the dialect's format."""
    return st.integers(0, 2**32).map(lambda number: setting.dialect.new_credentials(Random(f"key {number}")).key)
