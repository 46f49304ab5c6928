"""The OpenAPI document of control, made of what its routes say about themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mockserver.wire.schemas import Schema, named

if TYPE_CHECKING:
    from mockserver.wire.route import Route

_ABOUT = (
    "Steers a mock exchange from the exchange's side: keys and accounts, clock, faults, journal, markets, limits."
    " Without a token only local Host headers are answered."
)


def described(routes: Iterable[Route], schemas: Mapping[str, Schema]) -> dict[str, object]:
    """Return the document, OpenAPI 3.1, as JSON data.

    Args:
        routes: What can be asked.
        schemas: Those that references name.
    """
    paths: dict[str, dict[str, object]] = {}
    for route in routes:
        paths.setdefault(f"/_noncense/{route.path}", {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "noncense control", "version": "1", "description": _ABOUT},
        "paths": paths,
        "components": {
            "schemas": dict(schemas),
            "securitySchemes": {
                "token": {"type": "apiKey", "in": "header", "name": "X-Noncense-Token"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
        },
        "security": [{}, {"token": []}, {"bearer": []}],
    }


def _operation(route: Route) -> dict[str, object]:
    content: dict[str, object] = {"application/json": {"schema": route.gives}} if route.gives else {}
    content |= {kind: {"schema": {"type": "string", "description": words}} for kind, words in route.also.items()}
    refusals = {
        "400": "It makes no sense.",
        "403": "Not let in.",
        **({"404": "It is not there."} if "{" in route.path else {}),
    }
    operation: dict[str, object] = {
        "operationId": _identifier(route),
        "summary": route.does,
        "tags": [route.path.split("/")[0] or "rooms"],
        "parameters": _parameters(route),
        "responses": {
            str(route.status): {"description": "Done.", "content": content},
            **{status: _refusal(words) for status, words in refusals.items()},
        },
    }
    if route.takes is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": route.takes}}}
    return operation


def _parameters(route: Route) -> list[dict[str, object]]:
    variables: list[dict[str, object]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", route.path)
    ]
    return variables + [{"name": name, "in": "query", "schema": schema} for name, schema in route.query.items()]


def _refusal(words: str) -> dict[str, object]:
    return {"description": words, "content": {"application/json": {"schema": named("Error")}}}


def _identifier(route: Route) -> str:
    words = re.findall(r"[a-z]+", f"{route.method.lower()} {route.path or 'rooms'}")
    return "_".join(words)
