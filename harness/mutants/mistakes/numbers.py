"""Mistakes of amounts, identifiers and meaning: the families NUM and OPS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from harness.mutants.knobs import Knobs
from harness.mutants.messages import Json, Wanted
from harness.mutants.mistakes.mistake import Mistake

#: What goes with orders of another size than was asked for.
OTHER_ORDERS = ("NUM-*", "OPS-*", "SIGN-*", "CONC-003", "CONC-006", "RETRY-*", "ERR-*", "PARSE-*", "CONN-*", "NONCE-*")


#: What the exchanges call a price or an amount.
NUMBERS = frozenset({"price", "rate", "amount", "quantity", "volume"})


def spelled(change: Callable[[str], str]) -> Callable[[], Knobs]:
    """Return a client that spells prices and amounts in a way of its own."""

    def wanted(right: Wanted) -> Wanted:
        pairs = tuple(
            (name, change(value) if name in NUMBERS and isinstance(value, str) and right.operation != "raw" else value)
            for name, value in right.pairs
        )
        return replace(right, pairs=pairs)

    return lambda: Knobs(wanted=wanted)


def _few_digits(text: str) -> str:
    return format(float(text), ".4f")


def _sell_is_buy(operation: str, params: Mapping[str, Json]) -> Mapping[str, Json]:
    return {**params, "side": "buy"} if operation == "place_order" else params


def _sides_swapped(operation: str, params: Mapping[str, Json]) -> Mapping[str, Json]:
    if operation != "place_order":
        return params
    return {**params, "side": {"buy": "sell", "sell": "buy"}.get(str(params.get("side")), "buy")}


def _floats(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {name: inner if name == "order_id" else _floats(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_floats(inner) for inner in value]
    try:
        return str(float(Decimal(value))) if isinstance(value, str) else value
    except (InvalidOperation, OverflowError):
        return value


def _answers_as_floats(operation: str, value: Json) -> Json:
    return value if operation in {"raw", "deposit_address"} else _floats(value)


def _ids_as_floats(operation: str, value: Json) -> Json:
    if isinstance(value, Mapping):
        return {name: _id(inner) if name == "order_id" else inner for name, inner in value.items()}
    if isinstance(value, list):
        return [_ids_as_floats(operation, inner) for inner in value]
    return value


def _id(value: Json) -> Json:
    return str(int(float(value))) if isinstance(value, str) and value.isdigit() else value


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="amounts-rounded",
        kills="NUM-001",
        diagnoses=("AMOUNT-ROUNDED-BY-FLOAT",),
        summary="Prices and amounts are sent with four decimals.",
        knobs=spelled(_few_digits),
        collateral=OTHER_ORDERS,
    ),
    Mistake(
        name="exponents-sent",
        kills="NUM-002",
        diagnoses=("AMOUNT-IN-SCIENTIFIC-NOTATION",),
        summary="Small amounts are sent with an exponent.",
        knobs=spelled(lambda text: str(float(text))),
        collateral=OTHER_ORDERS,
    ),
    Mistake(
        name="answers-as-floats",
        kills="NUM-004",
        diagnoses=("AMOUNT-ROUNDED-BY-FLOAT",),
        summary="Decimals of answers pass through floats.",
        knobs=lambda: Knobs(result=_answers_as_floats),
        collateral=("NUM-*", "PARSE-*"),
    ),
    Mistake(
        name="ids-as-floats",
        kills="NUM-005",
        diagnoses=("IDENTIFIER-ROUNDED",),
        summary="Identifiers pass through floats.",
        knobs=lambda: Knobs(result=_ids_as_floats),
        collateral=("NUM-*", "CONC-*", "ERR-*", "OPS-*", "RETRY-*", "SIGN-*"),
    ),
    Mistake(
        name="sells-are-buys",
        kills="OPS-001",
        diagnoses=("EFFECT-NOT-AS-ASKED",),
        summary="Every order is a buy.",
        knobs=lambda: Knobs(intent=_sell_is_buy),
        collateral=("OPS-*", "CONC-003", "NUM-*", "ERR-*"),
    ),
    Mistake(
        name="sides-swapped",
        kills="OPS-001",
        diagnoses=("EFFECT-NOT-AS-ASKED",),
        summary="Buys are sells and sells are buys.",
        knobs=lambda: Knobs(intent=_sides_swapped),
        collateral=("OPS-*", "CONC-*", "NUM-*", "ERR-*", "RETRY-*"),
    ),
)
