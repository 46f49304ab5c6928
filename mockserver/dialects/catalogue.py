"""Which dialects there are."""

from __future__ import annotations

import importlib

from mockserver.core.dialect import Dialect, Profile
from mockserver.core.habits import dressed
from mockserver.errors import SettingsError
from signer.dialects import make_known as make_scheme_known

#: In the order in which they are shown.
DIALECT_NAMES = ("reference", "poloniex", "exmo", "bitunix")


#: Dialects that somebody described in a file of his own and this process has read, by name: as documented, as observed.
_OWN: dict[str, tuple[Dialect, Dialect]] = {}


def dialect_named(name: str, profile: Profile = Profile.DOCUMENTED, **habits: str) -> Dialect:
    """Return the dialect of that name: one of ours, or one that was made known.

    Args:
        name: One of those there are.
        profile: `observed` for the rules that live servers were seen to have, where a dialect knows of others than the
            documented ones; statuses are told apart by the exchange that plays it.
        habits: Where it can be played in several ways, which: `regime="A"`. `Dialect.habits` lists them.

    Raises:
        SettingsError: There is none, or no such habit; the message lists those there are.
    """
    if name in _OWN:
        documented, observed = _OWN[name]
        dialect = observed if profile == Profile.OBSERVED else documented
        return dressed(dialect, observed=profile == Profile.OBSERVED, chosen=habits)
    if name not in DIALECT_NAMES:
        raise SettingsError(f"there is no dialect {name!r}; there are {', '.join((*DIALECT_NAMES, *_OWN))}")
    module = importlib.import_module(f"mockserver.dialects.{name}")
    dialect = getattr(module, "OBSERVED", module.DIALECT) if profile == Profile.OBSERVED else module.DIALECT
    if not isinstance(dialect, Dialect):
        raise SettingsError(f"mockserver.dialects.{name} holds no dialect")
    return dressed(dialect, observed=profile == Profile.OBSERVED, chosen=habits)


def dialect_names() -> tuple[str, ...]:
    """Return the names of all dialects that are known: ours, and those that were made known."""
    return (*DIALECT_NAMES, *_OWN)


def make_known(dialect: Dialect, observed: Dialect | None = None) -> None:
    """Let a dialect and its scheme be found by its name in this process; one made known before gives way.

    Args:
        dialect: As its documents have it.
        observed: As live servers were seen to be, where that is another.

    Raises:
        SettingsError: It has the name of one of ours.
    """
    if dialect.name in DIALECT_NAMES:
        raise SettingsError(f"{dialect.name} is the name of a dialect that is built in; give yours a name of its own")
    make_scheme_known(dialect.scheme)
    _OWN[dialect.name] = (dialect, observed or dialect)
