"""The documents that the code writes about itself."""

from harness.documents.written import documents, stale, write

__all__ = ["documents", "stale", "write"]
