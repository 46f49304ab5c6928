"""The market maker that breathes: every second of the server's clock it moves its quotes, and somebody trades.

Nothing runs in the background. Whoever comes to the venue finds that all moments up to now have passed, one after the
other and over all its markets, each at its own time: resting orders that the price came to were filled then. Of a
silence longer than an hour only every 60th moment happens before its last hour, and none before its last day. A market
that opens has a day behind it, of which only the last ten minutes happened in full.

Between moments the market maker's quotes stand in the book like anybody's orders. What trades with nobody but the
market maker is only printed: no money moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from heapq import merge
from random import Random
from typing import TYPE_CHECKING, Final

from mockserver.core.accounts import Account
from mockserver.core.book import Offer
from mockserver.core.ledger import WORLD, Ledger
from mockserver.core.listing import Breath, Listing
from mockserver.core.money import ZERO, add, ceiled, floored, multiply, nearest, subtract
from mockserver.core.orders import Fill, Order, Side, TimeInForce
from mockserver.core.settling import Settling
from mockserver.core.walk import MOMENT_MS, moment, quotes, quotes_around

if TYPE_CHECKING:
    from mockserver.core.floor import Floor

_EACH: Final = 3_600
_EACH_AT_FIRST: Final = 600
_SPARSE: Final = 60
_DAY: Final = 86_400


class MarketMaker:
    """Lets the moments of a venue's markets pass.

    Args:
        floor: Where it trades.
        settling: How its quotes are withdrawn, and trades numbered.
        account: Its account; the world gives it what it needs.
        ledger: Who has what.
        seed: Of the walk.
    """

    __slots__ = ("_account", "_floor", "_ledger", "_seed", "_settling")

    def __init__(self, floor: Floor, settling: Settling, account: Account, ledger: Ledger, *, seed: int) -> None:
        self._floor = floor
        self._settling = settling
        self._account = account
        self._ledger = ledger
        self._seed = seed

    def begin(self, listing: Listing, now_ms: int, *, with_past: bool) -> None:
        """Let a market breathe from now on; a new one gets a past of a day."""
        self.withdraw(listing)
        now = now_ms // MOMENT_MS
        listing.breath = Breath(last=now - _DAY if with_past else now - 1)
        self._pass([(listing, listing.breath)], now, _EACH_AT_FIRST)

    def pass_until(self, listings: Iterable[Listing], now_ms: int) -> bool:
        """Let all moments up to now pass in these markets; tell whether there were any."""
        now = now_ms // MOMENT_MS
        late: list[tuple[Listing, Breath]] = []
        for listing in listings:
            if listing.breath is not None and listing.breath.last < now:
                late.append((listing, listing.breath))
        if late:
            self._pass(late, now, _EACH)
        return bool(late)

    def _pass(self, late: Sequence[tuple[Listing, Breath]], now: int, each: int) -> None:
        """Let the moments of markets pass, one after the other over all of them, the latest so many of them all."""
        for listing, _ in late:
            self.withdraw(listing)
        passing = [_numbered(_moments(breath.last, now, each), number) for number, (_, breath) in enumerate(late)]
        for at, number in merge(*passing):
            self._live_through(late[number][0], at)
        for listing, breath in late:
            breath.last = now
            self._post(listing, quotes(listing.market, self._seed, now), now * MOMENT_MS)
        self._account.fills.clear()

    def move_to(self, listing: Listing, price: Decimal, now_ms: int) -> None:
        """Trade through everybody up to a price, print a trade there, and quote around it, until the next moment."""
        self.withdraw(listing)
        bids, asks = listing.book.depth(1 << 30)
        self._sweep(listing, Side.SELL, [(price, amount) for bid, amount in bids if bid >= price], now_ms)
        self._sweep(listing, Side.BUY, [(price, amount) for ask, amount in asks if ask <= price], now_ms)
        self._print(listing, Side.BUY, price, listing.market.amount_step, now_ms)
        random = Random(f"{self._seed} {listing.name} {price:f}")
        self._post(listing, quotes_around(listing.market, price, random), now_ms)
        self._account.fills.clear()
        self._floor.triggers.react(listing, now_ms)

    def withdraw(self, listing: Listing) -> None:
        """Take all that the market maker has in a market out of its book, and forget it."""
        account, name = self._account, listing.name
        for order in [order for order in account.open.values() if order.market == name]:
            self._settling.cancel(account, listing, order)
        for order_id in [order.order_id for order in account.orders.values() if order.market == name]:
            del account.orders[order_id]

    def _live_through(self, listing: Listing, at: int) -> None:
        """Let one moment pass, while none of the market maker's own quotes stand."""
        market, book, now_ms = listing.market, listing.book, at * MOMENT_MS
        brings = moment(market, self._seed, at)
        self._floor.end_what_is_over(now_ms)
        if book.would_trade(Side.SELL, brings.ask) or book.would_trade(Side.BUY, brings.bid):
            bids, asks = quotes(market, self._seed, at)
            self._sweep(listing, Side.SELL, asks, now_ms)
            self._sweep(listing, Side.BUY, bids, now_ms)
        if brings.side is not None:
            price = brings.ask if brings.side is Side.BUY else brings.bid
            if price > ZERO:
                left = self._trade(listing, brings.side, price, brings.amount, now_ms)
                if left:
                    self._print(listing, brings.side, price, left, now_ms)
        if (listing.stops or listing.positions) and self._floor.triggers.would_react(listing):
            self._post(listing, quotes(market, self._seed, at), now_ms)
            self._floor.triggers.react(listing, now_ms)
            self.withdraw(listing)

    def _sweep(self, listing: Listing, side: Side, offers: Sequence[Offer], now_ms: int) -> None:
        """Trade quotes against those whom the price has come to."""
        for price, amount in offers:
            if not listing.book.would_trade(side, price):
                return
            self._trade(listing, side, price, amount, now_ms)

    def _trade(self, listing: Listing, side: Side, price: Decimal, amount: Decimal, now_ms: int) -> Decimal:
        """Trade with what stands in the book, at once; return what is left."""
        if not listing.book.would_trade(side, price):
            return amount
        order = self._order(listing, side, price, amount, now_ms, TimeInForce.IOC)
        self._fund(listing, side, order.held)
        self._floor.enter(self._account, listing, order, now_ms, crosses=True, reacts=False)
        del self._account.orders[order.order_id]
        return order.remaining

    def _post(self, listing: Listing, offers: tuple[Sequence[Offer], Sequence[Offer]], now_ms: int) -> None:
        """Let quotes stand, but for those that would trade with somebody whom the sweep has not filled."""
        for side, wanted in zip((Side.BUY, Side.SELL), offers, strict=True):
            needed = ZERO
            for price, amount in wanted:
                if listing.book.would_trade(side, price):
                    continue
                order = self._order(listing, side, price, amount, now_ms, TimeInForce.GTC)
                self._account.orders[order.order_id] = self._account.open[order.order_id] = order
                listing.book.put(order)
                needed = add(needed, order.held)
            self._fund(listing, side, needed)
            self._ledger.hold(_paid_in(listing, side), needed, self._account.account_id)

    def _order(
        self, listing: Listing, side: Side, price: Decimal, amount: Decimal, now_ms: int, kind: TimeInForce
    ) -> Order:
        return Order(
            order_id=self._floor.new_house_id(),
            account_id=self._account.account_id,
            market=listing.name,
            side=side,
            price=price,
            amount=amount,
            remaining=amount,
            at_ms=now_ms,
            time_in_force=kind,
            held=ceiled(multiply(price, amount)) if side is Side.BUY else amount,
        )

    def _fund(self, listing: Listing, side: Side, needed: Decimal) -> None:
        currency = _paid_in(listing, side)
        lacking = subtract(needed, self._ledger.available(self._account.account_id, currency))
        if lacking > ZERO:
            self._ledger.move(currency, lacking, WORLD, self._account.account_id)

    def _print(self, listing: Listing, side: Side, price: Decimal, amount: Decimal, now_ms: int) -> None:
        """Put a trade on the tape that the market maker made with itself."""
        bought = side is Side.BUY
        received = amount if bought else floored(multiply(price, amount))
        listing.tape.print(
            Fill(
                trade_id=self._settling.new_trade_id(),
                order_id=self._floor.new_house_id(),
                market=listing.name,
                side=side,
                price=price,
                amount=amount,
                fee=nearest(multiply(received, listing.market.taker_fee)),
                fee_currency=listing.base if bought else listing.quote,
                maker=False,
                at_ms=now_ms,
            )
        )


def _paid_in(listing: Listing, side: Side) -> str:
    return listing.quote if side is Side.BUY else listing.base


def _moments(last: int, now: int, each: int) -> Iterator[int]:
    """Yield the moments after the last one up to now that happen: the latest all, and few of the day before them."""
    first = max(last + 1, now - _DAY + 1)
    full = max(first, now - each + 1)
    yield from range(first + -first % _SPARSE, full, _SPARSE)
    yield from range(full, now + 1)


def _numbered(moments: Iterable[int], number: int) -> Iterator[tuple[int, int]]:
    for at in moments:
        yield at, number
