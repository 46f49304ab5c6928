"""What is kept of a run: the part of its JSON report that the board shows, without what changes by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.errors import UsageError

#: How a client was judged: by an adapter, or by watching a program that uses it.
ADAPTER, OBSERVED = "adapter", "observed"
#: So many steps of a smallest case are kept, and so many characters of a sentence.
STEPS, SENTENCE = 8, 400

#: Ports and addresses of an occasion, and keys that were drawn for it.
_PORT = re.compile(r"\b(127\.0\.0\.1|localhost):\d+")
_KEPT = ("summary", "consequence", "remedy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a broken requirement came down to.

    Attributes:
        diagnosis: Codes, best first.
        case: The smallest case that fails, in English; cut after `STEPS`.
        reproduce: The line that shows it again, given at the top of the repository.
    """

    summary: str
    diagnosis: tuple[str, ...]
    case: tuple[str, ...]
    consequence: str
    remedy: str
    reproduce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one requirement; `void` where it binds no client of the dialect."""

    id: str
    level: str
    title: str
    status: str
    reason: str = ""
    void: bool = False
    finding: Finding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One judged client.

    Attributes:
        way: `ADAPTER` or `OBSERVED`.
        date: The day, as YYYY-MM-DD.
        noncense: The version that judged.
        stack: The HTTP library underneath, with its version; empty where nobody said.
        fault: Why the run broke off; empty when it did not.
    """

    client: str
    way: str
    date: str
    noncense: str
    dialect: str
    profile: str
    seed: int
    version: str
    stack: str
    rows: Mapping[str, Row] = field(default_factory=dict)
    fault: str = ""

    def count(self, level: str, *statuses: str) -> int:
        """Return how many requirements of a level have one of these statuses."""
        return sum(row.level == level and row.status in statuses for row in self.rows.values())


def trimmed(report: Mapping[str, Any], *, client: str, way: str, date: str, root: str) -> dict[str, Any]:
    """Return what is kept of a JSON report.

    Args:
        report: The report, as `noncense test --report json:` writes it.
        client: The client's name on the board.
        way: `ADAPTER` or `OBSERVED`.
        date: The day, as YYYY-MM-DD.
        root: The folder whose name stands before paths in messages, and is taken out.
    """

    def clean(text: str) -> str:
        shown = _PORT.sub(r"\1", text.replace(f"{root.rstrip('/')}/", ""))
        return shown if len(shown) <= SENTENCE else f"{shown[:SENTENCE]}…"

    rows = []
    for said in report["requirements"]:
        row: dict[str, Any] = {name: said[name] for name in ("id", "level", "title", "status")}
        if said["void"]:
            row["void"] = True
        if said["status"] != "passed" and said["finding"] is None:
            row["reason"] = clean(said["reason"])
        if (finding := said["finding"]) is not None:
            kept = {name: clean(finding[name]) for name in _KEPT} | {"reproduce": finding["reproduce"]}
            case = [clean(step) for step in finding["minimal_example"]]
            more = [f"… and {len(case) - STEPS} more"] if len(case) > STEPS else []
            row["finding"] = {**kept, "diagnosis": finding["diagnosis"], "case": case[:STEPS] + more}
        rows.append(row)
    return {
        "client": client,
        "way": way,
        "date": date,
        "noncense": report["noncense"],
        "dialect": report["dialect"],
        "profile": report["profile"],
        "seed": report["seed"],
        "version": report["client"]["version"],
        "stack": report["client"].get("http_stack", ""),
        "fault": "" if report["fault"] is None else clean(report["fault"]["summary"]),
        "rows": rows,
    }


def spelt(kept: Mapping[str, Any]) -> str:
    """Return what is kept as the text of a file."""
    return json.dumps(kept, indent=1, ensure_ascii=False) + "\n"


def read_results(folder: Path) -> tuple[Result, ...]:
    """Read what is kept of every run, in order of the clients' names, adapters first.

    Raises:
        UsageError: A file is not one of ours.
    """
    found = [_read(path) for path in sorted(folder.glob("*.json"))]
    return tuple(sorted(found, key=lambda result: (result.client, result.way)))


def _read(path: Path) -> Result:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        rows = {row["id"]: _row(row) for row in said.pop("rows")}
        return Result(**said, rows=rows)
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{path} is no result of a judging: {error}") from error


def _row(said: dict[str, Any]) -> Row:
    finding = said.pop("finding", None)
    if finding is None:
        return Row(**said)
    found = Finding(diagnosis=tuple(finding.pop("diagnosis")), case=tuple(finding.pop("case")), **finding)
    return Row(**said, finding=found)
