"""Serves a Python adapter as a program: `python -m harness.drivers path/to/adapter.py`."""

from __future__ import annotations

import sys

from harness.adapter import main
from harness.drivers.loading import load
from harness.errors import HarnessError

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m harness.drivers path/to/adapter.py | package.module:NAME")
    try:
        adapter = load(sys.argv[1])
    except HarnessError as error:
        sys.exit(f"{error}\n{getattr(error, 'stderr', '')}".rstrip())
    main(adapter)
