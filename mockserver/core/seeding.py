"""Seeded liquidity: what stands in a market's book, and has traded there, when somebody first looks.

A plan is a pure function of market and seed. The venue asks for it when a market is first looked at, and lets its own
market maker place what it says; then nothing moves until a client moves it. A market that breathes has no plan, but
a walk (`walk.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Final, TypeAlias

from mockserver.core.book import Offer
from mockserver.core.markets import Market
from mockserver.core.money import ZERO, add, ceiled, multiply, on_step, quotient, subtract
from mockserver.core.orders import Side

_LEVELS: Final = 10
_TRADES: Final = 5
_SPACING: Final = Decimal("0.001")

# Levels are worth so many times the least total of an order; the outermost is a wall that no opening balance eats up.
WORTH_LEAST: Final = 200
WORTH_MOST: Final = 2_000
WALL_WORTH: Final = Decimal(1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTrade:
    """A trade from before anybody looked: so many milliseconds before that moment."""

    side: Side
    price: Decimal
    amount: Decimal
    age_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Liquidity:
    """What a market opens with: offers as (price, amount), best first, on the market's steps; trades, oldest first."""

    bids: tuple[Offer, ...] = ()
    asks: tuple[Offer, ...] = ()
    trades: tuple[PastTrade, ...] = ()


#: What a market opens with, by market and seed.
LiquidityPlan: TypeAlias = "Callable[[Market, int], Liquidity]"


def no_liquidity(market: Market, seed: int) -> Liquidity:
    """Return an empty book without a past."""
    return Liquidity()


@lru_cache(maxsize=1024)
def opening_liquidity(market: Market, seed: int) -> Liquidity:
    """Return ten levels a side around the opening price, about 0.1 % apart, and five trades at it.

    Prices and amounts are multiples of the market's steps; no bid is below one
    step, so a market of tiny prices has fewer bids.
    """
    random = Random(f"{seed} {market.name}")
    opening = max(on_step(market.opening_price, market.price_step), market.price_step)
    spacing = max(on_step(multiply(opening, _SPACING), market.price_step), market.price_step)
    bids: list[Offer] = []
    asks: list[Offer] = []
    for level in range(1, _LEVELS + 1):
        worth = Decimal(random.randint(WORTH_LEAST, WORTH_MOST) * level) if level < _LEVELS else WALL_WORTH
        away = subtract(multiply(spacing, Decimal(level)), _part_of(spacing, market.price_step, random))
        bid = subtract(opening, away)
        if bid > ZERO:
            bids.append((bid, amount_worth(market, bid, worth)))
        ask = add(opening, away)
        asks.append((ask, amount_worth(market, ask, worth)))
    return Liquidity(bids=tuple(bids), asks=tuple(asks), trades=_past(market, opening, random))


def _part_of(spacing: Decimal, step: Decimal, random: Random) -> Decimal:
    """Return less than half of the spacing, on a step, so that levels stay apart and in order."""
    steps = int(quotient(spacing, step))
    return multiply(step, Decimal(random.randrange((steps + 1) // 2)))


def amount_worth(market: Market, price: Decimal, worth: Decimal) -> Decimal:
    """Return the amount that is worth so many least orders at a price; two are enough for any step and minimum."""
    least = on_step(max(market.minimum_amount, market.amount_step), market.amount_step)
    total = max(market.minimum_total, ceiled(multiply(price, least)))
    return on_step(quotient(multiply(total, worth), price), market.amount_step)


def _past(market: Market, price: Decimal, random: Random) -> tuple[PastTrade, ...]:
    trades: list[PastTrade] = []
    age_ms = 0
    for _ in range(_TRADES):
        age_ms += random.randint(1_000, 120_000)
        trades.append(
            PastTrade(
                side=random.choice((Side.BUY, Side.SELL)),
                price=price,
                amount=amount_worth(market, price, Decimal(random.randint(2, WORTH_LEAST))),
                age_ms=age_ms,
            )
        )
    return tuple(reversed(trades))
