"""What arrived, read from the raw bytes by nobody but ourselves: a second voice beside the exchange's own parser."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from urllib.parse import unquote_to_bytes

from harness.setting import Setting
from mockserver import Endpoint, Entry, ParameterKind
from signer import Request


class Unreadable(ValueError):
    """The parameters of a request cannot be read."""


def parameters(request: Request) -> Mapping[str, Sequence[object]]:
    """Return every parameter of a request: name to its values in order, from the query, the form or the JSON object.

    Numbers of a JSON body come as `Decimal`, from the digits as they stood.

    Raises:
        Unreadable: A body that is neither a form nor a JSON object, or text that is not UTF-8.
    """
    found: dict[str, list[object]] = {}
    for name, text in pairs(request.query):
        found.setdefault(name, []).append(text)
    if request.body[:1] == b"{":
        for name, value in _members(request.body):
            found.setdefault(name, []).extend(value if isinstance(value, list) else [value])
    elif request.body:
        for name, text in pairs(request.body):
            found.setdefault(name, []).append(text)
    return found


def pairs(text: bytes) -> Sequence[tuple[str, str]]:
    """Read `name=value&…` with `+` as a blank and percent escapes as UTF-8; empty pairs are passed over.

    Raises:
        Unreadable: The bytes are not UTF-8.
    """
    found = []
    for piece in text.split(b"&"):
        if piece:
            name, _, value = piece.partition(b"=")
            found.append((_decoded(name), _decoded(value)))
    return found


def _decoded(text: bytes) -> str:
    try:
        return unquote_to_bytes(text.replace(b"+", b" ")).decode()
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-8 at byte {error.start}") from error


def _members(body: bytes) -> Sequence[tuple[str, object]]:
    try:
        members: list[tuple[str, object]] = json.loads(
            body, parse_float=Decimal, parse_int=Decimal, object_pairs_hook=lambda found: found
        )
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"no JSON: {error}") from error
    return members


def endpoint_of(setting: Setting, entry: Entry) -> Endpoint | None:
    """Return the description of the endpoint that a request went to."""
    return next((endpoint for endpoint in setting.dialect.endpoints if endpoint.name == entry.endpoint), None)


def numbers(setting: Setting, entry: Entry) -> Mapping[str, object]:
    """Return the decimal parameters of a request as they were spelled: text, or what JSON had instead of text."""
    endpoint = endpoint_of(setting, entry)
    if endpoint is None:
        return {}
    wanted = {parameter.name for parameter in endpoint.parameters if parameter.kind is ParameterKind.DECIMAL}
    return {name: values[-1] for name, values in parameters(entry.request).items() if name in wanted and values}
