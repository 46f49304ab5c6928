"""Texts: values that have broken clients before, and the country around them."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

#: Every character that some encoder treats in a way of its own.
DELIMITERS = "&=+%#?/\\:;,@'\"<>[]{}|^~*!()"

#: Values that look encoded already.
ENCODED_LOOKING = ("%2C", "%25", "+", "%zz", "%", "a%20b", "%E2%82%AC", "&amp;", "\\u0041")

#: Text beyond ASCII: two bytes, three bytes, four bytes, combining.
FOREIGN = ("λ", "ключ", "東京", "€", "🦊", "naïve", "e\u0301")

_NAME = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=6).map(lambda tail: f"x{tail}")


def names() -> SearchStrategy[str]:
    """Draw a parameter name that no exchange knows: a letter x and more letters."""
    return _NAME


def words() -> SearchStrategy[str]:
    """Draw a value without anything to escape."""
    return st.text("abcXYZ019", min_size=1, max_size=8)


def delimited() -> SearchStrategy[str]:
    """Draw a value with delimiters in it; each alone first."""
    alone = st.sampled_from(list(DELIMITERS))
    mixed = st.text(DELIMITERS + "aB3", min_size=1, max_size=8)
    return st.one_of(alone, alone.map(lambda character: f"a{character}b"), mixed)


def spaced() -> SearchStrategy[str]:
    """Draw a value with blanks inside it."""
    return st.lists(words(), min_size=2, max_size=3).map(" ".join)


def encoded_looking() -> SearchStrategy[str]:
    """Draw a value that looks as if somebody had encoded it."""
    return st.one_of(st.sampled_from(ENCODED_LOOKING), st.sampled_from(ENCODED_LOOKING).map(lambda text: f"a{text}b"))


def foreign() -> SearchStrategy[str]:
    """Draw text beyond ASCII."""
    one = st.sampled_from(FOREIGN)
    return st.one_of(one, st.lists(st.one_of(one, words()), min_size=1, max_size=3).map("".join))
