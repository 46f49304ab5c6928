"""What Bitunix does with orders: placing, cancelling, listing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.orders import Order, OrderStatus, Side
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.wallets import Wallet
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
CLIENT_ID_KEPT = 32

#: How many orders a call may name. No limit is documented; this one keeps an answer in proportion.
MOST_IN_A_LIST = 1000

#: For about so long a cancel by `clientId` was seen to block others (5.2).
STUCK_MS = 60_000

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
    refused = _outside(market, volume, None if kind == MARKET else price, of_quote=kind == MARKET and side == BUY)
    if refused is not None:
        return refused
    way = Side.BUY if side == BUY else Side.SELL
    called = read.text(parameters, "clientId")[:CLIENT_ID_KEPT] or None
    if kind == LIMIT:
        order = desk.place_order(market, way, price, volume, client_order_id=called)
    elif way is Side.BUY:
        order = desk.place_market_order(market, way, total=volume, client_order_id=called)
    else:
        order = desk.place_market_order(market, way, amount=volume, client_order_id=called)
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
    if len(orders) > MOST_IN_A_LIST:
        return read.invalid("orderList")
    results: list[Json] = []
    for order in orders:
        placed = place_order(desk, order) if isinstance(order, dict) else read.invalid("orderList")
        if isinstance(placed, Refused):
            row = _PLACED_ROWS.get(placed.refusal)
            placed = refused_placement(row.code, row.text) if row else refused_placement("2", "Parameter error")
        results.append(placed)
    return results


class StuckCancels:
    """Orders that a cancel by `clientId` has made deaf: order id to the end of that; an account's annex."""

    __slots__ = ("until_ms",)

    def __init__(self) -> None:
        self.until_ms: dict[int, int] = {}


def cancel_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Cancel orders. An id that is unknown, or of another symbol, is no failure, and neither is a `clientId` (5.2)."""
    return _cancel(desk, parameters, gets_stuck=False)


def cancel_orders_as_seen_live(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Cancel orders as a live server did: a cancel by `clientId` lets those by `orderId` do nothing for a minute."""
    return _cancel(desk, parameters, gets_stuck=True)


def _cancel(desk: Desk, parameters: Parameters, *, gets_stuck: bool) -> Json | Refused:
    named = parameters.get("orderIdList")
    if not isinstance(named, list) or not named:
        return read.missing("orderIdList")
    if len(named) > MOST_IN_A_LIST:
        return read.invalid("orderIdList")
    for item in named:
        if not isinstance(item, dict):
            return read.invalid("orderIdList")
        if not read.text(item, "orderId") and not read.text(item, "clientId"):
            return read.missing("orderId")
        if not read.text(item, "symbol"):
            return read.missing("symbol")
    for item in named:
        number = read.whole(read.text(item, "orderId"))
        order = None if number is None else _of_spot(desk.order(number))
        if gets_stuck and not read.text(item, "orderId"):
            _make_deaf(desk, read.text(item, "clientId"))
        if order is None or symbol_of(order.market) != read.text(item, "symbol").upper():
            continue
        if not gets_stuck or desk.annex(StuckCancels).until_ms.get(order.order_id, desk.now_ms) <= desk.now_ms:
            desk.cancel_order(order.order_id)
    return None


def _make_deaf(desk: Desk, client_id: str) -> None:
    order = desk.order_by_client_id(client_id)
    if order is not None and order.is_open:
        desk.annex(StuckCancels).until_ms[order.order_id] = desk.now_ms + STUCK_MS
        desk.mark_changed()


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
    order = None if number is None else _of_spot(desk.order(number))
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
    order = None if number is None else _of_spot(desk.order(number))
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


def _of_spot(order: Order | None) -> Order | None:
    """Return an order that is paid from the spot wallet; the others are of the other product."""
    return order if order is not None and order.wallet is Wallet.SPOT else None


def _outside(market: Market, volume: Decimal, price: Decimal | None, *, of_quote: bool) -> Refused | None:
    """Say why an order is none: nothing, too much, between the steps."""
    if volume <= 0 or volume > MAX_VOLUME:
        return read.invalid("volume")
    if price is not None and (price <= 0 or price > MAX_PRICE or price % market.price_step):
        return read.invalid("price")
    if volume % (_GRAIN if of_quote else market.amount_step):
        return Refused(
            refusal=Refusal.INVALID_PARAMETER,
            detail=f"volume has at most {8 if of_quote else decimals(market.amount_step)} decimals",
            facts={"parameter": "volume"},
            variant="volume",
        )
    return None


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
    value = dealt if order.at_market else order.price * order.amount
    kind = MARKET if order.at_market else LIMIT
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
        "leftAmount": plain(_ZERO if order.at_market else order.price * order.remaining),
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
