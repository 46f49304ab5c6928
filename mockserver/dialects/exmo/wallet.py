"""EXMO's ways in and out: addresses, and withdrawals on their way to a chain."""

from __future__ import annotations

from mockserver.core.desk import Desk, WithdrawalStatus
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.exmo import limits
from mockserver.dialects.exmo import parameters as read
from mockserver.dialects.exmo.answers import plain
from mockserver.dialects.exmo.markets import (
    FIAT,
    LEAST_WITHDRAWAL,
    NETWORKS,
    QUANTITY_PLACES,
    TAGGED,
    WITHDRAWAL_FEES,
    provider_of,
)

#: The number behind the comma of a shared address begins here, and rises with the account's.
_INVOICES_FROM = 100_000


def deposit_address(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return an address for every currency with a chain, and one for each further network (facts 4.10).

    Behind a shared address, and a comma, stands the invoice by which a payment finds its account.
    """
    addresses: dict[str, Json] = {}
    for currency in desk.currencies():
        if currency in FIAT:
            continue
        for network in (None, *NETWORKS.get(currency, ())):
            address = desk.deposit_address(currency, network)
            if not isinstance(address, Refused):
                invoice = f",{_INVOICES_FROM + desk.account_id}" if currency in TAGGED else ""
                addresses[f"{currency}{network or ''}"] = f"{address}{invoice}"
    return addresses or []


def no_deposit_address(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the empty array of an account for which no address was made yet (facts 4.10, 6.1)."""
    return []


def withdraw_crypt(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Send money out; `task_id` is text (facts 4.11). The fee of the way comes on top of the amount.

    Where several accounts share an address, `invoice` says which is meant, and has to be given.
    """
    amount = read.number(parameters, "amount")
    if isinstance(amount, Refused):
        return amount
    currency = read.required(parameters, "currency")
    if isinstance(currency, Refused):
        return currency
    address = read.required(parameters, "address")
    if isinstance(address, Refused):
        return address
    if currency in FIAT or currency not in desk.currencies():
        return limits.no_currency(currency)
    invoice = read.text(parameters, "invoice")
    if currency in TAGGED and not invoice:
        return read.missing("invoice")
    if amount < LEAST_WITHDRAWAL or read.places(parameters, "amount") > QUANTITY_PLACES:
        return limits.bad_choice("amount", plain(amount))
    network = read.text(parameters, "transport") or None
    withdrawal = desk.withdraw(
        currency,
        amount,
        address,
        network,
        fee=WITHDRAWAL_FEES[provider_of(currency, network)],
        tag=invoice or None,
    )
    if isinstance(withdrawal, Refused):
        return withdrawal
    return {"result": True, "error": "", "task_id": str(withdrawal.withdrawal_id)}


def withdraw_get_txid(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Tell whether a withdrawal was sent, and as which transaction; an unknown one is 10193 (facts 4.12)."""
    task_id = read.required(parameters, "task_id")
    if isinstance(task_id, Refused):
        return task_id
    for withdrawal in desk.withdrawals():
        if task_id == str(withdrawal.withdrawal_id):
            sent = withdrawal.status is WithdrawalStatus.COMPLETE
            return {"result": True, "error": "", "status": sent, "txid": withdrawal.txid or ""}
    return Refused(
        refusal=Refusal.ORDER_NOT_FOUND, detail="no such task", facts={"order_id": task_id[:80]}, variant="task"
    )
