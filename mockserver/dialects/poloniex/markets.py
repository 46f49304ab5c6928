"""What is traded on our Poloniex, how its pairs are spelled, and the numbers it knows pairs and currencies by.

Facts 3 (conventions), 3.6, 3.8 and 4.1. A pair is `QUOTE_BASE`: what is paid with comes first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from mockserver.core.markets import Market

_STEP = Decimal("0.00000001")

#: 2.2: "Total must be at least ..." where the pair is not known yet; the floor of every market that is paid in BTC.
USUAL_MINIMUM_TOTAL = Decimal("0.0001")


def _market(base: str, quote: str, minimum_total: str, opening_price: str) -> Market:
    return Market(
        base=base,
        quote=quote,
        price_step=_STEP,
        amount_step=_STEP,
        minimum_total=Decimal(minimum_total),
        minimum_amount=Decimal("0.000001"),
        opening_price=Decimal(opening_price),
        maker_fee=Decimal("0.0015"),
        taker_fee=Decimal("0.0025"),
    )


MARKETS: tuple[Market, ...] = (
    _market("BTC", "USDT", "1", "30000"),
    _market("ETH", "USDT", "1", "2000"),
    _market("ETH", "BTC", "0.0001", "0.06666666"),
    _market("1INCH", "USDT", "1", "0.4"),
)

OPENING_BALANCES: Mapping[str, str] = MappingProxyType({"BTC": "1", "ETH": "10", "USDT": "10000"})

#: 3.8, but for USDT_1INCH, which the facts do not number.
PAIR_IDS: Mapping[str, int] = MappingProxyType({"USDT_BTC": 121, "USDT_ETH": 149, "BTC_ETH": 148, "USDT_1INCH": 396})


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """One row of returnCurrencies. Fees and confirmations are ours; a shared deposit address has none of them."""

    number: int
    name: str
    withdrawal_fee: Decimal
    confirmations: int


#: 3.8, but for 1INCH, which the facts do not number.
CURRENCIES: Mapping[str, Currency] = MappingProxyType(
    {
        "BTC": Currency(number=28, name="Bitcoin", withdrawal_fee=Decimal("0.0005"), confirmations=1),
        "USDT": Currency(number=214, name="Tether USD", withdrawal_fee=Decimal(10), confirmations=2),
        "ETH": Currency(number=267, name="Ethereum", withdrawal_fee=Decimal("0.005"), confirmations=30),
        "1INCH": Currency(number=371, name="1inch", withdrawal_fee=Decimal(5), confirmations=30),
    }
)

_PAIRS: Mapping[str, str] = MappingProxyType({market.name: f"{market.quote}_{market.base}" for market in MARKETS})

#: Pair to `BASE/QUOTE`; letter case counts.
MARKET_NAMES: Mapping[str, str] = MappingProxyType({pair: name for name, pair in _PAIRS.items()})


def market_name(market: str) -> str:
    """Spell `BTC/USDT` as `USDT_BTC`; a market that is not traded here, too."""
    known = _PAIRS.get(market)
    if known is not None:
        return known
    base, _, quote = market.partition("/")
    return f"{quote}_{base}"
