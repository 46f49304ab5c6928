"""Settling: what a trade moves in the ledger, and what becomes of the orders that made it.

A trade is at the standing order's price, and its total is rounded down to eight decimals, so that the parts of an order
never cost more than the whole. Each side's fee is taken from what it receives, rounded to the nearest eighth decimal,
the even one from half-way; that of a side on margin is of the total, and taken from its collateral. What a buy set
aside and needs no more goes back at each trade.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Final

from mockserver.core.accounts import MARKET_MAKER, Account
from mockserver.core.book import Match
from mockserver.core.ledger import FEES, Ledger
from mockserver.core.listing import Listing
from mockserver.core.margin import Margin
from mockserver.core.money import ZERO, ceiled, floored, multiply, nearest, subtract
from mockserver.core.orders import Fill, Order, Side
from mockserver.core.positions import Position

_TRADE_IDS_FROM: Final = 20_000_001

_BUY: Final = Side.BUY


class Settling:
    """Lets money and goods change hands.

    Args:
        accounts: The venue's accounts by id.
        ledger: Who has what.
        margin: The positions.
    """

    __slots__ = ("_accounts", "_ledger", "_margin", "_trade_ids")

    def __init__(self, accounts: Mapping[int, Account], ledger: Ledger, margin: Margin) -> None:
        self._accounts = accounts
        self._ledger = ledger
        self._margin = margin
        self._trade_ids = count(_TRADE_IDS_FROM)

    def new_trade_id(self) -> int:
        """Return the next number of a trade."""
        return next(self._trade_ids)

    def settle(self, listing: Listing, taker: Order, match: Match, now_ms: int) -> None:
        """Let the money and the goods of one trade change hands, of which both orders tell already."""
        maker, amount = match
        buy, sell = (taker, maker) if taker.side is _BUY else (maker, taker)
        market, base, quote = listing.market, listing.base, listing.quote
        price = maker.price
        total = floored(multiply(price, amount))
        buy_rate, sell_rate = market.maker_fee, market.taker_fee
        if buy is taker:
            buy_rate, sell_rate = sell_rate, buy_rate
        settle = self._ledger.settle
        buyer, seller = buy.holder, sell.holder
        if buy.position is None:
            buy_fee, buy_fee_currency = nearest(multiply(amount, buy_rate)), base
            settle(base, subtract(amount, buy_fee), seller, buyer)
            settle(base, buy_fee, seller, FEES)
        else:
            buy_fee, buy_fee_currency = nearest(multiply(total, buy_rate)), quote
            settle(base, amount, seller, buyer)
        sell_fee = nearest(multiply(total, sell_rate))
        if sell.position is None:
            settle(quote, subtract(total, sell_fee), buyer, seller)
            settle(quote, sell_fee, buyer, FEES)
        else:
            settle(quote, total, buyer, seller)

        sell.held = sell.remaining
        if not buy.at_market:
            still_held = ceiled(multiply(buy.price, buy.remaining))
        else:  # what it holds is the sum over all prices that it reaches, not a multiple of one
            still_held = subtract(buy.held, total) if buy.remaining else ZERO
        spare = subtract(subtract(buy.held, total), still_held)
        buy.held = still_held
        if spare:
            self._ledger.release(quote, spare, buyer)

        trade_id = next(self._trade_ids)
        for order, fee, fee_currency in ((buy, buy_fee, buy_fee_currency), (sell, sell_fee, quote)):
            account = self._accounts[order.account_id]
            if order is maker and order.account_id == MARKET_MAKER:  # of its endless trades nobody keeps an account
                if not order.remaining:
                    del account.open[order.order_id], account.orders[order.order_id]
                continue
            fill = Fill(
                trade_id=trade_id,
                order_id=order.order_id,
                market=listing.name,
                side=order.side,
                price=price,
                amount=amount,
                fee=fee,
                fee_currency=fee_currency,
                maker=order is maker,
                at_ms=now_ms,
            )
            order.fills.append(fill)
            if order is taker:
                listing.tape.print(fill)
            if order.position is None:
                account.fills.append(fill)
            else:
                account.margin_fills.setdefault(order.position.wallet, []).append(fill)
                self._margin.traded(listing, order, amount, total, fee, now_ms)
            if not order.remaining:
                self._leave(account, listing, order)
        for order in (buy, sell):
            if order.position is not None:
                self._trim(listing, order.position, taker)

    def cancel(self, account: Account, listing: Listing, order: Order) -> None:
        """Take an order out of its book and end it."""
        listing.book.take_out(order)
        self.close(account, listing, order)

    def close(self, account: Account, listing: Listing, order: Order) -> None:
        """End an order that stands in no book, and give back what it held."""
        order.cancel()
        self._ledger.release(listing.quote if order.side is _BUY else listing.base, order.held, order.holder)
        order.held = ZERO
        self._leave(account, listing, order)

    def _leave(self, account: Account, listing: Listing, order: Order) -> None:
        """Strike an order that has ended off the open ones."""
        del account.open[order.order_id]
        if order.position is not None:
            self._margin.closed(account, order, listing.quote)

    def _trim(self, listing: Listing, position: Position, taker: Order) -> None:
        """Cancel standing orders that may only reduce a position and would do more, the newest first."""
        account = self._accounts[position.account_id]
        reducing = [
            order
            for order in account.open.values()
            if order.position is position and order is not taker and order.margin and order.margin.reduce_only
        ]
        for order in reversed(reducing):
            same_way = (position.amount > ZERO) == (order.side is _BUY)
            asked = sum((one.remaining for one in reducing if one.is_open and one.side is order.side), ZERO)
            if same_way or asked > abs(position.amount):
                self.cancel(account, listing, order)
