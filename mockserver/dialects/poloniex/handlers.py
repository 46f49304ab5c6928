"""Balances, orders and trades: what these private commands do, from a desk to a body. Facts 4.1 to 4.6."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from mockserver.core.desk import Balance, Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.orders import Order, Side, TimeInForce
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.wallets import Wallet
from mockserver.dialects.poloniex import answers
from mockserver.dialects.poloniex import parameters as read
from mockserver.dialects.poloniex.answers import money
from mockserver.dialects.poloniex.lending import settled
from mockserver.dialects.poloniex.manner import USUAL, Manner
from mockserver.dialects.poloniex.markets import HIGHEST_RATE, USUAL_MINIMUM_TOTAL, market_name

_DAY_MS = 86_400_000

_FLAGS = (
    ("fillOrKill", TimeInForce.FOK),
    ("immediateOrCancel", TimeInForce.IOC),
    ("postOnly", TimeInForce.POST_ONLY),
)

#: 2.3 `Order is beyond acceptable bounds.`: nobody wrote them down; ours are a tenth of the last price and ten of it.
_BOUND = Decimal(10)

#: What each state of a market refuses an order with.
_STATES = {"frozen": "frozen", "disabled": "disabled", "closed": "closed", "paused": "paused"}


def return_balances(desk: Desk, parameters: Parameters) -> Json:
    """`returnBalances`: what is available of every currency, zeros included."""
    return {currency: money(balance.available) for currency, balance in desk.balances().items()}


def return_complete_balances(desk: Desk, parameters: Parameters, *, manner: Manner = USUAL) -> Json:
    """`returnCompleteBalances`: what is available, what stands in orders, and what both are worth in BTC.

    Of the exchange's account; with `all` of margin and lending too, what was lent among it. The platform of 2022 told
    the accounts apart then (regime D).
    """
    if parameters.get("account") not in ("all", "ALL"):
        return _complete(desk, desk.balances())
    loans = settled(desk)
    wallets = {wallet: dict(desk.balances(wallet)) for wallet in (Wallet.SPOT, Wallet.MARGIN, Wallet.LENDING)}
    for loan in (*loans.of(loans.offers, desk.account_id), *loans.of(loans.lent, desk.account_id)):
        balance = wallets[Wallet.LENDING][loan.currency]
        wallets[Wallet.LENDING][loan.currency] = replace(balance, held=balance.held + loan.amount)
    if manner.regime == "D":
        return {_ACCOUNT_NAMES[wallet]: _complete(desk, balances) for wallet, balances in wallets.items()}
    together = {
        currency: Balance(
            available=sum((balances[currency].available for balances in wallets.values()), Decimal(0)),
            held=sum((balances[currency].held for balances in wallets.values()), Decimal(0)),
        )
        for currency in desk.currencies()
    }
    return _complete(desk, together)


_ACCOUNT_NAMES = {Wallet.SPOT: "exchange", Wallet.MARGIN: "margin", Wallet.LENDING: "lending"}


def _complete(desk: Desk, balances: Mapping[str, Balance]) -> Json:
    return {
        currency: {
            "available": money(balance.available),
            "onOrders": money(balance.held),
            "btcValue": money(_in_btc(desk, currency, balance)),
        }
        for currency, balance in balances.items()
    }


def _in_btc(desk: Desk, currency: str, balance: Balance) -> Decimal:
    """Return a balance at the last price, over USDT where there is no market with BTC."""
    total = balance.available + balance.held
    if not total or currency in ("BTC", "WBTC"):
        return total
    if (direct := desk.market(f"{currency}/BTC")) is not None:
        return total * desk.ticker(direct).last
    if currency != "USDT":
        over = desk.market(f"{currency}/USDT")
        total = Decimal(0) if over is None else total * desk.ticker(over).last
    bitcoin = desk.market("BTC/USDT")
    return Decimal(0) if bitcoin is None else total / desk.ticker(bitcoin).last


def return_open_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`returnOpenOrders`: of one pair; or of every pair, empty lists included. Those on margin are marked."""
    if read.wants_all(parameters):
        return {market_name(market.name): _open_orders(desk, market) for market in desk.markets()}
    market = read.market_of(desk, parameters)
    return market if isinstance(market, Refused) else _open_orders(desk, market)


def _open_orders(desk: Desk, market: Market) -> Json:
    return [answers.open_order_view(order) for order in desk.open_orders(market, wallet=None)]


def return_trade_history(desk: Desk, parameters: Parameters, *, manner: Manner = USUAL) -> Json | Refused:
    """`returnTradeHistory`: the account's trades, newest first, of the last day unless a range is given.

    With `all` only pairs that were traded are there, and `[]` where none was. The end is exclusive (inferred, 4.4).
    """
    wanted = list(desk.markets())
    everything = read.wants_all(parameters)
    if not everything:
        market = read.market_of(desk, parameters)
        if isinstance(market, Refused):
            return market
        wanted = [market]
    start = read.time_ms(parameters, "start")
    if isinstance(start, Refused):
        return start
    end = read.time_ms(parameters, "end")
    if isinstance(end, Refused):
        return end
    limit = read.count(parameters, "limit", default=500, most=10_000)
    if isinstance(limit, Refused):
        return limit
    if start is None and end is None:
        start = desk.now_ms - _DAY_MS
    found: dict[str, Json] = {}
    for market in wanted:
        fills = [
            fill
            for fill in reversed(desk.fills(market, wallet=None))
            if (start is None or fill.at_ms >= start) and (end is None or fill.at_ms < end)
        ][:limit]
        if fills or not everything:
            found[market_name(market.name)] = [
                answers.private_trade_view(fill, market, desk.order(fill.order_id), late=manner.late) for fill in fills
            ]
    return answers.or_empty_list(found) if everything else found[market_name(wanted[0].name)]


def return_order_trades(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`returnOrderTrades`: an order without trades is answered like one that never was."""
    number = read.order_number(parameters)
    if isinstance(number, Refused):
        return number
    order = desk.order(number)
    market = None if order is None else desk.market(order.market)
    if order is None or market is None or not order.fills:
        return Refused(refusal=Refusal.ORDER_NOT_FOUND, facts={"order_id": number}, variant="trades")
    return [answers.order_trade_view(fill, market) for fill in order.fills]


def return_order_status(desk: Desk, parameters: Parameters, *, manner: Manner = USUAL) -> Json | Refused:
    """`returnOrderStatus`: of open orders alone."""
    number = read.order_number(parameters)
    if isinstance(number, Refused):
        return number
    order = desk.order(number)
    market = None if order is None else desk.market(order.market)
    if order is None or market is None or not order.is_open:
        return Refused(refusal=Refusal.ORDER_NOT_FOUND, facts={"order_id": number}, variant="status")
    view = answers.order_status_view(order, market, late=manner.late)
    return {"result": {str(order.order_id): view}, "success": 1}


# Placing.


def buy(desk: Desk, parameters: Parameters, *, manner: Manner = USUAL) -> Json | Refused:
    """`buy`."""
    return _place(desk, parameters, Side.BUY, manner)


def sell(desk: Desk, parameters: Parameters, *, manner: Manner = USUAL) -> Json | Refused:
    """`sell`."""
    return _place(desk, parameters, Side.SELL, manner)


def read_order(desk: Desk, parameters: Parameters) -> tuple[Market, Decimal, Decimal] | Refused:
    """Return market, rate and amount of an order, read in the order that was probed on the live server (2.2)."""
    rate = read.quantity(parameters, "rate")
    if isinstance(rate, Refused):
        return rate
    amount = read.quantity(parameters, "amount")
    if isinstance(amount, Refused):
        return amount
    market = read.market_of(desk, parameters)
    minimum = market.minimum_total if isinstance(market, Market) else USUAL_MINIMUM_TOTAL
    if rate * amount < minimum:
        return Refused(refusal=Refusal.BELOW_MINIMUM, facts={"minimum": f"{minimum:f}"})
    return market if isinstance(market, Refused) else (market, rate, amount)


def read_flags(
    parameters: Parameters, flags: tuple[tuple[str, TimeInForce], ...] = _FLAGS, *, variant: str = "flags"
) -> TimeInForce | Refused:
    """Return what becomes of the part of an order that does not trade at once."""
    given = [kind for name, kind in flags if name in parameters and read.flag(parameters, name)]
    if len(given) > 1:
        return Refused(refusal=Refusal.REJECTED, variant=variant)
    return given[0] if given else TimeInForce.GTC


def free_client_order_id(desk: Desk, parameters: Parameters, besides: Order | None = None) -> str | Refused | None:
    """Return the client's own number for an order, which no other open order of the account may have.

    The text for one that has is a silence of the facts (4.6); this one is of the family.
    """
    client_order_id = read.client_order_id(parameters)
    if client_order_id is None or isinstance(client_order_id, Refused):
        return client_order_id
    earlier = desk.order_by_client_id(client_order_id)
    if earlier is not None and earlier.is_open and earlier is not besides:
        return read.invalid("clientOrderId")
    return client_order_id


def not_tradable(desk: Desk, market: Market, rate: Decimal, manner: Manner) -> Refused | None:
    """Return why a market takes no order now, or none at this rate; None where it does."""
    if rate > HIGHEST_RATE:
        facts: dict[str, object] = {"maximum": f"{HIGHEST_RATE:f}"}
        return Refused(refusal=Refusal.INVALID_PARAMETER, facts=facts | {"parameter": "rate"}, variant="rate_bound")
    if (state := _STATES.get(manner.market)) is not None:
        return Refused(refusal=Refusal.REJECTED, variant=state)
    if manner.market == "banded":
        last = desk.ticker(market).last
        if not last / _BOUND <= rate <= last * _BOUND:
            return beside(market, Refused(refusal=Refusal.REJECTED, variant="bounds"))
    return None


def beside(market: Market, refused: Refused) -> Refused:
    """Return a refusal that tells the fee and the pair besides, as those of orders did later (2.3)."""
    facts = {"fee": money(market.taker_fee), "currencyPair": market_name(market.name)}
    return replace(refused, facts={**refused.facts, **facts})


def _place(desk: Desk, parameters: Parameters, side: Side, manner: Manner) -> Json | Refused:
    asked = read_order(desk, parameters)
    if isinstance(asked, Refused):
        return asked
    market, rate, amount = asked
    time_in_force = read_flags(parameters)
    if isinstance(time_in_force, Refused):
        return time_in_force
    client_order_id = free_client_order_id(desk, parameters)
    if isinstance(client_order_id, Refused):
        return client_order_id
    order = not_tradable(desk, market, rate, manner) or _full(desk, market, time_in_force, manner)
    if order is None:
        if manner.market == "post only":
            time_in_force = TimeInForce.POST_ONLY
        placed = desk.place_order(
            market, side, rate, amount, time_in_force=time_in_force, client_order_id=client_order_id
        )
        if not isinstance(placed, Refused):
            return _placed(placed, market, manner)
        order = placed
    return beside(market, order) if manner.late and order.refusal in _BESIDE else order


#: Refusals of an order that later told fee and pair, too: those of the market, not those of parameters.
_BESIDE = frozenset({Refusal.INSUFFICIENT_FUNDS, Refusal.REJECTED})


def _full(desk: Desk, market: Market, time_in_force: TimeInForce, manner: Manner) -> Refused | None:
    """Refuse an order that would rest where as many rest as may."""
    if manner.open_orders is None or time_in_force in (TimeInForce.IOC, TimeInForce.FOK):
        return None
    if len(desk.open_orders(market, wallet=None)) < manner.open_orders:
        return None
    return Refused(refusal=Refusal.REJECTED, facts={"maximum": manner.open_orders}, variant="open_orders")


def _placed(order: Order, market: Market, manner: Manner) -> Json:
    """Return what `buy` and `sell` answer (4.6); no `success` stands in it."""
    view: dict[str, Json] = {
        "orderNumber": str(order.order_id),
        "resultingTrades": [answers.resulting_trade_view(fill) for fill in order.fills],
    }
    if order.time_in_force is TimeInForce.IOC:
        view["amountUnfilled"] = money(order.remaining)
    view["fee"] = money(market.taker_fee)
    view["currencyPair"] = market_name(market.name)
    if order.client_order_id is not None:
        view["clientOrderId"] = order.client_order_id
    if manner.late:
        view |= {"tokenFee": 0, "tokenFeeCurrency": None}
    return view
