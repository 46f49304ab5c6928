"""What each public command does. Facts 3: decimals are text with eight places, except where it says number."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.refusals import Refused
from mockserver.dialects.poloniex import answers
from mockserver.dialects.poloniex import parameters as read
from mockserver.dialects.poloniex.answers import money
from mockserver.dialects.poloniex.manner import USUAL, Manner
from mockserver.dialects.poloniex.markets import (
    CHAINS,
    CURRENCIES,
    PAIR_IDS,
    Currency,
    is_traded_on_margin,
    market_name,
)

_DAY_MS = 86_400_000
_MONTH_MS = 31 * _DAY_MS


def return_ticker(desk: Desk, parameters: Parameters, *, manner: Manner = USUAL) -> Json:
    """`returnTicker`: every pair. `baseVolume` is in what is paid with, `quoteVolume` in what is bought."""
    return {market_name(market.name): _ticker_view(desk, market, manner) for market in desk.markets()}


def _ticker_view(desk: Desk, market: Market, manner: Manner) -> Json:
    seen = desk.ticker(market)
    later: dict[str, Json] = {}
    if manner.late:
        later = {"postOnly": manner.post_only, "marginTradingEnabled": str(int(is_traded_on_margin(market)))}
    return {
        "id": PAIR_IDS[market_name(market.name)],
        "last": money(seen.last),
        "lowestAsk": money(seen.ask or seen.last * 0),
        "highestBid": money(seen.bid or seen.last * 0),
        "percentChange": money(seen.last / _a_day_ago(desk, market) - 1),
        "baseVolume": money(seen.quote_volume),
        "quoteVolume": money(seen.base_volume),
        "isFrozen": manner.frozen,
        **later,
        "high24hr": money(seen.high),
        "low24hr": money(seen.low),
    }


def _a_day_ago(desk: Desk, market: Market) -> Decimal:
    """Return the last price before these 24 hours; that which the market opened at, where there was none."""
    trades = desk.trades(market)
    before = bisect_left(trades, desk.now_ms - _DAY_MS, key=lambda fill: fill.at_ms)
    return trades[before - 1].price if before else market.opening_price


def return_24h_volume(desk: Desk, parameters: Parameters) -> Json:
    """`return24hVolume`: by pair, and in the same object the sums by the currency that is paid with."""
    volumes: dict[str, Json] = {}
    totals = {market.quote: market.opening_price * 0 for market in desk.markets()}
    for market in desk.markets():
        seen = desk.ticker(market)
        volumes[market_name(market.name)] = {
            market.quote: money(seen.quote_volume),
            market.base: money(seen.base_volume),
        }
        totals[market.quote] += seen.quote_volume
    volumes.update({f"total{currency}": money(total) for currency, total in totals.items()})
    return volumes


def return_order_book(desk: Desk, parameters: Parameters, *, manner: Manner = USUAL) -> Json | Refused:
    """`returnOrderBook`: of one pair or of all; rates are text and amounts are numbers."""
    depth = read.count(parameters, "depth", default=50, most=100, variant="public_depth")
    if read.wants_all(parameters):
        if isinstance(depth, Refused):
            return depth
        return {market_name(market.name): _book_view(desk, market, depth, manner) for market in desk.markets()}
    market = read.public_market_of(desk, parameters)
    if isinstance(market, Refused):
        return market
    return depth if isinstance(depth, Refused) else _book_view(desk, market, depth, manner)


def _book_view(desk: Desk, market: Market, depth: int, manner: Manner) -> Json:
    """Return one book. Its `seq` must only ever rise, and the clock in milliseconds does."""
    bids, asks = desk.book(market, depth) if depth else ((), ())
    return {
        "asks": [[money(price), amount] for price, amount in asks],
        "bids": [[money(price), amount] for price, amount in bids],
        "isFrozen": manner.frozen,
        **({"postOnly": manner.post_only} if manner.late else {}),
        "seq": desk.now_ms,
    }


def return_trade_history(desk: Desk, parameters: Parameters) -> Json | Refused:
    """`returnTradeHistory`: the market's latest 200 trades, or up to 1,000 of a range, newest first.

    `limit` is not documented, and was sent in the later years all the same: fewer of them.
    """
    market = read.public_market_of(desk, parameters)
    if isinstance(market, Refused):
        return market
    start = read.time_ms(parameters, "start", "public_start")
    if isinstance(start, Refused):
        return start
    end = read.time_ms(parameters, "end", "public_end")
    if isinstance(end, Refused):
        return end
    ranged = start is not None or end is not None
    limit = read.count(parameters, "limit", default=1000 if ranged else 200, most=1000, variant="public_limit")
    if isinstance(limit, Refused):
        return limit
    newest = reversed(desk.trades(market))
    if not ranged:
        return [answers.public_trade_view(fill) for fill, _ in zip(newest, range(limit), strict=False)]
    latest = desk.now_ms if end is None else end
    if start is not None and min(latest, desk.now_ms) - start > _MONTH_MS:
        return read.invalid("start", "public_window")
    earliest = latest - _MONTH_MS if start is None else start
    inside = [fill for fill in newest if read.within(fill.at_ms, earliest, latest)]
    return [answers.public_trade_view(fill) for fill in inside[:limit]]


def return_currencies(desk: Desk, parameters: Parameters, *, manner: Manner = USUAL) -> Json:
    """`returnCurrencies`: every currency, with what an address of it is like; other chains of it on request."""
    found = {currency: _currency_view(CURRENCIES[currency], manner) for currency in desk.currencies()}
    if parameters.get("includeMultiChainCurrencies") != "true":
        return found
    family: dict[str, dict[str, Json]] = {}
    for currency, view in found.items():
        children = [code for code, chain in CHAINS.items() if chain.parent == currency]
        chains: dict[str, Json] = {
            "parentChain": None,
            "isMultiChain": int(bool(children)),
            "isChildChain": 0,
            "childChains": children,
        }
        family[currency] = view | chains
    for code, chain in CHAINS.items():
        parent = CURRENCIES[chain.parent]
        child = replace(
            parent,
            number=chain.number,
            name=f"{parent.name} ({chain.network})",
            withdrawal_fee=chain.fee,
            blockchain=chain.network,
        )
        family[code] = _currency_view(child, manner) | {
            "parentChain": chain.parent,
            "isMultiChain": 1,
            "isChildChain": 1,
            "childChains": [],
        }
    return family


def _currency_view(currency: Currency, manner: Manner) -> dict[str, Json]:
    shared = currency.deposit_address is not None
    view: dict[str, Json] = {
        "id": currency.number,
        "name": currency.name,
        "humanType": "Payment ID" if shared else "Sweep to Main Account",
        "currencyType": "address-payment-id" if shared else "address",
        "txFee": money(currency.withdrawal_fee),
        "minConf": currency.confirmations,
        "depositAddress": currency.deposit_address,
        "disabled": 0,
    }
    if manner.late:
        colour = f"{currency.number * 65_537 % 0x1000000:06X}"
        return view | {
            "frozen": 0,
            "hexColor": colour,
            "blockchain": currency.blockchain,
            "delisted": 0,
            "isGeofenced": 0,
        }
    return view | {"delisted": 0, "frozen": 0}
