"""What provokes a requirement, in the words of the strategies themselves."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Sequence

from harness.catalogue import Property
from harness.documents.tables import code

_VERB = re.compile(r"(?:Draw|Return)s? (?:a strategy of )?")


def provocations(prop: Property) -> list[tuple[str, str]]:
    """Return (when, what) for each source of cases of a property.

    Raises:
        LookupError: A strategy does not say what it does.
    """
    found = []
    if prop.fixed is not None:
        found.append(("first, each once" if prop.cases is not None else "each once", words_of(prop.fixed)))
    if prop.cases is not None:
        found.append((f"{prop.examples} drawn", words_of(prop.cases)))
    return found


def words_of(strategy: Callable[..., object]) -> str:
    """Return what a strategy's docstring says of its cases.

    A strategy that another function made of values has no docstring of its own: then that function's docstring is
    taken, and the values are told.

    Raises:
        LookupError: Neither of them says anything.
    """
    if strategy.__doc__:
        return _sentence(strategy.__doc__)
    name = getattr(strategy, "__qualname__", "").partition(".")[0]
    maker = getattr(sys.modules.get(strategy.__module__), name, None)
    if maker is None or not maker.__doc__:
        raise LookupError(f"{strategy.__module__}.{name} does not say what it draws")
    values = [told for value in inspect.getclosurevars(strategy).nonlocals.values() if (told := _told(value))]
    return "; ".join([_sentence(maker.__doc__), *values])


def _told(value: object) -> str:
    if callable(value):
        return _sentence(value.__doc__ or "")
    if isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(item, str) for item in value):
        return ", ".join(code(item) for item in value)
    return ""


def _sentence(docstring: str) -> str:
    first = " ".join(docstring.partition("\n\n")[0].split())
    return _VERB.sub("", first, count=1).removesuffix(".")
