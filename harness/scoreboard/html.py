"""The board as one page of HTML, readable from a disk and without a network, by day and by night."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from harness.reports.html import worded
from harness.reports.printable import one_line, visible
from harness.scoreboard.board import LEVELS, Board, Cell, Column
from harness.scoreboard.checks import SDK
from harness.scoreboard.entries import REGISTRIES
from harness.scoreboard.results import OBSERVED
from harness.scoreboard.words import ELSEWHERE, NOT_YET, SIGNS, how, meaning, score, sign


def html_page(board: Board) -> str:
    """Return the page; hostile values in it stay text, and nothing in it runs or is fetched."""
    style = _page("board.css")
    return (
        _environment()
        .from_string(_page("board.html"))
        .render(
            columns=board.columns,
            judged=board.judged(),
            sections=[(level, board.rows(level)) for level in LEVELS],
            levels=LEVELS,
            legend=[(mark, words) for mark, words in (*SIGNS.values(), ELSEWHERE) if mark],
            policy=f"default-src 'none'; style-src '{_hash(style)}'; base-uri 'none'; form-action 'none'",
            style=Markup(style),  # noqa: S704  # our own
            own=SDK,
            observed=OBSERVED,
            not_yet=NOT_YET,
            registries=REGISTRIES,
        )
    )


def _environment() -> Environment:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {
        "flat": one_line,
        "shown": lambda text: visible(text.strip("\n")),
        "worded": worded,
        "sign": sign,
        "meaning": meaning,
        "how": how,
        "mood": _mood,
        "at": _at,
    }
    environment.globals["score"] = score
    return environment


def _mood(cell: Cell) -> str:
    """Return the class of a cell; advice that is not taken is no matter of blame."""
    if cell.row is not None and cell.row.level == "MAY":
        return "skipped"
    return "elsewhere" if cell.status == "failed" and cell.others else cell.status


def _at(column: Column, id: str, level: str) -> Cell | None:
    """Return a cell, where the requirement has this level for the column's dialect."""
    cell = column.cell(id)
    return cell if cell.row is not None and cell.row.level == level else None


def _page(name: str) -> str:
    return resources.files("harness.scoreboard").joinpath("page", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
