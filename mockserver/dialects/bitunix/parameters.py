"""Reading a query or a JSON body as Bitunix does: numbers are taken where text is documented, and text for numbers."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import unquote_plus

import orjson

from mockserver.core.desk import Desk
from mockserver.core.dialect import Found
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.refusals import Refusal, Refused
from signer import Request

_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?").fullmatch
_ESCAPE = re.compile("%[0-9A-Fa-f]{2}").search
_INTEGER = re.compile(r"[0-9]{1,19}").fullmatch

#: Beyond these a JSON number is no sum of money, and would be long to write out.
_LARGEST_EXPONENT = 30
_MOST_DIGITS = 60


def read_parameters(request: Request, found: Found) -> Parameters | Refused:
    """Return the parameters of a request: of the query for GET, of the JSON body for POST.

    Returns:
        Text from a query, JSON values from a body, an empty body counting as no parameters (facts 1.4); or
        INVALID_REQUEST for a body that is no JSON object. The content type is not looked at (facts 1.7).
    """
    return read_query(request.query) if request.method != "POST" else read_body(request.body)


def read_query(raw: bytes) -> dict[str, Json]:
    """Return names and decoded values of a query; of a repeated name the last value."""
    values: dict[str, Json] = {}
    for segment in raw.decode("utf-8", "replace").split("&"):
        if segment:
            name, _, value = segment.partition("=")
            values[_decoded(name)] = _decoded(value)
    return values


def read_body(raw: bytes) -> dict[str, Json] | Refused:
    """Return the members of a JSON object, numbers digit for digit."""
    if not raw:
        return {}
    try:
        body = orjson.loads(raw)
        if isinstance(body, dict) and any(isinstance(value, float | list | dict) for value in body.values()):
            body = json.loads(raw, parse_float=Decimal)
    except (ValueError, RecursionError, InvalidOperation):
        body = None
    if not isinstance(body, dict):
        return Refused(refusal=Refusal.INVALID_REQUEST, detail="the body must be a JSON object in UTF-8")
    return body


def text(parameters: Parameters, name: str) -> str:
    """Return a parameter as text; "" for one that is absent, null, or neither text nor a number."""
    value = parameters.get(name)
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return ""
    if isinstance(value, int):
        return str(value) if value.bit_length() < 128 else ""
    return format(value, "f") if _writable(value) else ""


def required(parameters: Parameters, name: str) -> str | Refused:
    """Return a parameter as text, or the refusal of its absence."""
    return text(parameters, name) or missing(name)


def decimal(parameters: Parameters, name: str) -> Decimal | Refused:
    """Return a number exactly as it was written, or the refusal of one that is absent or ill-formed.

    Text must be a plain decimal; a JSON number may have an exponent, as the grammar of JSON allows.
    """
    if parameters.get(name) is None:
        return missing(name)
    value = text(parameters, name)
    return Decimal(value) if _NUMBER(value) else invalid(name)


def choice(parameters: Parameters, name: str, allowed: tuple[str, ...]) -> str | Refused:
    """Return one of the allowed values as text, or the refusal of another."""
    value = required(parameters, name)
    return value if isinstance(value, Refused) or value in allowed else invalid(name)


def coin(desk: Desk, parameters: Parameters) -> str | Refused:
    """Return the coin that the parameter of that name names in any letter case, or the refusal of none."""
    named = required(parameters, "coin")
    if isinstance(named, Refused) or named.upper() in desk.currencies():
        return named if isinstance(named, Refused) else named.upper()
    return Refused(refusal=Refusal.UNKNOWN_CURRENCY, detail="no such coin", facts={"currency": named[:40]})


def whole(value: str) -> int | None:
    """Return a non-negative integer below 2^63, or None."""
    if not _INTEGER(value):
        return None
    parsed = int(value)
    return parsed if parsed < 1 << 63 else None


def bounded(parameters: Parameters, name: str, *, default: int, maximum: int) -> int:
    """Return a page or a limit from 1 up; one that is ill-formed means the default, a larger one the maximum."""
    return min(whole(text(parameters, name)) or default, maximum)


def instant(parameters: Parameters, name: str) -> int | Refused | None:
    """Return an ISO 8601 time as milliseconds since the Unix epoch; None where it is absent."""
    value = text(parameters, name)
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return int(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        return invalid(name)


def missing(name: str) -> Refused:
    """Say that a parameter is absent."""
    return Refused(
        refusal=Refusal.MISSING_PARAMETER, detail=f"{name} is required and absent or blank", facts={"parameter": name}
    )


def invalid(name: str) -> Refused:
    """Say that a parameter has a value that is not allowed."""
    return Refused(
        refusal=Refusal.INVALID_PARAMETER, detail=f"{name} has a value that is not allowed", facts={"parameter": name}
    )


def _decoded(text: str) -> str:
    return unquote_plus(text) if _ESCAPE(text) else text.replace("+", " ")


def _writable(number: Decimal) -> bool:
    if not number.is_finite() or len(number.as_tuple().digits) > _MOST_DIGITS:
        return False
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_LARGEST_EXPONENT and number.adjusted() <= _LARGEST_EXPONENT
