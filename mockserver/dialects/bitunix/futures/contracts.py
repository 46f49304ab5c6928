"""What can be traded on Bitunix's futures: linear contracts on the spot markets that are quoted in USDT.

A contract trades in its spot market's book, with that market's steps and fees. Names are those of facts 4.2; leverage
and risk limits are this exchange's own, in the sizes that such contracts have.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from mockserver.core.desk import Desk
from mockserver.core.markets import Market
from mockserver.core.money import multiply
from mockserver.dialects.bitunix.markets import MARKETS

MARGIN_COIN: Final = "USDT"

FUNDING_RATE: Final = Decimal("0.0001")
FUNDING_HOURS: Final = 8

_ONE: Final = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One step of a contract's risk limit.

    Attributes:
        level: From 1 up.
        start_value: The least value of a position in it, in the margin coin.
        end_value: The greatest.
        leverage: The highest that is allowed in it.
        maintenance_rate: Share of the value below which what backs a position must not fall.
    """

    level: int
    start_value: Decimal
    end_value: Decimal
    leverage: int
    maintenance_rate: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One contract.

    Attributes:
        market: The market whose book it trades in.
        most_limit: The greatest quantity of a limit order.
        most_market: The greatest quantity of a market order.
        tiers: Its risk limit, the lowest first.
        default_leverage: The leverage of somebody who never chose one.
        buy_offset: How far above the mark price a purchase may be limited, as a share of it.
        sell_offset: How far below it a sale may.
    """

    market: Market
    most_limit: Decimal
    most_market: Decimal
    tiers: tuple[Tier, ...]
    default_leverage: int = 20
    buy_offset: Decimal = Decimal("0.5")
    sell_offset: Decimal = Decimal("0.5")

    @property
    def symbol(self) -> str:
        """Its name: `BTCUSDT`."""
        return f"{self.market.base}{self.market.quote}"

    @property
    def maximum_leverage(self) -> int:
        """The highest leverage, that of the first tier."""
        return self.tiers[0].leverage

    def most_value_at(self, leverage: int) -> Decimal:
        """Return the greatest value of a position at a leverage: the end of the last tier that allows it."""
        return max((tier.end_value for tier in self.tiers if tier.leverage >= leverage), default=Decimal(0))

    def highest_purchase(self, mark: Decimal) -> Decimal:
        """Return the highest limit of a purchase at a mark price."""
        return multiply(mark, _ONE + self.buy_offset)

    def lowest_sale(self, mark: Decimal) -> Decimal:
        """Return the lowest limit of a sale at a mark price."""
        return multiply(mark, _ONE - self.sell_offset)


def _tiers(*steps: tuple[str, int, str]) -> tuple[Tier, ...]:
    tiers: list[Tier] = []
    start = Decimal(0)
    for level, (end, leverage, rate) in enumerate(steps, start=1):
        tiers.append(
            Tier(
                level=level,
                start_value=start,
                end_value=Decimal(end),
                leverage=leverage,
                maintenance_rate=Decimal(rate),
            )
        )
        start = Decimal(end)
    return tuple(tiers)


def _contract(name: str, *, limit: str, market: str, tiers: tuple[Tier, ...]) -> Contract:
    return Contract(
        market=next(known for known in MARKETS if known.name == name),
        most_limit=Decimal(limit),
        most_market=Decimal(market),
        tiers=tiers,
    )


CONTRACTS: tuple[Contract, ...] = (
    _contract(
        "BTC/USDT",
        limit="500",
        market="100",
        tiers=_tiers(
            ("300000", 125, "0.004"), ("1000000", 100, "0.005"), ("5000000", 50, "0.01"), ("20000000", 20, "0.025")
        ),
    ),
    _contract(
        "ETH/USDT",
        limit="8000",
        market="2000",
        tiers=_tiers(("200000", 100, "0.005"), ("1000000", 50, "0.01"), ("10000000", 20, "0.025")),
    ),
    _contract(
        "1INCH/USDT",
        limit="1000000",
        market="200000",
        tiers=_tiers(("50000", 50, "0.01"), ("500000", 20, "0.025")),
    ),
)

_BY_SYMBOL = {contract.symbol: contract for contract in CONTRACTS}
_BY_MARKET = {contract.market.name: contract for contract in CONTRACTS}


def contract_named(desk: Desk, symbol: str) -> Contract | None:
    """Return the contract of a symbol in any letter case, or None; its market must be one of this venue's."""
    contract = _BY_SYMBOL.get(symbol.upper())
    return contract if contract is not None and desk.market(contract.market.name) is not None else None


def contract_on(market: str) -> Contract:
    """Return the contract on a market `BASE/QUOTE`; KeyError where there is none."""
    return _BY_MARKET[market]
