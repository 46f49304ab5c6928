"""What Bitunix shows to everybody: prices, books, pairs, coins."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import islice

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.refusals import Refused
from mockserver.dialects.bitunix import parameters as read
from mockserver.dialects.bitunix.answers import plain
from mockserver.dialects.bitunix.markets import (
    COIN_NAMES,
    MAX_PRICE,
    MAX_VOLUME,
    NETWORKS,
    WITHDRAWAL_FEES,
    asked_market,
    decimals,
)

_LEVELS = 50
_DEEPEST = 1000
_GRAIN = Decimal("0.00000001")


def last_price(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the last price of one symbol, as text (facts 4.1)."""
    market = asked_market(desk, parameters)
    return market if isinstance(market, Refused) else plain(desk.ticker(market).last)


def depth(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return a book of at most fifty levels a side, put together by a price step called `precision` (facts 4.1)."""
    market = asked_market(desk, parameters)
    if isinstance(market, Refused):
        return market
    step = read.decimal(parameters, "precision")
    if isinstance(step, Refused):
        return step
    if not 0 < step <= MAX_PRICE:
        return read.invalid("precision")
    bids, asks = desk.book(market, _DEEPEST)
    step = max(step, market.price_step)
    return {
        "asks": _levels(asks, step, up=True),
        "bids": _levels(bids, step, up=False),
        "ts": str(desk.now_ms) if bids or asks else "",
    }


def pairs(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return every pair, its symbol in lower case; `minPrice` is the least value of an order (facts 4.1)."""
    return [_pair(number, market) for number, market in enumerate(desk.markets(), start=1)]


def rates(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return every pair's rate (facts 4.1)."""
    return [
        {"baseSymbol": market.base, "quoteSymbol": market.quote, "rate": plain(desk.ticker(market).last)}
        for market in desk.markets()
    ]


def coins(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return every coin and its networks (facts 4.1)."""
    return [
        {
            "name": coin,
            "fullName": COIN_NAMES.get(coin, coin),
            "logo": "",
            "track": "",
            "isHot": 0,
            "isOpen": 1,
            "isShow": 1,
            "depositOpen": 1,
            "withdrawOpen": 1,
            "withdrawMin": "0.00000001",
            "withdrawMax": None,
            "quotePrecision": 8,
            "minPrice": "0",
            "networks": [_network(coin, network) for network in NETWORKS.get(coin, ())],
        }
        for coin in desk.currencies()
    ]


def _levels(offers: Iterable[tuple[Decimal, Decimal]], step: Decimal, *, up: bool) -> list[Json]:
    """Put levels together on multiples of a step, away from the middle of the book; prices have the step's decimals."""
    volumes: dict[Decimal, Decimal] = {}
    for price, amount in offers:
        level = price - price % step
        if up and level != price:
            level += step
        if level > 0:
            volumes[level] = volumes.get(level, Decimal(0)) + amount
    places = decimals(step.normalize())
    return [
        {"price": f"{price:.{places}f}", "volume": plain(volume)} for price, volume in islice(volumes.items(), _LEVELS)
    ]


def _pair(number: int, market: Market) -> Json:
    return {
        "id": number,
        "symbol": f"{market.base}{market.quote}".lower(),
        "base": market.base,
        "baseIcon": "",
        "quote": market.quote,
        "quoteIcon": "",
        "basePrecision": decimals(market.amount_step),
        "quotePrecision": decimals(market.price_step),
        "minPrice": _sixteen(market.minimum_total),
        "minVolume": _sixteen(market.minimum_amount),
        "maxAmount": _sixteen(MAX_VOLUME),
        "minAmount": _sixteen(market.minimum_amount),
        "maxLimitOrderAmount": _sixteen(MAX_VOLUME),
        "maxMarketOrderAmount": _sixteen(MAX_VOLUME),
        "maxSlippage": _sixteen(Decimal(1)),
        "premiumFactor": _sixteen(Decimal(0)),
        "minBuyPriceOffset": _sixteen(Decimal(-1)),
        "maxSellPriceOffset": _sixteen(MAX_PRICE),
        "isOpen": 1,
        "isHot": 1,
        "isRecommend": 1,
        "isShow": 1,
        "tradeArea": market.quote,
        "sort": number,
        "openTime": None,
        "ctime": "2025-01-01T00:00:00Z",
        "precisions": [_sixteen(market.price_step * factor) for factor in (1, 10, 100)],
    }


def _network(coin: str, network: str) -> Json:
    least = WITHDRAWAL_FEES.get((coin, network), _GRAIN)
    return {
        "contractPrecision": 8,
        "contractAddress": "",
        "requireMemo": 0,
        "chain": network,
        "depositConfirm": 6,
        "addressRegular": "",
        "network": network,
        "isOpen": 1,
        "isShow": 1,
        "depositOpen": 1,
        "withdrawOpen": 1,
        "withdrawMax": None,
        "withdrawMin": plain(least),
        "depositMin": "0.00000001",
    }


def _sixteen(number: Decimal) -> str:
    return f"{number:.16f}"
