"""How our Poloniex writes: as PHP's json_encode does, money as text with eight decimals, failures as `{"error": ...}`.

Facts 1.5 (transport and JSON), 2 (shapes of failures), 3 and 4 (shapes of successes), 5.1 (PHP's empty containers).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

import orjson

from mockserver.core.answers import Answer
from mockserver.core.dialect import Profile
from mockserver.core.endpoint import Access, Endpoint, Json
from mockserver.core.markets import Market
from mockserver.core.money import floored, multiply, subtract
from mockserver.core.orders import Fill, Order, OrderStatus, Side
from mockserver.core.refusals import Refusal, RefusalRow, Refused
from mockserver.core.wallets import Wallet
from mockserver.dialects.poloniex.markets import market_name
from signer import Request

#: 1.5: what recorded answers of either kind carried.
PUBLIC_HEADERS = (("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "GET"))
PRIVATE_HEADERS = (("Cache-Control", "private"),)

#: Trades are numbered within their market and once more over all of them; ours differ by a constant.
GLOBAL_TRADE_IDS_FROM = 700_000_000

_NOTHING = "0.00000000"
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
_FACT = re.compile(r"\{([a-z_]+)\}")


def php_json(value: Json) -> bytes:
    r"""Return JSON as PHP writes it: no blanks, `/` as `\/`, all beyond ASCII escaped, numbers in fixed point."""
    text = orjson.dumps(value, default=_number)
    if not text.isascii():
        text = _BEYOND_ASCII.sub(_utf16_escapes, text.decode()).encode("ascii")
    return text.replace(b"/", b"\\/") if b"/" in text else text


def _number(value: object) -> orjson.Fragment:
    """Return a decimal as a bare number, never with an exponent and without trailing zeros."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no place in an answer")
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return orjson.Fragment(text.encode("ascii"))


def _utf16_escapes(match: re.Match[str]) -> str:
    units = match.group().encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def money(number: Decimal) -> str:
    """Return an amount, a rate or a total: eight decimals, no exponent."""
    return f"{number:.8f}" if number else _NOTHING  # most of what most accounts have is nothing


@lru_cache(maxsize=1024)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(sep=" ")[:19]


def date(at_ms: int) -> str:
    """Return `YYYY-MM-DD HH:MM:SS`, UTC without saying so."""
    return _second(at_ms // 1000)


def or_empty_list(items: Mapping[str, Json]) -> Json:
    """Return an object, or `[]` when it has no members: PHP cannot tell one empty array from the other."""
    return items or []


def write_success(endpoint: Endpoint, value: Json, now_ms: int) -> Answer:
    """Return the answer to a call that succeeded."""
    headers = PUBLIC_HEADERS if endpoint.access is Access.PUBLIC else PRIVATE_HEADERS
    return Answer(200, php_json(value), headers=headers)


def _plain(text: str) -> Json:
    return {"error": text}


def _error_then_success(text: str) -> Json:
    return {"error": text, "success": 0}


def _success_then_error(text: str) -> Json:
    return {"success": 0, "error": text}


def _response(text: str) -> Json:
    return {"success": 0, "response": text}


def _result(text: str) -> Json:
    return {"result": {"error": text}, "success": 0}


def _message(text: str) -> Json:
    return {"success": 0, "message": text}


#: 2.3 and 2.5: failures that are more than `{"error": ...}`, in the recorded order of their members.
_SHAPES: Mapping[tuple[Refusal, str], Callable[[str], Json]] = {
    (Refusal.ORDER_NOT_FOUND, ""): _error_then_success,
    (Refusal.ORDER_NOT_FOUND, "completed"): _error_then_success,
    (Refusal.ORDER_NOT_FOUND, "client_order_id"): _error_then_success,
    (Refusal.ORDER_NOT_FOUND, "status"): _result,
    (Refusal.ORDER_NOT_FOUND, "renew"): _message,
    (Refusal.REJECTED, "address_per_day"): _response,
    (Refusal.REJECTED, "address_previous"): _response,
    (Refusal.BELOW_MINIMUM, "move"): _success_then_error,
    (Refusal.BELOW_MINIMUM, "move_amount"): _success_then_error,
    (Refusal.INSUFFICIENT_FUNDS, "move"): _success_then_error,
    (Refusal.REJECTED, "move"): _success_then_error,
    (Refusal.REJECTED, "move_flags"): _success_then_error,
    (Refusal.REJECTED, "loan"): _success_then_error,
    (Refusal.REJECTED, "loan_rate"): _success_then_error,
    (Refusal.INSUFFICIENT_FUNDS, "loan"): _error_then_success,
    (Refusal.ORDER_NOT_FOUND, "loan"): _error_then_success,
}


def write_refusal(refused: Refused, row: RefusalRow, profile: Profile, request: Request, now_ms: int) -> Answer:
    """Return a refusal in the words of the table; the reason phrase of a 422 is empty (1.5).

    Args:
        refused: Its facts fill the text; its detail is ours and stays in the journal.
        row: How Poloniex says it.
        profile: Makes no difference: no statuses are documented, so both are what was seen.
        request: What was refused.
        now_ms: The server's clock; Poloniex does not tell it.
    """
    text = _FACT.sub(lambda match: _fact(refused.facts, match.group(1)), row.text) if "{" in row.text else row.text
    shape = _SHAPES.get((row.refusal, row.variant), _plain)
    value: Json = {"code": int(row.code), "message": text} if row.code else shape(text)
    if "currencyPair" in refused.facts and isinstance(value, dict):
        value = {**value, **{name: str(refused.facts[name]) for name in ("fee", "currencyPair")}}
    return Answer(
        status=row.status,
        body=php_json(value),
        headers=PUBLIC_HEADERS if request.path == b"/public" else PRIVATE_HEADERS,
        reason="" if row.status == 422 else None,
    )


def _fact(facts: Mapping[str, object], name: str) -> str:
    """Return a fact as text; numbers without leading zeros, since the server had read them as numbers."""
    text = str(facts.get(name, 0 if name in ("last_nonce", "nonce", "order_id", "client_order_id") else name))
    if name == "nonce" and text.isascii() and text.isdigit():
        text = text.lstrip("0") or "0"
    return text.encode("utf-8", "replace").decode()


def open_order_view(order: Order) -> Json:
    """Return one row of returnOpenOrders (4.3); `startingAmount` is what reached the book, without the fills before."""
    view: dict[str, Json] = {
        "orderNumber": str(order.order_id),
        "type": order.side.value,
        "rate": money(order.price),
        "startingAmount": money(reached_the_book(order)),
        "amount": money(order.remaining),
        "total": money(order.price * order.remaining),
        "date": date(order.at_ms),
        "margin": int(order.wallet is Wallet.MARGIN),
    }
    if order.client_order_id is not None:
        view["clientOrderId"] = order.client_order_id
    return view


def reached_the_book(order: Order) -> Decimal:
    """Return how much of an order was left when it went into the book: its amount less what it took on arrival."""
    return order.amount - sum((fill.amount for fill in order.fills if not fill.maker), Decimal(0))


def order_status_view(order: Order, market: Market, *, late: bool = False) -> Json:
    """Return one order as returnOrderStatus shows it (4.5); later with the rate of its fee."""
    view: dict[str, Json] = {
        "status": "Partially filled" if order.status is OrderStatus.PARTIALLY_FILLED else "Open",
        "rate": money(order.price),
        "amount": money(order.remaining),
        "currencyPair": market_name(market.name),
        "date": date(order.at_ms),
        "total": money(order.price * order.remaining),
        "type": order.side.value,
        "startingAmount": money(reached_the_book(order)),
    }
    return view | {"fee": money(market.taker_fee)} if late else view


def resulting_trade_view(fill: Fill) -> Json:
    """Return one fill of an order that was just placed (4.6): all of it text.

    `takerAdjustment` is shown by recordings and explained nowhere: in one without a fee it is the amount of a buy. So
    it is taken for what the trade brings in, its fee taken off.
    """
    base, _, quote = fill.market.partition("/")
    brought, currency = (
        (fill.amount, base) if fill.side is Side.BUY else (floored(multiply(fill.price, fill.amount)), quote)
    )
    return {
        "amount": money(fill.amount),
        "date": date(fill.at_ms),
        "rate": money(fill.price),
        "total": money(fill.price * fill.amount),
        "tradeID": str(fill.trade_id),
        "type": fill.side.value,
        "takerAdjustment": money(subtract(brought, fill.fee) if fill.fee_currency == currency else brought),
    }


def order_trade_view(fill: Fill, market: Market) -> Json:
    """Return one row of returnOrderTrades (4.5)."""
    return {
        "globalTradeID": GLOBAL_TRADE_IDS_FROM + fill.trade_id,
        "tradeID": fill.trade_id,
        "currencyPair": market_name(market.name),
        "type": fill.side.value,
        "rate": money(fill.price),
        "amount": money(fill.amount),
        "total": money(fill.price * fill.amount),
        "fee": money(fee_rate(fill, market)),
        "date": date(fill.at_ms),
    }


def private_trade_view(fill: Fill, market: Market, order: Order | None, *, late: bool = False) -> Json:
    """Return one row of the private returnTradeHistory (4.4); here the trade's number is text and the fee a rate.

    Later the rate had twelve places and the fee was told in money too; a position closed by the exchange is a
    settlement.
    """
    rate = fee_rate(fill, market)
    view: dict[str, Json] = {
        "globalTradeID": GLOBAL_TRADE_IDS_FROM + fill.trade_id,
        "tradeID": str(fill.trade_id),
        "date": date(fill.at_ms),
        "rate": f"{fill.price:.12f}" if late else money(fill.price),
        "amount": money(fill.amount),
        "total": money(fill.price * fill.amount),
        "fee": money(rate),
    }
    if late:
        view["feeDisplay"] = f"{money(fill.fee)} {fill.fee_currency}({_percent(rate)}%)"
    return view | {"orderNumber": str(fill.order_id), "type": fill.side.value, "category": _category(order)}


def _percent(rate: Decimal) -> str:
    return f"{rate * 100:f}".rstrip("0").rstrip(".")


def _category(order: Order | None) -> str:
    if order is None or order.position is None:
        return "exchange"
    return "settlement" if order.position.liquidated and order.at_market else "marginTrade"


def public_trade_view(fill: Fill) -> Json:
    """Return one row of the public returnTradeHistory (3.4); here both numbers are numbers."""
    return {
        "globalTradeID": GLOBAL_TRADE_IDS_FROM + fill.trade_id,
        "tradeID": fill.trade_id,
        "date": date(fill.at_ms),
        "type": fill.side.value,
        "rate": money(fill.price),
        "amount": money(fill.amount),
        "total": money(fill.price * fill.amount),
        "orderNumber": fill.order_id,
    }


def fee_rate(fill: Fill, market: Market) -> Decimal:
    """Return the share that was taken, which Poloniex shows in place of the fee itself."""
    return market.maker_fee if fill.maker else market.taker_fee
