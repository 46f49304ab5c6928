"""Futures orders: placing, changing, cancelling, and closing positions (facts 5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.money import ZERO, add, multiply, subtract
from mockserver.core.orders import Order, Side, TimeInForce
from mockserver.core.positions import MarginTerms, Position
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.wallets import Wallet
from mockserver.dialects.bitunix import parameters as read
from mockserver.dialects.bitunix.futures import asking
from mockserver.dialects.bitunix.futures.contracts import Contract, contract_on
from mockserver.dialects.bitunix.futures.market import mark_price
from mockserver.dialects.bitunix.futures.protection import protections_of, wish_for, wishes_left
from mockserver.dialects.bitunix.futures.refusals import futures_row, futures_text, refuse
from mockserver.dialects.bitunix.futures.settings import (
    LONG,
    SHORT,
    direction,
    position_asked,
    position_numbered,
    positions_of,
    settings_of,
    way_out,
)
from mockserver.dialects.bitunix.futures.views import EFFECTS, SIDES
from mockserver.dialects.bitunix.futures.wishes import ORDER_TYPES, Wishes, against_order, read_wishes

TRADE_SIDES: Final = ("OPEN", "CLOSE")
MOST_IN_A_BATCH: Final = 20
_LONGEST_CLIENT_ID: Final = 64

#: What the core's refusals of an order are among the codes of facts 3.3; inferred but for the first.
_REJECTED: Final = {"reduce_only": 30018, "empty": 20004, "fok": 20004, "post_only": 30011}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """An order that was understood."""

    contract: Contract
    side: Side
    quantity: Decimal
    price: Decimal | None
    effect: TimeInForce
    client_id: str | None
    terms: MarginTerms
    wishes: Wishes


def place_order(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Place an order."""
    protections_of(desk)
    asked = _read(desk, parameters)
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
        asked = _read(desk, {**item, "symbol": contract.symbol})
        placed = asked if isinstance(asked, Refused) else _place(desk, asked)
        if isinstance(placed, Refused):
            failed.append(_failure(placed, None, read.text(item, "clientId") or None))
        else:
            done.append(_ids(placed))
    return {"successList": done, "failureList": failed}


def modify_order(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Give an open order another price or quantity, or other wishes; the answer says its id, which is a new one."""
    protections_of(desk)
    order = _order(desk, parameters)
    if isinstance(order, Refused):
        return order
    if not order.is_open:
        return refuse(30011)
    contract = contract_on(order.market)
    quantity = asking.quantity(parameters, "qty", contract) if _given(parameters, "qty") else order.amount
    if isinstance(quantity, Refused):
        return quantity
    price = (
        asking.price(parameters, "price", contract.market.price_step) if _given(parameters, "price") else order.price
    )
    if isinstance(price, Refused):
        return price
    wishes = read_wishes(contract, parameters)
    if isinstance(wishes, Refused):
        return wishes
    refused = _off_limits(desk, contract, order.side, price, quantity)
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
        order = _order(desk, item)
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


def _read(desk: Desk, parameters: Parameters) -> _Asked | Refused:
    """Understand an order, or say with the codes of facts 3.3 why it is none."""
    contract = asking.contract(desk, parameters)
    if isinstance(contract, Refused):
        return contract
    side = asking.choice(parameters, "side", tuple(SIDES))
    if isinstance(side, Refused):
        return side
    kind = asking.choice(parameters, "orderType", ORDER_TYPES)
    if isinstance(kind, Refused):
        return kind
    effect = asking.choice(parameters, "effect", tuple(EFFECTS), default="GTC")
    if isinstance(effect, Refused):
        return effect
    quantity = asking.quantity(parameters, "qty", contract)
    if isinstance(quantity, Refused):
        return quantity
    price = asking.price(parameters, "price", contract.market.price_step) if kind == "LIMIT" else None
    if isinstance(price, Refused):
        return price
    client_id = read.text(parameters, "clientId")
    if len(client_id) > _LONGEST_CLIENT_ID:
        return read.invalid("clientId")
    if client_id and _by_client_id(desk, client_id) is not None:
        return refuse(30042)
    wishes = read_wishes(contract, parameters)
    if isinstance(wishes, Refused):
        return wishes
    terms = _terms(desk, contract, SIDES[side], parameters)
    if isinstance(terms, Refused):
        return terms
    asked = _Asked(
        contract=contract,
        side=SIDES[side],
        quantity=quantity,
        price=price,
        effect=EFFECTS[effect],
        client_id=client_id or None,
        terms=terms,
        wishes=wishes,
    )
    return _unwise(desk, asked) or asked


def _terms(desk: Desk, contract: Contract, side: Side, parameters: Parameters) -> MarginTerms | Refused:
    """Say which position an order is for, and whether it may only make it smaller.

    Of an account with two positions to a contract, `tradeSide` says whether the order opens; one that closes is for the
    position of `positionId`, else for the one that its side makes smaller, which is inferred.
    """
    chosen = settings_of(desk)
    reduce_only = asking.flag(parameters, "reduceOnly")
    if isinstance(reduce_only, Refused):
        return reduce_only
    if not chosen.hedges:
        if reduce_only:
            held = next(iter(positions_of(desk, contract)), None)
            if held is None:
                return refuse(30018)
            if way_out(held) is not side:
                return refuse(30019)
        return chosen.terms(contract, reduce_only=reduce_only)
    trade_side = asking.choice(parameters, "tradeSide", TRADE_SIDES)
    if isinstance(trade_side, Refused):
        return trade_side
    opened = LONG if side is Side.BUY else SHORT
    if trade_side == "OPEN":
        return refuse(30019) if reduce_only else chosen.terms(contract, slot=opened)
    position: Position | None
    if _given(parameters, "positionId"):
        position = position_numbered(desk, read.whole(read.text(parameters, "positionId")))
    else:
        wanted = SHORT if side is Side.BUY else LONG
        position = next((held for held in positions_of(desk, contract) if held.slot == wanted), None)
    if position is None or position.market != contract.market.name:
        return refuse(30004)
    if way_out(position) is not side:
        return refuse(30019)
    return chosen.terms(contract, slot=position.slot, reduce_only=True)


def _unwise(desk: Desk, asked: _Asked) -> Refused | None:
    """Say why an order that was understood is not taken: price, size, what would become of the position."""
    contract, price = asked.contract, asked.price
    refused = _off_limits(desk, contract, asked.side, price, asked.quantity)
    if refused is not None:
        return refused
    mark = mark_price(desk, contract)
    buys = asked.side is Side.BUY
    reached = mark if price is None else price
    held = next((one for one in positions_of(desk, contract) if one.slot == asked.terms.slot), None)
    if asked.terms.reduce_only:
        liquidation = None if held is None else desk.liquidation_price(held)
        if price is not None and held is not None and liquidation is not None:
            if direction(held) == LONG and price < liquidation:
                return refuse(30002)
            if direction(held) == SHORT and price > liquidation:
                return refuse(30003)
        return None
    loss = multiply(subtract(reached, mark) if buys else subtract(mark, reached), asked.terms.leverage)
    if price is not None and loss >= price:
        return refuse(30001)
    standing = ZERO if held is None or (held.amount > ZERO) is not buys else held.cost
    if add(standing, multiply(reached, asked.quantity)) > contract.most_value_at(int(asked.terms.leverage)):
        return refuse(20002)
    return against_order(asked.wishes, reached, rises=buys)


def _off_limits(desk: Desk, contract: Contract, side: Side, price: Decimal | None, quantity: Decimal) -> Refused | None:
    """Say why price or quantity are beyond what a contract allows."""
    if price is None:
        return refuse(30039) if quantity > contract.most_market else None
    if quantity > contract.most_limit:
        return refuse(30013)
    mark = mark_price(desk, contract)
    if side is Side.BUY and price > contract.highest_purchase(mark):
        return refuse(30014)
    if side is Side.SELL and price < contract.lowest_sale(mark):
        return refuse(30015)
    return None


def _place(desk: Desk, asked: _Asked) -> Order | Refused:
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


def order_asked(desk: Desk, parameters: Parameters) -> Order | Refused:
    """Return the futures order that `orderId` or `clientId` names; 20007 for none."""
    return _order(desk, parameters)


def _order(desk: Desk, parameters: Parameters) -> Order | Refused:
    order: Order | None
    if _given(parameters, "orderId"):
        number = read.whole(read.text(parameters, "orderId"))
        order = None if number is None else desk.order(number)
    elif _given(parameters, "clientId"):
        order = _by_client_id(desk, read.text(parameters, "clientId"))
    else:
        return read.missing("orderId")
    return order if order is not None and order.wallet is Wallet.FUTURES else refuse(20007)


def _by_client_id(desk: Desk, client_id: str) -> Order | None:
    order = desk.order_by_client_id(client_id)
    return order if order is not None and order.wallet is Wallet.FUTURES else None


def _listed(parameters: Parameters) -> list[Parameters] | Refused:
    listed = parameters.get("orderList")
    if not isinstance(listed, list) or not listed:
        return read.missing("orderList")
    if len(listed) > MOST_IN_A_BATCH:
        return asking.out_of_range(len(listed), 1, MOST_IN_A_BATCH)
    items: list[Parameters] = [item for item in listed if isinstance(item, dict)]
    return items if len(items) == len(listed) else read.invalid("orderList")


def _given(parameters: Parameters, name: str) -> bool:
    return parameters.get(name) not in (None, "")


def _ids(order: Order) -> dict[str, Json]:
    return {"orderId": str(order.order_id), "clientId": order.client_order_id}


def _failure(refused: Refused, order_id: str | None, client_id: str | None) -> Json:
    row = futures_row(refused)
    return {"orderId": order_id, "clientId": client_id, "errorMsg": futures_text(refused), "errorCode": int(row.code)}
