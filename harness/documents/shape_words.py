"""The shape of an answer in one line, as a person would sketch it."""

from __future__ import annotations

import json
from typing import assert_never

from mockserver import Shape, ShapeKind


def sketch(shape: Shape) -> str:
    """Return a sketch: JSON with words where the values go; `…` says that there may be more of the same."""
    match shape.kind:
        case ShapeKind.ANYTHING:
            return "…"
        case ShapeKind.NULL:
            return "null"
        case ShapeKind.FLAG:
            return "true or false"
        case ShapeKind.INTEGER:
            return " or ".join(shape.choices) or "integer"
        case ShapeKind.NUMBER:
            return "number"
        case ShapeKind.TEXT:
            return " or ".join(json.dumps(one) for one in shape.choices) or '"text"'
        case ShapeKind.DIGITS:
            return '"integer"'
        case ShapeKind.DECIMAL:
            return '"decimal"' if shape.places is None else f'"{0:.{shape.places}f}"'
        case ShapeKind.EITHER:
            return " or ".join(sketch(one) for one in shape.shapes)
        case ShapeKind.LISTING:
            return f"[{_inner(shape)}, …]"
        case ShapeKind.MAPPING:
            return f"{{{shape.keys or 'name'}: {_inner(shape)}, …}}"
        case ShapeKind.ROW:
            return f"[{', '.join(_place(shape, name) for name in shape.members or {})}]"
        case ShapeKind.RECORD:
            return f"{{{', '.join(_member(shape, name) for name in shape.members or {})}}}"
        case _:
            assert_never(shape.kind)


def notes(shape: Shape, at: str = "") -> list[str]:
    """Return what is noted about a shape and all that is in it, each with the name of the member."""
    found = [f"{at}: {shape.note}" if at else shape.note] if shape.note else []
    for name, inner in (shape.members or {}).items():
        found += notes(inner, name)
    for inner in (*shape.shapes, *((shape.items,) if shape.items is not None else ())):
        found += notes(inner, at)
    if shape.empty_list:
        found.append(f"{f'{at} is ' if at else ''}[] where it is empty")
    return list(dict.fromkeys(found))


def _inner(shape: Shape) -> str:
    return "…" if shape.items is None else sketch(shape.items)


def _place(shape: Shape, name: str) -> str:
    mark = "?" if name in shape.optional else ""
    return f"{name}{mark}: {sketch((shape.members or {})[name])}"


def _member(shape: Shape, name: str) -> str:
    mark = "?" if name in shape.optional else ""
    return f"{json.dumps(name)}{mark}: {sketch((shape.members or {})[name])}"
