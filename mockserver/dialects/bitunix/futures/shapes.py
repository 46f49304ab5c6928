"""What Bitunix's futures calls answer: numbers as text, times in milliseconds.

Source: Bitunix facts 4.2 and 5.3. The fields of trades, positions, tiers and protections are not on that page and are
inferred.
"""

from __future__ import annotations

from mockserver.core.shapes import (
    Shape,
    choice,
    decimal,
    digits,
    either,
    flag,
    integer,
    listing,
    null,
    nullable,
    number,
    record,
    row,
    text,
)
from mockserver.dialects.bitunix.futures.settings import HEDGE, LONG, MARGIN_MODES, ONE_WAY, SHORT
from mockserver.dialects.bitunix.futures.wishes import ORDER_TYPES, STOP_TYPES

_MILLISECONDS = integer("milliseconds since the Unix epoch")
_CLIENT_ID = nullable(text())
_INFERRED = "the fields are inferred"


def said(data: Shape) -> Shape:
    """Return the envelope of a success around its data."""
    return record(code=integer(choices=(0,)), data=data, msg=choice("Success"))


PAIRS = said(
    listing(
        record(
            symbol=text(),
            base=text(),
            quote=text(),
            minTradeVolume=decimal(),
            minBuyPriceOffset=nullable(decimal()),
            maxSellPriceOffset=nullable(decimal()),
            maxLimitOrderVolume=decimal(),
            maxMarketOrderVolume=decimal(),
            basePrecision=integer(),
            quotePrecision=integer(),
            maxLeverage=integer(),
            minLeverage=integer(),
            defaultLeverage=integer(),
            defaultMarginMode=choice(*MARGIN_MODES),
            priceProtectScope=decimal(),
            symbolStatus=choice("OPEN", "CANCEL_ONLY", "STOP", "PREVIEW"),
        )
    )
)

TICKERS = said(
    listing(
        record(
            symbol=text(),
            markPrice=decimal(),
            lastPrice=decimal(),
            open=decimal(),
            last=decimal(),
            quoteVol=decimal(),
            baseVol=decimal(),
            high=decimal(),
            low=decimal(),
        )
    )
)

_OFFERS = listing(row(price=either(decimal(), number()), qty=either(decimal(), number())), "best first")
DEPTH = said(record(asks=_OFFERS, bids=_OFFERS)).noted("numbers as documented, text as live servers send it")

KLINE = said(
    listing(
        record(
            open=decimal(),
            high=decimal(),
            low=decimal(),
            close=decimal(),
            quoteVol=decimal(),
            baseVol=decimal(),
            time=_MILLISECONDS,
        ),
        "newest first",
    )
)

_FUNDING = record(
    symbol=text(),
    markPrice=decimal(),
    lastPrice=decimal(),
    fundingRate=decimal(),
    fundingInterval=integer("hours"),
    nextFundingTime=digits("milliseconds"),
)
FUNDING = said(_FUNDING)
FUNDINGS = said(listing(_FUNDING))

_ACCOUNT = record(
    marginCoin=text(),
    available=decimal(),
    frozen=decimal(note="for orders"),
    margin=decimal(note="for positions"),
    transfer=decimal(),
    positionMode=choice(ONE_WAY, HEDGE),
    crossUnrealizedPNL=decimal(),
    isolationUnrealizedPNL=decimal(),
    bonus=decimal(),
)
ACCOUNT = said(either(_ACCOUNT, listing(_ACCOUNT), note="an array in the documents' sample, an object live"))

LEVERAGE_AND_MODE = said(record(symbol=text(), marginCoin=text(), leverage=integer(), marginMode=choice(*MARGIN_MODES)))
LEVERAGE = said(record(marginCoin=text(), symbol=text(), leverage=integer()))
MARGIN_MODE = said(record(marginCoin=text(), symbol=text(), marginMode=choice(*MARGIN_MODES)))
POSITION_MODE = said(record(positionMode=choice(ONE_WAY, HEDGE)))
NOTHING = said(null())

_IDS = record(orderId=digits(), clientId=_CLIENT_ID)
_FAILED = record(orderId=nullable(text()), clientId=_CLIENT_ID, errorMsg=text(), errorCode=integer())
IDS = said(_IDS)
LISTS = said(record(successList=listing(_IDS), failureList=listing(_FAILED)))

_TERMS = {
    "positionMode": choice(ONE_WAY, HEDGE),
    "marginMode": choice(*MARGIN_MODES),
    "leverage": integer(),
}
_WISHES = {
    name: nullable(shape)
    for kind in ("tp", "sl")
    for name, shape in (
        (f"{kind}Price", decimal()),
        (f"{kind}StopType", choice(*STOP_TYPES)),
        (f"{kind}OrderType", choice(*ORDER_TYPES)),
        (f"{kind}OrderPrice", decimal()),
    )
}
_ORDER = record(
    {
        "orderId": digits(),
        "symbol": text(),
        "marginCoin": text(),
        "qty": decimal(),
        "tradeQty": decimal(),
        "price": text("a decimal; `market` of a market order, as seen live", form=r"market|[0-9]+(\.[0-9]+)?"),
        "avgPrice": decimal(),
        **_TERMS,
        "side": choice("BUY", "SELL"),
        "orderType": choice(*ORDER_TYPES),
        "effect": choice("GTC", "IOC", "FOK", "POST_ONLY"),
        "clientId": _CLIENT_ID,
        "reduceOnly": flag(),
        "status": choice("INIT", "NEW", "PART_FILLED", "FILLED", "CANCELED", "PART_FILLED_CANCELED", "EXPIRED"),
        "fee": decimal(),
        "realizedPNL": decimal(),
        **_WISHES,
        "ctime": _MILLISECONDS,
        "mtime": _MILLISECONDS,
    }
)
ORDER = said(_ORDER)
ORDERS = said(record(orderList=listing(_ORDER, "newest first"), total=integer()))

TRADES = said(
    record(
        tradeList=listing(
            record(
                {
                    "tradeId": digits(),
                    "orderId": digits(),
                    "symbol": text(),
                    "marginCoin": text(),
                    "qty": decimal(),
                    "price": decimal(),
                    **_TERMS,
                    "side": choice("BUY", "SELL"),
                    "orderType": choice(*ORDER_TYPES),
                    "effect": choice("GTC", "IOC", "FOK", "POST_ONLY"),
                    "clientId": _CLIENT_ID,
                    "reduceOnly": flag(),
                    "fee": decimal(),
                    "realizedPNL": decimal(),
                    "roleType": choice("MAKER", "TAKER"),
                    "ctime": _MILLISECONDS,
                }
            ),
            _INFERRED,
        ),
        total=integer(),
    )
)

_POSITION = {
    "positionId": digits(),
    "symbol": text(),
    "marginCoin": text(),
}
_SO_FAR = {"fee": decimal(), "funding": decimal(), "realizedPNL": decimal()}
POSITIONS = said(
    listing(
        record(
            {
                **_POSITION,
                "qty": decimal(),
                "entryValue": decimal(),
                "side": choice(LONG, SHORT),
                **_TERMS,
                **_SO_FAR,
                "margin": decimal(),
                "unrealizedPNL": decimal(),
                "liqPrice": decimal(note="0 for none"),
                "marginRate": decimal(note="1 is the end of it"),
                "avgOpenPrice": decimal(),
                "ctime": _MILLISECONDS,
                "mtime": _MILLISECONDS,
            }
        ),
        _INFERRED,
    )
)
CLOSED_POSITIONS = said(
    record(
        positionList=listing(
            record(
                {
                    **_POSITION,
                    "maxQty": decimal(),
                    "entryPrice": decimal(),
                    "closePrice": decimal(),
                    "liqQty": decimal(),
                    "side": choice(LONG, SHORT),
                    **_TERMS,
                    **_SO_FAR,
                    "liqPrice": decimal(),
                    "ctime": _MILLISECONDS,
                    "mtime": _MILLISECONDS,
                }
            ),
            _INFERRED,
        ),
        total=integer(),
    )
)
TIERS = said(
    listing(
        record(
            symbol=text(),
            level=integer(),
            startValue=decimal(),
            endValue=decimal(),
            leverage=integer(),
            maintenanceMarginRate=decimal(),
        ),
        _INFERRED,
    )
)

PROTECTED = said(record(orderId=digits()))
_PROTECTION = record(
    {
        "id": digits(),
        "positionId": digits(),
        "symbol": text(),
        "base": text(),
        "quote": text(),
        **{name: _WISHES[name] for name in ("tpPrice", "tpStopType", "tpOrderType", "tpOrderPrice")},
        "tpQty": nullable(decimal(note="null for the whole position")),
        **{name: _WISHES[name] for name in ("slPrice", "slStopType", "slOrderType", "slOrderPrice")},
        "slQty": nullable(decimal()),
        "status": choice("NEW", "FILLED", "CANCELED"),
        "ctime": _MILLISECONDS,
        "mtime": _MILLISECONDS,
    }
)
PROTECTIONS = said(listing(_PROTECTION, _INFERRED))
PROTECTION_HISTORY = said(record(orderList=listing(_PROTECTION, _INFERRED), total=integer()))
