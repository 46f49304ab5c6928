"""The opening of a market: the venue's own market maker places what the liquidity plan says."""

from __future__ import annotations

from collections.abc import Callable

from mockserver.core.accounts import MARKET_MAKER, Account
from mockserver.core.ledger import WORLD, Ledger
from mockserver.core.listing import Listing
from mockserver.core.money import ZERO, add, ceiled, floored, multiply, nearest
from mockserver.core.orders import Fill, Order, Side
from mockserver.core.seeding import Liquidity


def open_market(
    listing: Listing,
    liquidity: Liquidity,
    maker: Account,
    ledger: Ledger,
    now_ms: int,
    *,
    seeded_id: Callable[[], int],
    trade_id: Callable[[], int],
) -> None:
    """Place what the plan says; its orders have ids that no client sees, below zero.

    Args:
        listing: The market, empty as yet.
        liquidity: What stands there and has traded.
        maker: The market maker, who is given all that this needs.
        ledger: Who has what.
        now_ms: The server's clock.
        seeded_id: Gives the next number of a seeded order, above zero.
        trade_id: Gives the next number of a trade.
    """
    for side, offers, currency in (
        (Side.BUY, liquidity.bids, listing.quote),
        (Side.SELL, liquidity.asks, listing.base),
    ):
        needed = ZERO
        for price, amount in offers:
            order = Order(
                order_id=-seeded_id(),
                account_id=MARKET_MAKER,
                market=listing.name,
                side=side,
                price=price,
                amount=amount,
                remaining=amount,
                at_ms=now_ms,
                held=ceiled(multiply(price, amount)) if side is Side.BUY else amount,
            )
            needed = add(needed, order.held)
            maker.orders[order.order_id] = maker.open[order.order_id] = order
            listing.book.put(order)
        ledger.move(currency, needed, WORLD, MARKET_MAKER)
        ledger.hold(currency, needed, MARKET_MAKER)
    for past in liquidity.trades:
        received, currency = (
            (past.amount, listing.base)
            if past.side is Side.BUY
            else (floored(multiply(past.price, past.amount)), listing.quote)
        )
        listing.tape.print(
            Fill(
                trade_id=trade_id(),
                order_id=seeded_id(),
                market=listing.name,
                side=past.side,
                price=past.price,
                amount=past.amount,
                fee=nearest(multiply(received, listing.market.taker_fee)),
                fee_currency=currency,
                maker=False,
                at_ms=max(now_ms - past.age_ms, 0),
            )
        )
