"""Bitunix's futures: the other product that the same keys sign for."""
