"""How futures orders, trades and positions look (facts 5.3).

The page names the fields of an order. Those of a trade and of a position it does not; they are as the documents' own
pages are remembered, and marked as inferred where they are described.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json
from mockserver.core.money import ZERO, add, multiply, quotient
from mockserver.core.orders import Fill, Order, OrderStatus, Side, TimeInForce
from mockserver.core.positions import MarginMode, Position
from mockserver.core.wallets import Wallet
from mockserver.dialects.bitunix.answers import plain
from mockserver.dialects.bitunix.futures.contracts import MARGIN_COIN, contract_on
from mockserver.dialects.bitunix.futures.market import mark_price
from mockserver.dialects.bitunix.futures.settings import HEDGE, MARGIN_WORDS, ONE_WAY, direction
from mockserver.dialects.bitunix.futures.wishes import Wishes, shown
from mockserver.dialects.bitunix.markets import symbol_of

EFFECTS: Final = {
    "GTC": TimeInForce.GTC,
    "IOC": TimeInForce.IOC,
    "FOK": TimeInForce.FOK,
    "POST_ONLY": TimeInForce.POST_ONLY,
}
_EFFECT_WORDS: Final = {kind: word for word, kind in EFFECTS.items()}

SIDES: Final = {"BUY": Side.BUY, "SELL": Side.SELL}
_SIDE_WORDS: Final = {side: word for word, side in SIDES.items()}


def order_type(order: Order) -> str:
    """Return `LIMIT` or `MARKET`."""
    return "MARKET" if order.at_market else "LIMIT"


def order_status(order: Order) -> str:
    """Return where an order is in its life; one that was filled in part and cancelled has a word of its own."""
    match order.status:
        case OrderStatus.OPEN:
            return "NEW"
        case OrderStatus.PARTIALLY_FILLED:
            return "PART_FILLED"
        case OrderStatus.FILLED:
            return "FILLED"
        case _:
            return "PART_FILLED_CANCELED" if order.fills else "CANCELED"


def order_view(order: Order, wishes: Wishes) -> Json:
    """Return an order; the price of one at market is the text `market`, as seen live."""
    worth = ZERO
    fees = ZERO
    for fill in order.fills:
        worth = add(worth, multiply(fill.price, fill.amount))
        fees = add(fees, fill.fee)
    return {
        "orderId": str(order.order_id),
        "symbol": symbol_of(order.market),
        "marginCoin": MARGIN_COIN,
        "qty": plain(order.amount),
        "tradeQty": plain(order.filled),
        "price": "market" if order.at_market else plain(order.price),
        "avgPrice": plain(quotient(worth, order.filled) if order.fills else ZERO),
        **_mode(order),
        "side": _SIDE_WORDS[order.side],
        "orderType": order_type(order),
        "effect": _effect(order),
        "clientId": order.client_order_id,
        "reduceOnly": order.margin is not None and order.margin.reduce_only,
        "status": order_status(order),
        "fee": plain(fees),
        "realizedPNL": plain(order.realised),
        **shown(wishes),
        "ctime": order.at_ms,
        "mtime": order.fills[-1].at_ms if order.fills else order.at_ms,
    }


def trade_view(order: Order, fill: Fill) -> Json:
    """Return one trade of an order; what it realised is its share of what the order did."""
    share = order.realised if len(order.fills) == 1 else _share(order, fill)
    return {
        "tradeId": str(fill.trade_id),
        "orderId": str(order.order_id),
        "symbol": symbol_of(order.market),
        "marginCoin": MARGIN_COIN,
        "qty": plain(fill.amount),
        "price": plain(fill.price),
        **_mode(order),
        "side": _SIDE_WORDS[fill.side],
        "orderType": order_type(order),
        "effect": _effect(order),
        "clientId": order.client_order_id,
        "reduceOnly": order.margin is not None and order.margin.reduce_only,
        "fee": plain(fill.fee),
        "realizedPNL": plain(share),
        "roleType": "MAKER" if fill.maker else "TAKER",
        "ctime": fill.at_ms,
    }


def position_view(desk: Desk, position: Position) -> Json:
    """Return an open position."""
    contract = contract_on(position.market)
    liquidation = desk.liquidation_price(position)
    mark = mark_price(desk, contract)
    profit = position.unrealised(mark)
    worth = multiply(abs(position.amount), mark)
    backing = position.margin
    if position.mode is MarginMode.CROSS:
        backing = add(backing, desk.balances(Wallet.FUTURES)[MARGIN_COIN].available)
    return {
        "positionId": str(position.position_id),
        "symbol": contract.symbol,
        "marginCoin": MARGIN_COIN,
        "qty": plain(abs(position.amount)),
        "entryValue": plain(position.cost),
        "side": direction(position),
        **_position_mode(position),
        "fee": plain(position.fees),
        "funding": "0",
        "realizedPNL": plain(position.realised),
        "margin": plain(position.margin),
        "unrealizedPNL": plain(profit),
        "liqPrice": plain(liquidation or ZERO),
        "marginRate": plain(_rate(worth, position.leverage, add(backing, profit))),
        "avgOpenPrice": plain(position.base_price),
        "ctime": position.opened_ms,
        "mtime": position.updated_ms,
    }


def closed_position_view(position: Position, orders: Iterable[Order]) -> Json:
    """Return a position that is no more, told from the trades of its orders."""
    fills = sorted(
        (fill for order in orders if order.position is position for fill in order.fills),
        key=lambda fill: (fill.at_ms, fill.trade_id),
    )
    way_in = fills[0].side if fills else Side.BUY
    opened = [fill for fill in fills if fill.side is way_in]
    closed = [fill for fill in fills if fill.side is not way_in]
    size = sum((fill.amount for fill in opened), ZERO)
    return {
        "positionId": str(position.position_id),
        "symbol": symbol_of(position.market),
        "marginCoin": MARGIN_COIN,
        "maxQty": plain(size),
        "entryPrice": plain(_average(opened)),
        "closePrice": plain(_average(closed)),
        "liqQty": plain(size if position.liquidated else ZERO),
        "side": position.slot or ("LONG" if way_in is Side.BUY else "SHORT"),
        **_position_mode(position),
        "fee": plain(position.fees),
        "funding": "0",
        "realizedPNL": plain(position.realised),
        "liqPrice": plain(_average(closed) if position.liquidated else ZERO),
        "ctime": position.opened_ms,
        "mtime": position.updated_ms,
    }


def _mode(order: Order) -> dict[str, Json]:
    terms = order.margin
    return {
        "positionMode": HEDGE if terms is not None and terms.slot else ONE_WAY,
        "marginMode": MARGIN_WORDS[MarginMode.CROSS if terms is None else terms.mode],
        "leverage": 1 if terms is None else int(terms.leverage),
    }


def _position_mode(position: Position) -> dict[str, Json]:
    return {
        "positionMode": HEDGE if position.slot else ONE_WAY,
        "marginMode": MARGIN_WORDS[position.mode],
        "leverage": int(position.leverage),
    }


def _effect(order: Order) -> str:
    return "IOC" if order.at_market else _EFFECT_WORDS[order.time_in_force]


def _share(order: Order, fill: Fill) -> Decimal:
    return quotient(multiply(order.realised, fill.amount), order.filled) if order.realised else ZERO


def _rate(worth: Decimal, leverage: Decimal, equity: Decimal) -> Decimal:
    """Return how near the end a position is: half of what its leverage asks for, as a share of what backs it."""
    if equity <= ZERO:
        return Decimal(1)
    return min(quotient(worth, multiply(multiply(equity, Decimal(2)), leverage)), Decimal(1))


def _average(fills: list[Fill]) -> Decimal:
    amount = worth = ZERO
    for fill in fills:
        amount = add(amount, fill.amount)
        worth = add(worth, multiply(fill.price, fill.amount))
    return quotient(worth, amount) if amount else ZERO
