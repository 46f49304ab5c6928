"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from harness.errors import UsageError

if TYPE_CHECKING:
    from mockserver import Dialect
    from signer import Scheme

_Function = TypeVar("_Function", bound=Callable[..., object])

PROFILES = ("documented", "observed")


def dialect_option(*, help: str = "The exchange.") -> Callable[[_Function], _Function]:
    """Add `--dialect`; whether it names one is checked by `known_dialect`."""
    return click.option("--dialect", "dialect", metavar="NAME|FILE", help=help)


def known_dialect(name: str | None) -> str:
    """Return the name of a dialect that exists, or the path of a file that describes one, as it was given.

    Raises:
        UsageError: None was named, there is none of that name, or the file describes none.
    """
    from mockserver import DIALECT_NAMES, is_dialect_file

    if name is None:
        raise UsageError(f"which exchange? --dialect takes one of {', '.join(DIALECT_NAMES)}, or a file of your own")
    if is_dialect_file(name):
        described(name)
    elif name not in DIALECT_NAMES:
        raise UsageError(f"there is no dialect {name!r}; there are {', '.join(DIALECT_NAMES)}, or a file (./acme.py)")
    return name


def described(name: str) -> Dialect:
    """Return the dialect of a name or of a file.

    Raises:
        UsageError: There is none, or the file describes none.
    """
    from mockserver import SettingsError, dialect_named

    try:
        return dialect_named(name)
    except SettingsError as problem:
        raise UsageError(str(problem)) from problem


def scheme_of(name: str) -> Scheme:
    """Return how an exchange signs, by its name or by the file that describes it.

    Raises:
        UsageError: There is no such exchange, or the file describes none.
    """
    from mockserver import is_dialect_file
    from signer import SignerError, scheme_named

    if is_dialect_file(name):
        return described(name).scheme
    try:
        return scheme_named(name)
    except SignerError as problem:
        raise UsageError(str(problem)) from problem


def read_habits(dialect: str, habits: Iterable[str]) -> Mapping[str, str]:
    """Return what `--habit NAME=CHOICE` asks for.

    Raises:
        UsageError: One of them has no equals sign, or the dialect has no such habit or choice.
    """
    from mockserver import Profile, SettingsError, dialect_named

    chosen = {}
    for habit in habits:
        name, equals, choice = habit.partition("=")
        if not equals:
            raise UsageError(f"--habit takes NAME=CHOICE, not {habit!r}")
        chosen[name] = choice
    try:
        dialect_named(dialect, Profile.DOCUMENTED, **chosen)
    except SettingsError as problem:
        raise UsageError(str(problem)) from problem
    return chosen


def read_secret(path: Path) -> str:
    """Read a secret from a file; the line end that editors add is not part of it.

    Raises:
        UsageError: It cannot be read, or is empty.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as problem:
        raise UsageError(f"cannot read the secret in {path}: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        raise UsageError(f"cannot read the secret in {path}: it is not UTF-8") from problem
    secret = text.removesuffix("\n").removesuffix("\r")
    if not secret:
        raise UsageError(f"the file {path} holds no secret")
    return secret
