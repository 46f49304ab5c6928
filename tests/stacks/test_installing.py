"""What pip and npm have is installed into a folder, by version and hash; here with tools that only pretend."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from harness.stacks import install
from harness.stacks.installing import PINNED, CannotInstall


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    made: list[tuple[str, ...]] = []

    def run(argv: tuple[str, ...], **_: object) -> subprocess.CompletedProcess[str]:
        made.append(argv)
        return subprocess.CompletedProcess(argv, 0, "", "")

    monkeypatch.setattr("harness.stacks.installing.subprocess.run", run)
    monkeypatch.setattr("harness.stacks.installing.shutil.which", lambda name: f"/bin/{name}")
    return made


def test_both_are_installed_by_their_locks_and_a_second_time_is_instant(
    tmp_path: Path, calls: list[tuple[str, ...]]
) -> None:
    assert install(tmp_path) == ()
    assert [("pip" in argv, "ci" in argv) for argv in calls] == [(True, False), (False, True)]
    assert "--require-hashes" in calls[0]
    assert (tmp_path / "node" / "package-lock.json").read_bytes() == (PINNED / "package-lock.json").read_bytes()
    assert install(tmp_path) == ()
    assert len(calls) == 2


def test_a_folder_of_older_pins_is_filled_anew(tmp_path: Path, calls: list[tuple[str, ...]]) -> None:
    install(tmp_path)
    (tmp_path / "installed").write_text("older")
    (tmp_path / "node" / "left-over").write_text("")
    install(tmp_path)
    assert len(calls) == 4
    assert not (tmp_path / "node" / "left-over").exists()


def test_without_npm_the_stacks_of_node_are_left_out_and_named(
    tmp_path: Path, calls: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.stacks.installing.shutil.which", lambda name: None)
    assert install(tmp_path) == ("npm is missing: undici, axios and got are left out (apt-get install npm)",)
    assert len(calls) == 1


def test_what_goes_wrong_is_told_in_the_tool_s_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(argv: tuple[str, ...], **_: object) -> subprocess.CompletedProcess[str]:
        raise subprocess.CalledProcessError(1, argv, stderr="first\nthe hashes do not match\n")

    monkeypatch.setattr("harness.stacks.installing.subprocess.run", run)
    with pytest.raises(CannotInstall, match="could not install the stacks: the hashes do not match"):
        install(tmp_path)
    with pytest.raises(CannotInstall, match="the hashes do not match"):  # and is tried anew
        install(tmp_path)


def test_a_folder_of_somebody_elses_is_left_as_it_is(tmp_path: Path, calls: list[tuple[str, ...]]) -> None:
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "work.py").write_text("a year's work")
    with pytest.raises(CannotInstall, match="holds folders of somebody else's"):
        install(tmp_path)
    assert (tmp_path / "python" / "work.py").exists()
    assert not calls
