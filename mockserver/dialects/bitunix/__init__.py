"""Bitunix, the spot part of its OpenAPI."""

from mockserver.dialects.bitunix.dialect import DIALECT, OBSERVED, variant

__all__ = ["DIALECT", "OBSERVED", "variant"]
