"""What the reference exchange answers: amounts and prices as text with eight decimals, times in milliseconds.

Source of every shape: the reference specification, "Endpoints".
"""

from __future__ import annotations

from mockserver.core.shapes import (
    Shape,
    choice,
    decimal,
    digits,
    integer,
    listing,
    mapping,
    nullable,
    record,
    row,
    text,
)

_MARKET = text("BASE/QUOTE")
_SIDE = choice("buy", "sell")
_AMOUNT = decimal(8)
_ID = digits("above 2^53")
_TIME = integer("milliseconds since the Unix epoch")
_CLIENT_ORDER_ID = nullable(text(form="[A-Za-z0-9_-]{1,36}"))
_STATUS = choice("open", "partially_filled", "filled", "cancelled", "rejected")
_STEP = text(form=r"[0-9]+(?:\.[0-9]+)?")

_TRADE_OF_ORDER = record(trade_id=_ID, price=_AMOUNT, amount=_AMOUNT, fee=_AMOUNT)
_ROW_OF_ORDER = {
    "order_id": _ID,
    "client_order_id": _CLIENT_ORDER_ID,
    "market": _MARKET,
    "side": _SIDE,
    "price": _AMOUNT,
    "amount": _AMOUNT,
    "remaining": _AMOUNT,
    "time": _TIME,
}

TIME: Shape = record(server_time=_TIME)

MARKETS: Shape = listing(
    record(market=_MARKET, base=text(), quote=text(), min_amount=_STEP, price_step=_STEP, amount_step=_STEP)
)

TICKER: Shape = record(
    market=_MARKET,
    last=_AMOUNT,
    bid=nullable(_AMOUNT.noted("null for a side without orders")),
    ask=nullable(_AMOUNT.noted("null for a side without orders")),
    time=_TIME,
)

_SIDE_OF_BOOK = listing(row(price=_AMOUNT, amount=_AMOUNT), "best price first")
ORDER_BOOK: Shape = record(bids=_SIDE_OF_BOOK, asks=_SIDE_OF_BOOK, time=_TIME)

TRADES: Shape = listing(
    record(trade_id=_ID, price=_AMOUNT, amount=_AMOUNT, side=_SIDE, time=_TIME), "the latest ones, oldest first"
)

BALANCES: Shape = mapping(record(available=_AMOUNT, held=_AMOUNT), keys="currency", note="every currency, zeros too")

PLACED: Shape = record(
    order_id=_ID, client_order_id=_CLIENT_ORDER_ID, status=_STATUS, filled=_AMOUNT, trades=listing(_TRADE_OF_ORDER)
)

OPEN_ORDERS: Shape = listing(record(_ROW_OF_ORDER), "oldest first")

ORDER: Shape = record(_ROW_OF_ORDER, status=_STATUS, filled=_AMOUNT, trades=listing(_TRADE_OF_ORDER))

CANCELLED: Shape = record(order_id=_ID, status=choice("cancelled"))

FILLS: Shape = listing(
    record(
        trade_id=_ID,
        order_id=_ID,
        market=_MARKET,
        side=_SIDE,
        price=_AMOUNT,
        amount=_AMOUNT,
        fee=_AMOUNT,
        fee_currency=text(),
        time=_TIME,
    ),
    "oldest first",
)

DEPOSIT_ADDRESS: Shape = record(currency=text(), address=text())

WITHDRAWAL: Shape = record(withdrawal_id=digits(), status=choice("completed"))
