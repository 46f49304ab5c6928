"""What EXMO's answers look like, method by method: documents are written from it, and tests hold answers against it."""

from __future__ import annotations

from dataclasses import replace

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
    number,
    record,
    row,
    text,
)
from mockserver.dialects.exmo.margin_orders import MARGIN_TYPES

_SIDES = choice("buy", "sell")
_SECONDS = integer("Unix seconds")
_NANOSECONDS = digits("Unix nanoseconds")
_AMOUNTS = mapping(decimal(), keys="currency")
_DONE = record(result=flag(), error=text("empty"))

DONE = _DONE
NOTHING = record().noted("{}")

DEALS = mapping(
    listing(
        record(trade_id=integer(), date=_SECONDS, type=_SIDES, quantity=decimal(), price=decimal(), amount=decimal()),
        "newest first",
    ),
    keys="pair",
)

_LEVELS = listing(row(price=decimal(), quantity=decimal(), amount=decimal()), "best first")

BOOKS = mapping(
    record(
        ask_quantity=decimal(),
        ask_amount=decimal(),
        ask_top=decimal(),
        bid_quantity=decimal(),
        bid_amount=decimal(),
        bid_top=decimal(),
        ask=_LEVELS,
        bid=_LEVELS,
    ),
    keys="pair",
)

TICKERS = mapping(
    record(
        buy_price=decimal(note="best bid"),
        sell_price=decimal(note="best ask"),
        last_trade=decimal(),
        high=decimal(note="of 24 hours"),
        low=decimal(note="of 24 hours"),
        avg=decimal(),
        vol=decimal(note="24 hours, in the base"),
        vol_curr=decimal(note="24 hours, in the quote"),
        updated=_SECONDS,
    ),
    keys="pair",
)

PAIR_SETTINGS = mapping(
    record(
        min_quantity=decimal(),
        max_quantity=decimal(),
        min_price=decimal(),
        max_price=decimal(),
        max_amount=decimal(),
        min_amount=decimal(),
        price_precision=integer("decimals of a price"),
        commission_taker_percent=decimal(),
        commission_maker_percent=decimal(),
    ),
    keys="pair",
)

#: Version 1 knows neither the decimals nor the fees.
PAIR_SETTINGS_V1 = mapping(
    record(
        min_quantity=decimal(),
        max_quantity=decimal(),
        min_price=decimal(),
        max_price=decimal(),
        max_amount=decimal(),
        min_amount=decimal(),
    ),
    keys="pair",
)

CURRENCIES = listing(text("code"))
CURRENCY_LIST = listing(record(name=text("code"), description=text()))
REQUIRED_AMOUNT = record(quantity=decimal(), amount=decimal(), avg_price=decimal())

CANDLES = either(
    record(
        candles=listing(
            record(t=integer("Unix ms"), o=number(), c=number(), h=number(), l=number(), v=number()), "oldest first"
        )
    ),
    record(s=choice("no_data"), nextTime=_SECONDS),
)

PROVIDERS = mapping(
    listing(
        record(
            type=choice("deposit", "withdraw"),
            name=text("`BTC`, `USDT(ERC20)`"),
            currency_name=text("code"),
            min=decimal(note='"0" for none'),
            max=decimal(note='"0" for none'),
            enabled=flag(),
            comment=text(),
            commission_desc=text("`0%`, `0.0005 BTC`"),
            currency_confirmations=integer(),
        )
    ),
    keys="currency",
)

USER_INFO = record(uid=integer(), server_date=_SECONDS, balances=_AMOUNTS, reserved=_AMOUNTS)

ORDER_PLACED = record(
    result=flag(), error=text("empty"), order_id=integer(), client_id=integer("only where one was given")
).lacking("client_id")
ORDER_PLACED_V1 = record(result=flag(), error=text("empty"), order_id=integer())

STOP_PLACED = record(
    client_id=integer("0 for none"), parent_order_id=integer("18 digits"), parent_order_id_str=digits()
)

_ORDER = record(
    order_id=digits(),
    client_id=digits('"0" for none'),
    created=digits("Unix seconds"),
    type=_SIDES,
    pair=text(),
    quantity=decimal(note="what is left"),
    price=decimal(),
    amount=decimal(),
)

_STOP = record(
    parent_order_id=digits(),
    client_id=digits('"0" for none'),
    created=digits("Unix seconds"),
    type=choice("stop_market_buy", "stop_market_sell"),
    pair=text(),
    quantity=decimal(),
    trigger_price=decimal(),
    amount=decimal(),
)

OPEN_ORDERS = mapping(listing(either(_ORDER, _STOP)), keys="pair", note="{} for none")

OPEN_ORDERS_V1 = mapping(
    listing(
        record(
            order_id=digits(),
            created=digits("Unix seconds"),
            type=_SIDES,
            pair=text(),
            quantity=decimal(note="what is left"),
            price=decimal(),
            amount=decimal(),
        )
    ),
    keys="pair",
    note="{} for none",
)

CANCELLED_ORDERS = listing(
    either(_ORDER, record({**(_STOP.members or {}), "reason_status": text("`user_canceled`")})), "newest first"
)

CANCELLED_ORDERS_V1 = listing(
    record(
        date=_SECONDS,
        order_id=integer(),
        order_type=_SIDES,
        pair=text(),
        price=number(),
        quantity=number(),
        amount=number(),
    ),
    "newest first",
)

_DEAL = record(
    trade_id=integer(),
    client_id=integer("0 for none"),
    date=_SECONDS,
    type=_SIDES,
    pair=text(),
    quantity=decimal(),
    price=decimal(),
    amount=decimal(),
    order_id=integer(),
    parent_order_id=integer("of the stop order that it came from"),
    exec_type=choice("taker", "maker"),
    commission_amount=decimal(),
    commission_currency=text("what was received"),
    commission_percent=decimal(),
).lacking("parent_order_id")

_DEAL_V1 = record(
    trade_id=integer(),
    date=_SECONDS,
    type=_SIDES,
    pair=text(),
    quantity=number(),
    price=number(),
    amount=number(),
    order_id=integer(),
)


def _of_an_order(deal: Shape) -> Shape:
    members = dict(deal.members or {})
    front = ("trade_id", "client_id", "date", "type", "pair", "order_id")
    ordered = {**{name: members[name] for name in front if name in members}, **members}
    return record(
        type=_SIDES,
        in_currency=text("received"),
        in_amount=decimal(),
        out_currency=text("spent"),
        out_amount=decimal(),
        trades=listing(replace(deal, members=ordered)),
    )


USER_TRADES = mapping(listing(_DEAL, "newest first"), keys="pair")
USER_TRADES_V1 = mapping(listing(_DEAL_V1, "newest first"), keys="pair")
ORDER_TRADES = _of_an_order(_DEAL)
ORDER_TRADES_V1 = _of_an_order(_DEAL_V1)

ADDRESSES = mapping(
    text("an invoice after a comma, where the address is shared"),
    keys="currency, or currency and network",
    empty_list=True,
)

WITHDRAWN = record(result=flag(), error=text("empty"), task_id=digits())
TXID = record(result=flag(), error=text("empty"), status=flag("whether it was sent"), txid=text())

VOUCHER = record(
    result=flag(),
    error=text("empty"),
    task_id=digits(),
    code=text("`EX-CODE_...`"),
    amount=decimal(),
    currency=text(),
    login=text("where one was given"),
    commission=decimal(),
    balances=mapping(number(), keys="currency"),
).lacking("login")

LOADED_V1 = record(result=flag(), error=text("empty"), task_id=digits(), amount=decimal(), currency=text())
LOADED = record({**(LOADED_V1.members or {}), "reviewing": flag()})
CHECKED = record(result=flag(), error=text("empty"), valid=flag("[I]"))

HISTORY = record(
    result=flag(),
    error=text("empty"),
    begin=digits("Unix seconds"),
    end=digits("Unix seconds"),
    history=listing(
        record(
            dt=_SECONDS,
            type=choice("deposit", "withdrawal"),
            curr=text(),
            status=choice("processing", "verifying", "pending", "paid", "transferred", "cancelled"),
            provider=text(),
            amount=decimal(note="below zero for withdrawals"),
            account=text("`BTC: <address>`"),
            txid=text(),
        ),
        "newest first",
    ),
)

OPERATIONS = record(
    items=listing(
        record(
            operation_id=integer("17 digits"),
            created=_SECONDS,
            updated=_SECONDS,
            type=choice("deposit", "withdraw"),
            currency=text(),
            status=text("capitalised: `Paid`"),
            amount=decimal(),
            provider=text(),
            commission=decimal(),
            account=text(),
            order_id=integer(),
            provider_type=text(),
            crypto_address=text(),
            card_number=text(),
            wallet_address=text(),
            email=text(),
            phone=text(),
            extra=record(txid=text(), confirmations=either(integer(), null()), excode=text(), invoice=text()).lacking(
                "confirmations"
            ),
            error=text(),
        ).lacking("provider_type", "crypto_address", "card_number", "wallet_address", "email", "phone"),
        "newest first",
    ),
    count=integer("of all that match"),
)

MARGIN_ORDER_PLACED = record(order_id=digits(), client_id=digits())

MARGIN_PAIRS = record(
    pairs=listing(
        record(
            name=text(),
            buy_price=decimal(),
            sell_price=decimal(),
            last_trade_price=decimal(),
            ticker_updated=_NANOSECONDS,
            is_fair_price=flag(),
            max_price_precision=integer(),
            min_order_quantity=decimal(),
            max_order_quantity=decimal(),
            min_order_price=decimal(),
            max_order_price=decimal(),
            max_position_quantity=decimal(),
            trade_taker_fee=decimal(note="percent"),
            trade_maker_fee=decimal(note="percent"),
            liquidation_fee=decimal(note="percent"),
            max_leverage=decimal(),
            default_leverage=decimal(),
            liquidation_level=decimal(note="percent"),
            margin_call_level=decimal(note="percent"),
            position=integer(),
            updated=_NANOSECONDS,
        )
    )
)

MARGIN_WALLETS = record(wallets=mapping(record(balance=decimal(), free=decimal(), used=decimal()), keys="currency"))

MARGIN_ORDERS = record(
    orders=listing(
        record(
            order_id=digits(),
            client_id=digits(),
            comment=text(),
            created=_NANOSECONDS,
            updated=_NANOSECONDS,
            distance=decimal(),
            expire=digits(),
            funding_currency=text(),
            funding_quantity=decimal(),
            funding_rate=decimal(),
            leverage=decimal(),
            pair=text(),
            previous_type=choice(*MARGIN_TYPES),
            price=decimal(),
            quantity=decimal(),
            src=integer(),
            stop_price=decimal(),
            trigger_price=decimal(),
            type=choice(*MARGIN_TYPES),
        )
    )
)

MARGIN_HISTORY = record(
    items=listing(
        record(
            event_id=digits(),
            event_time=_NANOSECONDS,
            event_type=text("`OrderCancelStarted`; the others [I]"),
            order_id=digits(),
            order_type=choice(*MARGIN_TYPES),
            order_status=text("`cancel_started`; the others [I]"),
            trade_id=digits(),
            trade_type=text(),
            trade_quantity=decimal(),
            trade_price=decimal(),
            pair=text(),
            quantity=decimal(),
            price=decimal(),
            stop_price=decimal(),
            distance=decimal(),
        ),
        "newest first",
    )
)

MARGIN_DEALS = record(
    trades=listing(
        record(
            trade_id=digits(),
            trade_dt=_NANOSECONDS,
            type=_SIDES,
            order_id=digits(),
            pair=text(),
            quantity=decimal(),
            price=decimal(),
            is_maker=flag(),
        )
    )
)

MARGIN_TRADES = record(
    trades=mapping(
        listing(
            record(
                trade_id=digits(),
                trade_dt=_NANOSECONDS,
                trade_type=_SIDES,
                pair=text(),
                quantity=decimal(),
                price=decimal(),
                amount=decimal(),
            ),
            "newest first",
        ),
        keys="pair",
    )
)

POSITIONS = record(
    positions=listing(
        record(
            position_id=digits(),
            pair=text(),
            type=choice("long", "short"),
            quantity=decimal(),
            leverage=decimal(),
            base_price=decimal(),
            break_even_price=decimal(),
            margin=decimal(),
            margin_currency=text(),
            margin_level=decimal(),
            margin_call_price=decimal(),
            is_margin_call=flag(),
            liquidation_price=decimal(),
            need_liquidate=flag(),
            realized_pnl=decimal(),
            unrealized_pnl=decimal(),
            pnl_currency=text(),
            roe=decimal(),
            take_profit=decimal(),
            stop_loss=decimal(),
            funding_currency=text(),
            funding_quantity=decimal(),
            funding_rate=decimal(),
            funding_next_pay_dt=digits(),
            funding_next_pay_quantity=decimal(),
            created=_NANOSECONDS,
        )
    )
)
