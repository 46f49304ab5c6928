"""Requests drawn from an exchange's own descriptions: every endpoint, with values that fit and values that do not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random
from urllib.parse import quote, urlencode

from benchmarks.conversations import FORM, JSON
from mockserver import Access, Dialect, Endpoint, Parameter, ParameterKind
from signer import Request

#: Values of each kind that an exchange may well take.
_FITTING: dict[ParameterKind, Sequence[str]] = {
    ParameterKind.TEXT: ("x", "a-text", "user@example.com", "0123456789"),
    ParameterKind.INTEGER: ("0", "1", "2", "10", "100", "1700000000"),
    ParameterKind.DECIMAL: ("0.0001", "1", "100", "20000", "0.5"),
    ParameterKind.CURRENCY: ("BTC", "USDT", "ETH"),
    ParameterKind.ORDER_ID: ("1", "42", "9007199254740993"),
    ParameterKind.ADDRESS: ("1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "x" * 30),
    ParameterKind.JSON: ("[]", "{}", '[{"symbol":"BTCUSDT"}]'),
}


def described(dialect: Dialect, nasty: Sequence[bytes], chance: Random) -> tuple[Request, bool]:
    """Return a request to some endpoint of an exchange, unsigned, and whether it has to be signed."""
    endpoint = chance.choice(dialect.endpoints)
    values = {
        parameter.name: _value(dialect, parameter, nasty, chance)
        for parameter in endpoint.parameters
        if parameter.required or chance.random() < 0.5
    }
    return _request(endpoint, values, chance), endpoint.access is not Access.PUBLIC


def _value(dialect: Dialect, parameter: Parameter, nasty: Sequence[bytes], chance: Random) -> str:
    if chance.random() < 0.15 and parameter.name != "command":
        return chance.choice(nasty)[:6000].decode("latin-1")
    if parameter.choices:
        return chance.choice(parameter.choices)
    if parameter.kind is ParameterKind.MARKET:
        return dialect.market_name(chance.choice(dialect.markets).name)
    return chance.choice(_FITTING.get(parameter.kind, ("1",)))


def _request(endpoint: Endpoint, values: dict[str, str], chance: Random) -> Request:
    path = endpoint.path if endpoint.path.startswith("/") else "/"
    places = {parameter.name: parameter.place for parameter in endpoint.parameters}
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", quote(value, safe="", encoding="latin-1")[:4000] or "0")
    method = endpoint.method if endpoint.method != "*" else chance.choice(("GET", "POST"))
    in_json = {name: _as_json(value, chance) for name, value in values.items() if places[name] == "json"}
    in_form = {name: value for name, value in values.items() if places[name] == "form"}
    in_query = {name: value for name, value in values.items() if places[name] == "query"}
    if method == "GET":
        in_query |= in_form
        in_form = {}
    query = urlencode(in_query, encoding="latin-1")[:6000]
    target = f"{path}?{query}" if query else path
    if method != "POST":
        return Request(method=method, target=target.encode("latin-1"))
    if in_json or "json" in places.values():
        return Request(method="POST", target=target.encode("latin-1"), headers=JSON, body=json.dumps(in_json).encode())
    body = urlencode(in_form, encoding="latin-1").encode()
    return Request(method="POST", target=target.encode("latin-1"), headers=FORM, body=body)


def _as_json(value: str, chance: Random) -> object:
    """Return a text as the JSON value that it spells, or as the text that it is."""
    if chance.random() < 0.5:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value
