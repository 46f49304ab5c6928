"""Judges the clients of signed exchange APIs.

The names are loaded when they are first asked for, so that importing a part of this package costs that part alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.pytest_suite import conformance_suite

__all__ = ["conformance_suite"]


def __getattr__(name: str) -> object:
    """Load a public name."""
    if name == "conformance_suite":
        from harness.pytest_suite import conformance_suite

        return conformance_suite
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
