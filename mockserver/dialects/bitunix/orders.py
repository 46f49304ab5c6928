"""What Bitunix does with orders: placing, cancelling, listing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.orders import Order, OrderStatus, Side, TimeInForce
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.bitunix import parameters as read
from mockserver.dialects.bitunix.answers import PLACED_REFUSALS, iso, plain, refused_placement
from mockserver.dialects.bitunix.markets import MAX_PRICE, MAX_VOLUME, asked_market, decimals, symbol_of
from mockserver.dialects.bitunix.refusals import REFUSALS

SELL, BUY = "1", "2"
LIMIT, MARKET = "1", "2"

_ZERO = Decimal(0)
_HUNDRED = Decimal(100)
_CENT = Decimal("0.01")
_GRAIN = Decimal("0.00000001")
_CLIENT_ID_KEPT = 32
_PLACED_ROWS = {row.refusal: row for row in REFUSALS if row.refusal in PLACED_REFUSALS and not row.variant}


def place_order(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Place an order; the volume counts the base, that of a market buy the quote (facts 5.2)."""
    market = asked_market(desk, parameters)
    if isinstance(market, Refused):
        return market
    side = read.choice(parameters, "side", (SELL, BUY))
    if isinstance(side, Refused):
        return side
    kind = read.choice(parameters, "type", (LIMIT, MARKET))
    if isinstance(kind, Refused):
        return kind
    volume = read.decimal(parameters, "volume")
    if isinstance(volume, Refused):
        return volume
    price = _ZERO if kind == MARKET else read.decimal(parameters, "price")
    if isinstance(price, Refused):
        return price
    way = Side.BUY if side == BUY else Side.SELL
    limit, amount = (price, volume) if kind == LIMIT else _reach(desk, market, way, volume)
    refused = _outside(market, limit, amount, volume)
    if refused is not None:
        return refused
    order = desk.place_order(
        market,
        way,
        limit,
        amount,
        time_in_force=TimeInForce.GTC if kind == LIMIT else TimeInForce.IOC,
        client_order_id=read.text(parameters, "clientId")[:_CLIENT_ID_KEPT] or None,
    )
    if isinstance(order, Refused):
        return order
    return {
        "orderId": str(order.order_id),
        "side": int(side),
        "type": int(kind),
        "volume": plain(volume),
        "price": plain(price),
        "symbol": symbol_of(market.name),
        "placeStatus": 1,
    }


def place_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Place several orders, one after another; each has a result of its own (facts 5.2).

    An order that is not understood has the envelope's code as its `placeCode`; how the exchange says that is not known.
    """
    orders = parameters.get("orderList")
    if not isinstance(orders, list) or not orders:
        return read.missing("orderList")
    results: list[Json] = []
    for order in orders:
        placed = place_order(desk, order) if isinstance(order, dict) else read.invalid("orderList")
        if isinstance(placed, Refused):
            row = _PLACED_ROWS.get(placed.refusal)
            placed = refused_placement(row.code, row.text) if row else refused_placement("2", "Parameter error")
        results.append(placed)
    return results


def cancel_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Cancel orders. An id that is unknown, or of another symbol, is no failure, and neither is a `clientId` (5.2)."""
    named = parameters.get("orderIdList")
    if not isinstance(named, list) or not named:
        return read.missing("orderIdList")
    for item in named:
        if not isinstance(item, dict):
            return read.invalid("orderIdList")
        if not read.text(item, "orderId") and not read.text(item, "clientId"):
            return read.missing("orderId")
        if not read.text(item, "symbol"):
            return read.missing("symbol")
    for item in named:
        number = read.whole(read.text(item, "orderId"))
        order = None if number is None else desk.order(number)
        if order is not None and symbol_of(order.market) == read.text(item, "symbol").upper():
            desk.cancel_order(order.order_id)
    return None


def pending_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the open orders of a symbol, newest first; null for none (facts 5.2)."""
    market = asked_market(desk, parameters)
    if isinstance(market, Refused):
        return market
    return [_view(order) for order in desk.open_orders(market)][::-1] or None


def order_history(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return a page of a symbol's orders, newest first, in `data` inside of `data` (facts 5.2)."""
    market = asked_market(desk, parameters)
    if isinstance(market, Refused):
        return market
    since, until = read.instant(parameters, "startTime"), read.instant(parameters, "endTime")
    if isinstance(since, Refused):
        return since
    if isinstance(until, Refused):
        return until
    views = [
        view
        for order in desk.orders(market)
        if (since is None or order.at_ms >= since) and (until is None or order.at_ms <= until)
        for view in (_view(order),)
        if all(read.text(parameters, name) in ("", view[name]) for name in ("status", "side", "type"))
    ][::-1]
    page = read.bounded(parameters, "page", default=1, maximum=1 << 32)
    size = read.bounded(parameters, "pageSize", default=20, maximum=100)
    return {
        "total": len(views),
        "pageNum": page,
        "pageSize": size,
        "data": list(views[(page - 1) * size : page * size]),
    }


def order_detail(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return one order; null for an unknown id (facts 5.2)."""
    order_id = read.required(parameters, "orderId")
    if isinstance(order_id, Refused):
        return order_id
    number = read.whole(order_id)
    order = None if number is None else desk.order(number)
    return None if order is None else _view(order)


def order_deals(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return one order's deals; an empty list for an unknown order (facts 5.2)."""
    order_id = read.required(parameters, "orderId")
    if isinstance(order_id, Refused):
        return order_id
    market = asked_market(desk, parameters)
    if isinstance(market, Refused):
        return market
    number = read.whole(order_id)
    order = None if number is None else desk.order(number)
    if order is None or order.market != market.name:
        return []
    return [
        {
            "id": str(fill.trade_id),
            "volume": plain(fill.amount),
            "price": plain(fill.price),
            "fee": plain(fill.fee),
            "feeCoin": fill.fee_currency,
            "role": 1 if fill.maker else 2,
            "ctime": iso(fill.at_ms),
        }
        for fill in order.fills
    ]


def _outside(market: Market, price: Decimal, amount: Decimal, volume: Decimal) -> Refused | None:
    """Say why an order is none: nothing, too much, too little, or between the steps."""
    if volume <= 0 or volume > MAX_VOLUME:
        return read.invalid("volume")
    if amount <= 0:
        return Refused(refusal=Refusal.REJECTED, detail="a market order meets no other")
    if price <= 0 or price > MAX_PRICE or price % market.price_step:
        return read.invalid("price")
    if amount % market.amount_step:
        return Refused(
            refusal=Refusal.INVALID_PARAMETER,
            detail=f"volume has at most {decimals(market.amount_step)} decimals",
            facts={"parameter": "volume"},
            variant="volume",
        )
    if amount < market.minimum_amount:
        return Refused(
            refusal=Refusal.BELOW_MINIMUM,
            detail=f"volume is at least {market.minimum_amount}",
            facts={"minimum": plain(market.minimum_amount)},
        )
    return None


def _reach(desk: Desk, market: Market, side: Side, volume: Decimal) -> tuple[Decimal, Decimal]:
    """Return the worst price that a market order meets and how much of the base it trades; zeros for an empty side."""
    bids, asks = desk.book(market, 1000)
    reached, worst, left = _ZERO, _ZERO, volume
    for price, amount in asks if side is Side.BUY else bids:
        taken = min(amount, left / price if side is Side.BUY else left)
        if taken <= 0:
            break
        reached, worst = reached + taken, price
        left -= taken * price if side is Side.BUY else taken
    return worst, reached.quantize(market.amount_step, rounding="ROUND_DOWN")


_status: dict[OrderStatus, Callable[[Order], str]] = {
    OrderStatus.OPEN: lambda order: "1",
    OrderStatus.FILLED: lambda order: "2",
    OrderStatus.PARTIALLY_FILLED: lambda order: "3",
    OrderStatus.CANCELLED: lambda order: "7" if order.filled else "4",
    OrderStatus.REJECTED: lambda order: "4",
}


def _view(order: Order) -> dict[str, Json]:
    """Return an order as every list shows it: text throughout (facts 5.2)."""
    base, _, quote = order.market.partition("/")
    dealt = sum((fill.price * fill.amount for fill in order.fills), _ZERO)
    filled = order.filled
    average = (dealt / filled).quantize(_GRAIN) if filled else _ZERO
    value = order.price * order.amount
    kind = MARKET if order.time_in_force is TimeInForce.IOC else LIMIT
    return {
        "orderId": str(order.order_id),
        "userId": str(order.account_id),
        "orderType": kind,
        "type": kind,
        "side": BUY if order.side is Side.BUY else SELL,
        "symbol": f"{base}{quote}",
        "base": base,
        "quote": quote,
        "price": plain(order.price),
        "avgPrice": plain(average),
        "amount": plain(value),
        "dealAmount": plain(dealt),
        "leftAmount": plain(order.price * order.remaining),
        "volume": plain(order.amount),
        "dealVolume": plain(filled),
        "leftVolume": plain(order.remaining),
        "status": _status[order.status](order),
        "progress": plain((filled * _HUNDRED / order.amount).quantize(_CENT)),
        "fee": plain(sum((fill.fee for fill in order.fills), _ZERO)),
        "feeCoin": base if order.side is Side.BUY else quote,
        "ctime": iso(order.at_ms),
        "utime": iso(order.fills[-1].at_ms if order.fills else order.at_ms),
        "clientId": order.client_order_id,
    }
