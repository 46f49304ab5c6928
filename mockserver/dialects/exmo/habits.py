"""EXMO's habits: what changed over the years, and where its documents and reports from live accounts part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from mockserver.core.dialect import Dialect, RateRule
from mockserver.core.endpoint import Endpoint, Handler
from mockserver.core.habits import Habit
from mockserver.core.shapes import Shape, ShapeKind, decimal, either, record
from mockserver.dialects.exmo import listings, movements, wallet
from mockserver.dialects.exmo.answers import in_order
from mockserver.dialects.exmo.routes import routing

#: What the limiter of the wallet counted, before 2020-04-29 (facts 1.6).
_WALLET_CALLS = frozenset({"wallet_history", "v1/wallet_history"})


def _deals(dialect: Dialect, choice: str) -> Dialect:
    return _with(
        dialect,
        {
            "v1/user_trades": listings.user_trades(listings.deals_v1_as_text, most=10_000),
            "v1/order_trades": listings.order_trades(listings.deals_v1_as_text),
        },
        reshaped=_amounts_as_text,
    )


def _nothing_cancelled(dialect: Dialect, choice: str) -> Dialect:
    handlers: dict[str, Handler] = {
        endpoint.name: listings.object_for_none(endpoint.handler)
        for endpoint in dialect.endpoints
        if endpoint.name in ("user_cancelled_orders", "v1/user_cancelled_orders")
    }
    return _with(dialect, handlers, reshaped=lambda shape: either(shape, record()))


def _addresses(dialect: Dialect, choice: str) -> Dialect:
    return _with(dialect, dict.fromkeys(("deposit_address", "v1/deposit_address"), wallet.no_deposit_address))


def _operations(dialect: Dialect, choice: str) -> Dialect:
    return _with(dialect, {"wallet_operations": movements.wallet_operations(newer=True)})


def _key_order(dialect: Dialect, choice: str) -> Dialect:
    return replace(dialect, write_refusal=in_order(choice))


def _rate(dialect: Dialect, choice: str) -> Dialect:
    slow = RateRule(calls=10, per="address", window_ms=60_000, variant="wallet")
    endpoints = tuple(
        replace(endpoint, rate=slow) if endpoint.name in _WALLET_CALLS else endpoint for endpoint in dialect.endpoints
    )
    rate = RateRule(calls=180, per="address_and_account", public_too=True, window_ms=60_000)
    return replace(dialect, rate=rate, endpoints=endpoints, route=routing(endpoints))


HABITS: tuple[Habit, ...] = (
    Habit(
        name="deals",
        choices=("numbers", "text"),
        words="How version 1 spells the amounts of deals: the documents print numbers, a live test saw text.",
        wear=_deals,
        observed="text",
        source="EXMO facts 4.7, 6.2",
    ),
    Habit(
        name="nothing_cancelled",
        choices=("list", "object"),
        words="What a list of no cancelled orders is: `[]`, or `{}` as a live account of version 1 answered.",
        wear=_nothing_cancelled,
        observed="object",
        source="EXMO facts 4.8, 6.1",
    ),
    Habit(
        name="addresses",
        choices=("made", "none"),
        words="Whether addresses were made for the accounts; where none was, `deposit_address` answers `[]`.",
        wear=_addresses,
        source="EXMO facts 4.10",
    ),
    Habit(
        name="operations",
        choices=("short", "long"),
        words="Whether items of `wallet_operations` have the members that only newer answers were seen to have.",
        wear=_operations,
        source="EXMO facts 4.17",
    ),
    Habit(
        name="key_order",
        choices=("mixed", "result", "error"),
        words="Which member of a refusal comes first: as it was seen, method by method, or always the same.",
        wear=_key_order,
        source="EXMO facts 2.1, 7",
    ),
    Habit(
        name="rate",
        choices=("second", "minute"),
        words="Ten calls in a second, or 180 in a minute and ten of `wallet_history` as in earlier years.",
        wear=_rate,
        source="EXMO facts 1.6",
    ),
)


def _with(
    dialect: Dialect, handlers: Mapping[str, Handler], *, reshaped: Callable[[Shape], Shape] | None = None
) -> Dialect:
    """Return the dialect with other handlers for some of its endpoints, whose answers may look otherwise."""

    def changed(endpoint: Endpoint) -> Endpoint:
        if endpoint.name not in handlers:
            return endpoint
        answer = endpoint.answer
        looks = reshaped(answer) if reshaped is not None and answer is not None else answer
        return replace(endpoint, handler=handlers[endpoint.name], answer=looks)

    endpoints = tuple(map(changed, dialect.endpoints))
    return replace(dialect, endpoints=endpoints, route=routing(endpoints))


def _amounts_as_text(shape: Shape) -> Shape:
    """Return a shape with text in place of every JSON number that may have a fraction."""
    if shape.kind is ShapeKind.NUMBER:
        return decimal(note=shape.note)
    members = None if shape.members is None else {name: _amounts_as_text(one) for name, one in shape.members.items()}
    items = None if shape.items is None else _amounts_as_text(shape.items)
    return replace(shape, members=members, items=items)
