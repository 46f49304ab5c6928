"""What an account has where, how it moves, and what it costs. Facts 4.1, 4.2, 4.7 and 4.8."""

from __future__ import annotations

from decimal import Decimal

from mockserver.core.desk import Deposit, Desk, Withdrawal, WithdrawalStatus
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.wallets import Wallet
from mockserver.dialects.poloniex import answers
from mockserver.dialects.poloniex import parameters as read
from mockserver.dialects.poloniex.answers import money
from mockserver.dialects.poloniex.lending import settled
from mockserver.dialects.poloniex.manner import USUAL, Manner
from mockserver.dialects.poloniex.margin import margin_after
from mockserver.dialects.poloniex.markets import CHAINS, CURRENCIES, MARKETS, SWAPS

#: By the names that a client gives them.
WALLETS = {
    "exchange": Wallet.SPOT,
    "margin": Wallet.MARGIN,
    "lending": Wallet.LENDING,
    "futures": Wallet.FUTURES,
}
ACCOUNTS = tuple(WALLETS)

_MONTH_MS = 30 * 86_400_000

#: 4.1: where the next tier of fees begins, in dollars. Fees of ours do not fall; they stay those of the first tier.
_NEXT_TIER = 25_000

#: A handler does not see where its caller sits. Ours sit on this machine, as a rule.
_CALLER = "127.0.0.1"

#: 4.2: where a withdrawal is. The facts settle how a failed one is spelled.
_STATUSES = {WithdrawalStatus.PENDING: "PENDING", WithdrawalStatus.CANCELLED: "COMPLETE: ERROR"}

#: 2.5: less than this of a margin is a danger that wants to be confirmed.
_SAFE_MARGIN = Decimal(1)


def return_available_account_balances(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`returnAvailableAccountBalances`: accounts that have something, and in them the currencies that they have."""
    wanted = read.given(parameters, "account")
    if wanted is not None and wanted not in WALLETS:
        return read.invalid("account")
    settled(desk)
    found: dict[str, Json] = {}
    for name, wallet in WALLETS.items():
        balances = desk.balances(wallet) if wanted in (None, name) else {}
        there = {currency: money(balance.available) for currency, balance in balances.items() if balance.available}
        if there:
            found[name] = there
    return answers.or_empty_list(found)


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
    for fill in desk.fills(wallet=None):
        if fill.at_ms >= since_ms:
            quote = fill.market.partition("/")[2]
            paid[quote] = paid.get(quote, Decimal(0)) + fill.price * fill.amount
    return sum((total * _in_dollars(desk, quote) for quote, total in paid.items()), Decimal(0))


def _in_dollars(desk: Desk, currency: str) -> Decimal:
    market = desk.market(f"{currency}/USDT")
    return Decimal(1) if market is None else desk.ticker(market).last


def return_market_rules(desk: Desk, parameters: Parameters) -> Json:
    """`returnMarketRules`: not documented; the members of the one recording, with the rules that hold here.

    It tells one set of rules for all markets. Ours is that of the markets that are paid in BTC; fees are per cent.
    """
    market = next(market for market in MARKETS if market.quote == "BTC")
    return {
        "default": {
            "minAmount": f"{market.minimum_amount:f}",
            "minPrice": f"{market.price_step:f}",
            "maxPrice": "1000000000",
            "minTotal": f"{market.minimum_total:f}",
            "buyFee": money(market.taker_fee * 100),
            "sellFee": money(market.taker_fee * 100),
            "serverTimeStamp": answers.date(desk.now_ms),
        }
    }


# Money that comes and goes.


def return_deposits_withdrawals(desk: Desk, parameters: Parameters, *, manner: Manner = USUAL) -> Json | Refused:
    """`returnDepositsWithdrawals`: of a range, both ends included, oldest first; `limit` keeps the newest of each."""
    start = read.time_ms(parameters, "start")
    if isinstance(start, Refused):
        return start
    end = read.time_ms(parameters, "end")
    if isinstance(end, Refused):
        return end
    if start is None or end is None:
        return read.missing()
    limit = read.count(parameters, "limit", default=10_000, most=10_000)
    if isinstance(limit, Refused):
        return limit
    came = [deposit for deposit in desk.deposits() if read.within(deposit.at_ms, start, end)]
    went = [done for done in desk.withdrawals() if read.within(done.at_ms, start, end)]
    return {
        "deposits": [_deposit_view(deposit, late=manner.late) for deposit in came[len(came) - min(limit, len(came)) :]],
        "withdrawals": [_withdrawal_view(done) for done in went[len(went) - min(limit, len(went)) :]],
        "adjustments": [],
    }


def _code(currency: str, network: str | None) -> str:
    """Return the code under which a currency travels by a way: its own, or that of a child chain."""
    for code, chain in CHAINS.items():
        if (chain.parent, chain.network) == (currency, network):
            return code
    return currency


def _deposit_view(deposit: Deposit, *, late: bool) -> Json:
    view: dict[str, Json] = {
        "depositNumber": deposit.deposit_id,
        "currency": _code(deposit.currency, deposit.network),
        "address": deposit.address,
        "amount": money(deposit.amount),
        "confirmations": CURRENCIES[deposit.currency].confirmations,
        "txid": deposit.txid,
        "timestamp": deposit.at_ms // 1000,
        "status": "COMPLETE",
    }
    return view | {"category": "deposit", "fiatAccountId": None, "scope": None} if late else view


def _withdrawal_view(done: Withdrawal) -> Json:
    """Return one withdrawal. Its amount includes the fee."""
    return {
        "withdrawalNumber": done.withdrawal_id,
        "currency": _code(done.currency, done.network),
        "address": done.address,
        "amount": money(done.amount),
        "fee": money(min(_fee(done.currency, done.network), done.amount)),
        "timestamp": done.at_ms // 1000,
        "status": _STATUSES.get(done.status, f"COMPLETE: {done.txid}"),
        "ipAddress": _CALLER,
        "paymentID": done.tag,
        "canCancel": 0,
        "canResendEmail": 0,
        "scope": "crypto",
        "fiatAccountId": None,
    }


def _fee(currency: str, network: str | None) -> Decimal:
    chain = CHAINS.get(_code(currency, network))
    return CURRENCIES[currency].withdrawal_fee if chain is None else chain.fee


def withdraw(desk: Desk, parameters: Parameters, *, manner: Manner = USUAL) -> Json | Refused:
    """`withdraw`: at once, and without an e-mail (1.3). The currency may be one that travels by another chain (4.8)."""
    code = read.given(parameters, "currency")
    if code is None or read.given(parameters, "amount") is None or read.given(parameters, "address") is None:
        return read.missing()
    if code in desk.currencies():
        code = read.given(parameters, "currencyToWithdrawAs") or code
    chain = CHAINS.get(code)
    currency, network = (code, None) if chain is None else (chain.parent, chain.network)
    if currency not in desk.currencies():
        return Refused(refusal=Refusal.UNKNOWN_CURRENCY, facts={"parameter": "currency", "currency": currency})
    amount = read.quantity(parameters, "amount")
    if isinstance(amount, Refused):
        return amount
    if not amount:
        return read.invalid("amount")
    address = read.address(parameters)
    if isinstance(address, Refused):
        return address
    done = desk.withdraw(currency, amount, address, network, tag=read.given(parameters, "paymentId"))
    if isinstance(done, Refused):
        return done
    if manner.withdrawals == "at once":
        desk.complete_withdrawal(done.withdrawal_id)
    return {
        "response": f"Withdrew {money(amount)} {currency}.",
        "email2FA": False,
        "withdrawalNumber": done.withdrawal_id,
    }


# Money that stays.


def transfer_balance(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`transferBalance`: between accounts of one customer; `confirmed=1` even where it endangers a position."""
    names = ("currency", "amount", "fromAccount", "toAccount")
    currency, _, source, target = (read.given(parameters, name) for name in names)
    if currency is None or source is None or target is None or read.given(parameters, "amount") is None:
        return read.missing()
    if currency not in desk.currencies():
        return Refused(refusal=Refusal.UNKNOWN_CURRENCY, facts={"parameter": "currency", "currency": currency})
    amount = read.quantity(parameters, "amount")
    if isinstance(amount, Refused):
        return amount
    if not amount:
        return read.invalid("amount")
    if source not in WALLETS or target not in WALLETS or source == target:
        return read.invalid("account")
    settled(desk)
    if (refused := _endangered(desk, currency, amount, source, parameters)) is not None:
        return refused
    moved = desk.transfer(currency, amount, WALLETS[source], WALLETS[target])
    if moved is not None:
        return moved
    message = f"Transferred {money(amount)} {currency} from {source} to {target} account."
    return {"success": 1, "message": message}


def _endangered(desk: Desk, currency: str, amount: Decimal, source: str, parameters: Parameters) -> Refused | None:
    """Ask for confirmation of what would leave too little behind a position on margin."""
    if source != "margin" or currency != "BTC" or read.flag(parameters, "confirmed"):
        return None
    if desk.balances(Wallet.MARGIN)[currency].available < amount or not desk.positions(wallet=Wallet.MARGIN):
        return None
    margin = margin_after(desk, amount)
    if margin >= _SAFE_MARGIN:
        return None
    facts = {"amount": money(amount), "currency": currency, "margin": f"{margin * 100:.2f}"}
    return Refused(refusal=Refusal.REJECTED, facts=facts, variant="margin_danger")


def swap_currencies(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`swapCurrencies`: a currency for its wrapped form, one for one. `success` is true here, and no number."""
    source, target = read.given(parameters, "fromCurrency"), read.given(parameters, "toCurrency")
    if source is None or target is None or read.given(parameters, "amount") is None:
        return read.missing()
    amount = read.quantity(parameters, "amount")
    if isinstance(amount, Refused):
        return amount
    if not amount:
        return read.invalid("amount")
    if (source, target) not in SWAPS:
        wrong = "toCurrency" if any(source == one for one, _ in SWAPS) else "fromCurrency"
        return read.invalid(wrong)
    swapped = desk.swap(source, amount, target, amount)
    if swapped is not None:
        return swapped
    plain = f"{amount:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return {"success": True, "message": f"Swap {plain} from {source} to {target}."}
