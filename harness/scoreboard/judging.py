"""Judging a client of the gallery by the command that anybody would give, and keeping what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.errors import HarnessError
from harness.scoreboard.entries import SEED, Client, Entry, command_line
from harness.scoreboard.results import ADAPTER, OBSERVED, spelt, trimmed
from harness.scoreboard.written import RESULTS
from mockserver import Clock

#: So many requirements side by side: most of the time is spent waiting for clients that wait.
JOBS = 3
#: No client takes longer than this, seconds.
LIMIT_S = 3600


def judge(entry: Entry, client: Client, way: str, folder: Path, root: Path) -> Path:
    """Judge a client and keep what came of it.

    Args:
        entry: The client's entry, installed.
        client: The client.
        way: By its adapter, or by watching a program that uses it.
        folder: The board's folder.
        root: The top of the repository, from where every command is given.

    Returns:
        The file that was written.

    Raises:
        HarnessError: No report came of it.
    """
    observed = way == OBSERVED
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "report.json"
        verb, *words = command_line(entry, client, observed=observed, seed=SEED)
        aside = ["--report", f"json:{report}", *(() if observed else ("--jobs", str(JOBS)))]
        _run([sys.executable, "-m", "harness", verb, *aside, *words], root)
        if not report.is_file():
            raise HarnessError(f"no report came of {client.name}, {way}")
        said: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    if observed:
        said["client"] = {**said["client"], "version": entry.version}
    kept = trimmed(said, client=client.name, way=way, date=_today(), root=str(root))
    target = folder / RESULTS / f"{client.name}{'' if way == ADAPTER else f'.{OBSERVED}'}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(spelt(kept), encoding="utf-8")
    return target


def _run(command: list[str], root: Path) -> None:
    # `python` of a command line is the one that we run on, whose folder therefore stands first.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(root)}
    with subprocess.Popen(  # noqa: S603  # the gallery's own
        command, cwd=root, env=environment, stdin=subprocess.DEVNULL
    ) as process:
        try:
            process.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            process.terminate()  # it ends its clients before it goes
            raise HarnessError(f"no end came in {LIMIT_S} seconds: {' '.join(command[2:])}") from None


def _today() -> str:
    return datetime.fromtimestamp(Clock().now_ms() / 1000, UTC).date().isoformat()
