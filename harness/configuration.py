"""Settings that a project keeps for us: `[tool.noncense]` in its pyproject.toml, or noncense.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from harness.errors import UsageError

#: The two places, nearest to the user's mind first.
OWN_FILE = "noncense.toml"
PROJECT_FILE = "pyproject.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What a project's file says; None or empty where it says nothing. The command line wins over all of it.

    Attributes:
        dialect: The exchange to play.
        adapter: A path or `package.module:NAME` as text, or a program with its arguments.
        level: "must", "should" or "may".
        known_failures: Path of the list.
        reports: As after `--report`.
        requirements: Ids or globs.
        examples: How many examples a property draws.
        seed: The run's seed.
        jobs: How many requirements are judged side by side.
        profile: "documented" or "observed".
        call_timeout_s: The limit of one call, seconds.
    """

    dialect: str | None = None
    adapter: str | tuple[str, ...] | None = None
    level: str | None = None
    known_failures: str | None = None
    reports: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    examples: int | None = None
    seed: int | None = None
    jobs: int | None = None
    profile: str | None = None
    call_timeout_s: float | None = None


class _Unfit(Exception):
    """A value is not what its setting takes; says what it takes."""


def load(folder: Path) -> Configuration:
    """Read the settings of the project in a folder. Parents are not searched: relative paths stay what they seem.

    Raises:
        UsageError: A file is no TOML, a setting is unknown or unfit, or both files have settings.
    """
    own = _read(folder / OWN_FILE)
    project = _read(folder / PROJECT_FILE)
    tool = project.get("tool", {}) if project is not None else {}
    section = tool.get("noncense") if isinstance(tool, dict) else None
    if own is not None and section is not None:
        raise UsageError(f"both {OWN_FILE} and [tool.noncense] in {PROJECT_FILE} have settings; keep one of them")
    if own is not None:
        return parse(own, origin=OWN_FILE)
    if section is None:
        return Configuration()
    if not isinstance(section, dict):
        raise UsageError(f"tool.noncense in {PROJECT_FILE} is not a table")
    return parse(section, origin=f"[tool.noncense] in {PROJECT_FILE}")


def parse(settings: Mapping[str, object], *, origin: str) -> Configuration:
    """Turn a table of settings into a configuration.

    Raises:
        UsageError: A setting is unknown, or its value unfit.
    """
    values: dict[str, object] = {}
    for name, value in settings.items():
        if name not in _SETTINGS:
            raise UsageError(f"{origin}: unknown setting {name!r}; the settings are {', '.join(_SETTINGS)}")
        field, fit = _SETTINGS[name]
        try:
            values[field] = fit(value)
        except _Unfit as unfit:
            raise UsageError(f"{origin}: {name} must be {unfit}") from None
    return Configuration(**values)  # type: ignore[arg-type]  # each field has been through its own check


def _read(path: Path) -> dict[str, object] | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise UsageError(f"cannot read {path.name}: {problem.strerror}") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise UsageError(f"{path.name} is not TOML: {problem}") from problem


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _Unfit("a text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise _Unfit("a list of texts")
    return tuple(cast("list[str]", value))


def _client(value: object) -> str | tuple[str, ...]:
    if isinstance(value, str) and value:
        return value
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return tuple(cast("list[str]", value))
    raise _Unfit("a path, a package.module:NAME, or a list of a program and its arguments")


def _one_of(*choices: str) -> Callable[[object], str]:
    def fit(value: object) -> str:
        if not isinstance(value, str) or value.lower() not in choices:
            raise _Unfit(f"one of {', '.join(choices)}")
        return value.lower()

    return fit


def _integer(least: int) -> Callable[[object], int]:
    def fit(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise _Unfit(f"a whole number from {least} up")
        return value

    return fit


def _seconds(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < float("inf"):
        raise _Unfit("a number of seconds above 0")
    return float(value)


#: Setting as it is written, to the field that holds it and the check that it passes.
_SETTINGS: Mapping[str, tuple[str, Callable[[object], object]]] = {
    "dialect": ("dialect", _text),
    "adapter": ("adapter", _client),
    "level": ("level", _one_of("must", "should", "may")),
    "known-failures": ("known_failures", _text),
    "reports": ("reports", _texts),
    "requirements": ("requirements", _texts),
    "examples": ("examples", _integer(1)),
    "seed": ("seed", _integer(0)),
    "jobs": ("jobs", _integer(1)),
    "profile": ("profile", _one_of("documented", "observed")),
    "call-timeout": ("call_timeout_s", _seconds),
}

#: Every setting, as it is written.
SETTINGS = tuple(_SETTINGS)
