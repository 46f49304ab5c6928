"""What EXMO shows to everybody: tickers, books, deals, limits, currencies, candles."""

from __future__ import annotations

from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.money import add, multiply, on_step, quotient, subtract
from mockserver.core.orders import Fill
from mockserver.core.refusals import Refusal, Refused
from mockserver.dialects.exmo import parameters as read
from mockserver.dialects.exmo.answers import percent, plain, total
from mockserver.dialects.exmo.limits import no_pair
from mockserver.dialects.exmo.listings import markets_of
from mockserver.dialects.exmo.markets import (
    CURRENCY_NAMES,
    FIAT,
    LEAST_WITHDRAWAL,
    MAX_AMOUNT,
    MAX_PRICE,
    MAX_QUANTITY,
    NETWORKS,
    WITHDRAWAL_FEES,
    market_of,
    pair_name,
    price_places,
    provider_of,
)

#: Documented resolutions of candles, in seconds; a month counts thirty days.
RESOLUTIONS: dict[str, int] = {
    **{str(minutes): minutes * 60 for minutes in (1, 5, 15, 30, 45, 60, 120, 180, 240)},
    "D": 86_400,
    "W": 604_800,
    "M": 2_592_000,
}
MOST_CANDLES = 3000

_HALF = Decimal("0.5")

_DEEPEST = 1000


def ticker(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return every pair at a glance; parameters mean nothing (facts 3.3)."""
    answer: dict[str, Json] = {}
    for market in desk.markets():
        seen = desk.ticker(market)
        answer[pair_name(market.name)] = {
            "buy_price": plain(seen.bid or Decimal(0)),
            "sell_price": plain(seen.ask or Decimal(0)),
            "last_trade": plain(seen.last),
            "high": plain(seen.high),
            "low": plain(seen.low),
            "avg": plain(multiply(add(seen.high, seen.low), _HALF)),
            "vol": plain(seen.base_volume),
            "vol_curr": plain(seen.quote_volume),
            "updated": desk.now_ms // 1000,
        }
    return answer


def order_book(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the books of a comma list of pairs: rows of price, quantity, amount, best first (facts 3.2)."""
    pairs = read.required(parameters, "pair")
    if isinstance(pairs, Refused):
        return pairs
    limit = read.bounded(parameters, "limit", default=100, maximum=_DEEPEST)
    answer: dict[str, Json] = {}
    for market in markets_of(desk, pairs):
        bids, asks = desk.book(market, _DEEPEST)
        answer[pair_name(market.name)] = {
            "ask_quantity": plain(total(amount for _, amount in asks)),
            "ask_amount": plain(total(multiply(price, amount) for price, amount in asks)),
            "ask_top": plain(asks[0][0]) if asks else "0",
            "bid_quantity": plain(total(amount for _, amount in bids)),
            "bid_amount": plain(total(multiply(price, amount) for price, amount in bids)),
            "bid_top": plain(bids[0][0]) if bids else "0",
            "ask": [_level(price, amount) for price, amount in asks[:limit]],
            "bid": [_level(price, amount) for price, amount in bids[:limit]],
        }
    return answer


def _level(price: Decimal, amount: Decimal) -> Json:
    return [plain(price), plain(amount), plain(multiply(price, amount))]


def trades(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the last hundred deals of each pair, newest first (facts 3.1)."""
    pairs = read.required(parameters, "pair")
    if isinstance(pairs, Refused):
        return pairs
    return {
        pair_name(market.name): [
            {
                "trade_id": fill.trade_id,
                "date": fill.at_ms // 1000,
                "type": fill.side.value,
                "quantity": plain(fill.amount),
                "price": plain(fill.price),
                "amount": plain(multiply(fill.price, fill.amount)),
            }
            for fill in desk.trades(market)[:-101:-1]
        ]
        for market in markets_of(desk, pairs)
    }


def pair_settings(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return every pair's limits, number of decimals and fees in percent (facts 3.4)."""
    return {
        pair_name(market.name): {
            "min_quantity": plain(market.minimum_amount),
            "max_quantity": plain(MAX_QUANTITY),
            "min_price": plain(market.price_step),
            "max_price": plain(MAX_PRICE),
            "max_amount": plain(MAX_AMOUNT),
            "min_amount": plain(market.minimum_total),
            "price_precision": price_places(market),
            "commission_taker_percent": plain(percent(market.taker_fee)),
            "commission_maker_percent": plain(percent(market.maker_fee)),
        }
        for market in desk.markets()
    }


def pair_settings_v1(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return every pair's limits, as version 1 does: without decimals and fees (facts 3.4)."""
    return {
        pair_name(market.name): {
            "min_quantity": plain(market.minimum_amount),
            "max_quantity": plain(MAX_QUANTITY),
            "min_price": plain(market.price_step),
            "max_price": plain(MAX_PRICE),
            "max_amount": plain(MAX_AMOUNT),
            "min_amount": plain(market.minimum_total),
        }
        for market in desk.markets()
    }


def preflight(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return nothing: what a browser asks for is in the headers (facts 1.7)."""
    return {}


def currency(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the currencies' codes (facts 3.5)."""
    return list(desk.currencies())


def currency_list(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the currencies' codes and names (facts 3.6)."""
    return [{"name": code, "description": CURRENCY_NAMES.get(code, code)} for code in desk.currencies()]


def required_amount(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return what buying a quantity would cost now, as far as the book reaches (facts 3.7)."""
    pair = read.required(parameters, "pair")
    if isinstance(pair, Refused):
        return pair
    market = desk.market(market_of(pair))
    if market is None:
        return no_pair(pair)
    wanted = read.number(parameters, "quantity")
    if isinstance(wanted, Refused):
        return wanted
    bought, spent, left = Decimal(0), Decimal(0), wanted
    for price, amount in desk.book(market, _DEEPEST)[1]:
        taken = min(amount, left)
        if taken <= 0:
            break
        bought, spent, left = add(bought, taken), add(spent, multiply(taken, price)), subtract(left, taken)
    average = on_step(quotient(spent, bought), market.price_step) if bought else Decimal(0)
    return {"quantity": plain(bought), "amount": plain(spent), "avg_price": plain(average)}


def candles_history(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return candles made from the market's deals, ascending; a span without deals is flat (facts 3.8).

    `from` and `to` are seconds, `t` is milliseconds, and prices are JSON numbers. A pair that is not here has no data.
    A resolution that there is not is told 40013, which one client's test knows of without its cause.
    """
    bounds: list[int] = []
    for name in ("from", "to"):
        given = read.text(parameters, name)
        seconds = read.signed(given)
        if seconds is None:
            return _bad_candles(f"{name} must be whole seconds", "candles_integer", given)
        bounds.append(seconds)
    first, last = bounds
    span = RESOLUTIONS.get(read.text(parameters, "resolution"), 0)
    if not span:
        return _bad_candles("resolution is none of those documented", "candles_resolution", "")
    if (last - first) // span > MOST_CANDLES:
        return _bad_candles(f"at most {MOST_CANDLES} candles", "candles_range", "")
    market = desk.market(market_of(read.text(parameters, "symbol")))
    last = min(last, desk.now_ms // 1000)
    if market is None or first > last:
        return {"s": "no_data", "nextTime": first}
    close = market.opening_price
    spans: dict[int, list[Fill]] = {}
    for fill in desk.trades(market):
        second = fill.at_ms // 1000
        if second < first:
            close = fill.price
        if first - first % span <= second <= last:
            spans.setdefault(second - second % span, []).append(fill)
    candles: list[Json] = []
    for start in range(first - first % span, last + 1, span):
        inside = spans.get(start, [])
        prices = [close, *(fill.price for fill in inside)]
        candles.append(
            {
                "t": start * 1000,
                "o": prices[0],
                "c": prices[-1],
                "h": max(prices),
                "l": min(prices),
                "v": total(fill.amount for fill in inside),
            }
        )
        close = prices[-1]
    return {"candles": candles}


def crypto_providers(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the ways in and out of each currency with a chain (facts 3.9)."""
    answer: dict[str, Json] = {}
    for code in desk.currencies():
        if code not in FIAT:
            names = [provider_of(code, network) for network in NETWORKS.get(code, (None,))]
            answer[code] = [_provider(code, name, kind) for name in names for kind in ("deposit", "withdraw")]
    return answer


def _provider(code: str, name: str, kind: str) -> dict[str, Json]:
    inward = kind == "deposit"
    return {
        "type": kind,
        "name": name,
        "currency_name": code,
        "min": plain(LEAST_WITHDRAWAL),
        "max": "0",
        "enabled": True,
        "comment": "",
        "commission_desc": "0%" if inward else f"{plain(WITHDRAWAL_FEES[name])} {code}",
        "currency_confirmations": 1 if inward else 6,
    }


def _bad_candles(detail: str, variant: str, value: str) -> Refused:
    return Refused(refusal=Refusal.INVALID_PARAMETER, detail=detail, facts={"value": value[:80]}, variant=variant)
