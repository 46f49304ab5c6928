"""Tables for people: ruled on a terminal, and one row a line with tabs between in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from harness.reports.printable import one_line


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table to stdout."""
    if not sys.stdout.isatty():
        lines = [f"# {title}", *("\t".join(one_line(cell) for cell in row) for row in (columns, *rows)), ""]
        sys.stdout.write("\n".join(lines) + "\n")
        return

    from rich import box
    from rich.table import Table
    from rich.text import Text

    from harness.reports.terminal import console_for

    table = Table(title=Text(title), title_justify="left", box=box.SIMPLE_HEAD, title_style="bold", pad_edge=False)
    for index, column in enumerate(columns):
        table.add_column(Text(column), no_wrap=index == 0, overflow="fold")
    for row in rows:
        table.add_row(*(Text(one_line(cell)) for cell in row))
    console_for(sys.stdout).print(table)
