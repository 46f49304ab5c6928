"""What is traded on our Poloniex, how its pairs are spelled, and the numbers it knows pairs and currencies by.

Facts 3 (conventions), 3.6, 3.8, 4.1 and 4.8. A pair is `QUOTE_BASE`: what is paid with comes first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from mockserver.core.markets import Market

_STEP = Decimal("0.00000001")

#: 2.2: "Total must be at least ..." where the pair is not known yet; the floor of every market that is paid in BTC.
USUAL_MINIMUM_TOTAL = Decimal("0.0001")

#: 2.2: "Rate must be less than N."; the number is the upper bound that clients know of.
HIGHEST_RATE = Decimal(1_000_000_000)


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

#: Of XMR and WBTC nobody has anything at first, and there is no market: one has payment ids, the other is swapped for.
OPENING_BALANCES: Mapping[str, str] = MappingProxyType(
    {"BTC": "1", "ETH": "10", "USDT": "10000", "XMR": "0", "WBTC": "0"}
)

#: 3.8, but for USDT_1INCH, which the facts do not number.
PAIR_IDS: Mapping[str, int] = MappingProxyType({"USDT_BTC": 121, "USDT_ETH": 149, "BTC_ETH": 148, "USDT_1INCH": 396})


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """One row of returnCurrencies. Fees and confirmations are ours.

    Attributes:
        number: Its id.
        name: For people.
        withdrawal_fee: What a withdrawal costs; its amount includes it.
        confirmations: How many a deposit waits for.
        blockchain: Where it lives.
        deposit_address: The address that all accounts share; None where each has its own. Of such a currency an account
            has a payment id.
    """

    number: int
    name: str
    withdrawal_fee: Decimal
    confirmations: int
    blockchain: str
    deposit_address: str | None = None


#: 3.8, but for 1INCH and WBTC, which the facts do not number.
CURRENCIES: Mapping[str, Currency] = MappingProxyType(
    {
        "BTC": Currency(number=28, name="Bitcoin", withdrawal_fee=Decimal("0.0005"), confirmations=1, blockchain="BTC"),
        "USDT": Currency(number=214, name="Tether USD", withdrawal_fee=Decimal(10), confirmations=2, blockchain="OMNI"),
        "ETH": Currency(
            number=267, name="Ethereum", withdrawal_fee=Decimal("0.005"), confirmations=30, blockchain="ETH"
        ),
        "1INCH": Currency(number=371, name="1inch", withdrawal_fee=Decimal(5), confirmations=30, blockchain="ETH"),
        "XMR": Currency(
            number=240,
            name="Monero",
            withdrawal_fee=Decimal("0.0001"),
            confirmations=8,
            blockchain="XMR",
            deposit_address="4SharedAddressOfTheMockWhichIsNobodysAndToWhichNothingIsEverSentABCDEFGHJKLMNPQRSTUVWXYZ1234567",
        ),
        "WBTC": Currency(
            number=420, name="Wrapped Bitcoin", withdrawal_fee=Decimal("0.0005"), confirmations=30, blockchain="ETH"
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Another way for a currency to travel, with a code of its own (3.6, 4.8).

    Attributes:
        parent: The currency that moves.
        network: The way.
        number: The id of the code.
        fee: What a withdrawal costs by this way.
    """

    parent: str
    network: str
    number: int
    fee: Decimal


CHAINS: Mapping[str, Chain] = MappingProxyType(
    {
        "USDTTRON": Chain(parent="USDT", network="TRON", number=317, fee=Decimal(0)),
        "USDTETH": Chain(parent="USDT", network="ETH", number=318, fee=Decimal(10)),
        "BTCTRON": Chain(parent="BTC", network="TRON", number=376, fee=Decimal("0.0001")),
    }
)

#: 4.7: what `swapCurrencies` gives for what, one for one.
SWAPS: frozenset[tuple[str, str]] = frozenset({("BTC", "WBTC"), ("WBTC", "BTC")})

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


def is_traded_on_margin(market: Market) -> bool:
    """Tell whether a market can be traded on margin: all that are paid in BTC."""
    return market.quote == "BTC"
