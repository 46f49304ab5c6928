"""What EXMO's wallet remembers: deposits, withdrawals and vouchers, by day and in one list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from mockserver.core.desk import Deposit, Desk, Withdrawal, WithdrawalStatus
from mockserver.core.endpoint import Handler, Json, Parameters
from mockserver.core.money import ZERO, add
from mockserver.core.refusals import Refused
from mockserver.dialects.exmo import parameters as read
from mockserver.dialects.exmo.answers import day_of, plain
from mockserver.dialects.exmo.markets import provider_of
from mockserver.dialects.exmo.vouchers import Voucher, VoucherBook

#: An operation has a number of 17 digits, beyond what a double holds (facts 6.2); the task's number is its end.
_OPERATIONS_FROM = 47_000_000_000_000_000

_VOUCHERS = "EXCODE"

_STATUSES = {
    WithdrawalStatus.PENDING: "processing",
    WithdrawalStatus.COMPLETE: "paid",
    WithdrawalStatus.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Money that came in or went out, whichever way.

    Attributes:
        task_id: Its number.
        outward: Whether it went out.
        currency: Of what.
        amount: What the account has less of now, its fee counted in, or more of.
        commission: The fee.
        status: In small letters.
        provider: The way, named as in the list of providers, or `EXCODE`.
        address: Where it went; "" where the list shows none.
        txid: The transaction; "" for none yet, or none at all.
        code: The voucher; "" for none.
        invoice: What was given besides the address.
        begun_ms: When it began.
        updated_ms: When it last changed.
    """

    task_id: int
    outward: bool
    currency: str
    amount: Decimal
    status: str
    provider: str
    begun_ms: int
    updated_ms: int
    commission: Decimal = ZERO
    address: str = ""
    txid: str = ""
    code: str = ""
    invoice: str = ""

    @property
    def account(self) -> str:
        """What both lists call the account: `BTC: address`, the voucher's code, or nothing."""
        return f"{self.currency}: {self.address}" if self.address else self.code


def wallet_history(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return what moved on one day, newest first; the day's bounds are text (facts 4.16).

    The day is that of `date`, in Unix seconds, or the current one; days begin at midnight UTC.
    """
    given = read.text(parameters, "date")
    second = read.whole(given) if given else desk.now_ms // 1000
    if second is None:
        return read.not_a_number("date", given)
    begin, end = day_of(second)
    return {
        "result": True,
        "error": "",
        "begin": str(begin),
        "end": str(end),
        "history": [
            {
                "dt": movement.begun_ms // 1000,
                "type": "withdrawal" if movement.outward else "deposit",
                "curr": movement.currency,
                "status": movement.status,
                "provider": movement.provider,
                "amount": plain(-movement.amount if movement.outward else movement.amount),
                "account": movement.account,
                "txid": movement.txid,
            }
            for movement in movements(desk)
            if begin <= movement.begun_ms // 1000 < end
        ],
    }


def wallet_operations(*, newer: bool = False) -> Handler:
    """Return the handler of `wallet_operations`: a page of what moved, newest first, and the count (facts 4.17).

    That `count` counts them all and not the page is inferred. The type is `withdraw` here, and the status begins with a
    capital.

    Args:
        newer: Whether an item also has the members that only newer answers were seen to have.
    """

    def handle(desk: Desk, parameters: Parameters) -> Json | Refused:
        offset = read.bounded(parameters, "offset", default=0, maximum=1 << 32)
        limit = read.bounded(parameters, "limit", default=100, maximum=100)
        found = [movement for movement in movements(desk) if _wanted(movement, parameters)]
        return {
            "items": [_operation(movement, newer=newer) for movement in found[offset : offset + limit]],
            "count": len(found),
        }

    return handle


def movements(desk: Desk) -> list[Movement]:
    """Return all that came in and went out, newest first."""
    found = [
        *map(_of_deposit, desk.deposits()),
        *map(_of_withdrawal, desk.withdrawals()),
        *(one for voucher in desk.venue_annex(VoucherBook).of(desk.account_id) for one in _of_voucher(desk, voucher)),
    ]
    return sorted(found, key=lambda movement: (movement.begun_ms, movement.task_id), reverse=True)


def _of_deposit(deposit: Deposit) -> Movement:
    return Movement(
        task_id=deposit.deposit_id,
        outward=False,
        currency=deposit.currency,
        amount=deposit.amount,
        status="paid",
        provider=provider_of(deposit.currency, deposit.network),
        txid=deposit.txid,
        begun_ms=deposit.at_ms,
        updated_ms=deposit.at_ms,
    )


def _of_withdrawal(withdrawal: Withdrawal) -> Movement:
    return Movement(
        task_id=withdrawal.withdrawal_id,
        outward=True,
        currency=withdrawal.currency,
        amount=add(withdrawal.amount, withdrawal.fee),
        commission=withdrawal.fee,
        status=_STATUSES[withdrawal.status],
        provider=provider_of(withdrawal.currency, withdrawal.network),
        address=withdrawal.address,
        txid=withdrawal.txid or "",
        invoice=withdrawal.tag or "",
        begun_ms=withdrawal.at_ms,
        updated_ms=withdrawal.updated_ms or withdrawal.at_ms,
    )


def _of_voucher(desk: Desk, voucher: Voucher) -> Iterator[Movement]:
    """Yield what a voucher was to this account: its making, its loading, or both."""
    if voucher.maker == desk.account_id:
        yield _by_code(voucher, voucher.task_id, voucher.made_ms, outward=True)
    if voucher.loader == desk.account_id:
        yield _by_code(voucher, voucher.load_id, voucher.loaded_ms, outward=False)


def _by_code(voucher: Voucher, task_id: int, at_ms: int, *, outward: bool) -> Movement:
    return Movement(
        task_id=task_id,
        outward=outward,
        currency=voucher.currency,
        amount=voucher.amount,
        status="paid",
        provider=_VOUCHERS,
        code=voucher.code,
        begun_ms=at_ms,
        updated_ms=at_ms,
    )


def _wanted(movement: Movement, parameters: Parameters) -> bool:
    kind, currency, provider, order_id = (
        read.text(parameters, name) for name in ("type", "currency", "provider", "order_id")
    )
    return (
        kind in ("", _kind(movement))
        and currency in ("", movement.currency)
        and provider in ("", movement.provider)
        and order_id in ("", str(movement.task_id))
    )


def _kind(movement: Movement) -> str:
    return "withdraw" if movement.outward else "deposit"


def _operation(movement: Movement, *, newer: bool) -> dict[str, Json]:
    chain = "" if movement.provider == _VOUCHERS else "crypto"
    more: dict[str, Json] = {
        "provider_type": chain,
        "crypto_address": movement.address,
        "card_number": "",
        "wallet_address": "",
        "email": "",
        "phone": "",
    }
    confirmations: dict[str, Json] = {"confirmations": None}
    return {
        "operation_id": _OPERATIONS_FROM + movement.task_id,
        "created": movement.begun_ms // 1000,
        "updated": movement.updated_ms // 1000,
        "type": _kind(movement),
        "currency": movement.currency,
        "status": movement.status.capitalize(),
        "amount": plain(movement.amount),
        "provider": movement.provider,
        "commission": plain(movement.commission),
        "account": movement.account,
        "order_id": movement.task_id,
        **(more if newer else {}),
        "extra": {
            "txid": movement.txid,
            **(confirmations if newer else {}),
            "excode": movement.code,
            "invoice": movement.invoice,
        },
        "error": "",
    }
