"""`noncense` itself."""

import os
import subprocess
import sys

import pytest

from harness.cli.root import COMMANDS
from tests.harness.cli.command_line import complaint, run_noncense

Capture = pytest.CaptureFixture[str]


def test_the_help_names_every_command(capsys: Capture) -> None:
    seen = run_noncense(capsys, "--help")
    assert seen.status == 0
    assert [name for name in COMMANDS if f"\n  {name} " not in seen.out] == []


def test_without_a_command_it_shows_its_help(capsys: Capture) -> None:
    assert run_noncense(capsys) == run_noncense(capsys, "--help")


def test_it_tells_its_version(capsys: Capture) -> None:
    assert run_noncense(capsys, "--version").out == "noncense 0.1.0\n"


@pytest.mark.parametrize("arguments", ["tset", "--no-such-option", "explain", "explain A B"])
def test_a_wrong_command_line_gets_one_clear_line(capsys: Capture, arguments: str) -> None:
    assert complaint(run_noncense(capsys, arguments))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help_of_its_own(capsys: Capture, name: str) -> None:
    seen = run_noncense(capsys, f"{name} --help")
    assert seen.status == 0
    assert seen.out.startswith(f"Usage: noncense {name}")


def test_a_reader_who_leaves_is_no_wrong_client() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        listed = subprocess.run(
            [sys.executable, "-m", "harness", "requirements"],
            stdout=gone,
            stderr=subprocess.PIPE,
            check=False,
            timeout=120,
        )
    assert (listed.returncode, listed.stderr) == (3, b"")
