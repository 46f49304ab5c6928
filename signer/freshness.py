"""Nonce and timestamp rules, as arithmetic on integers."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

#: The largest signed 64-bit integer: where a nonce ends that a database column keeps.
LARGEST_SIGNED_64 = 2**63 - 1

_MOST_DIGITS = 20
_LONGEST = 64
_ALPHANUMERIC_32 = re.compile(r"[0-9A-Za-z]{32}")

#: So many numbers are remembered: a request's are read by several checks, and many requests are of one millisecond.
_REMEMBERED = 128


def plain_integer(text: str) -> int | None:
    """Return the integer that plain ASCII digits write, without a leading zero; None for anything else.

    `int()` alone is too kind: it takes blanks, signs, underscores and the digits of every script, and it takes very
    long to refuse a very long text. At most 20 digits are read, which is more than any rule here allows.
    """
    return _short_integer(text) if len(text) <= _MOST_DIGITS else None


@lru_cache(maxsize=_REMEMBERED)
def _short_integer(text: str) -> int | None:
    if not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0"):
        return None
    return int(text)


def digits(text: str) -> int | None:
    """Return the integer that ASCII digits write, leading zeros allowed; None for anything else."""
    if len(text) > _LONGEST or not (text.isascii() and text.isdigit()) or len(text.lstrip("0")) > _MOST_DIGITS:
        return None
    return int(text)


def positive_integer(text: str) -> int | None:
    """Return the integer above zero that plain ASCII digits write; None for anything else."""
    return plain_integer(text) or None


def any_text(text: str) -> str:
    """Return the text: a random nonce on which no rule about its form is enforced."""
    return text


def alphanumeric_32(text: str) -> str | None:
    """Return a text of 32 ASCII letters and digits; None for anything else."""
    return text if len(text) == 32 and _ALPHANUMERIC_32.fullmatch(text) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NonceRule:
    """What a nonce looks like.

    Attributes:
        parse: Text to the integer it writes, or to the text itself for a random nonce; None when it is ill-formed.
        rising: True where a nonce must exceed the last of its key; False where it may be used once.
        maximum: The largest allowed integer, for rising nonces.
        describe: For people: "a decimal integer from 1 to 2^63-1".
        tolerance: How far below the last one a rising nonce may still be (Kraken's nonce window).
        memory_ms: For how long a single-use nonce is remembered; None for ever.
    """

    parse: Callable[[str], int | str | None]
    rising: bool
    describe: str
    maximum: int | None = None
    tolerance: int = 0
    memory_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRule:
    """How a timestamp reads and how far it may be from the server's clock.

    Attributes:
        parse: Text to milliseconds since the Unix epoch; None when it is ill-formed.
        past_ms: How far behind the server's clock is still fresh; exactly this far is.
        future_ms: How far ahead of it is still fresh; None for any distance.
        unit: For people: "milliseconds since the Unix epoch".
        write: Milliseconds to the text that travels.
        largest_past_ms: Where the request itself may name the past window (`recvWindow`), the widest it may ask for;
            None where it may not.
        parse_window: Text of that window to milliseconds; None when it is ill-formed.
    """

    parse: Callable[[str], int | None]
    past_ms: int
    future_ms: int | None
    unit: str
    write: Callable[[int], str] = str
    largest_past_ms: int | None = None
    parse_window: Callable[[str], int | None] = digits


def exceeds(nonce: int, last: int, *, tolerance: int = 0) -> bool:
    """Tell whether a rising nonce is fresh: strictly greater than the last one, or than what is tolerated below it.

    Args:
        nonce: What the client sent.
        last: The last accepted one of the key; 0 for a new key.
        tolerance: How far below the last one is still allowed, in units of the nonce.
    """
    return nonce > last - tolerance


def within_window(timestamp_ms: int, now_ms: int, *, past_ms: int, future_ms: int | None) -> bool:
    """Tell whether a timestamp is near enough to the server's clock; exactly at either edge it still is.

    Args:
        timestamp_ms: What the client sent, milliseconds since the Unix epoch.
        now_ms: What the server's clock says, same unit.
        past_ms: How far behind is allowed.
        future_ms: How far ahead is allowed; None for any distance.
    """
    ahead_ms = timestamp_ms - now_ms
    return -past_ms <= ahead_ms and (future_ms is None or ahead_ms <= future_ms)
