"""Take-profit and stop-loss: what a client asks for, read and held against the price, and the fields that show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from mockserver.core.endpoint import Json, Parameters
from mockserver.core.refusals import Refused
from mockserver.dialects.bitunix import parameters as read
from mockserver.dialects.bitunix.answers import plain
from mockserver.dialects.bitunix.futures import asking
from mockserver.dialects.bitunix.futures.contracts import Contract
from mockserver.dialects.bitunix.futures.refusals import refuse

STOP_TYPES: Final = ("MARK_PRICE", "LAST_PRICE")
ORDER_TYPES: Final = ("LIMIT", "MARKET")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One way out: at which price, by what order.

    Attributes:
        trigger: The price that sets it off.
        stop_type: Which price that is, `MARK_PRICE` or `LAST_PRICE`; both are the same here.
        limit: The limit of the order that it becomes; None for one at market.
        quantity: How much of the position; None for all of it.
    """

    trigger: Decimal
    stop_type: str
    limit: Decimal | None = None
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """A take-profit, a stop-loss, or both."""

    profit: Wish | None = None
    loss: Wish | None = None

    def __bool__(self) -> bool:
        return self.profit is not None or self.loss is not None


NONE: Final = Wishes()


def read_wishes(contract: Contract, parameters: Parameters) -> Wishes | Refused:
    """Return what the `tp…` and `sl…` fields ask for (facts 5.3)."""
    profit = _wish(contract, parameters, "tp")
    if isinstance(profit, Refused):
        return profit
    loss = _wish(contract, parameters, "sl")
    if isinstance(loss, Refused):
        return loss
    return Wishes(profit=profit, loss=loss) if profit or loss else NONE


def _wish(contract: Contract, parameters: Parameters, kind: str) -> Wish | Refused | None:
    if not asking.is_given(parameters, f"{kind}Price"):
        return None
    step = contract.market.price_step
    trigger = read.decimal(parameters, f"{kind}Price")
    if isinstance(trigger, Refused):
        return trigger
    if trigger <= 0:
        return refuse(30041)
    trigger = asking.price(parameters, f"{kind}Price", step)
    if isinstance(trigger, Refused):
        return trigger
    stop_type = asking.choice(parameters, f"{kind}StopType", STOP_TYPES, default="MARK_PRICE")
    if isinstance(stop_type, Refused):
        return stop_type
    order_type = asking.choice(parameters, f"{kind}OrderType", ORDER_TYPES, default="MARKET")
    if isinstance(order_type, Refused):
        return order_type
    limit = asking.price(parameters, f"{kind}OrderPrice", step) if order_type == "LIMIT" else None
    if isinstance(limit, Refused):
        return limit
    named = asking.is_given(parameters, f"{kind}Qty")
    quantity = asking.quantity(parameters, f"{kind}Qty", contract) if named else None
    if isinstance(quantity, Refused):
        return quantity
    return Wish(trigger=trigger, stop_type=stop_type, limit=limit, quantity=quantity)


def against_order(wishes: Wishes, price: Decimal, *, rises: bool) -> Refused | None:
    """Say why the wishes of a new order make no sense at the price it will trade at (30026 to 30033).

    Args:
        wishes: What was asked for.
        price: The order's limit, or the last price for an order at market.
        rises: Whether the position wins when the price rises.
    """
    profit, loss = wishes.profit, wishes.loss
    if profit is not None and (profit.trigger <= price if rises else profit.trigger >= price):
        return refuse(_by_type(profit, *((30026, 30027) if rises else (30032, 30033))))
    if loss is not None and (loss.trigger >= price if rises else loss.trigger <= price):
        return refuse(_by_type(loss, *((30028, 30029) if rises else (30030, 30031))))
    return None


def against_position(
    wishes: Wishes, mark: Decimal, liquidation: Decimal | None, size: Decimal, *, rises: bool
) -> Refused | None:
    """Say why the wishes for an open position make no sense (30005, 30020 to 30025, 30038).

    Args:
        wishes: What was asked for.
        mark: The mark price.
        liquidation: The price at which the exchange closes the position, if there is one.
        size: How large it is.
        rises: Whether it wins when the price rises.
    """
    profit, loss = wishes.profit, wishes.loss
    for wish in (profit, loss):
        if wish is None:
            continue
        if wish.trigger == mark:
            return refuse(30005)
        if wish.quantity is not None and wish.quantity > size:
            return refuse(30038)
    if profit is not None and (profit.trigger < mark) == rises:
        return refuse(30020 if rises else 30021)
    if loss is not None and (loss.trigger > mark) == rises:
        return refuse(30023 if rises else 30022)
    if (
        loss is not None
        and liquidation is not None
        and (loss.trigger <= liquidation if rises else loss.trigger >= liquidation)
    ):
        return refuse(30025 if rises else 30024)
    return None


def shown(wishes: Wishes, *, quantities: bool = False) -> Mapping[str, Json]:
    """Return the `tp…` and `sl…` fields of an order, null where nothing was asked for."""
    fields: dict[str, Json] = {}
    for kind, wish in (("tp", wishes.profit), ("sl", wishes.loss)):
        limit = None if wish is None else wish.limit
        fields[f"{kind}Price"] = None if wish is None else plain(wish.trigger)
        fields[f"{kind}StopType"] = None if wish is None else wish.stop_type
        fields[f"{kind}OrderType"] = None if wish is None else "MARKET" if limit is None else "LIMIT"
        fields[f"{kind}OrderPrice"] = None if limit is None else plain(limit)
        if quantities:
            fields[f"{kind}Qty"] = None if wish is None or wish.quantity is None else plain(wish.quantity)
    return fields


def _by_type(wish: Wish, last: int, mark: int) -> int:
    return last if wish.stop_type == "LAST_PRICE" else mark
