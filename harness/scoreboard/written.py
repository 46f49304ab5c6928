"""The board's files: which there are, whether they are up to date, and writing those that are not. Pure rendering."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from harness.scoreboard.board import Board, made
from harness.scoreboard.checks import read_checks
from harness.scoreboard.entries import read_entries
from harness.scoreboard.html import html_page
from harness.scoreboard.pages import board_page, entry_page
from harness.scoreboard.results import read_results
from harness.scoreboard.words import badge

#: Below the board's folder: what is kept of the runs, and what is written from it.
RESULTS, BADGES = "results", "badges"


def read_board(gallery: Path, folder: Path) -> Board:
    """Read a gallery, and what is kept of its runs in the board's folder."""
    entries = read_entries(gallery)
    checks = {entry.name: read_checks(entry.folder / "FINDINGS.md") for entry in entries}
    return made(entries, read_results(folder / RESULTS), checks)


def documents(gallery: Path, folder: Path) -> Mapping[str, str]:
    """Return every written file: path below the board's folder to text. The same results give the same text."""
    board = read_board(gallery, folder)
    return {
        "README.md": board_page(board),
        "index.html": html_page(board),
        **{f"{entry.name}.md": entry_page(board, entry) for entry in read_entries(gallery)},
        **{
            f"{BADGES}/{column.key}.json": json.dumps(badge(column), ensure_ascii=False) + "\n"
            for column in board.judged()
        },
    }


def stale(gallery: Path, folder: Path) -> tuple[str, ...]:
    """Return the files that differ from what the results give, or should not be there."""
    wanted = documents(gallery, folder)
    different = [path for path, text in wanted.items() if _text(folder / path) != text]
    return tuple(sorted([*different, *_surplus(folder, wanted)]))


def write(gallery: Path, folder: Path) -> tuple[str, ...]:
    """Write what is stale, and remove what should not be there.

    Returns:
        The paths that changed.
    """
    wanted = documents(gallery, folder)
    changed = stale(gallery, folder)
    for path in changed:
        target = folder / path
        if path in wanted:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(wanted[path], encoding="utf-8")
        else:
            target.unlink()
    return changed


def _surplus(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    there = [*folder.glob("*.md"), *folder.glob("*.html"), *(folder / BADGES).glob("*.json")]
    return [name for path in sorted(there) if (name := path.relative_to(folder).as_posix()) not in wanted]


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
