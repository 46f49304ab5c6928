"""The project's own files agree with each other."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from harness.version import __version__

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def _locks(pattern: str) -> list[str]:
    """Return the locks that belong to the project, wherever they stand; what is installed has locks of its own."""
    places = ("", "scripts/", "scripts/**/", "gallery/**/", "harness/**/")
    found = {path for place in places for path in ROOT.glob(place + pattern) if "node_modules" not in path.parts}
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


REQUIREMENTS, PACKAGES = _locks("*.lock"), _locks("package-lock.json")


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~;\[ ]", requirement)[0].lower() for requirement in requirements}


def locked() -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", LOCK, flags=re.MULTILINE))


@pytest.mark.parametrize("path", [*REQUIREMENTS, *PACKAGES])
def test_a_lock_holds_no_address(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert not re.search(r"[a-z]+://|--(extra-)?index-url|--find-links", text)


@pytest.mark.parametrize("path", REQUIREMENTS)
def test_a_lock_holds_a_hash_for_everything(path: str) -> None:
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert all("==" in block for block in blocks)
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_lock_holds_everything_that_the_project_asks_for() -> None:
    extras = PROJECT["project"]["optional-dependencies"].values()
    asked = names(PROJECT["project"]["dependencies"]).union(*(names(extra) for extra in extras))
    assert asked - set(locked()) == set()


def test_the_changelog_knows_this_version() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", ["scripts/check", "scripts/setup", "scripts/find-python", "scripts/lock", "scripts/install-sdks", ".ci/run"]
)
def test_a_script_can_be_started(path: str) -> None:
    script = ROOT / path
    assert script.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")
    assert script.stat().st_mode & 0o111


def test_the_license_is_the_one_that_is_named() -> None:
    assert PROJECT["project"]["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_an_interpreter_that_only_pretends_is_passed_over(tmp_path: Path) -> None:
    pretender = tmp_path / "python3.13"
    pretender.write_text("#!/bin/sh\nexit 127\n")
    pretender.chmod(0o755)
    (tmp_path / "python3").symlink_to(sys.executable)
    for tool in ("bash", "sh"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or tool)
    found = subprocess.run(
        ["bash", str(ROOT / "scripts" / "find-python")],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == f"{tmp_path / 'python3'}\n"


def test_a_machine_without_python_is_told_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "bash").symlink_to(shutil.which("bash") or "bash")
    found = subprocess.run(
        ["bash", str(ROOT / "scripts" / "find-python")],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1
    assert "needs Python 3.11 or newer" in found.stderr
