"""Hypothesis strategies, one file per kind of value."""
