"""`noncense stacks` on the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from harness.cli import main


def test_the_stacks_are_listed_without_being_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stacks", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 17
    assert lines[0].split() == ["requests", "Python", "requests"]


def test_what_was_published_is_shown_without_being_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stacks", "--published", "--stack", "aiohttp", "--matter", "dropped"]) == 0
    told = capsys.readouterr().out
    assert "aiohttp\tclosed, reset, unread, fresh: sent once" in told or "aiohttp\tsent once, error" in told
    assert "requests" not in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--stack", "nope"], "there is no stack 'nope'; there are requests, httpx"),
        (["--matter", "nope"], "--matter takes one of dropped, redirected, answered, slow"),
    ],
)
def test_what_there_is_not_is_named(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stacks", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_machine_without_the_stack_is_told_what_brings_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["stacks", "--stack", "got", "--stack", "ruby"]) == 3
    assert capsys.readouterr().out.splitlines() == [
        "not here: got: there is no node (apt-get install nodejs, then noncense stacks --install FOLDER)",
        "not here: Ruby's Net::HTTP: there is no ruby (apt-get install ruby)",
    ]


@pytest.mark.node
def test_a_stack_of_node_that_was_not_fetched_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    if shutil.which("node") is None:
        pytest.skip("there is no node")
    assert main(["stacks", "--stack", "got"]) == 3
    told = capsys.readouterr().out
    assert told.startswith("not here: got: Error: Cannot find module 'got'")
    assert told.endswith("(noncense stacks --install FOLDER)\n")


def test_results_are_kept_and_the_page_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept, written = tmp_path / "stacks.json", tmp_path / "stacks.md"
    files = ["--json", str(kept), "--markdown", str(written)]
    assert main(["stacks", "--stack", "urllib", "--matter", "answered", "--repeats", "1", *files]) == 0
    assert '"cut-length": "noticed: error"' in kept.read_text()
    assert "| urllib.request |" in written.read_text()
    assert "An odd answer" in capsys.readouterr().out


def test_a_file_of_something_else_is_refused_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.json").write_text("{}")
    assert main(["stacks", "--stack", "urllib", "--json", str(tmp_path / "other.json")]) == 2
    assert "holds no measurements" in capsys.readouterr().err
