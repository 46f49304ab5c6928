"""Finds the adapter that a reference names."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import traceback
from pathlib import Path
from types import ModuleType

from harness.drivers.clients import ObjectClient, ProgramClient
from harness.errors import AdapterFault, UsageError

#: What an adapter file or module calls its adapter, unless the reference says otherwise.
USUAL_NAME = "ADAPTER"


def load(reference: object) -> object:
    """Return the adapter that a reference names; a file is read anew each time.

    Args:
        reference: `path/to/adapter.py` or `path/to/adapter.py:NAME`; `package.module:NAME`; an adapter, or a callable
            that makes one.

    Raises:
        UsageError: There is no such file, module or name.
        AdapterFault: `raised`: the file or the module raised an exception of its own.
    """
    found = _named(reference) if isinstance(reference, str) else reference
    if callable(found) and (isinstance(found, type) or not hasattr(found, "open")):
        try:
            return found()
        except (Exception, SystemExit) as error:
            raise raised(f"making the adapter by {getattr(found, '__name__', 'a callable')}", error) from error
    return found


def is_reloadable(reference: object) -> bool:
    """Tell whether loading again makes a new adapter rather than handing out the same one."""
    if isinstance(reference, str):
        return _split(reference)[0].endswith(".py")
    return isinstance(reference, type) or (callable(reference) and not hasattr(reference, "open"))


def program_of(client: ObjectClient) -> ProgramClient | None:
    """Return the program that serves the same adapter, or None where no reference leads a child process to it.

    An object is found again when a variable of its class's module holds it.
    """
    reference = client.reference
    if not isinstance(reference, str):
        found = _variable_of(reference)
        if found is None:
            return None
        reference = found
    return ProgramClient(argv=(sys.executable, "-m", "harness.drivers", reference))


def raised(doing: str, error: BaseException) -> AdapterFault:
    """Make the fault of an adapter that raised an exception of its own."""
    text = "".join(traceback.format_exception(error))
    return AdapterFault("raised", f"{doing}: {type(error).__name__}: {error}", text[-4_000:])


def _named(reference: str) -> object:
    place, name = _split(reference)
    module = _module_of_file(Path(place)) if place.endswith(".py") else _module(place, reference)
    found: object = module
    for part in name.split("."):
        if not hasattr(found, part):
            raise UsageError(f"{place} defines no {name}")
        found = getattr(found, part)
    return found


def _split(reference: str) -> tuple[str, str]:
    place, colon, name = reference.rpartition(":")
    if not colon or name.endswith(".py") or os.sep in name:
        return reference, USUAL_NAME
    return place, name


def _module(name: str, reference: str) -> ModuleType:
    if not all(part.isidentifier() for part in name.split(".")):
        raise UsageError(
            f"{reference} is neither a file that ends in .py nor package.module:NAME; a program goes after --"
        )
    if Path(reference).is_file():
        raise UsageError(f"{reference} does not end in .py; a program goes after --")
    _look_in(Path.cwd())
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            raise UsageError(f"there is no module {name}") from error
        raise raised(f"importing {name}", error) from error
    except (Exception, SystemExit) as error:
        raise raised(f"importing {name}", error) from error


def _module_of_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise UsageError(f"there is no file {path}")
    path = path.resolve()
    _look_in(path.parent)
    name = f"noncense_adapter_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickles look their module up
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise raised(f"loading {path.name}", error) from error
    return module


def _look_in(folder: Path) -> None:
    """Let a module be found that stands in this folder, as it is when Python runs a file of it."""
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def _variable_of(wanted: object) -> str | None:
    if isinstance(wanted, type):
        holder, names = sys.modules.get(wanted.__module__), [wanted.__qualname__]
        names = [name for name in names if "<" not in name]
    else:
        holder = sys.modules.get(type(wanted).__module__)
        names = [name for name, value in vars(holder).items() if value is wanted] if holder else []
    file = getattr(holder, "__file__", None)
    return f"{file}:{names[0]}" if file and file.endswith(".py") and names else None
