"""Answers that no exchange means: JSON that is odd, wrong or none, behind a frame that is sound."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from mockserver.core.answers import Answer

#: Stands for a number while the JSON around it is changed, so that it keeps its spelling.
_MARK = "\ue000"
_MARKED = re.compile(rb'"\\ue000([^"]*?)\\ue000"')

_DEEP = 100_000
_LARGE = 20 * 2**20

#: What takes the place of a value, as it stands on the wire.
_TOKENS: Mapping[str, bytes] = {
    "nan": b"NaN",
    "infinity": b"-Infinity",
    "big_integer": b"12345678901234567890123",
    "exponent": b"1e-7",
    "null": b"null",
    "invalid_utf8": b'"\xff\xfe\xc0\xaf"',
}


def stand_in_answer() -> Answer:
    """Return what is spoilt in place of an answer that was never come to."""
    return Answer(status=503, body=b'{"error":"the exchange did not get to this request"}')


def doubled_keys(body: bytes) -> bytes:
    """Return a JSON object in which every member of the outermost level stands twice, first with a wrong value.

    A body that is no JSON object becomes one with a doubled member.
    """
    try:
        value = json.loads(body)
    except ValueError:
        value = None
    if not isinstance(value, dict) or not value:
        return b'{"error":"first","error":"second"}'
    wrong = ",".join(f"{json.dumps(name)}:null" for name in value)
    return b"{" + wrong.encode() + b"," + body.strip()[1:]


def spoilt_json(body: bytes, how: str, *, field: str | None = None, size: int | None = None) -> bytes:
    """Return a body of JSON spoilt in one of the ways of `core/fault_kinds.py`.

    Args:
        body: The answer's own; `{"ok":true}` stands in for one that is no JSON.
        how: The way.
        field: Path of the member that is meant, with dots and indexes; the first one without it, and where there is
            no such member. A `*` on the way stands for every entry, and "" for the whole: then all that are there are
            meant, and none where there is none. The member that is one more is added to the object at this path.
        size: How deep, or how many bytes.
    """
    value = _loaded(body)
    if how in _TOKENS:
        return _replaced(value, field, how)
    whole = _WHOLE.get(how)
    if whole is not None:
        return whole(body)
    match how:
        case "deep":
            depth = size or _DEEP
            return b"[" * depth + b"]" * depth
        case "large":
            return _large(value, size or _LARGE)
        case "extra":
            if field is None and not isinstance(value, dict):
                return _dumped([value, "extra"])
            return _dumped(_changed(value, field or "", _with_one_more))
        case "shuffled":
            return _dumped(_reversed(value))
        case "missing":
            for path in reversed(_paths(value, field)):
                value = _without(value, path)
            return _dumped(value)
        case _:
            return _dumped(_changed(value, field, _of_another_type))


def _loaded(body: bytes) -> object:
    try:
        return json.loads(body, parse_float=_marked, parse_int=_marked)
    except ValueError:
        return {"ok": True}


def _marked(text: str) -> str:
    return f"{_MARK}{text}{_MARK}"


def _dumped(value: object) -> bytes:
    return _MARKED.sub(rb"\1", json.dumps(value, separators=(",", ":")).encode("ascii"))


def _replaced(value: object, field: str | None, how: str) -> bytes:
    placeholder = "noncense puts something here"
    changed = _dumped(_changed(value, field, lambda _: placeholder))
    return changed.replace(json.dumps(placeholder).encode(), _TOKENS[how])


def _with_one_more(value: object) -> object:
    return {**value, "noncense_extra": {"new": True}} if isinstance(value, dict) else value


def _large(value: object, size: int) -> bytes:
    whole = value if isinstance(value, dict) else {"data": value}
    without = len(_dumped({**whole, "noncense_padding": ""}))
    return _dumped({**whole, "noncense_padding": "x" * max(0, size - without)})


_WHOLE: Mapping[str, Callable[[bytes], bytes]] = {
    "listed": lambda body: b"[" + body + b"]",
    "quoted": lambda body: json.dumps(body.decode("utf-8", "replace")).encode(),
    "utf16": lambda body: body.decode("utf-8", "replace").encode("utf-16"),
    "bom": lambda body: b"\xef\xbb\xbf" + body,
    "cut": lambda body: body[: max(1, len(body) // 2)],
    "trailing_comma": lambda body: body.rstrip()[:-1] + b"," + body.rstrip()[-1:],
    "two_values": lambda body: body + b"\n" + body,
    "single_quotes": lambda body: body.replace(b'"', b"'"),
    "empty": lambda body: b"",
}


# Finding a member and changing it; nothing is changed in place.


def _changed(value: object, field: str | None, change: Callable[[object], object]) -> object:
    for path in _paths(value, field):
        value = _with(value, path, change)
    return value


def _paths(value: object, field: str | None) -> tuple[tuple[str | int, ...], ...]:
    """Return the ways to all members that are meant."""
    if field is None or (field and "*" not in field.split(".")):
        return (_path(value, field),)
    found: list[tuple[tuple[str | int, ...], object]] = [((), value)]
    for word in filter(None, field.split(".")):
        found = [((*way, step), inner) for way, at in found for step, inner in _steps(at, word)]
    return tuple(way for way, _ in found)


def _steps(at: object, word: str) -> list[tuple[str | int, object]]:
    """Return the entries of a value that a word of a path stands for."""
    if isinstance(at, dict):
        return [(name, inner) for name, inner in at.items() if word in ("*", name)]
    if isinstance(at, list):
        return [(index, inner) for index, inner in enumerate(at) if word in ("*", str(index))]
    return []


def _path(value: object, field: str | None) -> tuple[str | int, ...]:
    """Return the way to a member: the one that is named where it exists, else to the first that holds no others."""
    if field is not None:
        steps: list[str | int] = []
        at = value
        for word in field.split("."):
            if isinstance(at, dict) and word in at:
                steps.append(word)
                at = at[word]
            elif isinstance(at, list) and word.isdecimal() and int(word) < len(at):
                steps.append(int(word))
                at = at[int(word)]
            else:
                break
        else:
            return tuple(steps)
    return _first(value)


def _first(value: object) -> tuple[str | int, ...]:
    if isinstance(value, dict) and value:
        name = next(iter(value))
        return (name, *_first(value[name]))
    if isinstance(value, list) and value:
        return (0, *_first(value[0]))
    return ()


def _with(value: object, path: tuple[str | int, ...], change: Callable[[object], object]) -> object:
    if not path:
        return change(value)
    step, rest = path[0], path[1:]
    if isinstance(value, dict):
        return {name: _with(member, rest, change) if name == step else member for name, member in value.items()}
    if isinstance(value, list):
        return [_with(member, rest, change) if index == step else member for index, member in enumerate(value)]
    return value


def _without(value: object, path: tuple[str | int, ...]) -> object:
    if not path:
        return None
    step, rest = path[0], path[1:]
    if isinstance(value, dict):
        return {
            name: _without(member, rest) if name == step else member
            for name, member in value.items()
            if rest or name != step
        }
    if isinstance(value, list):
        return [
            _without(member, rest) if index == step else member
            for index, member in enumerate(value)
            if rest or index != step
        ]
    return value


def _of_another_type(value: object) -> object:
    if isinstance(value, str) and value.startswith(_MARK):
        return value.strip(_MARK)
    return 7


def _reversed(value: object) -> object:
    if isinstance(value, dict):
        return {name: _reversed(value[name]) for name in reversed(value)}
    if isinstance(value, list):
        return [_reversed(member) for member in value]
    return value
