"""Keeps Hypothesis from looking at what others in its process do, so that the seed alone decides.

Now and then Hypothesis draws a constant from the source of modules that are loaded and not installed: which those are
differs between a checkout and an installed package, and from row to row of one run. And it warns of strategies that use
the `random` module, by looking whether its state is another one after a draw: a client that has its pauses from there,
in a thread beside, changes it too, and is given the text of a whole strategy for it, at a price. There is no setting
for either, so what it looks at is put aside while cases are drawn; a version of Hypothesis without it is left alone.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

_lock = threading.Lock()
_aside: list[tuple[Any, str, Any]] = []
_drawing: list[int] = []


@contextmanager
def steadily() -> Iterator[None]:
    """Draw cases that follow from the seed alone; threads may do so side by side."""
    me = threading.get_ident()
    with _lock:
        if not _drawing:
            _put_aside()
        _drawing.append(me)
    try:
        yield
    finally:
        with _lock:
            _drawing.remove(me)
            if not _drawing:
                _put_back()


class _Everything(set[Any]):
    """Has whatever is looked up in it: here, every state that the `random` module may be in."""

    def __contains__(self, _: object) -> bool:
        return True


def _no_constants(providers: Any) -> dict[str, Any]:
    """Return stand-ins for where constants are gathered, and for where they are remembered."""
    none, memory = providers.Constants(), providers.CONSTANTS_CACHE
    return {"_get_local_constants": lambda: none, "CONSTANTS_CACHE": type(memory)(memory.max_size)}


def _no_surprise(_: Any) -> dict[str, Any]:
    """Return a stand-in for the states that are known to be nobody's fault."""
    return {"_known_random_state_hashes": _Everything()}


_STAND_INS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "hypothesis.internal.conjecture.providers": _no_constants,
    "hypothesis.internal.entropy": _no_surprise,
}


def _put_aside() -> None:
    for name, made in _STAND_INS.items():
        with suppress(ImportError, AttributeError):  # another version, in which it is elsewhere or not at all
            module = importlib.import_module(name)
            stand_ins = made(module)
            own = {attribute: getattr(module, attribute) for attribute in stand_ins}
            for attribute, stand_in in stand_ins.items():
                _aside.append((module, attribute, own[attribute]))
                setattr(module, attribute, stand_in)


def _put_back() -> None:
    while _aside:
        module, attribute, own = _aside.pop()
        setattr(module, attribute, own)
