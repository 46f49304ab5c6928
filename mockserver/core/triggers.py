"""What a price sets off: stop orders that waited for it, and the end of positions that it has used up."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, DecimalException
from itertools import count
from typing import TYPE_CHECKING, Final

from mockserver.core.accounts import KEPT, Account
from mockserver.core.ledger import Ledger
from mockserver.core.listing import Listing
from mockserver.core.margin import Margin
from mockserver.core.markets import Market
from mockserver.core.money import ZERO, add, ceiled, multiply
from mockserver.core.orders import Order, Side, TimeInForce
from mockserver.core.positions import MarginTerms, Position
from mockserver.core.refusals import Refused, insufficient, too_small
from mockserver.core.stops import StopEvent, StopOrder
from mockserver.core.tally import Tally

if TYPE_CHECKING:
    from mockserver.core.floor import Floor

_STOP_IDS_FROM: Final = 500_000_000_000_000_001


class Triggers:
    """Looks at a market after each order that traded there, and sets off what its last price sets off.

    Args:
        floor: Where orders are placed that something set off.
        accounts: The venue's accounts by id.
        ledger: Who has what.
        margin: The positions.
        tally: Of the venue's changes.
    """

    __slots__ = ("_accounts", "_floor", "_ledger", "_margin", "_reacting", "_stop_ids", "_tally")

    def __init__(
        self, floor: Floor, accounts: Mapping[int, Account], ledger: Ledger, margin: Margin, tally: Tally
    ) -> None:
        self._floor = floor
        self._accounts = accounts
        self._ledger = ledger
        self._margin = margin
        self._stop_ids = count(_STOP_IDS_FROM)
        self._tally = tally
        self._reacting = False

    def place_stop(
        self, account: Account, stop: StopOrder, market: Market, now_ms: int, *, instead_of: StopOrder | None = None
    ) -> StopOrder | Refused:
        """Let a stop order wait, as `AccountDesk.place_stop` says; its number is given here.

        `instead_of` is cancelled if it can be placed.
        """
        price = stop.trigger if stop.limit is None else stop.limit
        if not all(number.is_finite() and number > ZERO for number in (stop.trigger, price, stop.amount)):
            raise ValueError(f"trigger {stop.trigger}, limit {stop.limit} and amount {stop.amount} must be above zero")
        listing = self._floor.listing(market, now_ms)
        currency = listing.quote if stop.side is Side.BUY else listing.base
        try:
            total = multiply(price, stop.amount)
            cost = ceiled(total) if stop.side is Side.BUY else stop.amount
        except DecimalException:
            return insufficient(currency)
        reduces = stop.margin is not None and stop.margin.reduce_only
        if (stop.amount < market.minimum_amount or total < market.minimum_total) and not reduces:
            return too_small(market, stop.amount)
        if stop.margin is None:
            freed = ZERO if instead_of is None else instead_of.held
            if add(self._ledger.available(account.account_id, currency), freed) < cost:
                return insufficient(currency)
        if instead_of is not None:
            self.cancel_stop(account, instead_of, now_ms)
        if stop.margin is None:
            self._ledger.hold(currency, cost, account.account_id)
            stop.held = cost
        stop.stop_id = next(self._stop_ids)
        account.stops[stop.stop_id] = stop
        listing.stops.put(stop)
        self._tally.changes += 1
        if len(account.stops) > 2 * KEPT:
            account.forget_the_oldest()
        self.react(listing, now_ms)
        return stop

    def cancel_stop(self, account: Account, stop: StopOrder, now_ms: int) -> None:
        """Cancel a stop order of the account that waits."""
        listing = self._floor.opened(stop.market)
        listing.stops.take_out(stop)
        stop.end(StopEvent.CANCELLED, now_ms)
        self._free(listing, stop)
        self._tally.changes += 1

    def close_position(
        self, account: Account, position: Position, client_order_id: str | None, now_ms: int
    ) -> Order | Refused:
        """Close a position at market, as `AccountDesk.close_position` says."""
        for order in [order for order in account.open.values() if order.position is position]:
            self._floor.cancel_order(account, order)
        terms = MarginTerms(
            wallet=position.wallet,
            leverage=position.leverage,
            mode=position.mode,
            reduce_only=True,
            slot=position.slot,
        )
        side = Side.SELL if position.amount > ZERO else Side.BUY
        market = self._floor.opened(position.market).market
        size = abs(position.amount)
        return self._floor.place_market_order(account, market, side, size, None, client_order_id, now_ms, margin=terms)

    def react(self, listing: Listing, now_ms: int) -> None:
        """Set off what the last price sets off, one after the other, until it sets off no more."""
        if self._reacting:  # what is set off trades in its turn, and is looked at by the loop that set it off
            return
        self._reacting = True
        looked_at: set[int] = set()
        try:
            while True:
                listing.stops.follow(listing.tape.last)
                if (stop := listing.stops.take_due(listing.tape.last)) is not None:
                    self._set_off(listing, stop, now_ms)
                elif (position := self._used_up(listing, looked_at)) is not None:
                    looked_at.add(position.position_id)
                    position.liquidated = True
                    self.close_position(self._accounts[position.account_id], position, None, now_ms)
                else:
                    return
        finally:
            self._reacting = False

    def would_react(self, listing: Listing) -> bool:
        """Tell whether the last price sets anything off, once the triggers that trail behind it have come after it."""
        listing.stops.follow(listing.tape.last)
        return listing.stops.is_due(listing.tape.last) or self._used_up(listing, set()) is not None

    def _used_up(self, listing: Listing, looked_at: set[int]) -> Position | None:
        price: Decimal = listing.tape.last
        for position in listing.positions.values():
            if position.position_id not in looked_at and self._margin.is_used_up(position, listing.quote, price):
                return position
        return None

    def _set_off(self, listing: Listing, stop: StopOrder, now_ms: int) -> None:
        account, market = self._accounts[stop.account_id], listing.market
        self._free(listing, stop)
        called, margin = stop.client_order_id, stop.margin
        if stop.limit is not None:
            placed = self._floor.place_order(
                account, market, stop.side, stop.limit, stop.amount, TimeInForce.GTC, called, now_ms, margin=margin
            )
        else:
            # A buy may meet prices beyond its trigger: it gets as much as there is money for.
            budget = None
            if stop.side is Side.BUY and margin is None:
                budget = self._ledger.available(account.account_id, listing.quote) or None
            placed = self._floor.place_market_order(
                account, market, stop.side, stop.amount, budget, called, now_ms, margin=margin
            )
        if isinstance(placed, Order):
            stop.order_id = placed.order_id
            stop.end(StopEvent.PLACED, now_ms)
        else:
            stop.refused = placed
            stop.end(StopEvent.REFUSED, now_ms)
        self._tally.changes += 1

    def _free(self, listing: Listing, stop: StopOrder) -> None:
        """Give back what a stop order held."""
        self._ledger.release(listing.quote if stop.side is Side.BUY else listing.base, stop.held, stop.account_id)
        stop.held = ZERO
