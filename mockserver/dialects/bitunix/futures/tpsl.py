"""Take-profit and stop-loss of open positions, as calls (facts 5.3).

The page names the calls and leaves fields and answers to `tp/sl fields` and `ids / lists`; what is not named there is
inferred from the fields of an order.
"""

from __future__ import annotations

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.positions import Position
from mockserver.core.refusals import Refused
from mockserver.dialects.bitunix import parameters as read
from mockserver.dialects.bitunix.futures import asking
from mockserver.dialects.bitunix.futures.contracts import Contract, contract_on
from mockserver.dialects.bitunix.futures.market import mark_price
from mockserver.dialects.bitunix.futures.protection import (
    WAITING,
    Protection,
    Protections,
    change,
    lift,
    protect,
    protections_of,
)
from mockserver.dialects.bitunix.futures.refusals import refuse
from mockserver.dialects.bitunix.futures.settings import position_asked, position_numbered
from mockserver.dialects.bitunix.futures.wishes import Wishes, against_position, read_wishes, shown
from mockserver.dialects.bitunix.markets import symbol_of


def place_order(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Protect a part of a position, or all of it where no quantity is named."""
    return _placed(desk, parameters, whole=False)


def place_position_order(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Protect a whole position; it has one such protection at most, and a second one is refused (40004)."""
    return _placed(desk, parameters, whole=True)


def modify_order(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Give a protection other prices by its `orderId`; 20007 for none that waits."""
    kept = protections_of(desk)
    number = read.required(parameters, "orderId")
    if isinstance(number, Refused):
        return number
    return _changed(desk, parameters, kept.by_id.get(read.whole(number) or 0))


def modify_position_order(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Give the protection of a whole position other prices; 20007 where it has none."""
    kept = protections_of(desk)
    position = position_asked(desk, parameters)
    if isinstance(position, Refused):
        return position
    return _changed(desk, parameters, _of_whole(kept, position))


def cancel_order(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Cancel a protection by its `orderId`; 20007 for none that waits."""
    kept = protections_of(desk)
    contract, number = asking.contract(desk, parameters), read.required(parameters, "orderId")
    if isinstance(contract, Refused):
        return contract
    if isinstance(number, Refused):
        return number
    protection = kept.by_id.get(read.whole(number) or 0)
    if protection is None or protection.status != WAITING or protection.market != contract.market.name:
        return refuse(20007)
    lift(desk, protection)
    return {"orderId": str(protection.number)}


def pending_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the protections that wait, newest first."""
    found = _found(desk, parameters, waiting=True)
    return found if isinstance(found, Refused) else [_view(protection) for protection in _page(found, parameters)]


def history_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the protections that wait no more, newest first, a page of them and how many there are."""
    found = _found(desk, parameters, waiting=False)
    if isinstance(found, Refused):
        return found
    return {"orderList": [_view(protection) for protection in _page(found, parameters)], "total": len(found)}


def _placed(desk: Desk, parameters: Parameters, *, whole: bool) -> Json | Refused:
    kept = protections_of(desk)
    contract = asking.contract(desk, parameters)
    if isinstance(contract, Refused):
        return contract
    position = position_asked(desk, parameters)
    if isinstance(position, Refused):
        return position
    if position.market != contract.market.name:
        return refuse(30004)
    wishes = _wishes(desk, contract, position, parameters)
    if isinstance(wishes, Refused):
        return wishes
    if whole and _of_whole(kept, position) is not None:
        return refuse(40004)
    protection = protect(desk, position, wishes, whole=whole)
    return protection if isinstance(protection, Refused) else {"orderId": str(protection.number)}


def _changed(desk: Desk, parameters: Parameters, protection: Protection | None) -> Json | Refused:
    if protection is None or protection.status != WAITING:
        return refuse(20007)
    position = position_numbered(desk, protection.position_id)
    if position is None:
        return refuse(30004)
    wishes = _wishes(desk, contract_on(position.market), position, parameters)
    if isinstance(wishes, Refused):
        return wishes
    refused = change(desk, protection, position, wishes)
    return {"orderId": str(protection.number)} if refused is None else refused


def _wishes(desk: Desk, contract: Contract, position: Position, parameters: Parameters) -> Wishes | Refused:
    wishes = read_wishes(contract, parameters)
    if isinstance(wishes, Refused):
        return wishes
    if not wishes:
        return refuse(30006)
    refused = against_position(
        wishes,
        mark_price(desk, contract),
        desk.liquidation_price(position),
        abs(position.amount),
        rises=position.amount > 0,
    )
    return wishes if refused is None else refused


def _of_whole(kept: Protections, position: Position) -> Protection | None:
    return next((one for one in kept.waiting.values() if one.whole and one.position_id == position.position_id), None)


def _found(desk: Desk, parameters: Parameters, *, waiting: bool) -> list[Protection] | Refused:
    kept = protections_of(desk)
    contract = asking.contract_if_named(desk, parameters)
    if isinstance(contract, Refused):
        return contract
    wanted = read.text(parameters, "positionId")
    since_ms, until_ms = asking.span_ms(parameters)
    return [
        one
        for one in reversed(kept.by_id.values())
        if (one.status == WAITING) is waiting
        and (contract is None or one.market == contract.market.name)
        and wanted in ("", str(one.position_id))
        and since_ms <= one.at_ms <= until_ms
    ]


def _page(found: list[Protection], parameters: Parameters) -> list[Protection]:
    skip, limit = asking.page(parameters)
    return found[skip : skip + limit]


def _view(protection: Protection) -> Json:
    base, _, quote = protection.market.partition("/")
    return {
        "id": str(protection.number),
        "positionId": str(protection.position_id),
        "symbol": symbol_of(protection.market),
        "base": base,
        "quote": quote,
        **shown(protection.wishes, quantities=True),
        "status": protection.status,
        "ctime": protection.at_ms,
        "mtime": protection.at_ms if protection.ended_ms is None else protection.ended_ms,
    }
