"""Bitunix: the spot and the futures part of its OpenAPI, which the same keys sign for."""

from mockserver.dialects.bitunix.dialect import DIALECT, variant

__all__ = ["DIALECT", "variant"]
