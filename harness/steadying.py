"""Keeps Hypothesis from drawing what stands in whatever code happens to be loaded, so that the seed alone decides.

Now and then Hypothesis draws a constant from the source of modules that are loaded and not installed: which those are
differs between a checkout and an installed package, and from row to row of one run. There is no setting for it, so the
place where it gathers them is put aside while cases are drawn; a version of Hypothesis without it is left alone.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

try:
    from hypothesis.internal.conjecture import providers as _providers
except ImportError:  # an older Hypothesis, which has none
    _providers = None  # type: ignore[assignment]

#: What is put aside: where constants are gathered, and where they are remembered.
_GATHERER, _MEMORY, _NONE = "_get_local_constants", "CONSTANTS_CACHE", "Constants"
_lock = threading.Lock()
_aside: dict[str, Any] = {}
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


def _put_aside() -> None:
    if _providers is None or not all(hasattr(_providers, name) for name in (_GATHERER, _MEMORY, _NONE)):
        return
    none, memory = getattr(_providers, _NONE)(), getattr(_providers, _MEMORY)
    _aside.update({_GATHERER: getattr(_providers, _GATHERER), _MEMORY: memory})
    setattr(_providers, _GATHERER, lambda: none)
    setattr(_providers, _MEMORY, type(memory)(memory.max_size))


def _put_back() -> None:
    for name, value in _aside.items():
        setattr(_providers, name, value)
    _aside.clear()
