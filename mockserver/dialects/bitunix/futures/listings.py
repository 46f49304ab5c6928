"""Futures orders, trades and positions as lists (facts 5.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.orders import Order
from mockserver.core.positions import Position
from mockserver.core.refusals import Refused
from mockserver.core.wallets import Wallet
from mockserver.dialects.bitunix import parameters as read
from mockserver.dialects.bitunix.answers import plain
from mockserver.dialects.bitunix.futures import asking
from mockserver.dialects.bitunix.futures.contracts import Contract
from mockserver.dialects.bitunix.futures.ordering import order_asked
from mockserver.dialects.bitunix.futures.protection import protections_of, wishes_of
from mockserver.dialects.bitunix.futures.settings import positions_of
from mockserver.dialects.bitunix.futures.views import (
    closed_position_view,
    order_status,
    order_type,
    order_view,
    position_view,
    trade_view,
)

_Row = TypeVar("_Row")


def order_detail(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return one order by `orderId` or `clientId`; 20007 for none."""
    protections_of(desk)
    order = order_asked(desk, parameters)
    return order if isinstance(order, Refused) else order_view(order, wishes_of(desk, order))


def pending_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return open orders, newest first, a page of them and how many there are."""
    return _orders(desk, parameters, lambda order: order.is_open)


def history_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return orders that are done, likewise."""
    return _orders(desk, parameters, lambda order: not order.is_open)


def history_trades(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return trades, newest first, a page of them and how many there are."""
    protections_of(desk)
    contract = asking.contract_if_named(desk, parameters)
    if isinstance(contract, Refused):
        return contract
    since_ms, until_ms = asking.span_ms(parameters)
    rows = [
        (fill.at_ms, fill.trade_id, order, fill)
        for order in _found(desk, contract, parameters)
        for fill in order.fills
        if since_ms <= fill.at_ms <= until_ms
    ]
    rows.sort(key=lambda row: row[:2], reverse=True)
    page = [trade_view(order, fill) for _, _, order, fill in _page(rows, parameters)]
    return {"tradeList": page, "total": len(rows)}


def pending_positions(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the open positions, newest first."""
    protections_of(desk)
    contract = asking.contract_if_named(desk, parameters)
    if isinstance(contract, Refused):
        return contract
    wanted = read.text(parameters, "positionId")
    held = [one for one in positions_of(desk, contract) if wanted in ("", str(one.position_id))]
    return [position_view(desk, position) for position in reversed(held)]


def history_positions(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the positions that are no more, newest first, a page of them and how many there are."""
    protections_of(desk)
    contract = asking.contract_if_named(desk, parameters)
    if isinstance(contract, Refused):
        return contract
    wanted = read.text(parameters, "positionId")
    since_ms, until_ms = asking.span_ms(parameters)
    closed: list[Position] = [
        position
        for position in reversed(desk.positions(wallet=Wallet.FUTURES, open_only=False))
        if not position.is_open
        and (contract is None or position.market == contract.market.name)
        and wanted in ("", str(position.position_id))
        and since_ms <= position.updated_ms <= until_ms
    ]
    orders = desk.orders(wallet=Wallet.FUTURES)
    page = [closed_position_view(position, orders) for position in _page(closed, parameters)]
    return {"positionList": page, "total": len(closed)}


def position_tiers(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return a contract's risk limit."""
    contract = asking.contract(desk, parameters)
    if isinstance(contract, Refused):
        return contract
    return [
        {
            "symbol": contract.symbol,
            "level": tier.level,
            "startValue": plain(tier.start_value),
            "endValue": plain(tier.end_value),
            "leverage": tier.leverage,
            "maintenanceMarginRate": plain(tier.maintenance_rate),
        }
        for tier in contract.tiers
    ]


def _orders(desk: Desk, parameters: Parameters, shown: Callable[[Order], bool]) -> Json | Refused:
    protections_of(desk)
    contract = asking.contract_if_named(desk, parameters)
    if isinstance(contract, Refused):
        return contract
    since_ms, until_ms = asking.span_ms(parameters)
    status = read.text(parameters, "status")
    found = [
        order
        for order in _found(desk, contract, parameters)
        if shown(order) and since_ms <= order.at_ms <= until_ms and status in ("", order_status(order))
    ][::-1]
    page = [order_view(order, wishes_of(desk, order)) for order in _page(found, parameters)]
    return {"orderList": page, "total": len(found)}


def _found(desk: Desk, contract: Contract | None, parameters: Parameters) -> list[Order]:
    """Return the orders that the filters by contract, id and type leave, oldest first."""
    number, client_id = read.text(parameters, "orderId"), read.text(parameters, "clientId")
    kind = read.text(parameters, "type")
    return [
        order
        for order in desk.orders(None if contract is None else contract.market, wallet=Wallet.FUTURES)
        if number in ("", str(order.order_id))
        and client_id in ("", order.client_order_id)
        and kind in ("", order_type(order))
    ]


def _page(rows: list[_Row], parameters: Parameters) -> list[_Row]:
    skip, limit = asking.page(parameters)
    return rows[skip : skip + limit]
