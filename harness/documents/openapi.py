"""An OpenAPI 3.1 document of an exchange, from its endpoints, its refusals and its scheme alone.

Where many commands share one path, as on Poloniex, they share one operation there: its schema is one of theirs, told
apart by the command, and each has its parameters and its answer among the schemas of the components.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, TypeGuard

from harness.documents.schemas import Schema, parameter_schema, shape_schema
from harness.version import __version__
from mockserver import Access, Answer, Dialect, Endpoint, Parameter, Profile, Refusal, RefusalRow, Refused
from signer import Request

Object: TypeAlias = dict[str, object]

#: Refusals that only a call with a key can meet.
_OF_KEYS = frozenset(
    {
        *(Refusal.MISSING_KEY, Refusal.MISSING_SIGNATURE, Refusal.MISSING_NONCE, Refusal.MISSING_TIMESTAMP),
        *(Refusal.MALFORMED_HEADER, Refusal.MALFORMED_NONCE, Refusal.MALFORMED_TIMESTAMP, Refusal.UNKNOWN_KEY),
        *(Refusal.INACTIVE_KEY, Refusal.ADDRESS_NOT_ALLOWED, Refusal.BAD_SIGNATURE, Refusal.TIMESTAMP_OUTSIDE_WINDOW),
        *(Refusal.NONCE_NOT_INCREASING, Refusal.NONCE_REUSED, Refusal.PERMISSION_DENIED, Refusal.ACCOUNT_FROZEN),
        *(Refusal.INSUFFICIENT_FUNDS, Refusal.BELOW_MINIMUM, Refusal.ORDER_NOT_FOUND),
    }
)

#: What the texts of the examples quote.
_FACTS: Mapping[str, object] = {
    "last_nonce": 1700000000001,
    "nonce": 1700000000000,
    "maximum": 10,
    "retry_after": 1,
    "order_id": 36000000001,
    "client_order_id": 12345,
    "currency": "BTC",
    "minimum": "0.0001",
    "address": "192.0.2.1",
}
_NOW_MS = 1_700_000_000_000
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
_MEDIA = {"form": "application/x-www-form-urlencoded", "json": "application/json"}


def openapi(dialect: Dialect) -> Object:
    """Return the document as what becomes JSON."""
    paths: Object = {}
    for (path, method), served in _operations(dialect).items():
        described = paths.setdefault(path, {})
        assert isinstance(described, dict)  # noqa: S101
        described[method] = _operation(dialect, method, served)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": dialect.title,
            "version": __version__,
            "summary": f"As noncense plays it. Source: {dialect.source}",
            "description": _signing(dialect),
        },
        "servers": [{"url": "http://127.0.0.1:8800", "description": f"noncense serve --dialect {dialect.name}"}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                name: {"type": "apiKey", "in": "header", "name": header} for name, header in _headers(dialect).items()
            },
            "schemas": dict(_schemas(dialect)),
            "responses": dict(_responses(dialect)),
        },
    }


def reference_name(text: str) -> str:
    """Return a text as a name of a component."""
    return _UNSAFE.sub("-", text).strip("-")


def _operations(dialect: Dialect) -> Mapping[tuple[str, str], list[Endpoint]]:
    """Return path and method to all that is served there."""
    found: dict[tuple[str, str], list[Endpoint]] = {}
    for endpoint in dialect.endpoints:
        for method in ("get", "post") if endpoint.method == "*" else (endpoint.method.lower(),):
            found.setdefault((endpoint.path, method), []).append(endpoint)
    return found


# --- signing


def _places(dialect: Dialect, where: str) -> Mapping[str, str]:
    """Return the fields of authentication that travel in a place, to their names there."""
    return {
        field: place.removeprefix(where)
        for field, place in dialect.scheme.places.items()
        if place.startswith(where) and " " not in place.removeprefix(where)
    }


def _headers(dialect: Dialect) -> Mapping[str, str]:
    return _places(dialect, "header ")


def _in_forms(dialect: Dialect) -> Mapping[str, str]:
    """Return the fields of authentication that may travel in the form of a body."""
    return {**_places(dialect, "body parameter "), **_places(dialect, "parameter ")}


def _in_queries(dialect: Dialect, method: str) -> Mapping[str, str]:
    """Return the fields that travel in the query: with a GET, those too that may stand in a body."""
    free = _places(dialect, "parameter ") if method == "get" else {}
    return {**_places(dialect, "query parameter "), **free}


def _signing(dialect: Dialect) -> str:
    scheme = dialect.scheme
    rules = [f"A private call is signed: {scheme.digest_name}, written in {scheme.spelling.name}."]
    rules += [f"{field.capitalize()}: {place}." for field, place in scheme.places.items()]
    if scheme.nonce_rule is not None:
        rising = "greater than the last one of the key" if scheme.nonce_rule.rising else "new for each request"
        rules.append(f"The nonce is {scheme.nonce_rule.describe}, {rising}.")
    if scheme.time_rule is not None:
        rules.append(f"The timestamp is in {scheme.time_rule.unit}.")
    return " ".join(rules)


# --- operations


def _operation(dialect: Dialect, method: str, served: Sequence[Endpoint]) -> Object:
    first = served[0]
    described: Object = {
        "operationId": _operation_id(first, method) if len(served) == 1 else reference_name(f"{method} {first.path}"),
        "summary": first.name if len(served) == 1 else f"{len(served)} commands",
        "description": "\n".join(_described(endpoint) for endpoint in served),
        "tags": sorted({endpoint.access.value for endpoint in served}),
    }
    if first.access is not Access.PUBLIC:
        described["security"] = [{name: [] for name in _headers(dialect)}]
    if parameters := _in_target(dialect, method, served):
        described["parameters"] = parameters
    if (body := _body(dialect, method, served)) is not None:
        described["requestBody"] = body
    described["responses"] = _answers(dialect, served)
    return described


def _operation_id(endpoint: Endpoint, method: str) -> str:
    name = endpoint.name
    return reference_name(f"{method} {name}" if endpoint.method == "*" else name)


def _described(endpoint: Endpoint) -> str:
    needed = "public" if endpoint.access is Access.PUBLIC else f"for keys that may {endpoint.access.value}"
    about = [needed, f"source: {endpoint.source}" if endpoint.source else ""]
    if endpoint.operation:
        about.append(f"operation {endpoint.operation} of the client contract")
    if endpoint.rate is not None:
        about.append(f"{endpoint.rate.calls} calls in {endpoint.rate.window_ms} ms by {endpoint.rate.per}")
    return f"{endpoint.name}: {'; '.join(word for word in about if word)}."


def _place(endpoint: Endpoint, item: Parameter, method: str) -> str:
    """Return where a parameter travels with a method: an endpoint for both takes it from the query or the form."""
    if endpoint.method != "*" or item.place == "path":
        return item.place
    return "query" if method == "get" else "form"


def _in_target(dialect: Dialect, method: str, served: Sequence[Endpoint]) -> list[Object]:
    """Return the parameters of path and query; of several commands all of them, required where all require them."""
    found: dict[tuple[str, str], list[Parameter]] = {}
    for endpoint in served:
        for item in endpoint.parameters:
            if (place := _place(endpoint, item, method)) in ("query", "path"):
                found.setdefault((item.name, place), []).append(item)
    fields = _in_queries(dialect, method) if served[0].access is not Access.PUBLIC else {}
    authentication: list[Object] = [
        {
            "name": name,
            "in": "query",
            "required": field != "window",
            "schema": {"type": "string"},
            "description": "a field of authentication",
        }
        for field, name in fields.items()
    ]
    return authentication + [
        {
            "name": name,
            "in": place,
            "required": place == "path" or (len(items) == len(served) and all(item.required for item in items)),
            "schema": _joined([parameter_schema(dialect, item) for item in items]),
        }
        | ({"description": notes} if (notes := "; ".join(dict.fromkeys(i.note for i in items if i.note))) else {})
        for (name, place), items in found.items()
    ]


def _joined(schemas: Sequence[Schema]) -> Schema:
    """Return one schema for what several commands take by one name."""
    different = [schema for index, schema in enumerate(schemas) if schema not in schemas[:index]]
    if len(different) == 1:
        return different[0]
    if all("enum" in schema for schema in different):
        choices = [choice for schema in different for choice in _list(schema["enum"])]
        return {**different[0], "enum": list(dict.fromkeys(choices))}
    return {"anyOf": different}


def _body(dialect: Dialect, method: str, served: Sequence[Endpoint]) -> Object | None:
    if method == "get":
        return None
    places = {_place(endpoint, item, method) for endpoint in served for item in endpoint.parameters}
    signed = _in_forms(dialect) if served[0].access is not Access.PUBLIC else {}
    place = "form" if signed else next((name for name in ("form", "json") if name in places), None)
    if place is None:
        return None
    schemas = [_reference("schemas", f"{endpoint.name} parameters") for endpoint in served]
    schema: Schema = schemas[0] if len(schemas) == 1 else {"oneOf": schemas}
    required = bool(signed) or any(item.required for item in served[0].parameters)
    return {"required": required, "content": {_MEDIA[place]: {"schema": schema}}}


def _answers(dialect: Dialect, served: Sequence[Endpoint]) -> Object:
    public = served[0].access is Access.PUBLIC
    rows = _by_status(dialect, public=public)
    shapes = [_reference("schemas", f"{endpoint.name} answer") for endpoint in served]
    if 200 in rows:
        shapes.append(_reference("schemas", "refusal"))
    success: Object = {
        "description": "What was asked for" + ("; or a refusal, which has this status too." if 200 in rows else "."),
        "content": {"application/json": {"schema": shapes[0] if len(shapes) == 1 else {"anyOf": shapes}}},
    }
    refused = {
        str(status): _reference("responses", _response_name(status, public=public))
        for status in sorted(rows)
        if status != 200
    }
    return {"200": success, **refused}


# --- components


def _reference(kind: str, name: str) -> Schema:
    return {"$ref": f"#/components/{kind}/{reference_name(name)}"}


def _schemas(dialect: Dialect) -> Iterator[tuple[str, Schema]]:
    signed = _in_forms(dialect)
    for endpoint in dialect.endpoints:
        fields = {} if endpoint.access is Access.PUBLIC else signed
        yield reference_name(f"{endpoint.name} parameters"), _parameters(dialect, endpoint, fields)
        yield reference_name(f"{endpoint.name} answer"), shape_schema(endpoint.answer)
    yield "refusal", {"description": "One of the examples among the responses that refuse.", "type": "object"}


def _parameters(dialect: Dialect, endpoint: Endpoint, fields: Mapping[str, str]) -> Schema:
    properties: Object = {
        name: {"type": "string", "description": "a field of authentication"} for name in fields.values()
    }
    properties |= {
        item.name: parameter_schema(dialect, item) | ({"description": item.note} if item.note else {})
        for item in endpoint.parameters
        if item.place != "path"
    }
    needed = (name for field, name in fields.items() if field != "window")
    required = [*needed, *(item.name for item in endpoint.parameters if item.required and item.place != "path")]
    schema: Schema = {"type": "object", "properties": properties}
    return schema | ({"required": required} if required else {})


def _by_status(dialect: Dialect, *, public: bool) -> Mapping[int, list[RefusalRow]]:
    found: dict[int, list[RefusalRow]] = {}
    for row in dialect.refusals:
        if not (public and row.refusal in _OF_KEYS):
            found.setdefault(row.status, []).append(row)
    return found


def _response_name(status: int, *, public: bool) -> str:
    return f"refused-{status}-public" if public else f"refused-{status}"


def _responses(dialect: Dialect) -> Iterator[tuple[str, Object]]:
    """Yield a response for each status, with an example for each row of the table of refusals."""
    for public in (False, True):
        for status, rows in sorted(_by_status(dialect, public=public).items()):
            content: dict[str, Object] = {}
            for row in rows:
                answer = _example(dialect, row)
                place = content.setdefault(answer.content_type.partition(";")[0], {"examples": {}})
                examples = place["examples"]
                assert isinstance(examples, dict)  # noqa: S101
                name = reference_name(f"{row.refusal}-{row.variant}" if row.variant else str(row.refusal))
                examples[name] = {"summary": row.source, "value": _value(answer)}
            yield (
                _response_name(status, public=public),
                {"description": f"What the exchange refuses with status {status}.", "content": content},
            )


def _example(dialect: Dialect, row: RefusalRow) -> Answer:
    target = dialect.raw_targets[0]
    path = target.target if target.target.startswith("/") else f"/{target.target}"
    facts = {**_FACTS, "parameter": "amount", "value": "x", "path": path, "market": dialect.markets[0].name}
    refused = Refused(refusal=row.refusal, facts=facts, variant=row.variant)
    request = Request(method=target.method, target=path.encode())
    return dialect.write_refusal(refused, row, Profile.DOCUMENTED, request, _NOW_MS)


def _value(answer: Answer) -> object:
    try:
        return json.loads(answer.body)
    except ValueError:
        return answer.body.decode("utf-8", "replace")


def _list(value: object) -> list[object]:
    return list(value) if _is_list(value) else []


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
