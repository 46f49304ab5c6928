"""Which store is meant: `memory`, `sqlite:FILE`, `sqlite:FILE?durable=full`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from mockserver.errors import SettingsError

if TYPE_CHECKING:
    from mockserver.settings import Settings
    from mockserver.stores.store import Store

MEMORY = "memory"
_SQLITE = "sqlite:"
_FULL = "?durable=full"


def is_durable(where: str) -> bool:
    """Tell whether a store's name means one that outlives its process.

    Raises:
        SettingsError: There is no such store.
    """
    if where == MEMORY:
        return False
    if where.startswith(_SQLITE) and "?" not in _file(where) and _file(where):
        return True
    raise SettingsError(f"a store is {MEMORY}, {_SQLITE}FILE or {_SQLITE}FILE{_FULL}, not {where}")


def syncs_each_batch(where: str) -> bool:
    """Tell whether each batch is brought to the disk, which takes as long as a disk takes."""
    return where.endswith(_FULL)


def open_store(settings: Settings) -> Store | None:
    """Open the store that the settings name; None for the memory, which nobody has to open.

    Raises:
        SettingsError: There is no such store.
        StoreError: It cannot be used.
    """
    if not is_durable(settings.store):
        return None
    from mockserver.stores.sqlite import SqliteStore

    return SqliteStore(Path(_file(settings.store)), _rules(settings), full=syncs_each_batch(settings.store))


def _file(where: str) -> str:
    return where.removeprefix(_SQLITE).removesuffix(_FULL)


def _rules(settings: Settings) -> dict[str, str]:
    """Return the settings from which, with what happened, everything follows."""
    return {
        "dialect": settings.dialect,
        "profile": settings.profile.value,
        "habits": json.dumps(dict(settings.habits), sort_keys=True),
        "seed": str(settings.seed),
        "market_maker": "on" if settings.market_maker else "off",
        "single_use_nonces": "on" if settings.single_use_nonces else "off",
    }
