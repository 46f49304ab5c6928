"""Orders on margin at EXMO: placed, moved, cancelled (facts 5)."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.money import add, multiply, quotient, subtract
from mockserver.core.orders import Order, Side
from mockserver.core.positions import MarginMode, MarginTerms
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.stops import StopOrder, StopStatus
from mockserver.core.wallets import Wallet
from mockserver.dialects.exmo import limits
from mockserver.dialects.exmo import parameters as read
from mockserver.dialects.exmo.answers import plain
from mockserver.dialects.exmo.listings import no_order
from mockserver.dialects.exmo.margin import MOST_LEVERAGE
from mockserver.dialects.exmo.margin_listings import MarginNotes, Note
from mockserver.dialects.exmo.markets import market_of

#: The documented types.
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


def order_create(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Place an order on margin, at a limit, at market or with a trigger; what is answered is inferred."""
    pair = read.required(parameters, "pair")
    if isinstance(pair, Refused):
        return pair
    market = desk.market(market_of(pair))
    if market is None:
        return limits.no_pair(pair)
    kind = read.text(parameters, "type")
    if kind not in MARGIN_TYPES:
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
    _end(desk, number, expire)
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
    elif stop is not None and stop.wallet is Wallet.MARGIN and stop.status is StopStatus.WAITING:
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
    _end(desk, now_called, notes.of(now_called).expire)
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
    if number is None or cancelled is None or isinstance(cancelled, Refused):
        return no_order(given, variant="margin")
    notes = desk.annex(MarginNotes)
    notes.notes[number] = replace(notes.of(number), cancelled_ms=desk.now_ms)
    desk.mark_changed()
    return {}


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


def _end(desk: Desk, number: int, expire: str) -> None:
    """Have an order end at its time, Unix seconds; 0 is for never (facts 5)."""
    if int(expire):
        desk.end_at(number, int(expire) * 1000)


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
    if kind.startswith("trailing"):
        distance, trigger = _behind(desk, market, side, parameters)
        if isinstance(trigger, Refused):
            return trigger
        trailing = desk.place_stop(
            market, side, trigger, quantity, distance=distance, client_order_id=client_id, margin=terms
        )
        return _explained(trailing, market, quantity, trigger, terms)
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


def _behind(desk: Desk, market: Market, side: Side, parameters: Parameters) -> tuple[Decimal, Decimal | Refused]:
    """Return the `distance` of a trigger that follows the price, in the quote (inferred), and where it starts."""
    distance = _price(market, parameters, "distance")
    if isinstance(distance, Refused):
        return Decimal(0), distance
    last = desk.ticker(market).last
    trigger = add(last, distance) if side is Side.BUY else subtract(last, distance)
    return distance, trigger if trigger > 0 else limits.bad_choice("distance", plain(distance))


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
    if placed.refusal is not Refusal.INSUFFICIENT_FUNDS:
        return limits.too_small(placed)
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
    """Place a stop order anew in place of the old one, which waits on where that is refused."""
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
    distance = stop.distance
    if distance is not None and read.text(parameters, "distance"):
        distance, start = _behind(desk, market, stop.side, parameters)
        if isinstance(start, Refused):
            return start
        trigger = start
    moved = desk.replace_stop(stop.stop_id, trigger, quantity, limit=limit, distance=distance)
    if isinstance(moved, Refused):
        told = _explained(moved, market, quantity, limit or trigger, stop.margin)
        return told if isinstance(told, Refused) else moved
    return moved
