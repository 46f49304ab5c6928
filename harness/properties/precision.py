"""Amounts that no exchange takes: strategies and oracles of the family NUM for digits too many, and for nonsense."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness import arrivals
from harness.cases import Call, Case
from harness.drivers.driver import Hung, Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation, Record
from harness.properties.evidence import as_decimal, own_requests
from harness.properties.reporting import judged, marked, unsaid
from harness.setting import Setting
from harness.strategies import calls
from harness.strategies.calls import plain
from mockserver import Entry, Market

_NAMES = ("price", "amount")
#: What the contract calls a decimal string, as far as every language reads it alike.
_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)

# --- oracles


def nothing_rounded(case: Case, observation: Observation) -> Judgement:
    """A price or an amount with more digits than a market's step arrives as it was given, or not at all."""
    return _unchanged(case, observation, "AMOUNT-ROUNDED-SILENTLY")


def nonsense_not_mended(case: Case, observation: Observation) -> Judgement:
    """What is no amount arrives as it was given, or not at all, and never as an amount."""
    return _unchanged(case, observation, "NONSENSE-MENDED")


def _unchanged(case: Case, observation: Observation, code: str) -> Judgement:
    tried = 0
    for record in judged(observation):
        if (unseen := unsaid(record)) is not None:
            return unseen
        if isinstance(record.reply, Hung):
            return Unseen(reason="the call hung")
        for entry in own_requests(record):
            if (changed := _another(record, _arrived(observation, entry))) is not None:
                name, given, sent = changed
                return Broken(
                    summary=f"{name} {given!a} was asked, and {sent} was sent.",
                    diagnosis=(code,),
                    culprits=(entry,),
                    consequence="An order stands that nobody asked for."
                    if entry.effects and isinstance(record.reply, Succeeded)
                    else "",
                )
        tried += 1
    return Held(seen={"provocations": tried}) if tried else Unseen(reason="no call was made")


def _arrived(observation: Observation, entry: Entry) -> Sequence[object]:
    try:
        return [value for value in arrivals.numbers(observation.setting, entry).values() if value not in ("", None)]
    except arrivals.Unreadable:
        return []


def _another(record: Record, arrived: Sequence[object]) -> tuple[str, object, object] | None:
    """Return what was asked and arrived as another number: its name, its value, and what came in its place.

    Names differ from exchange to exchange, so a request's numbers are held against all that were given.
    """
    given = {name: record.call.params[name] for name in _NAMES if name in record.call.params}
    left = dict(given)
    strange = []
    for value in arrived:
        name = next((name for name, wanted in left.items() if _the_same(wanted, value)), None)
        if name is None:
            strange.append(value)
        else:
            del left[name]
    numbers = [value for value in strange if as_decimal(value) is not None]
    if not (numbers and left):
        return None
    name, wanted = next(iter(left.items()))
    return name, wanted, numbers[0]


def _the_same(wanted: object, arrived: object) -> bool:
    if str(arrived) == str(wanted):
        return True
    one, two = as_decimal(wanted), as_decimal(arrived)
    return one is not None and one == two


# --- strategies


def digits_too_many(setting: Setting) -> Sequence[Case]:
    """Return orders on every market whose amount, or whose price, has digits beyond the step: a few, and many."""
    found: list[Case] = []
    for market in setting.dialect.markets:
        order = calls.resting_order(market)
        for name, step in (("amount", market.amount_step), ("price", market.price_step)):
            for beyond in ("0.4", "0.5", "0.999999"):
                value = Decimal(order[name]) + step * Decimal(beyond)
                found.append(_order(order, name, plain(value)))
    return found


def drawn_digits(setting: Setting) -> SearchStrategy[Case]:
    """Draw orders whose amount, or whose price, has one to ten digits beyond the step."""

    def order(market: Market, name: str, digits: int) -> Case:
        whole = calls.resting_order(market)
        step = market.amount_step if name == "amount" else market.price_step
        places = len(str(digits))
        return _order(whole, name, plain(Decimal(whole[name]) + step * Decimal(digits).scaleb(-places)))

    return st.builds(order, calls.markets(setting), st.sampled_from(_NAMES), st.integers(1, 10**10).filter(_odd_end))


def _odd_end(digits: int) -> bool:
    return digits % 10 != 0


#: What is no amount, and what careless conversions make of it.
NONSENSE = (
    "0",
    "0.00000000",
    "-1",
    "-0.5",
    "NaN",
    "nan",
    "Infinity",
    "-Infinity",
    "abc",
    "1abc",
    "1,5",
    "1.5.5",
    "0x10",
    "--1",
    "1 000",
    "½",
)


def nonsense(setting: Setting) -> Sequence[Case]:
    """Return orders for nothing, for less than nothing, and for what is no number."""
    order = calls.resting_order(setting.dialect.markets[0])
    return [_order(order, name, value) for value in NONSENSE for name in _NAMES]


def _order(params: Mapping[str, str], name: str, value: str) -> Case:
    odd = _PLAIN.fullmatch(value) is None
    call = Call(operation="place_order", params={**params, name: value}, beyond_contract=odd)
    return Case(steps=(marked(call),))
