"""Check 15: the body is a JSON object in UTF-8 without duplicate names, and every parameter is what it should be.

Names that no endpoint knows are let through: "unknown parameters are ignored".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import unquote_to_bytes

import orjson

from mockserver.core.dialect import Found
from mockserver.core.endpoint import Json, Parameter, ParameterKind, Parameters
from mockserver.core.refusals import Refusal, Refused
from signer import Request

Values: TypeAlias = "dict[str, Json]"

_INTEGER = re.compile(r"0|[1-9][0-9]{0,18}")
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})|[^!-~]")

_CHOICE = ParameterKind.CHOICE  # an enum looks its members up slowly
_NUMBER = ParameterKind.INTEGER

#: How a client is told that a value has not the form of its description.
_RULES: Mapping[ParameterKind, str] = {
    ParameterKind.DECIMAL: "is a decimal without sign or exponent and with at most 8 decimals",
    ParameterKind.ADDRESS: "has 20 to 128 printable ASCII characters and no blank",
    ParameterKind.TEXT: "has 1 to 36 characters of A-Z, a-z, 0-9, _ and -",
}

_JSON = b"application/json"
_TEXTS_ALONE = frozenset({str})


def read_parameters(request: Request, found: Found) -> Parameters | Refused:
    """Return an endpoint's parameters as they travelled, each checked against its description; defaults are filled in.

    Args:
        request: A request that has passed the gate.
        found: Where it led.

    Returns:
        Names to values, the variables of the path among them; INVALID_REQUEST, MISSING_PARAMETER or INVALID_PARAMETER.
    """
    if found.endpoint.method == "GET":
        if request.body:
            return invalid("A GET carries its parameters in the query and has no body.")
        values = read_query(request.query) if request.query else {}
    else:
        if request.query:
            return invalid("A POST carries its parameters in a JSON body and has no query.")
        values = read_json(request) if request.body else {}
    return values if isinstance(values, Refused) else checked(values, found)


def checked(values: Values, found: Found) -> Parameters | Refused:
    """Return what travelled, each checked against its description, with defaults and the variables of the path."""
    for parameter in found.endpoint.parameters:
        if parameter.place != "path" and (refused := _check(parameter, values)) is not None:
            return refused
    if found.path_parameters:
        values.update(found.path_parameters)
    return values


def invalid(detail: str, parameter: str | None = None) -> Refused:
    """Return an `invalid_request`, with the parameter that is to blame or None for the request as a whole."""
    return Refused(refusal=Refusal.INVALID_REQUEST, detail=detail, facts={"parameter": parameter})


def read_query(query: bytes) -> Values | Refused:
    """Return a query's names and values: `+` and `%20` are both a space, a repeated name is a list."""
    values: Values = {}
    for pair in query.split(b"&"):
        if not pair:
            continue
        if _BAD_ESCAPE.search(pair) is not None:
            return invalid("Names and values of a query are percent-encoded.")
        raw_name, _, raw_value = pair.replace(b"+", b" ").partition(b"=")
        try:
            name = unquote_to_bytes(raw_name).decode()
            value = unquote_to_bytes(raw_value).decode()
        except UnicodeDecodeError:
            return invalid("Names and values of a query are UTF-8 before they are percent-encoded.")
        known = values.get(name)
        if known is None:
            values[name] = value
        elif isinstance(known, list):
            known.append(value)
        else:
            values[name] = [known, value]
    return values


def read_json(request: Request) -> Values | Refused:
    """Return the members of a JSON body.

    The content type of an empty body is not looked at: there is nothing of that type, and HTTP libraries put one there
    by themselves.
    """
    types = [value for name, value in request.headers if len(name) == 12 and name.lower() == b"content-type"]
    if types != [_JSON] and (len(types) != 1 or types[0].partition(b";")[0].strip().lower() != _JSON):
        return invalid("The body of a POST is a JSON object, with Content-Type: application/json.")
    body = request.body
    try:
        values = orjson.loads(body)
    except orjson.JSONDecodeError:
        return invalid("The body is not JSON in UTF-8.")
    if not isinstance(values, dict):
        return invalid("The body is JSON, but no object.")
    if not _obviously_without_duplicates(body, values) and _has_duplicates(body):
        return invalid("A name stands twice in the body.")
    return values


def _obviously_without_duplicates(body: bytes, values: Mapping[str, Json]) -> bool:
    """Tell by counting quotes: members whose names and values are all texts have at least four each, lost ones too."""
    return body.count(b'"') == 4 * len(values) and set(map(type, values.values())) <= _TEXTS_ALONE


def _has_duplicates(body: bytes) -> bool:
    """Tell whether any object of a JSON text has a name twice; a text too deep to be looked through counts as one."""
    duplicates = False

    def look(pairs: list[tuple[str, object]]) -> None:
        nonlocal duplicates
        duplicates = duplicates or len({name for name, _ in pairs}) < len(pairs)

    try:
        json.loads(body, object_pairs_hook=look, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return True
    return duplicates


def _check(parameter: Parameter, values: Values) -> Refused | None:
    """Return why a parameter is refused, or None; fill in the default of one that is absent."""
    name = parameter.name
    value = values.get(name)
    if value is None:
        if name in values:
            return _wrong(parameter, "may not be null")
        if not parameter.required:
            if parameter.default is not None:
                values[name] = parameter.default
            return None
        return Refused(
            refusal=Refusal.MISSING_PARAMETER,
            detail=f"The parameter {name} is required.",
            facts={"parameter": name},
        )
    if type(value) is not str:
        return _wrong(parameter, "stands there once, as text")
    kind = parameter.kind
    if parameter.form:
        if _form(parameter.form)(value) is None:
            return _wrong(parameter, _RULES[kind])
    elif kind is _CHOICE:
        if value not in parameter.choices:
            return _wrong(parameter, f"is one of {', '.join(parameter.choices)}")
    elif kind is _NUMBER and (_INTEGER.fullmatch(value) is None or not _within(parameter, int(value))):
        return _wrong(parameter, f"is an integer {_range(parameter)}")
    # A market, a currency or an order has no form here: whether it exists is a business rule.
    return None


@lru_cache(maxsize=64)
def _form(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern).fullmatch


def _within(parameter: Parameter, number: int) -> bool:
    low, high = parameter.minimum, parameter.maximum
    return (low is None or number >= low) and (high is None or number <= high)


def _range(parameter: Parameter) -> str:
    low = Decimal(0) if parameter.minimum is None else parameter.minimum
    return f"from {low}" if parameter.maximum is None else f"from {low} to {parameter.maximum}"


def _wrong(parameter: Parameter, rule: str) -> Refused:
    return Refused(
        refusal=Refusal.INVALID_PARAMETER,
        detail=f"The parameter {parameter.name} {rule}.",
        facts={"parameter": parameter.name},
    )
