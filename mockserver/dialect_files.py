"""Dialects by name, and dialects that somebody described in a file of his own: `./acme.py`."""

from __future__ import annotations

import sys
import traceback
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from mockserver.core.dialect import Dialect, Profile
from mockserver.dialects import catalogue
from mockserver.dialects.contradictions import contradictions
from mockserver.errors import SettingsError

_SUFFIX = ".py"
_OBSERVED = "OBSERVED"


def is_dialect_file(name: str) -> bool:
    """Tell whether what was given as a dialect is the path of a file that describes one."""
    return name.endswith(_SUFFIX)


def dialect_named(name: str, profile: Profile = Profile.DOCUMENTED, **habits: str) -> Dialect:
    """Return the dialect of that name, or the one that a file describes.

    A file is a Python file that holds one `Dialect`, and perhaps, as `OBSERVED`, the same one as live servers were seen
    to be. Once it was read, its dialect is known by its own name as well, in this process.

    Args:
        name: One of those there are, or a path that ends in `.py`.
        profile: `observed` for the rules that live servers were seen to have, where a dialect knows of others than the
            documented ones.
        habits: Where it can be played in several ways, which: `regime="A"`. `Dialect.habits` lists them.

    Raises:
        SettingsError: There is none, or no such habit; or the file cannot be read, raises, holds no dialect or several,
            or its dialect contradicts itself. The message is one line.
    """
    if is_dialect_file(name):
        documented, observed = read_dialect(Path(name))
        catalogue.make_known(documented, observed)
        name = documented.name
    return catalogue.dialect_named(name, profile, **habits)


def read_dialect(path: Path) -> tuple[Dialect, Dialect]:
    """Return the dialect that a file describes, as documented and as observed.

    Raises:
        SettingsError: As for `dialect_named`.
    """
    try:
        source = path.read_bytes()
    except OSError as problem:
        raise SettingsError(f"cannot read the dialect in {path}: {problem.strerror}") from None
    return _described(path, source)


@lru_cache(maxsize=32)
def _described(path: Path, source: bytes) -> tuple[Dialect, Dialect]:
    """Run the file and look at what it holds. Its folder is not written to, and nothing beside it is imported."""
    module = ModuleType(f"dialect_in_{path.stem}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # where dataclasses of the file look for their annotations
    try:
        compiled = compile(source, str(path), "exec", dont_inherit=True)
        exec(compiled, module.__dict__)  # noqa: S102 - a user's own file, named by him
    except (Exception, SystemExit) as problem:
        del sys.modules[module.__name__]
        raise SettingsError(f"{path} cannot be run{_line(problem, path)}: {_told(problem)}") from None
    found = {name: value for name, value in vars(module).items() if isinstance(value, Dialect)}
    observed = found.pop(_OBSERVED, None)
    different = {id(value): name for name, value in found.items()}
    if not different:
        raise SettingsError(f"{path} describes no dialect: no name in it holds a Dialect")
    if len(different) > 1:
        names = ", ".join(sorted(different.values()))
        raise SettingsError(f"{path} describes several dialects ({names}), and a file describes one")
    documented = next(iter(found.values()))
    if documented.name in catalogue.DIALECT_NAMES:
        raise SettingsError(f"{path} calls its dialect {documented.name}, which is the name of one that is built in")
    for one in (documented, *(() if observed is None else (observed,))):
        for words in contradictions(one):
            raise SettingsError(f"{path} contradicts itself: {words}")
    if observed is not None and observed.name != documented.name:
        raise SettingsError(f"{path} contradicts itself: {documented.name} is called {observed.name} as {_OBSERVED}")
    return documented, observed or documented


def _line(problem: BaseException, path: Path) -> str:
    if isinstance(problem, SyntaxError):
        return f", line {problem.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == str(path)]
    return f", line {lines[-1]}" if lines else ""


def _told(problem: BaseException) -> str:
    words = problem.msg if isinstance(problem, SyntaxError) else " ".join(str(problem).split())
    return f"{type(problem).__name__}: {words}" if words else type(problem).__name__
