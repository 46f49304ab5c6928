"""Every wrong client there is, in whichever language, and how it is started."""

from __future__ import annotations

import sys
from dataclasses import replace

from harness.catalogue import Requirement
from harness.drivers import Client, ObjectClient, ProgramClient
from harness.mutants import MISTAKES, Adapter, Mistake, adapter_with
from harness.mutants.foreign import FOREIGN, Foreign, available
from mockserver import is_dialect_file

WrongClient = Mistake | Foreign

#: All of them; names are unique.
WRONG_CLIENTS: tuple[WrongClient, ...] = (*MISTAKES, *FOREIGN)


def wrong_client_named(name: str) -> WrongClient:
    """Return a wrong client by its name.

    Raises:
        LookupError: There is none of that name.
    """
    for wrong in WRONG_CLIENTS:
        if wrong.name == name:
            return wrong
    raise LookupError(f"there is no wrong client {name!r}")


def language_of(wrong: WrongClient) -> str:
    """Return the language that a wrong client is written in."""
    return wrong.language if isinstance(wrong, Foreign) else "python"


def can_run(wrong: WrongClient) -> bool:
    """Tell whether a wrong client can be started on this machine."""
    return not isinstance(wrong, Foreign) or available(wrong.language)


def client_with(wrong: WrongClient, row: Requirement, dialect: str = "") -> Client:
    """Return a wrong client in the form that a row can look at, for an exchange by its name or by its file."""
    if isinstance(wrong, Foreign):
        return ProgramClient(argv=wrong.argv)
    if _as_a_program(wrong, row):
        return ProgramClient(argv=(*_program(dialect), "--mistake", wrong.name))
    return ObjectClient(reference=lambda: adapter_with(wrong))


def client_without(wrong: WrongClient, row: Requirement, dialect: str = "") -> Client:
    """Return the same client without its mistake: in the same language and form, with the same promises."""
    if isinstance(wrong, Foreign):
        return ProgramClient(argv=replace(wrong, name="").argv)
    if _as_a_program(wrong, row):
        return ProgramClient(argv=_program(dialect))
    features = wrong.features
    return ObjectClient(reference=lambda: Adapter(features=features))


def _program(dialect: str) -> tuple[str, ...]:
    """Return the command of our own client; of an exchange out of a file it is told where that is."""
    told = ("--dialect", dialect) if is_dialect_file(dialect) else ()
    return (sys.executable, "-m", "harness.mutants", *told)


def _as_a_program(wrong: Mistake, row: Requirement) -> bool:
    return row.needs_program or row.needs_watch or "in-process" not in wrong.forms
