"""A schedule as text: a case as JSON, and as one word for a command line.

Cases are plain data (decision 0002), so a schedule that fails can be kept in a file, sent to a colleague and played by
another release. What a later release cannot read any more is refused with a reason, never misread.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from harness.cases import (
    Again,
    Arm,
    Call,
    Case,
    FromReply,
    KeyPlan,
    Pause,
    Reopen,
    Restart,
    Revoke,
    SessionPlan,
    SetLastNonce,
    ShiftClock,
    Step,
    Together,
)
from harness.errors import UsageError

#: Rises when older releases could misread what is written.
FORMAT = 1
#: No schedule of ours comes near this; a word that unpacks to more is none of ours.
_LIMIT = 1 << 20

_STEPS: Mapping[str, type[Any]] = {
    "call": Call,
    "together": Together,
    "arm": Arm,
    "clock": ShiftClock,
    "last_nonce": SetLastNonce,
    "revoke": Revoke,
    "restart": Restart,
    "reopen": Reopen,
    "pause": Pause,
    "again": Again,
}
_NAMES = {kind: name for name, kind in _STEPS.items()}


def as_json(case: Case) -> str:
    """Write a schedule: its keys, sessions and steps; what equals its default is left out.

    A secret that was drawn for a case would stand in it; the machine draws none.
    """
    document: dict[str, object] = {"format": FORMAT, "steps": [_step(step) for step in case.steps]}
    if case.keys != Case(steps=()).keys:
        document["keys"] = [_members(key) for key in case.keys]
    if case.sessions != Case(steps=()).sessions:
        document["sessions"] = [_members(session) for session in case.sessions]
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def from_json(text: str) -> Case:
    """Read a schedule.

    Raises:
        UsageError: It is none, or of a format that this release does not know.
    """
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise UsageError(f"the schedule has format {document['format']!r}; this release reads {FORMAT}")
        plain = Case(steps=())
        keys = tuple(_made(KeyPlan, key) for key in document["keys"]) if "keys" in document else plain.keys
        sessions = (
            tuple(_made(SessionPlan, one) for one in document["sessions"]) if "sessions" in document else plain.sessions
        )
        return Case(steps=tuple(_step_of(step) for step in document["steps"]), keys=keys, sessions=sessions)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise UsageError("this is no schedule of a campaign") from problem


def as_word(case: Case) -> str:
    """Write a schedule as one word without blanks or quotes, for a command line."""
    packed = zlib.compress(as_json(case).encode(), 9)
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def from_word(word: str) -> Case:
    """Read what `as_word` has written, or a schedule as JSON.

    Raises:
        UsageError: It is neither.
    """
    if word.lstrip().startswith("{"):
        return from_json(word)
    try:
        packed = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(packed, _LIMIT)
        if unpacking.unconsumed_tail or not unpacking.eof:
            raise UsageError("this is no schedule of a campaign: it is cut, or too long")
        return from_json(text.decode())
    except (binascii.Error, zlib.error, ValueError) as problem:
        raise UsageError("this is no schedule of a campaign") from problem


def _step(step: Step) -> Mapping[str, object]:
    return {"step": _NAMES[type(step)], **_members(step)}


def _members(value: Any) -> Mapping[str, object]:
    """Return the fields of a value that differ from their defaults."""
    return {
        field.name: _plain(getattr(value, field.name))
        for field in fields(value)
        if getattr(value, field.name) != _default(field)
    }


def _default(field: Any) -> object:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def _plain(value: object) -> object:
    match value:
        case FromReply(label=label, member=member):
            return {"from": [label, member]}
        case Call():
            return _members(value)
        case Mapping():
            return {str(name): _plain(inner) for name, inner in value.items()}
        case frozenset():
            return sorted(value)
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case None | bool() | int() | float() | str():
            return value
        case _:
            raise TypeError(f"a schedule holds no {type(value).__name__}")


def _step_of(document: Mapping[str, object]) -> Step:
    members = dict(document)
    step: Step = _made(_STEPS[str(members.pop("step"))], members)
    return step


def _made(kind: type[Any], members: Mapping[str, Any]) -> Any:
    """Make a value of its members; an unknown member is a TypeError."""
    given = dict(members)
    if kind is Call:
        given["params"] = {name: _parameter(value) for name, value in given.get("params", {}).items()}
    if kind is Together:
        given["calls"] = tuple(_made(Call, call) for call in given["calls"])
    if kind is Restart and given.get("during") is not None:
        given["during"] = _made(Call, given["during"])
    if kind is KeyPlan and "permissions" in given:
        given["permissions"] = frozenset(given["permissions"])
    if kind is Arm:
        settings = given.get("settings", {})
        given["settings"] = {name: tuple(one) if isinstance(one, list) else one for name, one in settings.items()}
    return kind(**given)


def _parameter(value: object) -> object:
    if isinstance(value, dict) and set(value) == {"from"}:
        label, member = value["from"]
        return FromReply(label=label, member=member)
    return value
