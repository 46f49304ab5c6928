"""A report without what differs between two runs with one seed: ports, times, nonces, signatures and durations.

Everything else is drawn from the seed, so that two masked reports of one client and one seed are equal; where they are
not, the client or the machine behaved otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: Members of a report that are durations.
_DURATIONS = frozenset({"duration_s"})

#: How notes tell of the shapes of digests, which follow from what was signed, and with it from the clock.
_DIGESTS = "a digest "
_COUNT = re.compile(r"\((?:once|\d+ times)\)|\b\d+(?= requests)")

#: What is masked in texts, in this order. A nonce or a moment has ten digits or more, a signature, or a nonce that was
#: drawn, thirty-two characters or more of hex or of base64.
_MASKS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), mask)
    for pattern, mask in (
        (r"(?:\b127\.0\.0\.\d+|\blocalhost|\[::1\]):\d{2,5}\b", "<host>"),
        (r"(?:/[\w.-]+)*/noncense-[\w-]+", "<folder>"),
        (r"\b0x[0-9a-f]{6,}\b", "<address>"),
        (r"\b[0-9a-fA-F]{32,}\b", "<signature>"),
        (r"\b[A-Za-z0-9]{32,}\b", "<signature>"),
        (r"(?<![\w+/])[A-Za-z0-9+/_-]{43,}={0,2}(?![\w+/=])", "<signature>"),
        (r"\b\d{10,}(?:\.\d+)?\b", "<moment>"),
        (r"[+-]?\b\d+(?:\.\d+)? (?=(?:m|µ|n)?s\b|seconds\b)", "<duration> "),
    )
)


def masked(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON report, as plain values, with everything masked that the seed does not decide.

    A requirement that goes on until digests of every shape were seen needs more cases one time than another; its counts
    are masked, and left out of the whole.
    """
    whole: dict[str, Any] = {name: 0 if name in _DURATIONS else _masked(value) for name, value in report.items()}
    for row in whole.get("requirements", ()):
        if any(_DIGESTS in note for note in row["notes"]):
            whole["exchanges"] -= row["exchanges"]
            row.update(
                examples=0, exchanges=0, evidence=None, notes=[_COUNT.sub("<count>", note) for note in row["notes"]]
            )
    return whole


def masked_text(text: str) -> str:
    """Return a text with ports, times, nonces, signatures and durations masked."""
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text


def _masked(value: Any) -> Any:
    match value:
        case str():
            return masked_text(value)
        case Mapping():
            return masked(value)
        case list() | tuple():
            return [_masked(item) for item in value]
        case _:
            return value
