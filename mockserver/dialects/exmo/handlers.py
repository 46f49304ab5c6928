"""What EXMO's private methods do: money and orders."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.orders import Side, TimeInForce
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.exmo import parameters as read
from mockserver.dialects.exmo.answers import plain
from mockserver.dialects.exmo.listings import no_order
from mockserver.dialects.exmo.markets import (
    FIAT,
    MAX_PRICE,
    MAX_QUANTITY,
    NETWORKS,
    QUANTITY_PLACES,
    market_of,
    pair_name,
    price_places,
)

ORDER_TYPES = ("buy", "sell", "market_buy", "market_sell", "market_buy_total", "market_sell_total")

_EXEC_TYPES = {"post_only": TimeInForce.POST_ONLY, "fok": TimeInForce.FOK, "ioc": TimeInForce.IOC}


def user_info(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return what can be spent and what is reserved: every currency, zeros as `"0"` (facts 4.1)."""
    balances = desk.balances()
    return {
        "uid": desk.account_id,
        "server_date": desk.now_ms // 1000,
        "balances": {currency: plain(balance.available) for currency, balance in balances.items()},
        "reserved": {currency: plain(balance.held) for currency, balance in balances.items()},
    }


def order_create(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Place an order; `client_id` is answered only where one was given (facts 4.2)."""
    pair = read.required(parameters, "pair")
    if isinstance(pair, Refused):
        return pair
    market = desk.market(market_of(pair))
    if market is None:
        return Refused(refusal=Refusal.UNKNOWN_MARKET, detail="no such pair", facts={"market": pair[:40]})
    quantity = read.number(parameters, "quantity")
    if isinstance(quantity, Refused):
        return quantity
    price = read.number(parameters, "price")
    if isinstance(price, Refused):
        return price
    kind = read.text(parameters, "type")
    if kind not in ORDER_TYPES:
        return _bad_choice("type", kind) if kind else read.missing("type")
    client_id = read.text(parameters, "client_id")
    if client_id and not read.whole(client_id):
        return read.not_a_number("client_id", client_id)
    side = Side.BUY if "buy" in kind else Side.SELL
    time_in_force = TimeInForce.IOC
    if kind in ("buy", "sell"):
        time_in_force = _EXEC_TYPES.get(read.text(parameters, "exec_type"), TimeInForce.GTC)
        refused = _quantity_outside(market, quantity, read.places(parameters, "quantity")) or _price_outside(
            market, price, read.places(parameters, "price")
        )
    else:
        quantity, price = _reach(desk, market, side, quantity, in_quote=kind.endswith("_total"))
        refused = _quantity_outside(market, quantity, 0)
    if refused is not None:
        return refused
    order = desk.place_order(
        market, side, price, quantity, time_in_force=time_in_force, client_order_id=client_id or None
    )
    if isinstance(order, Refused):
        return _order_refused(order, side)
    answer: dict[str, Json] = {"result": True, "error": "", "order_id": order.order_id}
    if client_id:
        answer["client_id"] = int(client_id)
    return answer


def order_cancel(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Cancel an open order; any other is not found, 50173 (facts 4.3)."""
    order_id = read.required(parameters, "order_id")
    if isinstance(order_id, Refused):
        return order_id
    number = read.whole(order_id)
    cancelled = None if number is None else desk.cancel_order(number)
    if cancelled is None or isinstance(cancelled, Refused):
        return no_order(order_id)
    return {"result": True, "error": ""}


def deposit_address(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return an address for every currency with a chain, and one for each further network (facts 4.10)."""
    addresses: dict[str, Json] = {}
    for currency in desk.currencies():
        if currency in FIAT:
            continue
        for network in (None, *NETWORKS.get(currency, ())):
            address = desk.deposit_address(currency, network)
            if not isinstance(address, Refused):
                addresses[f"{currency}{network or ''}"] = address
    return addresses or []


def withdraw_crypt(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Send money out; `task_id` is text (facts 4.11)."""
    amount = read.number(parameters, "amount")
    if isinstance(amount, Refused):
        return amount
    currency = read.required(parameters, "currency")
    if isinstance(currency, Refused):
        return currency
    address = read.required(parameters, "address")
    if isinstance(address, Refused):
        return address
    if amount <= 0 or read.places(parameters, "amount") > QUANTITY_PLACES:
        return _bad_choice("amount", plain(amount))
    if currency in FIAT or currency not in desk.currencies():
        return Refused(refusal=Refusal.UNKNOWN_CURRENCY, detail="no such chain", facts={"currency": currency[:40]})
    withdrawal = desk.withdraw(currency, amount, address, read.text(parameters, "transport") or None)
    if isinstance(withdrawal, Refused):
        return withdrawal
    return {"result": True, "error": "", "task_id": str(withdrawal.withdrawal_id)}


def margin_pairs(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return no pair: there is no margin trading here, but clients ask for the list when they start (facts 5)."""
    return {"pairs": []}


def _reach(desk: Desk, market: Market, side: Side, quantity: Decimal, *, in_quote: bool) -> tuple[Decimal, Decimal]:
    """Return how much a market order trades and the worst price on its way; two zeros for an empty side.

    Args:
        desk: Whose book.
        market: Where.
        side: Which way.
        quantity: How much of the base, or of the quote.
        in_quote: Whether the quantity counts the quote currency.
    """
    bids, asks = desk.book(market, 1000)
    reached, worst, left = Decimal(0), Decimal(0), quantity
    for price, amount in asks if side is Side.BUY else bids:
        if left <= 0:
            break
        taken = min(amount, left / price if in_quote else left)
        reached, worst = reached + taken, price
        left -= taken * price if in_quote else taken
        if taken < amount:
            break
    return reached.quantize(market.amount_step, rounding="ROUND_DOWN"), worst


def _quantity_outside(market: Market, quantity: Decimal, places: int) -> Refused | None:
    if quantity <= 0 or quantity < market.minimum_amount:
        return Refused(
            refusal=Refusal.BELOW_MINIMUM,
            detail=f"a quantity is at least {market.minimum_amount} {market.base}",
            facts={"minimum": plain(market.minimum_amount), "value": format(quantity, "f")[:80]},
        )
    if quantity > MAX_QUANTITY:
        return Refused(
            refusal=Refusal.INVALID_PARAMETER,
            detail=f"a quantity is at most {MAX_QUANTITY}",
            facts={"parameter": "quantity"},
            variant="quantity_high",
        )
    return _too_many_places(market, "quantity", QUANTITY_PLACES) if places > QUANTITY_PLACES else None


def _price_outside(market: Market, price: Decimal, places: int) -> Refused | None:
    if price < market.price_step or price > MAX_PRICE:
        return Refused(
            refusal=Refusal.INVALID_PARAMETER,
            detail=f"a price lies between {market.price_step} and {MAX_PRICE}",
            facts={"parameter": "price"},
            variant="price_low" if price < market.price_step else "price_high",
        )
    allowed = price_places(market)
    return _too_many_places(market, "price", allowed) if places > allowed else None


def _too_many_places(market: Market, name: str, allowed: int) -> Refused:
    return Refused(
        refusal=Refusal.INVALID_PARAMETER,
        detail=f"{name} has at most {allowed} decimals",
        facts={"parameter": name, "places": allowed, "market": pair_name(market.name)},
        variant="places",
    )


def _bad_choice(name: str, value: str) -> Refused:
    return Refused(
        refusal=Refusal.INVALID_PARAMETER,
        detail=f"{name} has a value that is not allowed",
        facts={"parameter": name, "value": value[:80]},
        variant="choice",
    )


def _order_refused(refused: Refused, side: Side) -> Refused:
    """Tell the two codes for missing money apart, and the two texts for too small an order."""
    if refused.refusal is Refusal.INSUFFICIENT_FUNDS and side is Side.BUY:
        return replace(refused, variant="buy")
    return replace(refused, variant="amount") if refused.refusal is Refusal.BELOW_MINIMUM else refused
