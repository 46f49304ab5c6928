"""The exchange of our examples, on which mistakes are made that none of the four has room for."""

from __future__ import annotations

from pathlib import Path

#: The dialect of `examples/own-dialect`, and the file that describes it.
ACME = "acme"
_FILE = Path(__file__).parents[2] / "examples" / "own-dialect" / "acme.py"


def played(dialect: str) -> str:
    """Return what a run is told to play: the dialect's name, or the file where it is that of our examples."""
    return str(_FILE) if dialect == ACME else dialect


def at_hand(dialect: str) -> bool:
    """Tell whether a dialect can be played here; the examples are not installed along with the package."""
    return dialect != ACME or _FILE.exists()
