"""Money as it travels: strategies and oracles of the family NUM."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness import arrivals
from harness.cases import Call, Case, KeyPlan
from harness.drivers.driver import Succeeded
from harness.judging import Broken, Held, Judgement, Unseen
from harness.observation import Observation
from harness.properties.evidence import as_decimal, enough, own_requests, untried
from harness.setting import Setting
from harness.strategies import calls
from harness.strategies.calls import plain
from mockserver import Entry, Market

PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
#: Decimal texts of which binary floats make something else.
TREACHEROUS = ("0.1", "0.2", "0.3", "0.7", "1.1", "2.675", "0.00000001", "0.00001", "1.0E-7", "4.35", "0.29")


# --- oracles


def values_kept(case: Case, observation: Observation) -> Judgement:
    """Prices and amounts arrive as plain decimals equal to what was asked."""
    seen: Counter[str] = Counter()
    for record in observation.records:
        asked = {Decimal(str(record.call.params[name])) for name in ("price", "amount") if name in record.call.params}
        for entry in own_requests(record):
            arrived = _numbers(observation, entry)
            for name, value in arrived.items():
                number = as_decimal(value)
                if number is None or number not in asked:
                    return Broken(
                        summary=f"{_asked(record.call)} was asked; {name}={value} arrived.",
                        diagnosis=_mistake(value),
                        culprits=(entry,),
                        consequence="An order for another amount or at another price is placed.",
                    )
                if isinstance(value, str) and not PLAIN.fullmatch(value):
                    return _misspelled(name, value, entry)
                seen["values"] += 1
    return enough(observation, seen)


def _asked(call: Call) -> str:
    return " and ".join(f"{name} {call.params[name]}" for name in ("price", "amount") if name in call.params)


def _numbers(observation: Observation, entry: Entry) -> Mapping[str, object]:
    try:
        found = arrivals.numbers(observation.setting, entry)
    except arrivals.Unreadable:
        return {}
    return {name: value for name, value in found.items() if value not in ("", None)}


def _mistake(value: object) -> tuple[str, ...]:
    text = str(value)
    if "," in text:
        return ("DECIMAL-COMMA",)
    if "e" in text.lower():
        return ("AMOUNT-IN-SCIENTIFIC-NOTATION",)
    return ("AMOUNT-ROUNDED-BY-FLOAT",)


def _misspelled(name: str, value: str, entry: Entry) -> Broken:
    return Broken(
        summary=f"{name} was sent as {value}, not as a plain decimal.",
        diagnosis=_mistake(value) if "e" in value.lower() or "," in value else ("AMOUNT-MISSPELLED",),
        culprits=(entry,),
    )


def spelled_plainly(case: Case, observation: Observation) -> Judgement:
    """No exponent, separator, comma, NaN, Infinity or sign is sent."""
    seen: Counter[str] = Counter()
    for _view, entry in observation.private():
        for name, value in _numbers(observation, entry).items():
            text = _as_written(entry, name) if not isinstance(value, str) else value
            if not PLAIN.fullmatch(text):
                return _misspelled(name, text, entry)
            seen["values"] += 1
    return enough(observation, seen)


def _as_written(entry: Entry, name: str) -> str:
    """Return a JSON number with the digits as they stood in the body."""
    found = re.search(rb'"' + re.escape(name.encode()) + rb'"\s*:\s*([^,}\s]+)', entry.request.body)
    return found[1].decode("latin-1") if found else ""


def balances_exact(case: Case, observation: Observation) -> Judgement:
    """Decimals in answers come back exactly, as text."""
    expected = case.about["balances"]
    assert isinstance(expected, Mapping)  # noqa: S101
    seen: Counter[str] = Counter()
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
        if not isinstance(record.reply, Succeeded):
            return Broken(summary="balances failed although the exchange answered.", culprits=record.entries)
        value = record.reply.value
        if not isinstance(value, Mapping):
            return Broken(summary=f"balances returned {type(value).__name__}, not an object.", culprits=record.entries)
        for currency, amount in expected.items():
            got = value.get(currency)
            if got is None and Decimal(amount) == 0:
                continue
            if not isinstance(got, str):
                return Broken(
                    summary=f"The balance of {currency} came back as {got!r}, not as decimal text.",
                    diagnosis=("AMOUNT-AS-FLOAT",) if isinstance(got, float) else ("AMOUNT-NOT-TEXT",),
                    culprits=record.entries,
                )
            if as_decimal(got) != Decimal(amount):
                return Broken(
                    summary=f"The balance of {currency} is {amount}; the client says {got}.",
                    diagnosis=("AMOUNT-ROUNDED-BY-FLOAT",),
                    culprits=record.entries,
                )
            seen["values"] += 1
    return Held(seen=seen) if seen else Unseen(reason="no balance was compared")


def identifiers_exact(case: Case, observation: Observation) -> Judgement:
    """Order ids beyond 2^53 survive, in the answer to the order and in the listing."""
    true_ids = {str(order.order_id) for order in observation.key.orders}
    seen = 0
    for record in observation.records:
        if (unseen := untried(record)) is not None:
            return unseen
        if not isinstance(record.reply, Succeeded):
            continue
        for got in _ids(record.reply.value):
            if got not in true_ids:
                return Broken(
                    summary=f"The client reports order id {got}; the exchange gave {' or '.join(sorted(true_ids))}.",
                    diagnosis=("IDENTIFIER-ROUNDED",),
                    culprits=record.entries,
                    consequence="The order cannot be cancelled: its id belongs to nobody, or to another order.",
                )
            seen += 1
    return Held(seen={"identifiers": seen}) if seen else Unseen(reason="no identifier came back")


def _ids(value: object) -> Sequence[str]:
    if isinstance(value, Mapping):
        return [str(value["order_id"])] if "order_id" in value else []
    if isinstance(value, list | tuple):
        return [str(item["order_id"]) for item in value if isinstance(item, Mapping) and "order_id" in item]
    return []


# --- strategies


def edge_orders(setting: Setting) -> SearchStrategy[Case]:
    """Draw orders with amounts and prices that floats spell badly, on the market's steps."""
    return st.sampled_from(list(setting.dialect.markets)).flatmap(
        lambda market: _edge_order(market).map(
            lambda params: Case(steps=(Call(operation="place_order", params=params),))
        )
    )


def _edge_order(market: Market) -> SearchStrategy[Mapping[str, str]]:
    price_step, amount_step = market.price_step, market.amount_step
    treacherous = [Decimal(text) for text in TREACHEROUS]
    amounts = st.one_of(
        st.sampled_from([amount_step, amount_step * 3, amount_step * 10, amount_step * 123]),
        st.sampled_from([number for number in treacherous if number % amount_step == 0] or [amount_step]),
        st.integers(1, 10**9).map(lambda steps: steps * amount_step),
    )
    prices = st.one_of(
        st.sampled_from([number for number in treacherous if number % price_step == 0] or [price_step]),
        st.integers(1, 10**6).map(lambda steps: steps * price_step),
    )

    def order(amount: Decimal, price: Decimal, side: str, zeros: int) -> Mapping[str, str]:
        needed = max(market.minimum_amount, amount)
        if price * needed < market.minimum_total:
            price = (market.minimum_total / needed / price_step).to_integral_value(rounding=ROUND_CEILING) * price_step
        if price > market.opening_price * 2:
            price = market.opening_price.quantize(price_step)
            least = (market.minimum_total / price / amount_step).to_integral_value(rounding=ROUND_CEILING) * amount_step
            needed = max(needed, least)
        side = "sell" if price > market.opening_price else side
        text = plain(needed)
        return {"market": market.name, "side": side, "price": plain(price), "amount": _padded(text, zeros)}

    return st.builds(order, amounts, prices, st.sampled_from(["buy", "sell"]), st.sampled_from([0, 0, 1, 2]))


def _padded(text: str, zeros: int) -> str:
    """Write zeros at the end of a fraction, as long as it keeps within eight places."""
    whole, point, fraction = text.partition(".")
    if not point or len(fraction) + zeros > 8:
        return text
    return f"{whole}.{fraction}{'0' * zeros}"


def smallest_orders(setting: Setting) -> Sequence[Case]:
    """Return an order for the smallest amount of each market, and one for a treacherous one."""
    found = []
    for market in setting.dialect.markets:
        for amount in (market.amount_step, market.amount_step * 3):
            price = market.opening_price
            params = {"market": market.name, "side": "sell", "price": plain(price), "amount": plain(amount)}
            found.append(Case(steps=(Call(operation="place_order", params=params),)))
    return found


def rich_keys(setting: Setting) -> SearchStrategy[Case]:
    """Draw balances of up to twenty digits."""
    market = setting.dialect.markets[0]
    amounts = st.one_of(
        st.sampled_from(["0.00000001", "123456789012.12345678", "999999999999.99999999", "0.1", "0.30000000", "1e-8"]),
        st.integers(0, 10**20 - 1).map(lambda units: plain(Decimal(units).scaleb(-8))),
    ).map(lambda text: format(Decimal(text), "f"))

    def case(base: str, quote: str) -> Case:
        balances = {market.base: base, market.quote: quote}
        return Case(
            steps=(Call(operation="balances"),), keys=(KeyPlan(balances=balances),), about={"balances": balances}
        )

    return st.builds(case, amounts, amounts)


def big_identifiers(setting: Setting) -> Sequence[Case]:
    """Return orders whose ids no double can hold."""
    market = setting.dialect.markets[0].name
    steps: list[Call] = [calls.place(setting)]
    if setting.can("open_orders"):
        steps.append(Call(operation="open_orders", params={"market": market}))
    starts = (2**53 + 1, 507_056_272_792_275_001, 9_007_199_254_740_993_001)
    return [
        Case(steps=tuple(steps), keys=(KeyPlan(order_id_start=start),), axis=f"ids from {start}") for start in starts
    ]
