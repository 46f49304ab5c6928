"""The board: what became of each client and each requirement, with what was found and what somebody made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.scoreboard.checks import SDK, Check, checks_of
from harness.scoreboard.entries import SEED, Client, Entry, command_line
from harness.scoreboard.results import ADAPTER, OBSERVED, Finding, Result, Row

#: The two that count, apart; MAY is advice, and stands on the clients' pages alone.
LEVELS = ("MUST", "SHOULD")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One client and one requirement.

    Attributes:
        row: What became of it; None where it was not among what was judged.
        checks: What was written down about it by hand.
    """

    row: Row | None
    checks: tuple[Check, ...] = ()

    @property
    def status(self) -> str:
        """What the board shows: the status, or `void` where it binds nobody there, `absent` where nobody looked."""
        if self.row is None:
            return "absent"
        return "void" if self.row.void else self.row.status

    @property
    def finding(self) -> Finding | None:
        """What was found."""
        return None if self.row is None else self.row.finding

    @property
    def others(self) -> tuple[str, ...]:
        """Who is to blame when it is not the SDK: each by name, once."""
        named = tuple(dict.fromkeys(check.whose for check in self.checks))
        return () if not named or SDK in named else named


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One client, judged in one way.

    Attributes:
        result: What came of it; None where it has not been judged so yet.
    """

    entry: Entry
    client: Client
    way: str
    result: Result | None
    checks: tuple[Check, ...]

    @property
    def key(self) -> str:
        """A name of its own, fit for an address within a page."""
        return self.client.name if self.way == ADAPTER else f"{self.client.name}-{OBSERVED}"

    @property
    def command(self) -> str:
        """The line that judges it, given at the top of the repository."""
        seed = SEED if self.result is None else self.result.seed
        return " ".join(("noncense", *command_line(self.entry, self.client, observed=self.way == OBSERVED, seed=seed)))

    def cell(self, id: str) -> Cell:
        """Return what became of one requirement."""
        row = None if self.result is None else self.result.rows.get(id)
        return Cell(row=row, checks=checks_of(self.checks, self.client.name, id))

    def found(self) -> tuple[Cell, ...]:
        """Return every cell with a finding, in the report's order."""
        if self.result is None:
            return ()
        return tuple(self.cell(id) for id, row in self.result.rows.items() if row.finding is not None)

    def unchecked(self) -> tuple[str, ...]:
        """Return the requirements whose findings nobody has held against the source."""
        return tuple(cell.row.id for cell in self.found() if cell.row is not None and not cell.checks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything that the pages show."""

    columns: tuple[Column, ...]

    def of_entry(self, entry: Entry) -> tuple[Column, ...]:
        """Return the columns of an entry."""
        return tuple(column for column in self.columns if column.entry == entry)

    def judged(self, way: str | None = None) -> tuple[Column, ...]:
        """Return the columns with a result, of one way or of all."""
        return tuple(column for column in self.columns if column.result is not None and way in (None, column.way))

    def rows(self, level: str) -> tuple[Row, ...]:
        """Return the requirements that have this level for some client, by family and number.

        A row whose level differs between dialects stands under each of them.
        """
        found: dict[str, Row] = {}
        for column in self.judged():
            for row in column.result.rows.values() if column.result is not None else ():
                if row.level == level:
                    found.setdefault(row.id, row)
        return tuple(found[id] for id in sorted(found))


def made(entries: Sequence[Entry], results: Sequence[Result], checks: dict[str, tuple[Check, ...]]) -> Board:
    """Put entries, results and checks together; every client has two columns, judged or not.

    Args:
        entries: The gallery.
        results: What is kept of the runs. One of a client that the gallery no longer has is left out.
        checks: By entry.
    """
    by_name = {(result.client, result.way): result for result in results}
    return Board(
        columns=tuple(
            Column(
                entry=entry,
                client=client,
                way=way,
                result=by_name.get((client.name, way)),
                checks=checks.get(entry.name, ()),
            )
            for entry in entries
            for client in entry.clients
            for way in (ADAPTER, OBSERVED)
        )
    )
