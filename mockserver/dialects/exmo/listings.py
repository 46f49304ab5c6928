"""What EXMO's private methods list: open and cancelled orders, deals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeAlias

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Handler, Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.orders import Fill, Order, OrderStatus, Side
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.exmo import parameters as read
from mockserver.dialects.exmo.answers import plain
from mockserver.dialects.exmo.markets import market_of, pair_name

#: A row of a list of deals, in the spelling of one version of the API.
DealRow: TypeAlias = "Callable[[Desk, Fill], dict[str, Json]]"


def user_open_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the open orders by pair, `{}` for none; ids are text here, and so is the time (facts 4.6)."""
    pair = read.text(parameters, "pair")
    found: dict[str, list[Json]] = {}
    orders: Sequence[Order] = ()
    if not pair:
        orders = desk.open_orders()
    elif (market := desk.market(market_of(pair))) is not None:
        orders = desk.open_orders(market)
    for order in orders:
        found.setdefault(pair_name(order.market), []).append(_listed(order, order.remaining))
    return found


def user_cancelled_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the cancelled orders, newest first (facts 4.8)."""
    return [_listed(order, order.remaining) for order in _cancelled(desk, parameters)]


def user_cancelled_orders_v1(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the cancelled orders as version 1 documents them: numbers, and other names (facts 4.8)."""
    return [
        {
            "date": order.at_ms // 1000,
            "order_id": order.order_id,
            "order_type": order.side.value,
            "pair": pair_name(order.market),
            "price": order.price,
            "quantity": order.remaining,
            "amount": order.price * order.remaining,
        }
        for order in _cancelled(desk, parameters)
    ]


def deal(desk: Desk, fill: Fill) -> dict[str, Json]:
    """Return a deal as version 1.1 lists it: amounts as text (facts 4.7)."""
    order = desk.order(fill.order_id)
    return {
        "trade_id": fill.trade_id,
        "client_id": int(_client_id(order)),
        "date": fill.at_ms // 1000,
        "type": fill.side.value,
        "pair": pair_name(fill.market),
        "quantity": plain(fill.amount),
        "price": plain(fill.price),
        "amount": plain(fill.price * fill.amount),
        "order_id": fill.order_id,
        "exec_type": "maker" if fill.maker else "taker",
        "commission_amount": plain(fill.fee),
        "commission_currency": fill.fee_currency,
        "commission_percent": plain(_percent(desk, fill)),
    }


def deal_v1(desk: Desk, fill: Fill) -> dict[str, Json]:
    """Return a deal as version 1 documents it: amounts as numbers (facts 4.7, 6.2)."""
    return {
        "trade_id": fill.trade_id,
        "date": fill.at_ms // 1000,
        "type": fill.side.value,
        "pair": pair_name(fill.market),
        "quantity": fill.amount,
        "price": fill.price,
        "amount": fill.price * fill.amount,
        "order_id": fill.order_id,
    }


def deal_v1_as_text(desk: Desk, fill: Fill) -> dict[str, Json]:
    """Return a deal of version 1 with its amounts as text, as a live test saw them (facts 6.2)."""
    return {name: plain(value) if isinstance(value, Decimal) else value for name, value in deal_v1(desk, fill).items()}


def object_for_none(handler: Handler) -> Handler:
    """Return a handler that says `{}` where the other one says `[]`."""

    def handle(desk: Desk, parameters: Parameters) -> Json | Refused:
        return handler(desk, parameters) or {}

    return handle


def user_trades(row: DealRow = deal, *, most: int = 100) -> Handler:
    """Return the handler of `user_trades`: deals by pair, newest first, `[]` for a pair without any (facts 4.7).

    Args:
        row: How a deal is written.
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
            answer[pair_name(market.name)] = [row(desk, fill) for fill in newest]
        return answer

    return handle


def order_trades(row: DealRow = deal) -> Handler:
    """Return the handler of `order_trades`: one order's deals; an order without any is not found, 50304 (facts 4.9)."""

    def handle(desk: Desk, parameters: Parameters) -> Json | Refused:
        order_id = read.required(parameters, "order_id")
        if isinstance(order_id, Refused):
            return order_id
        number = read.whole(order_id)
        order = None if number is None else desk.order(number)
        if order is None or not order.fills:
            return no_order(order_id, variant="trades")
        base, _, quote = order.market.partition("/")
        amounts = {
            base: sum((fill.amount for fill in order.fills), Decimal(0)),
            quote: sum((fill.price * fill.amount for fill in order.fills), Decimal(0)),
        }
        received, spent = (base, quote) if order.side is Side.BUY else (quote, base)
        return {
            "type": order.side.value,
            "in_currency": received,
            "in_amount": plain(amounts[received]),
            "out_currency": spent,
            "out_amount": plain(amounts[spent]),
            "trades": [row(desk, fill) for fill in order.fills],
        }

    return handle


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


def _cancelled(desk: Desk, parameters: Parameters) -> Sequence[Order]:
    offset = read.bounded(parameters, "offset", default=0, maximum=1 << 32)
    limit = read.bounded(parameters, "limit", default=100, maximum=10_000)
    cancelled = [order for order in desk.orders() if order.status is OrderStatus.CANCELLED]
    return cancelled[::-1][offset : offset + limit]


def _listed(order: Order, quantity: Decimal) -> dict[str, Json]:
    return {
        "order_id": str(order.order_id),
        "client_id": _client_id(order),
        "created": str(order.at_ms // 1000),
        "type": order.side.value,
        "pair": pair_name(order.market),
        "quantity": plain(quantity),
        "price": plain(order.price),
        "amount": plain(order.price * quantity),
    }


def _client_id(order: Order | None) -> str:
    """Return an order's client id as digits, `0` for none."""
    given = None if order is None else order.client_order_id
    return given if given and read.whole(given) else "0"


def _percent(desk: Desk, fill: Fill) -> Decimal:
    market = desk.market(fill.market)
    if market is None:
        return Decimal(0)
    return (market.maker_fee if fill.maker else market.taker_fee) * 100
