"""Orders on margin at EXMO: placed, moved, cancelled, and what became of them (facts 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.money import multiply, quotient
from mockserver.core.orders import Order, OrderStatus, Side
from mockserver.core.positions import MarginMode, MarginTerms
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.stops import StopOrder
from mockserver.core.wallets import Wallet
from mockserver.dialects.exmo import limits
from mockserver.dialects.exmo import parameters as read
from mockserver.dialects.exmo.answers import plain
from mockserver.dialects.exmo.listings import no_order
from mockserver.dialects.exmo.margin import MOST_LEVERAGE, margin_deal, moment
from mockserver.dialects.exmo.markets import market_of, pair_name

#: The documented types; no order here follows the price, so the last two are refused.
MARGIN_TYPES = (
    "limit_buy",
    "limit_sell",
    "market_buy",
    "market_sell",
    "stop_buy",
    "stop_sell",
    "stop_limit_buy",
    "stop_limit_sell",
    "trailing_stop_buy",
    "trailing_stop_sell",
)

_COMMENT = re.compile("[A-Za-z _]{0,50}").fullmatch


@dataclass(slots=True, kw_only=True)
class Note:
    """What the client said of an order that the exchange does nothing with: its comment, and when it should end."""

    comment: str = ""
    expire: str = "0"


class MarginNotes:
    """An account's notes, by the number of the order or of the stop order."""

    def __init__(self) -> None:
        self.notes: dict[int, Note] = {}

    def of(self, number: int) -> Note:
        """Return what was noted of an order."""
        return self.notes.get(number, _NOTHING)


_NOTHING = Note()


def order_create(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Place an order on margin, at a limit, at market or with a trigger; what is answered is inferred."""
    pair = read.required(parameters, "pair")
    if isinstance(pair, Refused):
        return pair
    market = desk.market(market_of(pair))
    if market is None:
        return limits.no_pair(pair)
    kind = read.text(parameters, "type")
    if kind not in MARGIN_TYPES or kind.startswith("trailing"):
        return limits.bad_choice("type", kind) if kind else read.missing("type")
    quantity = read.number(parameters, "quantity")
    if isinstance(quantity, Refused):
        return quantity
    terms = _terms(parameters)
    if isinstance(terms, Refused):
        return terms
    client_id, comment = read.text(parameters, "client_id"), read.text(parameters, "comment")
    if client_id and not read.whole(client_id):
        return read.not_a_number("client_id", client_id)
    if not _COMMENT(comment):
        return limits.bad_choice("comment", comment)
    expire = _expiry(parameters)
    if isinstance(expire, Refused):
        return expire
    refused = limits.quantity_outside(market, quantity, read.places(parameters, "quantity"))
    if refused is not None:
        return refused
    placed = _placed(desk, market, kind, quantity, terms, client_id or None, parameters)
    if isinstance(placed, Refused):
        return placed
    number = placed.order_id if isinstance(placed, Order) else placed.stop_id
    desk.annex(MarginNotes).notes[number] = Note(comment=comment, expire=expire)
    desk.mark_changed()
    return {"order_id": str(number), "client_id": client_id or "0"}


def order_update(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Move an open order, or one that waits, to other prices or another quantity; it then has another number.

    Whether EXMO keeps the number is not known, nor what it answers: this is what `create` answers.
    """
    given = read.required(parameters, "order_id")
    if isinstance(given, Refused):
        return given
    number = read.whole(given)
    order = None if number is None else desk.order(number)
    stop = None if number is None else desk.stop(number)
    moved: Order | StopOrder | Refused
    if order is not None and order.wallet is Wallet.MARGIN and order.is_open:
        moved = _moved(desk, order, parameters)
    elif stop is not None and stop.wallet is Wallet.MARGIN and stop.held is not None:
        moved = _moved_stop(desk, stop, parameters)
    else:
        return no_order(given, variant="margin")
    if isinstance(moved, Refused):
        return moved
    now_called = moved.order_id if isinstance(moved, Order) else moved.stop_id
    notes = desk.annex(MarginNotes)
    old = notes.of(int(given))
    comment = read.text(parameters, "comment")
    expire = _expiry(parameters)
    notes.notes[now_called] = Note(
        comment=comment if _COMMENT(comment) and comment else old.comment,
        expire=old.expire if isinstance(expire, Refused) or not read.text(parameters, "expire") else expire,
    )
    desk.mark_changed()
    return {"order_id": str(now_called), "client_id": moved.client_order_id or "0"}


def order_cancel(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Cancel an order on margin, whether it stands in the book or waits for its trigger."""
    given = read.required(parameters, "order_id")
    if isinstance(given, Refused):
        return given
    number = read.whole(given)
    order = None if number is None else desk.order(number)
    if order is not None and order.wallet is Wallet.MARGIN:
        cancelled: object = desk.cancel_order(order.order_id)
    else:
        stop = None if number is None else desk.stop(number)
        cancelled = desk.cancel_stop(stop.stop_id) if stop is not None and stop.wallet is Wallet.MARGIN else None
    if cancelled is None or isinstance(cancelled, Refused):
        return no_order(given, variant="margin")
    return {}


def order_list(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the open orders on margin, and those that wait."""
    notes = desk.annex(MarginNotes)
    rows = [(order.at_ms, _open(order, notes.of(order.order_id))) for order in desk.open_orders(wallet=Wallet.MARGIN)]
    rows += [
        (stop.at_ms, _waiting(stop, notes.of(stop.stop_id)))
        for stop in desk.stops(open_only=True, wallet=Wallet.MARGIN)
    ]
    return {"orders": [row for _, row in sorted(rows, key=lambda row: row[0])]}


def order_history(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return what happened to orders on margin, newest first.

    Of the events only `OrderCancelStarted` with the status `cancel_started` was ever seen; the others are named after
    it.
    """
    offset = read.bounded(parameters, "offset", default=0, maximum=1 << 32)
    limit = read.bounded(parameters, "limit", default=100, maximum=100)
    events = [event for order in desk.orders(wallet=Wallet.MARGIN) for event in _events(order)]
    return {"items": events[::-1][offset : offset + limit]}


def order_trades(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the deals of one order on margin; one that there is not has none."""
    given = read.required(parameters, "order_id")
    if isinstance(given, Refused):
        return given
    number = read.whole(given)
    order = None if number is None else desk.order(number)
    ours = order is not None and order.wallet is Wallet.MARGIN
    return {"trades": [margin_deal(fill) for fill in order.fills] if order is not None and ours else []}


def _terms(parameters: Parameters) -> MarginTerms | Refused:
    leverage = read.number(parameters, "leverage")
    if isinstance(leverage, Refused):
        return leverage
    if not 1 <= leverage <= MOST_LEVERAGE:
        return limits.bad_choice("leverage", plain(leverage))
    return MarginTerms(wallet=Wallet.MARGIN, leverage=leverage, mode=MarginMode.ISOLATED)


def _expiry(parameters: Parameters) -> str | Refused:
    given = read.text(parameters, "expire") or "0"
    return given if read.whole(given) is not None else read.not_a_number("expire", given)


def _placed(
    desk: Desk,
    market: Market,
    kind: str,
    quantity: Decimal,
    terms: MarginTerms,
    client_id: str | None,
    parameters: Parameters,
) -> Order | StopOrder | Refused:
    side = Side.BUY if kind.endswith("buy") else Side.SELL
    if kind.startswith("market"):
        placed: Order | StopOrder | Refused = desk.place_market_order(
            market, side, amount=quantity, client_order_id=client_id, margin=terms
        )
        return _explained(placed, market, quantity, desk.ticker(market).last, terms)
    limit = None if kind in ("stop_buy", "stop_sell") else _price(market, parameters, "price")
    if isinstance(limit, Refused):
        return limit
    if not kind.startswith("stop"):
        price = limit or market.price_step
        placed = desk.place_order(market, side, price, quantity, client_order_id=client_id, margin=terms)
        return _explained(placed, market, quantity, price, terms)
    trigger = _price(market, parameters, "stop_price")
    if isinstance(trigger, Refused):
        return trigger
    placed = desk.place_stop(market, side, trigger, quantity, limit=limit, client_order_id=client_id, margin=terms)
    return _explained(placed, market, quantity, limit or trigger, terms)


def _price(market: Market, parameters: Parameters, name: str) -> Decimal | Refused:
    price = read.number(parameters, name)
    if isinstance(price, Refused):
        return price
    return (
        limits.service_places(market, read.places(parameters, name)) or limits.price_outside(market, price, 0) or price
    )


def _explained(
    placed: Order | StopOrder | Refused, market: Market, quantity: Decimal, price: Decimal, terms: MarginTerms
) -> Order | StopOrder | Refused:
    """Say of missing collateral how much of it there should be (140434)."""
    if not isinstance(placed, Refused):
        return placed
    if placed.refusal is Refusal.BELOW_MINIMUM:
        return replace(placed, variant="amount")
    if placed.refusal is not Refusal.INSUFFICIENT_FUNDS:
        return placed
    needed = quotient(multiply(quantity, price), terms.leverage)
    facts = {
        **placed.facts,
        "wanted": f"{plain(quantity)} {market.base}",
        "lacking": f"{plain(needed)} {market.quote}",
    }
    return replace(placed, facts=facts, variant="margin")


def _moved(desk: Desk, order: Order, parameters: Parameters) -> Order | Refused:
    market = desk.market(order.market)
    if market is None or order.margin is None:
        return no_order(str(order.order_id), variant="margin")
    price = _price(market, parameters, "price") if read.text(parameters, "price") else order.price
    if isinstance(price, Refused):
        return price
    quantity = read.number(parameters, "quantity") if read.text(parameters, "quantity") else order.remaining
    if isinstance(quantity, Refused):
        return quantity
    refused = limits.quantity_outside(market, quantity, read.places(parameters, "quantity"))
    if refused is not None:
        return refused
    moved = desk.replace_order(order.order_id, price, quantity, client_order_id=order.client_order_id)
    told = _explained(moved, market, quantity, price, order.margin)
    return told if isinstance(told, Order | Refused) else moved


def _moved_stop(desk: Desk, stop: StopOrder, parameters: Parameters) -> StopOrder | Refused:
    """Cancel a stop order and place it anew; where that is refused the old one waits on, under another number."""
    market = desk.market(stop.market)
    if market is None or stop.margin is None:
        return no_order(str(stop.stop_id), variant="margin")
    trigger = _price(market, parameters, "stop_price") if read.text(parameters, "stop_price") else stop.trigger
    if isinstance(trigger, Refused):
        return trigger
    limit = stop.limit
    if limit is not None and read.text(parameters, "price"):
        wanted = _price(market, parameters, "price")
        if isinstance(wanted, Refused):
            return wanted
        limit = wanted
    quantity = read.number(parameters, "quantity") if read.text(parameters, "quantity") else stop.amount
    if isinstance(quantity, Refused):
        return quantity
    refused = limits.quantity_outside(market, quantity, read.places(parameters, "quantity"))
    if refused is not None:
        return refused
    if isinstance(cancelled := desk.cancel_stop(stop.stop_id), Refused):
        return replace(cancelled, variant="margin")
    named = stop.client_order_id
    moved = desk.place_stop(
        market, stop.side, trigger, quantity, limit=limit, client_order_id=named, margin=stop.margin
    )
    if isinstance(moved, Refused):
        desk.place_stop(
            market, stop.side, stop.trigger, stop.amount, limit=stop.limit, client_order_id=named, margin=stop.margin
        )
        told = _explained(moved, market, quantity, limit or trigger, stop.margin)
        return told if isinstance(told, Refused) else moved
    return moved


def _open(order: Order, note: Note) -> dict[str, Json]:
    return {
        "order_id": str(order.order_id),
        "client_id": order.client_order_id or "0",
        "comment": note.comment,
        "created": moment(order.at_ms),
        "updated": moment(order.fills[-1].at_ms if order.fills else order.at_ms),
        "distance": "0",
        "expire": note.expire,
        "funding_currency": _borrowed(order.market, order.side),
        "funding_quantity": plain(order.held),
        "funding_rate": "0",
        "leverage": plain(order.margin.leverage if order.margin is not None else Decimal(1)),
        "pair": pair_name(order.market),
        "previous_type": _kind(order),
        "price": plain(order.price),
        "quantity": plain(order.remaining),
        "src": 1,
        "stop_price": "0",
        "trigger_price": "0",
        "type": _kind(order),
    }


def _waiting(stop: StopOrder, note: Note) -> dict[str, Json]:
    kind = f"stop_{'' if stop.limit is None else 'limit_'}{stop.side.value}"
    return {
        "order_id": str(stop.stop_id),
        "client_id": stop.client_order_id or "0",
        "comment": note.comment,
        "created": moment(stop.at_ms),
        "updated": moment(stop.at_ms),
        "distance": "0",
        "expire": note.expire,
        "funding_currency": _borrowed(stop.market, stop.side),
        "funding_quantity": "0",
        "funding_rate": "0",
        "leverage": plain(stop.margin.leverage if stop.margin is not None else Decimal(1)),
        "pair": pair_name(stop.market),
        "previous_type": kind,
        "price": plain(stop.limit or Decimal(0)),
        "quantity": plain(stop.amount),
        "src": 1,
        "stop_price": plain(stop.trigger),
        "trigger_price": plain(stop.trigger),
        "type": kind,
    }


def _borrowed(market: str, side: Side) -> str:
    """Return what an order on margin is lent: the quote for a purchase, the base for a sale."""
    base, _, quote = market.partition("/")
    return quote if side is Side.BUY else base


def _kind(order: Order) -> str:
    return f"{'market' if order.at_market else 'limit'}_{order.side.value}"


def _events(order: Order) -> Iterator[dict[str, Json]]:
    """Yield what happened to an order, in its order; events of one order are numbered after it."""
    number = order.order_id * 1000
    yield _event(order, number, order.at_ms, "OrderCreated", "active")
    for count, fill in enumerate(order.fills, start=1):
        last = count == len(order.fills) and not order.remaining
        event = _event(order, number + count, fill.at_ms, "OrderExecuted", "executed" if last else "active")
        yield {
            **event,
            "trade_id": str(fill.trade_id),
            "trade_type": fill.side.value,
            "trade_quantity": plain(fill.amount),
            "trade_price": plain(fill.price),
        }
    if order.status is OrderStatus.CANCELLED:
        ended_ms = order.fills[-1].at_ms if order.fills else order.at_ms
        yield _event(order, number + 999, ended_ms, "OrderCancelStarted", "cancel_started")


def _event(order: Order, number: int, at_ms: int, event: str, status: str) -> dict[str, Json]:
    return {
        "event_id": str(number),
        "event_time": moment(at_ms),
        "event_type": event,
        "order_id": str(order.order_id),
        "order_type": _kind(order),
        "order_status": status,
        "trade_id": "0",
        "trade_type": "",
        "trade_quantity": "0",
        "trade_price": "0",
        "pair": pair_name(order.market),
        "quantity": plain(order.amount),
        "price": plain(order.price),
        "stop_price": "0",
        "distance": "0",
    }
