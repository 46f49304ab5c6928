"""Markdown, as far as our pages need it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

#: What Markdown would take for more than itself.
_MEANING = re.compile(r"[\\<>*]")


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table as lines; cells are given as Markdown."""
    return [
        _line(columns),
        _line(["---"] * len(columns)),
        *(_line(row) for row in rows),
    ]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def prose(text: str) -> str:
    """Return words so that names in angle brackets or with stars stay what they are."""
    parts = text.split("`")
    return "`".join(part if index % 2 else _MEANING.sub(r"\\\g<0>", part) for index, part in enumerate(parts))


def code(text: str) -> str:
    """Return a literal, whatever backticks it holds; nothing for nothing."""
    if not text:
        return ""
    fence = "``" if "`" in text else "`"
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def listed(words: Iterable[str]) -> str:
    """Return words as a list of literals, in order of the alphabet."""
    return ", ".join(code(word) for word in sorted(words))


def page(lines: Iterable[str]) -> str:
    """Return lines as a page that ends with a line end."""
    return "\n".join(lines).rstrip("\n") + "\n"
