"""Answers made larger than any that an exchange of a few orders would give, and no less right."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from harness.beside.messages import Message

#: So many blanks are put into an answer.
PADDING = 5 * 1024 * 1024
#: So many orders a list of one is made of.
CROWD = 20_000


def padded(answer: Message) -> Message:
    """Return an answer with blanks behind its first bracket, where JSON may have as many as it likes."""
    return _with_body(answer, answer.body[:1] + b" " * PADDING + answer.body[1:])


def crowded(answer: Message) -> Message:
    """Return an answer whose first list of one object holds twenty thousand, each with numbers of its own.

    An answer without such a list comes as it is.
    """
    try:
        whole = json.loads(answer.body)
    except ValueError:
        return answer
    for found in _lists(whole):
        if len(found) == 1 and isinstance(found[0], dict):
            found[:] = [_renumbered(found[0], number) for number in range(CROWD)]
            return _with_body(answer, json.dumps(whole, separators=(",", ":")).encode())
    return answer


def _lists(value: object) -> Iterator[list[object]]:
    if isinstance(value, list):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        yield from _lists(one)


def _renumbered(order: Mapping[str, object], number: int) -> dict[str, object]:
    """Return an order under another number: whatever is a whole number and called one is raised."""
    return {name: _raised(value, number) if _is_number(name) else value for name, value in order.items()}


def _is_number(name: str) -> bool:
    return name.lower().endswith(("id", "number"))


def _raised(value: object, by: int) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value + by
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return str(int(value) + by)
    return value


def _with_body(answer: Message, body: bytes) -> Message:
    head = answer.without(b"content-length", b"transfer-encoding")
    headers = (*head.headers, b"Content-Length: %d" % len(body))
    return Message(first=head.first, headers=headers, body=body)
