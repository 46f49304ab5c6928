"""Long measurements, written down while they come: whoever kills them loses little."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

#: Results are written down after so many of them.
KEEP_EVERY = 10


@contextmanager
def kept_as_they_come(results: Iterable[T], path: Path | None, written: Callable[[], str]) -> Iterator[Iterator[T]]:
    """Lend results, and keep in a file what is known after every few of them, and at the end, however that comes.

    Args:
        results: What is measured.
        path: The file; None where nothing is kept. Without a single result it stays as it is.
        written: Returns all that is known, as text.
    """
    taken = 0

    def keep() -> None:
        if path is not None and taken:
            path.write_text(written(), encoding="utf-8")

    def coming() -> Iterator[T]:
        nonlocal taken
        for result in results:
            taken += 1
            yield result
            if taken % KEEP_EVERY == 0:
                keep()

    try:
        yield coming()
    finally:
        keep()
