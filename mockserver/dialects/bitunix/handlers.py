"""Whose account it is, and what is in its spot wallet (facts 5.1)."""

from __future__ import annotations

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.refusals import Refused


def account(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return what is free and what is locked, as JSON numbers; null for an account without a coin (facts 5.1)."""
    return [
        {"coin": coin, "balance": balance.available, "balanceLocked": balance.held}
        for coin, balance in desk.balances().items()
        if balance.available or balance.held
    ] or None


def user(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the account's number (facts 5.1)."""
    return {"uid": desk.account_id}
