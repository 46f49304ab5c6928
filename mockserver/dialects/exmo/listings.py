"""What EXMO's private methods list: open and cancelled orders, deals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TypeAlias

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Handler, Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.money import multiply
from mockserver.core.orders import Fill, Order, OrderStatus, Side
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.stops import StopStatus
from mockserver.dialects.exmo import parameters as read
from mockserver.dialects.exmo import stops
from mockserver.dialects.exmo.answers import percent, plain, total
from mockserver.dialects.exmo.markets import market_of, pair_name

#: A list of deals, in the spelling of one version of the API.
Deals: TypeAlias = "Callable[[Desk, Iterable[Fill]], list[dict[str, Json]]]"


class Unknown:
    """A pair that there is not: nothing is listed for it, and nobody complains."""


def user_open_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the open orders by pair, those that wait for a trigger among them (facts 4.6).

    None are `{}`. Ids are text here, and so is the time.
    """
    asked = _asked(desk, parameters)
    if isinstance(asked, Unknown):
        return {}
    found = [(order.at_ms, listed(order)) for order in desk.open_orders(asked)]
    found += [(stop.at_ms, stops.listed(stop)) for stop in desk.stops(asked, open_only=True)]
    return _by_pair([row for _, row in sorted(found, key=_when)])


def user_open_orders_v1(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the open orders by pair as version 1 does: without stop orders and client ids (facts 4.6)."""
    asked = _asked(desk, parameters)
    if isinstance(asked, Unknown):
        return {}
    rows = [listed(order) for order in desk.open_orders(asked)]
    return _by_pair([{name: row[name] for name in row if name != "client_id"} for row in rows])


def user_cancelled_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return what was cancelled, newest first, stop orders with the reason (facts 4.8)."""
    found = [(order.at_ms, listed(order)) for order in _cancelled(desk)]
    found += [
        (stop.at_ms, stops.ended(stop))
        for stop in desk.stops()
        if stop.status in (StopStatus.CANCELLED, StopStatus.FAILED)
    ]
    return _page([row for _, row in sorted(found, key=_when)], parameters)


def user_cancelled_orders_v1(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the cancelled orders as version 1 documents them: numbers, and other names (facts 4.8)."""
    return _page(
        [
            {
                "date": order.at_ms // 1000,
                "order_id": order.order_id,
                "order_type": order.side.value,
                "pair": pair_name(order.market),
                "price": order.price,
                "quantity": order.remaining,
                "amount": multiply(order.price, order.remaining),
            }
            for order in _cancelled(desk)
        ],
        parameters,
    )


def deals(desk: Desk, fills: Iterable[Fill]) -> list[dict[str, Json]]:
    """Return deals as version 1.1 lists them: amounts as text, and the stop order that they came from (facts 4.7)."""
    parents = stops.parents(desk)
    return [_deal(desk, fill, parents.get(fill.order_id)) for fill in fills]


def deals_v1(desk: Desk, fills: Iterable[Fill]) -> list[dict[str, Json]]:
    """Return deals as version 1 documents them: amounts as numbers (facts 4.7, 6.2)."""
    return [_deal_v1(fill) for fill in fills]


def deals_v1_as_text(desk: Desk, fills: Iterable[Fill]) -> list[dict[str, Json]]:
    """Return deals of version 1 with their amounts as text, as a live test saw them (facts 6.2)."""
    return [
        {name: plain(value) if isinstance(value, Decimal) else value for name, value in _deal_v1(fill).items()}
        for fill in fills
    ]


def object_for_none(handler: Handler) -> Handler:
    """Return a handler that says `{}` where the other one says `[]`."""

    def handle(desk: Desk, parameters: Parameters) -> Json | Refused:
        return handler(desk, parameters) or {}

    return handle


def user_trades(spelled: Deals = deals, *, most: int = 100) -> Handler:
    """Return the handler of `user_trades`: deals by pair, newest first, `[]` for a pair without any (facts 4.7).

    Args:
        spelled: How deals are written.
        most: The greatest `limit`; version 1 allows 10000.
    """

    def handle(desk: Desk, parameters: Parameters) -> Json | Refused:
        pairs = read.required(parameters, "pair")
        if isinstance(pairs, Refused):
            return pairs
        offset = read.bounded(parameters, "offset", default=0, maximum=1 << 32)
        limit = read.bounded(parameters, "limit", default=100, maximum=most)
        answer: dict[str, Json] = {}
        for market in markets_of(desk, pairs):
            newest = desk.fills(market)[::-1][offset : offset + limit]
            answer[pair_name(market.name)] = spelled(desk, newest)
        return answer

    return handle


def order_trades(spelled: Deals = deals) -> Handler:
    """Return the handler of `order_trades`: one order's deals; an order without any is not found, 50304 (facts 4.9)."""

    def handle(desk: Desk, parameters: Parameters) -> Json | Refused:
        order_id = read.required(parameters, "order_id")
        if isinstance(order_id, Refused):
            return order_id
        number = read.whole(order_id)
        order = None if number is None else desk.order(number)
        if order is None or order.margin is not None or not order.fills:
            return no_order(order_id, variant="trades")
        base, _, quote = order.market.partition("/")
        amounts = {
            base: total(fill.amount for fill in order.fills),
            quote: total(multiply(fill.price, fill.amount) for fill in order.fills),
        }
        received, spent = (base, quote) if order.side is Side.BUY else (quote, base)
        return {
            "type": order.side.value,
            "in_currency": received,
            "in_amount": plain(amounts[received]),
            "out_currency": spent,
            "out_amount": plain(amounts[spent]),
            "trades": [_in_their_order(row) for row in spelled(desk, order.fills)],
        }

    return handle


def _in_their_order(deal: dict[str, Json]) -> dict[str, Json]:
    """Return a deal as `order_trades` lists it: there the page shows the order in front of the amounts."""
    front = ("trade_id", "client_id", "date", "type", "pair", "order_id")
    return {**{name: deal[name] for name in front if name in deal}, **deal}


def no_order(order_id: str, variant: str = "") -> Refused:
    """Say that an order is not there."""
    return Refused(
        refusal=Refusal.ORDER_NOT_FOUND,
        detail="no such order",
        facts={"order_id": order_id[:80]},
        variant=variant,
    )


def markets_of(desk: Desk, pairs: str) -> list[Market]:
    """Return the markets of a comma list; an unknown pair is left out without a word (facts 3)."""
    found = (desk.market(market_of(pair.strip())) for pair in dict.fromkeys(pairs.split(",")[:100]))
    return [market for market in found if market is not None]


def listed(order: Order) -> dict[str, Json]:
    """Return an order as the lists of open and cancelled ones show it: everything is text (facts 4.6)."""
    return {
        "order_id": str(order.order_id),
        "client_id": _client_id(order),
        "created": str(order.at_ms // 1000),
        "type": order.side.value,
        "pair": pair_name(order.market),
        "quantity": plain(order.remaining),
        "price": plain(order.price),
        "amount": plain(multiply(order.price, order.remaining)),
    }


def _asked(desk: Desk, parameters: Parameters) -> Market | Unknown | None:
    """Return the pair that was asked for, or None for all of them."""
    pair = read.text(parameters, "pair")
    if not pair:
        return None
    return desk.market(market_of(pair)) or Unknown()


def _by_pair(rows: Iterable[dict[str, Json]]) -> dict[str, Json]:
    found: dict[str, list[Json]] = {}
    for row in rows:
        found.setdefault(str(row["pair"]), []).append(row)
    return {**found}


def _when(row: tuple[int, object]) -> int:
    return row[0]


def _cancelled(desk: Desk) -> Sequence[Order]:
    return [order for order in desk.orders() if order.status is OrderStatus.CANCELLED]


def _page(rows: Sequence[Json], parameters: Parameters) -> Json:
    """Return a page of a list that begins with the newest."""
    offset = read.bounded(parameters, "offset", default=0, maximum=1 << 32)
    limit = read.bounded(parameters, "limit", default=100, maximum=10_000)
    return rows[::-1][offset : offset + limit]


def _deal(desk: Desk, fill: Fill, parent: int | None) -> dict[str, Json]:
    return {
        "trade_id": fill.trade_id,
        "client_id": int(_client_id(desk.order(fill.order_id))),
        "date": fill.at_ms // 1000,
        "type": fill.side.value,
        "pair": pair_name(fill.market),
        "quantity": plain(fill.amount),
        "price": plain(fill.price),
        "amount": plain(multiply(fill.price, fill.amount)),
        "order_id": fill.order_id,
        **({} if parent is None else {"parent_order_id": parent}),
        "exec_type": "maker" if fill.maker else "taker",
        "commission_amount": plain(fill.fee),
        "commission_currency": fill.fee_currency,
        "commission_percent": plain(_percent(desk, fill)),
    }


def _deal_v1(fill: Fill) -> dict[str, Json]:
    return {
        "trade_id": fill.trade_id,
        "date": fill.at_ms // 1000,
        "type": fill.side.value,
        "pair": pair_name(fill.market),
        "quantity": fill.amount,
        "price": fill.price,
        "amount": multiply(fill.price, fill.amount),
        "order_id": fill.order_id,
    }


def _client_id(order: Order | None) -> str:
    """Return an order's client id as digits, `0` for none."""
    given = None if order is None else order.client_order_id
    return given if given and read.whole(given) else "0"


def _percent(desk: Desk, fill: Fill) -> Decimal:
    market = desk.market(fill.market)
    if market is None:
        return Decimal(0)
    return percent(market.maker_fee if fill.maker else market.taker_fee)
