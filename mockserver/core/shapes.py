"""What an answer looks like, as a value: members in their order, types, and how numbers are spelled.

Documents and OpenAPI are written from it, and `mismatches` holds an answer against it. The builders below keep a table
of endpoints readable::

    record(amount=decimal(8), rate=decimal(8), date=utc(), type=choice("buy", "sell"), category=text())
    mapping(decimal(8), keys="currency")
    row(price=decimal(8), amount=decimal(8))
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

#: JSON as it is read here: whatever a parser returns.
Parsed: TypeAlias = object


class ShapeKind(StrEnum):
    """What a value is on the wire."""

    TEXT = "text"
    INTEGER = "integer"  # a JSON number without a fraction
    NUMBER = "number"  # a JSON number
    DECIMAL = "decimal"  # a decimal number in quotes
    DIGITS = "digits"  # a whole number in quotes
    FLAG = "flag"  # true or false
    NULL = "null"
    RECORD = "record"  # an object whose members are known by name
    MAPPING = "mapping"  # an object whose names are data
    LISTING = "listing"  # an array of any length, all alike
    ROW = "row"  # an array whose places have meanings
    EITHER = "either"  # one of several shapes
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The shape of one value. Made by the builders below.

    Attributes:
        kind: What it is.
        members: Of a RECORD the members in their order, of a ROW the places.
        optional: Names of members that may be absent; of a ROW, of places at its end.
        items: Of a LISTING each entry, of a MAPPING each value.
        keys: What the names of a MAPPING are: `currency`, `market`, `order id`.
        shapes: Of EITHER, the shapes there are.
        choices: The values that there are; of a number as text. Empty for any.
        places: Digits behind the point of a DECIMAL or NUMBER; None where trailing zeros are left off.
        empty_list: Whether an empty MAPPING or RECORD is spelled `[]`, as PHP does.
        form: What a TEXT looks like: a regular expression for the whole of it; "" for any.
        note: For people.
    """

    kind: ShapeKind
    members: Mapping[str, Shape] | None = None
    optional: frozenset[str] = frozenset()
    items: Shape | None = None
    keys: str = ""
    shapes: tuple[Shape, ...] = ()
    choices: tuple[str, ...] = ()
    places: int | None = None
    empty_list: bool = False
    form: str = ""
    note: str = ""

    def noted(self, note: str) -> Shape:
        """Return the same shape with a note."""
        return replace(self, note=note)

    def lacking(self, *names: str) -> Shape:
        """Return the same record (or row) in which these members (or places at its end) may be absent."""
        return replace(self, optional=self.optional | frozenset(names))


def text(note: str = "", *, form: str = "") -> Shape:
    """Text; `form` is a regular expression for the whole of it."""
    return Shape(kind=ShapeKind.TEXT, note=note, form=form)


def choice(*choices: str, note: str = "") -> Shape:
    """Text, one of these."""
    return Shape(kind=ShapeKind.TEXT, choices=choices, note=note)


def integer(note: str = "", *, choices: tuple[int, ...] = ()) -> Shape:
    """A JSON number without a fraction."""
    return Shape(kind=ShapeKind.INTEGER, note=note, choices=tuple(map(str, choices)))


def number(note: str = "", *, places: int | None = None) -> Shape:
    """A JSON number, perhaps with a fraction."""
    return Shape(kind=ShapeKind.NUMBER, note=note, places=places)


def decimal(places: int | None = None, note: str = "") -> Shape:
    """A decimal number in quotes, with so many digits behind the point; None where trailing zeros are left off."""
    return Shape(kind=ShapeKind.DECIMAL, places=places, note=note)


def digits(note: str = "") -> Shape:
    """A whole number in quotes."""
    return Shape(kind=ShapeKind.DIGITS, note=note)


def flag(note: str = "") -> Shape:
    """True or false."""
    return Shape(kind=ShapeKind.FLAG, note=note)


def utc(note: str = "UTC") -> Shape:
    """`2019-01-31 23:59:59`, in UTC."""
    return Shape(kind=ShapeKind.TEXT, note=note, form=r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def null(note: str = "") -> Shape:
    """Always null."""
    return Shape(kind=ShapeKind.NULL, note=note)


def anything(note: str = "") -> Shape:
    """What no page describes."""
    return Shape(kind=ShapeKind.ANYTHING, note=note)


def record(members: Mapping[str, Shape] | None = None, /, **named: Shape) -> Shape:
    """An object with these members, in this order.

    Names that are no Python names come as a mapping: `record({"24hrVolume": decimal(8)})`.
    """
    return Shape(kind=ShapeKind.RECORD, members={**(members or {}), **named})


def mapping(items: Shape, *, keys: str, empty_list: bool = False, note: str = "") -> Shape:
    """An object whose names are data."""
    return Shape(kind=ShapeKind.MAPPING, items=items, keys=keys, empty_list=empty_list, note=note)


def listing(items: Shape, note: str = "") -> Shape:
    """An array of any length, all alike."""
    return Shape(kind=ShapeKind.LISTING, items=items, note=note)


def row(members: Mapping[str, Shape] | None = None, /, **named: Shape) -> Shape:
    """An array whose places have meanings."""
    return Shape(kind=ShapeKind.ROW, members={**(members or {}), **named})


def either(*shapes: Shape, note: str = "") -> Shape:
    """One of several shapes."""
    return Shape(kind=ShapeKind.EITHER, shapes=shapes, note=note)


def nullable(shape: Shape) -> Shape:
    """The shape, or null."""
    return either(shape, null(), note=shape.note)


_DIGITS = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.([0-9]+))?")


def mismatches(shape: Shape, value: Parsed, at: str = "answer") -> Iterator[str]:
    """Say where a parsed answer is not of a shape; nothing where it is.

    Args:
        shape: What is documented.
        value: What a JSON parser made of the answer; floats as `Decimal` or `float`.
        at: Where we are, for the sentence.
    """
    match shape.kind:
        case ShapeKind.ANYTHING:
            return
        case ShapeKind.NULL:
            if value is not None:
                yield f"{at} should be null, not {value!r}"
        case ShapeKind.FLAG:
            if not isinstance(value, bool):
                yield f"{at} should be true or false, not {value!r}"
        case ShapeKind.INTEGER | ShapeKind.NUMBER:
            yield from _number(shape, value, at)
        case ShapeKind.TEXT | ShapeKind.DIGITS | ShapeKind.DECIMAL:
            yield from _text(shape, value, at)
        case ShapeKind.EITHER:
            tried = [list(mismatches(one, value, at)) for one in shape.shapes]
            if all(tried):
                yield f"{at} is none of {len(tried)} shapes: {'; or '.join(found[0] for found in tried)}"
        case ShapeKind.LISTING:
            yield from _entries(shape, value, at)
        case ShapeKind.ROW:
            yield from _row(shape, value, at)
        case ShapeKind.MAPPING:
            yield from _mapping(shape, value, at)
        case ShapeKind.RECORD:
            yield from _record(shape, value, at)


def _number(shape: Shape, value: Parsed, at: str) -> Iterator[str]:
    wanted = (int,) if shape.kind is ShapeKind.INTEGER else (int, float, Decimal)
    if isinstance(value, bool) or not isinstance(value, wanted):
        yield f"{at} should be a JSON {shape.kind.value}, not {value!r}"
    elif shape.choices and str(value) not in shape.choices:
        yield f"{at} should be one of {', '.join(shape.choices)}, not {value!r}"


def _text(shape: Shape, value: Parsed, at: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{at} should be {shape.kind.value} in quotes, not {value!r}"
    elif shape.choices and value not in shape.choices:
        yield f"{at} should be one of {', '.join(shape.choices)}, not {value!r}"
    elif shape.form and re.fullmatch(shape.form, value) is None:
        yield f"{at} should look like {shape.form}, not {value!r}"
    elif shape.kind is ShapeKind.DIGITS and _DIGITS.fullmatch(value) is None:
        yield f"{at} should be digits, not {value!r}"
    elif shape.kind is ShapeKind.DECIMAL:
        read = _DECIMAL.fullmatch(value)
        fraction = "" if read is None else read.group(1) or ""
        if read is None:
            yield f"{at} should be a decimal number, not {value!r}"
        elif shape.places is None and fraction.endswith("0"):
            yield f"{at} should have no trailing zero: {value!r}"
        elif shape.places is not None and len(fraction) != shape.places:
            yield f"{at} should have {shape.places} digits behind its point: {value!r}"


def _entries(shape: Shape, value: Parsed, at: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{at} should be an array, not {value!r}"
        return
    for index, entry in enumerate(value):
        yield from mismatches(shape.items or anything(), entry, f"{at}[{index}]")


def _row(shape: Shape, value: Parsed, at: str) -> Iterator[str]:
    members = shape.members or {}
    least = len(members) - len(shape.optional)
    if not isinstance(value, list) or not least <= len(value) <= len(members):
        yield f"{at} should be an array of {', '.join(members)}, not {value!r}"
        return
    for (name, inner), entry in zip(members.items(), value, strict=False):
        yield from mismatches(inner, entry, f"{at}.{name}")


def _mapping(shape: Shape, value: Parsed, at: str) -> Iterator[str]:
    if shape.empty_list and value == []:
        return
    if not isinstance(value, dict) or (shape.empty_list and not value):
        yield f"{at} should be an object by {shape.keys}, not {value!r}"
        return
    for name, entry in value.items():
        yield from mismatches(shape.items or anything(), entry, f"{at}[{name}]")


def _record(shape: Shape, value: Parsed, at: str) -> Iterator[str]:
    members = shape.members or {}
    if shape.empty_list and value == []:
        return
    if not isinstance(value, dict):
        yield f"{at} should be an object, not {value!r}"
        return
    for name in members:
        if name not in value and name not in shape.optional:
            yield f"{at} lacks {name}"
    for name in value:
        if name not in members:
            yield f"{at} has {name}, which is not described"
    known = [name for name in value if name in members]
    if known != [name for name in members if name in value]:
        yield f"{at} has its members in the order {', '.join(known)}, not {', '.join(members)}"
    for name in known:
        yield from mismatches(members[name], value[name], f"{at}.{name}")
