"""Placeholder face; see the package."""
