"""All rows, in the order in which they are tried and printed."""

from __future__ import annotations

from functools import cache

from harness.catalogue import (
    canon,
    conc,
    conn,
    cred,
    enc,
    err,
    nonce,
    num,
    ops,
    parse,
    pers,
    rate,
    redir,
    retry,
    secr,
    sign,
    size,
    time,
    tls,
)
from harness.catalogue.requirement import Requirement
from harness.errors import UsageError

#: One module a family, in the catalogue's order.
FAMILIES = (
    *(sign, canon, enc, cred, nonce, time, conc, pers, err, retry),
    *(conn, tls, redir, secr, num, parse, ops, rate, size),
)


@cache
def requirements() -> tuple[Requirement, ...]:
    """Return every built requirement."""
    return tuple(row for family in FAMILIES for row in family.ROWS)


def requirement(identifier: str) -> Requirement:
    """Return one requirement.

    Raises:
        UsageError: There is none of that id.
    """
    for row in requirements():
        if row.id == identifier.upper():
            return row
    raise UsageError(f"no requirement is called {identifier}; `noncense requirements` lists them")
