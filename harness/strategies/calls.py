"""Calls: what a client is asked to do, drawn inside what its dialect documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from harness.cases import Call, FromReply
from harness.setting import Setting
from harness.strategies import parameters, texts
from mockserver import Market, RawTarget

#: Operations that need a key.
PRIVATE = ("balances", "place_order", "cancel_order", "open_orders", "withdraw", "deposit_address", "raw")
#: Operations that need none.
PUBLIC = ("ticker", "order_book")
#: Operations that change something.
STATE_CHANGING = ("place_order", "cancel_order", "withdraw")
#: Private operations without an effect.
READS = ("balances", "open_orders", "deposit_address")

#: An address that every dialect takes.
ADDRESS = parameters.ADDRESS


def market_names(setting: Setting) -> Sequence[str]:
    """Return the markets of the dialect as the contract spells them."""
    return [market.name for market in setting.dialect.markets]


def markets(setting: Setting) -> SearchStrategy[Market]:
    """Draw a market; the first one is the simplest."""
    return st.sampled_from(list(setting.dialect.markets))


@st.composite
def orders(draw: st.DrawFn, setting: Setting, market: Market | None = None) -> Mapping[str, str]:
    """Draw the parameters of an order that rests in the book: inside steps, minimums and a rich account's means."""
    chosen = market or draw(markets(setting))
    side = draw(st.sampled_from(["buy", "sell"]))
    steps = int(chosen.opening_price / chosen.price_step)
    low, high = (max(steps // 4, 1), max(steps // 2, 1)) if side == "buy" else (steps * 2, steps * 4)
    price = draw(st.integers(low, high)) * chosen.price_step
    least = max(chosen.minimum_amount, chosen.minimum_total / price, chosen.amount_step)
    least_steps = int((least / chosen.amount_step).to_integral_value(rounding=ROUND_CEILING))
    amount = draw(st.integers(least_steps, least_steps * 20)) * chosen.amount_step
    return {"market": chosen.name, "side": side, "price": plain(price), "amount": plain(amount)}


def plain(number: Decimal) -> str:
    """Write a decimal without an exponent and without zeros at its end."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def resting_order(market: Market, side: str = "buy") -> Mapping[str, str]:
    """Return one modest order, far from the market, the same each time."""
    price = (market.opening_price / 2).quantize(market.price_step)
    least = max(market.minimum_amount, market.minimum_total / price, market.amount_step)
    steps = (least * 3 / market.amount_step).to_integral_value(rounding=ROUND_CEILING)
    if side == "sell":
        price = price * 4
    return {"market": market.name, "side": side, "price": plain(price), "amount": plain(steps * market.amount_step)}


def placing(setting: Setting, *, session: str = "a", label: str = "") -> SearchStrategy[Call]:
    """Draw a `place_order`."""
    return orders(setting).map(
        lambda params: Call(operation="place_order", params=params, session=session, label=label)
    )


def place(setting: Setting, *, session: str = "a", label: str = "", side: str = "buy") -> Call:
    """Return one plain `place_order` on the dialect's first market."""
    params = resting_order(setting.dialect.markets[0], side)
    return Call(operation="place_order", params=params, session=session, label=label)


def cancel(label: str, market: str, *, session: str = "a") -> Call:
    """Return the cancellation of an order placed by an earlier call."""
    params = {"order_id": FromReply(label=label, member="order_id"), "market": market}
    return Call(operation="cancel_order", params=params, session=session)


def cancel_unknown(setting: Setting, *, session: str = "a") -> Call:
    """Return the cancellation of an order that does not exist."""
    market = setting.dialect.markets[0].name
    return Call(operation="cancel_order", params={"order_id": "36000000999", "market": market}, session=session)


def withdraw(setting: Setting, *, session: str = "a") -> Call:
    """Return one plain withdrawal of a currency that the dialect knows."""
    return Call(
        operation="withdraw",
        params={"currency": withdrawable(setting), "amount": "0.5", "address": ADDRESS},
        session=session,
    )


def withdrawable(setting: Setting) -> str:
    """Return the currency that withdrawals are tried with."""
    bases = [market.base for market in setting.dialect.markets]
    return "BTC" if "BTC" in bases else bases[0]


def read(setting: Setting, *, session: str = "a") -> Call | None:
    """Return the plainest private call without an effect that the client promises; None where it promises none."""
    return next(iter(reads(setting, session=session)), None)


def reads(setting: Setting, *, session: str = "a") -> Sequence[Call]:
    """Return one plain call of every private operation without an effect that the client promises."""
    found: list[Call] = []
    if setting.can("balances"):
        found.append(Call(operation="balances", session=session))
    if setting.can("open_orders"):
        market = setting.dialect.markets[0].name
        found.append(Call(operation="open_orders", params={"market": market}, session=session))
    if setting.can("deposit_address"):
        found.append(Call(operation="deposit_address", params={"currency": withdrawable(setting)}, session=session))
    if not found and setting.can("raw"):
        found.append(raw(setting, {}, session=session))
    return found


def raw(setting: Setting, params: Mapping[str, object], *, method: str | None = None, session: str = "a") -> Call:
    """Return a `raw` call without an effect; with the first raw target of the method, or of any."""
    target = next(
        (entry for entry in setting.dialect.raw_targets if method is None or entry.method == method),
        setting.dialect.raw_targets[0],
    )
    inner = {"method": target.method, "target": target.target, "params": dict(params)}
    return Call(operation="raw", params=inner, session=session)


def raw_methods(setting: Setting) -> Sequence[str]:
    """Return the methods for which the dialect has a raw target."""
    return list(dict.fromkeys(target.method for target in setting.dialect.raw_targets))


def plain_calls(setting: Setting, *, session: str = "a") -> Sequence[Call]:
    """Return one plain call of every private operation that the client promises, save those that need an order."""
    found = list(reads(setting, session=session))
    if setting.can("place_order"):
        found.append(place(setting, session=session))
    if setting.can("withdraw"):
        found.append(withdraw(setting, session=session))
    if setting.can("raw"):
        found.extend(raw(setting, {}, method=method, session=session) for method in raw_methods(setting))
    return found


def private_calls(setting: Setting, *, session: str = "a") -> SearchStrategy[Call]:
    """Draw a private call of any operation that the client promises; calls without an effect are the simplest."""
    choices: list[SearchStrategy[Call]] = [st.sampled_from(list(plain_calls(setting, session=session)))]
    if setting.can("place_order"):
        choices.append(placing(setting, session=session))
    if setting.can("raw"):
        params = st.dictionaries(texts.names(), texts.words(), min_size=1, max_size=2)
        methods = st.sampled_from(raw_methods(setting))
        choices.append(
            st.builds(lambda method, drawn: raw(setting, drawn, method=method, session=session), methods, params)
        )
        choices.append(described_raw(setting, session=session))
    return st.one_of(choices)


def described_raw(setting: Setting, *, session: str = "a") -> SearchStrategy[Call]:
    """Draw a `raw` call to any raw target, with parameters as its endpoint describes them."""

    def to(target: RawTarget) -> SearchStrategy[Call]:
        def call(drawn: Mapping[str, str]) -> Call:
            inner = {"method": target.method, "target": target.target, "params": dict(drawn)}
            return Call(operation="raw", params=inner, session=session)

        return parameters.given(setting.dialect, target).map(call)

    return st.sampled_from(setting.dialect.raw_targets).flatmap(to)


def public_calls(setting: Setting, *, session: str = "a") -> Sequence[Call]:
    """Return one call of every public operation that the client promises, on every market."""
    found: list[Call] = []
    for market in market_names(setting):
        if setting.can("ticker"):
            found.append(Call(operation="ticker", params={"market": market}, session=session))
        if setting.can("order_book"):
            found.append(Call(operation="order_book", params={"market": market, "depth": 5}, session=session))
    return found
