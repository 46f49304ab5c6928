"""How answers are read: JSON without losing a digit, and members that may be absent or odd."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Protocol

from harness.mutants.failures import Failure, Origin, unreadable
from harness.mutants.messages import Answer, Json, Wanted

#: An exponent beyond this is no amount: written out it would fill the memory.
MOST_DIGITS = 500


class Talk(Protocol):
    """One operation's conversation with the exchange, as its speaker sees it."""

    def ask(self, wanted: Wanted) -> Json:
        """Send a request and return the parsed answer.

        Raises:
            Failure: The exchange says no, or nothing readable.
        """
        ...

    def mapping(self, value: Json) -> Mapping[str, Json]:
        """Return a JSON object; an empty list is an empty object."""
        ...

    def sequence(self, value: Json) -> Sequence[Json]:
        """Return a JSON array; an empty object, and null, is an empty array."""
        ...

    def remembered(self, name: str, wanted: Wanted) -> Json:
        """Return what a request answered, asking once for each session."""
        ...


def json_of(answer: Answer) -> Json:
    """Return an answer's body as JSON.

    Raises:
        Failure: It is none (of a kind that fits the status).
    """
    try:
        return json.loads(answer.body, parse_float=Decimal, parse_constant=_no_such_number)  # type: ignore[no-any-return]
    except (ValueError, InvalidOperation, RecursionError):
        shape = answer.headers.get("content-type", "no content type")
        raise unreadable(
            f"HTTP {answer.status}: the answer of {len(answer.body)} bytes ({shape}) is not JSON", answer.status
        ) from None


def _no_such_number(name: str) -> Json:
    raise ValueError(name)


def tolerant_mapping(value: Json) -> Mapping[str, Json]:
    """Return a JSON object; an empty list, and null, is an empty object.

    Raises:
        Failure: It is neither (kind `bad_response`).
    """
    if isinstance(value, Mapping):
        return value
    if value is None or (isinstance(value, list) and not value):
        return {}
    raise unreadable("the answer holds something else where an object is documented")


def tolerant_sequence(value: Json) -> Sequence[Json]:
    """Return a JSON array; an empty object, and null, is an empty array.

    Raises:
        Failure: It is neither (kind `bad_response`).
    """
    if isinstance(value, list):
        return value
    if value is None or (isinstance(value, Mapping) and not value):
        return []
    raise unreadable("the answer holds something else where an array is documented")


def member(value: Json, name: str) -> Json:
    """Return a member of an object.

    Raises:
        Failure: It is absent (kind `bad_response`).
    """
    if isinstance(value, Mapping) and name in value:
        return value[name]
    raise unreadable(f"the answer lacks {name!r}")


def item(value: Json, index: int) -> Json:
    """Return an item of an array.

    Raises:
        Failure: It is absent (kind `bad_response`).
    """
    if isinstance(value, list) and len(value) > index:
        return value[index]  # type: ignore[no-any-return]
    raise unreadable(f"the answer lacks an item {index}")


def decimal_text(value: Json) -> str:
    """Return a decimal as text without an exponent; a text that is one comes back as it is.

    Raises:
        Failure: It is no decimal (kind `bad_response`).
    """
    if isinstance(value, Decimal) and abs(value.adjusted()) <= MOST_DIGITS:
        return format(value, "f")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite() and abs(number.adjusted()) <= MOST_DIGITS:
            return format(number, "f") if "e" in value.lower() else value
    raise unreadable("the answer holds something else where a decimal is documented")


def identifier(value: Json) -> str:
    """Return an identifier as text, digit by digit.

    Raises:
        Failure: It is none (kind `bad_response`).
    """
    if isinstance(value, str | int) and not isinstance(value, bool) and str(value):
        return str(value)
    raise unreadable("the answer holds something else where an identifier is documented")


def text(value: Json) -> str:
    """Return a text.

    Raises:
        Failure: It is none (kind `bad_response`).
    """
    if isinstance(value, str):
        return value
    raise unreadable("the answer holds something else where a text is documented")


def refusal(kind: str, message: str, *, status: int, code: str = "", body: Json = None) -> Failure:
    """Return the failure for a refusal of the exchange, in the exchange's own words."""
    said = " ".join(part for part in (f"HTTP {status}", code, message) if part)
    return Failure(kind, said, origin=Origin.REFUSAL, status=status, code=code, body=body)


def as_plain(value: Json) -> object:
    """Return a JSON value whose numbers are what the standard library writes."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {name: as_plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_plain(inner) for inner in value]
    return value
