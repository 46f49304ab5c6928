"""How the objects of a client in our own process print themselves."""

from __future__ import annotations

from collections.abc import Iterator
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

from harness.adapter import Target

_MOST_OBJECTS = 64
_MOST_CHARACTERS = 4_096

#: What is no object of a client: plain values print what they hold, and a target is ours.
_PASSED_OVER = (
    str,
    bytes,
    bytearray,
    int,
    float,
    complex,
    type(None),
    list,
    tuple,
    dict,
    set,
    frozenset,
    type,
    ModuleType,
    FunctionType,
    BuiltinFunctionType,
    MethodType,
    Target,
)


def texts_of(session: object) -> tuple[str, ...]:
    """Return `repr` and `str` of a session and of the objects that its attributes hold, each once.

    Args:
        session: What the adapter's `open` returned. Its own plain values are passed over: that an adapter keeps the
            secret in a variable says nothing about its client.
    """
    found: dict[str, None] = {}
    for thing in (session, *_attributes(session)):
        for spell in (repr, str):
            try:
                text = spell(thing)
            except Exception as error:
                text = f"{type(thing).__name__} cannot be printed: {error}"
            found[text[:_MOST_CHARACTERS]] = None
    return tuple(found)


def _attributes(session: object) -> Iterator[object]:
    names = [*getattr(session, "__dict__", ())]
    for parent in type(session).__mro__:
        slots = vars(parent).get("__slots__", ())
        names.extend((slots,) if isinstance(slots, str) else slots)
    for name in names[:_MOST_OBJECTS]:
        value = getattr(session, name, None)
        if not isinstance(value, _PASSED_OVER):
            yield value
