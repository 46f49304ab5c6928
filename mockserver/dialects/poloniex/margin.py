"""Margin: orders on borrowed money, and the positions they make. Facts 4.9, 4.1 and, for what is refused, 2.2 and 2.3.

The collateral is in the margin account, in BTC, which all pairs that are traded on margin are paid in. How interest on
what is borrowed was charged the facts do not say; ours is nothing, and so says `lendingFees`.
"""

from __future__ import annotations

from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.money import ZERO, add, multiply, quotient, subtract
from mockserver.core.orders import Order, Side, TimeInForce
from mockserver.core.positions import MarginTerms, Position
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.wallets import Wallet
from mockserver.dialects.poloniex import answers, handlers
from mockserver.dialects.poloniex import parameters as read
from mockserver.dialects.poloniex.answers import money
from mockserver.dialects.poloniex.lending import HIGHEST_RATE
from mockserver.dialects.poloniex.loans import LoanMarket
from mockserver.dialects.poloniex.manner import USUAL, Manner
from mockserver.dialects.poloniex.markets import is_traded_on_margin, market_name

#: 4.9: what an order must be worth that opens a position or makes it larger, in BTC.
LEAST_WORTH = Decimal("0.02")

#: 4.9: what a borrower pays a day at most, unless told otherwise.
USUAL_RATE = Decimal("0.02")

_ZERO = money(ZERO)

#: 4.9 does not say how far from liquidation someone without loans is; wholly covered, we say.
_COVERED = Decimal(1)

_TERMS = MarginTerms()


def _margin_markets(desk: Desk) -> list[Market]:
    return [market for market in desk.markets() if is_traded_on_margin(market)]


def _pair(desk: Desk, parameters: Parameters) -> Market | Refused:
    market = read.market_of(desk, parameters)
    if isinstance(market, Refused) or is_traded_on_margin(market):
        return market
    return Refused(refusal=Refusal.UNKNOWN_MARKET, facts={"market": market_name(market.name)})


def margin_buy(desk: Desk, parameters: Parameters, *, manner: Manner = USUAL) -> Json | Refused:
    """`marginBuy`: opens or enlarges a long position, or makes a short one smaller."""
    return _place(desk, parameters, Side.BUY, manner)


def margin_sell(desk: Desk, parameters: Parameters, *, manner: Manner = USUAL) -> Json | Refused:
    """`marginSell`: likewise, the other way round."""
    return _place(desk, parameters, Side.SELL, manner)


def _place(desk: Desk, parameters: Parameters, side: Side, manner: Manner) -> Json | Refused:
    """Place an order on margin; the order of the checks is that of `buy` (2.2), the rate of the loan comes last."""
    asked = handlers.read_order(desk, parameters)
    if isinstance(asked, Refused):
        return asked
    market, rate, amount = asked
    if not is_traded_on_margin(market):
        return Refused(refusal=Refusal.UNKNOWN_MARKET, facts={"market": market_name(market.name)})
    lending_rate = read.quantity(parameters, "lendingRate")
    if isinstance(lending_rate, Refused):
        return lending_rate
    if read.given(parameters, "lendingRate") is None:
        lending_rate = USUAL_RATE
    if lending_rate > HIGHEST_RATE:
        return Refused(refusal=Refusal.REJECTED, variant="loan_rate")
    client_order_id = handlers.free_client_order_id(desk, parameters)
    if isinstance(client_order_id, Refused):
        return client_order_id
    if (refused := handlers.not_tradable(desk, market, rate, manner)) is not None:
        return refused
    enlarges = _enlarges(desk.position(market), side, amount)
    if enlarges and manner.market == "reduce only":
        return Refused(refusal=Refusal.REJECTED, variant="reduce")
    if enlarges and multiply(rate, amount) < LEAST_WORTH:
        return Refused(refusal=Refusal.BELOW_MINIMUM, facts={"minimum": f"{LEAST_WORTH:f}"})
    time_in_force = TimeInForce.POST_ONLY if manner.market == "post only" else TimeInForce.GTC
    currency = market.quote if side is Side.BUY else market.base
    owed = _owed(desk.position(market), currency)
    order = desk.place_order(
        market, side, rate, amount, time_in_force=time_in_force, client_order_id=client_order_id, margin=_TERMS
    )
    if isinstance(order, Refused):
        return order
    borrowed = subtract(_owed(order.position, currency), owed)
    desk.venue_annex(LoanMarket).take(desk, currency, borrowed, lending_rate)
    view: dict[str, Json] = {
        "orderNumber": str(order.order_id),
        "resultingTrades": _resulting_trades(market, order),
        "message": "Margin order placed.",
    }
    if order.client_order_id is not None:
        view["clientOrderId"] = order.client_order_id
    return view


def _owed(position: Position | None, currency: str) -> Decimal:
    return ZERO if position is None else position.debts.get(currency, ZERO)


def _enlarges(position: Position | None, side: Side, amount: Decimal) -> bool:
    """Tell whether an order would leave a position that is larger, or another one."""
    if position is None or (position.amount > ZERO) == (side is Side.BUY):
        return True
    return amount > abs(position.amount)


def _resulting_trades(market: Market, order: Order) -> Json:
    """Return the trades by pair, and without any the empty list (5.1)."""
    fills = [answers.resulting_trade_view(fill) for fill in order.fills]
    return answers.or_empty_list({market_name(market.name): fills} if fills else {})


def return_tradable_balances(desk: Desk, parameters: Parameters) -> Json:
    """`returnTradableBalances`: what margin would allow to trade, by pair and currency."""
    available = desk.balances(Wallet.MARGIN)
    tradable: dict[str, Json] = {}
    for market in _margin_markets(desk):
        paid = multiply(available[market.quote].available, _TERMS.leverage)
        bought = quotient(paid, desk.ticker(market).last)
        tradable[market_name(market.name)] = {market.quote: money(paid), market.base: money(bought)}
    return tradable


def return_margin_account_summary(desk: Desk, parameters: Parameters) -> Json:
    """`returnMarginAccountSummary`: all in BTC; the margin is what is there for each BTC that was borrowed."""
    value, profit, borrowed = _standing(desk)
    net = add(value, profit)
    return {
        "totalValue": money(value),
        "pl": money(profit),
        "lendingFees": _ZERO,
        "netValue": money(net),
        "totalBorrowedValue": money(borrowed),
        "currentMargin": money(margin_of(net, borrowed)),
    }


def _standing(desk: Desk) -> tuple[Decimal, Decimal, Decimal]:
    """Return what the margin account has, what its positions would bring, and what was borrowed for them, in BTC."""
    balance = desk.balances(Wallet.MARGIN)["BTC"]
    profit = borrowed = ZERO
    for position in desk.positions(wallet=Wallet.MARGIN):
        market = desk.market(position.market)
        if market is None:
            continue
        last = desk.ticker(market).last
        profit = add(profit, position.unrealised(last))
        for currency, debt in position.debts.items():
            borrowed = add(borrowed, debt if currency == market.quote else multiply(debt, last))
    return add(balance.available, balance.held), profit, borrowed


def margin_of(net: Decimal, borrowed: Decimal) -> Decimal:
    """Return the margin as a ratio."""
    return quotient(net, borrowed) if borrowed else _COVERED


def margin_after(desk: Desk, withdrawn: Decimal) -> Decimal:
    """Return what the margin would be if so many BTC left the margin account."""
    value, profit, borrowed = _standing(desk)
    return margin_of(subtract(add(value, profit), withdrawn), borrowed)


def get_margin_position(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`getMarginPosition`: of one pair, or of all that are traded on margin."""
    if read.wants_all(parameters):
        return {market_name(market.name): _position_view(desk, market) for market in _margin_markets(desk)}
    market = _pair(desk, parameters)
    return market if isinstance(market, Refused) else _position_view(desk, market)


def _position_view(desk: Desk, market: Market) -> Json:
    """Return a position: what is owed of a currency stands below zero, in `amount` and in `total`."""
    position = desk.position(market)
    if position is None or not position.is_open:
        return {
            "amount": _ZERO,
            "total": _ZERO,
            "basePrice": _ZERO,
            "liquidationPrice": -1,
            "pl": _ZERO,
            "lendingFees": _ZERO,
            "type": "none",
        }
    long = position.amount > ZERO
    liquidation = desk.liquidation_price(position)
    return {
        "amount": money(position.amount),
        "total": money(-position.cost if long else position.cost),
        "basePrice": money(position.base_price),
        "liquidationPrice": -1 if liquidation is None else liquidation,
        "pl": money(position.unrealised(desk.ticker(market).last)),
        "lendingFees": _ZERO,
        "type": "long" if long else "short",
    }


def close_margin_position(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`closeMarginPosition`: at market; that there is none to close counts as a success (2.5)."""
    market = _pair(desk, parameters)
    if isinstance(market, Refused):
        return market
    closed = desk.close_position(market)
    if isinstance(closed, Refused):
        return {"success": 1, "message": "You do not have an open position in this market.", "resultingTrades": []}
    return {
        "success": 1,
        "message": "Successfully closed margin position.",
        "resultingTrades": _resulting_trades(market, closed),
    }
