"""Serves the client as a program: right, or with one mistake by name."""

from __future__ import annotations

import argparse

from harness.adapter import main as serve
from harness.mutants.adapter import Adapter
from harness.mutants.mistakes import adapter_with
from mockserver import SettingsError, dialect_named


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m harness.mutants", description=__doc__)
    parser.add_argument("--mistake", help="which mistake the client makes; none by default")
    parser.add_argument("--dialect", metavar="FILE", help="an exchange of somebody's own that it shall speak as well")
    given = parser.parse_args()
    name = given.mistake
    try:
        if given.dialect is not None:
            dialect_named(given.dialect)
        adapter = Adapter() if name is None else adapter_with(name)
    except SettingsError as unknown:
        parser.error(str(unknown))
    except LookupError as unknown:
        parser.error(str(unknown.args[0]))
    serve(adapter)


if __name__ == "__main__":
    main()
