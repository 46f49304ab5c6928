"""Serves the client as a program: right, or with one mistake by name."""

from __future__ import annotations

import argparse

from harness.adapter import main as serve
from harness.mutants.adapter import Adapter


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m harness.mutants", description=__doc__)
    parser.add_argument("--mistake", help="which mistake the client makes; none by default")
    parser.parse_args()
    serve(Adapter())


if __name__ == "__main__":
    main()
