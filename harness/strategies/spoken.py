"""Bodies in the words of whichever exchange is played: from our pages, or as somebody's own exchange writes them.

An exchange that somebody described in a file has no page of ours. Its refusals are written by the dialect itself; its
successes are those of the dialect whose business it has.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.strategies import bodies
from harness.strategies.parameters import NOWHERE
from mockserver import Dialect, Profile, Refusal, Refused
from signer import Request

_TEXT = "TEXT"


def nowhere(dialect: Dialect) -> str:
    """Return a target of raw calls that leads to no endpoint."""
    return _of(NOWHERE, dialect)


def no_orders(dialect: Dialect) -> str:
    """Return a listing without an order."""
    return _of(bodies.NO_ORDERS, dialect)


def one_balance(dialect: Dialect) -> str:
    """Return balances of one currency; TOKEN stands for the amount."""
    return _of(bodies.ONE_BALANCE, dialect)


def note(dialect: Dialect) -> str:
    """Return a success that holds a text; TEXT stands for it."""
    return _of(bodies.NOTE, dialect)


def refusal(dialect: Dialect) -> tuple[int, str]:
    """Return a refusal in words: its status, and its body, in which TEXT stands for them."""
    if dialect.name in bodies.REFUSAL:
        return bodies.REFUSAL[dialect.name]
    return written(dialect, Refusal.REJECTED)


def odd_errors(dialect: Dialect, value: object) -> Sequence[tuple[int, str]]:
    """Return refusals in which a value stands where words or a code should: status and body."""
    if dialect.name in bodies.REFUSAL:
        return bodies.odd_errors(dialect.name, value)
    status, members = _members(dialect)
    return [(status, json.dumps({**members, name: value})) for name in members]


def errors_unheard_of(dialect: Dialect) -> Sequence[tuple[int, str]]:
    """Return refusals with members missing, in another order, or with a code that nobody knows."""
    if dialect.name in bodies.REFUSAL:
        return bodies.errors_unheard_of(dialect.name)
    status, members = _members(dialect)
    backwards = {name: members[name] for name in reversed(list(members))}
    next_year = {name: -987654 if isinstance(value, int) else "of next year" for name, value in members.items()}
    lacking = [{name: value for name, value in members.items() if name != gone} for gone in members]
    bodies_unheard_of: Sequence[object] = (backwards, next_year, *lacking, {}, [], None)
    return [(status, json.dumps(body)) for body in bodies_unheard_of]


def _of(table: Mapping[str, str], dialect: Dialect) -> str:
    return table.get(dialect.name) or table.get(dialect.like) or table["reference"]


def _members(dialect: Dialect) -> tuple[int, Mapping[str, object]]:
    status, body = written(dialect, Refusal.BAD_SIGNATURE)
    try:
        members = json.loads(body)
    except ValueError:
        members = None
    return status, members if isinstance(members, dict) else {}


def written(dialect: Dialect, what: Refusal) -> tuple[int, str]:
    """Have the dialect write a refusal whose words are TEXT; return its status and its body."""
    refused = Refused(refusal=what)
    row = replace(dialect.row(refused), text=_TEXT)
    request = Request(method="GET", target=b"/")
    answer = dialect.write_refusal(refused, row, Profile.DOCUMENTED, request, 0)
    return answer.status, answer.body.decode("utf-8", "backslashreplace")
