"""Which dialects there are."""

from __future__ import annotations

import importlib

from mockserver.core.dialect import Dialect, Profile
from mockserver.core.habits import dressed
from mockserver.errors import SettingsError

#: In the order in which they are shown.
DIALECT_NAMES = ("reference", "poloniex", "exmo", "bitunix")


def dialect_named(name: str, profile: Profile = Profile.DOCUMENTED, **habits: str) -> Dialect:
    """Return the dialect of that name.

    Args:
        name: One of those there are.
        profile: `observed` for the rules that live servers were seen to have, where a dialect knows of others than the
            documented ones; statuses are told apart by the exchange that plays it.
        habits: Where it can be played in several ways, which: `regime="A"`. `Dialect.habits` lists them.

    Raises:
        SettingsError: There is none, or no such habit; the message lists those there are.
    """
    if name not in DIALECT_NAMES:
        raise SettingsError(f"there is no dialect {name!r}; there are {', '.join(DIALECT_NAMES)}")
    module = importlib.import_module(f"mockserver.dialects.{name}")
    dialect = getattr(module, "OBSERVED", module.DIALECT) if profile == Profile.OBSERVED else module.DIALECT
    if not isinstance(dialect, Dialect):
        raise SettingsError(f"mockserver.dialects.{name} holds no dialect")
    return dressed(dialect, observed=profile == Profile.OBSERVED, chosen=habits)
