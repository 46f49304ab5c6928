"""What an account has where, what it pays, and what it took out. Facts 4.1 and 4.2.

All money is on the exchange's own account: nothing was ever moved to margin or lending, which are therefore empty.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal

from mockserver.core.desk import Desk, Withdrawal
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.refusals import Refused
from mockserver.dialects.poloniex import answers
from mockserver.dialects.poloniex import parameters as read
from mockserver.dialects.poloniex.answers import money
from mockserver.dialects.poloniex.markets import CURRENCIES, MARKETS

ACCOUNTS = ("exchange", "margin", "lending")

_MONTH_MS = 30 * 86_400_000

#: 4.1: where the next tier of fees begins, in dollars. Fees of ours do not fall; they stay those of the first tier.
_NEXT_TIER = 25_000

#: A handler does not see where its caller sits. Ours sit on this machine, as a rule.
_CALLER = "127.0.0.1"


def return_available_account_balances(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`returnAvailableAccountBalances`: accounts that have something, and in them the currencies that they have."""
    wanted = read.given(parameters, "account")
    if wanted is not None and wanted not in ACCOUNTS:
        return read.invalid("account")
    there = {currency: money(balance.available) for currency, balance in desk.balances().items() if balance.available}
    return answers.or_empty_list({"exchange": there} if there and wanted in (None, "exchange") else {})


def return_fee_info(desk: Desk, parameters: Parameters) -> Json:
    """`returnFeeInfo`: the first tier's fees, and what the account has traded in thirty days, in dollars."""
    maker, taker = money(MARKETS[0].maker_fee), money(MARKETS[0].taker_fee)
    return {
        "makerFee": maker,
        "takerFee": taker,
        "marginMakerFee": maker,
        "marginTakerFee": taker,
        "thirtyDayVolume": money(_traded(desk)),
        "nextTier": _NEXT_TIER,
    }


def _traded(desk: Desk) -> Decimal:
    since_ms = desk.now_ms - _MONTH_MS
    paid: dict[str, Decimal] = {}
    for fill in desk.fills():
        if fill.at_ms >= since_ms:
            quote = fill.market.partition("/")[2]
            paid[quote] = paid.get(quote, Decimal(0)) + fill.price * fill.amount
    return sum((total * _in_dollars(desk, quote) for quote, total in paid.items()), Decimal(0))


def _in_dollars(desk: Desk, currency: str) -> Decimal:
    market = desk.market(f"{currency}/USDT")
    return Decimal(1) if market is None else desk.ticker(market).last


def return_deposits_withdrawals(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`returnDepositsWithdrawals`: of a range, both ends included; nobody has ever paid in here."""
    start = read.time_ms(parameters, "start")
    if isinstance(start, Refused):
        return start
    end = read.time_ms(parameters, "end")
    if isinstance(end, Refused):
        return end
    if start is None or end is None:
        return read.missing()
    return {
        "deposits": [],
        "withdrawals": [_withdrawal_view(done) for done in desk.withdrawals() if read.within(done.at_ms, start, end)],
        "adjustments": [],
    }


def _withdrawal_view(done: Withdrawal) -> Json:
    """Return one withdrawal. Its amount includes the fee; what the chain calls it is made up, and stays the same."""
    return {
        "withdrawalNumber": done.withdrawal_id,
        "currency": done.currency,
        "address": done.address,
        "amount": money(done.amount),
        "fee": money(min(CURRENCIES[done.currency].withdrawal_fee, done.amount)),
        "timestamp": done.at_ms // 1000,
        "status": f"COMPLETE: {hashlib.sha256(str(done.withdrawal_id).encode()).hexdigest()}",
        "ipAddress": _CALLER,
        "paymentID": None,
        "canCancel": 0,
        "canResendEmail": 0,
        "scope": "crypto",
        "fiatAccountId": None,
    }
