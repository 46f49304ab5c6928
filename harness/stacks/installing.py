"""Installs the stacks that come from pip and npm: by version and hash, into a folder, and nowhere else."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from harness.errors import HarnessError

#: What is installed, and by which hashes.
PINNED = Path(__file__).with_name("pinned")

_PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet", "install", "--require-hashes")
_NPM = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


class CannotInstall(HarnessError):
    """pip or npm did not do what they were asked for; their own words are told."""


def install(folder: Path) -> tuple[str, ...]:
    """Install the stacks of Python and of Node; a second time with nothing changed is instant.

    Args:
        folder: Where to; it is made. What earlier pins left there is replaced.

    Returns:
        What could not be installed, in a line each, for want of a tool.

    Raises:
        CannotInstall: pip or npm failed, or the folder holds what we did not put there.
    """
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(PINNED.iterdir()))).hexdigest()
    wanted += f" {sys.version_info[0]}.{sys.version_info[1]} {shutil.which('npm') or ''}"
    mark = folder / "installed"
    npm = shutil.which("npm")
    left = () if npm is not None else ("npm is missing: undici, axios and got are left out (apt-get install npm)",)
    if mark.is_file() and mark.read_text(encoding="utf-8") == wanted:
        return left
    places = [folder / name for name in ("python", "node")]
    if not mark.is_file() and any(place.exists() for place in places):
        raise CannotInstall(
            f"{folder} holds folders of somebody else's: name an empty one, or one that is not there yet"
        )
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text("", encoding="utf-8")
    for place in places:
        shutil.rmtree(place, ignore_errors=True)
    (folder / "node").mkdir()
    target = ("--no-warn-conflicts", "--target", str(folder / "python"))
    _run((sys.executable, *_PIP, *target, "--requirement", str(PINNED / "requirements.lock")))
    if npm is not None:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PINNED / name, folder / "node")
        _run((npm, "ci", "--prefix", str(folder / "node"), *_NPM))
    mark.write_text(wanted, encoding="utf-8")
    return left


def _run(argv: tuple[str, ...]) -> None:
    try:
        subprocess.run(  # noqa: S603 - the commands are ours
            argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=True
        )
    except subprocess.CalledProcessError as problem:
        words = str(problem.stderr).strip().splitlines() or ["without a word"]
        raise CannotInstall(f"{Path(argv[0]).name} could not install the stacks: {words[-1]}") from None
    except OSError as problem:
        raise CannotInstall(f"{Path(argv[0]).name} cannot be started: {problem.strerror}") from None
