"""What each private command does, from its caller's desk to the body of a success. Facts 4."""

from __future__ import annotations

from decimal import Decimal

from mockserver.core.desk import Balance, Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.orders import Order, Side, TimeInForce
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.poloniex import answers
from mockserver.dialects.poloniex import parameters as read
from mockserver.dialects.poloniex.answers import money
from mockserver.dialects.poloniex.markets import USUAL_MINIMUM_TOTAL, market_name

_DAY_MS = 86_400_000

_FLAGS = (
    ("fillOrKill", TimeInForce.FOK),
    ("immediateOrCancel", TimeInForce.IOC),
    ("postOnly", TimeInForce.POST_ONLY),
)


def return_balances(desk: Desk, parameters: Parameters) -> Json:
    """`returnBalances`: what is available of every currency, zeros included."""
    return {currency: money(balance.available) for currency, balance in desk.balances().items()}


def return_complete_balances(desk: Desk, parameters: Parameters) -> Json:
    """`returnCompleteBalances`: what is available, what stands in orders, and what both are worth in BTC."""
    return {
        currency: {
            "available": money(balance.available),
            "onOrders": money(balance.held),
            "btcValue": money(_in_btc(desk, currency, balance)),
        }
        for currency, balance in desk.balances().items()
    }


def _in_btc(desk: Desk, currency: str, balance: Balance) -> Decimal:
    """Return a balance at the last price, over USDT where there is no market with BTC."""
    total = balance.available + balance.held
    if not total or currency == "BTC":
        return total
    if (direct := desk.market(f"{currency}/BTC")) is not None:
        return total * desk.ticker(direct).last
    if currency != "USDT":
        over = desk.market(f"{currency}/USDT")
        total = Decimal(0) if over is None else total * desk.ticker(over).last
    bitcoin = desk.market("BTC/USDT")
    return Decimal(0) if bitcoin is None else total / desk.ticker(bitcoin).last


def return_deposit_addresses(desk: Desk, parameters: Parameters) -> Json:
    """`returnDepositAddresses`: an account of ours has an address for every currency from the start."""
    found = ((currency, desk.deposit_address(currency)) for currency in desk.currencies())
    return answers.or_empty_list({currency: address for currency, address in found if isinstance(address, str)})


def generate_new_address(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`generateNewAddress`: the one that the account has. That one a day is the limit is only planned as a fault."""
    currency = read.given(parameters, "currency")
    if currency is None:
        return read.missing()
    address = desk.deposit_address(currency)
    return address if isinstance(address, Refused) else {"success": 1, "response": address}


def return_open_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`returnOpenOrders`: of one pair; or of every pair, empty lists included."""
    if read.wants_all(parameters):
        return {
            market_name(market.name): [answers.open_order_view(order) for order in desk.open_orders(market)]
            for market in desk.markets()
        }
    market = read.market_of(desk, parameters)
    if isinstance(market, Refused):
        return market
    return [answers.open_order_view(order) for order in desk.open_orders(market)]


def return_trade_history(desk: Desk, parameters: Parameters) -> Json | Refused:
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
            for fill in reversed(desk.fills(market))
            if (start is None or fill.at_ms >= start) and (end is None or fill.at_ms < end)
        ][:limit]
        if fills or not everything:
            found[market_name(market.name)] = [answers.private_trade_view(fill, market) for fill in fills]
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


def return_order_status(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`returnOrderStatus`: of open orders alone."""
    number = read.order_number(parameters)
    if isinstance(number, Refused):
        return number
    order = desk.order(number)
    market = None if order is None else desk.market(order.market)
    if order is None or market is None or not order.is_open:
        return Refused(refusal=Refusal.ORDER_NOT_FOUND, facts={"order_id": number}, variant="status")
    return {"result": {str(order.order_id): answers.order_status_view(order, market)}, "success": 1}


def buy(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`buy`."""
    return _place(desk, parameters, Side.BUY)


def sell(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`sell`."""
    return _place(desk, parameters, Side.SELL)


def _place(desk: Desk, parameters: Parameters, side: Side) -> Json | Refused:
    """Place an order, once its parameters have passed in the order that was probed on the live server (2.2)."""
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
    if isinstance(market, Refused):
        return market
    flags = [kind for name, kind in _FLAGS if name in parameters and read.flag(parameters, name)]
    if len(flags) > 1:
        return Refused(refusal=Refusal.REJECTED, variant="flags")
    client_order_id = read.client_order_id(parameters)
    if isinstance(client_order_id, Refused):
        return client_order_id
    if client_order_id is not None:
        earlier = desk.order_by_client_id(client_order_id)
        if earlier is not None and earlier.is_open:
            # 4.6: unique among the open orders. The text is a silence of the facts; this one is of the family.
            return read.invalid("clientOrderId")
    time_in_force = flags[0] if flags else TimeInForce.GTC
    order = desk.place_order(market, side, rate, amount, time_in_force=time_in_force, client_order_id=client_order_id)
    return order if isinstance(order, Refused) else _placed(order, market, time_in_force)


def _placed(order: Order, market: Market, time_in_force: TimeInForce) -> Json:
    """Return what `buy` and `sell` answer (4.6); no `success` stands in it."""
    view: dict[str, Json] = {
        "orderNumber": str(order.order_id),
        "resultingTrades": [answers.resulting_trade_view(fill) for fill in order.fills],
    }
    if time_in_force is TimeInForce.IOC:
        view["amountUnfilled"] = money(order.remaining)
    view["fee"] = money(market.taker_fee)
    view["currencyPair"] = market_name(market.name)
    if order.client_order_id is not None:
        view["clientOrderId"] = order.client_order_id
    return view


def cancel_order(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`cancelOrder`: by its number, or by the client's own."""
    named = read.given(parameters, "orderNumber") is None
    client_order_id = read.client_order_id(parameters) if named else None
    if isinstance(client_order_id, Refused):
        return client_order_id
    if client_order_id is not None:
        order = desk.order_by_client_id(client_order_id)
        if order is None or not order.is_open:
            facts = {"client_order_id": client_order_id}
            return Refused(refusal=Refusal.ORDER_NOT_FOUND, facts=facts, variant="client_order_id")
        number: int | Refused = order.order_id
    else:
        number = read.order_number(parameters)
    if isinstance(number, Refused):
        return number
    if number == 0:
        return Refused(refusal=Refusal.ORDER_NOT_FOUND, facts={"order_id": 0}, variant="zero")
    cancelled = desk.cancel_order(number)
    if isinstance(cancelled, Refused):
        return cancelled
    return {
        "success": 1,
        "amount": money(cancelled.remaining),
        "message": f"Order #{cancelled.order_id} canceled.",
    }


def withdraw(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`withdraw`: at once, and without an e-mail (1.3)."""
    currency = read.given(parameters, "currency")
    if currency is None or read.given(parameters, "amount") is None or read.given(parameters, "address") is None:
        return read.missing()
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
    done = desk.withdraw(currency, amount, address)
    if isinstance(done, Refused):
        return done
    return {
        "response": f"Withdrew {money(amount)} {currency}.",
        "email2FA": False,
        "withdrawalNumber": done.withdrawal_id,
    }
