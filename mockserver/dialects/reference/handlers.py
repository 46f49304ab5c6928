"""Check 16 and what comes after it: each endpoint's business, from its caller's desk to the body of a success.

Parameters arrive checked against their descriptions, with their defaults (`parameters.py`): a text here is a text, and
what has a default is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.orders import Order, OrderStatus, Side, TimeInForce
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.reference import answers
from mockserver.dialects.reference.markets import market_name

SIDES: Mapping[str, Side] = {side.value: side for side in Side}
TIMES_IN_FORCE: Mapping[str, TimeInForce] = {kind.value: kind for kind in TimeInForce}

_CANCELLED = OrderStatus.CANCELLED.value

#: The smallest amount there is.
LEAST_WITHDRAWAL = Decimal("0.00000001")


def time(desk: Desk, parameters: Parameters) -> Json:
    """`GET /v1/time`."""
    return {"server_time": desk.now_ms}


def markets(desk: Desk, parameters: Parameters) -> Json:
    """`GET /v1/markets`."""
    return [
        {
            "market": market_name(market.name),
            "base": market.base,
            "quote": market.quote,
            "min_amount": f"{market.minimum_amount:f}",
            "price_step": f"{market.price_step:f}",
            "amount_step": f"{market.amount_step:f}",
        }
        for market in desk.markets()
    ]


def ticker(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`GET /v1/ticker`; a side of the book without orders shows as null."""
    market = _market(desk, parameters)
    if isinstance(market, Refused):
        return market
    seen = desk.ticker(market)
    return {
        "market": market.name,
        "last": answers.decimal_text(seen.last),
        "bid": None if seen.bid is None else answers.decimal_text(seen.bid),
        "ask": None if seen.ask is None else answers.decimal_text(seen.ask),
        "time": desk.now_ms,
    }


def order_book(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`GET /v1/order-book`: best prices first on both sides."""
    market = _market(desk, parameters)
    if isinstance(market, Refused):
        return market
    bids, asks = desk.book(market, _integer(parameters, "depth"))
    return {
        "bids": [[answers.decimal_text(price), answers.decimal_text(amount)] for price, amount in bids],
        "asks": [[answers.decimal_text(price), answers.decimal_text(amount)] for price, amount in asks],
        "time": desk.now_ms,
    }


def trades(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`GET /v1/trades`: the latest ones of a market, oldest first."""
    market = _market(desk, parameters)
    if isinstance(market, Refused):
        return market
    return [answers.trade_view(fill) for fill in desk.trades(market)[-_integer(parameters, "limit") :]]


def balances(desk: Desk, parameters: Parameters) -> Json:
    """`GET /v1/balances`: every currency, zeros too."""
    return {currency: answers.balance_view(balance) for currency, balance in desk.balances().items()}


def place_order(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`POST /v1/orders`."""
    market = _market(desk, parameters)
    if isinstance(market, Refused):
        return market
    side = SIDES[str(parameters["side"])]
    price = Decimal(str(parameters["price"]))
    amount = Decimal(str(parameters["amount"]))
    time_in_force = TIMES_IN_FORCE[str(parameters["time_in_force"])]
    if price % market.price_step:
        return _off_step("price", market.price_step)
    if amount % market.amount_step:
        return _off_step("amount", market.amount_step)
    if not (price and amount):
        return _below_minimum("total", market.minimum_total, market.quote)
    client_order_id = parameters.get("client_order_id")
    if client_order_id is not None:
        client_order_id = str(client_order_id)
        earlier = desk.order_by_client_id(client_order_id)
        if earlier is not None:
            same = (earlier.market, earlier.side, earlier.price, earlier.amount, earlier.time_in_force)
            if same == (market.name, side, price, amount, time_in_force):
                return answers.placed_view(earlier)
            return Refused(
                refusal=Refusal.INVALID_PARAMETER,
                detail="The client_order_id was used before, with other parameters.",
                facts={"parameter": "client_order_id"},
            )
    placed = desk.place_order(market, side, price, amount, time_in_force=time_in_force, client_order_id=client_order_id)
    return answers.placed_view(placed) if isinstance(placed, Order) else placed


def open_orders(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`GET /v1/orders`: the open ones, oldest first, of one market or of all."""
    market = _market(desk, parameters) if "market" in parameters else None
    if isinstance(market, Refused):
        return market
    return [answers.open_order_view(order) for order in desk.open_orders(market)]


def order(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`GET /v1/orders/{order_id}`: one order, whatever its state."""
    order_id = _order_id(parameters)
    found = None if order_id is None else desk.order(order_id)
    return _not_found() if found is None else answers.order_view(found)


def cancel_order(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`POST /v1/orders/{order_id}/cancel`; cancelled again, it gives the same answer."""
    order_id = _order_id(parameters)
    if order_id is None:
        return _not_found()
    cancelled = desk.cancel_order(order_id)
    if isinstance(cancelled, Refused) and cancelled.variant != "cancelled":
        return cancelled
    return {"order_id": str(order_id), "status": _CANCELLED}


def fills(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`GET /v1/fills`: the account's trades after a trade, oldest first."""
    market = _market(desk, parameters) if "market" in parameters else None
    if isinstance(market, Refused):
        return market
    after = _integer(parameters, "after") if "after" in parameters else -1
    later = [fill for fill in desk.fills(market) if fill.trade_id > after]
    return [answers.fill_view(fill) for fill in later[: _integer(parameters, "limit")]]


def deposit_address(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`GET /v1/deposit-address`."""
    currency = str(parameters["currency"])
    address = desk.deposit_address(currency)
    return _unknown_currency() if isinstance(address, Refused) else {"currency": currency, "address": address}


def withdraw(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`POST /v1/withdrawals`; nothing at all is below the least amount, the smallest step."""
    currency = str(parameters["currency"])
    amount = Decimal(str(parameters["amount"]))
    if currency not in desk.currencies():
        return _unknown_currency()
    if not amount:
        return _below_minimum("amount", LEAST_WITHDRAWAL, currency)
    done = desk.withdraw(currency, amount, str(parameters["address"]))
    return done if isinstance(done, Refused) else {"withdrawal_id": str(done.withdrawal_id), "status": "completed"}


def _market(desk: Desk, parameters: Parameters) -> Market | Refused:
    name = str(parameters["market"])
    market = desk.market(name)
    if market is not None:
        return market
    return Refused(refusal=Refusal.UNKNOWN_MARKET, facts={"market": name})


def _integer(parameters: Parameters, name: str) -> int:
    return int(str(parameters[name]))


def _order_id(parameters: Parameters) -> int | None:
    """Return the number of an order, or None for a text that is no order's: ids are matched as they are printed."""
    text = str(parameters["order_id"])
    if not (text.isascii() and text.isdigit() and len(text) <= 19) or text.startswith("0"):
        return None
    return int(text)


def _not_found() -> Refused:
    return Refused(refusal=Refusal.ORDER_NOT_FOUND)


def _unknown_currency() -> Refused:
    return Refused(refusal=Refusal.UNKNOWN_CURRENCY, facts={"parameter": "currency"})


def _below_minimum(what: str, minimum: Decimal, currency: str) -> Refused:
    return Refused(
        refusal=Refusal.BELOW_MINIMUM,
        detail=f"The {what} must be at least {minimum:f} {currency}.",
        facts={"minimum": f"{minimum:f}", "currency": currency},
    )


def _off_step(name: str, step: Decimal) -> Refused:
    return Refused(
        refusal=Refusal.INVALID_PARAMETER,
        detail=f"The parameter {name} is a multiple of the market's step, {step:f}.",
        facts={"parameter": name},
    )
