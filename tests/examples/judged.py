"""How the examples are judged: by the command that their README names, in a process of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"

#: Rows that a client can hardly pass by luck, and that take a moment.
A_FEW = ("SIGN-001", "NONCE-002", "ENC-001", "ERR-001", "RETRY-002", "NUM-001")


def needs(*programs):
    """Skip where a program is missing, and say which."""
    missing = [program for program in programs if shutil.which(program) is None]
    return pytest.mark.skipif(bool(missing), reason=f"{' and '.join(missing)} cannot be found on this machine")


def php_has_curl():
    if shutil.which("php") is None:
        return False
    answer = subprocess.run(["php", "-r", "echo function_exists('curl_init');"], capture_output=True, check=False)
    return answer.stdout.strip() == b"1"


def judge(folder, dialect, client, *, requirements=(), seed=1, profile="documented", examples=None):
    """Judge a client as its README says, and return the report."""
    report = folder / "report.json"
    chosen = [part for requirement in requirements for part in ("--requirement", requirement)]
    fewer = [] if examples is None else ["--examples", str(examples)]
    settings = ["--dialect", dialect, "--seed", str(seed), "--profile", profile, "--report", f"json:{report}"]
    ended = subprocess.run(
        [sys.executable, "-m", "harness", "test", *settings, *chosen, *fewer, *client],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.exists(), ended.stdout + ended.stderr
    return json.loads(report.read_text())


def statuses(report):
    return {row["id"]: row["status"] for row in report["requirements"]}


def broken(report):
    """Return what keeps a report from being a clean one: rows that failed, stayed open or broke."""
    return [
        f"{row['id']} ({row['level']}) {row['status']}: {row['reason']}"
        for row in report["requirements"]
        if row["status"] not in ("passed", "skipped")
    ]


def copy_with_a_slip(folder, example, file, right, wrong):
    """Copy an example, and the kits that it uses, with one line of it made wrong; return the copy's folder."""
    shutil.copytree(EXAMPLES / example, folder / "examples" / example)
    shutil.copytree(ROOT / "adapters", folder / "adapters")
    path = folder / "examples" / example / file
    text = path.read_text()
    assert text.count(right) == 1, f"{file} of {example} no longer holds {right!r} once"
    path.write_text(text.replace(right, wrong))
    return folder / "examples" / example
