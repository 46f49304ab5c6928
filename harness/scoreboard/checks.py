"""What somebody found who held the findings against an SDK's source: the table in an entry's `FINDINGS.md`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

#: The columns of the table.
COLUMNS = ("row", "what is seen", "why it is so", "line", "whose")
#: What stands under `whose` when the SDK itself is to blame; anything else names what it stands on.
SDK = "SDK"

_ROW = re.compile(r"\b[A-Z]{2,6}-\d{3}\b")
_NAME = re.compile(r"`([^`]+)`")
_CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the table.

    Attributes:
        rows: The requirements that it speaks of.
        clients: The clients that it speaks of; none for all of the entry's.
        seen: What is seen, in Markdown; so are `why` and `line`.
        why: Why it is so.
        line: Where in the source.
        whose: Who is to blame: `SDK`, or the library underneath by name.
    """

    rows: tuple[str, ...]
    clients: frozenset[str]
    seen: str
    why: str
    line: str
    whose: str

    def speaks_of(self, client: str, row: str) -> bool:
        """Tell whether it is about this client and this requirement."""
        return row in self.rows and (not self.clients or client in self.clients)


def read_checks(page: Path) -> tuple[Check, ...]:
    """Read the table of a page; none where there is no page or no such table."""
    if not page.is_file():
        return ()
    rows = [_cells(line) for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return tuple(
        Check(
            rows=tuple(_ROW.findall(cells[0])),
            clients=frozenset(_NAME.findall(cells[0])),
            seen=cells[1],
            why=cells[2],
            line=cells[3],
            whose=cells[4],
        )
        for cells in rows
        if len(cells) == len(COLUMNS) and _ROW.search(cells[0])
    )


def checks_of(checks: Sequence[Check], client: str, row: str) -> tuple[Check, ...]:
    """Return what was written down about one finding."""
    return tuple(check for check in checks if check.speaks_of(client, row))


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in _CELL.split(line.strip())[1:-1]]
