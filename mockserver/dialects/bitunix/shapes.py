"""What Bitunix's spot calls answer: prices and volumes as text, balances as numbers, times as text or milliseconds.

Source of every shape: Bitunix facts, sections 4.1, 5.1 and 5.2, and 3.2 for a refused order.
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
    text,
)

_ISO = text("ISO 8601, in UTC", form=r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_MILLISECONDS = integer("milliseconds since the Unix epoch")
_ON = integer(choices=(0, 1))
_SIXTEEN = decimal(16)


def said(data: Shape) -> Shape:
    """Return the envelope of a success around its data."""
    return record(code=choice("0"), msg=choice("result.success"), data=data, success=flag())


LAST_PRICE = said(decimal(note="the price itself"))

_LEVEL = record(price=text("as many decimals as the step", form=r"[0-9]+(\.[0-9]+)?"), volume=decimal())
DEPTH = said(
    record(
        asks=listing(_LEVEL),
        bids=listing(_LEVEL),
        ts=text("milliseconds; empty where there is no book", form="[0-9]*"),
    )
)

_CANDLE = {
    "symbol": text("in lower case"),
    "open": decimal(),
    "high": decimal(),
    "low": decimal(),
    "close": decimal(),
}
KLINE = said(record(_CANDLE, ts=_ISO))
KLINES = said(listing(record(_CANDLE, volume=decimal(note="of the base"), ts=_ISO), "newest first"))

PAIRS = said(
    listing(
        record(
            id=integer(),
            symbol=text("in lower case"),
            base=text(),
            baseIcon=text(),
            quote=text(),
            quoteIcon=text(),
            basePrecision=integer(),
            quotePrecision=integer(),
            minPrice=_SIXTEEN.noted("the least value of an order, in the quote"),
            minVolume=_SIXTEEN.noted("the least quantity"),
            maxAmount=_SIXTEEN,
            minAmount=_SIXTEEN,
            maxLimitOrderAmount=_SIXTEEN,
            maxMarketOrderAmount=_SIXTEEN,
            maxSlippage=_SIXTEEN,
            premiumFactor=_SIXTEEN,
            minBuyPriceOffset=_SIXTEEN,
            maxSellPriceOffset=_SIXTEEN,
            isOpen=_ON,
            isHot=_ON,
            isRecommend=_ON,
            isShow=_ON,
            tradeArea=text(),
            sort=integer(),
            openTime=nullable(text()),
            ctime=_ISO,
            precisions=listing(_SIXTEEN, "steps for `precision`, the finest first"),
        )
    )
)

RATES = said(listing(record(baseSymbol=text(), quoteSymbol=text(), rate=decimal())))

_NETWORK = record(
    contractPrecision=integer(),
    contractAddress=text(),
    requireMemo=integer("0 no, 1 optional, 2 required", choices=(0, 1, 2)),
    chain=text(),
    depositConfirm=integer(),
    addressRegular=text(),
    network=text(),
    isOpen=_ON,
    isShow=_ON,
    depositOpen=_ON,
    withdrawOpen=_ON,
    withdrawMax=nullable(decimal()),
    withdrawMin=decimal(),
    depositMin=decimal(),
)
COINS = said(
    listing(
        record(
            name=text(),
            fullName=text(),
            logo=text(),
            track=text(),
            isHot=_ON,
            isOpen=_ON,
            isShow=_ON,
            depositOpen=_ON,
            withdrawOpen=_ON,
            withdrawMin=decimal(),
            withdrawMax=nullable(decimal()),
            quotePrecision=integer(),
            minPrice=decimal(),
            networks=listing(_NETWORK),
        )
    )
)

ACCOUNT = said(
    nullable(listing(record(coin=text(), balance=number("what is free"), balanceLocked=number()))).noted(
        "null for an account without a coin"
    )
)
USER = said(record(uid=nullable(integer())))

MOVED = said(digits("the id"))
NOTHING = said(null())

WITHDRAWALS = said(
    listing(
        record(
            id=digits(),
            outBizId=nullable(text()),
            type=choice("withdraw", "inside_transfer_out"),
            coin=text(),
            amount=decimal(),
            status=choice("verification", "pending", "cancelled", "success", "fail"),
            ctime=_MILLISECONDS,
            network=nullable(text()),
            address=nullable(text()),
            transactionHash=nullable(text()),
            feeCoin=nullable(text()),
            fee=nullable(decimal()),
            memo=nullable(text()),
            toType=nullable(choice("uid", "phone", "email")),
            toUid=nullable(integer()),
            toPhoneCountryCode=nullable(text()),
            toPhoneNumber=nullable(text()),
            toEmail=nullable(text()),
            remark=nullable(text()),
        ),
        "newest first",
    )
)
DEPOSITS = said(
    listing(
        record(
            id=integer("a number, as in the documents' sample"),
            transactionHash=nullable(text()),
            coin=text(),
            network=nullable(text()),
            type=choice("deposit", "inside_transfer_in"),
            fromAddress=nullable(text()),
            toAddress=nullable(text()),
            amount=decimal(),
            status=choice("pending", "cancelled", "success", "fail"),
            ctime=_MILLISECONDS,
        ),
        "newest first",
    )
)
ADDRESSES = said(listing(record(coin=text(), network=text(), address=text(), memo=nullable(text()))))

_ACCEPTED = record(
    orderId=digits(),
    side=integer(choices=(1, 2)),
    type=integer(choices=(1, 2)),
    volume=decimal(),
    price=decimal(),
    symbol=text(),
    placeStatus=integer("1: accepted", choices=(1,)),
)
_TURNED_DOWN = record(orderId=null(), placeStatus=integer(choices=(0,)), placeCode=integer(), placeMsg=text())

PLACED = said(either(_ACCEPTED, _TURNED_DOWN, note="a refused order stands inside of a success"))
PLACED_SEVERAL = said(listing(either(_ACCEPTED, _TURNED_DOWN)))

_ORDER = record(
    orderId=digits(),
    userId=digits(),
    orderType=choice("1", "2"),
    type=choice("1", "2", note="1 limit, 2 market"),
    side=choice("1", "2", note="1 sell, 2 buy"),
    symbol=text(),
    base=text(),
    quote=text(),
    price=decimal(),
    avgPrice=decimal(),
    amount=decimal(note="the order's value, in the quote"),
    dealAmount=decimal(),
    leftAmount=decimal(),
    volume=decimal(note="the order's quantity, of the base"),
    dealVolume=decimal(),
    leftVolume=decimal(),
    status=choice(
        "1", "2", "3", "4", "7", note="1 open, 2 filled, 3 partly filled, 4 cancelled, 7 cancelled after a part"
    ),
    progress=decimal(note="percent"),
    fee=decimal(),
    feeCoin=text(),
    ctime=_ISO,
    utime=_ISO,
    clientId=nullable(text("32 characters are kept")),
)
ORDER = said(nullable(_ORDER).noted("null for an unknown id"))
PENDING = said(nullable(listing(_ORDER, "newest first")).noted("null for none"))
HISTORY = said(record(total=integer(), pageNum=integer(), pageSize=integer(), data=listing(_ORDER, "newest first")))
DEALS = said(
    listing(
        record(
            id=digits(),
            volume=decimal(),
            price=decimal(),
            fee=decimal(),
            feeCoin=text(),
            role=integer("1 maker, 2 taker", choices=(1, 2)),
            ctime=_ISO,
        )
    )
)
