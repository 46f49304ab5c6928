"""EXMO, versions 1 and 1.1 of its REST interface."""

from mockserver.dialects.exmo.dialect import DIALECT

__all__ = ["DIALECT"]
