"""Which dialects there are."""

from __future__ import annotations

import importlib

from mockserver.core.dialect import Dialect, Profile
from mockserver.errors import SettingsError

#: In the order in which they are shown.
DIALECT_NAMES = ("reference", "poloniex", "exmo", "bitunix")


def dialect_named(name: str, *, profile: Profile = Profile.DOCUMENTED) -> Dialect:
    """Return the dialect of that name.

    Args:
        name: One of `DIALECT_NAMES`.
        profile: Under which profile it is played; where live servers sign or check otherwise than the documents say,
            the dialect's package holds an `OBSERVED_DIALECT` besides its `DIALECT`.

    Raises:
        SettingsError: There is none; the message lists those there are.
    """
    if name not in DIALECT_NAMES:
        raise SettingsError(f"there is no dialect {name!r}; there are {', '.join(DIALECT_NAMES)}")
    module = importlib.import_module(f"mockserver.dialects.{name}")
    dialect = getattr(module, "OBSERVED_DIALECT", None) if profile is Profile.OBSERVED else None
    if dialect is None:
        dialect = module.DIALECT
    if not isinstance(dialect, Dialect):
        raise SettingsError(f"mockserver.dialects.{name} holds no dialect")
    return dialect
