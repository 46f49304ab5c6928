"""Nonce and timestamp rules, as arithmetic on integers."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NonceRule:
    """What a nonce looks like.

    Attributes:
        parse: Text to the integer it writes, or to the text itself for a random nonce; None when it is ill-formed.
        rising: True where a nonce must exceed the last of its key; False where it may be used once.
        maximum: The largest allowed integer, for rising nonces.
        describe: For people: "a decimal integer from 1 to 2^63-1".
        tolerance: How far below the last one a rising nonce may still be (Kraken's nonce window).
    """

    parse: Callable[[str], int | str | None]
    rising: bool
    describe: str
    maximum: int | None = None
    tolerance: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRule:
    """How a timestamp reads and how far it may be from the server's clock.

    Attributes:
        parse: Text to milliseconds since the Unix epoch; None when it is ill-formed.
        past_ms: How far behind the server's clock is still fresh; exactly this far is.
        future_ms: How far ahead of it is still fresh; None for any distance.
        unit: For people: "milliseconds since the Unix epoch".
    """

    parse: Callable[[str], int | None]
    past_ms: int
    future_ms: int | None
    unit: str
