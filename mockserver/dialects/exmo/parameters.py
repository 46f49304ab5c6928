"""Reading a form as EXMO does: blank values, empty segments and unknown names are no faults; the last value wins."""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import unquote_plus

from mockserver.core.dialect import Found
from mockserver.core.endpoint import Parameters
from mockserver.core.refusals import Refusal, Refused
from signer import Request

#: Of what comes after so many, nothing but the nonce is read. A bound on work, not a documented rule, and PHP's own.
MOST_PARAMETERS = 1000

#: A plain decimal of bounded length: no exponent, no separator, ASCII digits alone.
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})").fullmatch
_ESCAPE = re.compile("%[0-9A-Fa-f]{2}").search
_SIGNED = re.compile(r"[+-]?[0-9]{1,19}").fullmatch
_INTEGER = re.compile(r"[0-9]{1,19}").fullmatch


def read_parameters(request: Request, found: Found) -> Parameters | Refused:
    """Return the parameters of a request: of the body for POST, of the query otherwise (a GET's body is ignored).

    Source:
        EXMO facts 1.2 ("duplicate &, junk keys", "percent-encoding") and 7; that the last value wins is inferred.
    """
    return read_form(request.body if request.method == "POST" else request.query)


def read_form(raw: bytes) -> dict[str, str]:
    """Return names and values of `a=1&b=2`; bytes that are no UTF-8 become replacement characters."""
    text = raw.decode("utf-8", "replace")
    escaped = "%" in text or "+" in text
    values: dict[str, str] = {}
    for segment in text.split("&", MOST_PARAMETERS)[:MOST_PARAMETERS]:
        if segment:
            name, _, value = segment.partition("=")
            if escaped:
                name, value = _decoded(name), _decoded(value)
            values[name] = value
    return values


def text(parameters: Parameters, name: str) -> str:
    """Return a parameter's text; "" where it is absent or blank, which EXMO takes for the same."""
    value = parameters.get(name)
    return value if isinstance(value, str) else ""


def required(parameters: Parameters, name: str) -> str | Refused:
    """Return a parameter's text, or the refusal of its absence (50013)."""
    return text(parameters, name) or missing(name)


def number(parameters: Parameters, name: str) -> Decimal | Refused:
    """Return a number exactly as it was written, or the refusal of an absent or ill-formed one (50049)."""
    value = text(parameters, name)
    return Decimal(value) if _NUMBER(value) else not_a_number(name, value)


def places(parameters: Parameters, name: str) -> int:
    """Return how many decimals a number was written with, trailing zeros aside."""
    return len(text(parameters, name).partition(".")[2].rstrip("0"))


def whole(value: str) -> int | None:
    """Return a non-negative integer below 2^63, or None."""
    if not _INTEGER(value):
        return None
    parsed = int(value)
    return parsed if parsed < 1 << 63 else None


def signed(value: str) -> int | None:
    """Return an integer of 64 bits, perhaps below zero, or None."""
    if not _SIGNED(value):
        return None
    parsed = int(value)
    return parsed if -(1 << 63) <= parsed < 1 << 63 else None


def bounded(parameters: Parameters, name: str, *, default: int, maximum: int) -> int:
    """Return `limit` or `offset`; an ill-formed one means the default (facts 3.2), a larger one the maximum."""
    value = whole(text(parameters, name))
    return default if value is None else min(value, maximum)


def missing(name: str) -> Refused:
    """Say that a parameter is absent."""
    return Refused(
        refusal=Refusal.MISSING_PARAMETER, detail=f"{name} is required and absent or blank", facts={"parameter": name}
    )


def not_a_number(name: str, value: str) -> Refused:
    """Say that a parameter should be a number."""
    return Refused(
        refusal=Refusal.INVALID_PARAMETER,
        detail=f"{name} must be a plain decimal number",
        facts={"parameter": name, "value": value[:80]},
    )


def _decoded(text: str) -> str:
    """Return a name or value with its escapes resolved; a percent sign that begins none stands for itself."""
    return unquote_plus(text) if _ESCAPE(text) else text.replace("+", " ")
