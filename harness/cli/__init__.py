"""The command line."""

from harness.cli.root import main

__all__ = ["main"]
