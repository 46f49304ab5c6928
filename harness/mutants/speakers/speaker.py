"""What a speaker is, and the few things that all of them do alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from harness.mutants.failures import Failure
from harness.mutants.messages import Json, Wanted
from harness.mutants.reading import Talk
from signer import Scheme

Params = Mapping[str, Json]
Speak = Callable[[Talk, Params], Json]

_PLAIN_DECIMAL = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """One dialect, from a client's side.

    Attributes:
        scheme: How it signs.
        operations: Operation of the contract to what is asked and how the answer is read.
        refusal: (status, parsed answer, what was wanted) to the failure it stands for; None for a success.
    """

    scheme: Scheme
    operations: Mapping[str, Speak]
    refusal: Callable[[int, Json, Wanted], Failure | None]


def given(params: Params, name: str) -> str:
    """Return a parameter as text.

    Raises:
        Failure: It is absent or not a text (kind `invalid_request`).
    """
    value = params.get(name)
    if isinstance(value, str) and value:
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise Failure("invalid_request", f"{name} is missing")


def optional(params: Params, name: str, spelled: str) -> tuple[tuple[str, Json], ...]:
    """Return a parameter under the exchange's name for it, or nothing where it was not given."""
    value = params.get(name)
    return () if value is None or value == "" else ((spelled, value),)


def own_id(row: Json, name: str) -> Mapping[str, Json]:
    """Return the client's own id of a listed order, where the exchange shows one."""
    shown = row.get(name) if isinstance(row, Mapping) else None
    return {"client_order_id": str(shown)} if shown not in (None, "", 0, "0") else {}


def amount(params: Params, name: str) -> str:
    """Return an amount or price as a plain decimal, digit by digit as it was given.

    Raises:
        Failure: It is not a decimal that an exchange could take (kind `invalid_request`).
    """
    text = given(params, name)
    if _PLAIN_DECIMAL.fullmatch(text):
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Failure("invalid_request", f"{name} is not a decimal number") from None
    if not number.is_finite() or number.is_signed():
        raise Failure("invalid_request", f"{name} must be a decimal number and not negative")
    return format(number, "f")


def side(params: Params) -> str:
    """Return `buy` or `sell`.

    Raises:
        Failure: It is neither (kind `invalid_request`).
    """
    value = given(params, "side")
    if value not in {"buy", "sell"}:
        raise Failure("invalid_request", "the side is neither buy nor sell")
    return value


def base_and_quote(params: Params) -> tuple[str, str]:
    """Return the two currencies of a market.

    Raises:
        Failure: It is not written BASE/QUOTE (kind `invalid_request`).
    """
    base, slash, quote = given(params, "market").partition("/")
    if not (base and slash and quote):
        raise Failure("invalid_request", "a market is written BASE/QUOTE")
    return base, quote


def depth(params: Params) -> int:
    """Return how many levels of the book are wanted.

    Raises:
        Failure: It is no positive integer (kind `invalid_request`).
    """
    value = params.get("depth", 10)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and int(value) > 0:
        return int(value)
    raise Failure("invalid_request", "the depth is not a positive integer")


def raw_pairs(params: Params) -> tuple[tuple[str, Json], ...]:
    """Return the parameters of a `raw` call in their order; those that are null are sent nowhere.

    Raises:
        Failure: They are no object (kind `invalid_request`).
    """
    inner = params.get("params", {})
    if not isinstance(inner, Mapping):
        raise Failure("invalid_request", "params is not an object")
    return tuple((name, value) for name, value in inner.items() if value is not None)


def levels(rows: Sequence[Json], read: Callable[[Json], tuple[str, str]], most: int) -> list[Json]:
    """Return rows of an order book as pairs of price and amount, at most so many."""
    return [list(read(row)) for row in rows[:most]]
