"""JSON Schema, as much of it as control needs: requests are checked by it, and answers in tests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

#: A schema as JSON data.
Schema: TypeAlias = "Mapping[str, object]"

TEXT: Schema = {"type": "string"}
TRUTH: Schema = {"type": "boolean"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
ANYTHING: Schema = {}
MILLISECONDS: Schema = {"type": "integer", "description": "milliseconds since the Unix epoch"}

#: A decimal as text, so that it keeps its digits.
DECIMAL: Schema = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}

#: An integer, as a number or as text where it may be beyond 2^53.
LONG: Schema = {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^-?[0-9]{1,64}$"}]}

_REFERENCE = "#/components/schemas/"

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}


def record(members: Mapping[str, Schema], *, required: tuple[str, ...] = (), more: Schema | None = None) -> Schema:
    """Return the schema of an object; members that are not named are refused unless they are `more`."""
    made: dict[str, object] = {"type": "object", "properties": dict(members)}
    if required:
        made["required"] = list(required)
    made["additionalProperties"] = False if more is None else more
    return made


def answer(members: Mapping[str, Schema]) -> Schema:
    """Return the schema of an object that has all of its members and no others."""
    return record(members, required=tuple(members))


def listing(items: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def named(name: str) -> Schema:
    """Return a reference to a schema that has a name in the document."""
    return {"$ref": _REFERENCE + name}


def or_null(schema: Schema) -> Schema:
    """Return the schema of something that may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def among(words: object) -> Schema:
    """Return the schema of one of some words."""
    return {"type": "string", "enum": [str(word) for word in words] if isinstance(words, list | tuple) else []}


def said(schema: Schema, words: str) -> Schema:
    """Return a schema with words for people."""
    return {**schema, "description": words}


def complaint(schema: Schema, value: object, names: Mapping[str, Schema], where: str = "the body") -> str | None:
    """Return what is wrong with a value, in a sentence, or None.

    Args:
        schema: What it has to be.
        value: JSON data.
        names: The schemas that references may name.
        where: What the value is called.
    """
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return complaint(names[reference.removeprefix(_REFERENCE)], value, names, where)
    choices = schema.get("anyOf")
    if isinstance(choices, list):
        wrong = [complaint(choice, value, names, where) for choice in choices]
        return None if None in wrong else wrong[0]
    kinds = schema.get("type")
    if isinstance(kinds, str) and not _is(kinds, value):
        return f"{where} must be {'an' if kinds[0] in 'aio' else 'a'} {kinds}"
    if "const" in schema and value != schema["const"]:
        return f"{where} must be {schema['const']}"
    return _bounds(schema, value, where) or _inside(schema, value, names, where)


def _is(kind: str, value: object) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])


def _bounds(schema: Schema, value: object, where: str) -> str | None:
    """Compare a value with the limits that stand in its schema."""
    enum = schema.get("enum")
    if isinstance(enum, list) and value not in enum:
        return f"{where} must be one of {', '.join(map(str, enum))}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        least, most = schema.get("minimum"), schema.get("maximum")
        low = isinstance(least, int | float) and not value >= least
        high = isinstance(most, int | float) and not value <= most
        return f"{where} must be from {least} to {most}" if low or high else None
    if isinstance(value, str):
        least, most, pattern = schema.get("minLength", 0), schema.get("maxLength"), schema.get("pattern")
        if (isinstance(least, int) and len(value) < least) or (isinstance(most, int) and len(value) > most):
            return f"{where} must have {least} to {most} characters"
        if isinstance(pattern, str) and re.search(pattern, value) is None:
            return f"{where} does not look like {pattern}"
    return None


def _inside(schema: Schema, value: object, names: Mapping[str, Schema], where: str) -> str | None:
    """Look at the members of an object or a list."""
    if isinstance(value, list):
        items = schema.get("items")
        if isinstance(items, Mapping):
            wrongs = (complaint(items, item, names, f"{where}[{index}]") for index, item in enumerate(value))
            return next((wrong for wrong in wrongs if wrong is not None), None)
        return None
    if not isinstance(value, dict):
        return None
    members, required, more = (
        schema.get("properties", {}),
        schema.get("required", []),
        schema.get("additionalProperties"),
    )
    if not isinstance(members, Mapping) or not isinstance(required, list):
        return None
    if missing := [name for name in required if name not in value]:
        return f"{missing[0]} is missing"
    if more is False and (strange := sorted(set(value) - set(members))):
        return f"unknown: {', '.join(name[:40] for name in strange)}; there are {', '.join(sorted(members)) or 'none'}"
    for name, member in value.items():
        inner = members.get(name, more)
        if isinstance(inner, Mapping) and (wrong := complaint(inner, member, names, str(name)[:80])) is not None:
            return wrong
    return None
