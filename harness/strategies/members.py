"""Members of answers, found in the shapes that endpoints describe: which there are, and which may be absent.

A path has the words that the fault `json` takes: names with dots, `*` for every entry, "" for the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from harness.setting import Setting
from mockserver import Endpoint, Shape, ShapeKind

#: What walks through a shape: (shape, its path) in.
Finder: TypeAlias = "Callable[[Shape, str], Iterator[str]]"


def records(setting: Setting, operation: str) -> Sequence[str]:
    """Return the paths of all objects with members of known names in the answers of an operation."""
    return _of(setting, operation, _records)


def optional(setting: Setting, operation: str) -> Sequence[str]:
    """Return the paths of members that a dialect leaves out at times."""
    return _of(setting, operation, _optional)


def nullable(setting: Setting, operation: str) -> Sequence[str]:
    """Return the paths of members that a dialect fills with null at times; the whole is none of them."""
    return [path for path in _of(setting, operation, _nullable) if path]


def _of(setting: Setting, operation: str, find: Finder) -> Sequence[str]:
    answers = [endpoint.answer for endpoint in _spoken(setting, operation) if endpoint.answer is not None]
    return list(dict.fromkeys(path for shape in answers for path in find(shape, "")))


def _spoken(setting: Setting, operation: str) -> Sequence[Endpoint]:
    return [endpoint for endpoint in setting.dialect.endpoints if endpoint.operation == operation]


def _records(shape: Shape, at: str) -> Iterator[str]:
    if shape.kind is ShapeKind.RECORD:
        yield at
    for path, inner in _inside(shape, at):
        yield from _records(inner, path)


def _optional(shape: Shape, at: str) -> Iterator[str]:
    if shape.kind is ShapeKind.RECORD:
        yield from (_below(at, name) for name in sorted(shape.optional))
    for path, inner in _inside(shape, at):
        yield from _optional(inner, path)


def _nullable(shape: Shape, at: str) -> Iterator[str]:
    if any(one.kind is ShapeKind.NULL for one in shape.shapes):
        yield at
    for path, inner in _inside(shape, at):
        yield from _nullable(inner, path)


def _inside(shape: Shape, at: str) -> Iterator[tuple[str, Shape]]:
    for one in shape.shapes:
        yield at, one
    if shape.items is not None:
        yield _below(at, "*"), shape.items
    if shape.kind is ShapeKind.RECORD:
        for name, member in (shape.members or {}).items():
            yield _below(at, name), member


def _below(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def found(document: object, path: str) -> Sequence[object]:
    """Return the values that a path leads to in a parsed answer; none where it leads nowhere."""
    values = [document]
    for word in filter(None, path.split(".")):
        values = [inner for value in values for inner in _entries(value, word)]
    return values


def _entries(value: object, word: str) -> Sequence[object]:
    if isinstance(value, dict):
        return list(value.values()) if word == "*" else [value[word]] if word in value else []
    if isinstance(value, list):
        return value if word == "*" else [value[int(word)]] if word.isdecimal() and int(word) < len(value) else []
    return []
