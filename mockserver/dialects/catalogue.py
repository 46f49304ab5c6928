"""Which dialects there are."""

from __future__ import annotations

import importlib

from mockserver.core.dialect import Dialect
from mockserver.errors import SettingsError

#: In the order in which they are shown.
DIALECT_NAMES = ("reference", "poloniex", "exmo", "bitunix")


def dialect_named(name: str) -> Dialect:
    """Return the dialect of that name.

    Raises:
        SettingsError: There is none; the message lists those there are.
    """
    if name not in DIALECT_NAMES:
        raise SettingsError(f"there is no dialect {name!r}; there are {', '.join(DIALECT_NAMES)}")
    dialect = importlib.import_module(f"mockserver.dialects.{name}").DIALECT
    if not isinstance(dialect, Dialect):
        raise SettingsError(f"mockserver.dialects.{name} holds no dialect")
    return dialect
