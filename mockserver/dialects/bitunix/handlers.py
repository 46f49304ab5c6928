"""What Bitunix does with money: balances, withdrawals, addresses."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.bitunix import parameters as read

_GRAIN = Decimal("0.00000001")
_MOST = Decimal(1_000_000_000)


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


def withdraw(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Send money out; the answer is the withdrawal's id as text (facts 5.1)."""
    coin = _coin(desk, parameters)
    if isinstance(coin, Refused):
        return coin
    network = read.required(parameters, "network")
    if isinstance(network, Refused):
        return network
    address = read.required(parameters, "address")
    if isinstance(address, Refused):
        return address
    amount = read.decimal(parameters, "amount")
    if isinstance(amount, Refused):
        return amount
    if not _GRAIN <= amount <= _MOST or amount % _GRAIN:
        return read.invalid("amount")
    withdrawal = desk.withdraw(coin, amount, address, network)
    if isinstance(withdrawal, Refused):
        return replace(withdrawal, variant="withdraw")
    return str(withdrawal.withdrawal_id)


def deposit_address(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the one address of a coin on a network, in a list (facts 5.1)."""
    coin = _coin(desk, parameters)
    if isinstance(coin, Refused):
        return coin
    network = read.required(parameters, "network")
    if isinstance(network, Refused):
        return network
    address = desk.deposit_address(coin, network)
    if isinstance(address, Refused):
        return address
    return [{"coin": coin, "network": network, "address": address, "memo": None}]


def _coin(desk: Desk, parameters: Parameters) -> str | Refused:
    coin = read.required(parameters, "coin")
    if isinstance(coin, Refused):
        return coin
    if coin.upper() not in desk.currencies():
        return Refused(refusal=Refusal.UNKNOWN_CURRENCY, detail="no such coin", facts={"currency": coin[:40]})
    return coin.upper()
