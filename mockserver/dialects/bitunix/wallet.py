"""Bitunix's pages of money that went out and came in."""

from __future__ import annotations

from itertools import islice

from mockserver.core.desk import Desk, Withdrawal
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.refusals import Refused
from mockserver.dialects.bitunix import parameters as read
from mockserver.dialects.bitunix.answers import plain

#: Filters by what a withdrawal here does not have: given at all, they leave nothing.
_HAD_BY_NONE = ("outBizId", "transactionHash", "remark")


def withdrawals(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return withdrawals, newest first; every filter may be left out (facts 5.1).

    Both bounds of time are milliseconds and belong to the span; an ill-formed one is none. Transfers inside the house
    are not played, hence there are none of them.
    """
    coin, wanted = read.text(parameters, "coin").upper(), read.text(parameters, "id")
    most = read.bounded(parameters, "limit", default=100, maximum=100)
    since, until = (read.whole(read.text(parameters, name)) for name in ("startTime", "endTime"))
    if read.text(parameters, "type") not in ("", "withdraw") or any(read.text(parameters, n) for n in _HAD_BY_NONE):
        return []
    found = (
        _view(withdrawal)
        for withdrawal in reversed(desk.withdrawals())
        if coin in ("", withdrawal.currency)
        and wanted in ("", str(withdrawal.withdrawal_id))
        and (since is None or withdrawal.at_ms >= since)
        and (until is None or withdrawal.at_ms <= until)
    )
    return list(islice(found, most))


def deposits(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return no deposit: money that came in before the account was opened left no trace (facts 5.1)."""
    return []


def _view(withdrawal: Withdrawal) -> Json:
    return {
        "id": str(withdrawal.withdrawal_id),
        "outBizId": None,
        "type": "withdraw",
        "coin": withdrawal.currency,
        "amount": plain(withdrawal.amount),
        "status": "pending",
        "ctime": withdrawal.at_ms,
        "network": withdrawal.network,
        "address": withdrawal.address,
        "transactionHash": None,
        "feeCoin": withdrawal.currency,
        "fee": "0",
        "memo": None,
        "toType": None,
        "toUid": None,
        "toPhoneCountryCode": None,
        "toPhoneNumber": None,
        "toEmail": None,
        "remark": None,
    }
