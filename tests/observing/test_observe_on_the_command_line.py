"""`noncense observe`, from the words that somebody types to what is left on the disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.harness.cli.command_line import complaint, run_noncense

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "observed-sdk"
KEY, SECRET = "K-" + "0" * 40, "S-" + "1" * 40


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """Observe the example's own tests once, and keep it."""
    folder = tmp_path_factory.mktemp("observed")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(EXAMPLE)
        from harness.cli import main

        status = main(
            [
                *("observe", "--dialect", "exmo", "--seed", "7", "--key", KEY, "--secret", SECRET),
                *("--record", str(folder / "kept"), "--report", f"json:{folder / 'report.json'}"),
                *("--", sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
            ]
        )
    return status, folder


def test_the_tests_of_an_sdk_that_nobody_adapted_show_a_finding(recorded):
    status, folder = recorded
    report = json.loads((folder / "report.json").read_text())
    failed = {row["id"]: row for row in report["requirements"] if row["status"] == "failed"}
    assert status == 1
    assert report["form"] == "observed"
    assert set(failed) == {"SIGN-001", "ENC-002"}
    assert failed["ENC-002"]["finding"]["diagnosis"][0] == "SPACE-SIGNED-AS-PERCENT-20"
    assert "label=rent+in+May" in failed["ENC-002"]["finding"]["transcript"][0]["body"]


def test_the_secret_of_a_command_stands_in_no_report_and_no_record(recorded):
    _, folder = recorded
    for path in folder.rglob("*"):
        if path.is_file():
            assert SECRET not in path.read_text(), path


def test_a_recorded_observation_is_judged_again_without_its_command(recorded, capsys):
    status, folder = recorded
    seen = run_noncense(capsys, "judge", str(folder / "kept"))
    assert seen.status == status
    assert "every judgement is as it was then" in seen.out


def test_one_requirement_of_a_recorded_observation_can_be_judged_alone(recorded, capsys):
    _, folder = recorded
    seen = run_noncense(capsys, "judge", str(folder / "kept"), "--requirement", "NONCE-002")
    assert seen.status == 0
    assert "1 passed" in seen.out


def test_a_folder_that_holds_something_else_is_not_recorded_into(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    seen = run_noncense(capsys, "observe --dialect exmo --record", str(tmp_path), "--", "true")
    assert "holds something" in complaint(seen)


@pytest.mark.parametrize("spoilt", ["", "[]", "{", '{"noncense_observation": 99}', '{"noncense_observation": 1}'])
def test_a_spoilt_record_is_named(recorded, tmp_path, capsys, spoilt):
    _, folder = recorded
    (tmp_path / "report.json").write_bytes((folder / "kept" / "report.json").read_bytes())
    (tmp_path / "observed.json").write_text(spoilt)
    seen = run_noncense(capsys, "judge", str(tmp_path))
    assert seen.status == 2 or spoilt.endswith(": 1}")


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("observe --dialect exmo", "which command"),
        ("observe --dialect nowhere -- true", "no dialect"),
        ("observe --dialect exmo --provoke harm -- true", "no provocation"),
        ("observe --dialect exmo --promise heaven -- true", "vouch"),
        ("observe --dialect exmo --key K-1 -- true", "--secret"),
        ("observe --dialect exmo --requirement NOPE-1 -- true", "no requirement"),
        ("observe --dialect exmo --share 0.9 -- true", "0.9"),
        ("observe --dialect exmo --timeout 0 -- true", "0"),
        ("observe --dialect exmo --key a --secret b --key a --secret b -- true", "twice"),
    ],
)
def test_wrong_usage_is_said_in_one_line(capsys, line, word):
    words = line.split()
    assert word in complaint(run_noncense(capsys, "", *words))


def test_a_command_that_speaks_to_nobody_leaves_nothing_to_be_said(capsys):
    seen = run_noncense(capsys, "observe --dialect exmo --redirect env --", sys.executable, "-c", "pass")
    assert seen.status == 3
    assert "no private request arrived; nor any other" in seen.out


def test_a_command_that_cannot_be_started_is_named(capsys):
    seen = run_noncense(capsys, "observe --dialect exmo --redirect env -- /nowhere/at-all")
    assert seen.status == 3
    assert "cannot be started: No such file or directory" in seen.out


def test_a_command_that_tries_to_reach_somebody_else_is_refused_and_named(capsys):
    asking = "import urllib.request as r; r.urlopen('https://nobody.example/', timeout=30)"
    seen = run_noncense(capsys, "observe --dialect exmo --", sys.executable, "-c", asking)
    assert seen.status == 3
    assert "It tried to reach others, and was refused: nobody.example" in seen.out


def test_a_command_that_takes_too_long_is_ended_and_told(capsys):
    seen = run_noncense(
        capsys,
        "observe --dialect exmo --redirect env --timeout 0.5 --",
        sys.executable,
        "-c",
        "import time; time.sleep(600)",
    )
    assert seen.status == 3
    assert "did not end in its time" in seen.out


def test_the_failure_of_a_command_counts_unless_its_user_does_not_mind(capsys, recorded, monkeypatch):
    monkeypatch.chdir(EXAMPLE)
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "balances"]
    failing = ["sh", "-c", '"$@"; exit 5', "sh", *tests]
    line = f"observe --dialect exmo --key {KEY} --secret {SECRET} --requirement SIGN-001"
    minded = run_noncense(capsys, line, "--", *failing)
    assert minded.status == 3
    assert "ended with status 5" in minded.out
    assert run_noncense(capsys, line, "--any-status", "--", *failing).status == 0


def test_who_ends_noncense_ends_the_command_too_and_nothing_is_left(tmp_path):
    lingering = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"
    told = tmp_path / "pid"
    watching = subprocess.Popen(
        [
            *(sys.executable, "-m", "harness", "observe", "--dialect", "exmo", "--redirect", "env", "--"),
            *(sys.executable, "-c", lingering, str(told)),
        ],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
    )
    deadline = time.monotonic() + 120
    while not (told.exists() and told.read_text().isdigit()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    watching.terminate()
    watching.communicate(timeout=120)
    assert watching.returncode == 130
    assert [path.name for path in tmp_path.iterdir()] == ["pid"]
    assert not Path(f"/proc/{told.read_text()}/exe").exists()
