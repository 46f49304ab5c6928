"""Bitunix's withdrawals, deposit addresses, and the pages of money that went out and came in (facts 5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mockserver.core.desk import Deposit, Desk, Withdrawal, WithdrawalStatus
from mockserver.core.endpoint import Handler, Json, Parameters
from mockserver.core.money import ZERO, add, subtract
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.bitunix import parameters as read
from mockserver.dialects.bitunix.answers import plain
from mockserver.dialects.bitunix.markets import NETWORKS, WITHDRAWAL_FEES
from mockserver.dialects.bitunix.transfers import InsideTransfer, InsideTransfers, sum_of_money, unpaid

MOST_ROWS: Final = 100

_STATUS: Final = {
    WithdrawalStatus.PENDING: "pending",
    WithdrawalStatus.COMPLETE: "success",
    WithdrawalStatus.CANCELLED: "cancelled",
}


class StoredAddresses:
    """The addresses that this exchange has handed out; a venue's annex, kept where only stored ones may be paid to."""

    __slots__ = ("known",)

    def __init__(self) -> None:
        self.known: set[str] = set()


def withdraw(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Send money out; the answer is the withdrawal's id as text. A network's fee is part of the amount."""
    return _withdraw(desk, parameters, stored=False)


def withdraw_to_stored(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Send money out, to addresses that are stored for quick withdrawal alone (110008 for others)."""
    return _withdraw(desk, parameters, stored=True)


def cancel_withdrawal(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Take back a withdrawal that is pending; the answer has no `data`."""
    asked = read.required(parameters, "withdrawId")
    if isinstance(asked, Refused):
        return asked
    cancelled = desk.cancel_withdrawal(read.whole(asked) or 0)
    return cancelled if isinstance(cancelled, Refused) else None


def deposit_address(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the one address of a coin on a network, in a list."""
    where = _coin_and_network(desk, parameters)
    if isinstance(where, Refused):
        return where
    coin, network = where
    address = desk.deposit_address(coin, network)
    if isinstance(address, Refused):
        return address
    return [{"coin": coin, "network": network, "address": address, "memo": None}]


def deposit_address_to_store(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the one address of a coin on a network, which counts as stored for quick withdrawal from now on."""
    answer = deposit_address(desk, parameters)
    stored = desk.venue_annex(StoredAddresses).known
    for row in answer if isinstance(answer, list) else ():
        if isinstance(row, dict) and row["address"] not in stored:
            stored.add(str(row["address"]))
            desk.mark_changed()
    return answer


def withdrawals(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return withdrawals and transfers to other customers, newest first; every filter may be left out.

    Both bounds of time are milliseconds and belong to the span; an ill-formed one is none.
    """
    outside = [(row.at_ms, _withdrawal(row)) for row in desk.withdrawals()]
    inside = [(row.at_ms, _sent(row)) for row in desk.venue_annex(InsideTransfers).sent(desk.account_id)]
    return _page([*outside, *inside], parameters, ("id", "outBizId", "coin", "type", "transactionHash", "remark"))


def deposits(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return deposits and transfers from other customers, newest first; likewise. Opening balances left no trace."""
    outside = [(row.at_ms, _deposit(row)) for row in desk.deposits()]
    inside = [(row.at_ms, _received(row)) for row in desk.venue_annex(InsideTransfers).received(desk.account_id)]
    return _page([*outside, *inside], parameters, ("id", "coin", "type", "transactionHash"))


#: Which handlers play the habit of paying to stored addresses alone, by path.
STORED: Final[dict[str, Handler]] = {"/withdraw": withdraw_to_stored, "/deposit/address": deposit_address_to_store}


def _withdraw(desk: Desk, parameters: Parameters, *, stored: bool) -> Json | Refused:
    where = _coin_and_network(desk, parameters)
    if isinstance(where, Refused):
        return where
    coin, network = where
    address = read.required(parameters, "address")
    if isinstance(address, Refused):
        return address
    amount = sum_of_money(parameters)
    if isinstance(amount, Refused):
        return amount
    fee = WITHDRAWAL_FEES.get((coin, network), ZERO)
    if amount <= fee:
        return Refused(
            refusal=Refusal.BELOW_MINIMUM, detail=f"the fee is {plain(fee)}", variant="withdraw", facts={"minimum": fee}
        )
    if stored and address not in desk.venue_annex(StoredAddresses).known:
        return Refused(refusal=Refusal.REJECTED, detail="the address is not stored", variant="withdraw")
    withdrawal = desk.withdraw(
        coin, subtract(amount, fee), address, network, fee=fee, tag=read.text(parameters, "memo") or None
    )
    return unpaid(withdrawal) if isinstance(withdrawal, Refused) else str(withdrawal.withdrawal_id)


def _coin_and_network(desk: Desk, parameters: Parameters) -> tuple[str, str] | Refused:
    """Return both; any network is taken, for the notes know the name of one and not what is said of others."""
    coin = read.coin(desk, parameters)
    if isinstance(coin, Refused):
        return coin
    network = read.required(parameters, "network")
    return network if isinstance(network, Refused) else (coin, network)


def _page(rows: Sequence[tuple[int, dict[str, Json]]], parameters: Parameters, filters: tuple[str, ...]) -> Json:
    since, until = (read.whole(read.text(parameters, name)) for name in ("startTime", "endTime"))
    wanted = {name: read.text(parameters, name) for name in filters if read.text(parameters, name)}
    if "coin" in wanted:
        wanted["coin"] = wanted["coin"].upper()
    found = [
        row
        for at_ms, row in sorted(rows, key=lambda row: row[0])
        if (since is None or at_ms >= since)
        and (until is None or at_ms <= until)
        and all(str(row[name]) == value for name, value in wanted.items())
    ]
    return found[::-1][: read.bounded(parameters, "limit", default=MOST_ROWS, maximum=MOST_ROWS)]


def _withdrawal(withdrawal: Withdrawal) -> dict[str, Json]:
    return {
        "id": str(withdrawal.withdrawal_id),
        "outBizId": None,
        "type": "withdraw",
        "coin": withdrawal.currency,
        "amount": plain(add(withdrawal.amount, withdrawal.fee)),
        "status": _STATUS[withdrawal.status],
        "ctime": withdrawal.at_ms,
        "network": withdrawal.network,
        "address": withdrawal.address,
        "transactionHash": withdrawal.txid,
        "feeCoin": withdrawal.currency,
        "fee": plain(withdrawal.fee),
        "memo": withdrawal.tag,
        "toType": None,
        "toUid": None,
        "toPhoneCountryCode": None,
        "toPhoneNumber": None,
        "toEmail": None,
        "remark": None,
    }


def _sent(transfer: InsideTransfer) -> dict[str, Json]:
    return {
        "id": str(transfer.number),
        "outBizId": transfer.out_biz_id,
        "type": "inside_transfer_out",
        "coin": transfer.coin,
        "amount": plain(transfer.amount),
        "status": transfer.status,
        "ctime": transfer.at_ms,
        "network": None,
        "address": None,
        "transactionHash": None,
        "feeCoin": None,
        "fee": None,
        "memo": None,
        **transfer.to,
        "remark": transfer.remark,
    }


def _deposit(deposit: Deposit) -> dict[str, Json]:
    return {
        "id": deposit.deposit_id,
        "transactionHash": deposit.txid,
        "coin": deposit.currency,
        "network": deposit.network or NETWORKS.get(deposit.currency, (None,))[0],
        "type": "deposit",
        "fromAddress": None,
        "toAddress": deposit.address,
        "amount": plain(deposit.amount),
        "status": "success",
        "ctime": deposit.at_ms,
    }


def _received(transfer: InsideTransfer) -> dict[str, Json]:
    return {
        "id": transfer.number,
        "transactionHash": None,
        "coin": transfer.coin,
        "network": None,
        "type": "inside_transfer_in",
        "fromAddress": None,
        "toAddress": None,
        "amount": plain(transfer.amount),
        "status": transfer.status,
        "ctime": transfer.at_ms,
    }
