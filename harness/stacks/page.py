"""docs/http-stacks.md: what was measured, as a page."""

from __future__ import annotations

from harness.stacks.cells import Sheet, cure_sheet, sheets
from harness.stacks.probes import Matter
from harness.stacks.results import Results
from harness.stacks.roster import stack_named

_HEAD = """\
# What HTTP stacks do by themselves

<!-- Written by `python -m harness.documents` from harness/stacks/measured.json; do not edit. -->

A signed request is good for once. The stack below an SDK does not know that: it may send the request again when a
connection breaks, take it along to wherever a redirect points, or hand over half an answer. None of it is the SDK's
doing, and all of it is the SDK's to prevent.

`noncense stacks` measures it: a small program for each stack (`harness/stacks/programs/`) makes the same calls against
servers on loopback, which take every request down. A `POST` carries `Key`, `Sign`, `Authorization` and
`nonce=1&c=buy`. Every probe was tried {repeats} times, each time by another start of the program; where these differ,
the cell says "varies". Last measured on {taken}.

```sh
noncense stacks                              # whatever is on this machine
noncense stacks --install .noncense/stacks   # pip's and npm's too, by version and hash, into that folder
noncense stacks --stack go --matter dropped --json go.json
```
"""

_WORDS = {
    Matter.DROPPED: """\
One call has been answered on the connection before, but for *fresh*, where it is new. Then the server has read the
request, whose effect would stand, and ends the connection in good order (*closed*, *fresh*) or by a *reset*; or it has
not read it at all (*unread*). A copy is answered, but for *each time*, where copies go the same way. "Sent twice, 200"
means that the caller saw nothing of it. On an exchange with nonces the copy is refused instead: the caller is told of a
bad nonce, and his order stands.
""",
    Matter.REDIRECTED: """\
Of a POST, where nothing else is said. A stack that follows by itself was measured as it comes, another one was told to
follow where it can be told. "The same address" is the same scheme, host name and port.
""",
    Matter.ANSWERED: """\
What the caller is handed. Behind a 103, and behind a 100, that should be the 200 which comes next; an answer that was
cut should be an error. "Asks" is about `Accept-Encoding`, and about `Expect`.
""",
    Matter.SLOW: """\
The request was read, and nothing came back.
""",
}


def page(results: Results) -> str:
    """Return the page; the same results give the same text."""
    lines = [_HEAD.format(repeats=results.repeats, taken=results.taken), "## Versions", ""]
    lines += _versions(results)
    for sheet in sheets(results):
        lines += ["", f"## {sheet.title}", "", *_said_before(sheet), *_table(sheet)]
    lines += ["", "## Cures", "", _CURES, *_table(cure_sheet(results))]
    return "\n".join(lines).rstrip("\n") + "\n"


_CURES = """\
What to tell each stack, and what is left of the matter once it was told. A finding names the cure of the stack that it
comes from.
"""


def _versions(results: Results) -> list[str]:
    lines = ["| stack | version | on |", "| --- | --- | --- |"]
    lines += [f"| {stack_named(row.name).title} | {row.version} | {row.runtime} |" for row in results.rows]
    for name, reason, install in results.missing:
        lines.append(f"| {stack_named(name).title} | not here: {_cell(reason)} | {_cell(install)} |")
    return lines


def _said_before(sheet: Sheet) -> list[str]:
    return [] if sheet.matter is None else [_WORDS[sheet.matter]]


def _table(sheet: Sheet) -> list[str]:
    rows = [sheet.columns, ("---",) * len(sheet.columns), *sheet.rows]
    return ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>")
