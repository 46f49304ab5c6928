"""Cases and observations as plain data that JSON can hold, and back again.

A value of ours is an object whose member `$` names its class; members that have their default are left out. Tuples are
arrays, lists and everything else that JSON has no word for is an object with a `$` of its own. Bytes that travelled are
text, a character for each byte. docs/recordings.md describes it all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields
from decimal import Decimal
from enum import Enum
from typing import Any

from harness.errors import HarnessError
from harness.leaks import fingerprint
from harness.observation import Observation
from harness.recording import hiding
from harness.recording.kinds import CLASSES, LEFT_OUT, NAMES, SECRET_FIELDS
from harness.setting import Setting
from mockserver import Entry
from signer import Request

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]

_KIND = "$"
_NOTHING: Mapping[str, str] = {}


class NotPlain(HarnessError):
    """A value has no form as plain data, or plain data is of no value that we know."""


def written(value: object, secrets: Sequence[str] = ()) -> Plain:
    """Return a value as plain data.

    Args:
        value: A case, an observation, or what they are made of.
        secrets: What must not stand in the result; each stretch of them is replaced as `hiding` says.

    Raises:
        NotPlain: Something in it is of no class that a record knows.
    """
    writer = _Writer(())
    plain = writer.plain(value)
    if hiding.leaks("\x00".join(writer.texts), secrets):
        return _Writer(secrets).plain(value)
    return plain


def read(plain: object, secrets: Mapping[str, str] = _NOTHING, setting: Setting | None = None) -> Any:
    """Return the value that plain data was made of.

    Args:
        plain: As `written` made it.
        secrets: Fingerprint to secret, to put back what was taken out.
        setting: What an observation was made in; it is not part of the plain data.

    Raises:
        NotPlain: It names a class that we do not know, or has not what the class needs.
    """
    return _Reader(secrets, setting).value(plain)


class _Writer:
    def __init__(self, secrets: Sequence[str]) -> None:
        self.secrets = secrets
        self.texts: list[str] = []
        self.entries: dict[int, int] = {}

    def plain(self, value: object) -> Plain:
        match value:
            case None | bool():
                return value
            case Enum():
                return {_KIND: _name(value), "value": self.plain(value.value)}
            case str():
                return self.text(value)
            case int():
                return int(value)
            case float():
                return value if math.isfinite(value) else {_KIND: "float", "text": str(value)}
            case Decimal():
                return {_KIND: "decimal", "text": str(value)}
            case bytes():
                return {_KIND: "bytes", "text": self.text(value.decode("latin-1"))}
            case tuple():
                return [self.plain(item) for item in value]
            case list():
                return {_KIND: "list", "of": [self.plain(item) for item in value]}
            case set() | frozenset():
                kind = "set" if isinstance(value, set) else "frozenset"
                return {_KIND: kind, "of": [self.plain(item) for item in sorted(value, key=repr)]}
            case Mapping():
                return self.mapping(value)
            case Entry() if id(value) in self.entries:
                return {_KIND: "again", "entry": self.entries[id(value)]}
            case _:
                return self.object(value)

    def text(self, text: str) -> Plain:
        if not self.secrets:
            self.texts.append(text)
            return text
        parts = hiding.parted(text, self.secrets)
        if all(isinstance(part, str) for part in parts):
            return "".join(map(str, parts))
        return {_KIND: "hidden", "parts": [_part(part) for part in parts]}

    def mapping(self, value: Mapping[Any, object]) -> Plain:
        if all(isinstance(name, str) and name != _KIND and self.text(name) == name for name in value):
            return {str(name): self.plain(item) for name, item in value.items()}
        return {_KIND: "map", "of": [[self.plain(name), self.plain(item)] for name, item in value.items()]}

    def object(self, value: Any) -> Plain:
        name = _name(value)
        if isinstance(value, Entry):
            self.entries[id(value)] = len(self.entries)
        plain: dict[str, Plain] = {_KIND: name}
        for field in fields(value):
            item = getattr(value, field.name)
            if field.name in LEFT_OUT.get(name, ()) or _is_default(item, field):
                continue
            plain[field.name] = self.member(name, field, item)
        return plain

    def member(self, owner: str, field: Field[Any], item: Any) -> Plain:
        if field.name in SECRET_FIELDS.get(owner, ()) and item:
            stretch = hiding.Stretch(secret=fingerprint(item), form="clear", start=0, length=len(item))
            return {_KIND: "hidden", "parts": [_part(stretch)]}
        if _travelled(field):
            return self.text(item.decode("latin-1"))
        if owner == "Request" and field.name == "headers":
            return [[self.text(name.decode("latin-1")), self.text(text.decode("latin-1"))] for name, text in item]
        return self.plain(item)


class _Reader:
    def __init__(self, secrets: Mapping[str, str], setting: Setting | None) -> None:
        self.secrets = secrets
        self.setting = setting
        self.entries: list[Entry | None] = []

    def value(self, plain: object) -> Any:
        match plain:
            case list():
                return tuple([self.value(item) for item in plain])
            case dict() if _KIND in plain:
                return self.kind(plain[_KIND], plain)
            case dict():
                return {name: self.value(item) for name, item in plain.items()}
            case _:
                return plain

    def kind(self, kind: object, plain: Mapping[str, Any]) -> Any:
        match kind:
            case "float":
                return float(plain["text"])
            case "decimal":
                return Decimal(plain["text"])
            case "bytes":
                return self.value(plain["text"]).encode("latin-1")
            case "list":
                return [self.value(item) for item in plain["of"]]
            case "set" | "frozenset":
                found = [self.value(item) for item in plain["of"]]
                return set(found) if kind == "set" else frozenset(found)
            case "map":
                return {self.value(name): self.value(item) for name, item in plain["of"]}
            case "hidden":
                return hiding.joined([_part_of(part) for part in plain["parts"]], self.secrets)
            case "again":
                return self.entries[plain["entry"]]
            case str() if kind in CLASSES:
                return self.object(CLASSES[kind], plain)
            case _:
                raise NotPlain(f"the record speaks of a {kind!r}, which this version does not know")

    def object(self, made: type[Any], plain: Mapping[str, Any]) -> Any:
        if issubclass(made, Enum):
            return made(self.value(plain["value"]))
        place = len(self.entries)
        if made is Entry:
            self.entries.append(None)
        known = {field.name: field for field in fields(made)}
        found = {name: self.member(made, known[name], item) for name, item in plain.items() if name in known}
        if made is Observation:
            found["setting"] = self.setting
        try:
            value = made(**found)
        except TypeError as problem:
            raise NotPlain(f"the record's {plain[_KIND]} is not this version's: {problem}") from problem
        if made is Entry:
            self.entries[place] = value
        return value

    def member(self, made: type[Any], field: Field[Any], item: Any) -> Any:
        if _travelled(field):
            return self.value(item).encode("latin-1", "replace")
        if made is Request and field.name == "headers":
            return tuple(
                [
                    (self.value(name).encode("latin-1", "replace"), self.value(text).encode("latin-1", "replace"))
                    for name, text in item
                ]
            )
        return self.value(item)


def _name(value: object) -> str:
    try:
        return NAMES[type(value)]
    except KeyError:
        raise NotPlain(f"a record cannot hold a {type(value).__qualname__}") from None


def _travelled(field: Field[Any]) -> bool:
    """Tell whether a member is of bytes as they travelled: text in a record, a character for each byte."""
    return field.type in ("bytes", bytes)


def _is_default(item: object, field: Field[Any]) -> bool:
    if field.default is not MISSING:
        default: object = field.default
    elif field.default_factory is not MISSING:
        default = field.default_factory()
    else:
        return False
    return type(item) is type(default) and not isinstance(item, Decimal) and item == default


def _part(part: hiding.Part) -> Plain:
    if isinstance(part, str):
        return part
    return {"secret": part.secret, "form": part.form, "start": part.start, "length": part.length}


def _part_of(part: str | Mapping[str, Any]) -> hiding.Part:
    return part if isinstance(part, str) else hiding.Stretch(**part)
