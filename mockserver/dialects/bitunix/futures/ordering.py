"""What a futures order asks for: read, and held against the contract, the price and the position (facts 5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Parameters
from mockserver.core.money import ZERO, add, multiply, subtract
from mockserver.core.orders import Order, Side, TimeInForce
from mockserver.core.positions import MarginTerms, Position
from mockserver.core.refusals import Refused
from mockserver.core.wallets import Wallet
from mockserver.dialects.bitunix import parameters as read
from mockserver.dialects.bitunix.futures import asking
from mockserver.dialects.bitunix.futures.contracts import Contract
from mockserver.dialects.bitunix.futures.market import mark_price
from mockserver.dialects.bitunix.futures.refusals import refuse
from mockserver.dialects.bitunix.futures.settings import (
    LONG,
    SHORT,
    direction,
    position_numbered,
    positions_of,
    settings_of,
    way_out,
)
from mockserver.dialects.bitunix.futures.views import EFFECTS, SIDES
from mockserver.dialects.bitunix.futures.wishes import ORDER_TYPES, Wishes, against_order, read_wishes

TRADE_SIDES: Final = ("OPEN", "CLOSE")
_LONGEST_CLIENT_ID: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOrder:
    """An order that was understood."""

    contract: Contract
    side: Side
    quantity: Decimal
    price: Decimal | None
    effect: TimeInForce
    client_id: str | None
    terms: MarginTerms
    wishes: Wishes


def read_order(desk: Desk, parameters: Parameters) -> AskedOrder | Refused:
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
    if client_id and by_client_id(desk, client_id) is not None:
        return refuse(30042)
    wishes = read_wishes(contract, parameters)
    if isinstance(wishes, Refused):
        return wishes
    terms = _terms(desk, contract, SIDES[side], parameters)
    if isinstance(terms, Refused):
        return terms
    asked = AskedOrder(
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
    if asking.is_given(parameters, "positionId"):
        position = position_numbered(desk, read.whole(read.text(parameters, "positionId")))
    else:
        wanted = SHORT if side is Side.BUY else LONG
        position = next((held for held in positions_of(desk, contract) if held.slot == wanted), None)
    if position is None or position.market != contract.market.name:
        return refuse(30004)
    if way_out(position) is not side:
        return refuse(30019)
    return chosen.terms(contract, slot=position.slot, reduce_only=True)


def _unwise(desk: Desk, asked: AskedOrder) -> Refused | None:
    """Say why an order that was understood is not taken: price, size, what would become of the position."""
    contract, price = asked.contract, asked.price
    refused = off_limits(desk, contract, asked.side, price, asked.quantity)
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


def off_limits(desk: Desk, contract: Contract, side: Side, price: Decimal | None, quantity: Decimal) -> Refused | None:
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


def by_client_id(desk: Desk, client_id: str) -> Order | None:
    """Return the newest futures order that a client called so."""
    order = desk.order_by_client_id(client_id)
    return order if order is not None and order.wallet is Wallet.FUTURES else None


def order_asked(desk: Desk, parameters: Parameters) -> Order | Refused:
    """Return the futures order that `orderId` names, else the one that `clientId` does; 20007 for none."""
    order: Order | None
    if asking.is_given(parameters, "orderId"):
        number = read.whole(read.text(parameters, "orderId"))
        order = None if number is None else desk.order(number)
    elif asking.is_given(parameters, "clientId"):
        order = by_client_id(desk, read.text(parameters, "clientId"))
    else:
        return read.missing("orderId")
    return order if order is not None and order.wallet is Wallet.FUTURES else refuse(20007)
