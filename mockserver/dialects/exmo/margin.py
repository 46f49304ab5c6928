"""Margin trading and stop orders, of which EXMO has none here: empty lists, empty purses, and one way to say no."""

from __future__ import annotations

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.exmo import parameters as read


def stop_market_order_cancel(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Find no stop order, since none can be placed: 191021 in the second shape of errors (facts 4.5, 2.1).

    What an absent id is told is not known; here it is an unknown one.
    """
    return Refused(
        refusal=Refusal.ORDER_NOT_FOUND,
        detail="no stop order is kept here",
        facts={"order_id": read.text(parameters, "parent_order_id")[:80]},
        variant="stop",
    )


def margin_wallets(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return a margin wallet of nothing in every currency (facts 5)."""
    return {"wallets": {currency: {"balance": "0", "free": "0", "used": "0"} for currency in desk.currencies()}}


def margin_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return no open margin order (facts 5)."""
    return {"orders": []}


def margin_history(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return no event of a margin order (facts 5)."""
    return {"items": []}


def margin_order_trades(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return no deal of a margin order (facts 5)."""
    return {"trades": []}


def margin_trades(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the deals of no pair: a pair that is not traded on margin is left out without a word (facts 5, 6.1)."""
    return {"trades": {}}
