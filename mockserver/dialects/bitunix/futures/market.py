"""What the futures host shows to everybody: contracts, prices, books, candles, funding."""

from __future__ import annotations

from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.refusals import Refused
from mockserver.dialects.bitunix import parameters as read
from mockserver.dialects.bitunix.answers import plain
from mockserver.dialects.bitunix.candles import DAY_S, MONTH, WEEK_S, candles, end_of, newest_starts, start_of
from mockserver.dialects.bitunix.futures import asking
from mockserver.dialects.bitunix.futures.contracts import FUNDING_HOURS, FUNDING_RATE, Contract
from mockserver.dialects.bitunix.markets import decimals

_DAY_MS = 86_400_000
_FUNDING_MS = FUNDING_HOURS * 3_600_000
_MINUTE_S, _HOUR_S = 60, 3600

#: Documented are `1m … 1M`; which there are between is inferred.
SPANS: dict[str, int] = {
    **{f"{minutes}m": minutes * _MINUTE_S for minutes in (1, 3, 5, 15, 30)},
    **{f"{hours}h": hours * _HOUR_S for hours in (1, 2, 4, 6, 8, 12)},
    "1d": DAY_S,
    "3d": 3 * DAY_S,
    "1w": WEEK_S,
    "1M": MONTH,
}
PRICES = ("LAST_PRICE", "MARK_PRICE")
DEPTHS = ("1", "5", "15", "50", "max")
USUAL_CANDLES, MOST_CANDLES = 100, 200
_DEEPEST = 1000


def trading_pairs(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the contracts (facts 4.2)."""
    return [_pair(contract) for contract in asking.contracts(desk, parameters)]


def tickers(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return each contract at a glance; mark price and last price are the same here (facts 4.2)."""
    return [_ticker(desk, contract) for contract in asking.contracts(desk, parameters)]


def depth(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the book as live servers do: price and quantity as text (facts 4.2)."""
    book = _book(desk, parameters)
    if isinstance(book, Refused):
        return book
    return {name: [[plain(price), plain(amount)] for price, amount in offers] for name, offers in book.items()}


def depth_in_numbers(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the book as documented: price and quantity as numbers (facts 4.2)."""
    book = _book(desk, parameters)
    if isinstance(book, Refused):
        return book
    return {name: [[price, amount] for price, amount in offers] for name, offers in book.items()}


def kline(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return candles, newest first, the running one among them; both bounds are milliseconds (facts 4.2).

    The order, the default of 100 and the most of 200 are inferred.
    """
    contract = asking.contract(desk, parameters)
    if isinstance(contract, Refused):
        return contract
    interval = asking.choice(parameters, "interval", tuple(SPANS))
    if isinstance(interval, Refused):
        return interval
    kind = asking.choice(parameters, "type", PRICES, default=PRICES[0])
    if isinstance(kind, Refused):
        return kind
    span_s = SPANS[interval]
    since_ms, until_ms = asking.span_ms(parameters)
    until_ms = min(until_ms, desk.now_ms)
    most = read.bounded(parameters, "limit", default=USUAL_CANDLES, maximum=MOST_CANDLES)
    starts = [start for start in newest_starts(span_s, until_ms // 1000 + 1, most) if start * 1000 >= since_ms]
    if not starts:
        return []
    end_ms = min(end_of(span_s, start_of(span_s, starts[0])) * 1000, desk.now_ms + 1)
    return [
        {
            "open": plain(candle.open),
            "high": plain(candle.high),
            "low": plain(candle.low),
            "close": plain(candle.close),
            "quoteVol": plain(candle.quote_volume),
            "baseVol": plain(candle.base_volume),
            "time": candle.start_s * 1000,
        }
        for candle in reversed(candles(desk, contract.market, starts[::-1], end_ms))
    ]


def funding_rate(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return one contract's funding rate, which stays the same here (facts 4.2)."""
    contract = asking.contract(desk, parameters)
    return contract if isinstance(contract, Refused) else _funding(desk, contract)


def funding_rates(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the funding rates of several contracts, or of all (facts 4.2)."""
    return [_funding(desk, contract) for contract in asking.contracts(desk, parameters)]


def mark_price(desk: Desk, contract: Contract) -> Decimal:
    """Return the price that positions are valued at: that of the last trade."""
    return desk.ticker(contract.market).last


def _book(desk: Desk, parameters: Parameters) -> dict[str, list[tuple[Decimal, Decimal]]] | Refused:
    contract = asking.contract(desk, parameters)
    if isinstance(contract, Refused):
        return contract
    limit = asking.choice(parameters, "limit", DEPTHS, default="max")
    if isinstance(limit, Refused):
        return limit
    bids, asks = desk.book(contract.market, _DEEPEST if limit == "max" else int(limit))
    return {"asks": list(asks), "bids": list(bids)}


def _pair(contract: Contract) -> Json:
    market = contract.market
    return {
        "symbol": contract.symbol,
        "base": market.base,
        "quote": market.quote,
        "minTradeVolume": plain(market.minimum_amount),
        "minBuyPriceOffset": plain(-contract.buy_offset),
        "maxSellPriceOffset": plain(contract.sell_offset),
        "maxLimitOrderVolume": plain(contract.most_limit),
        "maxMarketOrderVolume": plain(contract.most_market),
        "basePrecision": decimals(market.amount_step),
        "quotePrecision": decimals(market.price_step),
        "maxLeverage": contract.maximum_leverage,
        "minLeverage": 1,
        "defaultLeverage": contract.default_leverage,
        "defaultMarginMode": "CROSS",
        "priceProtectScope": "0.05",
        "symbolStatus": "OPEN",
    }


def _ticker(desk: Desk, contract: Contract) -> Json:
    ticker = desk.ticker(contract.market)
    since_ms = desk.now_ms - _DAY_MS
    opened = next((fill.price for fill in desk.trades(contract.market) if fill.at_ms >= since_ms), ticker.last)
    last = plain(ticker.last)
    return {
        "symbol": contract.symbol,
        "markPrice": last,
        "lastPrice": last,
        "open": plain(opened),
        "last": last,
        "quoteVol": plain(ticker.quote_volume),
        "baseVol": plain(ticker.base_volume),
        "high": plain(ticker.high),
        "low": plain(ticker.low),
    }


def _funding(desk: Desk, contract: Contract) -> Json:
    price = plain(mark_price(desk, contract))
    return {
        "symbol": contract.symbol,
        "markPrice": price,
        "lastPrice": price,
        "fundingRate": plain(FUNDING_RATE),
        "fundingInterval": FUNDING_HOURS,
        "nextFundingTime": str((desk.now_ms // _FUNDING_MS + 1) * _FUNDING_MS),
    }
