"""Where a breathing market's price is at each moment, and what the market maker and others want there.

All of it is a pure function of market, seed and moment, a moment being a second of the server's clock, counted from the
epoch. So it does not matter who looked when: whoever looks finds the market where the seed has it.

The price wanders as the sum of ten waves, each drawn at random every 1, 4, 16 ... seconds and straight in between, and
twice as high as the one before: about as far from where it was as a random walk gets in the same time, but never
further than a fifth away from where the market opened.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Final

from mockserver.core.book import Offer
from mockserver.core.markets import Market
from mockserver.core.money import ZERO, add, multiply, on_step, quotient, subtract
from mockserver.core.orders import Side
from mockserver.core.seeding import WALL_WORTH, WORTH_LEAST, WORTH_MOST, amount_worth

#: How long a moment lasts.
MOMENT_MS: Final = 1_000

_WAVES: Final = 10
_HEIGHT: Final = 1 << 20
_SMALLEST_WAVE: Final = 5_000  # one part in so many of the opening price

_LEVELS: Final = 10
_SPACING: Final = Decimal("0.001")
_HALF_SPREAD: Final = Decimal("0.0005")

_TRADES_OF_256: Final = 80
_WORTH_OF_TRADE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a moment brings.

    Attributes:
        bid: Where the market maker's best bid is; not above zero where there is room for none.
        ask: And its best ask.
        side: Which way somebody trades; None for nobody.
        amount: How much of the base.
    """

    bid: Decimal
    ask: Decimal
    side: Side | None
    amount: Decimal


def moment(market: Market, seed: int, at: int) -> Moment:
    """Return what a moment brings."""
    middle = price_at(market, seed, at)
    half = max(on_step(multiply(market.opening_price, _HALF_SPREAD), market.price_step), market.price_step)
    bid, ask = subtract(middle, half), add(middle, half)
    draw = hashlib.blake2b(f"{seed} {market.name} {at}".encode(), digest_size=4).digest()
    if draw[0] >= _TRADES_OF_256:
        return Moment(bid=bid, ask=ask, side=None, amount=ZERO)
    side = Side.BUY if draw[1] & 1 else Side.SELL
    worth = Decimal(2 + int.from_bytes(draw[2:]) % _WORTH_OF_TRADE)
    return Moment(bid=bid, ask=ask, side=side, amount=amount_worth(market, middle, worth))


def price_at(market: Market, seed: int, at: int) -> Decimal:
    """Return the middle of the market, on a step and at least two steps above zero."""
    height = 0
    for wave in range(_WAVES):
        length = 1 << 2 * wave
        number, way = divmod(at, length)
        left = _drawn(seed, market.name, wave, number)
        right = _drawn(seed, market.name, wave, number + 1) if way else left
        height += (left * (length - way) + right * way) // length << wave
    one = _SMALLEST_WAVE * _HEIGHT
    moved = quotient(multiply(market.opening_price, Decimal(one + height)), Decimal(one))
    return max(on_step(moved, market.price_step), multiply(market.price_step, Decimal(2)))


def quotes(market: Market, seed: int, at: int) -> tuple[list[Offer], list[Offer]]:
    """Return the market maker's bids and asks of a moment as (price, amount), best first, on the market's steps."""
    return quotes_around(market, price_at(market, seed, at), Random(f"{seed} {market.name} {at}"))


def quotes_around(market: Market, middle: Decimal, random: Random) -> tuple[list[Offer], list[Offer]]:
    """Return bids and asks around a price: ten levels about 0.1 % apart, the outermost a wall."""
    step = market.price_step
    half = max(on_step(multiply(market.opening_price, _HALF_SPREAD), step), step)
    spacing = max(on_step(multiply(market.opening_price, _SPACING), step), step)
    slack = (int(quotient(spacing, step)) + 1) // 2
    bids: list[Offer] = []
    asks: list[Offer] = []
    for level in range(_LEVELS):
        last = level == _LEVELS - 1
        worth = WALL_WORTH if last else Decimal(random.randint(WORTH_LEAST, WORTH_MOST) * (level + 1))
        nearer = multiply(step, Decimal(random.randrange(slack) if level else 0))
        away = subtract(add(half, multiply(spacing, Decimal(level))), nearer)
        bid, ask = subtract(middle, away), add(middle, away)
        if bid > ZERO:
            bids.append((bid, amount_worth(market, bid, worth)))
        asks.append((ask, amount_worth(market, ask, worth)))
    return bids, asks


@lru_cache(maxsize=4096)
def _drawn(seed: int, name: str, wave: int, number: int) -> int:
    """Return where a wave is at one of its own moments, from minus to plus the height of the smallest."""
    draw = hashlib.blake2b(f"{seed} {name} {wave} {number}".encode(), digest_size=8).digest()
    return int.from_bytes(draw) % (2 * _HEIGHT + 1) - _HEIGHT
