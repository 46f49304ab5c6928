"""Which rung a command gets of which nobody said anything: by what it starts."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from harness.redirecting.program import reached_by


def program(folder: Path, name: str, content: bytes) -> dict[str, str]:
    """Put a program into a folder, and return the environment that finds it."""
    (folder / name).write_bytes(content)
    (folder / name).chmod(0o755)
    return {"PATH": str(folder)}


@pytest.mark.parametrize(
    ("name", "reached"),
    [
        ("python", "a preload"),
        ("python3.11", "a preload"),
        ("python2.7", None),
        ("node", "a preload"),
        ("php8.2", "its environment"),
        ("java", "its environment"),
        ("bash", "what it starts"),
        ("npm", "what it starts"),
        ("trader", None),
        ("wget", None),
    ],
)
def test_a_program_is_known_by_its_name(name: str, reached: str | None, tmp_path: Path) -> None:
    assert reached_by([name], program(tmp_path, name, b"\x7fELF and more")) == reached


@pytest.mark.parametrize(
    ("shebang", "reached"),
    [
        (b"#!/usr/bin/env python3\n", "a preload"),
        (b"#!/usr/bin/env -S node --no-warnings\n", "a preload"),
        (b"#! /bin/sh -e\n", "what it starts"),
        (b"#!/opt/perl\n", None),
        (b"#!\n", None),
        (b"#!/usr/bin/env\n", "what it starts"),
        (b"", None),
        (b"no program", None),
    ],
)
def test_a_script_is_known_by_its_interpreter(shebang: bytes, reached: str | None, tmp_path: Path) -> None:
    assert reached_by(["bot"], program(tmp_path, "bot", shebang)) == reached


def test_a_program_of_go_is_known_by_its_mark(tmp_path: Path) -> None:
    content = b"\x7fELF" + b"\0" * 100_000 + b"\xff Go buildinf:" + b"\0" * 100
    assert reached_by(["bot"], program(tmp_path, "bot", content)) == "its environment"


def test_a_link_is_followed(tmp_path: Path) -> None:
    environment = program(tmp_path, "node20", b"\x7fELF")
    (tmp_path / "runtime").symlink_to(tmp_path / "node20")
    assert reached_by(["runtime"], environment) == "a preload"


@pytest.mark.parametrize(
    ("words", "reached"),
    [
        (("-I", "bot.py"), None),
        (("-uE", "-m", "bot"), None),
        (("-u", "bot.py", "-I"), "a preload"),
        (("-c", "print()", "-S"), "a preload"),
        ((), "a preload"),
        (("-W", "ignore", "-I", "bot.py"), None),
        (("-W", "ignore", "bot.py", "-I"), "a preload"),
        (("-Bc", "print()"), "a preload"),
    ],
)
def test_a_python_that_looks_at_nothing_is_reached_by_no_preload(words: tuple[str, ...], reached: str | None) -> None:
    assert reached_by([sys.executable, *words], {}) == reached


@pytest.mark.parametrize(
    ("argv", "reached"),
    [
        (("tox", "-e", "py"), None),
        (("sudo", "python", "bot.py"), None),
        (("env", "-i", "python"), None),
        (("env", "-"), None),
        (("env", "FOO=1", "-i", "python"), None),
        (("env", "python", "-i"), "a preload"),
        (("env", "-u", "HOME", "FOO=1", "python", "-I"), None),
        (("env", "FOO=1", "tox"), None),
        (("env", "FOO=1"), "what it starts"),
    ],
)
def test_who_forgets_the_environment_is_reached_by_nothing_in_it(
    argv: tuple[str, ...], reached: str | None, tmp_path: Path
) -> None:
    for name in ("python", "tox"):
        program(tmp_path, name, b"\x7fELF and more")
    assert reached_by(argv, program(tmp_path, argv[0], b"#!/usr/bin/python3\n")) == reached


def test_what_is_not_there_is_no_riddle() -> None:
    assert reached_by(["no-such-program"], {"PATH": "/nowhere"}) == "nothing: it is not there"


def test_this_machine_s_own_shell_is_known() -> None:
    assert shutil.which("sh") is None or reached_by(["sh"], {"PATH": "/usr/bin:/bin"}) == "what it starts"
