"""Which mistakes can be made on an exchange of somebody's own: told by its scheme, for no mistake knows its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.catalogue import Requirement
from harness.mutants.foreign import Foreign
from harness.mutants.mistakes.mistake import ALL, RANDOM, RISING, STAMPED, WINDOWED
from harness.proving.wrong_clients import WrongClient
from mockserver import Dialect, dialect_named, is_dialect_file
from signer import Kind

#: Where a mistake can be made, as mistakes say it, to what that means of an exchange.
_MEANS: Mapping[tuple[str, ...], Callable[[Dialect], bool]] = {
    ALL: lambda dialect: True,
    RISING: lambda dialect: Kind.RISING_NONCE in dialect.scheme.kinds,
    RANDOM: lambda dialect: Kind.SINGLE_USE_NONCE in dialect.scheme.kinds,
    STAMPED: lambda dialect: dialect.scheme.time_rule is not None,
    WINDOWED: lambda dialect: (rule := dialect.scheme.time_rule) is not None and rule.largest_past_ms is not None,
}


def can_be_made(wrong: WrongClient, row: Requirement, dialect: str) -> bool:
    """Tell whether a mistake can be made on an exchange, and whether its requirement binds clients there.

    Args:
        wrong: Whose mistake it is; programs in other languages speak our exchanges alone.
        row: The requirement that must catch it.
        dialect: A name, or the file that describes an exchange of somebody's own.
    """
    if not is_dialect_file(dialect):
        return dialect in wrong.dialects
    if isinstance(wrong, Foreign) or not wrong.travels:
        return False
    described = dialect_named(dialect)
    means = _MEANS.get(wrong.dialects)
    return means is not None and means(described) and row.application(described).level is not None
