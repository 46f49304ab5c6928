"""Margin trading at EXMO: what is traded on margin, what an account has there, and its positions (facts 5).

Ids and amounts are text, and so are moments: Unix time in nanoseconds, 19 digits.
"""

from __future__ import annotations

from decimal import Decimal

from mockserver.core.desk import Desk
from mockserver.core.endpoint import Json, Parameters
from mockserver.core.markets import Market
from mockserver.core.money import add, multiply, quotient, subtract
from mockserver.core.orders import Fill
from mockserver.core.positions import Position
from mockserver.core.refusals import Refusal, Refused
from mockserver.core.wallets import Wallet
from mockserver.dialects.exmo import limits
from mockserver.dialects.exmo import parameters as read
from mockserver.dialects.exmo.answers import percent, plain
from mockserver.dialects.exmo.listings import markets_of
from mockserver.dialects.exmo.markets import MAX_PRICE, MAX_QUANTITY, market_of, pair_name, price_places

#: The leverage that every pair allows, which is also the usual one.
MOST_LEVERAGE = 3

#: What is left of a position, in percent of its worth, when the exchange closes it, at a leverage of 1; the warning is
#: when half as much again is left, as in the one recording (5 and 7.5 percent).
_LIQUIDATION_LEVEL = Decimal(50)
_WARNING = Decimal("1.5")

_NO_FEE = "0"

_ONE = Decimal(1)
_HUNDRED = Decimal(100)


def moment(ms: int) -> str:
    """Return a moment as margin trading spells it: nanoseconds, as text."""
    return str(ms * 1_000_000)


def margin_pairs(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return every pair with its limits and fees on margin, fees and levels in percent."""
    return {"pairs": [_pair(desk, market, place) for place, market in enumerate(desk.markets(), start=1)]}


def margin_wallets(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the margin wallet: every currency, what is there, what of it is free, and what stands behind orders."""
    return {
        "wallets": {
            currency: {
                "balance": plain(add(balance.available, balance.held)),
                "free": plain(balance.available),
                "used": plain(balance.held),
            }
            for currency, balance in desk.balances(Wallet.MARGIN).items()
        }
    }


def margin_trades(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return a pair's deals, newest first; what is traded on margin is traded in the same book as everything else."""
    pairs = read.required(parameters, "pair_name")
    if isinstance(pairs, Refused):
        return pairs
    offset = read.bounded(parameters, "offset", default=0, maximum=1 << 32)
    limit = read.bounded(parameters, "limit", default=100, maximum=100)
    return {
        "trades": {
            pair_name(market.name): [
                {
                    "trade_id": str(fill.trade_id),
                    "trade_dt": moment(fill.at_ms),
                    "trade_type": fill.side.value,
                    "pair": pair_name(fill.market),
                    "quantity": plain(fill.amount),
                    "price": plain(fill.price),
                    "amount": plain(multiply(fill.price, fill.amount)),
                }
                for fill in desk.trades(market)[::-1][offset : offset + limit]
            ]
            for market in markets_of(desk, pairs)
        }
    }


def own_trades(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return one's deals on margin, newest first; their members are inferred from `margin/user/order/trades`."""
    offset = read.bounded(parameters, "offset", default=0, maximum=1 << 32)
    limit = read.bounded(parameters, "limit", default=100, maximum=100)
    newest = desk.fills(wallet=Wallet.MARGIN)[::-1][offset : offset + limit]
    return {"trades": [margin_deal(fill) for fill in newest]}


def margin_deal(fill: Fill) -> Json:
    """Return a deal as `margin/user/order/trades` lists it."""
    return {
        "trade_id": str(fill.trade_id),
        "trade_dt": moment(fill.at_ms),
        "type": fill.side.value,
        "order_id": str(fill.order_id),
        "pair": pair_name(fill.market),
        "quantity": plain(fill.amount),
        "price": plain(fill.price),
        "is_maker": fill.maker,
    }


def positions(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Return the open positions, with the members that one client is known to read."""
    return {"positions": [_position(desk, position) for position in desk.positions(wallet=Wallet.MARGIN)]}


def position_close(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Close a position at whatever prices there are; that it answers like its neighbours is inferred."""
    position = _named(desk, parameters)
    if isinstance(position, Refused):
        return position
    market = desk.market(position.market)
    closed = None if market is None else desk.close_position(market, wallet=Wallet.MARGIN)
    return closed if isinstance(closed, Refused) else {}


def margin_add(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Let more of the wallet stand behind a position."""
    return _adjusted(desk, parameters, 1)


def margin_remove(desk: Desk, parameters: Parameters) -> Json | Refused:
    """Let less of the wallet stand behind a position."""
    return _adjusted(desk, parameters, -1)


def _adjusted(desk: Desk, parameters: Parameters, way: int) -> Json | Refused:
    position = _named(desk, parameters)
    if isinstance(position, Refused):
        return position
    quantity = read.number(parameters, "quantity")
    if isinstance(quantity, Refused):
        return quantity
    if quantity <= 0 or (way < 0 and quantity > position.margin):
        return limits.bad_choice("quantity", plain(quantity))
    return desk.adjust_margin(position, way * quantity) or {}


def _named(desk: Desk, parameters: Parameters) -> Position | Refused:
    """Return the open position that `position_id` means: by number, or by pair, as one client sends it."""
    given = read.required(parameters, "position_id")
    if isinstance(given, Refused):
        return given
    for position in desk.positions(wallet=Wallet.MARGIN):
        if given == str(position.position_id) or market_of(given) == position.market:
            return position
    return Refused(
        refusal=Refusal.ORDER_NOT_FOUND,
        detail="no such position is open",
        facts={"order_id": given[:80]},
        variant="position",
    )


def _pair(desk: Desk, market: Market, place: int) -> Json:
    seen = desk.ticker(market)
    return {
        "name": pair_name(market.name),
        "buy_price": plain(seen.bid or Decimal(0)),
        "sell_price": plain(seen.ask or Decimal(0)),
        "last_trade_price": plain(seen.last),
        "ticker_updated": moment(desk.now_ms),
        "is_fair_price": True,
        "max_price_precision": price_places(market),
        "min_order_quantity": plain(market.minimum_amount),
        "max_order_quantity": plain(MAX_QUANTITY),
        "min_order_price": plain(market.price_step),
        "max_order_price": plain(MAX_PRICE),
        "max_position_quantity": plain(MAX_QUANTITY),
        "trade_taker_fee": plain(percent(market.taker_fee)),
        "trade_maker_fee": plain(percent(market.maker_fee)),
        "liquidation_fee": _NO_FEE,
        "max_leverage": str(MOST_LEVERAGE),
        "default_leverage": str(MOST_LEVERAGE),
        "liquidation_level": plain(_level(Decimal(MOST_LEVERAGE))),
        "margin_call_level": plain(_call_level(Decimal(MOST_LEVERAGE))),
        "position": place,
        "updated": moment(desk.now_ms),
    }


def _position(desk: Desk, position: Position) -> Json:
    market = desk.market(position.market)
    last = position.base_price if market is None else desk.ticker(market).last
    unrealised, long = position.unrealised(last), position.amount > 0
    quote = position.market.partition("/")[2]
    worth = multiply(abs(position.amount), last)
    equity = add(position.margin, unrealised)
    level = quotient(percent(equity), worth) if worth else Decimal(0)
    fee = quotient(position.fees, abs(position.amount)) if position.amount else Decimal(0)
    liquidation = desk.liquidation_price(position)
    return {
        "position_id": str(position.position_id),
        "pair": pair_name(position.market),
        "type": "long" if long else "short",
        "quantity": plain(abs(position.amount)),
        "leverage": plain(position.leverage),
        "base_price": plain(position.base_price),
        "break_even_price": plain((add if long else subtract)(position.base_price, fee)),
        "margin": plain(position.margin),
        "margin_currency": quote,
        "margin_level": plain(level),
        "margin_call_price": plain(_call_price(position)),
        "is_margin_call": level <= _call_level(position.leverage),
        "liquidation_price": plain(liquidation or Decimal(0)),
        "need_liquidate": False,
        "realized_pnl": plain(position.realised),
        "unrealized_pnl": plain(unrealised),
        "pnl_currency": quote,
        "roe": plain(quotient(percent(unrealised), position.margin) if position.margin else Decimal(0)),
        "take_profit": "0",
        "stop_loss": "0",
        "funding_currency": quote if long else position.market.partition("/")[0],
        "funding_quantity": plain(position.debts.get(quote if long else position.market.partition("/")[0], Decimal(0))),
        "funding_rate": "0",
        "funding_next_pay_dt": "0",
        "funding_next_pay_quantity": "0",
        "created": moment(position.opened_ms),
    }


def _level(leverage: Decimal) -> Decimal:
    return quotient(_LIQUIDATION_LEVEL, leverage)


def _call_level(leverage: Decimal) -> Decimal:
    return quotient(multiply(_LIQUIDATION_LEVEL, _WARNING), leverage)


def _call_price(position: Position) -> Decimal:
    """Return the price at which margin and gains are so small a part of the position's worth that EXMO warns."""
    part = quotient(_call_level(position.leverage), _HUNDRED)
    amount = abs(position.amount)
    if not amount:
        return Decimal(0)
    if position.amount > 0:  # margin + amount * price - cost = part * amount * price
        return max(
            quotient(subtract(position.cost, position.margin), multiply(amount, subtract(_ONE, part))), Decimal(0)
        )
    return quotient(add(position.cost, position.margin), multiply(amount, add(_ONE, part)))
