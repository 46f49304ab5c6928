"""The page about redirecting says what is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from harness.redirecting import RUNGS

PAGE = (Path(__file__).parents[2] / "docs" / "redirecting.md").read_text(encoding="utf-8")


def test_the_example_works() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("200\n()\n", "")


def test_every_rung_is_described() -> None:
    assert [rung for rung in RUNGS if f"| `{rung}` |" not in PAGE] == []
