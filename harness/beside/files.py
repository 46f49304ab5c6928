"""Files that were written lately."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.beside.facts import Written

#: So much of one file is read, and of all of them.
MOST_OF_ONE = 4 * 1024 * 1024
MOST_OF_ALL = 64 * 1024 * 1024
#: So many entries of folders are looked at.
MOST_ENTRIES = 20_000
#: Folders that hold what others wrote.
_FOREIGN = frozenset({"node_modules", "__pycache__", "vendor", "target", "venv"})


def written_since(folders: Iterable[Path], since_ns: int, *, depth: int, skip: Iterable[Path] = ()) -> list[Written]:
    """Return the files below some folders that were written since a moment of the wall clock.

    Args:
        folders: Where to look.
        since_ns: The moment, nanoseconds since the Unix epoch.
        depth: How many folders deep.
        skip: Folders that are left out.
    """
    found: list[Written] = []
    left = MOST_OF_ALL
    spared = {path.resolve() for path in skip}
    for path in _changed(folders, since_ns, depth, spared):
        try:
            with path.open("rb") as file:
                data = file.read(min(MOST_OF_ONE, left))
        except OSError:
            continue
        left -= len(data)
        found.append(Written(path=str(path), text=f"{path.name}\n{data.decode('latin-1')}"))
        if left <= 0:
            break
    return found


def _changed(folders: Iterable[Path], since_ns: int, depth: int, spared: set[Path]) -> Iterator[Path]:
    waiting = [(folder, depth) for folder in folders]
    entries = 0
    while waiting and entries < MOST_ENTRIES:
        folder, deeper = waiting.pop()
        try:
            listing = list(os.scandir(folder))
        except OSError:
            continue
        for entry in listing:
            entries += 1
            path = Path(entry.path)
            try:
                if entry.is_dir(follow_symlinks=False):
                    if deeper > 0 and not _is_foreign(entry.name) and path.resolve() not in spared:
                        waiting.append((path, deeper - 1))
                elif entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mtime_ns >= since_ns:
                    yield path
            except OSError:
                continue


def _is_foreign(name: str) -> bool:
    return name in _FOREIGN or name in (".git", ".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache")
