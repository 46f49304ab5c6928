"""Bitunix, the spot part of its OpenAPI."""

from mockserver.dialects.bitunix.dialect import DIALECT, variant

__all__ = ["DIALECT", "variant"]
