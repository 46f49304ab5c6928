"""`noncense demo`: what a stranger sees in the first minute."""

import json
import re
from pathlib import Path

import pytest

from harness.cli.demo import BROKEN, FOLDER, MISTAKE, REQUIREMENTS
from harness.mutants.mistakes import mistake_named
from tests.harness.cli.command_line import run_noncense

Capture = pytest.CaptureFixture[str]


def test_it_shows_a_real_finding_and_leaves_the_reports(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    seen = run_noncense(capsys, "demo")
    assert (seen.status, seen.err) == (0, "")
    assert re.search(r"first time +200 .*\n.*second time +422 .*Nonce must be greater than 1", seen.out)
    assert f"✗ {BROKEN}  MUST" in seen.out
    right, wrong = (json.loads((FOLDER / f"{name}.json").read_bytes()) for name in ("right", "wrong"))
    assert right["totals"] == {"passed": len(REQUIREMENTS), "failed": 0, "skipped": 0, "inconclusive": 0, "errors": 0}
    assert BROKEN in [row["id"] for row in wrong["requirements"] if row["status"] == "failed"]
    assert sorted(path.name for path in FOLDER.iterdir()) == [
        f"{name}.{ending}" for name in ("right", "wrong") for ending in ("json", "md", "xml")
    ]


def test_the_wrong_client_is_wrong_in_what_the_demonstration_is_about() -> None:
    assert mistake_named(MISTAKE).kills == BROKEN
    assert BROKEN in REQUIREMENTS
