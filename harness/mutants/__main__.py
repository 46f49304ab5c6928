"""Serves the client as a program: right, with one mistake by name, or doing one thing in another way that is right."""

from __future__ import annotations

import argparse

from harness.adapter import main as serve
from harness.mutants.adapter import Adapter
from harness.mutants.mistakes import adapter_with
from harness.mutants.variations import adapter_varied, variation_named
from mockserver import SettingsError, dialect_named


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m harness.mutants", description=__doc__)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--mistake", help="which mistake the client makes; none by default")
    what.add_argument("--variation", help="what it does otherwise than others, and is right; nothing by default")
    parser.add_argument("--dialect", metavar="FILE", help="an exchange of somebody's own that it shall speak as well")
    given = parser.parse_args()
    try:
        if given.dialect is not None:
            dialect_named(given.dialect)
        adapter = _adapter(given.mistake, given.variation)
    except SettingsError as unknown:
        parser.error(str(unknown))
    except LookupError as unknown:
        parser.error(str(unknown.args[0]))
    serve(adapter)


def _adapter(mistake: str | None, variation: str | None) -> Adapter:
    if variation is not None:
        return adapter_varied(variation_named(variation))
    return Adapter() if mistake is None else adapter_with(mistake)


if __name__ == "__main__":
    main()
