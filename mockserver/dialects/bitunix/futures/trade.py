"""Futures orders: placing, changing, cancelling, and closing positions (facts 5.3)."""

from __future__ import annotations

from typing import Final

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.money import subtract
from mockserver.core.orders import Order, Side
from mockserver.core.positions import Position
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.wallets import Wallet
from mockserver.dialects.bitunix import parameters as read
from mockserver.dialects.bitunix.futures import asking
from mockserver.dialects.bitunix.futures.contracts import contract_on
from mockserver.dialects.bitunix.futures.ordering import AskedOrder, off_limits, order_asked, read_order
from mockserver.dialects.bitunix.futures.protection import protections_of, wish_for, wishes_left
from mockserver.dialects.bitunix.futures.refusals import futures_row, futures_text, refuse
from mockserver.dialects.bitunix.futures.settings import position_asked, positions_of
from mockserver.dialects.bitunix.futures.wishes import against_order, read_wishes

MOST_IN_A_BATCH: Final = 20

#: What the core's refusals of an order are among the codes of facts 3.3; inferred but for the first.
_REJECTED: Final = {"reduce_only": 30018, "empty": 20004, "fok": 20004, "post_only": 30011}


def place_order(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Place an order."""
    protections_of(desk)
    asked = read_order(desk, parameters)
    placed = asked if isinstance(asked, Refused) else _place(desk, asked)
    return placed if isinstance(placed, Refused) else _ids(placed)


def batch_order(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Place up to twenty orders of one contract, one after another; each succeeds or fails by itself."""
    protections_of(desk)
    contract = asking.contract(desk, parameters)
    if isinstance(contract, Refused):
        return contract
    listed = _listed(parameters)
    if isinstance(listed, Refused):
        return listed
    done: list[Json] = []
    failed: list[Json] = []
    for item in listed:
        asked = read_order(desk, {**item, "symbol": contract.symbol})
        placed = asked if isinstance(asked, Refused) else _place(desk, asked)
        if isinstance(placed, Refused):
            failed.append(_failure(placed, None, read.text(item, "clientId") or None))
        else:
            done.append(_ids(placed))
    return {"successList": done, "failureList": failed}


def modify_order(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Give an open order another price or quantity, or other wishes; the answer says its id, which is a new one."""
    protections_of(desk)
    order = order_asked(desk, parameters)
    if isinstance(order, Refused):
        return order
    if not order.is_open:
        return refuse(30011)
    contract = contract_on(order.market)
    quantity = asking.quantity(parameters, "qty", contract) if asking.is_given(parameters, "qty") else order.amount
    if isinstance(quantity, Refused):
        return quantity
    price = (
        asking.price(parameters, "price", contract.market.price_step)
        if asking.is_given(parameters, "price")
        else order.price
    )
    if isinstance(price, Refused):
        return price
    wishes = read_wishes(contract, parameters)
    if isinstance(wishes, Refused):
        return wishes
    refused = off_limits(desk, contract, order.side, price, quantity)
    if refused is not None:
        return refused
    if quantity <= order.filled:
        return refuse(30016)
    refused = against_order(wishes, price, rises=order.side is Side.BUY)
    if refused is not None:
        return refused
    changed = desk.replace_order(
        order.order_id, price, subtract(quantity, order.filled), client_order_id=order.client_order_id
    )
    if isinstance(changed, Refused):
        return _coded(changed)
    wish_for(desk, changed, wishes or wishes_left(desk, order))
    return _ids(changed)


def cancel_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Cancel orders of one contract by `orderId` or `clientId`; the first wins. Each succeeds or fails by itself."""
    protections_of(desk)
    contract = asking.contract(desk, parameters)
    if isinstance(contract, Refused):
        return contract
    listed = _listed(parameters)
    if isinstance(listed, Refused):
        return listed
    done: list[Json] = []
    failed: list[Json] = []
    for item in listed:
        order = order_asked(desk, item)
        if isinstance(order, Refused) or order.market != contract.market.name or not order.is_open:
            why = order if isinstance(order, Refused) else refuse(20007)
            failed.append(_failure(why, read.text(item, "orderId") or None, read.text(item, "clientId") or None))
        else:
            desk.cancel_order(order.order_id)
            done.append(_ids(order))
    return {"successList": done, "failureList": failed}


def cancel_all_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Cancel the open orders of one contract, or of all."""
    protections_of(desk)
    contract = asking.contract_if_named(desk, parameters)
    if isinstance(contract, Refused):
        return contract
    orders = list(desk.open_orders(None if contract is None else contract.market, wallet=Wallet.FUTURES))
    for order in orders:
        desk.cancel_order(order.order_id)
    return {"successList": [_ids(order) for order in orders], "failureList": []}


def close_all_position(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Close the positions of one contract, or all, at market; the answer has no `data`."""
    protections_of(desk)
    contract = asking.contract_if_named(desk, parameters)
    if isinstance(contract, Refused):
        return contract
    for position in positions_of(desk, contract):
        closed = _close(desk, position)
        if isinstance(closed, Refused):
            return closed
    protections_of(desk)
    return None


def flash_close_position(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Close one position at market; 30004 for none."""
    protections_of(desk)
    position = position_asked(desk, parameters)
    if isinstance(position, Refused):
        return position
    closed = _close(desk, position)
    protections_of(desk)
    return closed if isinstance(closed, Refused) else None


def _close(desk: Desk, position: Position) -> Order | Refused:
    market = contract_on(position.market).market
    closed = desk.close_position(market, wallet=Wallet.FUTURES, slot=position.slot)
    return _coded(closed) if isinstance(closed, Refused) else closed


def _place(desk: Desk, asked: AskedOrder) -> Order | Refused:
    market = asked.contract.market
    if asked.price is None:
        order = desk.place_market_order(
            market, asked.side, amount=asked.quantity, client_order_id=asked.client_id, margin=asked.terms
        )
    else:
        order = desk.place_order(
            market,
            asked.side,
            asked.price,
            asked.quantity,
            time_in_force=asked.effect,
            client_order_id=asked.client_id,
            margin=asked.terms,
        )
    if isinstance(order, Refused):
        return _coded(order)
    wish_for(desk, order, asked.wishes)
    return order


def _coded(refused: Refused) -> Refused:
    """Say in a futures code what the core refused."""
    code = _REJECTED.get(refused.variant) if refused.refusal is Refusal.REJECTED else None
    return refused if code is None else refuse(code, refused.detail)


def _listed(parameters: Parameters) -> list[Parameters] | Refused:
    listed = parameters.get("orderList")
    if not isinstance(listed, list) or not listed:
        return read.missing("orderList")
    if len(listed) > MOST_IN_A_BATCH:
        return asking.out_of_range(len(listed), 1, MOST_IN_A_BATCH)
    items: list[Parameters] = [item for item in listed if isinstance(item, dict)]
    return items if len(items) == len(listed) else read.invalid("orderList")


def _ids(order: Order) -> dict[str, Json]:
    return {"orderId": str(order.order_id), "clientId": order.client_order_id}


def _failure(refused: Refused, order_id: str | None, client_id: str | None) -> Json:
    row = futures_row(refused)
    return {"orderId": order_id, "clientId": client_id, "errorMsg": futures_text(refused), "errorCode": int(row.code)}
