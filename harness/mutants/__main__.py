"""Serves the client as a program: right, or with one mistake by name."""

from __future__ import annotations

import argparse

from harness.adapter import main as serve
from harness.mutants.adapter import Adapter
from harness.mutants.mistakes import adapter_with


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m harness.mutants", description=__doc__)
    parser.add_argument("--mistake", help="which mistake the client makes; none by default")
    name = parser.parse_args().mistake
    try:
        adapter = Adapter() if name is None else adapter_with(name)
    except LookupError as unknown:
        parser.error(str(unknown.args[0]))
    serve(adapter)


if __name__ == "__main__":
    main()
