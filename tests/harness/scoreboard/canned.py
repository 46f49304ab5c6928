"""A gallery of one entry and two clients, and what is kept of their runs: canned, and as hostile as it gets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.scoreboard.results import ADAPTER, spelt, trimmed

ENTRY = """
sdk = "acme-sdk"
version = "1.2.3"
registry = "pypi"
language = "python"
dialect = "poloniex"
homepage = "https://acme.example/sdk"

[[clients]]
name = "acme"
command = ["python", "adapter.py"]
observed = ["python", "observed.py"]

[clients.known]
ERR-010 = "RUBBISH-AS-DATA"

[[clients]]
name = "acme-async"
command = ["python", "adapter.py", "--async"]
"""

FINDINGS = """# acme-sdk 1.2.3

| row | what is seen | why it is so | line | whose |
| --- | --- | --- | --- | --- |
| ERR-010 | a page is data | nobody looks | `acme.py` 12 | SDK |
| REDIR-001, REDIR-004 (`acme`) | a redirect \\| two are followed | nothing switches it off | 31 | requests |
| CONC-001 | two nonces are one, now and then | no lock | 40 | SDK |
"""


AGAIN = "noncense test --dialect poloniex --requirement ERR-010 --seed 1 -- python gallery/acme/adapter.py"


def finding(**changes: Any) -> dict[str, Any]:
    """Return a finding as a report has it."""
    return {
        "summary": "balances was answered with a page and was reported as a success.",
        "diagnosis": ["RUBBISH-AS-DATA"],
        "minimal_example": ["Fault: the answer is a page.", "balances()"],
        "transcript": [{"request": "POST /tradingApi"}],
        "consequence": "A page becomes an empty account.",
        "reproduce": AGAIN,
        "remedy": "Catch what the parser throws.",
        "stderr": "",
        "case": {"much": "plain data"},
        "hints": [],
    } | changes


def requirement(id: str, status: str = "passed", **changes: Any) -> dict[str, Any]:
    """Return a requirement as a report has it."""
    return {
        "id": id,
        "level": "MUST",
        "title": f"The title of {id}.",
        "status": status,
        "reason": "",
        "finding": finding() if status == "failed" else None,
        "void": False,
    } | changes


def report(*requirements: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a JSON report."""
    return {
        "noncense": "9.9.9",
        "dialect": "poloniex",
        "profile": "documented",
        "seed": 1,
        "client": {"name": "acme", "version": "1.2.3", "language": "python", "http_stack": "requests 2.0"},
        "fault": None,
        "requirements": list(requirements),
    } | changes


def gallery(folder: Path) -> tuple[Path, Path]:
    """Write a gallery of one entry, and return its folder and that of its board."""
    entry = folder / "gallery" / "acme"
    entry.mkdir(parents=True)
    (entry / "entry.toml").write_text(ENTRY, encoding="utf-8")
    (entry / "FINDINGS.md").write_text(FINDINGS, encoding="utf-8")
    for name in ("adapter.py", "observed.py"):
        (entry / name).write_text("", encoding="utf-8")
    return folder / "gallery", folder / "board"


def keep(board: Path, said: Mapping[str, Any], client: str = "acme", way: str = ADAPTER) -> None:
    """Keep a report as the judging does."""
    kept = trimmed(said, client=client, way=way, date="2026-11-21", root="/home/somebody/noncense")
    target = board / "results" / f"{client}{'' if way == ADAPTER else f'.{way}'}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(spelt(kept), encoding="utf-8")
