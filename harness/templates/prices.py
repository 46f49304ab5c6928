"""Where each exchange says what the operation `ticker` asks for: the one that a skeleton can make without any SDK."""

from __future__ import annotations

from collections.abc import Mapping

#: Name of a price to what is asked for, and to the way that leads to it in the answer: names and indexes with blanks
#: between them. {base} and {quote} stand for the two halves of the market.
Prices = Mapping[str, tuple[str, str]]

_REFERENCE = "/v1/ticker?market={base}%2F{quote}"
_POLONIEX = "/public?command=returnTicker"
_EXMO = "/v1.1/ticker"
_BITUNIX = "/api/spot/v1/market/depth?symbol={base}{quote}&precision=0.01"

#: Exchanges that users describe in a file have the reference exchange's business, and so its ticker.
PLAIN: Prices = {name: (_REFERENCE, name) for name in ("last", "bid", "ask")}

PRICES: Mapping[str, Prices] = {
    "reference": PLAIN,
    "poloniex": {
        "last": (_POLONIEX, "{quote}_{base} last"),
        "bid": (_POLONIEX, "{quote}_{base} highestBid"),
        "ask": (_POLONIEX, "{quote}_{base} lowestAsk"),
    },
    "exmo": {
        "last": (_EXMO, "{base}_{quote} last_trade"),
        "bid": (_EXMO, "{base}_{quote} buy_price"),
        "ask": (_EXMO, "{base}_{quote} sell_price"),
    },
    "bitunix": {
        "last": ("/api/spot/v1/market/last_price?symbol={base}{quote}", "data"),
        "bid": (_BITUNIX, "data bids 0 price"),
        "ask": (_BITUNIX, "data asks 0 price"),
    },
}
