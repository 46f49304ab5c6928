"""A route of control: a path, what may be said to it, what it answers and who does it, described once."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qsl, unquote

from mockserver.errors import SettingsError
from mockserver.wire.schemas import Schema, complaint

if TYPE_CHECKING:
    from mockserver.wire.line import Line, Spoken

Object: TypeAlias = dict[str, object]

_DIGITS = re.compile(r"-?[0-9]{1,18}")


class Missing(Exception):
    """Something was asked for by name that is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request asks for, once it has been let in and found to make sense.

    Attributes:
        names: The variables of the path, decoded.
        query: The parameters of the query, read as their schemas say.
        body: The JSON object of the body.
        now_ms: The server's clock.
        url: Scheme, host and port, as the client called us.
        last_event: Of a viewer that comes back: the last number that he has seen.
    """

    names: Mapping[str, str]
    query: Mapping[str, object]
    body: Mapping[str, object]
    now_ms: int
    url: str = ""
    last_event: str | None = None

    def text(self, name: str) -> str | None:
        """Return a parameter of the query that is a text, or None."""
        value = self.query.get(name)
        return value if isinstance(value, str) else None

    def whole(self, name: str, usual: int) -> int:
        """Return a parameter of the query that is an integer."""
        value = self.query.get(name, usual)
        return value if isinstance(value, int) else usual


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelt:
    """An answer that is not JSON."""

    text: str
    content_type: str


#: Does what is asked, and returns what becomes the JSON of the answer.
Handler: TypeAlias = "Callable[[Asked], object]"

#: Does what takes its time. It answers on the line itself, or returns None and leaves the answer to the handler.
Live: TypeAlias = "Callable[[Asked, Line], Awaitable[Spoken | None]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One thing that can be asked of control.

    Attributes:
        method: GET, POST or DELETE.
        path: Below `/_noncense/`, with `{name}` for a variable segment.
        does: What it does, in a sentence.
        handle: Who does it.
        gives: What the answer is.
        takes: What the body is; None where there is none.
        query: The parameters of the query.
        status: The status of a success.
        also: Further content types of the answer, and what they hold.
        live: What is done before `handle`, where it takes its time.
    """

    method: str
    path: str
    does: str
    handle: Handler
    gives: Schema
    takes: Schema | None = None
    query: Mapping[str, Schema] = field(default_factory=dict)
    status: int = 200
    also: Mapping[str, str] = field(default_factory=dict)
    live: Live | None = None

    @property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path."""
        return tuple(self.path.split("/"))

    def match(self, segments: tuple[str, ...]) -> Mapping[str, str] | None:
        """Return the variables of a path that leads here, decoded; None for one that does not."""
        own = self.segments
        if len(own) != len(segments):
            return None
        names: dict[str, str] = {}
        for pattern, segment in zip(own, segments, strict=True):
            if pattern.startswith("{") and segment:
                names[pattern[1:-1]] = unquote(segment)
            elif pattern != segment:
                return None
        return names

    def read_query(self, query: bytes) -> dict[str, object]:
        """Return the parameters of a query.

        Raises:
            SettingsError: One is not known here, or not what it has to be.
        """
        read: dict[str, object] = {}
        for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=100):
            schema = self.query.get(name)
            if schema is None:
                raise SettingsError(f"unknown: {name[:80]}; there are {', '.join(sorted(self.query)) or 'none'}")
            read[name] = _read(name, value, schema)
        return read

    def check_body(self, body: Mapping[str, object], names: Mapping[str, Schema]) -> None:
        """Check a body against its description.

        Raises:
            SettingsError: It is none that can be understood.
        """
        if self.takes is None:
            if body:
                raise SettingsError("there is nothing to be said in a body here")
        elif (wrong := complaint(self.takes, body, names)) is not None:
            raise SettingsError(wrong)


def _read(name: str, value: str, schema: Schema) -> object:
    read: object = value
    if schema.get("type") == "integer":
        if _DIGITS.fullmatch(value) is None:
            raise SettingsError(f"{name} must be an integer")
        read = int(value)
    elif schema.get("type") == "number":
        if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value) is None:
            raise SettingsError(f"{name} must be a number")
        read = float(value)
    elif schema.get("type") == "boolean":
        if value not in ("true", "false"):
            raise SettingsError(f"{name} must be true or false")
        read = value == "true"
    if (wrong := complaint(schema, read, {}, name)) is not None:
        raise SettingsError(wrong)
    return read
