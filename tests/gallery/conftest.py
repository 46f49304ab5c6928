"""The gallery's entries, found by their folders, and fetched when a test asks for one."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.scoreboard.entries import Entry

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def fetched() -> Callable[[Entry], None]:
    """Fetch an entry, or skip where it is neither here nor to be had. One worker of several does it."""
    script = ROOT / "scripts" / "install-sdks"
    environment = {**os.environ, "VENV": sys.prefix}

    def fetch(entry: Entry) -> None:
        if entry.language == "javascript" and shutil.which("node") is None:
            pytest.skip("there is no node")
        with script.open() as turnstile:
            fcntl.flock(turnstile, fcntl.LOCK_EX)
            done = subprocess.run(
                [script, entry.name], env=environment, capture_output=True, text=True, check=False, timeout=300
            )
        if done.returncode != 0:
            pytest.skip(f"{entry.sdk} could not be fetched: {done.stderr[-300:]}")
        if entry.language == "javascript" and not (ROOT / ".sdks" / "gallery" / entry.name / "node_modules").is_dir():
            pytest.skip("there is no npm to fetch the SDK with")

    return fetch
