"""Words and signs that the Markdown and the HTML of the board share."""

from __future__ import annotations

from harness.scoreboard.board import LEVELS, Cell, Column
from harness.scoreboard.results import OBSERVED

#: What stands in a cell, by status, and what it means.
SIGNS = {
    "passed": ("✓", "holds"),
    "failed": ("✗", "broken"),
    "inconclusive": ("?", "too little was seen, or it did not show again"),
    "error": ("!", "the adapter or the harness broke"),
    "skipped": ("·", "the client makes no such promise, or has no such call; watched, its traffic did not show it"),
    "void": ("", "binds no client of this exchange"),
    "absent": ("", "not judged in this way"),
}
#: A broken row that the SDK is not to blame for.
ELSEWHERE = ("✗°", "broken, by what the SDK stands on and leaves as it comes")
#: Where a client has not been judged in one of the two ways.
NOT_YET = "not yet"


def sign(cell: Cell) -> str:
    """Return what stands in a cell."""
    return ELSEWHERE[0] if cell.status == "failed" and cell.others else SIGNS[cell.status][0]


def meaning(cell: Cell) -> str:
    """Return what a cell says, in a few words."""
    if cell.status == "failed" and cell.others:
        return f"broken, by {' and '.join(cell.others)}"
    return SIGNS[cell.status][1]


def score(column: Column, level: str) -> str:
    """Return how many of a level's requirements hold, of those that were decided."""
    if column.result is None:
        return NOT_YET
    held, broken = column.result.count(level, "passed"), column.result.count(level, "failed")
    return f"{held} of {held + broken}"


def how(column: Column) -> str:
    """Return how a client was judged, in a few words."""
    return "without an adapter" if column.way == OBSERVED else "by its adapter"


def badge(column: Column) -> dict[str, object]:
    """Return what badge services read from an address: a label, a message and a colour."""
    result = column.result
    if result is None or result.fault:
        message, colour = NOT_YET if result is None else "broke off", "lightgrey"
    else:
        message = " · ".join(f"{level} {score(column, level).replace(' of ', '/')}" for level in LEVELS)
        musts, shoulds = (result.count(level, "failed") for level in LEVELS)
        colour = "red" if musts else ("yellow" if shoulds else "brightgreen")
    return {"schemaVersion": 1, "label": "noncense", "message": message, "color": colour}
