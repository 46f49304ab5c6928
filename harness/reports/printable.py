"""Hostile values made fit to print: what a client sent or said, shown exactly, and without effect on the reader."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

#: Not text at all: control characters other than tab and newline, lone surrogates, what XML 1.0 cannot hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

#: Text that moves or hides its neighbours: bidirectional controls, line separators, the byte order mark.
_DECEPTIVE = re.compile("[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def visible(text: str) -> str:
    r"""Return the text with each character that would not print, or that would act, spelled as an escape (`\x1b`).

    Tabs and newlines stay what they are. The result is well-formed Unicode that XML 1.0 can hold.
    """
    return _DECEPTIVE.sub(_escape, _UNPRINTABLE.sub(_escape, text))


def one_line(text: str, *, limit: int = 0) -> str:
    r"""Return the text on one line, with line ends spelled `\n`, cut to `limit` characters where that is above 0."""
    flat = visible(text.replace("\n", "\\n").replace("\t", "\\t"))
    return flat if not limit or len(flat) <= limit else f"{flat[: limit - 1]}…"


def jsonable(value: object) -> object:
    """Return a value that any JSON reader takes: no lone surrogates, no infinities, names that are text."""
    match value:
        case None | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case str():
            return _UNPAIRED.sub(_escape, value)
        case bytes():
            return value.decode("utf-8", "backslashreplace")
        case Decimal():
            return format(value, "f")
        case Mapping():
            return {_name(name): jsonable(item) for name, item in value.items()}
        case Sequence() | set() | frozenset():
            return [jsonable(item) for item in value]
        case _:
            return _UNPAIRED.sub(_escape, str(value))


_UNPAIRED = re.compile("[\ud800-\udfff]")


def _name(name: object) -> str:
    return _UNPAIRED.sub(_escape, str(name))


def _escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"
