"""Habits: ways of an exchange that changed over the years, or about which documents and live servers disagree.

A dialect is one frozen value; a habit turns it into another one. Whoever plays the exchange chooses by name, or leaves
it to the profile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mockserver.errors import SettingsError

if TYPE_CHECKING:
    from mockserver.core.dialect import Dialect


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """One matter in which the exchange can be played in several ways.

    Attributes:
        name: As it is chosen: `regime`.
        choices: The ways there are; the first is the one of the dialect as it stands.
        words: What it is about, in a sentence for people.
        wear: The dialect and a choice other than the first in; the dialect that has this habit out. It starts from the
            dialect that it is given (its endpoints, its rows), which may wear other habits already.
        observed: The choice of the profile `observed`; None where it is the first too.
        source: The page that knows of it.
    """

    name: str
    choices: tuple[str, ...]
    words: str
    wear: Callable[[Dialect, str], Dialect]
    observed: str | None = None
    source: str = ""

    @property
    def usual(self) -> str:
        """The choice of nobody who chooses."""
        return self.choices[0]


def dressed(dialect: Dialect, *, observed: bool = False, chosen: Mapping[str, str] | None = None) -> Dialect:
    """Return a dialect with the habits that were chosen; `Dialect.chosen` says which these are.

    Args:
        dialect: As its module holds it.
        observed: Whether what nobody chose is as live servers were seen to do it.
        chosen: Names of habits to choices.

    Raises:
        SettingsError: The dialect has no such habit, or the habit no such choice; the message lists those there are.
    """
    wanted = {habit.name: habit.observed for habit in dialect.habits if observed and habit.observed is not None}
    known = {habit.name: habit for habit in dialect.habits}
    for name, choice in (chosen or {}).items():
        if name not in known:
            raise SettingsError(f"{dialect.name} has no habit {name!r}; {_listed('it has', known)}")
        if choice not in known[name].choices:
            raise SettingsError(f"{name} can be {', '.join(known[name].choices)}, not {choice!r}")
        wanted[name] = choice
    worn = dialect
    for habit in dialect.habits:
        choice = wanted.get(habit.name, habit.usual)
        if choice != habit.usual:
            worn = replace(habit.wear(worn, choice), chosen={**worn.chosen, habit.name: choice})
    return worn


def _listed(words: str, known: Mapping[str, Habit]) -> str:
    return f"{words} {', '.join(known)}" if known else f"{words} none"
