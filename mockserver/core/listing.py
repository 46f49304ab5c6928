"""One market of a venue, and all that hangs on it."""

from __future__ import annotations

from mockserver.core.book import Book
from mockserver.core.markets import Market
from mockserver.core.positions import Position
from mockserver.core.stops import StopBoard
from mockserver.core.tape import Tape


class Breath:
    """How far a breathing market has come: the last moment that has passed there."""

    __slots__ = ("last",)

    def __init__(self, last: int) -> None:
        self.last = last


class Listing:
    """One market of a venue, with its book and its tape, the stop orders that wait there and the open positions.

    Its breath is None where the price stands still until a client moves it.
    """

    __slots__ = ("base", "book", "breath", "market", "name", "positions", "quote", "stops", "tape")

    def __init__(self, market: Market) -> None:
        self.market = market
        self.name = market.name
        self.base = market.base
        self.quote = market.quote
        self.book = Book()
        self.tape = Tape(market.opening_price)
        self.stops = StopBoard()
        self.breath: Breath | None = None
        self.positions: dict[int, Position] = {}
