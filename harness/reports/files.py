"""Puts a finished report where it was asked for."""

from __future__ import annotations

from pathlib import Path

from harness.errors import HarnessError


def write(path: Path, content: bytes) -> None:
    """Write a report, making its folder if need be.

    Raises:
        HarnessError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as problem:
        raise HarnessError(f"cannot write the report {path}: {problem.strerror}") from problem
