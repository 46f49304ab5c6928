"""What the answers of each command look like, in the order of their members. Facts 3 and 4, section by section.

Members that only the later years had are optional; the shapes are those of regime C.
"""

from __future__ import annotations

from typing import Final

from mockserver.core.shapes import (
    Shape,
    choice,
    decimal,
    digits,
    either,
    flag,
    integer,
    listing,
    mapping,
    null,
    nullable,
    number,
    record,
    row,
    text,
    utc,
)

_MONEY: Final = decimal(8)
_SIDE: Final = choice("buy", "sell")
_SWITCH: Final = choice("0", "1")
_BIT: Final = integer(choices=(0, 1))
_DONE: Final = integer(choices=(1,))
_RATE: Final = decimal(8, "a share: 0.0025 is 0.25 %")
_DAY_RATE: Final = decimal(8, "a share per day")
_EPOCH: Final = integer("Unix seconds")

_LATER = "later years alone"

# 3: public.

_TICKER = record(
    id=integer("number of the pair"),
    last=_MONEY,
    lowestAsk=_MONEY,
    highestBid=_MONEY,
    percentChange=decimal(8, "a ratio: -0.01 is -1 %"),
    baseVolume=decimal(8, "24 hours, in what is paid with"),
    quoteVolume=decimal(8, "24 hours, in what is bought"),
    isFrozen=_SWITCH,
    postOnly=_SWITCH.noted(_LATER),
    marginTradingEnabled=_SWITCH.noted(_LATER),
    high24hr=_MONEY,
    low24hr=_MONEY,
).lacking("postOnly", "marginTradingEnabled")

TICKER: Final = mapping(_TICKER, keys="pair")

VOLUME: Final = mapping(
    either(mapping(_MONEY, keys="currency"), _MONEY),
    keys="pair, and `total` with a currency, whose value is text",
)

_OFFER = row(rate=_MONEY, amount=number())

_BOOK = record(
    asks=listing(_OFFER, "rising"),
    bids=listing(_OFFER, "falling"),
    isFrozen=_SWITCH,
    postOnly=_SWITCH.noted(_LATER),
    seq=integer("only ever rises"),
).lacking("postOnly")

ORDER_BOOK: Final = either(_BOOK, mapping(_BOOK, keys="pair"), note="by pair for `all`")

PUBLIC_TRADES: Final = listing(
    record(
        globalTradeID=integer(),
        tradeID=integer(),
        date=utc(),
        type=_SIDE.noted("the taker's"),
        rate=_MONEY,
        amount=_MONEY,
        total=_MONEY,
        orderNumber=integer(),
    ),
    "newest first",
)

CHART: Final = listing(
    record(
        date=_EPOCH,
        high=number(),
        low=number(),
        open=number(),
        close=number(),
        volume=number("in what is paid with"),
        quoteVolume=number("in what is bought"),
        weightedAverage=number(),
    ),
    "oldest first; one candle of zeros where there is none",
)

_SIX = decimal(6)

#: 5.9: of the platform of 2022.
CHART_OF_2022: Final = listing(
    record(
        date=digits("milliseconds"),
        high=_SIX,
        low=_SIX,
        open=_SIX,
        close=_SIX,
        volume=decimal(18, "in what is bought"),
        quoteVolume=decimal(18, "in what is paid with"),
        weightedAverage=_SIX,
    )
)

CURRENCIES: Final = mapping(
    either(
        record(
            id=integer(),
            name=text(),
            humanType=choice("BTC Clone", "Sweep to Main Account", "Payment ID"),
            currencyType=choice("address", "address-payment-id"),
            txFee=_MONEY,
            minConf=integer(),
            depositAddress=nullable(text("shared by all accounts, who have payment ids")),
            disabled=_BIT,
            delisted=_BIT,
            frozen=_BIT,
            parentChain=nullable(text("with includeMultiChainCurrencies")),
            isMultiChain=_BIT,
            isChildChain=_BIT,
            childChains=listing(text()),
        ).lacking("parentChain", "isMultiChain", "isChildChain", "childChains"),
        record(
            id=integer(),
            name=text(),
            humanType=text(),
            currencyType=text(),
            txFee=_MONEY,
            minConf=integer(),
            depositAddress=nullable(text()),
            disabled=_BIT,
            frozen=_BIT,
            hexColor=text(form="[0-9A-F]{6}"),
            blockchain=nullable(text()),
            delisted=_BIT,
            isGeofenced=_BIT,
            parentChain=nullable(text()),
            isMultiChain=_BIT,
            isChildChain=_BIT,
            childChains=listing(text()),
        ).lacking("parentChain", "isMultiChain", "isChildChain", "childChains"),
        note=f"the second in {_LATER}",
    ),
    keys="currency",
)

_LOAN_ORDER = record(rate=_DAY_RATE, amount=_MONEY, rangeMin=integer("days"), rangeMax=integer("days"))

LOAN_ORDERS: Final = record(offers=listing(_LOAN_ORDER), demands=listing(_LOAN_ORDER))

# 4.1: balances and addresses.

BALANCES: Final = mapping(_MONEY, keys="currency", note="every currency, zeros included")

COMPLETE_BALANCES: Final = mapping(
    record(available=_MONEY, onOrders=_MONEY, btcValue=_MONEY),
    keys="currency",
)

#: 5.9: with `all`.
COMPLETE_BALANCES_OF_2022: Final = either(COMPLETE_BALANCES, mapping(COMPLETE_BALANCES, keys="account"))

AVAILABLE_BALANCES: Final = mapping(mapping(_MONEY, keys="currency"), keys="account", empty_list=True)
TRADABLE_BALANCES: Final = mapping(mapping(_MONEY, keys="currency"), keys="pair")
ADDRESSES: Final = mapping(text(), keys="currency", empty_list=True)
NEW_ADDRESS: Final = record(success=_DONE, response=text("the address"))

FEES: Final = record(
    makerFee=_RATE,
    takerFee=_RATE,
    marginMakerFee=_RATE,
    marginTakerFee=_RATE,
    thirtyDayVolume=_MONEY,
    nextTier=integer(),
)

#: Before 2019.
FEES_EARLY: Final = record(
    makerFee=_RATE,
    takerFee=_RATE,
    thirtyDayVolume=_MONEY,
    nextTier=_MONEY,
)

MARKET_RULES: Final = record(
    default=record(
        minAmount=decimal(),
        minPrice=decimal(),
        maxPrice=decimal(),
        minTotal=decimal(),
        buyFee=decimal(8, "per cent"),
        sellFee=decimal(8, "per cent"),
        serverTimeStamp=utc(),
    )
)

# 4.2: what came and went.

_DEPOSIT = record(
    depositNumber=integer(),
    currency=text(),
    address=text(),
    amount=_MONEY,
    confirmations=integer(),
    txid=text(),
    timestamp=_EPOCH,
    status=choice("PENDING", "COMPLETE"),
    category=choice("deposit", note=_LATER),
    fiatAccountId=null(),
    scope=null(),
).lacking("category", "fiatAccountId", "scope")

_WITHDRAWAL = record(
    withdrawalNumber=integer(),
    currency=text(),
    address=text(),
    amount=decimal(8, "fee included"),
    fee=_MONEY,
    timestamp=_EPOCH,
    status=text(form=r"PENDING|COMPLETE: .+"),
    ipAddress=text(),
    paymentID=nullable(text()),
    canCancel=_BIT,
    canResendEmail=_BIT,
    scope=text(),
    fiatAccountId=null(),
)

DEPOSITS_WITHDRAWALS: Final = record(
    deposits=listing(_DEPOSIT),
    withdrawals=listing(_WITHDRAWAL),
    adjustments=listing(text(), "always empty here"),
)

# 4.3 to 4.7: orders and trades.

_OPEN_ORDERS = listing(
    record(
        orderNumber=digits(),
        type=_SIDE,
        rate=_MONEY,
        startingAmount=decimal(8, "what reached the book"),
        amount=decimal(8, "still open"),
        total=_MONEY,
        date=utc(),
        margin=_BIT,
        clientOrderId=digits(),
    ).lacking("clientOrderId")
)

OPEN_ORDERS: Final = either(_OPEN_ORDERS, mapping(_OPEN_ORDERS, keys="pair"), note="by pair for `all`")

_TRADES = listing(
    record(
        globalTradeID=integer(),
        tradeID=digits(),
        date=utc(),
        rate=either(_MONEY, decimal(12)),
        amount=_MONEY,
        total=_MONEY,
        fee=_RATE,
        feeDisplay=text(_LATER),
        orderNumber=digits(),
        type=_SIDE,
        category=choice("exchange", "marginTrade", "settlement"),
    ).lacking("feeDisplay"),
    "newest first",
)

TRADE_HISTORY: Final = either(
    _TRADES, mapping(_TRADES, keys="pair", empty_list=True), note="by pair for `all`, and `[]` without any"
)

ORDER_TRADES: Final = listing(
    record(
        globalTradeID=integer(),
        tradeID=integer(),
        currencyPair=text(),
        type=_SIDE,
        rate=_MONEY,
        amount=_MONEY,
        total=_MONEY,
        fee=_RATE,
        date=utc(),
    )
)

ORDER_STATUS: Final = record(
    result=mapping(
        record(
            status=choice("Open", "Partially filled"),
            rate=_MONEY,
            amount=_MONEY,
            currencyPair=text(),
            date=utc(),
            total=_MONEY,
            type=_SIDE,
            startingAmount=_MONEY,
            fee=_RATE.noted(_LATER),
        ).lacking("fee"),
        keys="order number",
    ),
    success=_DONE,
)

_RESULTING = listing(
    record(
        amount=_MONEY,
        date=utc(),
        rate=_MONEY,
        total=_MONEY,
        tradeID=digits(),
        type=_SIDE,
        takerAdjustment=_MONEY,
    )
)
_RESULTING_BY_PAIR = mapping(_RESULTING, keys="pair")

PLACED: Final = record(
    orderNumber=digits(),
    resultingTrades=_RESULTING,
    amountUnfilled=decimal(8, "with immediateOrCancel alone"),
    fee=_RATE,
    currencyPair=text(),
    clientOrderId=digits(),
    tokenFee=number(_LATER),
    tokenFeeCurrency=null(),
).lacking("amountUnfilled", "clientOrderId", "tokenFee", "tokenFeeCurrency")

_CANCELLED: Final[dict[str, Shape]] = {
    "success": _DONE,
    "amount": decimal(8, "what was open"),
    "message": text(),
    "fee": _RATE,
    "clientOrderId": digits(),
    "currencyPair": text(),
}

CANCELLED: Final = record(_CANCELLED).lacking("fee", "clientOrderId", "currencyPair")
ALL_CANCELLED: Final = record(success=_DONE, message=text(), orderNumbers=listing(integer()))

MOVED: Final = record(
    success=_DONE,
    orderNumber=digits(),
    resultingTrades=_RESULTING_BY_PAIR,
    fee=_RATE,
    currencyPair=text(),
    clientOrderId=digits(),
).lacking("clientOrderId")

REPLACED: Final = record(
    _CANCELLED,
    placed=record(
        success=_DONE,
        orderNumber=digits(),
        resultingTrades=_RESULTING_BY_PAIR,
        tokenFee=number(),
        tokenFeeCurrency=null(),
        message=text(),
        fee=_RATE,
        currencyPair=text(),
    ).noted("its name is inferred"),
).lacking("clientOrderId")

SWAPPED: Final = record(success=flag(), message=text())

# 4.8: money that moves.

WITHDREW: Final = record(response=text(), email2FA=flag(), withdrawalNumber=integer())
TRANSFERRED: Final = record(success=_DONE, message=text())

# 4.9: margin.

MARGIN_SUMMARY: Final = record(
    totalValue=_MONEY,
    pl=_MONEY,
    lendingFees=_MONEY,
    netValue=_MONEY,
    totalBorrowedValue=_MONEY,
    currentMargin=decimal(8, "a ratio"),
)

MARGIN_PLACED: Final = record(
    orderNumber=digits(),
    resultingTrades=mapping(_RESULTING, keys="pair", empty_list=True),
    message=text(),
    clientOrderId=digits(),
).lacking("clientOrderId")

#: Before 2019.
MARGIN_PLACED_EARLY: Final = record(
    success=_DONE,
    message=text(),
    orderNumber=digits(),
    resultingTrades=_RESULTING_BY_PAIR,
)

_POSITION = record(
    amount=decimal(8, "below zero for a short position"),
    total=_MONEY,
    basePrice=_MONEY,
    liquidationPrice=number("-1 for none"),
    pl=_MONEY,
    lendingFees=_MONEY,
    type=choice("long", "short", "none"),
)

POSITION: Final = either(_POSITION, mapping(_POSITION, keys="pair"), note="by pair for `all`")

CLOSED: Final = record(success=_DONE, message=text(), resultingTrades=mapping(_RESULTING, keys="pair", empty_list=True))

# 4.10: lending.

OFFERED: Final = record(success=_DONE, message=text(), orderID=integer())
OFFER_CANCELLED: Final = record(success=_DONE, message=text(), amount=_MONEY)

OPEN_OFFERS: Final = mapping(
    listing(record(id=integer(), rate=_DAY_RATE, amount=_MONEY, duration=integer("days"), autoRenew=_BIT, date=utc())),
    keys="currency",
    empty_list=True,
)

_ACTIVE = record(
    id=integer(),
    currency=text(),
    rate=_DAY_RATE,
    amount=_MONEY,
    range=integer("days"),
    autoRenew=_BIT,
    date=utc(),
    fees=_MONEY,
)

ACTIVE_LOANS: Final = record(provided=listing(_ACTIVE), used=listing(_ACTIVE.lacking("autoRenew")))

LENDING_HISTORY: Final = listing(
    record(
        id=integer(),
        currency=text(),
        rate=_DAY_RATE,
        amount=_MONEY,
        duration=decimal(8, "days"),
        interest=_MONEY,
        fee=decimal(8, "zero or below"),
        earned=_MONEY,
        open=utc(),
        close=utc(),
    ),
    "newest first",
)

RENEWED: Final = record(success=_DONE, message=integer("the new setting", choices=(0, 1)))
