"""What EXMO's wallet remembers: withdrawals, by day and in one list, and the vouchers that nobody is allowed here."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.core.desk import Desk, Withdrawal
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.exmo import parameters as read
from mockserver.dialects.exmo.answers import day_of, plain
from mockserver.dialects.exmo.markets import NETWORKS

#: An operation has a number of 17 digits, beyond what a double holds (facts 6.2); a withdrawal's id is its end.
_OPERATIONS_FROM = 47_000_000_000_000_000


def wallet_history(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return one day's withdrawals, newest first; the day's bounds are text (facts 4.16).

    The day is that of `date`, in Unix seconds, or the current one; days begin at midnight UTC. Deposits are none: money
    that came in before the account was opened left no trace.
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
                "dt": withdrawal.at_ms // 1000,
                "type": "withdrawal",
                "curr": withdrawal.currency,
                "status": "processing",
                "provider": _provider(withdrawal),
                "amount": f"-{plain(withdrawal.amount)}",
                "account": _account(withdrawal),
                "txid": "",
            }
            for withdrawal in desk.withdrawals()[::-1]
            if begin <= withdrawal.at_ms // 1000 < end
        ],
    }


def wallet_operations(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return a page of withdrawals, newest first, and how many there are; every filter may be left out (facts 4.17).

    That `count` counts them all and not the page is inferred. The type is `withdraw` here, and the status begins with a
    capital.
    """
    offset = read.bounded(parameters, "offset", default=0, maximum=1 << 32)
    limit = read.bounded(parameters, "limit", default=100, maximum=100)
    found = _chosen(desk, parameters)
    return {
        "items": [_operation(withdrawal) for withdrawal in found[offset : offset + limit]],
        "count": len(found),
    }


def withdraw_get_txid(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Tell that a withdrawal is on its way: no chain is behind this exchange, so it stays there (facts 4.12)."""
    task_id = read.required(parameters, "task_id")
    if isinstance(task_id, Refused):
        return task_id
    if all(task_id != str(withdrawal.withdrawal_id) for withdrawal in desk.withdrawals()):
        return Refused(
            refusal=Refusal.ORDER_NOT_FOUND, detail="no such task", facts={"order_id": task_id[:80]}, variant="task"
        )
    return {"result": True, "error": "", "status": False, "txid": ""}


def excode(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Refuse to deal in vouchers, as EXMO does until its support opened them to a user (facts 1.5; 10519)."""
    return Refused(refusal=Refusal.PERMISSION_DENIED, detail="vouchers are opened to nobody here", variant="withdraw")


def _chosen(desk: Desk, parameters: Parameters) -> Sequence[Withdrawal]:
    if read.text(parameters, "type") not in ("", "withdraw"):
        return ()
    currency, provider, order_id = (read.text(parameters, name) for name in ("currency", "provider", "order_id"))
    return [
        withdrawal
        for withdrawal in desk.withdrawals()[::-1]
        if currency in ("", withdrawal.currency)
        and provider in ("", _provider(withdrawal))
        and order_id in ("", str(withdrawal.withdrawal_id))
    ]


def _operation(withdrawal: Withdrawal) -> Json:
    return {
        "operation_id": _OPERATIONS_FROM + withdrawal.withdrawal_id,
        "created": withdrawal.at_ms // 1000,
        "updated": withdrawal.at_ms // 1000,
        "type": "withdraw",
        "currency": withdrawal.currency,
        "status": "Processing",
        "amount": plain(withdrawal.amount),
        "provider": _provider(withdrawal),
        "commission": "0",
        "account": _account(withdrawal),
        "order_id": withdrawal.withdrawal_id,
        "extra": {"txid": "", "excode": "", "invoice": ""},
        "error": "",
    }


def _provider(withdrawal: Withdrawal) -> str:
    """Return the way out, named as in the list of providers (facts 3.9)."""
    networks = NETWORKS.get(withdrawal.currency, ())
    if not networks:
        return withdrawal.currency
    return f"{withdrawal.currency}({withdrawal.network if withdrawal.network in networks else networks[0]})"


def _account(withdrawal: Withdrawal) -> str:
    return f"{withdrawal.currency}: {withdrawal.address}"
