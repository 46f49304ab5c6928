"""What became of the gallery's clients, as a board of pages written from what is kept of their runs."""

from __future__ import annotations

from harness.scoreboard.written import documents, stale, write

__all__ = ["documents", "stale", "write"]
