"""Clients that nobody here wrote, untouched: fetched once, and led to our exchange by their own options."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def sdks() -> Path:
    """Fetch the SDKs, or skip where they are neither here nor to be had. One worker of several does it."""
    script = ROOT / "scripts" / "install-sdks"
    environment = {**os.environ, "VENV": sys.prefix}
    with script.open() as turnstile:
        fcntl.flock(turnstile, fcntl.LOCK_EX)
        fetched = subprocess.run([script], env=environment, capture_output=True, text=True, check=False, timeout=300)
    if fetched.returncode != 0:
        pytest.skip(f"the SDKs could not be fetched: {fetched.stderr[-300:]}")
    return ROOT / ".sdks"


@pytest.fixture(scope="session")
def python_sdks(sdks: Path) -> Path:
    """Let the Python SDKs be imported, after everything that is installed here; what they warn of is theirs."""
    where = str(sdks / "python")
    if where not in sys.path:
        sys.path.append(where)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in ("ccxt.async_support", "poloniex"):
            pytest.importorskip(name)
    return sdks / "python"
