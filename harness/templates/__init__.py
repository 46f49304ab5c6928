"""Skeletons of adapters, for `noncense init`."""

from harness.templates.languages import LANGUAGES, Language, language_named
from harness.templates.skeleton import CHOICES_OF_CI, Skeleton, lay_out

__all__ = ["CHOICES_OF_CI", "LANGUAGES", "Language", "Skeleton", "language_named", "lay_out"]
