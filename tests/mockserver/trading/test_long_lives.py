"""Lives longer than a search tries: steps of every kind, drawn from a seed, and the books agree after each of them."""

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from mockserver.core.orders import Side, TimeInForce
from mockserver.core.positions import MarginMode, MarginTerms
from mockserver.core.seeding import no_liquidity, opening_liquidity
from mockserver.core.stops import StopStatus
from mockserver.core.venue import Venue
from mockserver.core.wallets import Wallet
from tests.mockserver.trading.invariants import check_everything
from tests.mockserver.trading.test_random_trading import MARKETS, take, three_desks
from tests.mockserver.trading.trading_setup import BTC_USDT, NOW

PRICES = [Decimal(text) for text in ("10000", "28000", "29900", "30000", "30012.34", "30500", "33000", "70000")]
TIMES = [*TimeInForce, *[TimeInForce.GTC] * 4]
KINDS = (
    *["place"] * 3,
    *["margin"] * 4,
    *["market"] * 3,
    *["stop", "cancel", "replace", "transfer"] * 2,
    *["cancel stop", "replace stop", "close", "withdraw", "cancel withdrawal", "escrow", "redeem", "pay", "adjust"],
)


class Life:
    """Draws one step after the other."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def amount(self) -> Decimal:
        return Decimal(self.random.randrange(3_000, 30_000_000)) / 10**8

    def terms(self) -> MarginTerms:
        draw = self.random.choice
        return MarginTerms(
            wallet=draw((*[Wallet.MARGIN] * 5, Wallet.FUTURES)),
            leverage=draw((Decimal(1), Decimal("2.5"), Decimal(20))),
            mode=draw(list(MarginMode)),
            reduce_only=draw((True, True, False, False, False)),
            slot=draw((*[""] * 5, "LONG")),
        )

    def step(self) -> tuple[object, ...]:
        draw = self.random.choice
        who, side, which, price = draw((0, 1, 2)), draw(list(Side)), self.random.randrange(8), draw(PRICES)
        currency, money = draw(("BTC", "USDT")), Decimal(self.random.randrange(1, 200_000_000_000)) / 10**8
        match draw(KINDS):
            case "place":
                return "place", who, BTC_USDT, side, draw(PRICES[2:6]), self.amount(), draw(TIMES), None
            case "margin":
                return "place", who, BTC_USDT, side, price, self.amount(), draw(TIMES), self.terms()
            case "market":
                return "market", who, side, draw((None, self.amount())), money * 4, draw((None, self.terms()))
            case "stop":
                limit, rising = draw((None, draw(PRICES))), draw((None, None, True, False))
                distance = draw((None, None, Decimal(300)))
                return "stop", who, side, price, self.amount(), limit, rising, distance, draw((None, self.terms()))
            case "cancel":
                return "cancel", who, self.random.randrange(60)
            case "replace":
                return "replace", who, which, price, draw((None, self.amount())), draw(TIMES)
            case "transfer":
                return "transfer", who, currency, money, draw(list(Wallet)), draw([*Wallet, Wallet.MARGIN])
            case "withdraw":
                return "withdraw", who, currency, money / 100, draw((Decimal(0), Decimal("0.5")))
            case "replace stop":
                return "replace stop", who, which, price, self.amount()
            case "cancel stop" | "close" | "cancel withdrawal" as kind:
                return kind, who, which
            case kind:
                return kind, who, currency, money


def live(seed: int, steps: int) -> Venue:
    """Live such a life, and check everything after each step."""
    life, liquidity = Life(seed), opening_liquidity if seed % 2 else no_liquidity
    venue = Venue(MARKETS, {"BTC": "5", "ETH": "10", "USDT": "20000"}, seed, liquidity=liquidity)
    desks = three_desks(venue)
    for _ in range(steps):
        take(life.step(), desks)
        check_everything(venue, [desk.account_id for desk in desks], NOW)
    return venue


@pytest.mark.parametrize("seed", range(30))
def test_after_each_step_of_a_long_life_the_books_agree(seed):
    live(seed, 120)


def test_long_lives_see_everything_there_is_to_see():
    seen: set[str] = set()
    for seed in range(100, 106):
        venue = live(seed, 200)
        for number in (1, 2, 3):
            account = venue.account(number)
            seen |= {f"stop {stop.status}" for stop in account.stops.values()}
            seen |= {f"withdrawal {one.status}" for one in account.withdrawals.values()}
            for position in account.positions.values():
                seen |= {"liquidated" if position.liquidated else "open" if position.is_open else "closed"}
                seen |= {f"{position.mode} {'long' if position.amount > 0 else 'short'}"} if position.is_open else set()
    assert seen >= {f"stop {status}" for status in StopStatus} | {"withdrawal pending", "withdrawal cancelled"}
    assert seen >= {"liquidated", "open", "closed", "isolated long", "isolated short", "cross long", "cross short"}


ONE_LIFE = """
from tests.mockserver.trading.invariants import everything_of
from tests.mockserver.trading.test_long_lives import live
print(everything_of(live(1, 80), (1, 2, 3)))
"""


def test_a_life_is_the_same_whatever_python_hashes_with():
    root = Path(__file__).parents[3]
    told = [
        subprocess.run(
            [sys.executable, "-c", ONE_LIFE],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    ]
    assert told[0] == told[1]
    assert len(told[0]) > 10_000
