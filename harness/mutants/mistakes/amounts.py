"""Mistakes of amounts that no exchange takes: the family NUM, for digits too many and for nonsense."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal, InvalidOperation

from harness.mutants.knobs import Knobs
from harness.mutants.messages import Account, Json
from harness.mutants.mistakes.mistake import Mistake
from mockserver import Market, dialect_named

_LEADING_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_NAMES = ("price", "amount")


def _cut_to_the_step() -> Knobs:
    markets: dict[str, Market] = {}

    def opened(account: Account) -> None:
        markets.update({market.name: market for market in dialect_named(account.dialect).markets})

    def intent(operation: str, params: Mapping[str, Json]) -> Mapping[str, Json]:
        market = markets.get(str(params.get("market")))
        if operation != "place_order" or market is None:
            return params
        steps = {"price": market.price_step, "amount": market.amount_step}
        return {**params, **{name: _cut(params.get(name), step) for name, step in steps.items()}}

    return Knobs(opened=opened, intent=intent)


def _cut(value: Json, step: Decimal) -> Json:
    try:
        number = Decimal(str(value))
        steps = (number / step).to_integral_value(rounding=ROUND_DOWN)
    except InvalidOperation:
        return value
    return value if steps * step == number else format(steps * step, "f")


def _leading_number(operation: str, params: Mapping[str, Json]) -> Mapping[str, Json]:
    if operation != "place_order":
        return params
    return {**params, **{name: _parsed(str(params[name])) for name in _NAMES if name in params}}


def _parsed(text: str) -> str:
    found = _LEADING_NUMBER.search(text)
    return found[0] if found else text


def _eight_places(operation: str, params: Mapping[str, Json]) -> Mapping[str, Json]:
    if operation != "place_order":
        return params
    return {**params, **{name: _rounded(str(params[name])) for name in _NAMES if name in params}}


def _rounded(text: str) -> str:
    places = len(text.partition(".")[2])
    return f"{float(text):.8f}" if _LEADING_NUMBER.fullmatch(text) and places > 8 else text


def _least_for_nothing(operation: str, params: Mapping[str, Json]) -> Mapping[str, Json]:
    def mended(text: str) -> str:
        return "0.001" if _LEADING_NUMBER.fullmatch(text) and not Decimal(text) else text

    if operation != "place_order":
        return params
    return {**params, **{name: mended(str(params[name])) for name in _NAMES if name in params}}


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        name="digits-cut-to-the-step",
        kills="NUM-003",
        diagnoses=("AMOUNT-ROUNDED-SILENTLY",),
        summary="Digits beyond a market's step are cut off without a word.",
        knobs=_cut_to_the_step,
        collateral=("NUM-006", "ERR-007"),
    ),
    Mistake(
        name="amounts-to-eight-places",
        kills="NUM-003",
        diagnoses=("AMOUNT-ROUNDED-SILENTLY",),
        summary="Prices and amounts are rounded to eight places, whatever the market.",
        knobs=lambda: Knobs(intent=_eight_places),
        collateral=("NUM-*",),
    ),
    Mistake(
        name="nothing-is-the-least",
        kills="NUM-006",
        diagnoses=("NONSENSE-MENDED",),
        summary="An amount of nothing becomes a small one.",
        knobs=lambda: Knobs(intent=_least_for_nothing),
        collateral=("ERR-007",),
    ),
    Mistake(
        name="numbers-picked-out-of-text",
        kills="NUM-006",
        diagnoses=("NONSENSE-MENDED",),
        summary="Of a text that is no amount, whatever looks like one is sent.",
        knobs=lambda: Knobs(intent=_leading_number),
        collateral=("NUM-*", "ERR-007"),
    ),
)
