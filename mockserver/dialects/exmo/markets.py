"""What EXMO trades here, and how it spells the pairs and their limits."""

from __future__ import annotations

from decimal import Decimal

from mockserver.core.markets import Market

#: 0.3 % either way, taken from what is received (facts 4.7).
_FEE = Decimal("0.003")
_AMOUNT_STEP = Decimal("0.00000001")


def _market(base: str, quote: str, *, price_step: str, least: str, total: str, opening: str) -> Market:
    return Market(
        base=base,
        quote=quote,
        price_step=Decimal(price_step),
        amount_step=_AMOUNT_STEP,
        minimum_total=Decimal(total),
        minimum_amount=Decimal(least),
        opening_price=Decimal(opening),
        maker_fee=_FEE,
        taker_fee=_FEE,
    )


MARKETS: tuple[Market, ...] = (
    _market("BTC", "USD", price_step="0.01", least="0.0001", total="1", opening="30125.5"),
    _market("BTC", "EUR", price_step="0.01", least="0.0001", total="1", opening="27710.25"),
    _market("BTC", "USDT", price_step="0.01", least="0.0001", total="1", opening="30120.75"),
    _market("ETH", "USD", price_step="0.01", least="0.001", total="1", opening="1890.4"),
    _market("ETH", "USDT", price_step="0.01", least="0.001", total="1", opening="1889.95"),
    _market("ETH", "BTC", price_step="0.000001", least="0.001", total="0.0001", opening="0.062745"),
    _market("1INCH", "USDT", price_step="0.0001", least="1", total="1", opening="0.3471"),
    _market("USDT", "USD", price_step="0.0001", least="1", total="1", opening="1.0002"),
    _market("XRP", "USD", price_step="0.00001", least="1", total="1", opening="0.60435"),
)

#: Limits that hold for every pair; the least price is the pair's step.
MAX_QUANTITY = Decimal(1_000_000)
MAX_PRICE = Decimal(10_000_000)
MAX_AMOUNT = Decimal(1_000_000_000)

#: Decimals of a quantity, for every pair.
QUANTITY_PLACES = 8

#: Currency to the name that `currency/list/extended` prints.
CURRENCY_NAMES: dict[str, str] = {
    "BTC": "Bitcoin",
    "USD": "US Dollar",
    "EUR": "Euro",
    "USDT": "Tether",
    "ETH": "Ethereum",
    "1INCH": "1inch",
    "XRP": "Ripple",
}

#: Currencies that have no chain, hence no address.
FIAT = frozenset({"USD", "EUR"})

#: Currency to its networks besides its own, as `transport` names them; the first is the one meant by none.
NETWORKS: dict[str, tuple[str, ...]] = {"USDT": ("ERC20", "TRC20"), "1INCH": ("ERC20",)}

#: Currencies whose addresses are shared: who is meant is told by a number besides, the invoice (facts 4.10, 4.11).
TAGGED = frozenset({"XRP"})


#: What a way out costs, by provider; it comes on top of what is sent.
WITHDRAWAL_FEES: dict[str, Decimal] = {
    "BTC": Decimal("0.0005"),
    "ETH": Decimal("0.004"),
    "USDT(ERC20)": Decimal(10),
    "USDT(TRC20)": Decimal(1),
    "1INCH(ERC20)": Decimal(5),
    "XRP": Decimal("0.02"),
}

#: The least that can be sent out, of every currency.
LEAST_WITHDRAWAL = Decimal("0.001")


def pair_name(market: str) -> str:
    """Return EXMO's spelling of `BASE/QUOTE`: `BASE_QUOTE`."""
    return market.replace("/", "_")


def market_of(pair: str) -> str:
    """Return `BASE/QUOTE` for EXMO's `BASE_QUOTE`; a name that is no pair comes back as no market's name."""
    base, underscore, quote = pair.partition("_")
    return f"{base}/{quote}" if underscore else ""


def provider_of(currency: str, network: str | None) -> str:
    """Return a way in or out, named as in the list of providers: `BTC`, `USDT(TRC20)` (facts 3.9)."""
    networks = NETWORKS.get(currency, ())
    if not networks:
        return currency
    return f"{currency}({network if network in networks else networks[0]})"


def price_places(market: Market) -> int:
    """Return how many decimals a price may have; the answers call it `price_precision`."""
    exponent = market.price_step.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0
